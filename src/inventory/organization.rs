//! What an organization leaves of its accounts' access.

use crate::AttachedPolicy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The control policies attached at one level of an organization: its root, an organizational unit,
/// or the account itself.
///
/// Each level has to allow a request by one of its service control policies, and a Deny of any level
/// stands. Resource control policies are evaluated alike.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlLevel {
    /// The id of the root (`r-…`), of the organizational unit (`ou-…`) or of the account.
    pub target: String,
    /// The policies, by ARN.
    pub policies: Vec<AttachedPolicy>,
}
