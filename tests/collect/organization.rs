//! What an organization allows its accounts, for those who may read it; and that nobody has to.

use crate::collected::{collected, holds};
use crate::run::lambastion;
use crate::stub::{Fault, Stub, World};
use crate::worlds::{ACCOUNT, one_region};
use serde_json::{Value, json};
use std::fs;

const CALLS: [&str; 4] = ["DescribeOrganization", "ListParents", "ListPoliciesForTarget", "DescribePolicy"];

/// The account of a world whose organization was changed.
fn changed(change: impl FnOnce(&mut crate::stub::Organization)) -> World {
    let mut world = one_region();
    change(world.accounts[0].organization.as_mut().unwrap());
    world
}

fn controls(stub: &Stub) -> [Value; 2] {
    let account = collected(stub)["accounts"][0].take();
    ["service_control_policies", "resource_control_policies"].map(|kind| account[kind].clone())
}

fn asked(stub: &Stub, operation: &str) -> usize {
    stub.requests().iter().filter(|it| it.operation == operation).count()
}

#[test]
fn every_level_and_policy_is_read_and_each_policy_once() {
    let stub = Stub::of(World { page: Some(1), ..one_region() });
    let [service, resource] = controls(&stub);
    let named = |kind: &str, id: &str, name: &str| {
        let arn = format!("arn:aws:organizations::123412341234:policy/o-shop/{kind}_control_policy/{id}");
        json!({ "arn": arn, "name": name })
    };
    let full = named("service", "p-full", "FullAWSAccess");
    let level = |target: &str, policies: &[&Value]| json!({ "target": target, "policies": policies });
    let no_iam = named("service", "p-noiam", "no-iam");
    let levels =
        [level("r-root", &[&full]), level("ou-root-shops", &[&full, &no_iam]), level(ACCOUNT, &[&full])];
    holds(&service, &json!({ "known": levels }));
    let document = &service["known"][1]["policies"][1]["document"]["known"];
    assert_eq!(document["Statement"][0]["Action"], "iam:*", "{document}");
    let open = named("resource", "p-open", "RCPFullAWSAccess");
    let targets = ["r-root", "ou-root-shops", ACCOUNT];
    holds(&resource, &json!({ "known": targets.map(|target| level(target, &[&open])) }));
    for level in resource["known"].as_array().unwrap() {
        assert_eq!(level["policies"][0]["document"]["known"]["Statement"][0]["Effect"], "Allow", "{level}");
    }
    assert_eq!((asked(&stub, "ListParents"), asked(&stub, "DescribePolicy")), (2, 3));
    assert!(
        stub.requests()
            .iter()
            .filter(|it| CALLS.contains(&it.operation.as_str()))
            .all(|it| it.region == "us-east-1")
    );
}

#[test]
fn where_no_policy_can_bind_there_is_none_and_nothing_more_is_asked() {
    let mut alone = one_region();
    alone.accounts[0].organization = None;
    let worlds = [
        ("no organization", alone),
        ("management account", changed(|it| it.described["MasterAccountId"] = ACCOUNT.into())),
        ("shared bills", changed(|it| it.described["FeatureSet"] = "CONSOLIDATED_BILLING".into())),
    ];
    for (what, world) in worlds {
        let stub = Stub::of(world);
        assert_eq!(controls(&stub), [json!("absent"), json!("absent")], "{what}");
        assert_eq!(CALLS.map(|call| asked(&stub, call)), [1, 0, 0, 0], "{what}");
    }
    let without = |policies: &mut Vec<Value>| {
        policies.retain(|it| it["PolicySummary"]["Type"] != "RESOURCE_CONTROL_POLICY");
    };
    let stub = Stub::of(changed(|it| it.attached.values_mut().for_each(without)));
    let [service, resource] = controls(&stub);
    assert!(service["known"].is_array() && resource == "absent", "{service} {resource}");
}

#[test]
fn an_answer_that_makes_no_sense_is_unread() {
    let round = changed(|it| it.above = vec!["ou-round".into(); 2]);
    let nobody = changed(|it| it.described = Value::Null);
    let top = changed(|it| it.above = vec!["ou-top".into()]);
    for (world, reason) in [(round, "malformed"), (nobody, "malformed"), (top, "unavailable")] {
        for control in controls(&Stub::of(world)) {
            assert_eq!(control["unread"]["reason"], reason, "{control}");
            assert_eq!(control["unread"]["only_restricts"], true, "{control}");
        }
    }
}

/// Whatever of it is refused: the gap is told, and the audit is complete all the same.
#[test]
fn who_may_not_read_policies_is_told_so_and_has_a_complete_audit() {
    let directory = tempfile::tempdir().unwrap();
    for call in CALLS {
        let stub = Stub::with(one_region(), move |it| (it.operation == call).then_some(Fault::Deny));
        let inventory = collected(&stub);
        let file = directory.path().join("inventory.json");
        fs::write(&file, inventory.to_string()).unwrap();
        let args = ["evaluate", file.to_str().unwrap(), "--format", "json", "--fail-on", "never"];
        let ran = lambastion(&stub.url(), ACCOUNT).args(args).run();
        assert_eq!(ran.code, Some(0), "{call}: {}", ran.stderr);
        let report = ran.report();
        assert_eq!(report["audit"]["complete"], true, "{call}");
        let gaps = report["gaps"].as_array().unwrap();
        let denied = format!("organizations:{call}");
        let told = |it: &Value| it["action"] == denied.as_str() && it["reason"] == "denied";
        assert!(!gaps.is_empty() && gaps.iter().all(told), "{call}: {gaps:#?}");
        let whole = call != "DescribePolicy";
        for kind in ["service_control_policies", "resource_control_policies"] {
            assert_eq!(inventory["accounts"][0][kind]["unread"].is_object(), whole, "{call}");
        }
    }
}
