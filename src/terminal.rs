//! What the terminal is told: results on standard output, everything else on standard error.

use crate::exit::Failure;
use anstream::ColorChoice;
use std::io::{self, BufWriter, IsTerminal, Write};

/// The columns of a terminal that does not say.
const WIDTH: usize = 100;
/// Below it and beyond it, wrapping helps nobody.
const NARROWEST: usize = 40;
const WIDEST: usize = 400;

/// Writes results to standard output. A reader that has seen enough is no failure.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // What is left in the buffer would be tried again, in vain.
    let (_, _) = out.into_parts();
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::internal(format!("cannot write results: {error}")))
        }
        _ => Ok(()),
    }
}

/// One line on standard error; where that is gone, nobody is there to be told.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", report::visible(line));
}

/// Whether results on standard output are coloured, by the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
pub(crate) fn colored() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether a person reads the results.
pub(crate) fn is_read_by_a_person() -> bool {
    io::stdout().is_terminal()
}

/// The columns to write for.
pub(crate) fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|text| text.parse().ok());
    columns_of(columns)
}

fn columns_of(said: Option<usize>) -> usize {
    said.filter(|width| *width > 0).map_or(WIDTH, |width| width.clamp(NARROWEST, WIDEST))
}

#[cfg(test)]
mod tests {
    use super::columns_of;

    #[test]
    fn columns_are_honoured_from_forty_on() {
        let said = [None, Some(0), Some(20), Some(40), Some(60), Some(1000)].map(columns_of);
        assert_eq!(said, [100, 100, 40, 40, 60, 400]);
    }
}
