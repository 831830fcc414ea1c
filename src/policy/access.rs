//! Who a resource policy lets in.

use crate::Document;

/// A set of requesters, widest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Nobody.
    None,
    /// Principals of the account that owns the resource.
    OwnAccount,
    /// Named principals or accounts other than the owner.
    ForeignAccounts,
    /// Members of an organization.
    Organization,
    /// An AWS service acting for any account: a confused deputy.
    AnyAccountThroughAService,
    /// Anyone with an AWS account.
    AnyAwsPrincipal,
    /// The internet.
    Anonymous,
}

/// What is asked of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The action, such as `lambda:InvokeFunction`.
    pub action: &'a str,
    /// The ARN that the request names.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub owner: &'a str,
    /// Whether callers must sign: then `*` means any AWS principal, not the internet.
    pub signed: bool,
    /// Condition keys whose value is known whoever calls; `None` for a key known to be missing.
    pub context: &'a [(&'a str, Option<&'a str>)],
}

/// How a condition narrows the callers of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The condition key, lower case.
    pub key: String,
    /// The values it is compared with, secrets masked.
    pub values: Vec<String>,
    /// Whether a caller from elsewhere cannot fulfil it at will.
    pub effective: bool,
}

/// One statement that lets an audience in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The statement's index.
    pub statement: usize,
    /// The `Sid`, or `#2` for the second statement.
    pub label: String,
    /// Who.
    pub audience: Audience,
    /// The services, accounts, principals or organizations, where the audience is not everyone.
    pub principals: Vec<String>,
    /// The conditions that remain.
    pub restrictions: Vec<Restriction>,
    /// False where the engine had to assume the worst.
    pub exact: bool,
    /// Why the audience is what it is, for people.
    pub reason: String,
}

/// The grants of a policy that a request can use, in the order of statements.
///
/// Sound: no requester who is allowed is outside the audiences.
pub fn who_can(_document: &Document, _request: &Request) -> Vec<Grant> {
    Vec::new()
}

/// The statements of identity policies that together allow every action on every resource, by policy
/// name and statement label; empty where they do not.
pub fn everything<'a>(_policies: &[(&'a str, &'a Document)]) -> Vec<(&'a str, String)> {
    Vec::new()
}
