//! What an identity can do: its policies together, less what denies, within what bounds them.

use crate::session::Session;
use crate::solve::{Choice, Clause, Demand, Exists, Search};
use crate::target::{Question, Target};
use crate::{Document, Effect};

/// A role with all that speaks of what it may do, made ready to be asked many times.
#[derive(Debug)]
pub struct Identity<'a> {
    policies: Layer<'a>,
    /// Each must allow as well: the permissions boundary, and every level of service control policies.
    bounds: Vec<Layer<'a>>,
    session: Session<'a>,
}

/// Policies of which one must allow.
#[derive(Debug, Default)]
struct Layer<'a> {
    allows: Vec<Ruling<'a>>,
    denies: Vec<Ruling<'a>>,
}

/// A statement made ready.
#[derive(Debug)]
struct Ruling<'a> {
    policy: &'a str,
    label: String,
    target: Target,
    clauses: Vec<Clause<'a>>,
}

/// What is asked of an identity.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The action; `*` and `?` are wildcards, and stand for some of the actions.
    pub action: &'a str,
    /// The ARN; `*` and `?` in it are wildcards, `{` is any text without a slash: some such resource.
    /// Nothing for an action that is on no resource, which policies allow with `*` only.
    pub resource: Option<&'a str>,
    /// Condition keys of the request whose value is known; `None` for a key known to be missing.
    pub context: &'a [(&'a str, Option<&'a str>)],
}

/// That an identity can do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ability<'a> {
    /// The statements that allow it, by policy name and statement label.
    pub statements: Vec<(&'a str, String)>,
    /// Whether it depends on conditions of the request, which the role can fulfil.
    pub conditional: bool,
    /// False where a condition may not be fulfilled, or it is not known what it means.
    pub exact: bool,
}

impl<'a> Identity<'a> {
    /// A role: its identity policies by name, its boundary, and the service control policies level by
    /// level. `facts` are condition keys of its sessions with their values, `None` for one that is
    /// missing: `aws:PrincipalArn`, `aws:PrincipalTag/…`, `lambda:SourceFunctionArn`.
    pub fn role(
        policies: &[(&'a str, &'a Document)],
        boundary: Option<(&'a str, &'a Document)>,
        control: &[Vec<(&'a str, &'a Document)>],
        facts: &'a [(&'a str, Option<&'a str>)],
    ) -> Self {
        let boundary = boundary.iter().map(|it| Layer::of(std::slice::from_ref(it)));
        let bounds = boundary.chain(control.iter().map(|level| Layer::of(level))).collect();
        Self { policies: Layer::of(policies), bounds, session: Session::of_role(facts) }
    }

    /// Whether the identity can do what is asked: some of it, where it stands for many requests.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>
    pub fn can(&self, ask: &Ask) -> Option<Ability<'a>> {
        let question = match ask.resource {
            Some(resource) => Question::new(ask.action, resource),
            None => Question::without_resource(ask.action),
        };
        let mut found: Option<Ability<'a>> = None;
        let search = Search::default();
        for allow in self.policies.allows.iter().filter(|it| it.target.may_concern(&question)) {
            let parts = allow.target.parts(&question);
            let exists = parts.iter().map(|part| self.allows(allow, part, ask, &search)).max();
            let Some(exists) = exists.filter(|it| *it > Exists::No) else {
                continue;
            };
            let ability =
                found.get_or_insert(Ability { statements: Vec::new(), conditional: true, exact: false });
            ability.statements.push((allow.policy, allow.label.clone()));
            ability.exact |= exists == Exists::Yes;
            ability.conditional &= !allow.clauses.is_empty();
        }
        found
    }

    /// Whether the statement lets some request for the part through, past every bound and Deny.
    fn allows(&self, allow: &Ruling, part: &Question, ask: &Ask, search: &Search) -> Exists {
        let mut choices: Vec<Choice> = vec![vec![allow.holds()]];
        for bound in &self.bounds {
            let ways = bound.allows.iter().filter(|it| it.target.may_concern(part));
            choices.push(ways.map(Ruling::holds).collect());
        }
        let layers = std::iter::once(&self.policies).chain(&self.bounds);
        for deny in layers.flat_map(|it| &it.denies).filter(|it| it.target.must_concern(|_| true, part)) {
            choices.push(deny.clauses.iter().map(|clause| vec![Demand { clause, holds: false }]).collect());
        }
        let from_anywhere = search.exists(&self.session.asking(ask.context, true), choices.iter().collect());
        if from_anywhere == Exists::Yes {
            return Exists::Yes;
        }
        // The role's function may stand in a network that the policies name.
        let from_somewhere =
            search.exists(&self.session.asking(ask.context, false), choices.iter().collect());
        from_somewhere.min(Exists::Perhaps)
    }
}

impl<'a> Layer<'a> {
    fn of(policies: &[(&'a str, &'a Document)]) -> Self {
        let mut layer = Self::default();
        for (policy, document) in policies {
            for (index, statement) in document.statements.iter().enumerate() {
                let ruling = Ruling {
                    policy,
                    label: statement.label(index),
                    target: Target::of(statement, document.version, None),
                    clauses: Clause::all(&statement.conditions, document.version),
                };
                match statement.effect {
                    Effect::Allow => layer.allows.push(ruling),
                    Effect::Deny => layer.denies.push(ruling),
                }
            }
        }
        layer
    }
}

impl Ruling<'_> {
    /// That all its conditions hold.
    fn holds(&self) -> Vec<Demand<'_>> {
        self.clauses.iter().map(|clause| Demand { clause, holds: true }).collect()
    }
}

#[cfg(test)]
mod tests;
