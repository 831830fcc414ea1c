//! What every format shows: the findings chosen and sorted, the gaps with what they cost, the counts.

use crate::summary::Summary;
use crate::{Options, Report};
use audit::{Finding, Kind};
use inventory::Gap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A report, ready to be written.
pub(crate) struct View<'a> {
    pub report: &'a Report<'a>,
    /// Worst first; then unknown outcomes; then, if asked for, the rest.
    pub findings: Vec<&'a Finding>,
    /// Every gap once, with the ids of the findings that it made unknown.
    pub gaps: BTreeMap<Gap, Vec<&'a str>>,
    pub summary: Summary,
    pub complete: bool,
}

impl<'a> View<'a> {
    pub(crate) fn of(report: &'a Report<'a>) -> Self {
        let shown = |finding: &&Finding| shows(report.options, finding);
        let mut findings: Vec<_> = report.findings.iter().filter(shown).collect();
        findings.sort_by_cached_key(|finding| Reverse(weight(finding)));
        let summary = Summary::of(report.inventory, report.findings);
        let asked = report.inventory.gaps();
        let complete = !asked.iter().any(Gap::is_failure) && summary.outcomes.unknown == 0;
        let mut gaps: BTreeMap<_, Vec<_>> = asked.into_iter().map(|gap| (gap, vec![])).collect();
        for finding in report.findings {
            if let Some(gap) = &finding.gap {
                gaps.entry(gap.clone()).or_default().push(finding.id.as_str());
            }
        }
        Self { report, findings, gaps, summary, complete }
    }

    /// The failures that are shown, worst first.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &'a Finding> {
        let failed = |finding: &&Finding| finding.outcome == Kind::Fail;
        self.findings.iter().copied().filter(failed)
    }
}

fn shows(options: Options, finding: &Finding) -> bool {
    match finding.outcome {
        Kind::Fail => options.min_severity.is_none_or(|least| finding.severity >= least),
        Kind::Unknown => true,
        Kind::Pass | Kind::NotApplicable => options.include_passed,
    }
}

/// Sorts findings, most urgent last; equals stay in the order of evaluation: by object and check.
fn weight(finding: &Finding) -> impl Ord + use<> {
    let failed = (finding.outcome == Kind::Fail).then_some((finding.severity, finding.confidence));
    (Reverse(finding.outcome), failed)
}
