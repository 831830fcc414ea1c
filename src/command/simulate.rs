//! `lambastion simulate`: decide requests by the policies that come with them.

use crate::exit::{Exit, Failure, Outcome};
use crate::{cli, files, terminal};
use policy::{Case, Decision, decide};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

/// More than a request and its policies can be; what is longer is no case.
const LONGEST: u64 = 64 << 20;

pub(crate) fn run(flags: &cli::Simulate) -> Outcome {
    let (name, source) = open(&flags.cases)?;
    let mut flaw = None;
    terminal::print(|out| {
        flaw = answer(BufReader::new(source), out)?;
        Ok(())
    })?;
    flaw.map_or(Ok(Exit::Clean), |flaw| Err(Failure::usage(format!("{name}{flaw}"))))
}

/// What the cases are called and where they come from: a file, or standard input for `-`.
fn open(path: &Path) -> Result<(String, Box<dyn Read>), Failure> {
    if path == Path::new("-") {
        return Ok(("standard input".into(), Box::new(io::stdin())));
    }
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok((name, Box::new(file))),
        Err(error) => Err(Failure::usage(format!("{name}: {}", files::why(&error)))),
    }
}

/// Answers line by line up to the first that is no case; what is wrong with it, to stand behind the
/// name of the cases. Fails where answers cannot be written.
fn answer<R: Read>(mut cases: BufReader<R>, out: &mut dyn Write) -> io::Result<Option<String>> {
    let mut decided = false;
    for number in 1_u64.. {
        let line = match next(&mut cases) {
            Ok(line) if line.is_empty() => break,
            Ok(line) => line,
            Err(error) => return Ok(Some(format!(":{number}: {}", files::why(&error)))),
        };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match decision(&line) {
            Ok(decision) => {
                serde_json::to_writer(&mut *out, &decision)?;
                out.write_all(b"\n")?;
            }
            Err(flaw) => return Ok(Some(format!(":{number}: {flaw}"))),
        }
        decided = true;
        // Whoever sends the next case only after this answer gets it now.
        if cases.buffer().is_empty() {
            out.flush()?;
        }
    }
    let nothing = || ": holds no case; write each as a JSON object on a line".into();
    Ok((!decided).then(nothing))
}

/// The next line with what ends it; nothing at the end.
fn next(cases: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    cases.take(LONGEST + 1).read_until(b'\n', &mut line)?;
    if line.len() as u64 > LONGEST {
        return Err(io::Error::other("the line is too long to be a case"));
    }
    Ok(line)
}

/// What becomes of a line's request, or what is wrong with the line.
fn decision(line: &[u8]) -> Result<Decision, String> {
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        format!("byte {at} is not UTF-8; a case is a JSON object")
    })?;
    let case = Case::parse(text).map_err(|error| error.to_string())?;
    Ok(decide(&case))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = r#"{"principal":"anonymous","action":"s3:GetObject","resource":"arn:aws:s3:::b/k"}"#;

    fn answered(cases: &str) -> (String, Option<String>) {
        let mut out = Vec::new();
        let flaw = answer(BufReader::new(cases.as_bytes()), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), flaw)
    }

    #[test]
    fn every_line_has_its_answer_up_to_a_wrong_one() {
        let (answers, flaw) = answered(&format!("{CASE}\n\n{CASE}\r\n{{}}\n{CASE}"));
        assert_eq!(answers.matches("ImplicitlyDenied").count(), 2, "{answers}");
        assert_eq!(answers.lines().count(), 2, "{answers}");
        assert_eq!(flaw.as_deref(), Some(":4: case: has no `principal`"));
        assert_eq!(answered(CASE).1, None);
        assert!(answered(" \n").1.unwrap().contains("no case"));
    }

    /// One that waits for each answer before it asks again.
    #[test]
    fn an_answer_does_not_wait_for_the_next_case() {
        struct Asker<'a>(&'a std::cell::Cell<usize>, usize);

        impl Read for Asker<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert_eq!(self.0.get(), self.1, "asked before the answer came");
                self.1 += 1;
                let line = format!("{CASE}\n");
                let line = if self.1 > 3 { "" } else { &line };
                buffer[..line.len()].copy_from_slice(line.as_bytes());
                Ok(line.len())
            }
        }

        struct Answers<'a>(&'a std::cell::Cell<usize>);

        impl Write for Answers<'_> {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                Ok(bytes.len())
            }

            fn flush(&mut self) -> io::Result<()> {
                self.0.set(self.0.get() + 1);
                Ok(())
            }
        }

        let flushed = std::cell::Cell::new(0);
        assert_eq!(answer(BufReader::new(Asker(&flushed, 0)), &mut Answers(&flushed)).unwrap(), None);
        assert_eq!(flushed.get(), 3);
    }
}
