//! Paths over IAM itself, and how what was found is told.

use super::account::*;
use crate::Confidence;
use crate::escalation::Gain;
use inventory::{Account, Fact, Role};
use serde_json::{Value, json};

fn everywhere(actions: &Value) -> Role {
    subject(&allow(actions, &json!("*")))
}

fn with_boss(app: Role, trust: &Value) -> Account {
    account(vec![app, administrator("boss", trust)], vec![])
}

#[test]
fn a_role_writes_its_own_policies() {
    let own = json!([allow(&json!("iam:PutRolePolicy"), &json!(arn("app")))]);
    let judgement = judged(&account(vec![subject(&own)], vec![]));
    let found = works(&judgement, "iam-005").unwrap();
    assert_eq!((found.gain, found.confidence), (Gain::Administrator, Confidence::High));
    assert_eq!((found.role.clone(), found.steps[0].resource.clone()), (None, arn("app")));
    let other = json!([allow(&json!("iam:PutRolePolicy"), &json!(arn("other")))]);
    assert_eq!(ids(&judged(&account(vec![subject(&other)], vec![]))), [""; 0]);
}

#[test]
fn only_customer_managed_policies_can_be_rewritten() {
    let mut app = subject(&json!([]));
    let grant = allow(&json!("iam:CreatePolicyVersion"), &json!("*"));
    app.attached.items.push(attached("shared", &grant));
    let judgement = judged(&account(vec![app.clone()], vec![]));
    assert_eq!(works(&judgement, "iam-001").unwrap().steps[0].resource, app.attached.items[0].arn);
    app.attached.items[0].arn = "arn:aws:iam::aws:policy/SomethingOfAws".into();
    assert_eq!(ids(&judged(&account(vec![app], vec![]))), [""; 0]);
}

#[test]
fn attaching_harmless_policies_only_leads_nowhere() {
    let with = |policy: &str| {
        let mut statement = allow(&json!("iam:AttachRolePolicy"), &json!("*"));
        statement["Condition"] = json!({ "ArnEquals": { "iam:PolicyARN": policy } });
        works(&judged(&account(vec![subject(&statement)], vec![])), "iam-009").map(|it| it.confidence)
    };
    assert_eq!(with("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"), None);
    assert_eq!(with("arn:aws:iam::aws:policy/AdministratorAccess"), Some(Confidence::High));
    assert_eq!(with("arn:aws:iam::aws:policy/IAMFullAccess"), Some(Confidence::High));
}

#[test]
fn a_permissions_boundary_limits_what_a_role_writes_for_itself() {
    let with = |actions: &Value, boundary| {
        let app = Role { boundary, ..everywhere(actions) };
        let judgement = judged(&account(vec![app], vec![]));
        works(&judgement, "iam-005").map(|found| (found.gain, found.confidence))
    };
    let put = json!("iam:PutRolePolicy");
    let within = json!(["s3:*", "iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"]);
    let narrow = || Fact::Known(attached("narrow", &allow(&within, &json!("*"))));
    let wide = Fact::Known(attached("wide", &allow(&json!("*"), &json!("*"))));
    assert_eq!(with(&put, wide), Some((Gain::Administrator, Confidence::High)));
    assert_eq!(with(&put, narrow()), Some((Gain::Lateral, Confidence::Medium)));
    let unread = Fact::Unread(gap("iam:GetAccountAuthorizationDetails"));
    assert_eq!(with(&put, unread), Some((Gain::Administrator, Confidence::Medium)));
    let lifts = json!(["iam:PutRolePolicy", "iam:DeleteRolePermissionsBoundary"]);
    assert_eq!(with(&lifts, narrow()), Some((Gain::Administrator, Confidence::High)));
    let without = Fact::Known(attached("without", &allow(&json!("s3:*"), &json!("*"))));
    assert_eq!(with(&put, without), None);
}

#[test]
fn a_condition_on_the_boundary_is_held_against_the_roles_own() {
    let with = |boundary| {
        let mut statement = allow(&json!("iam:PutRolePolicy"), &json!("*"));
        let required = format!("arn:aws:iam::{ACCOUNT}:policy/required");
        statement["Condition"] = json!({ "StringEquals": { "iam:PermissionsBoundary": required } });
        let app = Role { boundary, ..subject(&statement) };
        works(&judged(&account(vec![app], vec![])), "iam-005").map(|found| found.gain)
    };
    assert_eq!(with(Fact::Absent), None);
    let required = attached("required", &allow(&json!(["s3:*", "iam:Put*"]), &json!("*")));
    assert_eq!(with(Fact::Known(required)), Some(Gain::Lateral));
}

#[test]
fn assuming_takes_both_sides_unless_the_role_names_its_caller() {
    let may = everywhere(&json!("sts:AssumeRole"));
    let may_not = subject(&json!([]));
    let with = |app: &Role, trust: &Value| {
        let judgement = judged(&with_boss(app.clone(), trust));
        works(&judgement, "sts-001").map(|found| found.confidence)
    };
    let aws = |principal: &Value| trusting(&json!({ "AWS": principal }));
    let root = aws(&json!(format!("arn:aws:iam::{ACCOUNT}:root")));
    let named = aws(&json!(arn("app")));
    assert_eq!((with(&may, &root), with(&may_not, &root)), (Some(Confidence::High), None));
    assert_eq!(with(&may, &named), Some(Confidence::High));
    assert_eq!(with(&may_not, &named), Some(Confidence::Medium));
    assert_eq!(
        (with(&may, &aws(&json!("*"))), with(&may_not, &aws(&json!("*")))),
        (Some(Confidence::High), None)
    );
    assert_eq!(with(&may_not, &aws(&json!(ACCOUNT))), None);
    let session = format!("arn:aws:sts::{ACCOUNT}:assumed-role/app/checkout");
    assert_eq!(with(&may, &aws(&json!(session))), Some(Confidence::High));
    assert_eq!(with(&may, &aws(&json!("444455556666"))), None);
    assert_eq!(with(&may, &aws(&json!(arn("other")))), None);
    assert_eq!(with(&may, &service("ec2.amazonaws.com")), None);
    let mut limited = root;
    limited["Condition"] = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    assert_eq!(with(&may, &limited), None);
    limited["Condition"] = json!({ "ArnLike": { "aws:PrincipalArn": arn("app") } });
    assert_eq!(with(&may, &limited), Some(Confidence::High));
    limited["Condition"] = json!({ "ArnLike": { "aws:PrincipalArn": arn("other") } });
    assert_eq!(with(&may, &limited), None);
    limited["Condition"] = json!({ "StringEquals": { "sts:ExternalId": "x" } });
    assert_eq!(with(&may, &limited), Some(Confidence::Medium));
}

#[test]
fn changing_a_roles_trust_needs_no_consent() {
    let app = everywhere(&json!("iam:UpdateAssumeRolePolicy"));
    let judgement = judged(&with_boss(app, &service("ec2.amazonaws.com")));
    let found = works(&judgement, "iam-012").unwrap();
    assert_eq!((found.gain, found.role.clone()), (Gain::Administrator, Some(arn("boss"))));
}

#[test]
fn paths_of_users_help_a_role_that_can_sign_in_as_one() {
    let with = |actions: &Value| judged(&account(vec![everywhere(actions)], vec![]));
    assert_eq!(ids(&with(&json!(["iam:PutUserPolicy", "iam:AddUserToGroup"]))), [""; 0]);
    let judgement = with(&json!(["iam:PutUserPolicy", "iam:CreateLoginProfile"]));
    assert_eq!(ids(&judgement), ["iam-004", "iam-007"]);
    let found = works(&judgement, "iam-007").unwrap();
    assert_eq!((found.gain, found.confidence), (Gain::Administrator, Confidence::Medium));
    assert_eq!(works(&judgement, "iam-004").unwrap().gain, Gain::Lateral);
}

#[test]
fn the_user_is_one_and_the_same() {
    let user = |name: &str| json!(format!("arn:aws:iam::{ACCOUNT}:user/{name}"));
    let with = |put: &str, key: &str| {
        let statements = json!([
            allow(&json!("iam:PutUserPolicy"), &user(put)),
            allow(&json!("iam:CreateAccessKey"), &user(key)),
        ]);
        works(&judged(&account(vec![subject(&statements)], vec![])), "iam-018").is_some()
    };
    assert!(with("ci", "*") && with("ci", "ci") && !with("ci", "ops"));
}

#[test]
fn a_deny_counts() {
    let statements = json!([
        allow(&json!("iam:*"), &json!("*")),
        { "Effect": "Deny", "Action": "iam:PutRolePolicy", "Resource": "*" },
    ]);
    let judgement = judged(&account(vec![subject(&statements)], vec![]));
    assert!(works(&judgement, "iam-005").is_none() && works(&judgement, "iam-009").is_some());
}

#[test]
fn the_worst_comes_first_and_the_evidence_tells_the_whole_path() {
    let actions = json!(["iam:CreateAccessKey", "iam:PassRole", "lambda:*"]);
    let account = with_boss(everywhere(&actions), &service("lambda.amazonaws.com"));
    let judgement = judged(&account);
    let gains: Vec<_> = judgement.works.iter().map(|found| (found.gain, found.confidence)).collect();
    assert!(gains.is_sorted_by(|a, b| a >= b), "{gains:?}");
    let lines = works(&judgement, "lambda-002").unwrap().evidence();
    assert_eq!(
        lines,
        [
            "path lambda-002 (https://pathfinding.cloud/paths/lambda-002)".to_owned(),
            format!("iam:PassRole on {}: policy own, statement #1", arn("boss")),
            format!(
                "lambda:CreateFunction on arn:aws:lambda:*:{ACCOUNT}:function:*: policy own, statement #1"
            ),
            "lambda:CreateEventSourceMapping on *: policy own, statement #1".to_owned(),
            format!("leads to {}, an administrator", arn("boss")),
            "if the passed role may read some queue or stream".to_owned(),
        ]
    );
}
