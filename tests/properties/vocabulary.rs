//! Policies and requests that have to do with each other, as JSON, out of choices.

use crate::choices::Choices;
use serde_json::{Map, Value, json};

pub(crate) const OWNER: &str = "111122223333";
pub(crate) const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";

/// A condition key, and values of which some mean something for it.
type Key = (&'static str, &'static [&'static str]);

pub(crate) const KEYS: [Key; 16] = [
    ("aws:PrincipalOrgID", &["o-mine", "o-evil", "o-*", "${aws:PrincipalTag/org}"]),
    ("aws:SourceOrgID", &["o-mine", "o-evil"]),
    ("aws:PrincipalAccount", &[OWNER, "999999999999", "9*", "*"]),
    ("aws:SourceAccount", &[OWNER, "999999999999", "9*", "4444555566??"]),
    (
        "aws:PrincipalArn",
        &["arn:aws:iam::999999999999:role/r", "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*"],
    ),
    ("aws:SourceArn", &["arn:aws:s3:::b", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:*:*:*", "*"]),
    ("aws:SourceIp", &["203.0.113.0/24", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "2001:db8::/32"]),
    ("aws:SourceVpce", &["vpce-mine", "vpce-*"]),
    ("aws:SecureTransport", &["true", "false", "True"]),
    ("aws:PrincipalIsAWSService", &["true", "false"]),
    ("aws:PrincipalTag/org", &["o-mine", "O-Mine", "*", ""]),
    ("aws:MultiFactorAuthAge", &["1", "3600", "1e3", "-0.5", "x"]),
    ("aws:CurrentTime", &["2026-01-01T00:00:00Z", "2026", "1767225600", "x"]),
    ("lambda:EventSourceToken", &["token", "*"]),
    ("example:Bytes", &["QQ==", "QQ", "QUI=", "?"]),
    ("example:Unknown", &["x", "y", "${aws:username,'x'}", "${*}"]),
];

const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "ArnLike",
    "ArnNotLike",
    "Bool",
    "IpAddress",
    "NotIpAddress",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "ArnEquals",
    "ArnNotEquals",
    "Null",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "BinaryEquals",
];

const PRINCIPALS: [(&str, &str); 12] = [
    ("AWS", "*"),
    ("AWS", OWNER),
    ("AWS", "arn:aws:iam::111122223333:role/own"),
    ("AWS", "999999999999"),
    ("AWS", "arn:aws:iam::999999999999:role/r"),
    ("AWS", "arn:aws:iam::444455556666:root"),
    ("AWS", "AROACKCEVSQ6C2EXAMPLE"),
    ("AWS", "arn:aws:iam::999999999999:user/*"),
    ("Service", "s3.amazonaws.com"),
    ("Service", "sns.amazonaws.com"),
    ("Federated", "graph.facebook.com"),
    ("CanonicalUser", "79a59d"),
];

const ACTIONS: [&str; 6] = ["*", "lambda:*", "LAMBDA:invoke*", "lambda:Invoke?unction", "s3:*", "*:*"];

const RESOURCES: [&str; 6] = [
    "*",
    FUNCTION,
    "arn:aws:lambda:*:*:function:${aws:PrincipalTag/f}",
    "arn:aws:lambda:eu-*:function:?",
    "arn:aws:lambda",
    "arn:aws:s3:::b",
];

/// A document; of a resource's policy if it names principals.
pub(crate) fn document(choices: &mut Choices, with_principals: bool) -> Value {
    let version = choices.one(&["2012-10-17", "2008-10-17"]);
    let statements = choices.some(6, |choices| {
        let effect = choices.one(&["Allow", "Deny"]);
        statement(choices, effect, with_principals)
    });
    json!({ "Version": version, "Statement": statements })
}

pub(crate) fn statement(choices: &mut Choices, effect: &str, with_principals: bool) -> Value {
    let mut elements = Map::new();
    elements.insert("Effect".into(), json!(effect));
    let mut put = |choices: &mut Choices, name: &str, value: Value| {
        let not = if choices.once_in(6) { "Not" } else { "" };
        elements.insert(format!("{not}{name}"), value);
    };
    if with_principals {
        let principals = principals(choices);
        put(choices, "Principal", principals);
    }
    let actions = choices.some(3, |choices| choices.one(&ACTIONS));
    put(choices, "Action", if actions.is_empty() { json!("*") } else { json!(actions) });
    let resources = choices.some(3, |choices| choices.one(&RESOURCES));
    put(choices, "Resource", if resources.is_empty() { json!("*") } else { json!(resources) });
    elements.insert("Condition".into(), conditions(choices));
    Value::Object(elements)
}

fn principals(choices: &mut Choices) -> Value {
    let mut kinds = Map::new();
    for (kind, name) in choices.some(4, |choices| choices.one(&PRINCIPALS)) {
        if let Some(names) = kinds.entry(kind).or_insert_with(|| json!([])).as_array_mut() {
            names.push(json!(name));
        }
    }
    if kinds.is_empty() { json!("*") } else { Value::Object(kinds) }
}

fn conditions(choices: &mut Choices) -> Value {
    let mut operators = Map::new();
    for _ in 0..choices.below(4) {
        let operator = choices.one(&OPERATORS);
        let qualifier = choices.one(&["", "", "", "ForAllValues:", "ForAnyValue:"]);
        let suffix = if operator != "Null" && choices.once_in(3) { "IfExists" } else { "" };
        let (key, values) = choices.one(&KEYS);
        let values = match operator {
            "Null" => vec![choices.one(&["true", "false"])],
            _ => (0..=choices.below(3)).map(|_| choices.one(values)).collect(),
        };
        let keys = operators.entry(format!("{qualifier}{operator}{suffix}")).or_insert_with(|| json!({}));
        if let Some(keys) = keys.as_object_mut() {
            keys.insert(key.into(), json!(values));
        }
    }
    Value::Object(operators)
}
