//! What becomes of one request.

use crate::choices::Choices;
use crate::vocabulary::{FUNCTION, KEYS, document, statement};
use policy::{Case, Document, Policy, Verdict, decide};
use serde_json::{Map, Value, json};

const ASKERS: [&str; 10] = [
    "arn:aws:iam::111122223333:role/own",
    "arn:aws:sts::111122223333:assumed-role/own/session",
    "arn:aws:iam::999999999999:role/r",
    "arn:aws:sts::999999999999:assumed-role/r/session",
    "arn:aws:iam::999999999999:user/u",
    "arn:aws:iam::444455556666:root",
    "arn:aws:sts::111122223333:federated-user/u",
    "s3.amazonaws.com",
    "graph.facebook.com",
    "anonymous",
];

/// No request makes it panic; the order of statements does not matter; another Deny lets nobody in.
///
/// Bytes that are a case as JSON are that case, others choose one.
pub fn evaluator(data: &[u8]) {
    let mut choices = Choices::new(data);
    let chosen = || {
        let value = chosen(&mut choices);
        let deny = json!({ "Statement": statement(&mut choices, "Deny", true) });
        (Case::parse(&value.to_string()).ok(), Document::from_value(&deny).ok())
    };
    let written = std::str::from_utf8(data).ok().and_then(|text| Case::parse(text).ok());
    let (case, deny) = written.map_or_else(chosen, |case| (Some(case), None));
    let Some(case) = case else {
        return;
    };
    let decision = decide(&case);
    assert!(!decision.because.is_empty(), "a decision has its reasons: {case:?}");
    let mut reversed = case.clone();
    for policy in policies(&mut reversed) {
        policy.document.statements.reverse();
    }
    assert_eq!(decide(&reversed).decision, decision.decision, "the order of statements matters: {case:?}");
    let deny = deny.unwrap_or_else(everything_denied);
    let count = policies(&mut case.clone()).count();
    for place in 0..count {
        let mut more = case.clone();
        for policy in policies(&mut more).skip(place).take(1) {
            policy.document.statements.extend(deny.statements.iter().cloned());
        }
        let after = decide(&more).decision;
        assert!(
            after == decision.decision || after == Verdict::ExplicitlyDenied,
            "{:?} and then {after:?} with {deny:?} in policy {place}: {case:?}",
            decision.decision
        );
    }
}

fn everything_denied() -> Document {
    let text = r#"{ "Statement": { "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" } }"#;
    Document::parse(text).unwrap_or_default()
}

fn policies(case: &mut Case) -> impl Iterator<Item = &mut Policy> {
    let levels = case.service_control_policies.iter_mut().chain(&mut case.resource_control_policies);
    let lists = [&mut case.identity_policies, &mut case.session_policies, &mut case.permission_boundaries];
    let lists = lists.into_iter().flatten().chain(levels.flat_map(|level| &mut level.policies));
    lists.chain(&mut case.resource_policy)
}

fn chosen(choices: &mut Choices) -> Value {
    let mut context = Map::new();
    for _ in 0..choices.below(8) {
        let (key, values) = choices.one(&KEYS);
        let value = match choices.below(5) {
            0 => json!(choices.some(3, |choices| choices.one(values))),
            _ => json!(choices.one(values)),
        };
        context.insert(key.into(), value);
    }
    let list = |choices: &mut Choices, bound| choices.some(bound, |choices| document(choices, false));
    let mut case = json!({
        "principal": choices.one(&ASKERS),
        "action": choices.one(&["lambda:InvokeFunction", "lambda:GetFunction", "s3:GetObject"]),
        "resource": choices.one(&[FUNCTION, "arn:aws:s3:::b", "*"]),
        "context": context,
        "identityPolicies": list(choices, 3),
        "sessionPolicies": list(choices, 2),
        "permissionBoundaries": list(choices, 2),
        "serviceControlPolicies": list(choices, 2),
    });
    if let (Some(elements), true) = (case.as_object_mut(), choices.once_in(2)) {
        elements.insert("resourcePolicy".into(), document(choices, true));
    }
    case
}
