//! A request and every policy that has a say in it.

use crate::{Context, Document};

/// One request with the policies that apply to it; as JSON, the names are in camel case.
///
/// ```
/// use policy::{Case, Verdict, decide};
///
/// let case = Case::parse(r#"{
///     "principal": "arn:aws:iam::111122223333:user/ann",
///     "action": "s3:GetObject",
///     "resource": "arn:aws:s3:::reports/2026.csv",
///     "identityPolicies": [{
///         "Version": "2012-10-17",
///         "Statement": { "Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*" }
///     }]
/// }"#)?;
/// assert_eq!(decide(&case).decision, Verdict::Allowed);
/// # Ok::<(), policy::ParseError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Who asks: the ARN of a user, role or session, an account's twelve digits, an AWS service such
    /// as `s3.amazonaws.com`, an identity provider, or `anonymous` (also `*`).
    pub principal: String,
    /// What for, such as `s3:GetObject`.
    pub action: String,
    /// On which resource: its ARN, or `*` for actions that are on none.
    pub resource: String,
    /// The account that owns the resource. Left out, the ARN tells; if it does not (S3), it is the
    /// principal's own, as in the IAM policy simulator.
    pub resource_account: Option<String>,
    /// The condition keys of the request. Nothing is added to them: a policy that asks for
    /// `aws:PrincipalArn` finds it only if it stands here.
    pub context: Context,
    /// The policies of the principal and of its groups.
    pub identity_policies: Vec<Policy>,
    /// The policies that were passed when the session began.
    pub session_policies: Vec<Policy>,
    /// The policy of the resource: of a bucket, a function, a key, a role (its trust policy).
    pub resource_policy: Option<Policy>,
    /// The principal's permissions boundary.
    pub permission_boundaries: Vec<Policy>,
    /// The service control policies over the principal's account, one level for the root, for each
    /// organizational unit and for the account.
    pub service_control_policies: Vec<Level>,
    /// The resource control policies over the resource's account, by level too: where they are in force,
    /// which is so for the resources of some services only.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
    pub resource_control_policies: Vec<Level>,
}

/// A policy and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Its name; left out, it is told by where it stands in the case.
    pub name: Option<String>,
    /// What it says.
    pub document: Document,
}

/// The policies of one level of an organization: its root, a unit, or an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// What the level is called.
    pub org_identifier: Option<String>,
    /// The policies attached there.
    pub policies: Vec<Policy>,
}
