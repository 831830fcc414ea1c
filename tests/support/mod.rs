//! Runs the binary where nothing of this machine shows: no environment, no configuration, no home.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use inventory::{Account, Inventory, SCHEMA};
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A directory of its own to run in.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file here.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Reads a file that should be here.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The names of the files that are here.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// The command, ready for more.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lambastion"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(self.path());
        command
    }

    /// The command with credentials, and somebody else in AWS's place.
    pub(crate) fn against(&self, endpoint: &str, args: &[&str]) -> Command {
        let mut command = self.command(args);
        command
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "hush-hush");
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        Ran::of(&self.command(args).output().unwrap())
    }

    /// Writes an inventory of that account here.
    pub(crate) fn inventory(&self, account: Account) -> PathBuf {
        let inventory = Inventory { schema: SCHEMA.into(), accounts: vec![account], ..Inventory::default() };
        self.file("inventory.json", serde_json::to_vec(&inventory).unwrap())
    }
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The run failed with that code and one clear line that holds every word.
    pub(crate) fn failed(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        let lines: Vec<_> = self.stderr.lines().collect();
        let [line] = lines.as_slice() else {
            panic!("not one line: {self:?}");
        };
        assert!(line.starts_with("error: "), "{line}");
        for word in words {
            assert!(line.contains(word), "no {word:?} in {line:?}");
        }
        for noise in ["panicked", "Error {", "Error(", "Some(", "\u{1b}"] {
            assert!(!line.contains(noise), "{noise:?} in {line:?}");
        }
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// An AWS that says who we are and which regions there are, and nothing else; its address.
pub(crate) fn endpoint() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap()));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream) {
    let mut seen = String::new();
    let mut bytes = [0; 4096];
    // Ends when the client goes away.
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        seen.push_str(&String::from_utf8_lossy(bytes.get(..count).unwrap()));
        let (kind, body) = if seen.contains("Action=GetCallerIdentity") {
            (
                "text/xml",
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/audit</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
            )
        } else if seen.starts_with("POST /listRegions") && seen.ends_with('}') {
            (
                "application/json",
                "{\"Regions\":[{\"RegionName\":\"eu-west-1\",\"RegionOptStatus\":\"ENABLED_BY_DEFAULT\"}]}",
            )
        } else {
            continue;
        };
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all((head + body).as_bytes()).unwrap();
        seen.clear();
    }
}
