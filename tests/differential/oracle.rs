//! The simulator, in a process of its own.

use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running simulator.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    questions: Option<BufWriter<ChildStdin>>,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts one. `folder` is where `oracle.sh` installed it.
    ///
    /// # Errors
    /// If there is no Node.js.
    pub fn start(folder: &Path) -> io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .arg(folder)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or_else(|| io::Error::other("no pipes"))?;
        Ok(Self { child, questions: Some(BufWriter::new(questions)), answers: BufReader::new(answers) })
    }

    /// What it says of each case: a verdict's word, or `error: …`. Answers are short, so that those of some
    /// hundred cases fit into the pipe while the questions are still being written.
    ///
    /// # Errors
    /// If the process ended.
    pub fn ask(&mut self, cases: &[Value]) -> io::Result<Vec<String>> {
        let questions = self.questions.as_mut().ok_or_else(|| io::Error::other("closed"))?;
        for case in cases {
            writeln!(questions, "{case}")?;
        }
        questions.flush()?;
        let mut said = Vec::with_capacity(cases.len());
        for _ in cases {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::Error::other("the simulator ended before its answer"));
            }
            said.push(line.trim_end().to_owned());
        }
        Ok(said)
    }

    /// What it says of one case.
    ///
    /// # Errors
    /// If the process ended.
    pub fn ask_one(&mut self, case: &Value) -> io::Result<String> {
        let mut said = self.ask(std::slice::from_ref(case))?;
        said.pop().ok_or_else(|| io::Error::other("no answer"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        self.questions = None;
        let _ = self.child.wait();
    }
}
