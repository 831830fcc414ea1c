//! Which regions are read, and which calls.

use crate::run::{audit, audited, gaps, lambastion};
use crate::stub::{Fault, Stub};
use crate::worlds::{ACCOUNT, account, of, one_region, rich};
use std::collections::BTreeSet;

const REGIONAL: [&str; 4] = ["lambda", "apigateway", "appsync", "wafv2"];

#[test]
fn a_region_that_is_not_enabled_costs_itself_alone() {
    let world = of(vec![account(ACCOUNT, &["ap-east-1", "eu-west-1"], &|_| "hush".into())]);
    let stub = Stub::with(world, |it| (it.region == "ap-east-1").then_some(Fault::UnknownCredentials));
    let ran = audit(&stub, ACCOUNT).args(["--save-inventory", "inventory.json"]).run();
    let report = ran.report();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let gaps = report["gaps"].as_array().unwrap();
    let asked = gaps.iter().filter(|it| it["reason"] != "unavailable" || it["region"] != "ap-east-1");
    assert_eq!(asked.count(), 0, "{gaps:#?}");
    assert!(!gaps.is_empty());
    let inventory = ran.json("inventory.json");
    let regions = inventory["accounts"][0]["regions"]["items"].as_array().unwrap();
    assert_eq!(regions[0]["functions"]["items"].as_array().unwrap().len(), 0);
    assert_eq!(regions[1]["functions"]["items"].as_array().unwrap().len(), 3);
}

#[test]
fn without_the_list_of_regions_those_of_new_accounts_are_read() {
    let stub = Stub::with(one_region(), |it| (it.operation == "ListRegions").then_some(Fault::Deny));
    let ran = audit(&stub, ACCOUNT).args(["--check", "SRC-106"]).run();
    let report = ran.report();
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(gaps(&report).contains(&("account:ListRegions".into(), "denied".into())), "{:#}", report["gaps"]);
    let regions = report["audit"]["regions"].as_array().unwrap();
    assert!(regions.len() >= 17 && regions.contains(&"eu-west-1".into()), "{regions:?}");
    let asked: BTreeSet<_> = stub
        .requests()
        .into_iter()
        .filter(|it| it.operation == "ListFunctions")
        .map(|it| it.region)
        .collect();
    assert_eq!(asked.len(), regions.len());
}

#[test]
fn the_scope_limits_where_is_asked() {
    let stub = Stub::of(rich(&|_| "hush".into()));
    let report = audit(&stub, ACCOUNT).args(["--region", "eu-west-1"]).run().report();
    assert_eq!(report["audit"]["regions"], serde_json::json!(["eu-west-1"]));
    let cloudfront = |body: &str| body.contains("CLOUDFRONT");
    let regions: BTreeSet<_> = stub
        .requests()
        .into_iter()
        .filter(|it| REGIONAL.contains(&it.service.as_str()) && !cloudfront(&it.body))
        .map(|it| it.region)
        .collect();
    assert_eq!(regions, BTreeSet::from(["eu-west-1".into()]));
}

#[test]
fn regions_come_from_the_account_by_default() {
    let stub = Stub::of(rich(&|_| "hush".into()));
    let report = audited(&stub, ACCOUNT).report();
    assert_eq!(report["audit"]["regions"], serde_json::json!(["eu-west-1", "us-east-1"]));
    let regions: BTreeSet<_> = stub.requests().into_iter().map(|it| it.region).collect();
    assert_eq!(regions, BTreeSet::from(["eu-west-1".into(), "us-east-1".into()]));
}

#[test]
fn one_check_asks_for_no_more_than_it_needs() {
    let stub = Stub::of(one_region());
    let ran = audit(&stub, ACCOUNT).args(["--check", "SRC-106"]).run();
    assert_eq!(ran.report()["audit"]["complete"], true, "{:#}", ran.report()["gaps"]);
    let asked: BTreeSet<_> = stub.requests().into_iter().map(|it| it.permission).collect();
    let policy = lambastion(&stub.url(), ACCOUNT).args(["permissions", "--check", "SRC-106"]).run().report();
    let allowed = policy["Statement"][0]["Action"].as_array().unwrap().iter();
    let allowed: BTreeSet<_> = allowed.map(|it| it.as_str().unwrap().to_owned()).collect();
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
    assert_eq!(asked, allowed);
    assert!(asked.len() < 10, "{asked:?}");
}
