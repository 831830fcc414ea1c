//! Web ACLs of AWS WAF.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A web ACL. <https://docs.aws.amazon.com/waf/latest/APIReference/API_WebACLSummary.html>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebAcl {
    /// The ACL's ARN.
    pub arn: String,
    /// The ACL's id.
    pub id: String,
    /// The ACL's name.
    pub name: String,
    /// What it can stand in front of.
    pub scope: Scope,
}

/// The scope of a web ACL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Scope {
    /// Regional resources.
    #[default]
    Regional,
    /// CloudFront distributions; such ACLs live in us-east-1.
    CloudFront,
}
