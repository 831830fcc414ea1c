//! Prints the figures: `make bench`, or those of a part: `make bench ONLY=roles`.

use bench::stopwatch::{least, median, once};
use bench::{functions, nasty, roles};
use policy::{Document, decide, who_can};
use std::error::Error;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::Duration;

const FUNCTIONS: u32 = 10_000;
const ROLES: u32 = 1_000;

/// So many runs the figures are the median of.
const RUNS: usize = 5;

/// A part of the benchmark.
type Part = fn(&mut io::StdoutLock) -> Result<(), Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let wanted: Vec<_> = std::env::args().skip(1).collect();
    let parts: [(&str, Part); 3] = [("functions", functions), ("roles", roles), ("nasty", nasty)];
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    parts.iter().filter(|(name, _)| chosen(name)).try_for_each(|(_, part)| part(&mut out))
}

fn functions(out: &mut io::StdoutLock) -> Result<(), Box<dyn Error>> {
    let texts: Vec<_> = (0..FUNCTIONS as usize).map(functions::policy).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    writeln!(out, "{FUNCTIONS} policies of functions, {} bytes each, on one core", bytes / texts.len())?;
    let documents = texts.iter().map(|text| Document::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let parsed = median(RUNS, || texts.iter().filter(|text| Document::parse(text).is_ok()).count());
    told(out, "parsed", parsed, FUNCTIONS)?;
    let judged = median(RUNS, || {
        let numbered = documents.iter().enumerate();
        numbered.map(|(number, document)| functions::ask(document, &functions::arn(number))).sum::<usize>()
    });
    told(out, &format!("asked who can, in {} ways", functions::ways().count()), judged, FUNCTIONS)?;
    let cases: Vec<_> = documents
        .into_iter()
        .enumerate()
        .map(|(number, document)| functions::case(document, number))
        .collect();
    let decided =
        median(RUNS, || cases.iter().map(|case| black_box(decide(case)).because.len()).sum::<usize>());
    told(out, "one request decided", decided, FUNCTIONS)
}

fn roles(out: &mut io::StdoutLock) -> Result<(), Box<dyn Error>> {
    let inventory = roles::inventory(ROLES as usize)?;
    writeln!(out, "\n{ROLES} roles with three policies of AWS each, and a function for each")?;
    let mut found = 0;
    let taken = once(|| found = roles::expanded(&inventory));
    told(out, &format!("expanded to {found} actions that they may do"), taken, ROLES)?;
    // What each check needs of the roles is made ready in this as well.
    for (code, what) in [
        ("DOWN-001", "searched for administrators"),
        ("DOWN-002", "searched for escalation"),
        ("DOWN-003", "searched for access to data"),
    ] {
        let mut found = 0;
        let taken = once(|| found = roles::findings(&inventory, code));
        told(out, &format!("{what} ({found} found)"), taken, ROLES)?;
    }
    Ok(())
}

fn nasty(out: &mut io::StdoutLock) -> Result<(), Box<dyn Error>> {
    writeln!(
        out,
        "\npolicies of 20 KB that are hard to judge: the least of {RUNS} runs, the worst question"
    )?;
    writeln!(out, "{:<45} {:>10} {:>10} {:>10}", "", "parse", "decide", "who can")?;
    let mut worst = [Duration::ZERO; 3];
    for (name, text) in nasty::policies() {
        let document = Document::parse(&text)?;
        let parse = least(RUNS, || Document::parse(&text));
        let decided = nasty::cases(&document).iter().map(|case| least(RUNS, || decide(case))).max();
        let asked = nasty::requests().iter().map(|request| least(RUNS, || who_can(&document, request))).max();
        let times = [parse, decided.unwrap_or_default(), asked.unwrap_or_default()];
        row(out, name, times)?;
        for (worst, time) in worst.iter_mut().zip(times) {
            *worst = time.max(*worst);
        }
    }
    row(out, "worst", worst)
}

fn row(
    out: &mut impl Write,
    name: &str,
    [parse, decide, who_can]: [Duration; 3],
) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(out, "{name:<45} {parse:>10.1?} {decide:>10.1?} {who_can:>10.1?}")?)
}

/// In all, each, and how many a second.
fn told(out: &mut impl Write, what: &str, taken: Duration, count: u32) -> Result<(), Box<dyn Error>> {
    let each = taken / count;
    let rate = f64::from(count) / taken.as_secs_f64();
    Ok(writeln!(out, "{what:<45} {taken:>10.1?}, {each:>8.1?} each, {rate:>9.0} a second")?)
}
