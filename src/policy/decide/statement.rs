//! Which statements are about a request.

use super::principal::{Asker, Naming};
use super::resource::Target;
use super::{Because, Case, Policy};
use crate::glob::Glob;
use crate::{Actions, Effect, Resources, Statement, Version};

/// A request, ready to be held against statements.
pub(super) struct Question<'a> {
    pub(super) asker: Asker<'a>,
    action: &'a str,
    target: Target<'a>,
    has_boundary: bool,
}

/// What kind of policies a layer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    /// Attached to principals: they name none.
    OfPrincipals,
    /// Attached to resources: they name principals.
    OfResources,
}

/// What the policies of one layer say of a request.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) allows: Vec<(Naming, Because)>,
    pub(super) denies: Vec<Because>,
}

impl<'a> Question<'a> {
    pub(super) fn of(case: &'a Case) -> Self {
        Self {
            asker: Asker::of(&case.principal),
            action: &case.action,
            target: Target { arn: &case.resource, context: &case.context },
            has_boundary: !case.permission_boundaries.is_empty(),
        }
    }

    /// What the policies say; `place` is where the list of them stands in the case.
    pub(super) fn ask(&self, policies: &[Policy], layer: Layer, place: &str) -> Said {
        let mut said = Said::default();
        for (index, policy) in policies.iter().enumerate() {
            self.ask_one(policy, layer, &mut said, || format!("{place}[{index}]"));
        }
        said
    }

    /// Adds what one policy says.
    pub(super) fn ask_one(&self, policy: &Policy, layer: Layer, said: &mut Said, place: impl Fn() -> String) {
        for (index, statement) in policy.document.statements.iter().enumerate() {
            let Some(naming) = self.names(statement, layer) else {
                continue;
            };
            if !self.is_about(statement, layer, policy.document.version) {
                continue;
            }
            let because = Because::Statement {
                policy: policy.name.clone().unwrap_or_else(&place),
                statement: statement.label(index),
                effect: statement.effect,
            };
            match statement.effect {
                Effect::Allow => said.allows.push((naming, because)),
                Effect::Deny => said.denies.push(because),
            }
        }
    }

    /// How the statement names whoever asks, if it does.
    fn names(&self, statement: &Statement, layer: Layer) -> Option<Naming> {
        let principals = match (layer, &statement.principals) {
            (Layer::OfPrincipals, _) => return Some(Naming::Direct),
            (Layer::OfResources, principals) => principals.as_ref()?,
        };
        match statement.effect {
            Effect::Allow => self.asker.allowed_by(principals),
            Effect::Deny => self.asker.denied_by(principals, self.has_boundary).then_some(Naming::Direct),
        }
    }

    /// Whether action, resource and conditions are those of the request.
    fn is_about(&self, statement: &Statement, layer: Layer, version: Version) -> bool {
        let action = |list: &[String]| list.iter().any(|pattern| self.is_action(pattern));
        let resource =
            |list: &[String]| list.iter().any(|pattern| self.target.matches(pattern, version, layer));
        let context = self.target.context;
        (match &statement.actions {
            Actions::Only(list) => action(list),
            Actions::AllBut(list) => !action(list),
        }) && (match &statement.resources {
            None => true,
            Some(Resources::Only(list)) => resource(list),
            Some(Resources::AllBut(list)) => !resource(list),
        }) && statement.conditions.iter().all(|condition| condition.is_met(context, version))
    }

    /// Whether the pattern matches the action. Actions have no case.
    fn is_action(&self, pattern: &str) -> bool {
        let literal = pattern.split(['*', '?']).next().unwrap_or_default();
        let start = self.action.get(..literal.len());
        if !start.is_some_and(|start| start.eq_ignore_ascii_case(literal)) {
            return false;
        }
        match pattern.get(literal.len()..) {
            Some("") => self.action.len() == literal.len(),
            Some("*") => true,
            _ => Glob::new(&pattern.to_ascii_lowercase()).matches(&self.action.to_ascii_lowercase()),
        }
    }
}
