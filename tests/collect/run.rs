//! Runs the program against a stub.

use crate::stub::Stub;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Long enough for a slow machine; a program that takes longer hangs.
const LIMIT: Duration = Duration::from_mins(3);

/// One run, with a home and working directory of its own.
pub(crate) struct Run {
    directory: TempDir,
    command: Command,
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    directory: TempDir,
}

/// The program, knowing nothing but the endpoint and the credentials of an account.
pub(crate) fn lambastion(endpoint: &str, account: &str) -> Run {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambastion"));
    environment(&mut command, endpoint, account, directory.path());
    Run { directory, command }
}

/// Leaves a process nothing but the endpoint, the credentials and a home.
pub(crate) fn environment(command: &mut Command, endpoint: &str, account: &str, home: &Path) {
    command.env_clear().current_dir(home).env("HOME", home);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("AWS_ENDPOINT_URL", endpoint);
    command.env("AWS_ACCESS_KEY_ID", format!("AKIA{account}")).env("AWS_SECRET_ACCESS_KEY", "secret");
    command.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
}

/// `lambastion audit` of an account with everything in the report.
pub(crate) fn audit(stub: &Stub, account: &str) -> Run {
    lambastion(&stub.url(), account).args(["audit", "--format", "json", "--include-passed", "--strict"])
}

/// The report of such an audit, and how it ended.
pub(crate) fn audited(stub: &Stub, account: &str) -> Ran {
    audit(stub, account).run()
}

impl Run {
    pub(crate) fn without(mut self, variable: &str) -> Self {
        self.command.env_remove(variable);
        self
    }

    pub(crate) fn args<const N: usize>(mut self, args: [&str; N]) -> Self {
        self.command.args(args);
        self
    }

    /// With a configuration file.
    pub(crate) fn config(self, text: &str) -> Self {
        fs::write(self.directory.path().join("lambastion.toml"), text).unwrap();
        self
    }

    /// With a shared AWS configuration file, and no region but what it names.
    pub(crate) fn profiles(mut self, text: &str) -> Self {
        let file = self.directory.path().join("aws-config");
        fs::write(&file, text).unwrap();
        self.command.env("AWS_CONFIG_FILE", file).env_remove("AWS_REGION");
        self
    }

    /// Starts the program; to be handed to [`Started::wait`].
    pub(crate) fn start(mut self) -> Started {
        let file = |name: &str| File::create(self.directory.path().join(name)).unwrap();
        let (out, err) = (file("stdout"), file("stderr"));
        let child = self.command.stdout(out).stderr(err).spawn().unwrap();
        Started { child, directory: self.directory }
    }

    /// Runs the program to its end.
    pub(crate) fn run(self) -> Ran {
        self.start().wait()
    }
}

/// A run that goes on.
pub(crate) struct Started {
    child: Child,
    directory: TempDir,
}

impl Started {
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    pub(crate) fn wait(mut self) -> Ran {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > LIMIT {
                self.child.kill().unwrap();
                panic!("the program does not end");
            }
            thread::sleep(Duration::from_millis(10));
        };
        let read = |name: &str| fs::read_to_string(self.directory.path().join(name)).unwrap();
        let ran = Ran {
            code: status.code(),
            stdout: read("stdout"),
            stderr: read("stderr"),
            directory: self.directory,
        };
        assert!(!ran.stderr.contains("internal error"), "{}", ran.stderr);
        ran
    }
}

impl Ran {
    pub(crate) fn report(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// A file that the program wrote into its working directory.
    pub(crate) fn file(&self, name: &str) -> String {
        let path: PathBuf = self.directory.path().join(name);
        fs::read_to_string(path).unwrap()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.file(name)).unwrap()
    }
}

/// Does the work for each item, several at a time: the program waits more than it works.
pub(crate) fn side_by_side<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    for some in items.chunks(8) {
        thread::scope(|scope| some.iter().for_each(|item| drop(scope.spawn(|| work(item)))));
    }
}

/// The reasons of a report's gaps, by permission.
pub(crate) fn gaps(report: &Value) -> BTreeSet<(String, String)> {
    let gaps = report["gaps"].as_array().unwrap().iter();
    let asked =
        gaps.filter(|it| !it["message"].as_str().unwrap_or_default().starts_with("outside the scope"));
    asked
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap_or_default();
            (format!("{} {}", text("action"), text("path")).trim().to_owned(), text("reason").to_owned())
        })
        .collect()
}

/// Whether a gap names a permission; the ids in its path stand for `*`.
pub(crate) fn names(gap: &str, permission: &str) -> bool {
    let fields = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (gap, permission) = (fields(gap), fields(permission));
    gap.len() == permission.len() && gap.iter().zip(&permission).all(|(a, b)| b == "*" || a == b)
}

/// The calls and permissions that the checks need, as `lambastion checks` tells.
pub(crate) fn catalogue() -> Value {
    lambastion("http://127.0.0.1:9", "000000000000")
        .args(["checks", "--format", "json"])
        .start()
        .wait()
        .report()
}
