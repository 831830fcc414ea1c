//! Reports: one view of an audit, written for people and for machines. Pure functions of their input.

mod escape;
mod format;
mod json;
mod sarif;
mod summary;
mod text;
mod view;

#[cfg(test)]
mod golden;

pub use escape::visible;
pub use format::{Format, UnknownFormat};

use audit::{Check, Finding, Kind, Scorecard, Severity};
use inventory::Inventory;
use std::{collections::BTreeMap, io};
use view::View;

/// The name and version of the JSON report's form.
pub const SCHEMA: &str = "lambastion/report/1";

/// The project's page, where `Cargo.toml` names one.
const URL: Option<&str> = {
    let url = env!("CARGO_PKG_HOMEPAGE");
    if url.is_empty() { None } else { Some(url) }
};

/// Everything that a report is made of.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What was read.
    pub inventory: &'a Inventory,
    /// Every outcome, passes included.
    pub findings: &'a [Finding],
    /// The scores of the same findings.
    pub scorecard: &'a Scorecard,
    /// The checks that were selected.
    pub checks: &'a [Check],
    /// What to show, and how.
    pub options: Options,
    /// Where alerts without a source line are anchored.
    pub anchors: &'a Anchors,
}

/// What to show, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether passes and not-applicable outcomes are listed too.
    pub include_passed: bool,
    /// Failures below it are counted and not listed; unknown outcomes always are.
    pub min_severity: Option<Severity>,
    /// Whether the text is coloured.
    pub color: bool,
    /// The columns that the text is wrapped to.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { include_passed: false, min_severity: None, color: false, width: 100 }
    }
}

/// The lines of the configuration file that put accounts in scope.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// By account id.
    pub accounts: BTreeMap<String, Anchor>,
}

/// A line of a file of the repository.
#[derive(Clone, Debug, Default)]
pub struct Anchor {
    /// Relative to the repository's root.
    pub path: String,
    /// Counted from 1.
    pub line: u32,
}

/// Writes the report.
///
/// # Errors
/// What `out` fails with.
pub fn write(report: &Report, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
    let view = View::of(report);
    let text = match format {
        Format::Text => text::render(&view),
        Format::Json => json::render(&view)?,
        Format::Sarif => sarif::render(&view)?,
    };
    out.write_all(text.as_bytes())
}

/// Whether every outcome is known and everything that was asked for was read, but for what could only
/// have restricted access.
pub fn complete(inventory: &Inventory, findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.outcome != Kind::Unknown) && inventory.is_complete()
}

/// The JSON Schema of the JSON report.
pub fn schema_report() -> serde_json::Value {
    json::schema()
}
