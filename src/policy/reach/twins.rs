//! Accounts that a policy cannot tell apart.
//!
//! A list of a thousand accounts in one condition says the same of each. Were each asked about, that
//! would take a thousand times as long, and tell nothing new.

use super::mentions::{KEYS, is_account};
use super::requester::{account, is_whole_account};
use crate::solve::{Clause, Test};
use crate::{Document, Operator, Principal, Principals};
use std::collections::{BTreeMap, BTreeSet};

/// Where an account stands: in the principals of a statement or the values of a condition, by their
/// number, with what stands before and after it.
type Place<'a> = (usize, &'a str, &'a str);

/// Accounts, each with the others that stand in the very same places.
pub(crate) fn twins<'a>(
    document: &'a Document,
    clauses: &[Vec<Clause<'a>>],
    owner: &'a str,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut places: Vec<(&str, Place)> = Vec::new();
    // The owner is nobody's, and those of which the policy names a role or user are told apart by that.
    let mut known = BTreeSet::from([owner]);
    for (number, statement) in document.statements.iter().enumerate() {
        let Some(Principals::Only(list) | Principals::AllBut(list)) = &statement.principals else {
            continue;
        };
        for text in list.iter().filter_map(|it| if let Principal::Aws(text) = it { Some(text) } else { None })
        {
            let id = account(text);
            if !is_whole_account(text) {
                known.insert(id);
            } else if let Some((before, after)) = text.split_once(id) {
                places.push((id, (number, before, after)));
            }
        }
    }
    let clauses = clauses.iter().flatten().filter(|clause| KEYS.contains(&clause.key.as_str()));
    for (clause, number) in clauses.zip(document.statements.len()..) {
        if matches!(clause.test, Test::Other) {
            return BTreeMap::new();
        }
        for value in &clause.condition.values {
            if is_partial(value, clause.condition.operator) {
                return BTreeMap::new();
            }
            for (before, id, after) in accounts_in(value) {
                places.push((id, (number, before, after)));
            }
        }
    }
    places.retain(|(id, _)| !known.contains(id));
    places.sort_unstable();
    places.dedup();
    let mut accounts: Vec<_> = places.chunk_by(|one, two| one.0 == two.0).collect();
    accounts.sort_by(|one, two| stands(one).cmp(stands(two)));
    let same = accounts.chunk_by(|one, two| stands(one).eq(stands(two)));
    let id = |places: &&[(&'a str, Place)]| places.first().map(|(id, _)| *id);
    let lists = same.filter_map(|list| {
        let mut ids = list.iter().filter_map(id);
        Some((ids.next()?, ids.collect()))
    });
    lists.collect()
}

/// The places alone.
fn stands<'a, 'p>(places: &'p [(&'a str, Place<'a>)]) -> impl Iterator<Item = &'p Place<'a>> {
    places.iter().map(|(_, place)| place)
}

/// Every account in a text, with what stands around it.
fn accounts_in(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(from..)?;
            let start = from + rest.find(|c: char| c.is_ascii_digit())?;
            let digits = text.get(start..)?.find(|c: char| !c.is_ascii_digit());
            from = digits.map_or(text.len(), |length| start + length);
            let id = text.get(start..from)?;
            if is_account(id) {
                return Some((text.get(..start)?, id, text.get(from..)?));
            }
        }
    })
}

/// Whether a pattern may match some accounts and not others, beyond those that it names.
fn is_partial(value: &str, operator: Operator) -> bool {
    use Operator::{ArnEquals, ArnLike, ArnNotEquals, ArnNotLike};
    if !value.contains(['*', '?']) {
        return false;
    }
    let of_arns = matches!(operator, ArnEquals | ArnLike | ArnNotEquals | ArnNotLike);
    // Four fields stand before the account. Where a wildcard may run on, their digits could be its own.
    let (start, rest) = value.match_indices(':').nth(3).map_or(("", value), |(at, _)| value.split_at(at));
    let rest = match rest.get(1..).and_then(|rest| rest.split_once(':')) {
        Some((field, _)) if of_arns => field,
        _ if start.contains(['*', '?']) => value,
        _ => rest,
    };
    let named = accounts_in(rest).map(|(_, id, _)| id.len()).sum::<usize>();
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    rest.contains(['*', '?']) && digits > named
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const A: &str = "300000000001";
    const B: &str = "300000000002";

    fn are_twins(statements: &Value) -> bool {
        let document = Document::from_value(&json!({ "Statement": statements })).unwrap();
        let statements = document.statements.iter();
        let clauses: Vec<_> = statements.map(|it| Clause::all(&it.conditions, document.version)).collect();
        twins(&document, &clauses, "111122223333").get(A).is_some_and(|others| others == &[B])
    }

    fn allow(principal: &Value, conditions: &Value) -> Value {
        json!({ "Effect": "Allow", "Principal": principal, "Action": "*", "Condition": conditions })
    }

    #[test]
    fn those_in_the_same_places_are_twins() {
        let arns = |form: &str| json!([form.replace("{}", A), form.replace("{}", B)]);
        for (conditions, expected) in [
            (json!({ "StringEquals": { "aws:SourceAccount": [A, B] } }), true),
            (json!({ "StringLike": { "aws:SourceAccount": [A, B, "*"] } }), true),
            (json!({ "StringLike": { "aws:SourceAccount": [A, B, "30*1"] } }), false),
            (json!({ "StringLike": { "aws:SourceAccount": [A, B, "????????????"] } }), true),
            (json!({ "NumericLessThan": { "aws:SourceAccount": [A, B] } }), false),
            (json!({ "StringEquals": { "aws:SourceAccount": A, "aws:PrincipalAccount": B } }), false),
            (json!({ "StringEquals": { "aws:SourceAccount": [A, B], "aws:PrincipalAccount": B } }), false),
            (json!({ "ArnLike": { "aws:SourceArn": arns("arn:aws:sns:eu-west-1:{}:t-7*") } }), true),
            (
                json!({ "ArnLike": { "aws:SourceArn": "arn:aws:sns:*:30*:t", "aws:PrincipalArn": arns("arn:aws:iam::{}:*") } }),
                false,
            ),
            (json!({ "StringLike": { "aws:SourceArn": arns("arn:aws:sns:eu-west-1:{}:*") } }), true),
            (json!({ "StringLike": { "aws:SourceArn": arns("*:eu-west-1:{}:*") } }), false),
            (
                json!({ "ArnLike": { "aws:SourceArn": [format!("arn:aws:s3:*:{A}:x"), format!("arn:aws:s3:*:{B}:y")] } }),
                false,
            ),
        ] {
            assert_eq!(are_twins(&json!(allow(&json!("*"), &conditions))), expected, "{conditions}");
        }
        for (principal, expected) in [
            (json!({ "AWS": [A, B] }), true),
            (json!({ "AWS": arns("arn:aws:iam::{}:root") }), true),
            (json!({ "AWS": [A, format!("arn:aws:iam::{B}:root")] }), false),
            (json!({ "AWS": arns("arn:aws:iam::{}:role/r") }), false),
            (json!({ "AWS": [A, B, format!("arn:aws:iam::{B}:role/r")] }), false),
        ] {
            assert_eq!(are_twins(&json!(allow(&principal, &json!({})))), expected, "{principal}");
        }
        let apart = json!([allow(&json!({ "AWS": A }), &json!({})), allow(&json!({ "AWS": B }), &json!({}))]);
        assert!(!are_twins(&apart));
    }
}
