//! Lambastion audits the serverless surface of live AWS accounts. This binary wires the crates
//! together: flags and configuration in, reports and an exit code out.

mod cli;
mod command;
mod config;
mod environment;
mod exit;
mod files;
mod plan;
mod progress;
mod reading;
mod reporting;
mod stored;
mod terminal;
mod values;
mod words;

use clap::Parser;
use exit::Exit;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| internal_error(panic.location())));
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(help_or_error) => {
            // Where nobody listens any more, the exit code still tells.
            let _ = help_or_error.print();
            let wrong = help_or_error.use_stderr();
            return if wrong { Exit::Usage } else { Exit::Clean }.into();
        }
    };
    let exit = command::run(&cli.command).unwrap_or_else(|failure| {
        terminal::note(&format!("error: {}", failure.message));
        failure.exit
    });
    exit.into()
}

/// Ends the program with one line. What was being handled stays unsaid: it can hold anything.
fn internal_error(location: Option<&std::panic::Location<'_>>) {
    let place = location.map(|it| place(it.file(), it.line()));
    let place = place.unwrap_or_else(|| "an unknown place".into());
    terminal::note(&format!("error: internal error at {place}; please report it"));
    std::process::exit(Exit::Internal as i32);
}

/// The line in our sources. Where others' sources lay when this was built is nobody's business.
fn place(file: &str, line: u32) -> String {
    let file = Path::new(file);
    let ours = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(file);
    if ours.is_relative() { format!("{}:{line}", ours.display()) } else { "a dependency".into() }
}

#[cfg(test)]
mod tests {
    /// Runs itself once more, since the hook ends the process.
    #[test]
    fn a_panic_is_one_line_and_exit_code_70() {
        const AGAIN: &str = "LAMBASTION_TEST_PANICS";
        if std::env::var_os(AGAIN).is_some() {
            std::panic::set_hook(Box::new(|panic| super::internal_error(panic.location())));
            panic!("a secret");
        }
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::a_panic_is_one_line_and_exit_code_70", "--nocapture"])
            .env(AGAIN, "1")
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(70), "{stderr}");
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.contains("internal error at src/main.rs"), "{stderr}");
        assert!(!stderr.contains("a secret"), "{stderr}");
    }

    #[test]
    fn a_place_does_not_say_where_we_were_built() {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/checks/grants.rs");
        for (file, place) in [
            ("src/main.rs", "src/main.rs:7"),
            (built, "checks/grants.rs:7"),
            ("/home/x/.cargo/registry/src/y/z.rs", "a dependency"),
            ("/rustc/0123/library/core/src/str.rs", "a dependency"),
        ] {
            assert_eq!(super::place(file, 7), place);
        }
    }
}
