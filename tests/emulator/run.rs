//! Runs the program against an emulator.

use crate::emulator::{Emulator, Variables, localstack};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// The day that `expected.json` is written for.
const AS_OF: &str = "2026-11-22";

/// A directory of its own to run in.
pub(crate) struct Place(TempDir);

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    pub(crate) fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.read(file)).unwrap()
    }

    /// Runs the program, which sees nothing of this machine.
    pub(crate) fn run<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        variables: &Variables,
    ) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambastion"));
        command.args(args).env_clear().envs(variables).env("HOME", self.0.path()).current_dir(self.0.path());
        Ran::of(command.output().unwrap())
    }

    /// `lambastion audit` or `evaluate`, as `expected.json` has it judged.
    pub(crate) fn judge(&self, words: &[&str], variables: &Variables) -> Ran {
        let config = localstack("lambastion.toml");
        let fixed = ["--config".as_ref(), config.as_os_str(), "--as-of".as_ref(), AS_OF.as_ref()];
        self.run(words.iter().map(OsStr::new).chain(fixed), variables)
    }
}

impl Ran {
    fn of(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for word in ["panicked", "internal error"] {
            assert!(!ran.stderr.contains(word), "{}", ran.stderr);
        }
        ran
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }
}

/// What the program prints about itself, as JSON.
pub(crate) fn said(args: &[&str]) -> Value {
    Place::new().run(args, &Variables::new()).json()
}

/// The exit code and the whole report of an audit with those keys, or as root.
pub(crate) fn audited(emulator: &Emulator, keys: &Variables) -> (Option<i32>, Value) {
    let mut variables = emulator.environment().clone();
    variables.extend(keys.clone());
    let ran = Place::new().judge(&["audit", "--format", "json", "--include-passed"], &variables);
    (ran.code, ran.json())
}
