//! The IAM policy language: documents, what they match, and who they let in.
//!
//! Pure: text in, values out. The grammar is AWS's:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod access;
mod condition;
mod document;

pub use access::{Audience, Grant, Request, Restriction, everything, who_can};
pub use condition::{Condition, Operator, Qualifier};
pub use document::{
    Actions, Document, Effect, ParseError, Principal, Principals, Resources, Statement, Version,
};
