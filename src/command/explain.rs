//! `lambastion explain`: what a check is about, with a finding of it.

use super::checks::actions;
use super::markdown;
use crate::exit::{Exit, Outcome};
use crate::{cli, plan, terminal};
use audit::{Check, Finding, Kind};
use inventory::{Assumptions, Inventory};
use jiff::Timestamp;
use std::fmt::Write;

/// The examples hold dates, so they have a now of their own.
const EXAMPLES_TAKEN_AT: Timestamp = Timestamp::constant(1_795_348_800, 0);

pub(crate) fn run(flags: &cli::Explain) -> Outcome {
    let words = [flags.check.clone()];
    let selected = audit::select(checks::ALL, &words, false).map_err(|it| plan::unknown(&it))?;
    let pages: Vec<_> = selected.checks.iter().map(page).collect();
    let page = pages.join("\n");
    let page =
        if terminal::is_read_by_a_person() { markdown::rendered(&page, terminal::colored()) } else { page };
    terminal::print(|out| out.write_all(page.as_bytes()))?;
    Ok(Exit::Clean)
}

/// Everything about a check, in Markdown.
fn page(check: &Check) -> String {
    let Check { code, name, title, .. } = check;
    let (layer, severity) = (check.layer().word(), check.severity.word());
    let confidence = check.confidence.word();
    let runs = if check.default { "always" } else { "with `--strict`" };
    let controls: Vec<_> = check.controls.iter().map(|control| control.word()).collect();
    let mut page = format!("# {code} {name}\n\n{title}.\n\n");
    // Writing to a string cannot fail.
    let _ = writeln!(page, "- Layer: {layer}");
    let _ = writeln!(page, "- Severity: {severity}, confidence {confidence}");
    let _ = writeln!(page, "- Controls: {}", controls.join(", "));
    let _ = writeln!(page, "- Runs: {runs}");
    let _ = writeln!(page, "\n{}", check.markdown().trim());
    section(&mut page, "What it reads", actions(check).iter().map(|it| format!("`{it}`")));
    if let Some(finding) = example(check) {
        let _ = writeln!(page, "\n## A finding\n\n{}: {}", finding.severity.word(), finding.message);
        let resource = &finding.resource;
        let detail = resource.detail.iter().map(|detail| format!("`{detail}`"));
        let lines = [format!("`{}`", resource.arn)].into_iter().chain(detail);
        let _ = writeln!(page);
        items(&mut page, lines.chain(finding.evidence));
    }
    section(&mut page, "References", check.references.iter().map(ToString::to_string));
    page
}

fn section(page: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        let _ = writeln!(page, "\n## {title}\n");
        items(page, lines);
    }
}

fn items(page: &mut String, lines: impl Iterator<Item = String>) {
    for line in lines {
        let _ = writeln!(page, "- {line}");
    }
}

/// What the check really says of its bad example.
fn example(check: &Check) -> Option<Finding> {
    let inventory = Inventory {
        accounts: vec![(check.bad)()],
        assumptions: Assumptions { strict: !check.default, ..Assumptions::default() },
        taken_at: EXAMPLES_TAKEN_AT,
        ..Inventory::default()
    };
    let findings = audit::evaluate(&inventory, &[*check]);
    findings.into_iter().find(|finding| finding.outcome == Kind::Fail)
}
