use super::*;
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:shop";

fn access(statements: &Value, url: Option<UrlAuth>) -> Access {
    let document =
        Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap();
    of_function(&document, FUNCTION, url).unwrap()
}

fn allow(principal: &Value, action: &str, condition: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": FUNCTION, "Condition": condition })
}

fn through_url() -> Value {
    let auth = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } });
    allow(&json!("*"), "lambda:InvokeFunctionUrl", &auth)
}

fn invoke_via_url() -> Value {
    allow(
        &json!("*"),
        "lambda:InvokeFunction",
        &json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } }),
    )
}

#[test]
fn a_url_without_authentication_needs_both_grants() {
    let both = access(&json!([through_url(), invoke_via_url()]), Some(UrlAuth::None));
    assert_eq!((both.reach, both.confidence), ("anonymous", Confidence::High));
    assert_eq!(both.grants[0].actions, ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]);
    let first = access(&json!([through_url()]), Some(UrlAuth::None));
    assert_eq!((first.reach, first.confidence), ("anonymous", Confidence::Medium));
    assert!(first.grants[0].reason.contains("October 2025"), "{}", first.grants[0].reason);
    for closed in [
        access(&json!([invoke_via_url()]), Some(UrlAuth::None)),
        access(&json!([through_url(), invoke_via_url()]), None),
    ] {
        assert_eq!((closed.reach, closed.grants.len()), ("none", 0));
    }
    let signed = access(&json!([through_url(), invoke_via_url()]), Some(UrlAuth::AwsIam));
    assert_eq!(signed.reach, "none", "the grants are for another authentication");
}

#[test]
fn a_public_invoke_is_no_matter_of_urls() {
    let found = access(&json!([allow(&json!("*"), "lambda:InvokeFunction", &json!({}))]), None);
    assert_eq!((found.reach, found.audiences), ("any-aws-principal", vec!["any-aws-principal"]));
    assert_eq!(found.grants[0].actions, ["lambda:InvokeFunction"]);
}

#[test]
fn audiences_are_told_widest_first() {
    let account = json!({ "StringEquals": { "aws:SourceAccount": "111122223333" } });
    let found = access(
        &json!([
            allow(&json!({ "Service": "s3.amazonaws.com" }), "lambda:InvokeFunction", &account),
            allow(&json!({ "AWS": "444455556666" }), "lambda:*", &json!({})),
            allow(&json!({ "Service": "sns.amazonaws.com" }), "lambda:InvokeFunction", &json!({})),
        ]),
        None,
    );
    assert_eq!(found.audiences, ["any-account-through-a-service", "foreign-accounts", "own-account"]);
    assert_eq!(found.grants.iter().map(|it| it.statement).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(found.grants[1].actions.iter().any(|it| it == "lambda:UpdateFunctionCode"));
}

#[test]
fn limits_stay_with_their_audience() {
    let network = json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
    let found = access(&json!([allow(&json!("*"), "lambda:InvokeFunction", &network)]), None);
    assert_eq!((found.reach, found.grants[0].limited), ("any-aws-principal", true));
    assert!(found.grants[0].conditions[0].effective);
}

#[test]
fn only_functions_have_access() {
    assert_eq!(of_function(&Document::default(), "arn:aws:s3:::bucket", None), None);
    let alias = format!("{FUNCTION}:live");
    assert_eq!(of_function(&Document::default(), &alias, None).unwrap().reach, "none");
}
