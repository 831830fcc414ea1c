//! What a Deny leaves of an Allow.

use super::*;

#[test]
fn a_deny_removes_those_it_is_on() {
    let (own, foreign) = ("arn:aws:iam::111122223333:role/r", "arn:aws:iam::444455556666:role/r");
    let (service, root) = (json!({ "Service": "s3.amazonaws.com" }), json!({ "AWS": "444455556666" }));
    for (allowed, denied, left) in [
        (json!("*"), json!("*"), vec![]),
        (json!({ "AWS": own }), json!("*"), vec![]),
        (service.clone(), json!("*"), vec![]),
        (service.clone(), service.clone(), vec![]),
        (service, root.clone(), vec![AnyAccountThroughAService]),
        (json!({ "AWS": foreign }), root.clone(), vec![]),
        (json!({ "AWS": foreign }), json!({ "AWS": foreign }), vec![]),
        (root.clone(), json!({ "AWS": foreign }), vec![ForeignAccounts]),
        (json!({ "AWS": [own, foreign] }), root.clone(), vec![OwnAccount]),
        (json!("*"), root, vec![AnyAwsPrincipal]),
    ] {
        let statements = json!([deny(&denied, &json!({})), allow(&allowed, &json!({}))]);
        assert_eq!(audiences(&statements), left, "{allowed} but {denied}");
    }
}

#[test]
fn a_deny_on_everyone_else_narrows() {
    for (conditions, expected) in [
        (json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-abc123" } }), vec![Organization]),
        // Without the key a negated operator holds, IfExists or not: denied.
        (json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-abc123" } }), vec![Organization]),
        (
            json!({ "ForAllValues:StringNotLike": { "aws:PrincipalOrgPaths": "o-abc123/*" } }),
            vec![Organization],
        ),
        (
            json!({ "ForAnyValue:StringNotLike": { "aws:PrincipalOrgPaths": "o-abc123/*" } }),
            vec![AnyAwsPrincipal],
        ),
        (json!({ "StringNotEquals": { "aws:SourceAccount": "111122223333" } }), vec![OwnAccount]),
        (json!({ "ArnNotLike": { "aws:PrincipalArn": "arn:aws:iam::111122223333:*" } }), vec![OwnAccount]),
        (json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }), vec![]),
        (json!({ "NotIpAddressIfExists": { "aws:SourceIp": "203.0.113.0/24" } }), vec![]),
        (json!({ "NotIpAddress": { "aws:SourceIp": "0.0.0.0/0" } }), vec![AnyAwsPrincipal]),
        (json!({ "StringNotLike": { "aws:PrincipalOrgID": "o-*" } }), vec![AnyAwsPrincipal]),
        (json!({ "Bool": { "aws:SecureTransport": "false" } }), vec![AnyAwsPrincipal]),
        (json!({ "StringEquals": { "aws:PrincipalAccount": "444455556666" } }), vec![AnyAwsPrincipal]),
        // The data perimeter: all but my organization and AWS's services.
        (
            json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-abc123" },
                 "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } }),
            vec![AnyAccountThroughAService, Organization],
        ),
        // Signed requests always say whether a service calls.
        (
            json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-abc123" },
                 "Bool": { "aws:PrincipalIsAWSService": "false" } }),
            vec![AnyAccountThroughAService, Organization],
        ),
        (
            json!({ "StringNotEquals": { "aws:PrincipalOrgID": "o-abc123" },
                 "Bool": { "aws:SecureTransport": "false" } }),
            vec![AnyAwsPrincipal],
        ),
    ] {
        let statements = json!([allow(&json!("*"), &json!({})), deny(&json!("*"), &conditions)]);
        assert_eq!(unlimited(&statements), expected, "{conditions}");
    }
}

#[test]
fn services_that_must_not_call_are_gone() {
    let people = json!({ "Bool": { "aws:PrincipalIsAWSService": "false" } });
    let service = json!({ "Service": "s3.amazonaws.com" });
    assert!(audiences(&allow(&service, &people)).is_empty());
    // The whole data perimeter: services too act for the organization only.
    let own_people = json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-abc123" },
                             "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } });
    let own_sources = json!({ "StringNotEqualsIfExists": { "aws:SourceOrgID": "o-abc123" },
                              "Bool": { "aws:PrincipalIsAWSService": "true" } });
    let everyone = json!("*");
    let statements =
        json!([allow(&everyone, &json!({})), deny(&everyone, &own_people), deny(&everyone, &own_sources)]);
    assert_eq!(audiences(&statements), [Organization]);
}

#[test]
fn a_deny_with_conditions_that_are_known() {
    let insecure = json!({ "Bool": { "aws:SecureTransport": "false" } });
    let statements = json!([allow(&json!("*"), &json!({})), deny(&json!("*"), &insecure)]);
    let count = |value| grants(&statements, true, &[("aws:SecureTransport", Some(value))]).len();
    assert_eq!((count("true"), count("false")), (1, 0));
}

#[test]
fn not_principal_in_a_deny_spares_those_it_names() {
    let denied =
        |list: Value| json!({ "Effect": "Deny", "NotPrincipal": list, "Action": "*", "Resource": "*" });
    for (principal, spared, expected) in [
        (json!("*"), json!({ "AWS": "arn:aws:iam::111122223333:root" }), vec![OwnAccount]),
        (json!("*"), json!({ "AWS": ["444455556666", "111122223333"] }), vec![ForeignAccounts, OwnAccount]),
        (json!("*"), json!("*"), vec![AnyAwsPrincipal]),
        (json!({ "AWS": "444455556666" }), json!({ "AWS": "111122223333" }), vec![]),
        (
            json!({ "AWS": "444455556666" }),
            // The account must be listed too.
            json!({ "AWS": "arn:aws:iam::444455556666:role/r" }),
            vec![],
        ),
        (
            json!({ "AWS": "444455556666" }),
            json!({ "AWS": ["arn:aws:iam::444455556666:role/r", "444455556666"] }),
            vec![ForeignAccounts],
        ),
        (json!({ "Service": "s3.amazonaws.com" }), json!({ "AWS": "111122223333" }), vec![]),
    ] {
        let statements = json!([allow(&principal, &json!({})), denied(spared.clone())]);
        assert_eq!(audiences(&statements), expected, "{principal} but {spared}");
    }
}

#[test]
fn a_deny_about_something_else_changes_nothing() {
    for element in [
        json!({ "Action": "lambda:GetFunction" }),
        json!({ "NotAction": "lambda:InvokeFunction" }),
        json!({ "Action": "*", "Resource": format!("{FUNCTION}:live") }),
        json!({ "Action": "*", "Resource": "arn:aws:lambda:*:*:function:${aws:username}" }),
    ] {
        let mut denied = json!({ "Effect": "Deny", "Principal": "*" });
        denied.as_object_mut().unwrap().extend(element.as_object().unwrap().clone());
        let statements = json!([denied, allow(&json!("*"), &json!({}))]);
        assert_eq!(audiences(&statements), [AnyAwsPrincipal], "{element}");
    }
}

#[test]
fn not_principal_leaves_out_the_sessions_too() {
    for (parent, session) in [
        ("iam::444455556666:role/path/r", "assumed-role/r/s"),
        ("iam::444455556666:user/u", "federated-user/u"),
    ] {
        let parent = format!("arn:aws:{parent}");
        let session = format!("arn:aws:sts::444455556666:{session}");
        let itself = json!({ "ArnLike": { "aws:PrincipalArn": [parent, session] } });
        let statement = json!({ "Effect": "Allow", "NotPrincipal": { "AWS": parent }, "Action": "*",
                                "Condition": itself });
        let member = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-mine" } });
        let denied = deny(&json!({ "AWS": session }), &member);
        assert_eq!(audiences(&json!([statement, denied])), [], "{session}");
    }
}
