//! `lambastion checks`: the catalogue.

use crate::cli::{self, ListFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::terminal;
use audit::{Check, Confidence, Control, Layer, Severity};
use serde::Serialize;
use std::fmt::Write;

pub(crate) fn run(flags: &cli::Checks) -> Outcome {
    let list = match flags.format {
        ListFormat::Text => text(checks::ALL),
        ListFormat::Markdown => markdown(checks::ALL),
        ListFormat::Json => json(checks::ALL)?,
    };
    terminal::print(|out| out.write_all(list.as_bytes()))?;
    Ok(Exit::Clean)
}

fn text(checks: &[Check]) -> String {
    let longest = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let mut list = String::new();
    for check in checks {
        let Check { code, name, title, .. } = check;
        let severity = check.severity.word();
        let strict = if check.default { "" } else { " (strict)" };
        // Writing to a string cannot fail.
        let _ = writeln!(list, "{code:<9} {severity:<8}  {name:<longest$}  {title}{strict}");
    }
    list
}

fn markdown(checks: &[Check]) -> String {
    let mut list = String::from("| Code | Name | Severity | Runs | What it finds |\n|---|---|---|---|---|\n");
    for check in checks {
        let Check { code, name, title, .. } = check;
        let severity = check.severity.word();
        let runs = if check.default { "always" } else { "with `--strict`" };
        let _ = writeln!(list, "| {code} | `{name}` | {severity} | {runs} | {title} |");
    }
    list
}

#[derive(Serialize)]
struct Catalogue {
    checks: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    code: &'static str,
    name: &'static str,
    title: &'static str,
    layer: Layer,
    severity: Severity,
    confidence: Confidence,
    default: bool,
    controls: &'static [Control],
    references: &'static [&'static str],
    actions: Vec<String>,
    docs: String,
}

impl Entry {
    fn of(check: &Check) -> Self {
        Self {
            code: check.code,
            name: check.name,
            title: check.title,
            layer: check.layer(),
            severity: check.severity,
            confidence: check.confidence,
            default: check.default,
            controls: check.controls,
            references: check.references,
            actions: actions(check),
            docs: check.markdown(),
        }
    }
}

/// The actions that a check's calls need, API Gateway's with their paths.
pub(super) fn actions(check: &Check) -> Vec<String> {
    check.calls.iter().map(|call| call.permission()).collect()
}

fn json(checks: &[Check]) -> Result<String, Failure> {
    let checks = checks.iter().map(Entry::of).collect();
    let mut text = serde_json::to_string_pretty(&Catalogue { checks })
        .map_err(|error| Failure::internal(format!("cannot write the checks as JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}
