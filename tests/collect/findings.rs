//! Compares the findings of two runs.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A report's findings by id.
pub(crate) fn findings(report: &Value) -> BTreeMap<String, Value> {
    let all = report["findings"].as_array().unwrap();
    let by_id: BTreeMap<_, _> =
        all.iter().map(|it| (it["id"].as_str().unwrap().to_owned(), it.clone())).collect();
    assert_eq!(by_id.len(), all.len(), "ids are not unique");
    by_id
}

/// Check, object and outcome.
pub(crate) fn label(finding: &Value) -> String {
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let resource = &finding["resource"];
    let (check, arn, detail) = (text(&finding["check"]), text(&resource["arn"]), text(&resource["detail"]));
    format!("{check} {arn} {detail}: {} ({})", text(&finding["outcome"]), text(&finding["message"]))
}

/// What a lack of knowledge did that it must not do: everything that changed against the whole
/// picture has to be unknown, and what vanished has to be covered by something unknown.
pub(crate) fn lies(whole: &Value, partial: &Value) -> Vec<String> {
    let (whole, partial) = (findings(whole), findings(partial));
    let changed = partial.iter().filter(|(id, it)| {
        let known = it["outcome"] != "unknown";
        known && whole.get(*id).is_none_or(|before| before["outcome"] != it["outcome"])
    });
    let changed = changed.map(|(id, it)| {
        let before = whole.get(id).map_or("nothing".to_owned(), label);
        format!("was {before}, became {}", label(it))
    });
    let vanished = whole.iter().filter(|(id, _)| !partial.contains_key(*id));
    let vanished = vanished.filter(|(_, it)| !partial.values().any(|other| covers(other, it)));
    let vanished = vanished.map(|(_, it)| format!("vanished: {}", label(it)));
    changed.chain(vanished).collect()
}

/// Whether an unknown finding stands for a finding that is not there.
fn covers(unknown: &Value, finding: &Value) -> bool {
    let arn = |it: &Value| it["resource"]["arn"].as_str().unwrap_or_default().to_owned();
    let (stands_for, arn) = (arn(unknown), arn(finding));
    unknown["outcome"] == "unknown"
        && unknown["check"] == finding["check"]
        && (stands_for == arn
            // What hangs on a function: the function itself is among it.
            || stands_for.strip_suffix(":*") == Some(&arn)
            || stands_for.strip_suffix('*').is_some_and(|it| arn.starts_with(it)))
}

/// Ids and outcomes of the checks that need none of the permissions.
pub(crate) fn unconcerned(report: &Value, catalogue: &Value, permission: &str) -> BTreeSet<String> {
    let checks = catalogue["checks"].as_array().unwrap().iter();
    let needs = |check: &&Value| check["actions"].as_array().unwrap().iter().any(|it| it == permission);
    let concerned: BTreeSet<_> = checks.filter(needs).map(|it| it["code"].as_str().unwrap()).collect();
    let findings = findings(report);
    let others = findings.values().filter(|it| !concerned.contains(it["check"].as_str().unwrap()));
    others.map(label).collect()
}
