//! A section of the text: its title, its failures, what to do about each.

use super::page::{ALARM, ARROW, BOLD, FIX, PLAIN, Page, count, style};
use super::sections::{Object, Section};
use audit::{Confidence, Finding, FunctionScore};
use std::collections::BTreeMap;

/// The functions named under a shared object; the others are counted.
const NAMED: usize = 6;

pub(super) fn section(page: &mut Page, section: &Section, title_of: impl Fn(&str) -> String) {
    page.title(&heading(section));
    if !section.serves.is_empty() {
        page.item("   = counts for: ", BOLD, &functions(&section.serves));
    }
    for group in section.findings.chunk_by(|a, b| (a.severity, &a.check) == (b.severity, &b.check)) {
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
fn block(page: &mut Page, findings: &[&Finding], title_of: impl Fn(&str) -> String) {
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
    let (advice, command) = advice(&first.remediation);
    if let Some(advice) = advice {
        page.item("   = fix: ", FIX, &advice);
    }
    if let Some(command) = command {
        page.entry("   = run: ", FIX, &command, PLAIN);
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

/// The first sentence and the first command of a check's advice.
fn advice(markdown: &str) -> (Option<String>, Option<String>) {
    let mut parts = markdown.split("```");
    let prose = parts.next().unwrap_or_default().trim();
    let paragraph = prose.split("\n\n").next().unwrap_or_default();
    let paragraph = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let paragraph = unlisted(&paragraph);
    let sentence = match paragraph.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => paragraph.to_owned(),
    };
    // Every second part is a code block, with its language on the first line.
    let command = parts.step_by(2).find_map(|code| code.strip_prefix("sh\n")).map(command);
    let written = |text: &String| !text.is_empty();
    (Some(sentence).filter(written), command.filter(written))
}

/// Without the marker of a list item.
fn unlisted(text: &str) -> &str {
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = number.strip_prefix(". ").filter(|_| number != text);
    let dashed = || text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
    numbered.or_else(dashed).unwrap_or(text)
}

/// The first command of a code block, continued lines joined.
fn command(code: &str) -> String {
    let mut words = vec![];
    for line in code.lines().skip_while(|line| line.trim().is_empty()) {
        let continued = line.trim_end().strip_suffix('\\');
        words.push(continued.unwrap_or(line).trim());
        if continued.is_none() {
            break;
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn advice_is_the_first_sentence_and_the_first_command() {
        let parts = |markdown| {
            let (advice, command) = advice(markdown);
            (advice.unwrap_or_default(), command.unwrap_or_default())
        };
        let owned = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let both = "Take it\naway. Then look.\n\n```sh\naws x \\\n  --y Z\naws w\n```\nMore.";
        assert_eq!(parts(both), owned("Take it away.", "aws x --y Z"));
        assert_eq!(parts("```sh\naws x\n```"), owned("", "aws x"));
        let policy = "Allow less:\n\n```json\n{}\n```\n\n```sh\naws x\n```";
        assert_eq!(parts(policy), owned("Allow less:", "aws x"));
        assert_eq!(parts("1. Do this. 2. Do that."), owned("Do this.", ""));
        assert_eq!(parts("- Do this\n\nthat"), owned("Do this", ""));
        assert_eq!(parts(""), owned("", ""));
    }
}
