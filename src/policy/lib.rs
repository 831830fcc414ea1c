//! The IAM policy language: documents, what they match, and who they let in.
//!
//! Pure: text in, values out. The grammar is AWS's:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod access;
mod caller;
mod condition;
mod deny;
mod document;
mod evaluate;
mod everything;
#[cfg(test)]
mod laws;
mod mask;
mod narrow;
mod network;
mod parse;
mod pattern;
mod print;
mod target;

pub use access::{Audience, Grant, Request, Restriction, who_can};
pub use condition::{Condition, Operator, Qualifier};
pub use document::{
    Actions, Document, Effect, ParseError, Principal, Principals, Resources, Statement, Version,
};
pub use everything::{Everything, everything};
pub use pattern::meets;
