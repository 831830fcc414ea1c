//! One case of each kind, with the verdict that AWS's documentation gives it.

use serde_json::{Value, json};

use crate::verdict::Verdict::{self, Allowed, ExplicitlyDenied, ImplicitlyDenied};

/// A case about which the simulator is wrong.
#[derive(Debug, Clone)]
pub struct Example {
    /// The kind it is an example of.
    pub kind: &'static str,
    /// The case.
    pub case: Value,
    /// What AWS's documentation says of it.
    pub verdict: Verdict,
}

const OBJECT: &str = "arn:aws:s3:::lambda_bucket/ann/notes.txt";

/// A user of the account reads an object, with one statement to say whether she may.
fn case(context: &Value, statement: &Value) -> Value {
    json!({
        "principal": "arn:aws:iam::111122223333:user/ann",
        "action": "s3:GetObject",
        "resource": OBJECT,
        "resourceAccount": "111122223333",
        "context": context,
        "identityPolicies": [{ "Version": "2012-10-17", "Statement": statement }],
        "sessionPolicies": [],
        "resourcePolicy": null,
        "permissionBoundaries": [],
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    })
}

/// The same, allowed under a condition.
fn condition(context: &Value, condition: &Value) -> Value {
    case(
        context,
        &json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition }),
    )
}

/// The case with other members.
fn with(mut case: Value, members: &[(&str, Value)]) -> Value {
    for (name, value) in members {
        case[*name] = value.clone();
    }
    case
}

/// One of each kind at least.
pub fn examples() -> Vec<Example> {
    let example = |kind, verdict, case| Example { kind, case, verdict };
    let ann = json!({ "aws:username": "ann" });
    let old = json!([{ "Version": "2008-10-17", "Statement": {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lambda_bucket/${aws:username}/*" } }]);
    let invoke = |resource: &str, context: &Value| {
        let statement = json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource });
        let resource = "arn:aws:execute-api:us-east-1:111122223333:a1b2c3/prod/GET/pets";
        with(
            case(context, &statement),
            &[("action", json!("execute-api:Invoke")), ("resource", json!(resource))],
        )
    };
    let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let federated = "arn:aws:sts::111122223333:federated-user/ann";
    let session = "arn:aws:sts::111122223333:assumed-role/reader/ann";
    let granted = |effect: &str, principals: &Value| {
        let mut statement = json!({ "Effect": effect, "Action": "*", "Resource": "*" });
        if let (Some(statement), Some(principals)) = (statement.as_object_mut(), principals.as_object()) {
            statement.extend(principals.clone());
        }
        let allows_else = json!({ "Effect": "Allow", "Action": "sqs:*", "Resource": "*" });
        let document = |statement: &Value| json!({ "Version": "2012-10-17", "Statement": statement });
        let context = json!({ "aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader" });
        let members = [
            ("principal", json!(session)),
            ("sessionPolicies", json!([document(&allows_else)])),
            ("resourcePolicy", document(&statement)),
        ];
        with(case(&context, &everything), &members)
    };
    vec![
        example(
            "variables-of-the-old-version",
            ImplicitlyDenied,
            with(case(&ann, &json!([])), &[("identityPolicies", old)]),
        ),
        example(
            "variable-without-value",
            Allowed,
            condition(
                &json!({ "s3:ExistingObjectTag/Team": "blue" }),
                &json!({ "StringNotEquals": { "s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}" } }),
            ),
        ),
        example(
            "resource-variable-without-value",
            Allowed,
            case(
                &json!({}),
                &json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/${aws:PrincipalTag/Team}" }),
            ),
        ),
        example(
            "variable-before-the-fifth-colon",
            Allowed,
            condition(
                &json!({ "aws:PrincipalAccount": "111122223333", "aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:t" }),
                &json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:*:${aws:PrincipalAccount}:*" } }),
            ),
        ),
        example(
            "character-in-exact-value",
            Allowed,
            condition(&json!({ "s3:prefix": "a*b" }), &json!({ "StringEquals": { "s3:prefix": "a${*}b" } })),
        ),
        example("short-form-of-an-api", Allowed, {
            let policy = json!({ "Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/GET/*" } });
            with(
                invoke("arn:aws:execute-api:us-east-1:111122223333:other/*", &json!({})),
                &[
                    ("principal", json!("anonymous")),
                    ("identityPolicies", json!([])),
                    ("resourcePolicy", policy),
                ],
            )
        }),
        example(
            "pattern-in-the-first-segment",
            Allowed,
            invoke("arn:aws:execute-api:us-east-1:111122223333:*/prod/GET/pets", &json!({})),
        ),
        example(
            "address-without-length",
            Allowed,
            condition(
                &json!({ "aws:SourceIp": "2001:db8::1" }),
                &json!({ "IpAddress": { "aws:SourceIp": "2001:0DB8:0:0:0:0:0:1" } }),
            ),
        ),
        example(
            "address-without-length",
            Allowed,
            condition(
                &json!({ "aws:SourceIp": "203.0.113.9" }),
                &json!({ "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }),
            ),
        ),
        example(
            "address-without-length",
            ExplicitlyDenied,
            case(
                &json!({ "aws:SourceIp": "2001:db8::1" }),
                &json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
                         "Condition": { "NotIpAddress": { "aws:SourceIp": "203.0.113.9" } } }),
            ),
        ),
        example(
            "date-forms",
            Allowed,
            condition(
                &json!({ "aws:EpochTime": "1577836801" }),
                &json!({ "DateGreaterThan": { "aws:EpochTime": "2020-01-01T00:00:00Z" } }),
            ),
        ),
        example(
            "base64-padding",
            Allowed,
            condition(
                &json!({ "example:Digest": "QQ==" }),
                &json!({ "BinaryEquals": { "example:Digest": "QQ" } }),
            ),
        ),
        example(
            "empty-value-in-a-set",
            Allowed,
            condition(
                &json!({ "aws:TagKeys": "" }),
                &json!({ "ForAllValues:StringEquals": { "aws:TagKeys": "a" } }),
            ),
        ),
        example(
            "null-of-nothing",
            Allowed,
            condition(&json!({ "aws:TagKeys": [] }), &json!({ "Null": { "aws:TagKeys": "true" } })),
        ),
        example("service-linked-role", Allowed, {
            let deny = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
            let role = "arn:aws:iam::111122223333:role/aws-service-role/s.amazonaws.com/AWSServiceRoleForS";
            let levels = json!([[{ "Version": "2012-10-17", "Statement": [everything, deny] }]]);
            with(
                case(&json!({}), &everything),
                &[("principal", json!(role)), ("serviceControlPolicies", levels)],
            )
        }),
        example(
            "federated-user-without-session-policy",
            ImplicitlyDenied,
            with(case(&json!({}), &everything), &[("principal", json!(federated))]),
        ),
        example(
            "grant-to-the-session-itself",
            Allowed,
            granted("Allow", &json!({ "Principal": { "AWS": session } })),
        ),
        example(
            "not-principal-without-the-account",
            ExplicitlyDenied,
            granted("Deny", &json!({ "NotPrincipal": { "AWS": session } })),
        ),
        example(
            "if-exists-over-a-set",
            Allowed,
            condition(&json!({}), &json!({ "ForAnyValue:StringEqualsIfExists": { "aws:TagKeys": "a" } })),
        ),
    ]
}
