//! Laws over generated policies.

mod abilities;
mod audiences;
mod policies;

use crate::reach::tries_all;
use crate::{Audience, Document, Effect, Grant, Request, who_can};
use policies::{FUNCTION, NAMED, OWNER, document, statement};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

fn request(signed: bool) -> Request<'static> {
    let action = "lambda:InvokeFunction";
    Request { action, resource: FUNCTION, owner: OWNER, signed, context: &[] }
}

/// The widest audience of each statement.
fn widest(grants: &[Grant], statement: usize) -> Option<Audience> {
    let own = grants.iter().filter(|grant| grant.statement == statement);
    own.map(|grant| grant.audience).max()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_survives_its_json(document in document()) {
        let value = serde_json::to_value(&document).unwrap();
        prop_assert_eq!(&Document::from_value(&value).unwrap(), &document);
        prop_assert_eq!(serde_json::from_value::<Document>(value).unwrap(), document);
    }

    #[test]
    fn masking_twice_is_masking_once(document in document()) {
        let once = document.masked();
        prop_assert_eq!(once.clone().masked(), once);
    }

    #[test]
    fn another_allow_takes_nothing_away(document in document(), allow in statement(Effect::Allow)) {
        // It can take doubt away: whom it names is known better.
        let mut before = who_can(&document, &request(true));
        before.retain(|grant| grant.exact);
        prop_assume!(tries_all(&document, &request(true)));
        let mut more = document;
        more.statements.push(allow);
        let after = who_can(&more, &request(true));
        // A principal that another statement names is told by its name, and a wider audience holds others.
        let has = |one: &Grant, other: &Grant| {
            one.statement == other.statement && one.audience <= other.audience && (one.limited || !other.limited)
        };
        prop_assert!(before.iter().all(|one| after.iter().any(|other| has(one, other))), "{before:?} {after:?}");
    }

    #[test]
    fn another_deny_lets_nobody_in(document in document(), deny in statement(Effect::Deny)) {
        let before = who_can(&document, &request(true));
        let mut less = document.clone();
        less.statements.push(deny);
        // It can add doubt: a comparison by size leaves open which accounts are meant.
        let mut after = who_can(&less, &request(true));
        after.retain(|grant| grant.exact);
        prop_assume!(tries_all(&less, &request(true)));
        for statement in 0..document.statements.len() {
            let (before, after) = (widest(&before, statement), widest(&after, statement));
            prop_assert!(after <= before, "{before:?} {after:?}");
        }
    }

    #[test]
    fn an_account_beside_another_has_what_that_has(document in document()) {
        prop_assume!(!policies::measures_accounts(&document));
        let before = who_can(&document, &request(true));
        let twofold = policies::with_a_twin(&document);
        let after = who_can(&twofold, &request(true));
        prop_assume!(tries_all(&document, &request(true)) && tries_all(&twofold, &request(true)));
        let all = |grant: &Grant| {
            let twins = grant.principals.iter().map(|name| name.replace(NAMED, policies::TWIN));
            grant.principals.iter().cloned().chain(twins).collect::<BTreeSet<_>>()
        };
        let same = |one: &Grant, other: &Grant| (one.statement, one.audience, one.limited, one.exact) == (other.statement, other.audience, other.limited, other.exact);
        prop_assert_eq!(before.len(), after.len());
        for (one, other) in before.iter().zip(&after) {
            prop_assert!(same(one, other) && all(one) == all(other) && all(one).len() == other.principals.len(), "{one:?} {other:?}");
        }
    }

    #[test]
    fn any_json_is_parsed_or_refused(value in json()) {
        let _ = Document::from_value(&value).map(Document::masked);
        let _ = Document::parse(&value.to_string());
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in ".{0,64}") {
        let _ = Document::parse(&text);
    }
}

/// JSON with the grammar's words in it.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let words = select(vec![
        "Version",
        "2012-10-17",
        "Statement",
        "Effect",
        "Allow",
        "Principal",
        "AWS",
        "*",
        "Action",
        "NotAction",
        "Resource",
        "Condition",
        "StringEquals",
        "ForAnyValue:",
        ":",
        "IfExists",
        "é",
    ]);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        words.clone().prop_map(Into::into),
    ];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        let object = btree_map(words.clone().prop_map(str::to_owned), inner.clone(), 0..5);
        prop_oneof![
            vec(inner, 0..4).prop_map(Into::into),
            object.prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}
