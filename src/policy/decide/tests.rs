//! Requests with what becomes of them, by the page of AWS's documentation that says so.

use super::*;
use serde_json::{Value, json};

const USER: &str = "arn:aws:iam::111122223333:user/ann";

fn decision(case: &Value) -> Verdict {
    decide(&serde_json::from_value(case.clone()).unwrap()).decision
}

/// A case in which the user asks for an object of the own account.
fn case(fields: &Value) -> Value {
    let mut case = json!({
        "principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "resourceAccount": "111122223333"
    });
    case.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    case
}

fn allow() -> Value {
    json!({ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } })
}

#[test]
fn an_identity_policy_or_a_resource_policy_is_enough_in_the_same_account() {
    let grant = json!({ "Statement": { "Effect": "Allow", "Principal": { "AWS": USER }, "Action": "*" } });
    assert_eq!(decision(&case(&json!({ "identityPolicies": [allow()] }))), Verdict::Allowed);
    assert_eq!(decision(&case(&json!({ "resourcePolicy": grant }))), Verdict::Allowed);
    assert_eq!(decision(&case(&json!({}))), Verdict::ImplicitlyDenied);
}
