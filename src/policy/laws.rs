//! Laws over generated policies.

use crate::condition::Operator;
use crate::{
    Actions, Audience, Condition, Document, Effect, Grant, Principal, Principals, Qualifier, Request,
    Resources, Statement, Version, who_can,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const OWNER: &str = "111122223333";
const STRANGER: &str = "999999999999";
const ROLE: &str = "arn:aws:iam::999999999999:role/r";
const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";

/// Keys with values that some caller has, that nobody has, and that many have.
const TESTS: &[(&str, &[&str])] = &[
    ("aws:PrincipalOrgID", &["o-mine", "o-evil", "o-*", "${aws:x}"]),
    ("aws:SourceOrgID", &["o-mine", "o-evil"]),
    ("aws:PrincipalAccount", &[OWNER, STRANGER, "*"]),
    ("aws:SourceAccount", &[OWNER, STRANGER, "9*"]),
    ("aws:PrincipalArn", &[ROLE, "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*", "*"]),
    ("aws:SourceArn", &["arn:aws:s3:::b", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:*:*:*"]),
    ("aws:SourceIp", &["203.0.113.0/24", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"]),
    ("aws:SourceVpce", &["vpce-mine", "vpce-*"]),
    ("aws:SecureTransport", &["true", "false"]),
    ("aws:PrincipalIsAWSService", &["true", "false"]),
    ("lambda:EventSourceToken", &["token", "*"]),
    ("example:Unknown", &["x"]),
];

fn condition() -> impl Strategy<Value = Condition> {
    let operators: Vec<_> = Operator::ALL.iter().map(|(operator, _)| *operator).collect();
    let natural = |key: &str| match key {
        "aws:SourceIp" => vec![Operator::IpAddress, Operator::NotIpAddress],
        "aws:SecureTransport" | "aws:PrincipalIsAWSService" => vec![Operator::Bool],
        "aws:PrincipalArn" | "aws:SourceArn" => {
            vec![Operator::ArnLike, Operator::ArnNotLike, Operator::StringLike, Operator::StringNotLike]
        }
        _ => vec![
            Operator::StringEquals,
            Operator::StringNotEquals,
            Operator::StringLike,
            Operator::StringNotLike,
        ],
    };
    let qualifier = option::weighted(0.3, select(vec![Qualifier::ForAllValues, Qualifier::ForAnyValue]));
    let null = Just((Operator::Null, vec!["false".to_owned()]));
    (select(TESTS), qualifier, proptest::bool::weighted(0.3)).prop_flat_map(
        move |((key, values), qualifier, if_exists)| {
            let any = prop_oneof![9 => select(natural(key)), 1 => select(operators.clone())];
            let values = vec(select(values).prop_map(str::to_owned), 1..3);
            prop_oneof![9 => (any, values), 1 => null.clone()].prop_map(move |(operator, values)| {
                let if_exists = if_exists && operator != Operator::Null;
                Condition { operator, qualifier, if_exists, key: key.to_owned(), values }
            })
        },
    )
}

/// Conditions as a policy can hold them: each test once, in order.
fn conditions() -> impl Strategy<Value = Vec<Condition>> {
    vec(condition(), 0..4).prop_map(|mut list| {
        list.sort_by_cached_key(|it| (it.operator_name(), it.key.clone()));
        list.dedup_by(|a, b| a.same_test(b));
        list
    })
}

fn principals() -> impl Strategy<Value = Principals> {
    let names = vec![
        Principal::Anyone,
        Principal::Aws(OWNER.into()),
        Principal::Aws("arn:aws:iam::111122223333:role/own".into()),
        Principal::Aws(STRANGER.into()),
        Principal::Aws(ROLE.into()),
        Principal::Aws("arn:aws:iam::444455556666:root".into()),
        Principal::Aws("AROACKCEVSQ6C2EXAMPLE".into()),
        Principal::Service("s3.amazonaws.com".into()),
        Principal::Service("sns.amazonaws.com".into()),
        Principal::Federated("graph.facebook.com".into()),
        Principal::CanonicalUser("79a59d".into()),
    ];
    let some = btree_set(select(names), 0..3).prop_map(|set| set.into_iter().collect::<Vec<_>>());
    let list = prop_oneof![Just(vec![Principal::Anyone]), some];
    (list, proptest::bool::weighted(0.2))
        .prop_map(|(list, but)| if but { Principals::AllBut(list) } else { Principals::Only(list) })
}

fn statement(effect: Effect) -> impl Strategy<Value = Statement> {
    let action = vec(select(vec!["*", "lambda:*", "LAMBDA:invoke*", "s3:*"]).prop_map(str::to_owned), 1..3);
    let resource = vec(
        select(vec!["*", FUNCTION, "arn:aws:lambda:*:*:function:${x}", "arn:aws:s3:::b"])
            .prop_map(str::to_owned),
        1..3,
    );
    let rarely = || proptest::bool::weighted(0.15);
    (
        option::of("[a-z]{1,4}"),
        principals(),
        (action, rarely()),
        option::of((resource, rarely())),
        conditions(),
    )
        .prop_map(move |(sid, principals, (actions, but), resources, conditions)| Statement {
            sid,
            effect,
            principals: Some(principals),
            actions: if but { Actions::AllBut(actions) } else { Actions::Only(actions) },
            resources: resources.map(
                |(list, but)| {
                    if but { Resources::AllBut(list) } else { Resources::Only(list) }
                },
            ),
            conditions,
        })
}

fn document() -> impl Strategy<Value = Document> {
    let any = prop_oneof![statement(Effect::Allow), statement(Effect::Deny)];
    let version = select(vec![Version::V2008, Version::V2012]);
    (version, vec(any, 0..5)).prop_map(|(version, statements)| Document { version, statements })
}

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
        let before = who_can(&document, &request(true));
        let mut more = document;
        more.statements.push(allow);
        prop_assert!(who_can(&more, &request(true)).starts_with(&before));
    }

    #[test]
    fn another_deny_lets_nobody_in(document in document(), deny in statement(Effect::Deny)) {
        let before = who_can(&document, &request(true));
        let mut less = document.clone();
        less.statements.push(deny);
        let after = who_can(&less, &request(true));
        for statement in 0..document.statements.len() {
            let (before, after) = (widest(&before, statement), widest(&after, statement));
            prop_assert!(after <= before, "{before:?} {after:?}");
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
