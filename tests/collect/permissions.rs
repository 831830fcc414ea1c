//! What is asked of AWS is what `lambastion permissions` says, and each permission counts.

use crate::findings::{findings, lies, unconcerned};
use crate::run::{audited, catalogue, gaps, lambastion, names, side_by_side};
use crate::stub::{Assumable, Fault, OPERATIONS, Operation, Stub};
use crate::worlds::{ACCOUNT, OTHER, account, empty, of, one_region};
use serde_json::Value;
use std::collections::BTreeSet;

const ASSUME: &str = "sts:AssumeRole";
const ORGANIZATIONS: &str = "organizations:";
const REGIONS: &str = "account:ListRegions";

fn role() -> String {
    format!("arn:aws:iam::{OTHER}:role/audit")
}

fn config() -> String {
    format!("[[account]]\nid = \"{OTHER}\"\nrole_arn = \"{}\"\n", role())
}

/// The permissions of a printed policy, API Gateway's with their paths.
fn parsed(policy: &Value) -> BTreeSet<String> {
    let mut permissions = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let list = |field: &str| statement[field].as_array().unwrap().iter().map(|it| it.as_str().unwrap());
        for action in list("Action") {
            let paths = list("Resource").filter_map(|it| it.strip_prefix("arn:aws:apigateway:*::"));
            let paths: Vec<_> = paths.map(|path| format!("{action} {path}")).collect();
            if action == "apigateway:GET" {
                permissions.extend(paths);
            } else {
                let resources: Vec<_> = list("Resource").collect();
                let wanted = if action == ASSUME { role() } else { "*".into() };
                assert_eq!(resources, [wanted.as_str()], "{action}");
                permissions.insert(action.to_owned());
            }
        }
    }
    permissions
}

fn permissions(config: Option<&str>) -> BTreeSet<String> {
    let mut run =
        lambastion("http://127.0.0.1:9", ACCOUNT).args(["permissions", "--format", "json", "--strict"]);
    if let Some(config) = config {
        run = run.config(config).args(["--config", "lambastion.toml"]);
    }
    let ran = run.run();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    parsed(&ran.report())
}

fn asked(stub: &Stub) -> BTreeSet<String> {
    stub.requests().into_iter().map(|it| it.permission).collect()
}

#[test]
fn what_is_asked_is_what_permissions_says() {
    let stub = Stub::of(one_region());
    assert_eq!(audited(&stub, ACCOUNT).report()["audit"]["complete"], true);
    assert_eq!(asked(&stub), permissions(None));
    assert!(!asked(&stub).contains(ASSUME));
}

#[test]
fn with_roles_it_is_one_more() {
    let mut world =
        of(vec![empty(ACCOUNT, &["eu-west-1"]), account(OTHER, &["eu-west-1"], &|_| "hush".into())]);
    world.assumable = vec![Assumable { arn: role(), account: OTHER.into(), external_id: None }];
    let stub = Stub::of(world);
    let ran = lambastion(&stub.url(), ACCOUNT)
        .args(["audit", "--strict", "--format", "json"])
        .config(&config())
        .run();
    assert_eq!(ran.report()["audit"]["complete"], true, "{:#}", ran.report()["gaps"]);
    assert_eq!(asked(&stub), permissions(Some(&config())));
    assert!(asked(&stub).contains(ASSUME));
}

#[test]
fn each_permission_taken_away_leaves_gaps_and_no_lies() {
    let stub = Stub::of(one_region());
    let whole = audited(&stub, ACCOUNT).report();
    assert!(findings(&whole).values().all(|it| it["outcome"] != "unknown"));
    let catalogue = catalogue();
    let permissions: Vec<_> = asked(&stub).into_iter().filter(|it| !it.starts_with("sts:")).collect();
    assert!(permissions.len() > 25, "{permissions:?}");
    side_by_side(&permissions, |permission| {
        let denied = permission.clone();
        let stub = Stub::with(one_region(), move |it| (it.permission == denied).then_some(Fault::Deny));
        let ran = audited(&stub, ACCOUNT);
        let report = ran.report();
        // What an organization forbids its accounts, few may read: an audit is complete without it.
        let needless = permission.starts_with(ORGANIZATIONS);
        assert_eq!(ran.code, Some(if needless { 1 } else { 3 }), "{permission}: {}", ran.stderr);
        assert_eq!(report["audit"]["complete"], needless, "{permission}");
        let lies = lies(&whole, &report);
        assert!(lies.is_empty(), "without {permission}:\n{}", lies.join("\n"));
        let named =
            gaps(&report).into_iter().any(|(gap, reason)| reason == "denied" && names(&gap, permission));
        assert!(named, "without {permission}: {:#}", report["gaps"]);
        // Without it the regions that new accounts have are read, and all checks with them.
        if permission != REGIONS {
            let others = |report| unconcerned(report, &catalogue, permission);
            let changed: Vec<_> = others(&whole).symmetric_difference(&others(&report)).cloned().collect();
            assert!(changed.is_empty(), "without {permission}:\n{}", changed.join("\n"));
            let foreign: Vec<_> =
                gaps(&report).into_iter().filter(|(gap, _)| !names(gap, permission)).collect();
            assert!(foreign.is_empty(), "without {permission}: {foreign:?}");
        }
    });
}

#[test]
fn nobody_without_permissions_is_told_that_anything_is_fine() {
    let stub = Stub::with(one_region(), |it| (it.operation != "GetCallerIdentity").then_some(Fault::Deny));
    let ran = audited(&stub, ACCOUNT);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    let report = ran.report();
    let findings = findings(&report);
    assert!(!findings.is_empty());
    assert!(findings.values().all(|it| it["outcome"] == "unknown"), "{findings:#?}");
    // What hangs on a listing is not asked for where the listing is denied.
    let top = OPERATIONS.iter().filter(|it| !it.permission().contains("/*/"));
    let top: BTreeSet<_> = top.map(Operation::permission).filter(|it| asked(&stub).contains(it)).collect();
    let named: BTreeSet<_> = gaps(&report)
        .into_iter()
        .map(|(gap, reason)| {
            assert_eq!(reason, "denied");
            gap
        })
        .collect();
    // Signing is a fact of functions: where none is known, it is missing nowhere.
    let elsewhere = ["sts:GetCallerIdentity", "lambda:ListCodeSigningConfigs"];
    let top: BTreeSet<_> = top.into_iter().filter(|it| !elsewhere.contains(&it.as_str())).collect();
    assert_eq!(named, top);
}
