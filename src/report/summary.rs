//! The counts of a report. They cover every outcome, whatever is shown.

use audit::{Finding, Kind, Layer, Severity};
use inventory::Inventory;
use schemars::JsonSchema;
use serde::Serialize;

/// The counts of an audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Summary {
    /// All outcomes.
    pub outcomes: Outcomes,
    /// Failures, by effective severity.
    pub severities: Severities,
    /// Outcomes of the checks of each layer of defence.
    pub layers: Layers,
    /// The functions that were read.
    pub functions: usize,
}

/// Outcomes, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Outcomes {
    /// The control is missing.
    pub fail: usize,
    /// A fact that the check needs could not be read.
    pub unknown: usize,
    /// The control stands.
    pub pass: usize,
    /// The check does not concern the object.
    pub not_applicable: usize,
}

/// Failures, by effective severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Severities {
    pub critical: usize,
    pub high: usize,
    pub medium: usize,
    pub low: usize,
    pub info: usize,
}

/// Outcomes, by layer of defence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Layers {
    pub edge: Outcomes,
    pub source: Outcomes,
    pub service: Outcomes,
    pub function: Outcomes,
    pub downstream: Outcomes,
}

impl Summary {
    pub(crate) fn of(inventory: &Inventory, findings: &[Finding]) -> Self {
        let regions = inventory.accounts.iter().flat_map(|it| &it.regions);
        let mut summary =
            Self { functions: regions.map(|region| region.functions.items.len()).sum(), ..Self::default() };
        for finding in findings {
            summary.outcomes.add(finding.outcome);
            summary.layers.get_mut(finding.layer).add(finding.outcome);
            if finding.outcome == Kind::Fail {
                *summary.severities.get_mut(finding.severity) += 1;
            }
        }
        summary
    }
}

impl Outcomes {
    fn add(&mut self, outcome: Kind) {
        match outcome {
            Kind::Fail => self.fail += 1,
            Kind::Unknown => self.unknown += 1,
            Kind::Pass => self.pass += 1,
            Kind::NotApplicable => self.not_applicable += 1,
        }
    }
}

impl Severities {
    /// Worst first.
    pub(crate) fn each(&self) -> [(Severity, usize); 5] {
        [
            (Severity::Critical, self.critical),
            (Severity::High, self.high),
            (Severity::Medium, self.medium),
            (Severity::Low, self.low),
            (Severity::Info, self.info),
        ]
    }

    fn get_mut(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
            Severity::Info => &mut self.info,
        }
    }
}

impl Layers {
    /// In the order that a request meets them.
    pub(crate) fn each(&self) -> [(Layer, Outcomes); 5] {
        [
            (Layer::Edge, self.edge),
            (Layer::Source, self.source),
            (Layer::Service, self.service),
            (Layer::Function, self.function),
            (Layer::Downstream, self.downstream),
        ]
    }

    fn get_mut(&mut self, layer: Layer) -> &mut Outcomes {
        match layer {
            Layer::Edge => &mut self.edge,
            Layer::Source => &mut self.source,
            Layer::Service => &mut self.service,
            Layer::Function => &mut self.function,
            Layer::Downstream => &mut self.downstream,
        }
    }
}
