//! Cases from AWS's rules, among them those that other tools are known to get wrong.

use super::*;
use crate::Audience::{
    self, Anonymous, AnyAccountThroughAService, AnyAwsPrincipal, ForeignAccounts, Organization, OwnAccount,
};
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";

/// The grants of a policy for invoking the function.
fn grants(statements: &Value, signed: bool, context: &[(&str, Option<&str>)]) -> Vec<Grant> {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    let document = Document::from_value(&document).unwrap();
    let request = Request {
        action: "lambda:InvokeFunction",
        resource: FUNCTION,
        owner: "111122223333",
        signed,
        context,
    };
    who_can(&document, &request)
}

fn audiences(statements: &Value) -> Vec<Audience> {
    let grants = grants(statements, true, &[]);
    grants.iter().map(|grant| grant.audience).collect()
}

/// The audiences that need not stand in some network or know a secret.
fn unlimited(statements: &Value) -> Vec<Audience> {
    let grants = grants(statements, true, &[]);
    grants.iter().filter(|grant| !grant.limited).map(|grant| grant.audience).collect()
}

fn allow(principal: &Value, conditions: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": principal, "Action": "lambda:*", "Resource": "*",
            "Condition": conditions })
}

fn deny(principal: &Value, conditions: &Value) -> Value {
    json!({ "Effect": "Deny", "Principal": principal, "Action": "*", "Resource": "*",
            "Condition": conditions })
}

#[test]
fn several_values_need_a_key_that_may_have_them() {
    let tag = "aws:PrincipalTag/team";
    let several =
        json!({ "ForAnyValue:StringEquals": { tag: "a" }, "ForAnyValue:StringLike": { tag: "b*" } });
    assert_eq!(audiences(&json!([allow(&json!("*"), &several)])), [AnyAwsPrincipal]);
    let mut single = several.clone();
    single["StringLike"] = json!({ tag: "*" });
    assert_eq!(audiences(&json!([allow(&json!("*"), &single)])), []);
    let mine_and_not = json!({
        "ForAnyValue:StringEquals": { "aws:SourceOrgID": "o-mine" },
        "ForAnyValue:StringNotEquals": { "aws:SourceOrgID": "o-mine" }
    });
    assert_eq!(audiences(&json!([allow(&json!("*"), &mine_and_not)])), []);
}

#[test]
fn what_is_no_address_is_in_no_network() {
    for (key, context) in
        [("aws:SecureTransport", [].as_slice()), ("example:key", &[("example:key", Some("x"))])]
    {
        for operator in ["NotIpAddress", "ForAnyValue:NotIpAddress"] {
            let statement = allow(&json!("*"), &json!({ operator: { key: "203.0.113.0/24" } }));
            let grants = grants(&json!([statement]), true, context);
            assert_eq!(grants.first().map(|it| it.audience), Some(AnyAwsPrincipal), "{operator} {key}");
        }
    }
}

#[test]
fn principals_have_audiences() {
    for (principal, expected) in [
        (json!("*"), vec![AnyAwsPrincipal]),
        (json!({ "AWS": "*" }), vec![AnyAwsPrincipal]),
        (json!({ "AWS": ["111122223333", "*"] }), vec![AnyAwsPrincipal]),
        (json!({ "AWS": "111122223333" }), vec![OwnAccount]),
        (json!({ "AWS": "arn:aws:iam::111122223333:root" }), vec![OwnAccount]),
        (json!({ "AWS": "arn:aws-cn:iam::111122223333:role/r" }), vec![OwnAccount]),
        (json!({ "AWS": "arn:aws:iam::444455556666:role/r" }), vec![ForeignAccounts]),
        // Prowler counts this as public; AWS matches nobody with it. The worst is assumed.
        (json!({ "AWS": "arn:aws:iam::*:root" }), vec![AnyAwsPrincipal]),
        (json!({ "AWS": "" }), vec![AnyAwsPrincipal]),
        // Deleted principals.
        (json!({ "AWS": ["AIDACKCEVSQ6C2EXAMPLE", "AROACKCEVSQ6C2EXAMPLE"] }), vec![]),
        (json!({ "Service": "s3.amazonaws.com" }), vec![AnyAccountThroughAService]),
        (json!({ "Service": "*" }), vec![AnyAccountThroughAService]),
        (json!({ "Federated": "graph.facebook.com" }), vec![AnyAwsPrincipal]),
        (json!({ "CanonicalUser": "79a59d" }), vec![ForeignAccounts]),
        (
            json!({ "Service": ["sns.amazonaws.com"], "AWS": ["444455556666", "111122223333"] }),
            vec![AnyAccountThroughAService, ForeignAccounts, OwnAccount],
        ),
        (json!({ "AWS": [] }), vec![]),
    ] {
        assert_eq!(audiences(&allow(&principal, &json!({}))), expected, "{principal}");
    }
}

#[test]
fn any_service_is_each_of_them() {
    let one = json!({ "StringEquals": { "aws:PrincipalServiceName": "s3.amazonaws.com" } });
    assert_eq!(audiences(&allow(&json!({ "Service": "*" }), &one)), [AnyAccountThroughAService]);
    let other = json!({ "StringNotEquals": { "aws:PrincipalServiceName": "s3.amazonaws.com" } });
    let statements = json!([allow(&json!({ "Service": "*" }), &json!({})), deny(&json!("*"), &other)]);
    assert_eq!(audiences(&statements), [AnyAccountThroughAService]);
}

#[test]
fn nobody_in_particular_has_a_user_id() {
    let id = json!({ "StringLike": { "aws:userid": "a*" } });
    assert_eq!(grants(&allow(&json!("*"), &id), false, &[])[0].audience, Anonymous);
}

#[test]
fn whoever_need_not_sign_is_anonymous() {
    let grant = &grants(&allow(&json!("*"), &json!({})), false, &[])[0];
    assert_eq!((grant.audience, grant.exact), (Anonymous, true));
    assert_eq!(grant.reason, "the principal is \"*\" and callers need not sign");
}

#[test]
fn not_principal_in_an_allow_lets_in_the_rest() {
    let statement = json!({ "Effect": "Allow", "NotPrincipal": { "AWS": "444455556666" },
                            "Action": "lambda:InvokeFunction" });
    let grant = &grants(&statement, true, &[])[0];
    assert_eq!((grant.audience, grant.exact), (AnyAwsPrincipal, true));
    assert_eq!(audiences(&json!([statement, deny(&json!("*"), &json!({}))])), []);
}

#[test]
fn a_statement_must_be_about_the_request() {
    for (target, expected) in [
        (json!({ "Action": "*:*" }), 1),
        (json!({ "Action": ["s3:*", "LAMBDA:INVOKE*"] }), 1),
        (json!({ "Action": "lambda:GetFunction" }), 0),
        (json!({ "NotAction": "lambda:GetFunction" }), 1),
        (json!({ "NotAction": "lambda:*" }), 0),
        (json!({ "Action": "*", "Resource": FUNCTION }), 1),
        (json!({ "Action": "*", "Resource": format!("{FUNCTION}:*") }), 0),
    ] {
        let mut statement = json!({ "Effect": "Allow", "Principal": "*" });
        let elements = statement.as_object_mut().unwrap();
        elements.extend(target.as_object().unwrap().clone());
        assert_eq!(audiences(&statement).len(), expected, "{target}");
    }
}

#[test]
fn conditions_narrow_everyone() {
    let path = "arn:aws:iam::444455556666:role/*";
    for (conditions, expected) in [
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc123" } }), Organization),
        (json!({ "StringEquals": { "AWS:PRINCIPALORGID": ["o-abc123"] } }), Organization),
        (json!({ "StringEquals": { "aws:SourceOrgID": "o-abc123" } }), Organization),
        (json!({ "StringLike": { "aws:PrincipalOrgID": "o-*" } }), AnyAwsPrincipal),
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "o-*" } }), Organization),
        (json!({ "StringEquals": { "aws:PrincipalOrgID": "${aws:ResourceOrgID}" } }), AnyAwsPrincipal),
        (json!({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abc123/r-1/*" } }), Organization),
        (json!({ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-*/r-1/*" } }), AnyAwsPrincipal),
        (json!({ "StringEquals": { "aws:PrincipalAccount": "111122223333" } }), OwnAccount),
        (
            json!({ "StringEquals": { "aws:PrincipalAccount": ["111122223333", "444455556666"] } }),
            ForeignAccounts,
        ),
        (json!({ "StringEquals": { "aws:SourceAccount": "444455556666" } }), ForeignAccounts),
        // A direct caller has no source, so services are left.
        (json!({ "StringLike": { "aws:SourceAccount": "*" } }), AnyAccountThroughAService),
        (json!({ "Null": { "aws:SourceArn": "false" } }), AnyAccountThroughAService),
        (json!({ "Null": { "aws:SourceArn": "true" } }), AnyAwsPrincipal),
        (json!({ "ArnLikeIfExists": { "aws:SourceArn": "arn:aws:s3:::bucket" } }), AnyAwsPrincipal),
        (json!({ "ArnNotLike": { "aws:SourceArn": "arn:aws:s3:::bucket" } }), AnyAwsPrincipal),
        (json!({ "StringLike": { "aws:SourceOwner": "*" } }), AnyAwsPrincipal),
        (json!({ "StringEqualsIgnoreCase": { "aws:SourceAccount": "111122223333" } }), OwnAccount),
        (json!({ "ArnLike": { "aws:PrincipalArn": path } }), ForeignAccounts),
        (json!({ "StringLike": { "aws:PrincipalArn": path } }), ForeignAccounts),
        (json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } }), AnyAwsPrincipal),
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:*:111122223333:*" } }), OwnAccount),
        // A wildcard of StringLike may run over the colons.
        (
            json!({ "StringLike": { "aws:SourceArn": "arn:aws:sns:*:111122223333:*" } }),
            AnyAccountThroughAService,
        ),
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::bucket" } }), AnyAccountThroughAService),
        (json!({ "Bool": { "aws:PrincipalIsAWSService": "true" } }), AnyAccountThroughAService),
        (json!({ "BoolIfExists": { "aws:PrincipalIsAWSService": "true" } }), AnyAccountThroughAService),
        (json!({ "Bool": { "aws:PrincipalIsAWSService": "false" } }), AnyAwsPrincipal),
        (json!({ "StringLike": { "aws:userid": "*:session" } }), AnyAwsPrincipal),
        (json!({ "IpAddress": { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } }), AnyAwsPrincipal),
        (json!({ "IpAddress": { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } }), AnyAwsPrincipal),
        (json!({ "StringLike": { "aws:SourceVpce": "vpce-*" } }), AnyAwsPrincipal),
        (json!({ "IpAddress": { "aws:VpcSourceIp": "10.0.0.0/8" } }), AnyAwsPrincipal),
        // Several conditions must all hold; the narrowest counts.
        (
            json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc123", "aws:PrincipalAccount": "444455556666" } }),
            ForeignAccounts,
        ),
        (
            json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc123" }, "IpAddress": { "aws:SourceIp": "0.0.0.0/0" } }),
            Organization,
        ),
    ] {
        let expected = match expected {
            // Own or foreign, as the accounts that the condition names.
            ForeignAccounts if conditions.to_string().contains("111122223333") => {
                vec![ForeignAccounts, OwnAccount]
            }
            expected => vec![expected],
        };
        assert_eq!(unlimited(&allow(&json!("*"), &conditions)), expected, "{conditions}");
    }
}

#[test]
fn networks_and_secrets_limit_an_audience_and_do_not_change_it() {
    let network = json!({ "aws:SourceIp": "203.0.113.0/24" });
    for (conditions, expected) in [
        (json!({ "IpAddress": network }), AnyAwsPrincipal),
        (json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }), AnyAwsPrincipal),
        (json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } }), AnyAwsPrincipal),
        (json!({ "StringLike": { "aws:SourceVpc": ["vpc-1", "vpc-2"] } }), AnyAwsPrincipal),
        (json!({ "IpAddress": network, "StringEquals": { "aws:PrincipalOrgID": "o-abc123" } }), Organization),
        (
            json!({ "IpAddress": network, "StringEquals": { "aws:PrincipalAccount": "444455556666" } }),
            ForeignAccounts,
        ),
        (json!({ "StringEquals": { "lambda:EventSourceToken": "amzn1.ask.skill.1" } }), AnyAwsPrincipal),
    ] {
        let statement = allow(&json!("*"), &conditions);
        let grants = grants(&statement, true, &[]);
        let told: Vec<_> = grants.iter().map(|grant| (grant.audience, grant.limited, grant.exact)).collect();
        assert_eq!(told, [(expected, true, true)], "{conditions}");
    }
}

#[test]
fn what_a_caller_can_choose_or_leave_out_narrows_nothing() {
    for conditions in [
        json!({ "Bool": { "aws:SecureTransport": "true" } }),
        json!({ "StringEquals": { "aws:UserAgent": "secret" } }),
        json!({ "StringEquals": { "aws:Referer": "secret" } }),
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }),
        json!({ "Bool": { "aws:MultiFactorAuthPresent": true } }),
        json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }),
        json!({ "StringEqualsIfExists": { "aws:PrincipalOrgID": "o-abc123" } }),
        json!({ "ArnLikeIfExists": { "aws:SourceArn": "arn:aws:sns:*:111122223333:*" } }),
        json!({ "IpAddressIfExists": { "aws:SourceIp": "203.0.113.0/24" } }),
        json!({ "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abc123" } }),
        json!({ "StringNotEquals": { "aws:PrincipalAccount": "444455556666" } }),
        json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
        json!({ "StringEquals": { "example:Unknown": "x" } }),
    ] {
        for principal in [json!("*"), json!({ "Service": "s3.amazonaws.com" })] {
            let grants = grants(&allow(&principal, &conditions), true, &[]);
            let grant = &grants[0];
            assert!(grant.audience >= AnyAccountThroughAService, "{conditions}");
            assert!(grant.restrictions.iter().all(|it| !it.effective), "{conditions}");
        }
    }
}

#[test]
fn what_only_principals_have_keeps_services_out() {
    for key in ["aws:PrincipalTag/team", "aws:username"] {
        let condition = json!({ "StringEquals": { key: "blue" } });
        assert_eq!(audiences(&allow(&json!("*"), &condition)), [AnyAwsPrincipal], "{key}");
        assert_eq!(audiences(&allow(&json!({ "Service": "s3.amazonaws.com" }), &condition)), [], "{key}");
    }
}

#[test]
fn a_key_that_must_be_there_cannot_be_left_out() {
    for operator in ["StringEqualsIfExists", "ForAllValues:StringEquals"] {
        let conditions = json!({ operator: { "aws:PrincipalOrgID": "o-abc123" },
                                 "Null": { "aws:principalorgid": "false" } });
        assert_eq!(audiences(&allow(&json!("*"), &conditions)), [Organization], "{operator}");
    }
}

#[test]
fn services_are_narrowed_by_their_source() {
    let service = json!({ "Service": "s3.amazonaws.com" });
    for (conditions, audience, effective, principals) in [
        (
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:t" } }),
            OwnAccount,
            true,
            vec!["s3.amazonaws.com", "111122223333"],
        ),
        (
            json!({ "StringEquals": { "aws:SourceAccount": "444455556666" } }),
            ForeignAccounts,
            true,
            vec!["s3.amazonaws.com", "444455556666"],
        ),
        (
            json!({ "StringEquals": { "aws:SourceOrgID": "o-abc123" } }),
            Organization,
            true,
            vec!["s3.amazonaws.com", "o-abc123"],
        ),
        // A bucket's ARN has no account, and its name can be registered by somebody else.
        (
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::bucket" } }),
            AnyAccountThroughAService,
            false,
            vec!["s3.amazonaws.com"],
        ),
        (
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:execute-api:*:*:*" } }),
            AnyAccountThroughAService,
            false,
            vec!["s3.amazonaws.com"],
        ),
        (
            json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
            AnyAccountThroughAService,
            true,
            vec!["s3.amazonaws.com"],
        ),
        (
            json!({ "Bool": { "aws:PrincipalIsAWSService": "true" } }),
            AnyAccountThroughAService,
            false,
            vec!["s3.amazonaws.com"],
        ),
    ] {
        let grant = &grants(&allow(&service, &conditions), true, &[])[0];
        assert_eq!(grant.audience, audience, "{conditions}");
        assert_eq!(grant.principals, principals, "{conditions}");
        assert_eq!(grant.restrictions[0].effective, effective, "{conditions}");
    }
}

#[test]
fn an_event_source_token_is_a_weak_restriction_and_a_secret() {
    let conditions = json!({ "StringEquals": { "lambda:EventSourceToken": "amzn1.ask.skill.1" } });
    let service = json!({ "Service": "alexa-appkit.amazon.com" });
    let grant = &grants(&allow(&service, &conditions), true, &[])[0];
    assert_eq!((grant.audience, grant.limited), (AnyAccountThroughAService, true));
    assert!(grant.reason.contains("weak shared secret"), "{}", grant.reason);
    assert_eq!(grant.restrictions[0].values, ["(masked)"]);
    assert!(grant.restrictions[0].effective);
    assert!(!format!("{grant:?}").contains("amzn1"));
}

#[test]
fn what_is_known_of_requests_decides() {
    let url = json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } });
    let statement = allow(&json!("*"), &url);
    let count = |context: &[_]| grants(&statement, false, context).len();
    assert_eq!(count(&[("Lambda:FunctionUrlAuthType", Some("NONE"))]), 1);
    assert_eq!(count(&[("lambda:functionurlauthtype", Some("AWS_IAM"))]), 0);
    assert_eq!(count(&[("lambda:FunctionUrlAuthType", None)]), 0);
    let negated = json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-1" } });
    let statement = allow(&json!("*"), &negated);
    assert_eq!(grants(&statement, false, &[("aws:SourceVpc", None)]).len(), 1);
}

#[test]
fn a_grant_says_why_and_where() {
    let conditions = json!({ "StringEquals": { "aws:SourceAccount": "444455556666" },
                             "Bool": { "aws:SecureTransport": "true" } });
    let service = json!({ "Service": "events.amazonaws.com" });
    let statements =
        json!([deny(&json!({ "AWS": "444455556666" }), &json!({})), allow(&service, &conditions)]);
    let grant = &grants(&statements, true, &[])[0];
    assert_eq!((grant.statement, grant.label.as_str()), (1, "#2"));
    assert_eq!(grant.accounts(), ["444455556666"]);
    assert_eq!(
        grant.reason,
        "the service events.amazonaws.com calls; aws:SourceAccount limits that to 444455556666; \
         aws:SecureTransport is the caller's to choose"
    );
    let keys: Vec<_> = grant.restrictions.iter().map(|it| (it.key.as_str(), it.effective)).collect();
    assert_eq!(keys, [("aws:SecureTransport", false), ("aws:SourceAccount", true)]);
}

mod accounts;
mod deny;
mod many;
mod values;
