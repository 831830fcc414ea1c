//! How long the action database takes: `cargo run --release -p reference --example timing`.

use reference::{actions, classes};
use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

const PATTERNS: [&str; 6] = ["lambda:InvokeFunction", "s3:Get*", "ec2:*", "iam:?assRole", "*:Get*", "*"];

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let start = Instant::now();
    let known = actions::known_service("lambda");
    writeln!(out, "{:>10.1?}  first use ({known})", start.elapsed())?;
    let start = Instant::now();
    let entries = classes::all().len();
    writeln!(out, "{:>10.1?}  first use of the {entries} data classes", start.elapsed())?;
    let each = time(|| actions::find(black_box("lambda:invokefunction")));
    writeln!(out, "{each:>10.1?}  find")?;
    for pattern in PATTERNS {
        let found = actions::expand(pattern).count();
        let each = time(|| actions::expand(black_box(pattern)).count());
        writeln!(out, "{each:>10.1?}  expand {pattern} ({found})")?;
    }
    let Some(action) = actions::find("s3:GetObject") else { return Ok(()) };
    let each = time(|| action.may_carry(black_box("s3:prefix")));
    writeln!(out, "{each:>10.1?}  may_carry")?;
    let each = time(|| classes::of(black_box(action)).len());
    writeln!(out, "{each:>10.1?}  class of an action")
}

/// The mean of as many runs as a tenth of a second holds.
fn time<T>(run: impl Fn() -> T) -> Duration {
    let (start, mut runs) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_millis(100) {
        black_box(run());
        runs += 1;
    }
    start.elapsed() / runs
}
