use super::*;
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:shop";

fn access(statements: &Value, url: Option<UrlAuth>) -> Access {
    let document =
        Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap();
    of_function(&document, FUNCTION, url, "2026-11-22").unwrap()
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

/// Both grants must be for the same callers.
#[test]
fn the_two_grants_of_a_url_are_joined_by_whom_they_let_in() {
    let auth = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "AWS_IAM" } });
    let via = json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } });
    let (one, two) = (json!({ "AWS": "444455556666" }), json!({ "AWS": "777788889999" }));
    let both = |second: &Value| {
        let first = allow(&one, "lambda:InvokeFunctionUrl", &auth);
        access(&json!([first, allow(second, "lambda:InvokeFunction", &via)]), Some(UrlAuth::AwsIam))
    };
    let apart = both(&two);
    assert_eq!((apart.grants.len(), apart.confidence), (1, Confidence::Medium));
    for second in [&one, &json!("*"), &json!({ "AWS": "arn:aws:iam::444455556666:root" })] {
        let joined = both(second);
        assert_eq!((joined.grants.len(), joined.confidence), (1, Confidence::High), "{second}");
        assert_eq!(joined.grants[0].actions.len(), 2);
    }
    // A narrower second grant lets fewer through a new URL.
    let wide = allow(&json!("*"), "lambda:InvokeFunctionUrl", &auth);
    let narrow = allow(&one, "lambda:InvokeFunction", &via);
    let found = access(&json!([wide, narrow]), Some(UrlAuth::AwsIam));
    let told: Vec<_> = found.grants.iter().map(|it| (it.audience, it.actions.len(), it.confidence)).collect();
    assert_eq!(
        told,
        [("any-aws-principal", 1, Confidence::Medium), ("foreign-accounts", 2, Confidence::High)]
    );
    assert!(found.grants[1].reason.contains("by statement #1"), "{}", found.grants[1].reason);
}

/// A Deny of one action leaves the others.
#[test]
fn callers_of_a_later_action_are_told_too() {
    let (one, two) = ("444455556666", "777788889999");
    let both = allow(&json!({ "AWS": [one, two] }), "lambda:*", &json!({}));
    let deny = |action: &str| {
        let mut deny = allow(&json!({ "AWS": two }), action, &json!({}));
        deny["Effect"] = json!("Deny");
        deny
    };
    for action in ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:GetFunction"] {
        let found = access(&json!([both, deny(action)]), None);
        let may = |principal: &str, action: &str| {
            let of = |it: &&Opening| it.principals.iter().any(|name| name == principal);
            found.grants.iter().filter(of).any(|it| it.actions.iter().any(|it| it == action))
        };
        for other in ["lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:GetFunction"] {
            assert!(may(one, other), "{other}");
            assert_eq!(may(two, other), other != action, "{other} {action}");
        }
    }
}

#[test]
fn what_expired_lets_nobody_in() {
    let until = |day: &str| {
        let condition = json!({ "DateLessThan": { "aws:CurrentTime": day } });
        access(&json!([allow(&json!("*"), "lambda:InvokeFunction", &condition)]), None).reach
    };
    assert_eq!((until("2026-11-22"), until("2026-11-23")), ("none", "any-aws-principal"));
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
    assert_eq!(of_function(&Document::default(), "arn:aws:s3:::bucket", None, "2026-11-22"), None);
    let alias = format!("{FUNCTION}:live");
    assert_eq!(of_function(&Document::default(), &alias, None, "2026-11-22").unwrap().reach, "none");
}
