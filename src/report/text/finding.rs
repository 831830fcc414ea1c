//! A section of the text: its title, its failures, what to do about each.

use super::command::{Command, command};
use super::page::{ALARM, ARROW, BOLD, FIX, Page, count, style};
use super::sections::{Object, Section};
use audit::{Confidence, Finding, FunctionScore};
use std::collections::{BTreeMap, BTreeSet};

/// The functions named under a shared object; the others are counted.
const NAMED: usize = 6;
/// The commands shown for the failures of one check; more become one with placeholders.
const COMMANDS: usize = 3;

pub(super) fn section(page: &mut Page, section: &Section, title_of: impl Fn(&str) -> String) {
    page.title(&heading(section));
    if !section.serves.is_empty() {
        page.item("   = counts for: ", BOLD, &functions(&section.serves));
    }
    for group in section.findings.chunk_by(|a, b| alike(a, b)) {
        page.gap();
        block(page, group, &title_of);
    }
    if !section.shared.is_empty() {
        page.gap();
    }
    for (object, findings) in by_object(&section.shared) {
        page.item("also ", BOLD, &format!("{}: {findings}", object.words()));
    }
}

/// Whether both are failures of one check with one severity.
pub(super) fn alike(a: &Finding, b: &Finding) -> bool {
    (a.severity, &a.check) == (b.severity, &b.check)
}

fn heading(section: &Section) -> String {
    let Object { account, region, .. } = section.object;
    let mut heading = format!("== {}", section.object.words());
    for place in [account, region] {
        if !place.is_empty() {
            heading.push_str(", ");
            heading.push_str(place);
        }
    }
    if let Some(score) = section.score {
        heading.push_str(": score ");
        heading.push_str(&points(score));
    }
    heading
}

/// `23 (F)`, `23 (F), at best 60 (C)`.
pub(super) fn points(score: &FunctionScore) -> String {
    let worst = format!("{} ({})", score.score, score.grade.letter());
    if score.best == score.score {
        worst
    } else {
        let best = audit::Grade::of(score.best).letter();
        format!("{worst}, at best {} ({best})", score.best)
    }
}

fn functions(serves: &[&FunctionScore]) -> String {
    let name = |it: &&FunctionScore| {
        let grade = it.grade.letter();
        format!("{} ({} {grade})", Object::function(&it.arn).known_as(), it.score)
    };
    let named: Vec<_> = serves.iter().take(NAMED).map(name).collect();
    let rest = serves.len().saturating_sub(NAMED);
    let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
    let total = count(serves.len(), "function");
    format!("{total}: {}{more}", named.join(", "))
}

/// Failures of one check with one severity: the advice once.
pub(super) fn block(page: &mut Page, findings: &[&Finding], title_of: impl Fn(&str) -> String) {
    let Some(first) = findings.first() else {
        return;
    };
    let lead = format!("{}[{}] ", first.severity.word(), first.check);
    let alone = findings.len() == 1;
    let said = if alone {
        first.message.clone()
    } else {
        format!("{} ({} times)", title_of(&first.check), findings.len())
    };
    page.entry(&lead, style(first.severity), &said, BOLD);
    for finding in findings {
        page.item("  --> ", ARROW, &place(finding));
        if !alone {
            page.item("   = ", ARROW, &finding.message);
        }
        for line in &finding.evidence {
            page.item("   = ", ARROW, line);
        }
        if finding.confidence != Confidence::High {
            page.item("   = confidence: ", ALARM, finding.confidence.word());
        }
    }
    mend(page, findings);
}

/// What to do about the failures of one check: each its own command, or the pattern of many.
pub(super) fn mend(page: &mut Page, findings: &[&Finding]) {
    if let Some(advice) = findings.first().and_then(|first| advice(&first.remediation)) {
        page.item("   = fix: ", FIX, &advice);
    }
    let commands: Vec<_> = findings.iter().filter_map(|finding| command(finding)).collect();
    let distinct = |of: fn(&Command) -> &str| commands.iter().map(of).collect::<BTreeSet<_>>();
    let filled = distinct(|it| &it.filled);
    let shown = if filled.len() > COMMANDS { distinct(|it| &it.template) } else { filled };
    for command in shown {
        page.unbroken("   = run: ", FIX, command);
    }
}

pub(super) fn place(finding: &Finding) -> String {
    match &finding.resource.detail {
        Some(detail) => format!("{} ({detail})", finding.resource.arn),
        None => finding.resource.arn.clone(),
    }
}

/// The shared failures of each object: `high[EDGE-001], low[SRC-103]`.
fn by_object<'a>(shared: &[(Object<'a>, &Finding)]) -> BTreeMap<Object<'a>, String> {
    let mut objects: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (object, finding) in shared {
        let word = format!("{}[{}]", finding.severity.word(), finding.check);
        let words = objects.entry(*object).or_default();
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    let objects = objects.into_iter();
    objects.map(|(object, words)| (object, words.join(", "))).collect()
}

/// The first sentence of a check's advice.
fn advice(markdown: &str) -> Option<String> {
    let prose = markdown.split("```").next().unwrap_or_default().trim();
    let paragraph = prose.split("\n\n").next().unwrap_or_default();
    let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let paragraph = unlisted(&paragraph);
    let sentence = match paragraph.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => paragraph.to_owned(),
    };
    Some(sentence).filter(|text| !text.is_empty())
}

/// Without the marker of a list item.
fn unlisted(text: &str) -> &str {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = number.strip_prefix(". ").filter(|_| number != text);
    let dashed = || text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
    numbered.or_else(dashed).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn advice_is_the_first_sentence() {
        for (markdown, sentence) in [
            ("Take it\naway. Then look.\n\n```sh\naws x\n```\nMore.", Some("Take it away.")),
            ("```sh\naws x\n```", None),
            ("Allow less:\n\n```json\n{}\n```", Some("Allow less:")),
            ("1. Do this. 2. Do that.", Some("Do this.")),
            ("- Do this\n\nthat", Some("Do this")),
            ("", None),
        ] {
            assert_eq!(advice(markdown).as_deref(), sentence);
        }
    }
}
