//! The comparison itself: many cases, a simulator per worker, and what came of it.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::Value;

use crate::coverage::Coverage;
use crate::explained::{self, Explanation};
use crate::generate;
use crate::oracle::Oracle;
use crate::shrink::shrink;
use crate::verdict::{self, Verdict};

/// Cases that are asked at once; see [`Oracle::ask`].
const BATCH: u64 = 200;

/// Unexplained cases that a worker makes small; more of them are only counted.
const SHRUNK: usize = 20;

/// What to compare.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many cases.
    pub cases: u64,
    /// Of which stream.
    pub seed: u64,
    /// How many simulators run at once.
    pub workers: u64,
    /// Where the simulator is installed.
    pub folder: PathBuf,
}

/// A difference that AWS's documentation does not settle.
#[derive(Debug, Clone)]
pub struct Unexplained {
    /// The case's number.
    pub index: u64,
    /// The engine's verdict.
    pub ours: Verdict,
    /// The simulator's.
    pub theirs: String,
    /// The case, as small as it gets.
    pub case: Value,
}

/// What a comparison found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// What was exercised.
    pub coverage: Coverage,
    /// How many differences each kind explains.
    pub explained: BTreeMap<&'static str, usize>,
    /// Differences that nothing explains.
    pub unexplained: Vec<Unexplained>,
    /// How many more of them there were.
    pub more_unexplained: usize,
}

impl Findings {
    fn merge(&mut self, other: Self) {
        self.coverage.merge(&other.coverage);
        for (kind, count) in other.explained {
            *self.explained.entry(kind).or_default() += count;
        }
        self.unexplained.extend(other.unexplained);
        self.more_unexplained += other.more_unexplained;
    }
}

/// A case with what both say of it.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The case's number.
    pub index: u64,
    /// The case.
    pub case: Value,
    /// The engine's verdict.
    pub ours: Verdict,
    /// The simulator's.
    pub theirs: String,
    /// Where they differ, why.
    pub explanation: Option<Explanation>,
}

impl Compared {
    /// Whether both say the same.
    pub fn agree(&self) -> bool {
        verdict::named(&self.theirs) == Some(self.ours)
    }
}

/// Compares the cases of these numbers.
///
/// # Errors
/// If the simulator ended.
pub fn batch(oracle: &mut Oracle, seed: u64, indices: &[u64]) -> io::Result<Vec<Compared>> {
    let cases: Vec<Value> = indices.iter().map(|index| generate::case(seed, *index)).collect();
    let said = oracle.ask(&cases)?;
    let mut all = Vec::with_capacity(cases.len());
    for ((index, case), theirs) in indices.iter().zip(cases).zip(said) {
        let ours = verdict::engine(&case);
        let mut compared = Compared { index: *index, case, ours, theirs, explanation: None };
        if !compared.agree() {
            compared.explanation = explained::explain(&compared.case, ours, |case| oracle.ask_one(case))?;
        }
        all.push(compared);
    }
    Ok(all)
}

/// Compares all cases of a plan. `done` is told now and then how many there were.
///
/// # Errors
/// If a simulator could not be started, or ended.
pub fn all(plan: &Plan, done: impl Fn(u64) + Sync) -> io::Result<Findings> {
    let count = AtomicU64::new(0);
    let work = |worker: u64| -> io::Result<Findings> {
        let mut oracle = Oracle::start(&plan.folder)?;
        let mut findings = Findings::default();
        let mine: Vec<u64> = (0..plan.cases).filter(|index| index / BATCH % plan.workers == worker).collect();
        for indices in mine.chunks(usize::try_from(BATCH).unwrap_or(1)) {
            for compared in batch(&mut oracle, plan.seed, indices)? {
                findings.coverage.add(&compared.case, compared.ours);
                take(&mut findings, compared, &mut oracle)?;
            }
            done(count.fetch_add(indices.len() as u64, Ordering::Relaxed) + indices.len() as u64);
        }
        Ok(findings)
    };
    let mut findings = Findings::default();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..plan.workers).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().try_for_each(|worker| {
            findings.merge(worker.join().map_err(|_| io::Error::other("a worker panicked"))??);
            Ok(())
        })
    })
    .map(|()| findings)
}

fn take(findings: &mut Findings, compared: Compared, oracle: &mut Oracle) -> io::Result<()> {
    if compared.agree() {
        return Ok(());
    }
    if let Some(explanation) = compared.explanation {
        for kind in explanation.kinds {
            *findings.explained.entry(kind.name).or_default() += 1;
        }
        return Ok(());
    }
    if findings.unexplained.len() == SHRUNK {
        findings.more_unexplained += 1;
        return Ok(());
    }
    let mut failure = None;
    let case = shrink(&compared.case, |case| {
        differs(case, oracle).unwrap_or_else(|error| {
            failure = Some(error);
            false
        })
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let (ours, theirs) = (verdict::engine(&case), oracle.ask_one(&case)?);
    findings.unexplained.push(Unexplained { index: compared.index, ours, theirs, case });
    Ok(())
}

/// Whether there is a difference about a case that nothing explains.
fn differs(case: &Value, oracle: &mut Oracle) -> io::Result<bool> {
    let ours = verdict::engine(case);
    let agree = verdict::named(&oracle.ask_one(case)?) == Some(ours);
    Ok(!agree && explained::explain(case, ours, |case| oracle.ask_one(case))?.is_none())
}
