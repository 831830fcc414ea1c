//! Resource policies of functions, in the shapes that real accounts have.

use audit::ways::{self, BY_SERVICES, INVOKE_VIA_URL, OPEN_URL, SIGNED, Way};
use policy::{Case, Context, ContextValue, Document, Policy, Request, who_can};
use serde_json::{Value, json};

/// The account of all functions.
pub const OWNER: &str = "111122223333";

/// The day from which requests come, as the checks say it.
const DAY: &str = "2026-11-22";

/// The questions of the checks, each with whether callers sign: URLs without signature, and all that
/// signed callers and services can do.
pub fn ways() -> impl Iterator<Item = (&'static Way, bool)> {
    let unsigned = [&OPEN_URL, &INVOKE_VIA_URL].map(|way| (way, false));
    let signed = SIGNED.told.iter().chain(BY_SERVICES.told).map(|way| (way, true));
    unsigned.into_iter().chain(signed)
}

/// The ARN of a function.
pub fn arn(number: usize) -> String {
    format!("arn:aws:lambda:eu-west-1:{OWNER}:function:shop-{number}")
}

/// The policy of the function of that number, as AWS returns it: one to four statements.
pub fn policy(number: usize) -> String {
    let statements: Vec<_> = (0..=number % 4).map(|place| statement(number, number + place * 5)).collect();
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string()
}

/// Asks a policy all that the checks ask; gives how many grants there are.
pub fn ask(document: &Document, arn: &str) -> usize {
    let grants = ways().map(|(way, signed)| {
        let context = &ways::from(DAY, way.context);
        let request = Request { action: way.action, resource: arn, owner: OWNER, signed, context };
        who_can(document, &request).len()
    });
    grants.sum()
}

/// A request of API Gateway for the function, with the policy to judge it by.
pub fn case(document: Document, number: usize) -> Case {
    let source = format!("arn:aws:execute-api:eu-west-1:{OWNER}:a{number:07}/prod/GET/orders");
    let mut context = Context::default();
    for (key, value) in [
        ("aws:PrincipalIsAWSService", "true"),
        ("aws:PrincipalServiceName", "apigateway.amazonaws.com"),
        ("aws:SourceAccount", OWNER),
        ("aws:SourceArn", source.as_str()),
        ("aws:SecureTransport", "true"),
    ] {
        context.insert(key, ContextValue::One(value.into()));
    }
    Case {
        principal: "apigateway.amazonaws.com".into(),
        action: "lambda:InvokeFunction".into(),
        resource: arn(number),
        resource_account: Some(OWNER.into()),
        context,
        resource_policy: Some(Policy { name: None, document }),
        ..Case::default()
    }
}

/// One of the forms that permissions have in the wild.
fn statement(number: usize, form: usize) -> Value {
    let api = format!("arn:aws:execute-api:eu-west-1:{OWNER}:a{number:07}");
    let service = |name: &str| json!({ "Service": format!("{name}.amazonaws.com") });
    let invoke = "lambda:InvokeFunction";
    let (effect, principal, action, condition) = match form % 14 {
        0 => {
            let condition = json!({ "ArnLike": { "AWS:SourceArn": format!("{api}/*/GET/orders") } });
            ("Allow", service("apigateway"), invoke, condition)
        }
        1 => {
            let condition = json!({ "ArnLike": { "AWS:SourceArn": format!("{api}/*/*/*") },
                "StringEquals": { "AWS:SourceAccount": OWNER } });
            ("Allow", service("apigateway"), invoke, condition)
        }
        2 => {
            let condition = json!({ "ArnLike": { "AWS:SourceArn": format!("arn:aws:s3:::uploads-{number}") },
                "StringEquals": { "AWS:SourceAccount": OWNER } });
            ("Allow", service("s3"), invoke, condition)
        }
        // Without the account: a confused deputy.
        3 => {
            let condition =
                json!({ "ArnLike": { "AWS:SourceArn": format!("arn:aws:s3:::uploads-{number}") } });
            ("Allow", service("s3"), invoke, condition)
        }
        4 => {
            let rule = format!("arn:aws:events:eu-west-1:{OWNER}:rule/nightly-{number}");
            ("Allow", service("events"), invoke, json!({ "ArnLike": { "AWS:SourceArn": rule } }))
        }
        5 => {
            let topic = format!("arn:aws:sns:eu-west-1:{OWNER}:orders-{number}");
            ("Allow", service("sns"), invoke, json!({ "ArnLike": { "AWS:SourceArn": topic } }))
        }
        6 => ("Allow", json!({ "AWS": "arn:aws:iam::444455556666:root" }), invoke, Value::Null),
        7 => {
            let role = format!("arn:aws:iam::{:012}:role/caller-{number}", 200_000_000_000 + number);
            ("Allow", json!({ "AWS": role }), "lambda:*", Value::Null)
        }
        8 => {
            let condition = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } });
            ("Allow", json!("*"), "lambda:InvokeFunctionUrl", condition)
        }
        9 => {
            let condition = json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } });
            ("Allow", json!("*"), invoke, condition)
        }
        10 => {
            let condition = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } });
            ("Allow", json!("*"), invoke, condition)
        }
        11 => {
            let condition = json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
                "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } });
            ("Deny", json!({ "AWS": "*" }), "lambda:*", condition)
        }
        12 => ("Deny", json!("*"), "lambda:*", json!({ "Bool": { "aws:SecureTransport": "false" } })),
        _ => {
            let condition =
                json!({ "StringEquals": { "lambda:EventSourceToken": format!("amzn1.ask.skill.{number}") } });
            ("Allow", json!({ "Service": "alexa-appkit.amazon.com" }), invoke, condition)
        }
    };
    let mut statement = json!({
        "Sid": format!("s{form}"), "Effect": effect, "Principal": principal, "Action": action,
        "Resource": arn(number),
    });
    if let (Some(elements), false) = (statement.as_object_mut(), condition.is_null()) {
        elements.insert("Condition".into(), condition);
    }
    statement
}
