//! Policy documents.

use crate::Condition;
use serde::Serialize;

/// A policy document.
///
/// Parses what AWS accepts, in every form: one value or a list, numbers and booleans with or without
/// quotation marks, operators in any case. What AWS refuses is an error with its place: an element that
/// is unknown or twice there, one beside its opposite, a version of another date. What AWS accepts on
/// some resources only is told by [`Document::validate`].
///
/// ```
/// use policy::Document;
///
/// let error = Document::parse(r#"{ "Statement": [
///     { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" },
///     { "Effect": "Allow", "Action": "s3:*", "NotAction": "s3:Put*", "Resource": "*" }
/// ] }"#).unwrap_err();
/// assert_eq!(error.to_string(), "Statement[1]: has both `Action` and `NotAction`");
/// ```
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The language's version.
    pub version: Version,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// The language's version; a document without one is of 2008.
///
/// They differ in policy variables: `${aws:username}` stands for the request's value in 2012 and for
/// these very characters in 2008.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`: no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement's id, if it has one.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// Who; nothing in identity policies.
    pub principals: Option<Principals>,
    /// What.
    pub actions: Actions,
    /// On what; nothing in trust policies.
    pub resources: Option<Resources>,
    /// When; all must hold.
    pub conditions: Vec<Condition>,
}

/// Allow or deny.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the grammar's own words")]
pub enum Effect {
    Allow,
    Deny,
}

/// `Principal` or `NotPrincipal`.
///
/// `NotPrincipal` with a Deny spares only those whose every name is listed: the account with the user,
/// or the account with the role and the session; and nobody who has a permissions boundary. With an
/// Allow it lets in everybody else, the anonymous too.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Those named.
    Only(Vec<Principal>),
    /// All but those named.
    AllBut(Vec<Principal>),
}

/// One principal.
///
/// An account stands for all that it lets in itself, a role for its sessions. No wildcard is one here
/// but `*` alone: `arn:aws:iam::111122223333:user/*` is nobody.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// `"*"` or `{"AWS": "*"}`.
    Anyone,
    /// An account, user, role or session: an ARN, twelve digits, or the id of a deleted principal.
    Aws(String),
    /// An AWS service, such as `s3.amazonaws.com`.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// A canonical user id of S3.
    CanonicalUser(String),
}

/// `Action` or `NotAction`: patterns such as `s3:Get*`, in which case does not matter.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actions {
    /// Those matched.
    Only(Vec<String>),
    /// All but those matched.
    AllBut(Vec<String>),
}

/// `Resource` or `NotResource`: patterns of ARNs, in which case does matter.
///
/// A `*` at the end of one of an ARN's six fields may run on over the next colons, any other stays in
/// its field. In policies of identities an ARN of fewer fields stands for all that begin so. Variables
/// may stand in the last field.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resources {
    /// Those matched.
    Only(Vec<String>),
    /// All but those matched.
    AllBut(Vec<String>),
}

/// Why a text is not a policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where: a path such as `Statement[1].Condition.StringEquals`.
    pub place: String,
    /// What is wrong there and what would be right; never holds a value from a condition.
    pub message: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Statement {
    /// The `Sid`, or `#2` for the second statement; the index counts from 0.
    pub fn label(&self, index: usize) -> String {
        match &self.sid {
            Some(sid) if !sid.is_empty() => sid.clone(),
            _ => format!("#{}", index + 1),
        }
    }
}
