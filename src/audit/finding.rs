//! What a check found, as every report shows it.

use crate::{Check, Confidence, Layer, Severity};
use inventory::Gap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The outcome of one check on one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// SHA-256 over code, partition, account, region, ARN and detail: the same from run to run.
    pub id: String,
    /// The check's code.
    pub check: String,
    /// The check's name.
    pub name: String,
    /// The layer of defence.
    pub layer: Layer,
    /// The outcome.
    pub outcome: Kind,
    /// The effective severity.
    pub severity: Severity,
    /// The check's severity.
    pub base_severity: Severity,
    /// How sure we are.
    pub confidence: Confidence,
    /// The object judged.
    pub resource: Resource,
    /// What is wrong, or what could not be read, for people.
    pub message: String,
    /// What shows it.
    pub evidence: Vec<String>,
    /// What to do about it, Markdown.
    pub remediation: String,
    /// For an unknown outcome: the gap that caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The control is missing.
    Fail,
    /// A fact that the check needs could not be read.
    Unknown,
    /// The control stands.
    Pass,
    /// The check does not concern the object.
    NotApplicable,
}

/// An object that was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// AWS's own ARN of the object; `…:function:*` and the like for a listing that could not be read.
    pub arn: String,
    /// CloudFormation's name of the type, such as `AWS::Lambda::Function`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name that people know it by.
    pub name: String,
    /// The account.
    pub account: String,
    /// The region; empty for global objects.
    pub region: String,
    /// Method, path, route or statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Finding {
    /// The stable id of a check's finding on an object.
    pub fn id(check: &Check, partition: &str, resource: &Resource) -> String {
        let mut hash = Sha256::new();
        let detail = resource.detail.as_deref().unwrap_or_default();
        // Each field ends with a byte that none of them can hold, so that no two tuples collide.
        for field in [check.code, partition, &resource.account, &resource.region, &resource.arn, detail] {
            hash.update(field);
            hash.update([0]);
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}
