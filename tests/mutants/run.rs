//! Runs the engine's tests with each mutant in turn:
//!
//!     mutants CHECKOUT SCRATCH [NAME…]
//!
//! SCRATCH is a folder for a copy of what the tests need; it must not hold anything else.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use mutants::{ENGINE, Mutant};

/// What the tests of the engine are made of.
const PARTS: [&str; 4] = [ENGINE, "tests/differential", "Cargo.lock", "rust-toolchain.toml"];

/// The tests of the engine that `make test` runs, the quick ones first.
const TESTS: [&[&str]; 4] = [
    &["--package", "policy", "--lib", "--", "--skip", "laws"],
    &["--package", "policy", "--lib", "--", "laws"],
    &["--package", "differential"],
    &["--package", "policy", "--doc"],
];

/// So long may one of them take: a mutant may well make the engine run for ever.
const LONGEST: Duration = Duration::from_mins(15);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [checkout, scratch, names @ ..] = words.as_slice() else {
        return Err("usage: mutants CHECKOUT SCRATCH [NAME…]".into());
    };
    let (checkout, scratch) = (Path::new(checkout), Path::new(scratch));
    let mutants: Vec<Mutant> = mutants::all()?;
    if let Some(name) = names.iter().find(|name| !mutants.iter().any(|it| it.name == **name)) {
        return Err(format!("there is no mutant {name}").into());
    }
    copy(checkout, scratch)?;
    forget(scratch)?;
    if let Some(failed) = failing(scratch, &TESTS)? {
        return Err(format!("without any mutant the tests fail: {failed}").into());
    }
    let mut survivors = Vec::new();
    let chosen = mutants.iter().filter(|it| names.is_empty() || names.contains(&it.name));
    let mut tried = 0;
    for mutant in chosen {
        let before = mutant.apply(scratch)?;
        let start = Instant::now();
        let caught = match failing(scratch, &[&["--no-run", "--package", "policy"]])? {
            Some(_) => return Err(format!("{} does not compile", mutant.name).into()),
            None => failing(scratch, &TESTS)?,
        };
        for (file, text) in before {
            fs::write(scratch.join(ENGINE).join(file), text)?;
        }
        let (seconds, by) = (start.elapsed().as_secs(), caught.as_deref().unwrap_or("NOTHING"));
        writeln!(io::stdout(), "{:<40} {seconds:>4} s  caught by {by}", mutant.name)?;
        if caught.is_none() {
            survivors.push(mutant);
        }
        tried += 1;
    }
    writeln!(io::stdout(), "{} of {tried} mutants caught", tried - survivors.len())?;
    for mutant in &survivors {
        writeln!(io::stdout(), "no test notices {}: {}", mutant.name, mutant.why)?;
    }
    Ok(if survivors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The first tests that fail, by the first of them that does; nothing if all pass.
fn failing(scratch: &Path, suites: &[&[&str]]) -> Result<Option<String>, Box<dyn Error>> {
    for suite in suites {
        let log = scratch.join("log");
        let mut tests = Command::new(env!("CARGO"))
            .args(["test", "--offline", "--quiet"])
            .args(*suite)
            .current_dir(scratch)
            .env("CARGO_TARGET_DIR", scratch.join("target"))
            // A group of its own, so that the tests can be ended with it.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::create(scratch.join("errors"))?)
            .spawn()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = tests.try_wait()? {
                break status;
            }
            if start.elapsed() > LONGEST {
                Command::new("kill").args(["-KILL", "--", &format!("-{}", tests.id())]).status()?;
                tests.wait()?;
                forget(scratch)?;
                return Ok(Some("running for ever".into()));
            }
            sleep(Duration::from_millis(50));
        };
        if !status.success() {
            let log = fs::read_to_string(log)?;
            let mut failures = log.lines().filter_map(|line| line.strip_prefix("---- ")?.split(' ').next());
            return Ok(Some(failures.next_back().unwrap_or("the compiler").to_owned()));
        }
    }
    Ok(None)
}

/// Forgets what the compiler remembers between builds: one that was ended in the middle of its work has
/// been seen to leave behind what later builds go wrong by.
fn forget(scratch: &Path) -> io::Result<()> {
    let remembered = scratch.join("target/debug/incremental");
    if remembered.is_dir() { fs::remove_dir_all(remembered) } else { Ok(()) }
}

/// Copies what the tests need, as a workspace of its own. What is there already is replaced, but for
/// what was built.
fn copy(checkout: &Path, scratch: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(scratch)?;
    for part in PARTS {
        let to = scratch.join(part);
        if to.is_dir() {
            fs::remove_dir_all(&to)?;
        }
        copy_all(&checkout.join(part), &to)?;
    }
    let whole: toml::Table = fs::read_to_string(checkout.join("Cargo.toml"))?.parse()?;
    let mut parts: toml::Table =
        whole.into_iter().filter(|(name, _)| matches!(name.as_str(), "workspace" | "profile")).collect();
    if let Some(workspace) = parts.get_mut("workspace").and_then(toml::Value::as_table_mut) {
        workspace.remove("default-members");
        workspace.insert("members".into(), vec![ENGINE, "tests/differential"].into());
    }
    fs::write(scratch.join("Cargo.toml"), parts.to_string())?;
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(from, to)?;
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != "node_modules" {
            copy_all(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
