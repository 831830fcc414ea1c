//! IAM roles with everything that grants or bounds them.

use crate::{Fact, Listing};
use policy::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A role. <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Role {
    /// The role's ARN.
    pub arn: String,
    /// The role's name.
    pub name: String,
    /// Who may assume it.
    pub trust: Fact<Document>,
    /// Policies embedded in the role.
    pub inline: Listing<NamedPolicy>,
    /// Managed policies attached to the role.
    pub attached: Listing<AttachedPolicy>,
    /// The managed policy that bounds the role.
    pub boundary: Fact<AttachedPolicy>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// A policy embedded in a role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedPolicy {
    /// The policy's name.
    pub name: String,
    /// What it says.
    pub document: Fact<Document>,
}

/// A managed policy, attached to a role or, by an organization, to accounts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttachedPolicy {
    /// The policy's ARN.
    pub arn: String,
    /// The policy's name.
    pub name: String,
    /// What its default version says.
    pub document: Fact<Document>,
}

impl Role {
    /// Every identity policy of the role: its name and what it says.
    pub fn policies(&self) -> impl Iterator<Item = (&str, &Fact<Document>)> {
        let inline = self.inline.iter().map(|policy| (policy.name.as_str(), &policy.document));
        let attached = self.attached.iter().map(|policy| (policy.name.as_str(), &policy.document));
        inline.chain(attached)
    }
}
