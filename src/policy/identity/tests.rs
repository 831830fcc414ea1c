use super::*;
use serde_json::{Value, json};

fn document(statements: &Value) -> Document {
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn deny(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Deny", "Action": action, "Resource": resource })
}

fn with(mut statement: Value, condition: &Value) -> Value {
    statement["Condition"] = condition.clone();
    statement
}

/// Whether a role with those statements can, and whether that is certain.
fn can(statements: &Value, ask: &Ask) -> Option<bool> {
    let document = document(statements);
    let facts = [("aws:PrincipalTag/team", Some("blue"))];
    let role = Identity::role(&[("p", &document)], None, &[], &facts);
    role.can(ask).map(|it| it.exact)
}

const PASS: Ask = Ask {
    action: "iam:PassRole",
    resource: Some("arn:aws:iam::111122223333:role/*"),
    context: &[("iam:PassedToService", Some("lambda.amazonaws.com"))],
};

#[test]
fn an_allow_counts_for_any_part_of_what_is_asked() {
    let role = "arn:aws:iam::111122223333:role/admin";
    for (statements, expected) in [
        (json!([allow("iam:PassRole", "*")]), Some(true)),
        (json!([allow("iam:Pass*", role)]), Some(true)),
        (json!([allow("iam:PassRole", "arn:aws:iam::*:role/${aws:PrincipalTag/team}")]), Some(false)),
        (json!([allow("iam:PassRole", "arn:aws:iam::*:role/${aws:username}")]), None),
        (json!([allow("iam:PassRole", "arn:aws:iam::444455556666:role/*")]), None),
        (json!([allow("iam:GetRole", "*")]), None),
        (json!([{ "Effect": "Allow", "NotAction": "s3:*", "Resource": "*" }]), Some(true)),
        (json!([{ "Effect": "Allow", "Action": "*", "NotResource": role }]), Some(true)),
    ] {
        assert_eq!(can(&statements, &PASS), expected, "{statements}");
    }
}

#[test]
fn a_deny_takes_away_what_it_is_all_of() {
    let role = "arn:aws:iam::111122223333:role/admin";
    for (allowed, denied, expected) in [
        ("*", "*", None),
        (role, "*", None),
        (role, role, None),
        ("*", role, Some(true)),
        ("arn:aws:iam::111122223333:role/a*", "arn:aws:iam::*:role/*", None),
        ("arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:role/a*", Some(true)),
    ] {
        let statements = json!([allow("iam:*", allowed), deny("iam:PassRole", denied)]);
        assert_eq!(can(&statements, &PASS), expected, "{allowed} but {denied}");
    }
}

#[test]
fn conditions_are_those_of_a_session_of_a_function() {
    for (condition, expected) in [
        (json!({ "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } }), Some(true)),
        (json!({ "StringEquals": { "iam:PassedToService": "ec2.amazonaws.com" } }), None),
        (json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }), None),
        (json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "true" } }), None),
        (json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }), None),
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), Some(true)),
        (json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }), Some(true)),
        (json!({ "StringEquals": { "aws:PrincipalTag/team": "blue" } }), Some(true)),
        (json!({ "StringEquals": { "aws:PrincipalTag/team": "red" } }), None),
        (json!({ "StringEquals": { "aws:PrincipalTag/other": "blue" } }), None),
        (json!({ "StringNotEquals": { "aws:PrincipalTag/other": "blue" } }), Some(true)),
        (json!({ "StringEquals": { "aws:ResourceTag/team": "red" } }), Some(false)),
        // Through a service that acts for the role: AWS's forward access sessions.
        (
            json!({ "ForAnyValue:StringEquals": { "aws:CalledVia": "cloudformation.amazonaws.com" } }),
            Some(false),
        ),
        (json!({ "Bool": { "aws:ViaAWSService": "true" } }), Some(false)),
        (json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), Some(false)),
        (json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), Some(true)),
        (json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } }), Some(false)),
    ] {
        let statements = json!([with(allow("iam:PassRole", "*"), &condition)]);
        assert_eq!(can(&statements, &PASS), expected, "{condition}");
    }
}

#[test]
fn a_deny_that_can_be_escaped_denies_nothing() {
    for (condition, expected) in [
        (json!({ "StringNotEquals": { "aws:RequestedRegion": "eu-west-1" } }), Some(true)),
        (json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }), None),
        (json!({ "Bool": { "aws:SecureTransport": "false" } }), Some(true)),
    ] {
        let statements = json!([allow("*", "*"), with(deny("iam:PassRole", "*"), &condition)]);
        assert_eq!(can(&statements, &PASS), expected, "{condition}");
    }
}

#[test]
fn an_action_on_no_resource_needs_a_star() {
    let ask = Ask { action: "s3:ListAllMyBuckets", resource: None, context: &[] };
    assert_eq!(can(&json!([allow("s3:*", "*")]), &ask), Some(true));
    assert_eq!(can(&json!([allow("s3:*", "arn:aws:s3:::*")]), &ask), None);
}

#[test]
fn bounds_must_allow_too() {
    let policy = document(&json!([allow("iam:*", "*")]));
    let (s3, iam) = (document(&json!([allow("s3:*", "*")])), document(&json!([allow("iam:*", "*")])));
    let no_pass = document(&json!([allow("*", "*"), deny("iam:PassRole", "*")]));
    let can = |boundary, control: &[Vec<_>]| {
        Identity::role(&[("p", &policy)], boundary, control, &[]).can(&PASS).is_some()
    };
    assert!(can(None, &[]));
    assert!(!can(Some(("b", &s3)), &[]));
    assert!(can(Some(("b", &iam)), &[]));
    assert!(!can(Some(("b", &no_pass)), &[]));
    assert!(!can(Some(("b", &iam)), &[vec![("root", &iam)], vec![("ou", &s3)]]));
    assert!(can(Some(("b", &iam)), &[vec![("root", &iam)], vec![("ou", &s3), ("ou", &iam)]]));
}

#[test]
fn evidence_names_the_statements() {
    for (condition, conditional) in [
        (json!({ "Bool": { "aws:SecureTransport": true } }), false),
        (json!({ "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } }), false),
        (json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }), true),
    ] {
        let document = document(&json!([allow("s3:*", "*"), with(allow("iam:*", "*"), &condition)]));
        let role = Identity::role(&[("p", &document)], None, &[], &[]);
        let found = role.can(&PASS).unwrap();
        let statement = &document.statements[1];
        let second = AllowedBy { policy: "p", label: "#2".into(), statement };
        assert_eq!((found.statements, found.conditional), (vec![second], conditional));
    }
}

#[test]
fn the_resources_lie_within_what_was_asked() {
    let role = |name: &str| format!("arn:aws:iam::111122223333:role/{name}");
    let resources = |statements: &Value| {
        let document = document(statements);
        let role = Identity::role(&[("p", &document)], None, &[], &[]);
        role.can(&PASS).map(|it| it.resources).unwrap_or_default()
    };
    for (statements, expected) in [
        (json!([allow("*", "*")]), vec![role("*")]),
        (json!([allow("*", "arn:aws:iam::*:role/a*")]), vec![role("a*")]),
        (json!([allow("*", &role("a*")), allow("*", &role("b"))]), vec![role("a*"), role("b")]),
        (json!([allow("*", &role("a*")), deny("*", &role("a*"))]), vec![]),
        (json!([allow("*", "*"), deny("*", &role("a*"))]), vec![role("*")]),
        (json!([{ "Effect": "Allow", "Action": "*", "NotResource": role("a") }]), vec![role("*")]),
    ] {
        assert_eq!(resources(&statements), expected, "{statements}");
    }
}

#[test]
fn a_key_of_several_values_has_one_in_each_session() {
    let only = |value: &str| with(allow("*", "*"), &json!({ "StringEquals": { "k:source": value } }));
    let facts = [("k:source", Some("a")), ("k:source", Some("b"))];
    let can = |statements: &Value, context| {
        let document = document(statements);
        let ask = Ask { context, ..PASS };
        Identity::role(&[("p", &document)], None, &[], &facts).can(&ask).map(|it| it.exact)
    };
    assert_eq!(can(&json!([only("a")]), &[]), Some(true));
    assert_eq!(can(&json!([only("c")]), &[]), None);
    assert_eq!(can(&json!([only("a")]), &[("k:source", Some("b"))]), None);
    let but = with(deny("*", "*"), &json!({ "StringNotEquals": { "k:source": "a" } }));
    assert_eq!(can(&json!([only("b"), but]), &[]), None);
}

#[test]
fn nothing_is_sure_of_a_key_that_the_action_does_not_carry() {
    let tagged = with(allow("*", "*"), &json!({ "StringEquals": { "aws:RequestTag/team": "blue" } }));
    let document = document(&json!([tagged]));
    let role = Identity::role(&[("p", &document)], None, &[], &[]);
    let exact =
        |carries: bool| role.can_with(&PASS, |key| carries || !key.contains("tag")).map(|it| it.exact);
    assert_eq!((exact(true), exact(false)), (Some(true), Some(false)));
}

/// Nine thousand characters fit an inline policy.
#[test]
fn long_names_are_compared_without_a_deep_stack() {
    let name = |name: &str| format!("arn:aws:iam::*:role/{}", name.repeat(9_000 / name.len()));
    for resource in [name("a"), name("a*"), name("*a?")] {
        let small = std::thread::Builder::new().stack_size(512 * 1024);
        let asked = small.spawn(move || can(&json!([allow("iam:PassRole", &resource)]), &PASS));
        assert!(asked.unwrap().join().unwrap().is_some());
    }
}

/// "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the
/// colon boundaries."
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[test]
fn a_wildcard_at_the_end_of_a_field_runs_on() {
    for resource in
        ["arn:aws:lambda:*:*:my-*", "arn:aws:lambda:*:my-f", "arn:aws:lambda:*:111122223333:function:my-*"]
    {
        let ask = |resource| Ask { action: "lambda:InvokeFunction", resource: Some(resource), context: &[] };
        let statements = json!([allow("lambda:*", resource)]);
        assert_eq!(
            can(&statements, &ask("arn:aws:lambda:*:111122223333:function:*")),
            Some(true),
            "{resource}"
        );
        assert_eq!(can(&statements, &ask("arn:aws:lambda:eu-west-1:111122223333:function:my-f")), Some(true));
    }
}

#[test]
fn policies_of_one_name_are_told_apart_by_their_statements() {
    let (inline, attached) = (document(&allow("s3:*", "*")), document(&allow("iam:PassRole", "*")));
    let role = Identity::role(&[("work", &inline), ("work", &attached)], None, &[], &[]);
    let found = role.can(&PASS).unwrap().statements;
    assert_eq!(found[0].to_string(), "policy work, statement #1");
    assert_eq!(found[0].statement, &attached.statements[0]);
    assert_eq!(found.len(), 1);
}

#[test]
fn a_service_may_be_written_in_many_ways() {
    for (action, asked, expected) in [
        ("S3:getobject", "s3:GetObject", true),
        ("s?:Get*", "s3:GetObject", true),
        ("*", "s3:GetObject", true),
        ("s3*Object", "s3:GetObject", true),
        ("sqs:*", "s3:GetObject", false),
        ("s3:Get*", "S3:*", true),
        ("s3:Get*", "s?:*", true),
        ("s3:Get*", "*", true),
        ("s3:Get*", "sqs:*", false),
    ] {
        let ask = Ask { action: asked, resource: Some("*"), context: &[] };
        assert_eq!(can(&allow(action, "*"), &ask).is_some(), expected, "{action} {asked}");
    }
}
