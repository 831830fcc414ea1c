use crate::{Document, Identity};
use serde_json::{Value, json};

fn document(statements: &Value) -> Document {
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

fn on(action: &Value, resource: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn allow(action: &str) -> Value {
    on(&json!(action), &json!("*"))
}

fn deny(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Deny", "Action": action, "Resource": resource })
}

fn under(mut statement: Value, operator: &str, key: &str, value: &str) -> Value {
    statement["Condition"] = json!({ operator: { key: value } });
    statement
}

/// A role's statements, those of its boundary, and its team.
struct Role<'a>(&'a Value, Option<&'a Value>, &'a str);

fn identity<'a>(own: &'a Document, bound: Option<&'a Document>, team: &str) -> Identity<'a> {
    let facts = [("aws:PrincipalTag/team", Some(team)), ("aws:PrincipalAccount", Some("111122223333"))];
    Identity::role(&[("p", own)], bound.map(|it| ("b", it)), &[], &facts)
}

/// The actions of the statements by which the one may do more than the other.
fn beyond(one: &Role, other: &Role) -> Vec<String> {
    let [mine, theirs] = [one, other].map(|it| (document(it.0), it.1.map(document)));
    let (one, other) =
        (identity(&mine.0, mine.1.as_ref(), one.2), identity(&theirs.0, theirs.1.as_ref(), other.2));
    one.beyond(&other).map(|it| format!("{:?}", it.actions)).collect()
}

/// Whether the other's statements cover the one's.
fn covered(one: &Value, other: &Value) -> bool {
    beyond(&Role(one, None, "blue"), &Role(other, None, "blue")).is_empty()
}

#[test]
fn less_in_other_words_is_no_more() {
    let bucket = "arn:aws:s3:::orders/*";
    for (one, other, expected) in [
        (allow("s3:GetObject"), allow("s3:GetObject"), true),
        (allow("s3:GetObject"), allow("S3:Get*"), true),
        (allow("s3:Get*"), allow("s3:GetObject"), false),
        (on(&json!("s3:GetObject"), &json!(bucket)), allow("s3:*"), true),
        (allow("s3:*"), on(&json!("s3:*"), &json!(bucket)), false),
        // By several statements, each action on each resource.
        (
            on(&json!(["s3:GetObject", "sqs:SendMessage"]), &json!(bucket)),
            json!([allow("sqs:*"), allow("s3:*")]),
            true,
        ),
        (
            on(&json!(["s3:GetObject", "sqs:SendMessage"]), &json!("*")),
            json!([allow("sqs:*"), on(&json!("s3:*"), &json!(bucket))]),
            false,
        ),
        (
            on(&json!("s3:*"), &json!(["arn:aws:s3:::a", "arn:aws:s3:::b"])),
            json!([
                on(&json!("s3:*"), &json!("arn:aws:s3:::a")),
                on(&json!("s3:*"), &json!("arn:aws:s3:::b"))
            ]),
            true,
        ),
        // A wildcard within a field, and an ARN of fewer fields.
        (
            on(&json!("lambda:*"), &json!("arn:aws:lambda:*:111122223333:function:f")),
            on(&json!("lambda:*"), &json!("arn:aws:lambda:*:111122223333:function:*")),
            true,
        ),
        (on(&json!("lambda:*"), &json!("arn:aws:lambda:eu-west-1")), allow("lambda:*"), true),
        (
            on(&json!("lambda:*"), &json!("arn:aws:lambda:eu-west-1")),
            on(&json!("lambda:*"), &json!("arn:aws:lambda:eu-west-1:*:function:f")),
            false,
        ),
        // The opposites.
        (json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), allow("*"), true),
        (allow("s3:*"), json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), true),
        (allow("iam:Get*"), json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), false),
        (json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }), allow("s3:*"), false),
        (
            on(&json!("s3:*"), &json!(bucket)),
            json!({ "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secrets/*" }),
            true,
        ),
        (
            allow("s3:*"),
            json!({ "Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::secrets/*" }),
            false,
        ),
        (json!([]), json!([]), true),
        (allow("s3:*"), json!([]), false),
    ] {
        assert_eq!(covered(&one, &other), expected, "{one} {other}");
    }
}

#[test]
fn only_what_goes_beyond_is_given() {
    let statements = json!([allow("s3:GetObject"), allow("sqs:*"), allow("sns:GetTopicAttributes")]);
    let given = beyond(&Role(&statements, None, ""), &Role(&allow("s*:*e*"), None, ""));
    assert_eq!(given, [r#"Only(["sqs:*"])"#]);
}

#[test]
fn conditions_must_be_the_same_or_none() {
    let region = |statement| under(statement, "StringEquals", "aws:RequestedRegion", "eu-west-1");
    let team = |statement, team| under(statement, "StringEquals", "aws:PrincipalTag/Team", team);
    let mfa = |statement| under(statement, "Bool", "aws:MultiFactorAuthPresent", "true");
    let (wide, narrow) = (allow("s3:*"), allow("s3:GetObject"));
    for (one, other, expected) in [
        (region(narrow.clone()), wide.clone(), true),
        (region(narrow.clone()), region(wide.clone()), true),
        (narrow.clone(), region(wide.clone()), false),
        // What no role meets lends nothing, and what each of them meets anyway limits nothing.
        (mfa(narrow.clone()), json!([]), true),
        (team(narrow.clone(), "red"), json!([]), true),
        (narrow.clone(), team(wide.clone(), "blue"), true),
        (narrow.clone(), team(wide.clone(), "red"), false),
        (narrow.clone(), mfa(wide.clone()), false),
    ] {
        assert_eq!(covered(&one, &other), expected, "{one} {other}");
    }
}

#[test]
fn the_same_words_mean_something_else_for_another_role() {
    let tagged = under(allow("s3:*"), "StringEquals", "aws:ResourceTag/team", "${aws:PrincipalTag/team}");
    let home = on(&json!("s3:*"), &json!("arn:aws:s3:::${aws:PrincipalTag/team}/*"));
    let account = on(&json!("s3:*"), &json!("arn:aws:s3:::${aws:PrincipalAccount}/*"));
    let spares = json!([allow("s3:*"), deny("s3:*", "arn:aws:s3:::${aws:PrincipalTag/team}/*")]);
    for (statement, same, another) in
        [(&tagged, true, false), (&home, true, false), (&account, true, true), (&spares, true, false)]
    {
        for (team, expected) in [("blue", same), ("red", another)] {
            let given = beyond(&Role(statement, None, "blue"), &Role(statement, None, team));
            assert_eq!(given.is_empty(), expected, "{statement} {team}");
        }
    }
    assert!(covered(&home, &on(&json!("s3:*"), &json!("arn:aws:s3:::*"))));
    assert!(!covered(&on(&json!("s3:*"), &json!("arn:aws:s3:::blue/*")), &home));
}

#[test]
fn what_limits_the_other_alone_counts() {
    let (all, s3) = (allow("*"), allow("s3:*"));
    let given = |one: &Role, other: &Role| !beyond(one, other).is_empty();
    let bounded = |bound| Role(&all, bound, "blue");
    assert!(!given(&bounded(None), &bounded(None)));
    assert!(given(&bounded(None), &bounded(Some(&s3))));
    assert!(!given(&bounded(Some(&s3)), &bounded(Some(&s3))));
    assert!(!given(&bounded(Some(&s3)), &bounded(None)));
    assert!(!given(&Role(&allow("s3:Get*"), None, ""), &bounded(Some(&s3))));
    for (denied, resource, expected) in [
        ("s3:GetObject", "*", true),
        ("sqs:*", "*", false),
        ("s3:*", "arn:aws:s3:::orders/*", true),
        ("s3:*", "arn:aws:s3:::${aws:username}/*", true),
        ("s3:*", "arn:aws:sqs:*", false),
    ] {
        let limited = json!([allow("*"), deny(denied, resource)]);
        let one = on(&json!("s3:Get*"), &json!("arn:aws:s3:::*"));
        assert_eq!(given(&Role(&one, None, ""), &Role(&limited, None, "")), expected, "{denied} {resource}");
        assert!(!given(&Role(&limited, None, ""), &Role(&limited, None, "")), "{denied} {resource}");
        // A boundary that denies.
        let bound = Role(&all, Some(&limited), "");
        assert_eq!(given(&Role(&one, None, ""), &bound), expected, "{denied} {resource}");
        assert!(!given(&Role(&one, Some(&limited), ""), &bound), "{denied} {resource}");
    }
}
