//! One request, decided.

mod case;
mod condition;
mod layers;
mod principal;
mod read;
mod resource;
mod statement;
#[cfg(test)]
mod tests;

pub use case::{Case, Level, Policy};
pub use layers::decide;

use crate::Effect;
use serde::Serialize;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Every layer that must allow it does.
    Allowed,
    /// A statement denies it.
    ExplicitlyDenied,
    /// No statement denies it, and a layer that must allow it does not.
    ImplicitlyDenied,
}

/// The decision and what made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What becomes of the request.
    pub decision: Verdict,
    /// Why: the statements that allow or deny it, or the layers that do not allow it.
    pub because: Vec<Because>,
}

/// A reason for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Because {
    /// A statement.
    Statement {
        /// The name of its policy, or where that stands in the case: `identityPolicies[0]`.
        policy: String,
        /// Its `Sid`, or `#2` for the second one.
        statement: String,
        /// What it does.
        effect: Effect,
    },
    /// A layer that has no statement about the request.
    Layer {
        /// Where its policies stand in the case: `identityPolicies`, `serviceControlPolicies[1]`.
        layer: String,
        /// What follows from that.
        reason: Reason,
    },
}

/// What a layer without a statement comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reason {
    /// The layer has no policy.
    NoPolicy,
    /// None of its policies allows the request.
    NoAllow,
    /// The policy of the resource leaves it to the account, and the account does not allow it.
    AllowsAccountOnly,
    /// The root user needs no policy.
    RootUser,
}
