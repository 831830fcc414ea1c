//! Who can call an API: each of its ways in by itself.
//!
//! A way in is a method of a REST API, a route of an HTTP API, connecting to a WebSocket API, and for
//! AppSync an authorization mode with the fields or operations that it opens. What API Gateway makes of
//! a resource policy and an authorizer together is [`flow`]; who a policy lets in is
//! [`policy::who_can`]'s to say.

mod appsync;
mod clauses;
pub mod flow;
#[cfg(test)]
mod laws;
mod place;
mod rest;
#[cfg(test)]
mod tests;
mod v2;

use crate::{Confidence, Problem};
use inventory::Gap;
use policy::{Audience, Restriction};

pub use appsync::{of_event_api, of_graphql_api};
pub use clauses::failing_clauses;
pub use place::Place;
pub use rest::{of_authorizers, of_method, of_policy, place_of_rest_api, proof_of_method, requests};
pub use v2::{of_route, place_of_api, proof_of_route};

/// Who can call one way into an API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// Where its requests come from.
    pub place: Place,
    /// Those who come through; nobody where it is empty.
    pub callers: Vec<Callers>,
    /// Why they may not come through after all.
    pub doubt: Option<&'static str>,
    /// What keeps these from being all: stages of a REST API, none of which lets in everyone unless a known
    /// one does, or modes of AppSync.
    pub gap: Option<Gap>,
}

/// Callers who come through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callers {
    /// Who; where they have a token or key to show, those whom nothing else keeps from showing it.
    pub audience: Audience,
    /// Whether they must also stand in some network, or know a shared secret.
    pub limited: bool,
    /// What they must show.
    pub proof: Proof,
    /// What is open to them: a stage, root fields of GraphQL, operations of an event API.
    pub opens: Vec<String>,
    /// The conditions that remain.
    pub restrictions: Vec<Restriction>,
    /// The parts responsible, a line each.
    pub evidence: Vec<String>,
    /// False where the worst had to be assumed.
    pub exact: bool,
}

/// What callers must show of themselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Nothing.
    Nothing,
    /// An API key. It meters clients and names nobody: no authentication.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>
    ApiKey,
    /// An IAM signature.
    Signature,
    /// A token of that issuer or user pool.
    Token(String),
    /// Whatever a Lambda authorizer asks for.
    Authorizer,
}

impl Proof {
    /// Whether it tells who the caller is.
    pub fn authenticates(&self) -> bool {
        !matches!(self, Self::Nothing | Self::ApiKey)
    }
}

impl Callers {
    /// Whether they are everyone, or everyone with an AWS account, from anywhere.
    pub fn is_open(&self) -> bool {
        self.audience >= Audience::AnyAwsPrincipal && !self.limited
    }
}

impl Exposure {
    /// An exposure of a way in that nothing leads to.
    pub(crate) fn nowhere() -> Self {
        Self::default()
    }

    /// Those who come from anywhere.
    pub fn open(&self) -> impl Iterator<Item = &Callers> {
        self.callers.iter().filter(|it| it.is_open())
    }

    /// Whether callers come from anywhere.
    pub fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// The widest audience.
    pub fn reach(&self) -> Audience {
        self.callers.iter().map(|it| it.audience).max().unwrap_or(Audience::None)
    }

    /// The problem with what lets callers from anywhere in as evidence, and with less confidence where
    /// there is a doubt.
    #[must_use]
    pub fn shown(&self, mut problem: Problem) -> Problem {
        let mut lines: Vec<_> = self.open().flat_map(|it| it.evidence.iter().cloned()).collect();
        lines.sort();
        lines.dedup();
        problem.evidence.extend(lines);
        let guessed = self.is_open() && self.open().all(|it| !it.exact);
        let guessed =
            guessed.then_some("of one of its conditions, principals or callers the worst had to be assumed");
        let doubt = self.doubt.or(guessed);
        problem.evidence.extend(doubt.map(str::to_owned));
        problem.confidence = doubt.map(|_| Confidence::Medium);
        problem
    }
}
