//! Which actions and resources a statement is about.

use super::*;
use Verdict::{Allowed, ImplicitlyDenied};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:queue";

/// Whether an identity policy's statement is about the request.
fn is_about(elements: &Value, action: &str, resource: &str, context: &Value) -> bool {
    let mut statement = elements.clone();
    statement["Effect"] = json!("Allow");
    let version = statement.as_object_mut().unwrap().remove("Version").unwrap_or(json!("2012-10-17"));
    decision(&json!({
        "action": action, "resource": resource, "context": context,
        "identityPolicies": [{ "Version": version, "Statement": statement }],
    })) == Allowed
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[test]
fn actions_have_no_case_and_wildcards() {
    for (elements, expected) in [
        (json!({ "Action": "*" }), true),
        (json!({ "Action": "*:*" }), true),
        (json!({ "Action": "sqs:*" }), true),
        (json!({ "Action": "SQS:sendmessage" }), true),
        (json!({ "Action": "sqs:Send*" }), true),
        (json!({ "Action": "sqs:*Message" }), true),
        (json!({ "Action": "sqs:S?ndM*ge" }), true),
        (json!({ "Action": "sqs:SendMessage?" }), false),
        (json!({ "Action": "sqs:Send" }), false),
        (json!({ "Action": "sqs:SendMessageBatch" }), false),
        (json!({ "Action": ["s3:*", "sqs:SendMessage"] }), true),
        (json!({ "Action": ["s3:*", "sns:*"] }), false),
        (json!({ "NotAction": "s3:*" }), true),
        (json!({ "NotAction": ["s3:*", "sqs:send*"] }), false),
        (json!({ "NotAction": "*" }), false),
        (json!({ "Action": "sqs:${aws:x, 'SendMessage'}" }), false),
    ] {
        let mut elements = elements;
        elements["Resource"] = json!("*");
        assert_eq!(is_about(&elements, "sqs:SendMessage", QUEUE, &json!({})), expected, "{elements}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[test]
fn resources_have_case_and_wildcards() {
    for (elements, expected) in [
        (json!({ "Resource": "*" }), true),
        (json!({ "Resource": QUEUE }), true),
        (json!({ "Resource": "arn:aws:sqs:eu-west-1:111122223333:Queue" }), false),
        (json!({ "Resource": "arn:aws:sqs:eu-west-1:111122223333:q*e" }), true),
        (json!({ "Resource": "arn:aws:sqs:eu-west-?:1111*3333:qu?ue" }), true),
        (json!({ "Resource": "arn:aws:sqs:*:*:*" }), true),
        (json!({ "Resource": "arn:aws:sqs:eu-*-1:111122223333:queue" }), true),
        (json!({ "Resource": "arn:aws:sqs:e*st-1:111122223333:queue" }), true),
        // Within a field a wildcard stays there; at the end of one it may run on.
        (json!({ "Resource": "arn:aws:sqs:eu*3:queue" }), false),
        (json!({ "Resource": "arn:aws:sqs:eu*:queue" }), true),
        (json!({ "Resource": "arn:aws:sqs:*:queue" }), true),
        (json!({ "Resource": "arn:aws:s*" }), true),
        (json!({ "Resource": "arn:*" }), true),
        (json!({ "Resource": "arn:aws:sqs:us-*" }), false),
        // "AWS automatically completes the ARN by adding wildcard characters to all missing fields."
        (json!({ "Resource": "arn:aws:sqs" }), true),
        (json!({ "Resource": "arn:aws:sqs:eu-west-1" }), true),
        (json!({ "Resource": "arn:aws:sns" }), false),
        (json!({ "Resource": ["arn:aws:s3:::*", QUEUE] }), true),
        (json!({ "NotResource": "arn:aws:s3:::*" }), true),
        (json!({ "NotResource": ["arn:aws:s3:::*", "arn:aws:sqs:*"] }), false),
        (json!({ "NotResource": "*" }), false),
    ] {
        let mut elements = elements;
        elements["Action"] = json!("*");
        assert_eq!(is_about(&elements, "sqs:SendMessage", QUEUE, &json!({})), expected, "{elements}");
    }
}

/// The page's list of objects.
#[test]
fn a_wildcard_in_a_key_runs_over_slashes() {
    let statement = json!({ "Action": "*", "Resource": "arn:aws:s3:::amzn-s3-demo-bucket/*/test/*" });
    for (key, expected) in [
        ("1/test/object.jpg", true),
        ("1/2/test/object.jpg", true),
        ("1/2/test/3/object.jpg", true),
        ("1/2/3/test/4/object.jpg", true),
        ("1///test///object.jpg", true),
        ("1/test/.jpg", true),
        ("/test/object.jpg", true),
        ("1/test/", true),
        ("1-test/object.jpg", false),
        ("test/object.jpg", false),
        ("1/2/test.jpg", false),
    ] {
        let arn = format!("arn:aws:s3:::amzn-s3-demo-bucket/{key}");
        assert_eq!(is_about(&statement, "s3:GetObject", &arn, &json!({})), expected, "{key}");
    }
}

/// Actions on no resource need `*`.
#[test]
fn no_resource_is_the_star() {
    for (resource, expected) in [("*", true), ("arn:aws:s3:::*", false), ("arn:aws:s3:::b", false)] {
        let statement = json!({ "Action": "*", "Resource": resource });
        assert_eq!(is_about(&statement, "s3:ListAllMyBuckets", "*", &json!({})), expected, "{resource}");
    }
    let but = json!({ "Action": "*", "NotResource": "arn:aws:s3:::b" });
    assert!(is_about(&but, "s3:ListAllMyBuckets", "*", &json!({})));
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
#[test]
fn variables_stand_in_the_last_part_of_an_arn() {
    let context = json!({ "aws:username": "ann", "aws:PrincipalTag/star": "*", "aws:PrincipalAccount": OWN });
    let arn = "arn:aws:s3:::b/home/ann/file";
    for (elements, expected) in [
        (json!({ "Resource": "arn:aws:s3:::b/home/${aws:username}/*" }), true),
        (json!({ "Resource": "arn:aws:s3:::b/home/${AWS:UserName}/f???" }), true),
        (json!({ "Resource": "arn:aws:s3:::b/home/${aws:PrincipalTag/star}/*" }), false),
        (json!({ "Resource": "arn:aws:s3:::b/home/${aws:userid}/*" }), false),
        (json!({ "Resource": "arn:aws:s3:::b/home/${aws:userid, 'ann'}/*" }), true),
        (json!({ "Resource": "arn:aws:s3:::b/home/${*}/*" }), false),
        (json!({ "Version": "2008-10-17", "Resource": "arn:aws:s3:::b/home/${aws:username}/*" }), false),
        (json!({ "NotResource": "arn:aws:s3:::b/home/${aws:username}/*" }), false),
        // A variable without a value matches no resource.
        (json!({ "NotResource": "arn:aws:s3:::b/home/${aws:userid}/*" }), true),
    ] {
        let mut elements = elements;
        elements["Action"] = json!("*");
        assert_eq!(is_about(&elements, "s3:GetObject", arn, &context), expected, "{elements}");
    }
    for resource in
        ["arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:queue", "arn:aws:sqs:*:${aws:PrincipalAccount}:queue"]
    {
        let statement = json!({ "Action": "*", "Resource": resource });
        assert!(!is_about(&statement, "sqs:SendMessage", QUEUE, &context), "{resource}");
    }
    let old = json!({ "Version": "2008-10-17", "Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}" });
    assert!(is_about(&old, "s3:GetObject", "arn:aws:s3:::b/${aws:username}", &context));
}

/// In policies of resources incomplete ARNs are not completed; an API's policy may shorten its own.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
#[test]
fn policies_of_resources_name_their_resource() {
    let api = "arn:aws:execute-api:eu-west-1:111122223333:abc/prod/GET/orders";
    for (resource, asked, expected) in [
        ("arn:aws:sqs", QUEUE, ImplicitlyDenied),
        ("arn:aws:sqs:*", QUEUE, Allowed),
        (QUEUE, QUEUE, Allowed),
        ("execute-api:/*", api, Allowed),
        ("execute-api:/prod/GET/*", api, Allowed),
        ("execute-api:/test/*", api, ImplicitlyDenied),
        ("execute-api:/*", QUEUE, ImplicitlyDenied),
        ("arn:aws:execute-api:eu-west-1:111122223333:abc/", api, Allowed),
        ("arn:aws:execute-api:eu-west-1:111122223333:abc", api, ImplicitlyDenied),
        ("arn:aws:execute-api:eu-west-1:111122223333:ab/", api, ImplicitlyDenied),
    ] {
        let policy = statement("Allow", &json!({ "Principal": "*", "Resource": resource }));
        let fields = json!({ "resource": asked, "action": "x:Y", "resourcePolicy": policy });
        assert_eq!(decision(&fields), expected, "{resource}");
    }
    let trust = json!({ "resourcePolicy": grant(&json!("*")) });
    assert_eq!(decision(&trust), Allowed);
}
