//! The check `invoke-permission-wildcard` where statements go by tags of APIs.

use crate::examples::{account_with, api, policy, region, rest_api, role};
use crate::laws::{findings, outcomes};
use audit::{Check, Finding, Kind, Severity};
use inventory::{Account, Api, Fact, Gap, Listing, NamedPolicy, RestApi, Role};
use serde_json::{Value, json};

fn check() -> &'static Check {
    crate::ALL.iter().find(|it| it.code == "SRC-108").unwrap()
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn with(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

/// A role with those statements; a REST API and an HTTP API with those tags.
fn tagged(statements: &Value, rest: &[(&str, &str)], http: &[(&str, &str)]) -> Account {
    let tags = |list: &[(&str, &str)]| {
        Fact::Known(list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    };
    let mut account = account_with(region(|it| {
        it.rest_apis.items.push(RestApi { tags: tags(rest), ..rest_api() });
        it.apis.items.push(Api { tags: tags(http), ..api() });
    }));
    let document = policy(json!({ "Version": "2012-10-17", "Statement": statements }));
    let inline = Listing::complete(vec![NamedPolicy { name: "manage".into(), document }]);
    account.roles.items = vec![Role { inline, ..role("manager") }];
    account
}

fn by_team(value: &str) -> Value {
    with(
        allow("apigateway:*", "arn:aws:apigateway:*::/*"),
        json!({ "StringEquals": { "aws:ResourceTag/team": value } }),
    )
}

fn drift_of(account: Account) -> Option<(Severity, Vec<String>)> {
    let found: Vec<Finding> =
        findings(check(), account).into_iter().filter(|it| it.outcome == Kind::Fail).collect();
    assert!(found.len() < 2, "{found:#?}");
    found.into_iter().next().map(|it| (it.severity, it.evidence))
}

#[test]
fn an_api_that_lost_its_tag_is_managed_by_nobody_who_goes_by_it() {
    let orders = [("team", "orders")];
    assert_eq!(drift_of(tagged(&by_team("orders"), &orders, &orders)), None);
    let (severity, evidence) = drift_of(tagged(&by_team("orders"), &orders, &[("team", "Orders")])).unwrap();
    assert_eq!(severity, Severity::Info);
    assert_eq!(
        evidence,
        ["API shop-http (arn:aws:apigateway:eu-west-1::/apis/f6g7h8i9j0): tag team is Orders"]
    );
    let (_, evidence) = drift_of(tagged(&by_team("orders"), &[], &orders)).unwrap();
    assert_eq!(evidence, ["API shop (arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5) has no tag team"]);
}

#[test]
fn a_value_that_another_role_goes_by_is_no_drift() {
    let mut account = tagged(&by_team("orders"), &[("team", "orders")], &[("team", "payments")]);
    let document = policy(json!({ "Statement": by_team("payments") }));
    let inline = Listing::complete(vec![NamedPolicy { name: "manage".into(), document }]);
    account.roles.items.push(Role { inline, ..role("payments-manager") });
    assert_eq!(drift_of(account), None);
    let variable = tagged(&by_team("${aws:PrincipalTag/team}"), &[("team", "orders")], &[("team", "orders")]);
    assert!(drift_of(variable.clone()).is_some(), "the role has no such tag");
    let mut own = variable;
    own.roles.items[0].tags.insert("team".into(), "orders".into());
    assert_eq!(drift_of(own), None);
}

#[test]
fn a_guard_by_tag_that_does_not_hold_is_open() {
    // As in AWS's own example.
    let guard = json!([
        allow("apigateway:*", "*"),
        with(
            json!({ "Sid": "Guard", "Effect": "Deny", "Action": "apigateway:*", "Resource": "*" }),
            json!({ "StringEquals": { "aws:ResourceTag/Environment": "prod" } }),
        ),
    ]);
    let prod = [("Environment", "prod")];
    assert_eq!(drift_of(tagged(&guard, &prod, &prod)), None);
    let (severity, evidence) = drift_of(tagged(&guard, &prod, &[("Environment", "Prod")])).unwrap();
    assert_eq!(severity, Severity::Low);
    assert!(evidence[0].ends_with("tag Environment is Prod, and the role may change it"), "{evidence:?}");
}

#[test]
fn a_guard_of_one_action_guards_no_other() {
    let guard = json!([
        allow("apigateway:*", "*"),
        with(
            json!({ "Effect": "Deny", "Action": "apigateway:DELETE", "Resource": "*" }),
            json!({ "StringEquals": { "aws:ResourceTag/Environment": "prod" } }),
        ),
    ]);
    let prod = [("Environment", "prod")];
    let found = findings(check(), tagged(&guard, &prod, &prod)).remove(0);
    assert_eq!(found.evidence[0], "policy manage, statement #1: apigateway:PATCH");
}

#[test]
fn tags_and_apis_that_nobody_read_may_have_drifted() {
    let orders = [("team", "orders")];
    let judged = |change: fn(&mut inventory::Region)| {
        let mut account = tagged(&by_team("orders"), &orders, &orders);
        change(&mut account.regions.items[0]);
        outcomes(check(), account)
    };
    assert_eq!(judged(|_| {}), [Kind::Pass]);
    assert_eq!(judged(|it| it.rest_apis.items[0].tags = Fact::default()), [Kind::Unknown]);
    assert_eq!(judged(|it| it.apis.gap = Some(Gap::default())), [Kind::Unknown]);
}
