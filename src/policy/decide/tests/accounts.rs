//! Identity and resource policies, in one account and across two, with boundaries and sessions.

use super::*;
use Verdict::{Allowed, ExplicitlyDenied, ImplicitlyDenied};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
#[test]
fn in_one_account_either_policy_is_enough() {
    for (fields, expected) in [
        (json!({}), ImplicitlyDenied),
        (json!({ "identityPolicies": [allow()] }), Allowed),
        (json!({ "identityPolicies": [other()] }), ImplicitlyDenied),
        (json!({ "identityPolicies": [other(), allow()] }), Allowed),
        (json!({ "resourcePolicy": grant(&aws(USER)) }), Allowed),
        (json!({ "identityPolicies": [other()], "resourcePolicy": grant(&aws(USER)) }), Allowed),
        (json!({ "identityPolicies": [allow()], "resourcePolicy": other_grant() }), Allowed),
        (json!({ "identityPolicies": [allow(), deny()] }), ExplicitlyDenied),
        (json!({ "identityPolicies": [deny()], "resourcePolicy": grant(&aws(USER)) }), ExplicitlyDenied),
    ] {
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}

fn other_grant() -> Value {
    json!({ "Statement": { "Effect": "Allow", "Principal": "*", "Action": "ec2:*" } })
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
#[test]
fn across_accounts_both_policies_must_allow() {
    let foreign = |fields: Value| {
        let mut fields = fields;
        fields["resourceAccount"] = json!(OTHER);
        decision(&fields)
    };
    for principal in [aws(USER), aws(OWN), aws("arn:aws:iam::111122223333:root"), json!("*")] {
        let resource = grant(&principal);
        let both = json!({ "identityPolicies": [allow()], "resourcePolicy": resource });
        assert_eq!(foreign(both), Allowed, "{principal}");
        assert_eq!(foreign(json!({ "resourcePolicy": resource })), ImplicitlyDenied, "{principal}");
        let boundary = json!({
            "identityPolicies": [allow()], "resourcePolicy": resource, "permissionBoundaries": [other()]
        });
        assert_eq!(foreign(boundary), ImplicitlyDenied, "{principal}");
    }
    assert_eq!(foreign(json!({ "identityPolicies": [allow()] })), ImplicitlyDenied);
    let owner = json!({ "identityPolicies": [allow()], "resourcePolicy": grant(&aws(OTHER)) });
    assert_eq!(foreign(owner), ImplicitlyDenied);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts>
#[test]
fn naming_the_account_leaves_it_to_the_account() {
    for root in [OWN, "arn:aws:iam::111122223333:root"] {
        let resource = grant(&aws(root));
        assert_eq!(decision(&json!({ "resourcePolicy": resource })), ImplicitlyDenied);
        let both = json!({ "resourcePolicy": resource, "identityPolicies": [allow()] });
        assert_eq!(decision(&both), Allowed);
    }
}

/// Who owns a bucket is not in its ARN. As in the policy simulator, it is whoever asks then.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html>
#[test]
fn the_owner_is_told_or_is_in_the_arn_or_is_who_asks() {
    let function = format!("arn:aws:lambda:eu-west-1:{OTHER}:function:f");
    for (resource, owner, expected) in [
        ("arn:aws:s3:::b/k", None, Allowed),
        ("*", None, Allowed),
        ("arn:aws:s3:::b/k", Some(OTHER), ImplicitlyDenied),
        (&function, None, ImplicitlyDenied),
        (&function, Some(OWN), Allowed),
    ] {
        let fields = json!({ "resource": resource, "resourceAccount": owner, "identityPolicies": [allow()] });
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[test]
fn some_resources_let_nobody_in_by_themselves() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let alias = "arn:aws:kms:eu-west-1:111122223333:alias/a";
    for (action, resource, alone) in [
        ("sts:AssumeRole", ROLE, ImplicitlyDenied),
        ("STS:TagSession", ROLE, ImplicitlyDenied),
        ("iam:PassRole", ROLE, Allowed),
        ("sts:GetFederationToken", USER, Allowed),
        ("kms:Decrypt", key, ImplicitlyDenied),
        ("kms:CreateAlias", alias, Allowed),
        ("kms:CreateKey", "*", Allowed),
    ] {
        let with = |policy: Value| {
            decision(&json!({
                "action": action, "resource": resource, "identityPolicies": [allow()], "resourcePolicy": policy
            }))
        };
        assert_eq!(with(Value::Null), alone, "{action}");
        assert_eq!(with(grant(&aws(OWN))), Allowed, "{action}");
        assert_eq!(with(grant(&aws(OTHER))), alone, "{action}");
        let trust = json!({ "action": action, "resource": resource, "resourcePolicy": grant(&aws(USER)) });
        assert_eq!(decision(&trust), Allowed, "{action}");
    }
}

/// What an implicit deny of boundary or session policy does to what the resource grants.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[test]
fn boundaries_and_sessions_limit_a_role_but_no_user_and_no_session() {
    let anyone = json!("*");
    for (principal, named, limited) in [
        (USER, aws(USER), false),
        (USER, anyone.clone(), false),
        (USER, aws(OWN), true),
        (SESSION, aws(SESSION), false),
        (SESSION, anyone.clone(), false),
        (SESSION, aws(ROLE), true),
        (SESSION, aws(OWN), true),
        (SESSION, json!({ "AWS": [ROLE, SESSION] }), false),
        (ROLE, aws(ROLE), true),
        (ROLE, anyone, false),
        (FEDERATED, aws(FEDERATED), false),
        (FEDERATED, aws(USER), true),
    ] {
        for layer in ["permissionBoundaries", "sessionPolicies"] {
            let expected = if limited { ImplicitlyDenied } else { Allowed };
            let mut fields = json!({
                "principal": principal, "resourcePolicy": grant(&named), "identityPolicies": [allow()],
                "sessionPolicies": [allow()],
            });
            fields[layer] = json!([other()]);
            assert_eq!(decision(&fields), expected, "{fields}");
            fields[layer] = json!([other(), allow()]);
            assert_eq!(decision(&fields), Allowed, "{fields}");
            fields[layer] = json!([deny()]);
            assert_eq!(decision(&fields), ExplicitlyDenied, "{fields}");
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn boundaries_and_sessions_grant_nothing() {
    for layer in ["permissionBoundaries", "sessionPolicies"] {
        for (identity, limit, expected) in [
            (other(), allow(), ImplicitlyDenied),
            (allow(), other(), ImplicitlyDenied),
            (allow(), deny(), ExplicitlyDenied),
            (allow(), allow(), Allowed),
        ] {
            let fields = json!({ "principal": SESSION, "identityPolicies": [identity], layer: [limit] });
            assert_eq!(decision(&fields), expected, "{fields}");
        }
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
#[test]
fn a_federated_user_has_what_the_session_policies_give() {
    for (session, expected) in
        [(json!([]), ImplicitlyDenied), (json!([other()]), ImplicitlyDenied), (json!([allow()]), Allowed)]
    {
        let fields =
            json!({ "principal": FEDERATED, "identityPolicies": [allow()], "sessionPolicies": session });
        assert_eq!(decision(&fields), expected, "{fields}");
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[test]
fn the_root_user_needs_no_policy() {
    for root in [OWN, "arn:aws:iam::111122223333:root"] {
        let scp = json!([[other()]]);
        let foreign = |policy: Value| {
            decision(&json!({ "principal": root, "resourceAccount": OTHER, "resourcePolicy": policy }))
        };
        assert_eq!(decision(&json!({ "principal": root })), Allowed);
        assert_eq!(decision(&json!({ "principal": root, "serviceControlPolicies": scp })), ImplicitlyDenied);
        let denied = statement("Deny", &json!({ "Principal": "*" }));
        assert_eq!(decision(&json!({ "principal": root, "resourcePolicy": denied })), ExplicitlyDenied);
        assert_eq!(foreign(Value::Null), ImplicitlyDenied);
        assert_eq!(foreign(grant(&aws(OWN))), Allowed);
        let key = json!({ "principal": root, "action": "kms:Decrypt", "resource": "arn:aws:kms:r:111122223333:key/1" });
        assert_eq!(decision(&key), ImplicitlyDenied);
        let because = decided(&json!({ "principal": root })).because;
        let reason = Reason::RootUser;
        assert_eq!(because, [Because::Layer { layer: "identityPolicies".into(), reason }]);
    }
}

#[test]
fn services_and_the_anonymous_have_the_resource_policy_alone() {
    for (principal, named) in [
        ("anonymous", json!("*")),
        ("*", aws("*")),
        ("s3.amazonaws.com", json!({ "Service": "s3.amazonaws.com" })),
        ("s3.amazonaws.com", json!("*")),
        ("accounts.google.com", json!({ "Federated": "accounts.google.com" })),
        (
            "arn:aws:iam::111122223333:saml-provider/p",
            json!({ "Federated": "arn:aws:iam::111122223333:saml-provider/p" }),
        ),
        (
            "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
            json!({ "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" }),
        ),
    ] {
        let with = |more: Value| {
            let mut fields = json!({ "principal": principal, "resourcePolicy": grant(&named) });
            fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            decision(&fields)
        };
        assert_eq!(with(json!({})), Allowed, "{principal}");
        assert_eq!(with(json!({ "resourceAccount": OTHER })), Allowed, "{principal}");
        assert_eq!(with(json!({ "identityPolicies": [deny()] })), Allowed, "{principal}");
        assert_eq!(with(json!({ "serviceControlPolicies": [[deny()]] })), Allowed, "{principal}");
        assert_eq!(with(json!({ "permissionBoundaries": [other()] })), Allowed, "{principal}");
        assert_eq!(with(json!({ "resourcePolicy": null })), ImplicitlyDenied, "{principal}");
        let identity = json!({ "resourcePolicy": null, "identityPolicies": [allow()] });
        assert_eq!(with(identity), ImplicitlyDenied, "{principal}");
    }
}
