//! Judges an inventory, writes the reports and says how the run ends.

use crate::cli::{self, FailOn};
use crate::exit::{Exit, Failure, Outcome};
use crate::files::{Access, Destination};
use crate::terminal;
use audit::{Check, Finding, Kind, Severity};
use inventory::Inventory;
use report::{Anchors, Format, Options, Report};
use std::path::Path;

/// The report files, tried before the work begins.
pub(crate) struct Reports<'a> {
    flags: &'a cli::Reporting,
    files: Vec<(Format, Destination)>,
}

impl<'a> Reports<'a> {
    pub(crate) fn new(flags: &'a cli::Reporting) -> Result<Self, Failure> {
        let mut files: Vec<(Format, Destination)> = Vec::new();
        for output in &flags.outputs {
            let file = Destination::new(&output.path, Access::Shared)?;
            if files.iter().any(|(_, other)| other.is(&file)) {
                return Err(taken(&file));
            }
            files.push((output.format, file));
        }
        Ok(Self { flags, files })
    }

    /// Fails where a report goes to that file.
    pub(crate) fn keep_off(&self, file: &Destination) -> Result<(), Failure> {
        let other = self.files.iter().find(|(_, other)| other.is(file));
        other.map_or(Ok(()), |_| Err(taken(file)))
    }

    /// Fails where a report would replace a file that is read.
    pub(crate) fn spare(&self, read: &Path) -> Result<(), Failure> {
        self.files.iter().try_for_each(|(_, file)| file.spare(read))
    }

    /// Judges the inventory and writes every report.
    pub(crate) fn write(&self, inventory: &Inventory, checks: &[Check], anchors: &Anchors) -> Outcome {
        let findings = audit::evaluate(inventory, checks);
        let scorecard = audit::score(inventory, &findings);
        let report = |options| Report {
            inventory,
            findings: &findings,
            scorecard: &scorecard,
            checks,
            options,
            anchors,
        };
        let options = Options {
            include_passed: self.flags.include_passed,
            min_severity: self.flags.min_severity,
            ..Options::default()
        };
        // Files first: a reader of standard output that leaves early costs no file.
        for (format, file) in &self.files {
            file.write(|out| report::write(&report(options), *format, out))?;
        }
        let options = Options { color: terminal::colored(), width: terminal::width(), ..options };
        terminal::print(|out| report::write(&report(options), self.flags.format, out))?;
        let complete = report::complete(inventory, &findings);
        Ok(ending(self.flags, complete, &findings))
    }
}

fn taken(file: &Destination) -> Failure {
    let path = file.name().display();
    Failure::usage(format!("two outputs go to {path}; name two files"))
}

/// How the run ends: incompleteness outweighs findings.
fn ending(flags: &cli::Reporting, complete: bool, findings: &[Finding]) -> Exit {
    let default = match flags.format {
        // Consumers of SARIF take a failing exit code for a failing tool.
        Format::Sarif => FailOn::Never,
        Format::Text | Format::Json => FailOn::AtLeast(Severity::High),
    };
    let failed = match flags.fail_on.unwrap_or(default) {
        FailOn::Never => false,
        FailOn::AtLeast(severity) => {
            findings.iter().any(|it| it.outcome == Kind::Fail && it.severity >= severity)
        }
    };
    if !complete && !flags.allow_partial {
        Exit::Incomplete
    } else if failed {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
