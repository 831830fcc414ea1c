//! How policies of resources name whoever asks.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>

use super::*;
use Verdict::{Allowed, ExplicitlyDenied, ImplicitlyDenied};

/// Whether a grant to the principal alone lets the other in; the identity policies allow everything.
fn lets_in(named: &Value, principal: &str) -> bool {
    let fields = json!({
        "principal": principal, "resourceAccount": OTHER, "resourcePolicy": grant(named),
        "identityPolicies": [allow()], "sessionPolicies": [allow()],
    });
    decision(&fields) == Allowed
}

#[test]
fn each_form_names_whom_it_names() {
    for (named, principal, expected) in [
        (aws(USER), USER, true),
        (aws("arn:aws:iam::111122223333:user/ann"), USER, false),
        (aws("arn:aws:iam::111122223333:user/team/Ann"), USER, false),
        (aws(ROLE), ROLE, true),
        (aws(ROLE), SESSION, true),
        (aws("arn:aws:iam::111122223333:role/r"), SESSION, true),
        (aws("arn:aws:iam::111122223333:role/rr"), SESSION, false),
        (aws("arn:aws:iam::444455556666:role/r"), SESSION, false),
        (aws("arn:aws-cn:iam::111122223333:role/r"), SESSION, false),
        (aws("arn:aws:iam::111122223333:user/r"), SESSION, false),
        (aws(SESSION), SESSION, true),
        (aws("arn:aws:sts::111122223333:assumed-role/r/other"), SESSION, false),
        (aws("arn:aws:sts::111122223333:assumed-role/r"), SESSION, false),
        (aws(SESSION), ROLE, false),
        (aws(FEDERATED), FEDERATED, true),
        (aws(USER), FEDERATED, true),
        (aws("arn:aws:iam::111122223333:role/ann"), FEDERATED, false),
        (aws(OWN), USER, true),
        (aws("arn:aws:iam::111122223333:root"), SESSION, true),
        (aws(OTHER), USER, false),
        (aws("arn:aws:iam::444455556666:root"), USER, false),
        (aws("arn:aws:iam::111122223333:roots"), USER, false),
        (json!({ "AWS": ["arn:aws:iam::444455556666:user/x", USER] }), USER, true),
        // "You cannot use a wildcard to match part of a principal name or ARN."
        (aws("arn:aws:iam::111122223333:user/*"), USER, false),
        (aws("arn:aws:iam::111122223333:*"), USER, false),
        (aws("arn:aws:iam::*:root"), USER, false),
        (aws("arn:aws:sts::111122223333:assumed-role/r/*"), SESSION, false),
        // The ids of deleted users and roles.
        (aws("AIDACKCEVSQ6C2EXAMPLE"), USER, false),
        (aws("AROADBQP57FF2AEXAMPLE"), SESSION, false),
        (json!({ "Service": USER }), USER, false),
        (json!({ "Service": "*" }), USER, false),
        (json!({ "Federated": USER }), USER, false),
    ] {
        assert_eq!(lets_in(&named, principal), expected, "{named} {principal}");
    }
    for (named, principal, expected) in [
        (json!({ "Service": "s3.amazonaws.com" }), "s3.amazonaws.com", true),
        (json!({ "Service": ["s3.amazonaws.com", "sns.amazonaws.com"] }), "sns.amazonaws.com", true),
        (json!({ "Service": "s3.amazonaws.com" }), "s3.amazonaws.com.cn", false),
        (aws("s3.amazonaws.com"), "s3.amazonaws.com", false),
        (json!({ "Federated": "cognito-identity.amazonaws.com" }), "cognito-identity.amazonaws.com", true),
        (aws(OWN), "anonymous", false),
        (json!({ "Service": "anonymous" }), "anonymous", false),
    ] {
        assert_eq!(lets_in(&named, principal), expected, "{named} {principal}");
    }
}

/// A Deny for the account or the role is one for whoever acts as either.
#[test]
fn a_deny_reaches_down() {
    for (named, principal, expected) in [
        (aws(OWN), USER, ExplicitlyDenied),
        (aws(OWN), SESSION, ExplicitlyDenied),
        (aws(ROLE), SESSION, ExplicitlyDenied),
        (aws(SESSION), ROLE, Allowed),
        (aws(USER), FEDERATED, ExplicitlyDenied),
        (json!("*"), USER, ExplicitlyDenied),
        (aws(OTHER), USER, Allowed),
    ] {
        let fields = json!({
            "principal": principal, "identityPolicies": [allow()], "sessionPolicies": [allow()],
            "resourcePolicy": statement("Deny", &json!({ "Principal": named })),
        });
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}

/// The page's two examples, and each of them with one of the names left out.
#[test]
fn a_deny_with_not_principal_spares_those_whose_every_name_is_listed() {
    const ROOT: &str = "arn:aws:iam::111122223333:root";
    const BOB: &str = "arn:aws:iam::111122223333:user/Bob";
    let with = |principal: &str, list: Value| {
        decision(&json!({
            "principal": principal, "identityPolicies": [allow()], "sessionPolicies": [allow()],
            "resourcePolicy": statement("Deny", &json!({ "NotPrincipal": list })),
        }))
    };
    for (principal, list, expected) in [
        (BOB, json!({ "AWS": [BOB, ROOT] }), Allowed),
        (BOB, json!({ "AWS": [BOB, OWN] }), Allowed),
        (BOB, json!({ "AWS": [BOB] }), ExplicitlyDenied),
        (BOB, json!({ "AWS": [ROOT] }), ExplicitlyDenied),
        (USER, json!({ "AWS": [BOB, ROOT] }), ExplicitlyDenied),
        (SESSION, json!({ "AWS": [SESSION, ROLE, ROOT] }), Allowed),
        (SESSION, json!({ "AWS": [SESSION, ROOT] }), ExplicitlyDenied),
        (SESSION, json!({ "AWS": [SESSION, ROLE] }), ExplicitlyDenied),
        (SESSION, json!({ "AWS": [ROLE, ROOT] }), ExplicitlyDenied),
        (ROLE, json!({ "AWS": [ROLE, ROOT] }), Allowed),
        (ROLE, json!({ "AWS": [ROLE] }), ExplicitlyDenied),
        (ROOT, json!({ "AWS": [ROOT] }), Allowed),
        (ROOT, json!({ "AWS": [BOB] }), ExplicitlyDenied),
        (USER, json!("*"), Allowed),
        ("s3.amazonaws.com", json!({ "AWS": ROOT }), ExplicitlyDenied),
        ("anonymous", json!({ "AWS": ROOT }), ExplicitlyDenied),
    ] {
        assert_eq!(with(principal, list.clone()), expected, "{principal} {list}");
    }
    let spared = with("s3.amazonaws.com", json!({ "Service": "s3.amazonaws.com" }));
    assert_eq!(spared, ImplicitlyDenied);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn a_deny_with_not_principal_spares_nobody_who_has_a_boundary() {
    let deny = statement("Deny", &json!({ "NotPrincipal": { "AWS": [USER, OWN] } }));
    let with = |principal: &str| {
        let mut fields =
            json!({ "principal": principal, "resourcePolicy": deny, "identityPolicies": [allow()] });
        assert_eq!(decision(&fields), Allowed);
        fields["permissionBoundaries"] = json!([allow()]);
        decision(&fields)
    };
    assert_eq!(with(USER), ExplicitlyDenied);
    let service = statement("Deny", &json!({ "NotPrincipal": { "Service": "s3.amazonaws.com" } }));
    let fields = json!({
        "principal": "s3.amazonaws.com", "resourcePolicy": service, "permissionBoundaries": [allow()]
    });
    assert_eq!(decision(&fields), ImplicitlyDenied);
}

#[test]
fn an_allow_with_not_principal_is_for_all_who_have_no_name_in_it() {
    for (principal, list, expected) in [
        (USER, json!({ "AWS": ROLE }), Allowed),
        ("anonymous", json!({ "AWS": ROLE }), Allowed),
        ("s3.amazonaws.com", json!({ "AWS": ROLE }), Allowed),
        (USER, json!({ "AWS": USER }), ImplicitlyDenied),
        (USER, json!({ "AWS": OWN }), ImplicitlyDenied),
        (SESSION, json!({ "AWS": ROLE }), ImplicitlyDenied),
        (SESSION, json!({ "AWS": SESSION }), ImplicitlyDenied),
        (USER, json!("*"), ImplicitlyDenied),
        ("s3.amazonaws.com", json!({ "Service": "s3.amazonaws.com" }), ImplicitlyDenied),
    ] {
        let policy = statement("Allow", &json!({ "NotPrincipal": list }));
        let fields = json!({ "principal": principal, "resourcePolicy": policy });
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}
