//! How a run ends: the exit codes and the one message of a failure.

use std::process::ExitCode;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// A flag, the configuration or an inventory file is wrong.
    Usage = 2,
    /// Something could not be read.
    Incomplete = 3,
    /// Nobody to audit as.
    NoCredentials = 4,
    /// A flaw of ours, or results that could not be written.
    Internal = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why there is no result: one line that says what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    /// The user's flags, configuration or files are wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// Nobody to audit as.
    pub(crate) fn no_credentials(message: impl Into<String>) -> Self {
        Self { exit: Exit::NoCredentials, message: message.into() }
    }

    /// Not the user's doing.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { exit: Exit::Internal, message: message.into() }
    }
}

/// How a command ends.
pub(crate) type Outcome = Result<Exit, Failure>;
