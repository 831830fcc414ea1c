use super::*;
use crate::{Document, Identity};
use serde_json::{Value, json};

fn parsed(statements: &Value) -> Document {
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

/// A small world: some actions of some services.
const ACTIONS: [&str; 9] = [
    "account:closeaccount",
    "iam:getrole",
    "iam:putrolepolicy",
    "iam:tagrole",
    "kms:decrypt",
    "organizations:leaveorganization",
    "s3:getobject",
    "sqs:sendmessage",
    "sts:assumerole",
];

/// What a role with those policies has of everything, and how it gets there.
fn everything<'a>(policies: &[(&'a str, &'a Document)]) -> Option<Everything<'a>> {
    let every = ACTIONS.map(str::to_owned);
    let permissions = ["iam:attachrolepolicy", "iam:putrolepolicy"].map(str::to_owned);
    let catalogue = Catalogue { every: &every, permissions: &permissions };
    Identity::role(policies, None, &[], &[]).everything(&catalogue)
}

/// The statements that together allow every action, for certain or not.
fn labels(statements: &Value) -> Vec<String> {
    let document = parsed(statements);
    let found = everything(&[("p", &document)]).filter(|it| !it.through_iam);
    found.into_iter().flat_map(|it| it.statements).map(|it| it.label).collect()
}

/// Whether the statements allow everything for certain; nothing if they do not.
fn exact(statements: &Value) -> Option<bool> {
    everything(&[("p", &parsed(statements))]).map(|it| it.exact)
}

fn allow(element: &str, actions: &Value) -> Value {
    json!({ "Effect": "Allow", element: actions, "Resource": "*" })
}

#[test]
fn every_way_to_allow_everything_is_seen() {
    for statement in [
        allow("Action", &json!("*")),
        allow("Action", &json!("*:*")),
        allow("Action", &json!(["s3:*", "**"])),
        allow("NotAction", &json!([])),
        allow("NotAction", &json!("nothing")),
        json!({ "Effect": "Allow", "Action": "*", "NotResource": [] }),
        allow("NotAction", &json!(["organizations:*", "sts:AssumeRole"])),
        json!({ "Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::b", "*"] }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:*" }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:*" }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws-cn:*:*:*:*" }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:*:*:*:*:*" }),
    ] {
        assert_eq!(labels(&statement), ["#1"], "{statement}");
        assert_eq!(exact(&statement), Some(true), "{statement}");
    }
}

#[test]
fn what_falls_short_of_everything_is_not() {
    for statement in [
        allow("Action", &json!(["s3:*", "iam:*"])),
        allow("Action", &json!("s3*")),
        allow("NotAction", &json!("iam:*")),
        allow("NotAction", &json!("*")),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*" }),
        json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*" }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:*:*:*" }),
        json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:*:*:111122223333:*" }),
        json!({ "Effect": "Deny", "Action": "*", "Resource": "*" }),
    ] {
        assert!(labels(&statement).is_empty(), "{statement}");
    }
}

#[test]
fn statements_add_up() {
    let power = allow("NotAction", &json!(["iam:*", "kms:*"]));
    let iam = allow("Action", &json!("IAM:*"));
    let account = allow("NotAction", &json!("s3:*"));
    let s3 = allow("Action", &json!("s3:Get*"));
    assert_eq!(labels(&json!([power, iam, account])), ["#1", "#2", "#3"]);
    assert!(labels(&json!([power, iam, s3])).is_empty());
    let root = allow("Action", &json!("*"));
    assert_eq!(labels(&json!([s3, root])), ["#2"]);
    let (power, iam) = (parsed(&allow("NotAction", &json!("iam:*"))), parsed(&iam));
    let both = everything(&[("power", &power), ("iam", &iam)]).unwrap().statements;
    assert_eq!(both.iter().map(|it| it.policy).collect::<Vec<_>>(), ["power", "iam"]);
}

#[test]
fn power_users_with_iam_are_administrators() {
    let power = allow("NotAction", &json!(["iam:*", "organizations:*", "account:*"]));
    assert_eq!(exact(&power), None);
    assert_eq!(labels(&json!([power, allow("Action", &json!("iam:*"))])), ["#1", "#2"]);
    assert!(labels(&json!([power, allow("Action", &json!("iam:Get*"))])).is_empty());
}

#[test]
fn whoever_has_iam_can_have_the_rest() {
    let iam = allow("Action", &json!("iam:*"));
    let through = |statements: &Value| {
        let document = parsed(statements);
        let found = everything(&[("p", &document)])?;
        Some((found.through_iam, found.exact, found.statements.into_iter().map(|it| it.label).collect()))
    };
    let told = |exact| Some((true, exact, vec!["#1".to_owned()]));
    for statement in [
        iam.clone(),
        allow("Action", &json!(["s3:*", "IAM:*"])),
        allow("NotAction", &json!(["s3:*", "ec2:*"])),
        json!({ "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:*" }),
        json!({ "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:*" }),
        json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*" }),
    ] {
        assert_eq!(through(&statement), told(true), "{statement}");
    }
    let deny =
        |action: &str, resource: &str| json!({ "Effect": "Deny", "Action": action, "Resource": resource });
    assert_eq!(through(&json!([iam, deny("iam:*", "*")])), None);
    assert_eq!(through(&json!([iam, deny("iam:Put*", "*")])), told(false));
    assert_eq!(through(&json!([iam, deny("iam:*", "arn:aws:iam::*:role/admin")])), told(false));
    assert_eq!(through(&json!([iam, deny("s3:*", "*")])), told(true));
    for statement in [
        allow("Action", &json!("iam:Get*")),
        json!({ "Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/*" }),
        json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:iam::*:role/admin" }),
    ] {
        assert_eq!(through(&statement), None, "{statement}");
    }
}

#[test]
fn a_condition_that_the_role_can_fulfil_changes_little() {
    for (condition, expected) in [
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), Some(true)),
        (json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), Some(true)),
        (json!({ "StringEqualsIfExists": { "aws:SourceAccount": "111122223333" } }), Some(true)),
        (json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }), Some(false)),
        (json!({ "StringEquals": { "aws:ResourceAccount": "${aws:PrincipalAccount}" } }), Some(false)),
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc123" } }), Some(false)),
        (json!({ "StringEquals": { "example:Unknown": "x" } }), Some(false)),
        (json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), Some(false)),
        (json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } }), Some(false)),
        (json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }), None),
        (json!({ "Bool": { "aws:ViaAWSService": "true" } }), Some(false)),
        (json!({ "StringEquals": { "aws:SourceAccount": "111122223333" } }), None),
        (
            json!({ "Bool": { "aws:SecureTransport": "true" },
                    "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            Some(false),
        ),
    ] {
        let mut statement = allow("Action", &json!("*"));
        statement["Condition"] = condition;
        assert_eq!(exact(&statement), expected, "{statement}");
        let certain = json!([statement, allow("Action", &json!("*"))]);
        assert_eq!(exact(&certain), Some(true), "another statement is certain");
    }
}

#[test]
fn only_a_deny_that_leaves_little_voids() {
    let root = allow("Action", &json!("*"));
    let deny = |actions: Value, resources: Value| {
        let mut deny = json!({ "Effect": "Deny" });
        let elements = deny.as_object_mut().unwrap();
        elements.extend(actions.as_object().unwrap().clone());
        elements.extend(resources.as_object().unwrap().clone());
        labels(&json!([root, deny])).is_empty()
    };
    let (all, on_all) = (json!({ "Action": "*" }), json!({ "Resource": "*" }));
    assert!(deny(all.clone(), on_all.clone()));
    assert!(deny(json!({ "NotAction": ["s3:*", "logs:Put*"] }), on_all.clone()));
    assert!(deny(json!({ "NotAction": [] }), on_all.clone()));
    assert!(deny(all.clone(), json!({ "NotResource": "arn:aws:s3:::b*" })));
    assert!(!deny(json!({ "Action": "s3:*" }), on_all.clone()));
    assert!(!deny(json!({ "NotAction": "*" }), on_all.clone()));
    assert!(!deny(json!({ "NotAction": ["s3:*", "iam:*"] }), on_all));
    assert!(!deny(all.clone(), json!({ "Resource": "arn:aws:s3:::b" })));
    assert!(!deny(all, json!({ "NotResource": "arn:*:*:*:*:*" })));
    let unless = json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
                         "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
    assert_eq!(labels(&json!([root, unless])), ["#1"]);
}

#[test]
fn lists_may_come_to_everything_together() {
    let letters =
        |range: std::ops::RangeInclusive<char>| range.map(|it| format!("{it}*")).collect::<Vec<_>>();
    let (first, second) =
        (allow("Action", &json!(letters('a'..='m'))), allow("Action", &json!(letters('N'..='Z'))));
    assert_eq!(labels(&json!([first, second])), ["#1", "#2"]);
    assert!(labels(&json!([first])).is_empty());
    let each: Vec<_> = ["iam", "kms", "s3", "sqs"].map(|it| format!("{it}:*")).into();
    assert_eq!(labels(&allow("Action", &json!(each))), ["#1"]);
    assert!(labels(&allow("Action", &json!(each[1..]))).is_empty());
    let through =
        |actions: Value| everything(&[("p", &parsed(&allow("Action", &actions)))]).map(|it| it.through_iam);
    assert_eq!(through(json!(["iam:Attach*", "iam:Put*"])), Some(true));
    assert_eq!(through(json!(["iam:Put*"])), None);
    assert_eq!(through(json!(letters('h'..='j'))), Some(true));
}

#[test]
fn bounds_leave_everything_only_if_they_allow_it() {
    let document = |statements: Value| parsed(&statements);
    let (all, power) =
        (document(allow("Action", &json!("*"))), document(allow("NotAction", &json!("iam:*"))));
    let iam = document(allow("Action", &json!("iam:*")));
    let deny = json!({ "Effect": "Deny", "Action": "iam:*", "Resource": "*" });
    let guarded = document(json!([allow("Action", &json!("*")), deny]));
    let within = |own, boundary, control: &[Vec<_>]| {
        let every = ACTIONS.map(str::to_owned);
        let catalogue = Catalogue { every: &every, permissions: &[] };
        let role = Identity::role(&[("p", own)], boundary, control, &[]);
        role.everything(&catalogue).map(|it| it.through_iam)
    };
    assert_eq!(within(&all, Some(("b", &all)), &[]), Some(false));
    assert_eq!(within(&all, Some(("b", &iam)), &[]), Some(true));
    assert_eq!(within(&all, Some(("b", &power)), &[]), None);
    assert_eq!(within(&all, None, &[vec![("root", &all)], vec![("ou", &guarded)]]), Some(false));
    assert_eq!(within(&all, None, &[vec![("root", &all)], vec![("ou", &power)]]), None);
    assert_eq!(within(&iam, None, &[vec![("ou", &all)]]), Some(true));
    assert_eq!(within(&iam, None, &[vec![("ou", &guarded)]]), None);
}

/// A condition that holds in every request of the role is none.
#[test]
fn a_deny_that_always_holds_leaves_nothing() {
    let admin = allow("Action", &json!("*"));
    let deny = |condition: &Value| json!({ "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition });
    for (condition, expected) in [
        (json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }), None),
        (json!({ "StringNotEquals": { "aws:PrincipalTag/admin": "yes" } }), None),
        (json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01" } }), Some(true)),
        (json!({ "StringNotEquals": { "aws:RequestedRegion": "eu-west-1" } }), Some(true)),
        (json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }), Some(true)),
        (json!({ "StringEquals": { "example:Unknown": "x" } }), Some(true)),
        (json!({ "StringNotEquals": { "example:Unknown": "x" } }), Some(false)),
        (json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), Some(false)),
        (json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), Some(true)),
    ] {
        assert_eq!(exact(&json!([admin, deny(&condition)])), expected, "{condition}");
    }
    let document =
        parsed(&json!([admin, deny(&json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01" } }))]));
    let now = [("aws:CurrentTime", Some("2026-11-22"))];
    let catalogue = Catalogue { every: &[], permissions: &[] };
    assert_eq!(Identity::role(&[("p", &document)], None, &[], &now).everything(&catalogue), None);
}
