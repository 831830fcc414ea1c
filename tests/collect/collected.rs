//! Collects from a stub everything that can be collected, whatever the checks need.

use crate::run::environment;
use crate::stub::Stub;
use crate::worlds::ACCOUNT;
use collect::{Event, Observer, Settings, Stop};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// The value of the first unlike field; nothing where every field of `wanted` stands in `found`.
/// Lists must have the same length and order.
fn unlike(found: &Value, wanted: &Value, at: &str) -> Option<String> {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().find_map(|(name, it)| {
            unlike(found.get(name).unwrap_or(&Value::Null), it, &format!("{at}.{name}"))
        }),
        (Value::Array(found), Value::Array(wanted)) if found.len() == wanted.len() => {
            let mut pairs = found.iter().zip(wanted).enumerate();
            pairs.find_map(|(number, (found, wanted))| unlike(found, wanted, &format!("{at}[{number}]")))
        }
        _ => (found != wanted).then(|| format!("{at} is {found}, not {wanted}")),
    }
}

/// Where this test binary, started anew by [`collected`], is to write what it collects.
const OUTPUT: &str = "LAMBASTION_TEST_INVENTORY";

/// Everything that can be collected, whatever the checks need. The SDK takes its endpoint and
/// credentials from the environment of the process, so that a process of its own collects.
pub(crate) fn collected(stub: &Stub) -> Value {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("inventory.json");
    let mut command = Command::new(std::env::current_exe().unwrap());
    environment(&mut command, &stub.url(), ACCOUNT, directory.path());
    let name = concat!(module_path!(), "::collects_everything_into_a_file");
    let (_, name) = name.split_once("::").unwrap();
    let output = command.args(["--exact", name]).env(OUTPUT, &file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn collects_everything_into_a_file() {
    struct Nobody;
    impl Observer for Nobody {
        fn event(&self, _: &Event<'_>) {}
    }
    let Some(file) = std::env::var_os(OUTPUT) else {
        return;
    };
    let settings = Settings {
        profile: None,
        targets: Vec::new(),
        regions: Vec::new(),
        calls: inventory::CALLS.iter().copied().collect(),
        concurrency: 64,
        attempt_timeout: Duration::from_mins(1),
        attempts: 3,
    };
    let stop = Stop::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let collected = runtime.block_on(collect::accounts(&settings, &Nobody, &stop)).unwrap();
    fs::write(file, serde_json::to_string(&collected).unwrap()).unwrap();
}

pub(crate) fn find<'a>(items: &'a Value, field: &str, value: &str) -> &'a Value {
    let mut all = items["items"].as_array().unwrap().iter();
    all.find(|it| it[field] == value).unwrap_or_else(|| panic!("no {field} {value} in {items:#}"))
}

pub(crate) fn holds(found: &Value, wanted: &Value) {
    if let Some(difference) = unlike(found, wanted, "") {
        panic!("{difference}\n{found:#}");
    }
}
