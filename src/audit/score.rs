//! One number for each function and account, 0 to 100, with the contributions that explain it.
//!
//! Each failing finding keeps a share of what is left: a critical one 40 %, a high one 65 %, and so
//! on ([`kept`]). The product is bounded, does not depend on order, and falls with every failure. A
//! finding counts for the function it names, and for the functions that the object it names leads to
//! or serves: its role, its APIs. The `score` takes unknown outcomes for failures (`worst`), so
//! ignorance never looks better than a pass; `best` takes them for passes. An unknown outcome costs the
//! check's own severity; an account whose regions or functions could not be listed has a `worst` of 0.

use crate::costs::Costs;
use crate::evaluate::unlisted_regions;
use crate::{Confidence, Finding, Kind, Severity};
use inventory::{Account, Inventory, Region};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The scores of an audit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scorecard {
    /// Over all accounts: the mean of the worst and the average account. Nothing was judged: none.
    pub overall: Option<u8>,
    /// Each account of which something was judged.
    pub accounts: Vec<AccountScore>,
    /// Each function, lowest score first.
    pub functions: Vec<FunctionScore>,
}

/// The score of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountScore {
    /// The account's id.
    pub account: String,
    /// With unknown outcomes taken for failures.
    pub score: u8,
    /// The same as `score`: the lower end of the interval.
    pub worst: u8,
    /// With unknown outcomes taken for passes: the upper end.
    pub best: u8,
    /// The score in a letter.
    pub grade: Grade,
}

/// The score of one function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionScore {
    /// The function's ARN.
    pub arn: String,
    /// With unknown outcomes taken for failures.
    pub score: u8,
    /// The same as `score`: the lower end of the interval.
    pub worst: u8,
    /// With unknown outcomes taken for passes: the upper end.
    pub best: u8,
    /// The score in a letter.
    pub grade: Grade,
    /// What cost how much, most first; the points add up to 100 less `score`.
    pub contributions: Vec<Contribution>,
}

/// What one finding cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// The finding's id.
    pub finding: String,
    /// The check's code.
    pub check: String,
    /// Points lost, to a tenth.
    pub points: f64,
}

/// A score in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the doc of `of` gives the bounds")]
pub enum Grade {
    A,
    B,
    C,
    D,
    F,
}

impl Grade {
    /// A from 90, B from 75, C from 60, D from 40.
    pub fn of(score: u8) -> Self {
        match score {
            90.. => Self::A,
            75.. => Self::B,
            60.. => Self::C,
            40.. => Self::D,
            _ => Self::F,
        }
    }

    /// The letter.
    pub fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
            Self::F => 'F',
        }
    }
}

/// The share of the score that is left after a finding, 0 to 1.
fn kept(severity: Severity, confidence: Confidence) -> f64 {
    let lost = match severity {
        Severity::Critical => 0.60,
        Severity::High => 0.35,
        Severity::Medium => 0.15,
        Severity::Low => 0.05,
        Severity::Info => 0.0,
    };
    let certainty = match confidence {
        Confidence::High => 1.0,
        Confidence::Medium => 0.7,
        Confidence::Low => 0.4,
    };
    1.0 - lost * certainty
}

/// Scores every function and account of the inventory.
pub fn score(inventory: &Inventory, findings: &[Finding]) -> Scorecard {
    let mut card = Scorecard::default();
    for account in &inventory.accounts {
        let judged = |it: &&Finding| it.outcome != Kind::NotApplicable && it.resource.account == account.id;
        if !findings.iter().any(|it| judged(&it)) {
            continue;
        }
        let costs = Costs::of(account, inventory.today(), findings);
        let functions: Vec<_> = costs.functions.iter().map(|(arn, costs)| function(arn, costs)).collect();
        // What hangs on no function counts by its worst object, so that a large account is not
        // punished for its size.
        let (worst, best) = costs
            .others
            .values()
            .map(|costs| (left(costs, true), left(costs, false)))
            .fold((1.0_f64, 1.0_f64), |(a, b), (c, d)| (a.min(c), b.min(d)));
        // What could not even be listed may hold anything.
        let worst = if blind(account) { 0.0 } else { worst };
        let worst = points(worst * blend(functions.iter().map(|it| it.worst)));
        let best = points(best * blend(functions.iter().map(|it| it.best)));
        let (score, grade) = (worst, Grade::of(worst));
        card.accounts.push(AccountScore { account: account.id.clone(), score, worst, best, grade });
        card.functions.extend(functions);
    }
    card.functions.sort_by(|a, b| (a.score, &a.arn).cmp(&(b.score, &b.arn)));
    let overall = blend(card.accounts.iter().map(|account| account.score));
    card.overall = (!card.accounts.is_empty()).then(|| points(overall));
    card
}

/// Whether regions or functions of the scope could not be listed.
fn blind(account: &Account) -> bool {
    let functions = |region: &Region| region.functions.gap.as_ref().is_some_and(|gap| !gap.not_asked);
    unlisted_regions(account).is_some() || account.regions.iter().any(functions)
}

fn function(arn: &str, costs: &[&Finding]) -> FunctionScore {
    let (worst, best) = (points(left(costs, true)), points(left(costs, false)));
    let mut sorted = costs.to_vec();
    sorted.sort_by(|a, b| share(a).total_cmp(&share(b)).then_with(|| a.id.cmp(&b.id)));
    let mut remaining = 100.0;
    let contributions = sorted.into_iter().map(|finding| {
        let lost = remaining * (1.0 - share(finding));
        remaining -= lost;
        Contribution {
            finding: finding.id.clone(),
            check: finding.check.clone(),
            points: (lost * 10.0).round() / 10.0,
        }
    });
    let mut contributions: Vec<_> = contributions.filter(|it| it.points > 0.0).collect();
    // What rounding took goes to the largest, so that the points add up.
    let explained: f64 = contributions.iter().map(|it| it.points).sum();
    if let Some(largest) = contributions.first_mut() {
        largest.points += 100.0 - f64::from(worst) - explained;
        largest.points = (largest.points * 10.0).round() / 10.0;
    }
    FunctionScore { arn: arn.into(), score: worst, worst, best, grade: Grade::of(worst), contributions }
}

fn share(finding: &Finding) -> f64 {
    match finding.outcome {
        Kind::Fail | Kind::Unknown => kept(finding.severity, finding.confidence),
        Kind::Pass | Kind::NotApplicable => 1.0,
    }
}

/// The share that is left of the whole, with unknown outcomes taken for failures or for passes.
fn left(costs: &[&Finding], unknown_fails: bool) -> f64 {
    let counts = |finding: &&&Finding| unknown_fails || finding.outcome != Kind::Unknown;
    costs.iter().filter(counts).map(|finding| share(finding)).product()
}

/// Half the worst, half the mean, 0 to 1; everything where there is nothing.
fn blend(scores: impl Iterator<Item = u8>) -> f64 {
    let (mut lowest, mut sum, mut count) = (100.0_f64, 0.0, 0.0);
    for score in scores.map(f64::from) {
        lowest = lowest.min(score);
        sum += score;
        count += 1.0;
    }
    if count == 0.0 { 1.0 } else { (lowest + sum / count) / 200.0 }
}

/// A share in points, rounded down so that a loss always shows.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
fn points(share: f64) -> u8 {
    // The tolerance keeps 0.65 × 100 from becoming 64.
    (share * 100.0 + 1e-9).floor().clamp(0.0, 100.0) as u8
}
