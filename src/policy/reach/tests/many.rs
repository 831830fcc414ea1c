//! Policies that name very many: all are told, and none is lost when there are too many to try.

use super::*;

fn ids(count: u64) -> Vec<String> {
    (1..=count).map(|n| format!("3{n:011}")).collect()
}

#[test]
fn accounts_that_cannot_be_told_apart_are_all_named() {
    let all = ids(1_300);
    for (statement, exact) in [
        (allow(&json!({ "AWS": all }), &json!({})), true),
        (allow(&json!("*"), &json!({ "StringEquals": { "aws:PrincipalAccount": all } })), true),
        (
            allow(
                &json!({ "Service": "s3.amazonaws.com" }),
                &json!({ "StringEquals": { "aws:SourceAccount": all } }),
            ),
            true,
        ),
    ] {
        let grants = grants(&json!([statement]), true, &[]);
        assert_eq!(grants.len(), 1);
        assert_eq!((grants[0].audience, grants[0].exact), (ForeignAccounts, exact));
        let named = grants[0].accounts();
        assert_eq!(named.len(), all.len());
        assert!(all.iter().all(|id| named.contains(&id.as_str())));
    }
}

#[test]
fn those_who_are_denied_are_not_among_them() {
    let all = ids(300);
    let (some, others) = all.split_at(100);
    let statements = json!([
        allow(&json!({ "AWS": all }), &json!({})),
        deny(&json!("*"), &json!({ "StringEquals": { "aws:PrincipalAccount": some } })),
    ]);
    assert_eq!(grants(&statements, true, &[])[0].accounts(), others);
}

/// Each stands alone, and each might do: nobody is lost when there is nothing left to try with.
#[test]
fn nobody_is_lost_where_there_are_too_many_to_try() {
    let named =
        |id: &String| json!({ "StringLike": { "aws:SourceArn": format!("arn:aws:*:*:{id}:*a*b?c*{id}") } });
    let mut statements: Vec<_> = ids(200).iter().map(|id| allow(&json!("*"), &named(id))).collect();
    statements.push(allow(&json!({ "AWS": "444455556666" }), &json!({})));
    statements.push(allow(&json!("*"), &json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } })));
    let grants = grants(&json!(statements), true, &[]);
    let of = |statement: usize| grants.iter().filter(move |it| it.statement == statement);
    assert!((0..200).all(|statement| of(statement).any(|it| it.audience >= ForeignAccounts)), "{grants:#?}");
    assert!(of(200).any(|it| it.accounts() == ["444455556666"]));
    assert!(of(201).any(|it| it.audience >= Organization));
}
