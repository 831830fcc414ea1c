//! The end of the text: scores, layers, and the verdict in one line.

use super::finding::points;
use super::page::{BOLD, PLAIN, Page, count};
use super::sections::Object;
use crate::view::View;
use audit::{Contribution, FunctionScore, Grade, Kind};
use std::collections::BTreeMap;

/// The contributions named beside a score; the others are counted.
const NAMED: usize = 3;
/// The longest name in the table of scores.
const NAME: usize = 40;

pub(super) fn scores(page: &mut Page, view: &View) {
    let card = view.report.scorecard;
    if card.accounts.is_empty() {
        return;
    }
    page.title("== Scores, of 100");
    for account in &card.accounts {
        let best = if account.best == account.score {
            String::new()
        } else {
            let grade = Grade::of(account.best).letter();
            format!(", at best {} ({grade})", account.best)
        };
        let lead = format!("  account {}  ", account.account);
        let score = format!("{} ({}){best}", account.score, account.grade.letter());
        page.entry(&lead, PLAIN, &score, BOLD);
    }
    let (lossless, losing): (Vec<_>, Vec<_>) =
        card.functions.iter().partition(|function| function.contributions.is_empty());
    let names: Vec<_> = losing.iter().map(|it| shortened(Object::function(&it.arn).known_as())).collect();
    let width = names.iter().map(|it| it.chars().count()).max();
    let width = width.unwrap_or_default();
    for (function, name) in losing.iter().zip(&names) {
        page.line(&row(function, name, width));
    }
    if !lossless.is_empty() {
        let functions = count(lossless.len(), "function");
        page.line(&format!("  {functions} that nothing counts against: 100 (A)"));
    }
}

fn row(function: &FunctionScore, name: &str, width: usize) -> String {
    let costs = costs(&function.contributions);
    let lost = |(check, points): &(&str, f64)| format!("{check} -{points:.0}");
    let named: Vec<_> = costs.iter().take(NAMED).map(lost).collect();
    let rest = costs.len().saturating_sub(NAMED);
    let more = if rest == 0 { String::new() } else { format!(", {rest} more") };
    let region = Object::function(&function.arn).region;
    let score = points(function);
    format!("  {name:width$}  {region}  {score}: {}{more}", named.join(", "))
}

/// What each check cost, most first.
fn costs(contributions: &[Contribution]) -> Vec<(&str, f64)> {
    let mut costs: BTreeMap<&str, f64> = BTreeMap::new();
    for contribution in contributions {
        *costs.entry(&contribution.check).or_default() += contribution.points;
    }
    let mut costs: Vec<_> = costs.into_iter().collect();
    costs.sort_by(|a, b| b.1.total_cmp(&a.1));
    costs
}

fn shortened(name: &str) -> String {
    let name = crate::escape::visible(name);
    if name.chars().count() <= NAME {
        return name;
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}

pub(super) fn layers(page: &mut Page, view: &View) {
    page.title("== Layers of defence");
    page.line("              fail  unknown    pass");
    for (layer, outcomes) in view.summary.layers.each() {
        let mut word = layer.word().to_owned();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        page.line(&format!("  {word:10}  {:4}  {:7}  {:6}", outcomes.fail, outcomes.unknown, outcomes.pass));
    }
}

/// The last lines: what was found, and the overall score.
pub(super) fn verdict(page: &mut Page, view: &View) {
    page.gap();
    let outcomes = view.summary.outcomes;
    let said = match (outcomes.fail, view.complete) {
        (0, true) if outcomes.pass == 0 => {
            "Nothing to judge: the selected checks concern no object that was read.".to_owned()
        }
        (0, true) => "Nothing found: every selected check passes wherever it applies.".to_owned(),
        (0, false) => "Nothing found in what could be read; the audit is incomplete.".to_owned(),
        _ => format!("{}: {}.", count(outcomes.fail, "finding"), severities(view)),
    };
    page.entry("", BOLD, &said, BOLD);
    let score = match view.report.scorecard.overall {
        Some(_) => format!("Score {}.", score(view)),
        None => "No score.".to_owned(),
    };
    let (unknown, passed) = (count(outcomes.unknown, "outcome"), outcomes.pass);
    page.entry("", BOLD, &format!("{score} {unknown} unknown, {passed} passed."), BOLD);
    let shown = view.findings.iter().filter(|it| it.outcome == Kind::Fail);
    let hidden = outcomes.fail.saturating_sub(shown.count());
    if let (Some(least), true) = (view.report.options.min_severity, hidden > 0) {
        let hidden = count(hidden, "finding");
        page.line(&format!("{hidden} below {} not shown.", least.word()));
    }
    if outcomes.fail > 0 {
        page.line("`lambastion explain CODE` says why a finding matters and how to fix it.");
    }
}

/// `40 of 100, grade D`.
pub(super) fn score(view: &View) -> String {
    match view.report.scorecard.overall {
        Some(score) => format!("{score} of 100, grade {}", Grade::of(score).letter()),
        None => "none, nothing to judge".into(),
    }
}

/// `2 critical, 1 low`.
pub(super) fn severities(view: &View) -> String {
    let counted = view.summary.severities.each();
    let counted = counted.into_iter().filter(|(_, number)| *number > 0);
    let words: Vec<_> = counted.map(|(severity, number)| format!("{number} {}", severity.word())).collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}
