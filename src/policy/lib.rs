//! The IAM policy language: documents, what they match, and who they let in.
//!
//! Pure: text in, values out. The grammar is AWS's:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
//!
//! - [`Document`] is what a policy says; [`Document::validate`] whether it may say so where it is.
//! - [`Condition::is_met`] is what its conditions mean, [`Context`] what they are about.
//! - [`decide`] is what becomes of one request ([`Case`]), by all the policies that speak of it.
//! - [`who_can`] is who a policy of a resource lets in, of all who could ask.
//! - [`Identity`] is a role with its policies, boundary and control policies: what it can do, and
//!   whether that is everything.

mod compare;
mod condition;
mod context;
mod decide;
mod document;
#[cfg(test)]
mod documented;
mod everything;
mod glob;
mod identity;
mod json;
#[cfg(test)]
mod laws;
mod mask;
mod parse;
mod pattern;
mod print;
mod reach;
#[cfg(feature = "schema")]
mod schema;
mod session;
mod solve;
mod target;
mod validate;
mod variables;

pub use condition::{Condition, Operator, Qualifier};
pub use context::{Context, ContextValue};
pub use decide::{Because, Case, Decision, Level, Policy, Reason, Verdict, decide};
pub use document::{
    Actions, Document, Effect, ParseError, Principal, Principals, Resources, Statement, Version,
};
pub use everything::{Catalogue, Everything};
pub use identity::{Ability, AllowedBy, Ask, Identity};
pub use pattern::meets;
pub use reach::grant::{Audience, Grant, Request, Restriction};
pub use reach::who_can;
pub use validate::PolicyType;
