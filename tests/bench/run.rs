//! Prints the figures: `make bench`.

use bench::{functions, nasty, stopwatch::*};
use policy::{Document, decide, who_can};
use std::error::Error;
use std::io::{self, Write as _};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for (name, text) in nasty::policies() {
        let document = Document::parse(&text)?;
        let parse = once(|| Document::parse(&text));
        let asked: Vec<_> =
            nasty::requests().iter().map(|request| once(|| who_can(&document, request))).collect();
        let decided =
            nasty::cases(&document).iter().map(|case| once(|| decide(case))).max().unwrap_or_default();
        writeln!(
            out,
            "{name:<42} {:>6} B  parse {parse:>9.1?}  decide {decided:>9.1?}  who_can {asked:>9.1?}",
            text.len()
        )?;
    }
    let _ = functions::arn(1);
    Ok(())
}
