//! What holds for every request and all policies.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A world in which much matches and much does not.
fn a_statement() -> impl Strategy<Value = Value> {
    let principals = vec![
        json!("*"),
        aws(USER),
        aws(ROLE),
        aws(SESSION),
        aws(OWN),
        json!({ "Service": "s3.amazonaws.com" }),
    ];
    let target = select(vec!["*", "s3:Get*", "s3:PutObject"]).prop_flat_map(|action| {
        let resources = vec!["*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::other"];
        (Just(action), select(resources), any::<[bool; 4]>())
    });
    let operators = vec![
        "StringEquals",
        "StringNotLike",
        "ForAllValues:StringLike",
        "ForAnyValue:StringEqualsIfExists",
        "Null",
    ];
    let condition =
        (select(operators), select(vec!["aws:username", "aws:TagKeys"]), select(vec!["k", "x*", "true"]));
    (target, select(principals), proptest::option::of(condition)).prop_map(
        |((action, resource, flips), principal, condition)| {
            let [deny, not_action, not_resource, not_principal] = flips;
            let name =
                |element: &str, not: bool| if not { format!("Not{element}") } else { element.to_owned() };
            let mut statement = json!({ "Effect": if deny { "Deny" } else { "Allow" } });
            statement[name("Action", not_action && deny)] = json!(action);
            statement[name("Resource", not_resource)] = json!(resource);
            statement[name("Principal", not_principal)] = principal;
            if let Some((operator, key, value)) = condition {
                statement["Condition"] = json!({ operator: { key: value } });
            }
            statement
        },
    )
}

const LAYERS: [&str; 5] = [
    "identityPolicies",
    "sessionPolicies",
    "resourcePolicy",
    "permissionBoundaries",
    "serviceControlPolicies",
];

fn a_case() -> impl Strategy<Value = Value> {
    let principals = vec![USER, ROLE, SESSION, FEDERATED, OWN, "s3.amazonaws.com", "anonymous"];
    let layers = proptest::collection::vec((select(LAYERS.to_vec()), a_statement()), 1..7);
    let context =
        select(vec![json!({}), json!({ "aws:username": "k" }), json!({ "aws:TagKeys": ["k", "x1"] })]);
    (select(principals), any::<bool>(), context, layers).prop_map(|(principal, foreign, context, layers)| {
        let mut fields = json!({ "principal": principal, "context": context });
        fields["resourceAccount"] = json!(if foreign { OTHER } else { OWN });
        let mut case = case(&fields);
        for (layer, statement) in layers {
            add(&mut case, layer, statement, false);
        }
        case
    })
}

/// Adds a statement to the policy of a layer, at its beginning or at its end.
fn add(case: &mut Value, layer: &str, mut statement: Value, first: bool) {
    let elements = statement.as_object_mut().unwrap();
    let (place, of_a_resource) = match layer {
        "resourcePolicy" => ("/resourcePolicy".to_owned(), true),
        _ => (format!("/{layer}/0"), false),
    };
    if !of_a_resource {
        elements.remove("Principal");
        elements.remove("NotPrincipal");
    }
    if case.pointer(&place).is_none() {
        let empty = json!({ "Version": "2012-10-17", "Statement": [] });
        case[layer] = if of_a_resource { empty } else { json!([empty]) };
    }
    let statements = case.pointer_mut(&(place + "/Statement")).unwrap().as_array_mut().unwrap();
    let index = if first { 0 } else { statements.len() };
    statements.insert(index, statement);
}

fn verdict(case: &Value) -> Verdict {
    decide(&Case::parse(&case.to_string()).unwrap()).decision
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn one_more_deny_lets_nobody_in(case in a_case(), statement in a_statement(), layer in select(LAYERS.to_vec()), first: bool) {
        let mut statement = statement;
        statement["Effect"] = json!("Deny");
        let mut more = case.clone();
        add(&mut more, layer, statement, first);
        let (before, after) = (verdict(&case), verdict(&more));
        prop_assert!(after != Verdict::Allowed || before == Verdict::Allowed);
        prop_assert!(before != Verdict::ExplicitlyDenied || after == before);
    }

    #[test]
    fn one_more_allow_keeps_nobody_out(case in a_case(), statement in a_statement(), index: Index, first: bool) {
        // In a layer that is there: a new boundary would be one more that has to allow.
        let there: Vec<_> = LAYERS.into_iter().filter(|layer| case.get(*layer).is_some()).collect();
        let mut statement = statement;
        statement["Effect"] = json!("Allow");
        if let Some(action) = statement.as_object_mut().unwrap().remove("NotAction") {
            statement["Action"] = action;
        }
        let mut more = case.clone();
        add(&mut more, there[index.index(there.len())], statement, first);
        let (before, after) = (verdict(&case), verdict(&more));
        prop_assert!(before != Verdict::Allowed || after == Verdict::Allowed);
        prop_assert_eq!(before == Verdict::ExplicitlyDenied, after == Verdict::ExplicitlyDenied);
    }

    #[test]
    fn the_order_of_statements_is_nobodys_business(case in a_case()) {
        let mut turned = case.clone();
        for layer in LAYERS {
            for place in [format!("/{layer}/Statement"), format!("/{layer}/0/Statement")] {
                if let Some(Value::Array(statements)) = turned.pointer_mut(&place) {
                    statements.reverse();
                }
            }
        }
        prop_assert_eq!(verdict(&turned), verdict(&case));
    }

    #[test]
    fn every_decision_has_its_reasons(case in a_case()) {
        let decision = decide(&Case::parse(&case.to_string()).unwrap());
        prop_assert!(!decision.because.is_empty());
        for because in decision.because {
            let fits = match (decision.decision, because) {
                (Verdict::Allowed, Because::Statement { effect, .. }) => effect == Effect::Allow,
                (Verdict::Allowed, Because::Layer { reason, .. }) => reason == Reason::RootUser,
                (Verdict::ExplicitlyDenied, Because::Statement { effect, .. }) => effect == Effect::Deny,
                (Verdict::ImplicitlyDenied, Because::Layer { reason, .. }) => reason != Reason::RootUser,
                _ => false,
            };
            prop_assert!(fits);
        }
    }

    /// Cases with something put in their place: read or refused, and decided where read.
    #[test]
    fn any_case_is_decided_or_refused(case in a_case(), place: Index, with in "[\\[{\"*?$}:,\\]a/é\u{0}-]{0,6}") {
        let text = case.to_string();
        let chars: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
        let at = chars[place.index(chars.len())];
        let (before, after) = text.split_at(at);
        for text in [format!("{before}{with}{after}"), before.to_owned()] {
            match Case::parse(&text) {
                Ok(case) => drop(decide(&case)),
                Err(error) => prop_assert!(!error.place.is_empty() && !error.message.is_empty()),
            }
        }
    }
}
