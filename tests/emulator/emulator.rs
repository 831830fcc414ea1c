//! A seeded emulator that ends with the test that started it.

use crate::permission::Policy;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// How long a stand-in may take to end before it is killed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Environment variables.
pub(crate) type Variables = BTreeMap<String, String>;

/// A running emulator with the estate in it.
pub(crate) struct Emulator {
    pub(crate) name: &'static str,
    served: Served,
    server: Child,
}

/// What `with.py` says of the emulator that it started.
#[derive(Deserialize)]
struct Served {
    pid: u32,
    environment: Variables,
}

impl Emulator {
    pub(crate) fn start(name: &'static str, flags: &[&str]) -> Self {
        let mut server = python("with.py")
            .arg(name)
            .args(flags)
            .arg("--seed")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{name}: {:?}", server.wait()));
        Self { name, served: told, server }
    }

    /// The variables that send an SDK there, as the account's root.
    pub(crate) fn environment(&self) -> &Variables {
        &self.served.environment
    }

    /// The keys of new users, each with one of the policies.
    pub(crate) fn users(&self, policies: &[Policy]) -> Vec<Variables> {
        let mut auditor = python("auditor.py")
            .envs(self.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let asked = serde_json::to_vec(policies).unwrap();
        auditor.stdin.take().unwrap().write_all(&asked).unwrap();
        let output = auditor.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It serves until its standard input ends.
        drop(self.server.stdin.take());
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(Some(_)) = self.server.try_wait() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = Command::new("kill").args(["-KILL", &self.served.pid.to_string()]).status();
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A file of `localstack/`.
pub(crate) fn localstack(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("localstack").join(file)
}

/// A script of `localstack/` in the pinned environment, which is made if it is not there.
pub(crate) fn python(script: &str) -> Command {
    static INTERPRETER: OnceLock<String> = OnceLock::new();
    let interpreter = INTERPRETER.get_or_init(|| {
        let output = Command::new("sh").arg(localstack("venv.sh")).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    });
    let mut command = Command::new(interpreter);
    command.arg(localstack(script));
    command
}
