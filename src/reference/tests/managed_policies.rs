//! What the database makes of every policy that AWS manages.

#![expect(clippy::unwrap_used, reason = "tests")]

use flate2::read::GzDecoder;
use reference::actions;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};

const POLICIES: &[u8] = include_bytes!("../../../data/managed-policies/policies.jsonl.gz");

fn listed(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

/// The patterns of `Action` and `NotAction` in every policy.
fn patterns() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut policies = 0;
    for line in BufReader::new(GzDecoder::new(POLICIES)).lines() {
        let policy: Value = serde_json::from_str(&line.unwrap()).unwrap();
        for statement in listed(policy.pointer("/document/Statement").unwrap()) {
            let elements = ["Action", "NotAction"].into_iter().filter_map(|key| statement.get(key));
            let names = elements.flat_map(listed).map(|it| it.as_str().unwrap().to_owned());
            found.extend(names);
        }
        policies += 1;
    }
    assert!(policies >= 1_500, "{policies}");
    found
}

#[test]
fn what_aws_writes_is_known() {
    let patterns = patterns();
    assert!(patterns.len() > 10_000, "{}", patterns.len());
    let unknown: Vec<_> = patterns.iter().filter(|it| actions::expand(it).next().is_none()).collect();
    // Some of the policies are older than the services they name.
    assert!(unknown.len() * 100 < patterns.len() * 2, "{} of {}: {unknown:?}", unknown.len(), patterns.len());
}
