//! The command line: every command and flag, and what it means.

mod policies;

use crate::values::{RegionName, RoleArn, Secret};
use audit::Severity;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use inventory::Partition;
use jiff::civil::Date;
use report::Format;
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) use policies::{AnswerFormat, Reach, Simulate, UrlAuthentication};

const EXIT_CODES: &str = "\
Exit codes:
  0   nothing at or above --fail-on
  1   findings at or above it
  2   usage or configuration error
  3   something could not be read, unless --allow-partial
  4   no usable credentials
  70  internal error
If several apply: 4, 2, 3, 1.";

const COLLECT_EXIT_CODES: &str = "\
Exit codes:
  0   everything was read
  2   usage or configuration error
  3   something could not be read, unless --allow-partial
  4   no usable credentials
  70  internal error
If several apply: 4, 2, 3.";

/// Audits the serverless surface of live AWS accounts, layer by layer.
///
/// For each Lambda function: who can reach it, through which layers of defence, and what falls if
/// they fail. It only reads.
#[derive(Debug, Parser)]
#[command(name = "lambastion", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read AWS accounts and report what is wrong
    #[command(after_help = EXIT_CODES)]
    Audit(Audit),
    /// Read AWS accounts into an inventory, to evaluate later or elsewhere
    #[command(after_help = COLLECT_EXIT_CODES)]
    Collect(Collect),
    /// Report what is wrong in an inventory, without AWS
    #[command(after_help = EXIT_CODES)]
    Evaluate(Evaluate),
    /// Tell who can use a Lambda function, by its resource policy and its URL
    Access(Reach),
    /// Decide requests by the IAM policies that come with them
    #[command(after_help = policies::SIMULATE_HELP)]
    Simulate(Simulate),
    /// Show what a check finds, why it matters, how to mend it, and a finding of it
    Explain(Explain),
    /// List the checks
    Checks(Checks),
    /// Print the least read-only policy that an audit needs
    Permissions(Permissions),
    /// Print the JSON Schema of a file that this program reads or writes
    Schema(Schema),
    /// Print a shell's completion script
    Completions(Completions),
    /// Print a manual page
    Man(Man),
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) access: Access,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) reporting: Reporting,
    /// Write the inventory too, for `lambastion evaluate`
    #[arg(long, value_name = "PATH")]
    pub(crate) save_inventory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) progress: Progress,
}

#[derive(Debug, Args)]
pub(crate) struct Collect {
    #[command(flatten)]
    pub(crate) access: Access,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Where the inventory goes; standard output if left out
    #[arg(long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Accept that something could not be read: no exit code 3
    #[arg(long)]
    pub(crate) allow_partial: bool,
    #[command(flatten)]
    pub(crate) progress: Progress,
}

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// An inventory that `lambastion collect` wrote, or `-` for standard input
    pub(crate) inventory: PathBuf,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) reporting: Reporting,
}

/// As whom to read, and where.
#[derive(Debug, Args)]
pub(crate) struct Access {
    /// A profile of the shared AWS configuration files
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// The role to assume; the accounts of the configuration are not read then
    #[arg(long, value_name = "ARN")]
    pub(crate) role_arn: Option<RoleArn>,
    /// The external id that the role's trust policy asks for
    #[arg(long, value_name = "ID", requires = "role_arn", value_parser = secret)]
    #[arg(env = "LAMBASTION_EXTERNAL_ID", hide_env_values = true)]
    pub(crate) external_id: Option<Secret>,
    /// A region to read, repeatable; all that each account has enabled if left out
    #[arg(long = "region", value_name = "REGION")]
    pub(crate) regions: Vec<RegionName>,
}

/// Which checks run, and what they are told.
#[derive(Debug, Args)]
pub(crate) struct Judging {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The configuration file; `lambastion.toml` of the current directory if left out
    #[arg(long, value_name = "FILE", env = "LAMBASTION_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The day to judge dates by (YYYY-MM-DD) instead of the day the inventory was taken
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
}

/// Which checks run.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Run only the named checks; repeatable
    #[arg(long = "check", value_name = "CODE|NAME")]
    pub(crate) checks: Vec<String>,
    /// Run the strict checks too, and judge strictly
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What is reported, where, and how the run ends.
#[derive(Debug, Args)]
pub(crate) struct Reporting {
    /// The form of the report on standard output
    #[arg(long, default_value = Format::Text.word(), value_parser = format())]
    pub(crate) format: Format,
    /// Write a report to a file too, repeatable: `--output sarif=lambastion.sarif`
    #[arg(long = "output", value_name = "FORMAT=PATH")]
    pub(crate) outputs: Vec<Output>,
    /// List what passed and what did not apply, too
    #[arg(long)]
    pub(crate) include_passed: bool,
    /// List only failures of this severity or worse; the exit code still counts all
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    pub(crate) min_severity: Option<Severity>,
    /// Exit with 1 at a failure of this severity or worse; by default `high`, or `never` if the
    /// report on standard output is SARIF
    #[arg(long, value_name = "SEVERITY|never", value_parser = fail_on())]
    pub(crate) fail_on: Option<FailOn>,
    /// Accept that something could not be read: no exit code 3
    #[arg(long)]
    pub(crate) allow_partial: bool,
}

/// What is said on standard error meanwhile.
#[derive(Debug, Args)]
pub(crate) struct Progress {
    /// Say nothing but errors
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say which service was read (-v), and every call (-vv)
    #[arg(long, short, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The check's code or name
    #[arg(value_name = "CODE|NAME")]
    pub(crate) check: String,
}

#[derive(Debug, Args)]
pub(crate) struct Checks {
    /// The form of the list
    #[arg(long, default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Permissions {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The configuration whose roles are to be assumed
    #[arg(long, value_name = "FILE", env = "LAMBASTION_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// The partition in ARNs; by default `aws`, or the stack's own in templates
    #[arg(long, value_parser = partition())]
    pub(crate) partition: Option<Partition>,
    /// The form of the policy
    #[arg(long, default_value = "json")]
    pub(crate) format: PolicyFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// An IAM policy
    Json,
    /// A CloudFormation template of a role
    #[value(name = "cloudformation")]
    CloudFormation,
    /// A Terraform policy document
    Terraform,
    /// A table of the calls
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The file
    pub(crate) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The JSON report
    Report,
    /// The inventory
    Inventory,
    /// The configuration, as JSON
    Config,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command; the program itself if left out
    pub(crate) command: Option<String>,
}

/// A report file.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text
            .split_once('=')
            .filter(|(_, path)| !path.is_empty())
            .ok_or("write FORMAT=PATH, such as sarif=lambastion.sarif")?;
        Ok(Self { format: format.parse().map_err(|error| format!("{error}"))?, path: path.into() })
    }
}

/// From which severity on a failure is one of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    AtLeast(Severity),
    Never,
}

const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

const PARTITIONS: [Partition; 3] = [Partition::Aws, Partition::China, Partition::GovCloud];

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::word)).try_map(|word| word.parse::<Format>())
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    PossibleValuesParser::new(SEVERITIES.map(Severity::word)).try_map(|word| severity_of(&word))
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let words = SEVERITIES.map(Severity::word).into_iter().chain(["never"]);
    PossibleValuesParser::new(words).try_map(|word| match word.as_str() {
        "never" => Ok(FailOn::Never),
        word => severity_of(word).map(FailOn::AtLeast),
    })
}

fn partition() -> impl TypedValueParser<Value = Partition> {
    PossibleValuesParser::new(PARTITIONS.map(Partition::name))
        .try_map(|word| Partition::of_name(&word).ok_or("no such partition"))
}

fn severity_of(word: &str) -> Result<Severity, &'static str> {
    let mut all = SEVERITIES.into_iter();
    all.find(|it| it.word() == word).ok_or("no such severity")
}

fn date(text: &str) -> Result<Date, &'static str> {
    Date::strptime("%Y-%m-%d", text).map_err(|_| "write a day as YYYY-MM-DD, such as 2026-01-31")
}

fn secret(text: &str) -> Result<Secret, &'static str> {
    Some(text).filter(|text| !text.is_empty()).map(Secret::from).ok_or("an external id is not empty")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_flag_that_is_wrong_says_what_is_right() {
        for (args, mend) in [
            (["audit", "--output", "sarif"], "FORMAT=PATH"),
            (["audit", "--output", "pdf=x"], "text, json, sarif"),
            (["audit", "--as-of", "31.1.2026"], "YYYY-MM-DD"),
            (["audit", "--region", "mars"], "such as eu-west-1"),
            (["audit", "--role-arn", "audit"], "arn:aws:iam::111122223333:role/audit"),
            (["audit", "--fail-on", "sometimes"], "never"),
        ] {
            let error = Cli::try_parse_from(["lambastion"].iter().chain(&args)).unwrap_err();
            assert!(error.to_string().contains(mend), "{args:?}: {error}");
        }
    }
}
