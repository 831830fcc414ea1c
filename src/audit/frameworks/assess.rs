//! What an audit says of each control of a framework.

use super::{Control, Fit, Framework, Mapping};
use crate::{Check, Finding, Kind, Severity};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an audit says of a control. It never says that the framework is met: a control asks for more than
/// configuration shows, and only the objects that checks judge are seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlResult {
    /// The control's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How bad its failure is, where the framework says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The outcome.
    pub status: Status,
    /// The codes of the checks that speak to it.
    pub checks: Vec<String>,
    /// Those of them that did not run.
    pub not_run: Vec<String>,
    /// What they found.
    pub counts: Counts,
}

/// The outcome of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A check that speaks to it failed.
    Fail,
    /// A check that speaks to it did not run, or could not tell.
    Unknown,
    /// All checks that speak to it ran, and each object that they judged passed.
    Pass,
    /// No check speaks to it, or none found an object to judge.
    NotAssessed,
}

/// How many findings say what of a control.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// The control is missing.
    pub fail: usize,
    /// Nobody knows: a fact could not be read, or a check failed that asks for more than the control.
    pub unknown: usize,
    /// The control stands.
    pub pass: usize,
}

/// The outcome of every control of a framework, in its order.
///
/// `findings` are those of an evaluation, passes included; `checks` are those that ran.
pub fn assess(framework: &Framework, findings: &[Finding], checks: &[Check]) -> Vec<ControlResult> {
    let ran: BTreeSet<_> = checks.iter().map(|it| it.code).collect();
    let mut found: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        found.entry(&finding.check).or_default().push(finding);
    }
    framework.controls.iter().map(|control| result(framework, control, &found, &ran)).collect()
}

fn result(
    framework: &Framework,
    control: &Control,
    found: &BTreeMap<&str, Vec<&Finding>>,
    ran: &BTreeSet<&str>,
) -> ControlResult {
    let mut by_check: BTreeMap<&str, Vec<&Mapping>> = BTreeMap::new();
    for mapping in framework.mappings.iter().filter(|it| it.controls.contains(&control.id)) {
        by_check.entry(&mapping.check).or_default().push(mapping);
    }
    let mut counts = Counts::default();
    for (check, mappings) in by_check.iter().filter(|(check, _)| ran.contains(*check)) {
        for finding in found.get(check).into_iter().flatten() {
            // One finding is counted once, in the worst of its readings.
            counts.add(mappings.iter().filter_map(|it| it.reads(finding)).min());
        }
    }
    let not_run: Vec<_> = by_check.keys().filter(|check| !ran.contains(*check)).copied().collect();
    ControlResult {
        id: control.id.clone(),
        title: control.title.clone(),
        severity: control.severity,
        status: counts.status(!not_run.is_empty()),
        checks: by_check.keys().copied().map(Into::into).collect(),
        not_run: not_run.into_iter().map(Into::into).collect(),
        counts,
    }
}

impl Mapping {
    /// What a finding of the check says of the controls, if anything.
    fn reads(&self, finding: &Finding) -> Option<Kind> {
        if !self.concerns(finding) {
            return None;
        }
        match (finding.outcome, self.fit) {
            (Kind::Fail, Fit::Wider) => Some(Kind::Unknown),
            (Kind::Pass, Fit::Narrower) | (Kind::NotApplicable, _) => None,
            (outcome, _) => Some(outcome),
        }
    }

    /// Whether the finding is about a type of resource that the mapping is about.
    fn concerns(&self, finding: &Finding) -> bool {
        let kind = &finding.resource.kind;
        let near = || self.resources.iter().any(|it| service(it) == service(kind)) || kind == "AWS::Account";
        // An API that could not be listed has stages that could not be judged.
        self.resources.is_empty()
            || self.resources.contains(kind)
            || finding.outcome == Kind::Unknown && near()
    }
}

/// `AWS::ApiGatewayV2` of `AWS::ApiGatewayV2::Stage`.
fn service(kind: &str) -> Option<&str> {
    kind.rsplit_once("::").map(|(service, _)| service)
}

impl Counts {
    fn add(&mut self, reading: Option<Kind>) {
        match reading {
            Some(Kind::Fail) => self.fail += 1,
            Some(Kind::Unknown) => self.unknown += 1,
            Some(Kind::Pass) => self.pass += 1,
            Some(Kind::NotApplicable) | None => {}
        }
    }

    fn status(self, incomplete: bool) -> Status {
        if self.fail > 0 {
            Status::Fail
        } else if self.unknown > 0 || incomplete {
            Status::Unknown
        } else if self.pass > 0 {
            Status::Pass
        } else {
            Status::NotAssessed
        }
    }
}

impl Status {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Pass => "pass",
            Self::NotAssessed => "not assessed by this tool",
        }
    }
}
