//! Who can use a function: its resource policy, joined with how its URL authenticates.
//!
//! The answer of `lambastion access`, version 1 of its form.

use crate::Confidence;
use crate::ways::{
    self, Context, DIRECT, INVOKE_VIA_URL, OPEN_URL, SIGN_URL, SIGNED, URL, Way, other_actions,
};
use inventory::{Arn, UrlAuth};
use policy::{Audience, Document, Effect, Grant, Request, Restriction, who_can};
use serde::Serialize;

/// Who can use a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Access {
    /// The widest of the audiences; `none` where the policy lets nobody in.
    pub reach: &'static str,
    /// All of them, the widest first.
    pub audiences: Vec<&'static str>,
    /// How sure the reach is.
    pub confidence: Confidence,
    /// Who is let in, statement by statement.
    pub grants: Vec<Opening>,
}

/// An audience that a statement lets in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opening {
    /// The statement's place in the policy, from 1.
    pub statement: usize,
    /// The statement's `Sid`; null if it has none.
    pub sid: Option<String>,
    /// Who.
    pub audience: &'static str,
    /// The services, accounts, principals or organizations, where the audience is not everyone.
    pub principals: Vec<String>,
    /// Whether callers must also stand in some network, or know a shared secret.
    pub limited: bool,
    /// What they may do.
    pub actions: Vec<String>,
    /// The conditions that remain, shared secrets masked.
    pub conditions: Vec<Remaining>,
    /// How sure it is that they are let in.
    pub confidence: Confidence,
    /// Why it is them.
    pub reason: String,
    #[serde(skip)]
    rank: Audience,
}

/// A condition of the statement, or of a Deny that spares the callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// The operator as the policy writes it.
    pub operator: String,
    /// The condition key as the policy writes it.
    pub key: String,
    /// What the key is compared with.
    pub values: Vec<String>,
    /// Whether it keeps anybody out: a caller from elsewhere cannot fulfil it at will.
    pub effective: bool,
    /// The Deny that it comes from, which lets in whoever does not fulfil it; null for the
    /// statement's own.
    pub deny: Option<String>,
}

/// Who can use the function of that ARN, which may be an alias's or a version's, by its policy and by
/// how its URL authenticates, if it has one, from that day on (`2026-11-22`).
///
/// A URL needs two grants since October 2025; where the policy has the first alone, only an older URL
/// lets callers in, and the grant says so. Nothing if the text is not the ARN of a Lambda function.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
pub fn of_function(policy: &Document, function: &str, url: Option<UrlAuth>, day: &str) -> Option<Access> {
    Arn::unqualified_function(function)?;
    let owner = Arn::parse(function)?.account;
    let mut found = Found { policy, function, owner, day, openings: Vec::new() };
    for way in SIGNED.told.iter().filter(|way| way.action != URL) {
        found.ask(way.action, way.context, true);
    }
    for statement in policy.statements.iter().filter(|it| it.effect == Effect::Allow) {
        for action in other_actions(&statement.actions) {
            found.ask(action, DIRECT, true);
        }
    }
    match url {
        Some(UrlAuth::None) => found.ask_url(&OPEN_URL, false),
        Some(UrlAuth::AwsIam) => found.ask_url(&SIGN_URL, true),
        None => {}
    }
    Some(Access::of(found.openings))
}

const OLD_URLS_ONLY: &str =
    "; only through a URL older than October 2025: newer ones need a grant of lambda:InvokeFunction too";

struct Found<'a> {
    policy: &'a Document,
    function: &'a str,
    owner: &'a str,
    day: &'a str,
    openings: Vec<Opening>,
}

impl Found<'_> {
    /// Asks for both actions that a request to a URL needs.
    fn ask_url(&mut self, way: &Way, signed: bool) {
        let first = self.who_can(way.action, way.context, signed);
        let second = self.who_can(INVOKE_VIA_URL.action, INVOKE_VIA_URL.context, signed);
        for grant in &first {
            if second.iter().any(|other| other.holds(grant)) {
                self.add(Opening::of(grant, self.policy, &[way.action, INVOKE_VIA_URL.action]));
            } else {
                let mut opening = Opening::of(grant, self.policy, &[way.action]);
                opening.confidence = Confidence::Medium;
                opening.reason.push_str(OLD_URLS_ONLY);
                self.add(opening);
            }
        }
        // Of those whom the first action is granted, some have the second.
        for grant in second.iter().filter(|it| !first.iter().any(|first| it.holds(first))) {
            if let Some(first) = first.iter().find(|it| it.holds(grant)) {
                let mut opening = Opening::of(grant, self.policy, &[INVOKE_VIA_URL.action, way.action]);
                let also = format!("; {} by statement {}", way.action, first.label);
                opening.reason.push_str(&also);
                self.add(opening);
            }
        }
    }

    fn who_can(&self, action: &str, context: Context, signed: bool) -> Vec<Grant> {
        let (owner, context) = (self.owner, &ways::from(self.day, context));
        who_can(self.policy, &Request { action, resource: self.function, owner, signed, context })
    }

    /// Adds those whom the policy lets use the action.
    fn ask(&mut self, action: &str, context: Context, signed: bool) {
        for grant in self.who_can(action, context, signed) {
            self.add(Opening::of(&grant, self.policy, &[action]));
        }
    }

    /// Adds what a statement opens; the same callers are told once, with all that they may do.
    fn add(&mut self, opening: Opening) {
        match self.openings.iter_mut().find(|it| it.same_callers(&opening)) {
            Some(known) => {
                for action in opening.actions {
                    if !known.actions.iter().any(|it| it.eq_ignore_ascii_case(&action)) {
                        known.actions.push(action);
                    }
                }
            }
            None => self.openings.push(opening),
        }
    }
}

impl Access {
    fn of(mut grants: Vec<Opening>) -> Self {
        grants.sort_by_key(|it| it.statement);
        let mut ranks: Vec<_> = grants.iter().map(|it| it.rank).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks.dedup();
        let reach = ranks.first().copied().unwrap_or(Audience::None);
        let surest = grants.iter().filter(|it| it.rank == reach).map(|it| it.confidence).max();
        Self {
            reach: reach.word(),
            audiences: ranks.into_iter().map(Audience::word).collect(),
            confidence: surest.unwrap_or(Confidence::High),
            grants,
        }
    }
}

impl Opening {
    fn of(grant: &Grant, policy: &Document, actions: &[&str]) -> Self {
        let grant = grant.clone();
        Self {
            statement: grant.statement + 1,
            sid: policy.statements.get(grant.statement).and_then(|it| it.sid.clone()),
            audience: grant.audience.word(),
            principals: grant.principals,
            limited: grant.limited,
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            conditions: grant.restrictions.into_iter().map(Remaining::from).collect(),
            confidence: if grant.exact { Confidence::High } else { Confidence::Medium },
            reason: grant.reason,
            rank: grant.audience,
        }
    }

    /// Whether the other differs in the actions at most.
    fn same_callers(&self, other: &Self) -> bool {
        let told = |it: &Self| Self { actions: Vec::new(), ..it.clone() };
        told(self) == told(other)
    }

    /// The `Sid`, or `#2` for the second statement.
    pub fn label(&self) -> String {
        self.sid.clone().filter(|sid| !sid.is_empty()).unwrap_or_else(|| format!("#{}", self.statement))
    }
}

impl From<Restriction> for Remaining {
    fn from(it: Restriction) -> Self {
        let Restriction { operator, key, values, effective, deny } = it;
        Self { operator, key, values, effective, deny }
    }
}

#[cfg(test)]
mod tests;
