//! Compares a partial audit with the whole one: what is missing may make an outcome unknown, and
//! nothing else.

use crate::permission::Permission;
use audit::Severity;
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
        let stands = || before.get(id).is_some_and(|was| stands_with_less(was, finding, lost));
        let unknown = || finding["outcome"] == "unknown" && blames(text(&finding["message"]), lost);
        let new = || !before.contains_key(id) && to_be_sure(finding, lost);
        if !unchanged && !(concerned(finding) && (unknown() || stands() || new())) {
            let was = before.get(id).map_or("nothing".into(), |was| label(was));
            lies.push(format!("was {was}, is {}", label(finding)));
        }
    }
    for (id, finding) in &before {
        let stood_for = || after.values().any(|other| stands_for(other, finding));
        let accounted = after.contains_key(id) || (concerned(finding) && stood_for());
        if !accounted {
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

/// Whether a line ends by naming one of the permissions: `cannot tell: lambda:GetPolicy denied (…)`.
fn blames(line: &str, lost: &[Permission]) -> bool {
    let named = line.split_once(" denied (").and_then(|(line, _)| line.rsplit_once(": "));
    named.is_some_and(|(_, named)| lost.iter().any(|it| it.covers(&Permission::named(named))))
}

/// Whether a failure is no less severe than it was, if less sure, and says for want of what.
fn stands_with_less(was: &Value, is: &Value, lost: &[Permission]) -> bool {
    let severity = |finding: &Value| serde_json::from_value::<Severity>(finding["severity"].clone()).unwrap();
    let mut evidence = is["evidence"].as_array().unwrap().iter().map(text);
    let fails = was["outcome"] == "fail" && is["outcome"] == "fail" && severity(is) >= severity(was);
    fails && is["confidence"] == "medium" && evidence.any(|it| blames(it, lost))
}

/// Whether it is a closed URL that is asked for only now: URLs are listed where a policy opens one,
/// and to be sure where there may be aliases whose policies nobody has seen.
fn to_be_sure(finding: &Value, lost: &[Permission]) -> bool {
    finding["check"] == "SRC-106"
        && finding["outcome"] == "pass"
        && lost.contains(&Permission::named("lambda:ListAliases"))
}

/// Whether an unknown outcome stands for a finding on the object, or on one of its listing.
fn stands_for(unknown: &Value, finding: &Value) -> bool {
    let [stands, one] = [unknown, finding].map(|it| &it["resource"]);
    // `FUNCTION:*` is every qualifier, none among them.
    let (pattern, arn) = (text(&stands["arn"]), format!("{}:", text(&one["arn"])));
    unknown["outcome"] == "unknown"
        && unknown["check"] == finding["check"]
        && stands["region"] == one["region"]
        && (stands["arn"] == one["arn"]
            || pattern.strip_suffix('*').is_some_and(|start| arn.starts_with(start)))
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
