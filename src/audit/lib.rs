//! Judging an inventory: checks, findings and the score. Pure: no clock, no network, no environment.

mod abilities;
pub mod access;
mod check;
mod costs;
mod entry;
pub mod escalation;
mod evaluate;
pub mod exposure;
mod finding;
pub mod frameworks;
mod scope;
mod score;
mod select;
#[cfg(test)]
mod tests;
pub mod ways;

pub use abilities::Abilities;
pub use check::{Check, Confidence, Control, Layer, Outcome, Problem, Rule, Severity, Verdict};
pub use entry::{Entry, EntryKind};
pub use evaluate::evaluate;
pub use exposure::{Callers, Exposure, Place, Proof};
pub use finding::{Finding, Kind, Resource};
pub use scope::Scope;
pub use score::{AccountScore, Contribution, FunctionScore, Grade, Scorecard, score};
pub use select::{Selection, UnknownCheck, select};
