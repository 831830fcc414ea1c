//! Policy documents.

use crate::Condition;
use serde::Serialize;

/// A policy document. Serialises to the JSON that AWS would accept; parses leniently, as AWS does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The language's version.
    pub version: Version,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// The language's version; a document without one is of 2008.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principals {
    /// Those named.
    Only(Vec<Principal>),
    /// All but those named.
    AllBut(Vec<Principal>),
}

/// One principal.
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

/// `Action` or `NotAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actions {
    /// Those matched.
    Only(Vec<String>),
    /// All but those matched.
    AllBut(Vec<String>),
}

/// `Resource` or `NotResource`.
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
