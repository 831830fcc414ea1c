//! What the checks of roles say of policies that AWS manages.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod managed;

use audit::{Confidence, Finding, Kind, Severity, evaluate};
use inventory::{Account, AttachedPolicy, Inventory};
use std::collections::BTreeSet;

fn judged(account: Account, wanted: &[&str]) -> Vec<Finding> {
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
    let found = judged(managed::account(roles), &["DOWN-001", "DOWN-002"]).into_iter();
    let of_app = found.filter(|it| it.outcome == Kind::Fail && it.resource.name == "app");
    of_app.map(|it| (it.resource.detail.unwrap_or(it.check), it.severity, it.confidence)).collect()
}

#[test]
fn known_policies_get_the_verdicts_they_deserve() {
    let administrator = [("DOWN-001".to_owned(), Severity::Critical, Confidence::High)];
    for policies in [&["AdministratorAccess"][..], &["IAMFullAccess"], &["PowerUserAccess", "IAMFullAccess"]]
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

/// The names of the roles that fail the check, each with the one policy of its name.
fn failing<'a>(policies: impl Iterator<Item = (&'a String, &'a AttachedPolicy)>, check: &str) -> Vec<String> {
    let roles = policies.map(|(name, policy)| managed::role(name, vec![policy.clone()])).collect();
    let found = judged(managed::account(roles), &[check]);
    assert!(found.iter().all(|it| it.outcome != Kind::Unknown));
    let failed = found.into_iter().filter(|it| it.outcome == Kind::Fail);
    let mut names: Vec<_> = failed.map(|it| it.resource.name).collect();
    names.dedup();
    names
}

#[test]
fn few_managed_policies_make_administrators() {
    // The first is for sessions that an MCP server of AWS asks in: whether a function is one is not known.
    let administrators = ["AWSMcpServiceActionsFullAccess", "AdministratorAccess", "IAMFullAccess"];
    assert_eq!(failing(managed::policies().iter(), "DOWN-001"), administrators);
}

#[test]
fn some_managed_policies_escalate() {
    let all = managed::policies();
    let known = ["AWSLambda_FullAccess", "AdministratorAccess-Amplify", "DataScientist", "PowerUserAccess"];
    let harmless = ["AmazonS3FullAccess", "AmazonSQSFullAccess", "AWSLambdaRole"];
    let tried = ["AdministratorAccess"].iter().chain(&known).chain(&harmless);
    let tried: BTreeSet<&str> = tried.copied().collect();
    let found = failing(all.iter().filter(|(name, _)| tried.contains(name.as_str())), "DOWN-002");
    assert_eq!(found, known);
}
