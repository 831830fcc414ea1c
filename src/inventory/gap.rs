//! Why a value is missing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A read that failed: what was asked, where, why it failed, and what would lift it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The IAM action that the failed call needs, such as `lambda:GetPolicy`.
    pub action: String,
    /// For API Gateway, whose reads are all `apigateway:GET`: the resource path, such as
    /// `/restapis/a1b2c3/stages`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The account the call was made in.
    pub account: String,
    /// The region the call was made in; the partition's home region for global services.
    pub region: String,
    /// The ARN of the object whose fact is missing, where one object is concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The class of failure.
    pub reason: Reason,
    /// One line for people, without secrets.
    pub message: String,
    /// True where nobody asked: a region outside the scope, or a fact that no selected check needs.
    /// Such a gap makes a check unknown like any other, but is no failure of the audit by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_asked: bool,
    /// True where the value could only have taken access away, as an organization's policies do:
    /// findings stand without it, less sure, and it is no failure of the audit by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_restricts: bool,
}

/// The class of a failed read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// AWS refused for lack of a permission.
    Denied,
    /// AWS refused for the rate, until the retries ran out.
    Throttled,
    /// No answer in time.
    Timeout,
    /// An answer that could not be understood: broken bytes, an unknown value, a looping page token.
    Malformed,
    /// Anything else that kept the value from us: server errors, connection failures, not collected.
    #[default]
    Unavailable,
    /// The user ended the audit before the read was done.
    Interrupted,
}

impl Gap {
    /// The gap of a value that nobody asked for.
    pub fn not_collected() -> Self {
        Self { message: "not collected".into(), not_asked: true, ..Self::default() }
    }

    /// Whether an audit is incomplete for it, even if no outcome is unknown.
    pub fn is_failure(&self) -> bool {
        !self.not_asked && !self.only_restricts
    }

    /// What to grant, or the failed action: `lambda:GetPolicy`, `apigateway:GET /restapis/a1/stages`.
    pub fn permission(&self) -> String {
        match &self.path {
            Some(path) => format!("{} {path}", self.action),
            None => self.action.clone(),
        }
    }

    /// Why the value is missing, and what would lift it: `lambda:GetPolicy denied (AccessDenied)`.
    pub fn cause(&self) -> String {
        match (self.not_asked, self.action.as_str()) {
            (true, _) | (_, "") => self.message.clone(),
            _ => format!("{} {} ({})", self.permission(), self.reason.word(), self.message),
        }
    }
}

impl Reason {
    /// The word used in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Malformed => "malformed",
            Self::Unavailable => "unavailable",
            Self::Interrupted => "interrupted",
        }
    }
}
