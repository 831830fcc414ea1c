//! Service and resource control policies.

use super::*;
use Verdict::{Allowed, ExplicitlyDenied, ImplicitlyDenied};

const FULL_RCP: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

fn deny_all() -> Value {
    statement("Deny", &json!({ "Principal": "*", "Resource": "*" }))
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
#[test]
fn every_level_of_an_organization_must_allow() {
    for (levels, expected) in [
        (json!([]), Allowed),
        (json!([[allow()], [allow()]]), Allowed),
        (json!([[allow()], [other()]]), ImplicitlyDenied),
        (json!([[allow()], []]), ImplicitlyDenied),
        (json!([[allow()], [other(), allow()]]), Allowed),
        (json!([[allow(), deny()], [allow()]]), ExplicitlyDenied),
        (json!([[other()], [deny()]]), ExplicitlyDenied),
        (json!([allow(), other()]), Allowed),
        (json!([other()]), ImplicitlyDenied),
        (
            json!([{ "orgIdentifier": "r-1", "policies": [{ "name": "FullAWSAccess", "policy": allow() }] }]),
            Allowed,
        ),
    ] {
        for (principal, expected) in [(USER, expected), (SESSION, expected), ("s3.amazonaws.com", Allowed)] {
            let fields = json!({
                "principal": principal, "serviceControlPolicies": levels, "identityPolicies": [allow()],
                "resourcePolicy": grant(&json!("*")),
            });
            assert_eq!(decision(&fields), expected, "{fields}");
        }
    }
}

/// `RCPFullAWSAccess` is attached everywhere and cannot be detached, so only a Deny counts.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>
#[test]
fn resource_control_policies_deny_whoever_asks() {
    let full: Value = serde_json::from_str(FULL_RCP).unwrap();
    let elsewhere = json!({ "Version": "2012-10-17", "Statement":
        { "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*" } });
    for (levels, expected) in [
        (json!([]), Allowed),
        (json!([[full], [full]]), Allowed),
        (json!([[full], [full, deny_all()]]), ExplicitlyDenied),
        (json!([[elsewhere]]), Allowed),
        (json!([elsewhere, deny_all()]), ExplicitlyDenied),
    ] {
        for principal in [USER, SESSION, "s3.amazonaws.com", "anonymous"] {
            let fields = json!({
                "principal": principal, "resourceControlPolicies": levels,
                "resourcePolicy": grant(&json!("*")),
            });
            assert_eq!(decision(&fields), expected, "{fields}");
        }
    }
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html#not-restricted-by-scp>
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#actions-not-restricted-by-rcps>
#[test]
fn roles_linked_to_services_are_not_restricted() {
    let linked = "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    let session = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s";
    let look_alike = "arn:aws:iam::111122223333:role/AWSServiceRoleForX";
    for (principal, role, expected) in [
        (linked, None, Allowed),
        (ROLE, None, ExplicitlyDenied),
        (session, None, Allowed),
        (session, Some(linked), Allowed),
        (session, Some(look_alike), ExplicitlyDenied),
        (SESSION, None, ExplicitlyDenied),
    ] {
        for (layer, policy) in [("serviceControlPolicies", deny()), ("resourceControlPolicies", deny_all())] {
            let mut fields =
                json!({ "principal": principal, "identityPolicies": [allow()], layer: [policy] });
            if let Some(role) = role {
                fields["context"] = json!({ "aws:PrincipalArn": role });
            }
            assert_eq!(decision(&fields), expected, "{fields}");
        }
    }
}

#[test]
fn a_decision_tells_what_made_it() {
    let named = |name: &str, policy: Value| json!({ "name": name, "policy": policy });
    let sid = |policy: Value, sid: &str| {
        let mut policy = policy;
        policy["Statement"][0]["Sid"] = json!(sid);
        policy
    };
    let text = |fields: Value| serde_json::to_value(decided(&fields)).unwrap();
    assert_eq!(
        text(json!({
            "principal": SESSION,
            "identityPolicies": [other(), named("Admin", sid(allow(), "All"))],
            "sessionPolicies": [allow()],
            "resourcePolicy": grant(&aws(OWN)),
            "permissionBoundaries": [allow()],
            "serviceControlPolicies": [[allow()], [other(), allow()]],
        })),
        json!({ "decision": "Allowed", "because": [
            { "policy": "Admin", "statement": "All", "effect": "Allow" },
            { "policy": "sessionPolicies[0]", "statement": "#1", "effect": "Allow" },
            { "policy": "resourcePolicy", "statement": "#1", "effect": "Allow" },
            { "policy": "permissionBoundaries[0]", "statement": "#1", "effect": "Allow" },
            { "policy": "serviceControlPolicies[0].policies[0]", "statement": "#1", "effect": "Allow" },
            { "policy": "serviceControlPolicies[1].policies[1]", "statement": "#1", "effect": "Allow" },
        ] })
    );
    assert_eq!(
        text(json!({ "identityPolicies": [allow(), deny()], "serviceControlPolicies": [[deny()]] })),
        json!({ "decision": "ExplicitlyDenied", "because": [
            { "policy": "identityPolicies[1]", "statement": "#1", "effect": "Deny" },
            { "policy": "serviceControlPolicies[0].policies[0]", "statement": "#1", "effect": "Deny" },
        ] })
    );
    assert_eq!(
        text(json!({ "permissionBoundaries": [other()], "serviceControlPolicies": [[allow()], [other()]] })),
        json!({ "decision": "ImplicitlyDenied", "because": [
            { "layer": "identityPolicies", "reason": "NoPolicy" },
            { "layer": "resourcePolicy", "reason": "NoPolicy" },
            { "layer": "permissionBoundaries", "reason": "NoAllow" },
            { "layer": "serviceControlPolicies[1]", "reason": "NoAllow" },
        ] })
    );
}

/// Only what takes part: nothing of the principal's, where the resource names it directly.
#[test]
fn what_was_not_needed_is_not_named() {
    let because = |fields: Value| {
        let because = decided(&fields).because;
        let place = |because: Because| match because {
            Because::Statement { policy, .. } => policy,
            Because::Layer { layer, reason } => format!("{layer} {reason:?}"),
        };
        because.into_iter().map(place).collect::<Vec<_>>()
    };
    let direct = json!({ "resourcePolicy": grant(&aws(USER)), "permissionBoundaries": [allow()] });
    assert_eq!(because(direct), ["resourcePolicy", "permissionBoundaries[0]"]);
    let direct = json!({ "resourcePolicy": grant(&aws(USER)), "permissionBoundaries": [other()] });
    assert_eq!(because(direct), ["resourcePolicy"]);
    let role = json!({
        "principal": SESSION, "resourcePolicy": grant(&aws(ROLE)), "permissionBoundaries": [other()]
    });
    assert_eq!(because(role), ["permissionBoundaries NoAllow"]);
    let account = json!({ "resourcePolicy": grant(&aws(OWN)) });
    assert_eq!(because(account), ["identityPolicies NoPolicy", "resourcePolicy AllowsAccountOnly"]);
    let foreign = json!({ "resourcePolicy": grant(&aws(OWN)), "resourceAccount": OTHER });
    assert_eq!(because(foreign), ["identityPolicies NoPolicy"]);
    let foreign = json!({ "identityPolicies": [allow()], "resourceAccount": OTHER });
    assert_eq!(because(foreign), ["resourcePolicy NoPolicy"]);
    let trust = json!({ "action": "sts:AssumeRole", "resource": ROLE, "identityPolicies": [allow()],
        "resourcePolicy": grant(&aws(OTHER)) });
    assert_eq!(because(trust), ["resourcePolicy NoAllow"]);
    let federated = json!({ "principal": FEDERATED, "identityPolicies": [allow()] });
    assert_eq!(because(federated), ["sessionPolicies NoPolicy"]);
}
