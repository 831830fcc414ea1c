//! The IAM policy language: documents, what they match, and who they let in.
//!
//! Pure: text in, values out. The grammar is AWS's:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod access;
mod caller;
mod compare;
mod condition;
mod context;
mod decide;
mod deny;
mod document;
#[cfg(test)]
mod documented;
mod evaluate;
mod everything;
mod glob;
mod json;
#[cfg(test)]
mod laws;
mod mask;
mod narrow;
mod network;
mod parse;
mod pattern;
mod print;
mod target;
mod validate;
mod variables;

pub use access::{Audience, Grant, Request, Restriction, who_can};
pub use condition::{Condition, Operator, Qualifier};
pub use context::{Context, ContextValue};
pub use decide::{Because, Case, Decision, Level, Policy, Reason, Verdict, decide};
pub use document::{
    Actions, Document, Effect, ParseError, Principal, Principals, Resources, Statement, Version,
};
pub use everything::{Everything, everything};
pub use validate::PolicyType;
