//! Compares a partial audit with the whole one: what is missing may make an outcome unknown, and
//! nothing else.

use crate::permission::Permission;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which permissions each check needs, by code.
pub(crate) type Needs = BTreeMap<String, Vec<Permission>>;

type Findings<'a> = BTreeMap<&'a str, &'a Value>;

/// The needs, from what `lambastion checks --format json` prints.
pub(crate) fn needs(catalogue: &Value) -> Needs {
    let actions = |check: &Value| {
        let actions = check["actions"].as_array().unwrap().iter();
        actions.map(|action| Permission::named(text(action))).collect()
    };
    let checks = catalogue["checks"].as_array().unwrap().iter();
    checks.map(|check| (text(&check["code"]).to_owned(), actions(check))).collect()
}

/// What differs from the whole report otherwise than the loss of those permissions explains.
pub(crate) fn lies(whole: &Value, partial: &Value, lost: &[Permission], needs: &Needs) -> Vec<String> {
    let concerned = |finding: &Value| needs[text(&finding["check"])].iter().any(|it| lost.contains(it));
    let (before, after) = (findings(whole), findings(partial));
    let mut lies = Vec::new();
    for (id, finding) in &after {
        let unchanged = before.get(id) == Some(finding);
        let excused = concerned(finding) && finding["outcome"] == "unknown" && blames(finding, lost);
        if !unchanged && !excused {
            let was = before.get(id).map_or("nothing".into(), |was| label(was));
            lies.push(format!("was {was}, is {}", label(finding)));
        }
    }
    for (id, finding) in &before {
        let stood_for = || after.values().any(|other| stands_for(other, finding));
        if !after.contains_key(id) && !(concerned(finding) && stood_for()) {
            lies.push(format!("vanished: {}", label(finding)));
        }
    }
    lies.extend(gaps(partial, &after, lost));
    lies
}

/// The gaps name what was lost, all of it and nothing else, and account for every unknown outcome.
fn gaps(partial: &Value, findings: &Findings<'_>, lost: &[Permission]) -> Vec<String> {
    let gaps = partial["gaps"].as_array().unwrap();
    let names = |gap: &Value, permission: &Permission| permission.covers(&Permission::missed(gap));
    let foreign = gaps
        .iter()
        .filter(|gap| gap["reason"] != "denied" || !lost.iter().any(|permission| names(gap, permission)));
    let foreign = foreign.map(|gap| format!("foreign gap: {gap}"));
    let unnamed = lost.iter().filter(|permission| !gaps.iter().any(|gap| names(gap, permission)));
    let unnamed = unnamed.map(|permission| format!("no gap names {permission}"));
    let affected: BTreeSet<_> =
        gaps.iter().flat_map(|gap| gap["affects"].as_array().unwrap()).map(text).collect();
    let unknown: BTreeSet<_> =
        findings.iter().filter(|(_, it)| it["outcome"] == "unknown").map(|(id, _)| *id).collect();
    let unequal = affected.symmetric_difference(&unknown);
    let unequal = unequal.map(|id| format!("unknown by its outcome or by a gap, not both: {id}"));
    foreign.chain(unnamed).chain(unequal).collect()
}

/// A report's findings by id.
pub(crate) fn findings(report: &Value) -> Findings<'_> {
    let all = report["findings"].as_array().unwrap();
    let by_id: Findings<'_> = all.iter().map(|finding| (text(&finding["id"]), finding)).collect();
    assert_eq!(by_id.len(), all.len(), "ids are not unique");
    by_id
}

/// Whether an unknown outcome says which of the permissions it lacks.
fn blames(finding: &Value, lost: &[Permission]) -> bool {
    let message = text(&finding["message"]).strip_prefix("cannot tell: ");
    let named = message.and_then(|it| it.split_once(" denied ("));
    named.is_some_and(|(named, _)| lost.iter().any(|it| it.covers(&Permission::named(named))))
}

/// Whether an unknown outcome stands for a finding on the object, or on one of its listing.
fn stands_for(unknown: &Value, finding: &Value) -> bool {
    let [stands, one] = [unknown, finding].map(|it| &it["resource"]);
    let (pattern, arn) = (text(&stands["arn"]), text(&one["arn"]));
    unknown["outcome"] == "unknown"
        && unknown["check"] == finding["check"]
        && stands["region"] == one["region"]
        && (pattern == arn || pattern.strip_suffix('*').is_some_and(|start| arn.starts_with(start)))
}

fn label(finding: &Value) -> String {
    let resource = &finding["resource"];
    let words =
        [&finding["check"], &resource["arn"], &resource["detail"], &finding["outcome"], &finding["message"]];
    words.map(|it| it.as_str().unwrap_or("-")).join(" ")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
