//! What the checks of roles say of policies that AWS manages.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod managed;

use audit::{Confidence, Finding, Kind, Severity, evaluate};
use inventory::{Account, Inventory};
use std::collections::BTreeMap;

fn judged(account: Account) -> Vec<Finding> {
    let wanted = ["DOWN-001", "DOWN-002"];
    let checks: Vec<_> = checks::ALL.iter().filter(|it| wanted.contains(&it.code)).copied().collect();
    evaluate(&Inventory { accounts: vec![account], ..Inventory::default() }, &checks)
}

/// Everything that is wrong with a role that has those policies, beside an administrator that Lambda
/// may assume: the check, or the path.
fn wrong(policies: &[&str]) -> Vec<(String, Severity, Confidence)> {
    let all = managed::policies();
    let with = |name: &str, policies: &[&str]| {
        managed::role(name, policies.iter().map(|it| all[*it].clone()).collect())
    };
    let roles = vec![with("app", policies), with("boss", &["AdministratorAccess"])];
    let found = judged(managed::account(roles)).into_iter();
    let of_app = found.filter(|it| it.outcome == Kind::Fail && it.resource.name == "app");
    of_app.map(|it| (it.resource.detail.unwrap_or(it.check), it.severity, it.confidence)).collect()
}

#[test]
fn known_policies_get_the_verdicts_they_deserve() {
    let administrator = [("DOWN-001".to_owned(), Severity::Critical, Confidence::High)];
    for policies in
        [&["AdministratorAccess"][..], &["IAMFullAccess"], &["PowerUserAccess", "IAMFullAccess"]]
    {
        assert_eq!(wrong(policies), administrator, "{policies:?}");
    }
    for policies in [
        &["AWSLambdaBasicExecutionRole"][..],
        &["AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess"],
        &["AWSLambdaSQSQueueExecutionRole", "AmazonS3FullAccess", "AmazonDynamoDBFullAccess_v2"],
        &["ReadOnlyAccess"],
        &["SecurityAudit"],
    ] {
        assert_eq!(wrong(policies), [], "{policies:?}");
    }
    let lambda = wrong(&["AWSLambda_FullAccess"]);
    for path in ["lambda-001", "lambda-003"] {
        assert!(lambda.contains(&(path.to_owned(), Severity::Critical, Confidence::High)), "{lambda:?}");
    }
    let power = wrong(&["PowerUserAccess"]);
    assert!(power.iter().all(|(path, ..)| path != "DOWN-001" && !path.starts_with("iam-")), "{power:?}");
    assert!(power.iter().any(|(path, ..)| path == "lambda-003"), "{power:?}");
}

/// A role for each policy that AWS manages: every one is judged, and few are administrators.
#[test]
fn every_managed_policy_is_judged() {
    let all = managed::policies();
    let roles = all.iter().map(|(name, policy)| managed::role(name, vec![policy.clone()])).collect();
    let found = judged(managed::account(roles));
    assert!(found.iter().all(|it| it.outcome != Kind::Unknown));
    let mut failed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in found.iter().filter(|it| it.outcome == Kind::Fail) {
        failed.entry(&finding.check).or_default().push(&finding.resource.name);
    }
    assert_eq!(failed["DOWN-001"], ["?"]);
}
