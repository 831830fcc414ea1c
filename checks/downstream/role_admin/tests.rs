use super::*;
use crate::laws::{findings, outcomes};
use audit::Kind;
use serde_json::Value;

const ADMINISTRATOR: &str = "arn:aws-cn:iam::aws:policy/AdministratorAccess";

fn everything() -> Value {
    json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })
}

fn attached(arn: &str, document: Fact<Document>) -> AttachedPolicy {
    AttachedPolicy { arn: arn.into(), name: "attached".into(), document }
}

fn with(statement: &Value, change: impl FnOnce(&mut Role)) -> Account {
    let mut account = example(statement);
    change(&mut account.roles.items[0]);
    account
}

#[test]
fn administrator_access_counts_though_its_text_is_unread() {
    let harmless = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
    let administrator = || attached(ADMINISTRATOR, Fact::default());
    let account = with(&harmless, |role| role.attached.push(administrator()));
    let found = findings(&CHECK, account);
    assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::High));
    let own = attached("arn:aws:iam::111122223333:policy/AdministratorAccess", Fact::default());
    assert_eq!(outcomes(&CHECK, with(&harmless, |role| role.attached.push(own))), [Kind::Unknown]);
    let deny = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
    let denied = with(&deny, |role| role.attached.push(administrator()));
    assert_eq!(outcomes(&CHECK, denied), [Kind::Pass]);
}

#[test]
fn statements_of_several_policies_add_up() {
    let all_but_iam = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
    assert_eq!(outcomes(&CHECK, example(&all_but_iam)), [Kind::Pass]);
    let iam = json!({ "Statement": { "Effect": "Allow", "Action": "iam:*", "Resource": "*" } });
    let rest = attached("arn:aws:iam::111122223333:policy/rest", policy(iam));
    let account = with(&all_but_iam, |role| role.attached.push(rest));
    assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
}

#[test]
fn a_boundary_takes_the_power_away_if_it_is_read() {
    let bounded = |document| {
        let boundary = Fact::Known(attached("arn:aws:iam::111122223333:policy/boundary", document));
        let found = findings(&CHECK, with(&everything(), |role| role.boundary = boundary));
        (found[0].outcome, found[0].confidence)
    };
    let s3 = json!({ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } });
    assert_eq!(bounded(policy(s3)).0, Kind::Pass);
    assert_eq!(bounded(policy(json!({ "Statement": everything() }))), (Kind::Fail, Confidence::High));
    assert_eq!(bounded(Fact::default()), (Kind::Fail, Confidence::Medium));
    let unread = with(&everything(), |role| role.boundary = Fact::default());
    let found = findings(&CHECK, unread);
    assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::Medium));
    assert!(found[0].evidence.iter().any(|it| it.contains("boundary")), "{:?}", found[0].evidence);
}

#[test]
fn the_evidence_names_statement_and_functions() {
    let found = findings(&CHECK, example(&everything()));
    let evidence = found[0].evidence.join("; ");
    assert!(evidence.contains("policy orders, statement #1") && evidence.contains("used by orders"), "{evidence}");
}

#[test]
fn a_role_that_no_function_uses_is_not_judged() {
    let mut account = example(&everything());
    account.regions.items[0].functions.items.clear();
    assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
}
