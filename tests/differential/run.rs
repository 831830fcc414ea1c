//! Compares the engine with the simulator, live:
//!
//!     differential FOLDER compare CASES SEED    a million cases, and what came of them
//!     differential FOLDER record SEED           the recording anew
//!     differential FOLDER explain               the simulator still differs as `explained` says
//!     differential FOLDER show SEED INDEX       one case, and what both say
//!
//! FOLDER is what `oracle.sh` prints.

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use differential::compare::{self, Findings, Plan};
use differential::oracle::Oracle;
use differential::record::{self, Quota};
use differential::{explained, generate, verdict};

/// So often each operator decides in each form, each way, in a million cases.
const EACH_OF_A_MILLION: u64 = 1_000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [folder, "compare", cases, seed] => compare(Path::new(folder), cases.parse()?, seed.parse()?),
        [folder, "record", seed] => {
            let quota = Quota { cases: 20_000, each: 20, explained: (3, 100), size: 1_400 };
            let (cases, coverage) = record::make(Path::new(folder), seed.parse()?, quota)?;
            writeln!(io::stdout(), "{}{cases} cases recorded", coverage.table())?;
            Ok(ExitCode::SUCCESS)
        }
        [folder, "explain"] => explain(Path::new(folder)),
        [folder, "show", seed, index] => {
            let case = generate::case(seed.parse()?, index.parse()?);
            let theirs = Oracle::start(Path::new(folder))?.ask_one(&case)?;
            writeln!(io::stdout(), "{case:#}\nengine: {:?}\nsimulator: {theirs}", verdict::engine(&case))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            Err("usage: differential FOLDER compare CASES SEED | record SEED | explain | show SEED INDEX"
                .into())
        }
    }
}

fn compare(folder: &Path, cases: u64, seed: u64) -> Result<ExitCode, Box<dyn Error>> {
    let workers = thread::available_parallelism()?.get() as u64;
    let plan = Plan { cases, seed, workers, folder: folder.to_owned() };
    let findings = compare::all(&plan, |done| {
        if done % 20_000 == 0 {
            let _ = writeln!(io::stderr(), "{done} of {cases} cases");
        }
    })?;
    let minimum = usize::try_from(EACH_OF_A_MILLION * cases / 1_000_000)?;
    let passed = report(&mut io::stdout().lock(), &findings, minimum)?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes what was found, and whether it is as it has to be.
fn report(out: &mut impl io::Write, findings: &Findings, minimum: usize) -> io::Result<bool> {
    let Findings { coverage, explained, unexplained, more_unexplained } = findings;
    write!(out, "{}", coverage.table())?;
    for (kind, count) in explained {
        writeln!(out, "explained by {kind}: {count}")?;
    }
    for case in unexplained {
        let (index, ours, theirs) = (case.index, case.ours, &case.theirs);
        writeln!(out, "\nUNEXPLAINED case {index}: engine {ours:?}, simulator {theirs}\n{}", case.case)?;
    }
    let rare = coverage.below(minimum);
    for (form, way, times) in &rare {
        writeln!(out, "{form} decided {times} times when {way}: fewer than {minimum}")?;
    }
    let percent = coverage.percent_allowed();
    let balanced = (20..=80).contains(&percent);
    if !balanced {
        writeln!(out, "{percent} % allowed is not between 20 and 80")?;
    }
    writeln!(out, "{} unexplained", unexplained.len() + more_unexplained)?;
    Ok(unexplained.is_empty() && rare.is_empty() && balanced)
}

/// Whether the simulator still differs from the documentation where it is said to: a kind that it has
/// mended meanwhile is to be removed.
fn explain(folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let mut oracle = Oracle::start(folder)?;
    let mut outdated = false;
    for example in explained::examples() {
        let theirs = oracle.ask_one(&example.case)?;
        let told = explained::explain(&example.case, example.verdict, |case| oracle.ask_one(case))?;
        let kinds: Vec<&str> = told.iter().flat_map(|it| &it.kinds).map(|kind| kind.name).collect();
        let holds = theirs != verdict::word(example.verdict) && kinds == [example.kind];
        outdated |= !holds;
        let state = if holds { "differs" } else { "NO LONGER AS DESCRIBED" };
        writeln!(io::stdout(), "{}: {state} (simulator {theirs}, AWS {:?})", example.kind, example.verdict)?;
    }
    Ok(if outdated { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
