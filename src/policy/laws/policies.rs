//! Generated policies: every principal, operator and key that matters to who is let in.

use crate::condition::Operator;
use crate::{
    Actions, Condition, Document, Effect, Principal, Principals, Qualifier, Resources, Statement, Version,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub(super) const OWNER: &str = "111122223333";
pub(super) const NAMED: &str = "999999999999";
pub(super) const ROLE: &str = "arn:aws:iam::999999999999:role/r";
pub(super) const ROOT: &str = "arn:aws:iam::999999999999:root";
pub(super) const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";

/// Keys with values that some caller has, that nobody has, and that many have.
pub(super) const TESTS: &[(&str, &[&str])] = &[
    (
        "aws:PrincipalOrgID",
        &["o-mine", "o-evil", "o-*", "o-mine", "o-mine", "o-evil", "${aws:PrincipalTag/org}"],
    ),
    ("aws:SourceOrgID", &["o-mine", "o-evil"]),
    ("aws:PrincipalAccount", &[OWNER, NAMED, "*", "9*", "99999999999?", "1111*", "499999999999.5"]),
    ("aws:SourceAccount", &[OWNER, NAMED, "9*"]),
    (
        "aws:PrincipalArn",
        &[ROLE, "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*", ROOT, "arn:*:iam::9*:root"],
    ),
    ("aws:userid", &[OWNER, NAMED, "AROACKCEVSQ6C2EXAMPLE:*", "AROACKCEVSQ6C2EXAMPLE:s", "9*"]),
    ("aws:CurrentTime", &["2020-01-01", "2026-11-22T00:00:00Z", "253402300800"]),
    ("aws:SourceArn", &["arn:aws:s3:::b", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:*:*:*"]),
    ("aws:SourceIp", &["203.0.113.0/24", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"]),
    ("aws:SourceVpce", &["vpce-mine", "vpce-*"]),
    ("aws:SecureTransport", &["true", "false"]),
    ("aws:PrincipalIsAWSService", &["true", "false"]),
    ("lambda:EventSourceToken", &["token", "*"]),
    ("example:Unknown", &["x"]),
];

pub(super) fn condition() -> impl Strategy<Value = Condition> {
    let operators: Vec<_> = Operator::ALL.iter().map(|(operator, _)| *operator).collect();
    let natural = |key: &str| match key {
        "aws:SourceIp" => vec![Operator::IpAddress, Operator::NotIpAddress],
        "aws:CurrentTime" => vec![Operator::DateLessThan, Operator::DateGreaterThanEquals],
        "aws:PrincipalAccount" => vec![
            Operator::StringEquals,
            Operator::StringLike,
            Operator::StringNotLike,
            Operator::NumericLessThan,
            Operator::NumericGreaterThan,
        ],
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
        list.dedup_by_key(|it| (it.operator_name(), it.lower_key()));
        list
    })
}

fn principals() -> impl Strategy<Value = Principals> {
    let names = vec![
        Principal::Anyone,
        Principal::Aws(OWNER.into()),
        Principal::Aws("arn:aws:iam::111122223333:role/own".into()),
        Principal::Aws(NAMED.into()),
        Principal::Aws(ROLE.into()),
        Principal::Aws("arn:aws:iam::444455556666:root".into()),
        Principal::Aws("arn:aws:sts::999999999999:assumed-role/r/s".into()),
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

pub(super) fn statement(effect: Effect) -> impl Strategy<Value = Statement> {
    let action = vec(select(vec!["*", "lambda:*", "LAMBDA:invoke*", "s3:*"]).prop_map(str::to_owned), 1..3);
    let resource = vec(
        select(vec![
            "*",
            FUNCTION,
            "arn:aws:lambda:*:*:function:${aws:PrincipalTag/f}",
            "arn:aws:lambda:*:*:function:${aws:PrincipalTag/f, 'a}b'}",
            "arn:aws:s3:::b",
        ])
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

pub(super) fn document() -> impl Strategy<Value = Document> {
    let any = prop_oneof![statement(Effect::Allow), statement(Effect::Deny)];
    let version = select(vec![Version::V2008, Version::V2012]);
    (version, vec(any, 0..5)).prop_map(|(version, statements)| Document { version, statements })
}

/// An account that stands wherever [`NAMED`] does.
pub(super) const TWIN: &str = "999999999998";

/// Whether a condition takes the account for a number or a date: then one is more than the other.
pub(super) fn measures_accounts(document: &Document) -> bool {
    let is_measured = |it: &Condition| {
        let name = it.operator.name();
        let tells_accounts = it.key.ends_with("Account") || it.key == "aws:userid";
        (name.starts_with("Numeric") || name.starts_with("Date")) && tells_accounts
    };
    document.statements.iter().any(|statement| statement.conditions.iter().any(is_measured))
}

pub(super) fn with_a_twin(document: &Document) -> Document {
    let mut document = document.clone();
    for statement in &mut document.statements {
        if let Some(Principals::Only(list) | Principals::AllBut(list)) = &mut statement.principals {
            let twin = |it: &Principal| match it {
                Principal::Aws(text) if text.contains(NAMED) => {
                    Some(Principal::Aws(text.replace(NAMED, TWIN)))
                }
                _ => None,
            };
            // Beside the other: grants are in the order of principals.
            *list = list.iter().flat_map(|it| [Some(it.clone()), twin(it)]).flatten().collect();
        }
        for values in statement.conditions.iter_mut().map(|it| &mut it.values) {
            let named = values.iter().filter(|it| it.contains(NAMED)).map(|it| it.replace(NAMED, TWIN));
            values.extend(named.collect::<Vec<_>>());
        }
    }
    document
}
