//! Cases kept with what the simulator said of them, to be replayed without it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::compare::{self, Compared};
use crate::coverage::Coverage;
use crate::explained::KINDS;
use crate::oracle::Oracle;
use crate::verdict;

/// A recorded case.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The case.
    pub case: Value,
    /// What the simulator said of it.
    pub theirs: String,
    /// Where AWS's documentation is against that: the kinds, and what the simulator said of the rewritten case.
    pub explained: Option<(Vec<String>, String)>,
}

/// Where the recording lies.
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded.jsonl.gz")
}

/// What to keep.
#[derive(Debug, Clone, Copy)]
pub struct Quota {
    /// So many cases at least.
    pub cases: usize,
    /// So many decisions at least by each operator, in each form, each way.
    pub each: usize,
    /// So many cases at least of each kind of explained difference, and so many at most.
    pub explained: (usize, usize),
    /// Bytes of a case, unless it is needed for the coverage.
    pub size: usize,
}

/// Makes a recording anew out of the first cases that fill the quota.
///
/// # Errors
/// If the simulator ended, disagrees unexplained, or the file cannot be written.
pub fn make(folder: &Path, seed: u64, quota: Quota) -> io::Result<(usize, Coverage)> {
    let mut oracle = Oracle::start(folder)?;
    let mut out = GzEncoder::new(File::create(path())?, Compression::best());
    let mut coverage = Coverage::default();
    let mut explained: BTreeMap<&str, usize> = KINDS.iter().map(|kind| (kind.name, 0)).collect();
    let mut next = 0;
    while coverage.cases < quota.cases
        || !coverage.below(quota.each).is_empty()
        || explained.values().any(|count| *count < quota.explained.0)
    {
        let indices: Vec<u64> = (next..next + 200).collect();
        next += 200;
        for compared in compare::batch(&mut oracle, seed, &indices)? {
            if !compared.agree() && compared.explanation.is_none() {
                return Err(io::Error::other(format!("unexplained: {}", compared.case)));
            }
            let mut with = Coverage::default();
            with.add(&compared.case, compared.ours);
            let least = least_seen(&compared, &explained);
            let small = compared.case.to_string().len() <= quota.size && coverage.cases < quota.cases;
            let wanted =
                small || with.fills(&coverage, quota.each) || least.is_some_and(|it| it < quota.explained.0);
            if !wanted || least.is_some_and(|count| count >= quota.explained.1) {
                continue;
            }
            for kind in compared.explanation.iter().flat_map(|explanation| &explanation.kinds) {
                *explained.entry(kind.name).or_default() += 1;
            }
            coverage.merge(&with);
            writeln!(out, "{}", line(&compared))?;
        }
    }
    out.finish()?.sync_all()?;
    Ok((coverage.cases, coverage))
}

/// How often the rarest of the kinds that explain a difference was recorded; nothing if there is no difference.
fn least_seen(compared: &Compared, seen: &BTreeMap<&str, usize>) -> Option<usize> {
    let kinds = &compared.explanation.as_ref()?.kinds;
    kinds.iter().filter_map(|kind| seen.get(kind.name).copied()).min()
}

fn line(compared: &Compared) -> Value {
    let mut line = json!({ "case": compared.case, "simulator": compared.theirs });
    if let Some(explanation) = &compared.explanation {
        line["explained"] = explanation.kinds.iter().map(|kind| kind.name).collect();
        line["rewritten"] = json!(verdict::word(compared.ours));
    }
    line
}

/// Reads the recording.
///
/// # Errors
/// If it is not there, or broken.
pub fn read() -> io::Result<Vec<Recorded>> {
    let broken = |line: &str| io::Error::other(format!("not a recorded case: {line}"));
    let lines = BufReader::new(GzDecoder::new(File::open(path())?)).lines();
    lines
        .map(|line| {
            let line = line?;
            let mut recorded: Value = serde_json::from_str(&line)?;
            let theirs = recorded["simulator"].as_str().ok_or_else(|| broken(&line))?.to_owned();
            let explained = recorded["explained"].as_array().map(|kinds| {
                let kinds = kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                (kinds, recorded["rewritten"].as_str().unwrap_or_default().to_owned())
            });
            Ok(Recorded { case: recorded["case"].take(), theirs, explained })
        })
        .collect()
}
