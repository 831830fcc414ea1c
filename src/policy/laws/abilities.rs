//! What an identity can do against single requests of its sessions.

use super::policies::{FUNCTION, OWNER, statement};
use crate::{
    Ask, Case, Context, ContextValue, Document, Effect, Identity, Level, Policy, Verdict, Version, decide,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const ROLE: &str = "arn:aws:iam::111122223333:role/app";

/// What the sessions of the role have of each key, one of those or nothing.
const KEYS: [(&str, &[Option<&str>]); 11] = [
    ("aws:PrincipalArn", &[Some(ROLE)]),
    ("aws:PrincipalAccount", &[Some(OWNER)]),
    ("aws:PrincipalTag/f", &[Some("f")]),
    ("aws:PrincipalIsAWSService", &[Some("false")]),
    ("aws:SecureTransport", &[Some("true")]),
    ("aws:PrincipalOrgID", &[None, Some("o-mine"), Some("o-evil")]),
    ("aws:SourceIp", &[None, Some("203.0.113.5"), Some("12.0.0.1"), Some("198.51.100.7")]),
    ("aws:SourceVpce", &[None, Some("vpce-mine"), Some("vpce-else")]),
    ("aws:CurrentTime", &[Some("2026-11-22T00:00:00Z"), Some("2030-01-01")]),
    ("aws:userid", &[Some("AROACKCEVSQ6C2EXAMPLE:s"), Some("AROAOTHER6C2EXAMPLE:s")]),
    ("example:Unknown", &[None, Some("x"), Some("y")]),
];

/// The policies of an identity: no statement names a principal, and each a resource.
fn document() -> impl Strategy<Value = Document> {
    let any = prop_oneof![3 => statement(Effect::Allow), 1 => statement(Effect::Deny)];
    vec(any, 1..4).prop_map(|mut statements| {
        for statement in &mut statements {
            statement.principals = None;
        }
        Document { version: Version::V2012, statements }
    })
}

fn context() -> impl Strategy<Value = Context> {
    let value =
        |(key, values): &(&'static str, &'static [Option<&'static str>])| (Just(*key), select(*values));
    KEYS.iter().map(value).collect::<Vec<_>>().prop_map(|pairs| {
        let mut context = Context::default();
        for (key, value) in pairs {
            if let Some(value) = value {
                context.insert(key, ContextValue::One(value.into()));
            }
        }
        context
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is allowed, the identity can do: nothing that a role may do is missed.
    #[test]
    fn what_is_allowed_can_be_done(own in document(), boundary in document(), bounded in any::<bool>(), control in document(), context in context()) {
        let named = |document: &Document| Policy { name: None, document: document.clone() };
        let case = Case {
            principal: ROLE.into(),
            action: "lambda:InvokeFunction".into(),
            resource: FUNCTION.into(),
            resource_account: Some(OWNER.into()),
            context,
            identity_policies: vec![named(&own)],
            permission_boundaries: bounded.then(|| named(&boundary)).into_iter().collect(),
            service_control_policies: vec![Level { org_identifier: None, policies: vec![named(&control), named(&own)] }],
            ..Case::default()
        };
        let facts = [
            ("aws:PrincipalArn", Some(ROLE)),
            ("aws:PrincipalAccount", Some(OWNER)),
            ("aws:PrincipalTag/f", Some("f")),
            ("aws:CurrentTime", Some("2026-11-22")),
        ];
        let level = vec![("control", &control), ("own", &own)];
        let role = Identity::role(&[("own", &own)], bounded.then_some(("boundary", &boundary)), &[level], &facts);
        let allowed = decide(&case).decision == Verdict::Allowed;
        for (action, resource) in [
            ("lambda:InvokeFunction", FUNCTION),
            ("lambda:*", FUNCTION),
            ("lambda:InvokeFunction", "arn:aws:lambda:*:111122223333:function:*"),
            ("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:{"),
        ] {
            let can = role.can(&Ask { action, resource: Some(resource), context: &[] });
            prop_assert!(!allowed || can.is_some(), "{action} {resource}");
        }
    }
}
