//! Taking the steps of a path that hang on one variable: nothing, a role, or a function.

use super::StepTaken;
use super::trust::Admission;
use crate::Abilities;
use inventory::{Account, Arn, Function, Role};
use policy::{Ability, AllowedBy, Ask};
use reference::escalation::{Actions, Step, Target};
use std::collections::BTreeMap;

/// What a step hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Free,
    Role,
    Function,
}

/// What the variable stands for; `None` for some object that the inventory may lack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Variable<'a> {
    Free,
    Role(Option<&'a Role>, Option<&'a Admission>),
    Function(Option<&'a Function>),
}

/// Steps that are allowed.
#[derive(Clone, Debug, Default)]
pub(super) struct Walked {
    /// Each with its place in the path.
    pub(super) steps: Vec<(usize, StepTaken)>,
    /// Whether a condition or a Deny may stand in the way.
    pub(super) conditional: bool,
    /// What must exist that the inventory does not list.
    pub(super) unlisted: Vec<&'static str>,
}

/// Who walks, and where.
pub(super) struct Walk<'a> {
    pub(super) subject: &'a Role,
    pub(super) account: &'a Account,
    pub(super) abilities: &'a Abilities<'a>,
    pub(super) variable: Variable<'a>,
}

/// Condition keys with their values.
pub(super) type Context = Vec<(String, Option<String>)>;

/// Why a role may do something.
#[derive(Clone, Debug, Default)]
struct Evidence {
    /// The statements that allow it, by policy name and statement label.
    statements: Vec<(String, String)>,
    /// False where a condition or a Deny may stand in the way.
    exact: bool,
    /// The patterns of the resources it is allowed on, each within what was asked; empty for all of it.
    resources: Vec<String>,
}

/// One action that is allowed.
struct Allowed {
    /// Where.
    places: Vec<String>,
    exact: bool,
    taken: StepTaken,
}

/// How many patterns of resources are told apart.
const MOST_PLACES: usize = 200;

/// What a step hangs on.
pub(super) fn group(step: &Step) -> Group {
    let mentions = |name: &str| step.context.values().flatten().flatten().any(|it| it.contains(name));
    match step.target {
        Target::AnotherRole | Target::PolicyOfAnotherRole | Target::AssumableRole | Target::PassedRole(_) => {
            Group::Role
        }
        Target::Function(_) => Group::Function,
        _ if mentions("{role}") => Group::Role,
        _ if mentions("{function}") => Group::Function,
        _ => Group::Free,
    }
}

impl Walk<'_> {
    /// Takes all steps; nothing if one of them is not allowed.
    pub(super) fn take(&self, steps: &[(usize, &'static Step)]) -> Option<Walked> {
        let mut walked = Walked::default();
        // What is left of the resources of each kind that the path creates or takes over.
        let mut left: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (index, step) in steps {
            let kind = match &step.target {
                Target::Existing(kind) | Target::New(kind) => Some(kind.as_str()),
                _ => None,
            };
            let known = kind.and_then(|kind| left.get(kind).cloned());
            let places = match known {
                Some(places) => places,
                None => self.places(step)?,
            };
            let places = self.act(*index, step, places, &mut walked)?;
            if let Some(kind) = kind {
                left.insert(kind, places);
            }
            if let (Target::Existing(_), Some(resource)) = (&step.target, step.target.resource())
                && !walked.unlisted.contains(&resource.what.as_str())
            {
                walked.unlisted.push(&resource.what);
            }
        }
        Some(walked)
    }

    /// Takes one step: the places on which all of it is allowed.
    fn act(
        &self,
        index: usize,
        step: &Step,
        mut places: Vec<String>,
        walked: &mut Walked,
    ) -> Option<Vec<String>> {
        let contexts = self.contexts(step);
        let mut note = |allowed: Allowed| {
            walked.conditional |= !allowed.exact;
            walked.steps.push((index, allowed.taken));
            allowed.places
        };
        match &step.actions {
            Actions::All(actions) => {
                for action in actions {
                    places = note(self.allowed(step, action, &places, &contexts)?);
                }
                Some(places)
            }
            Actions::Any(actions) => {
                let mut allowed = actions.iter().filter_map(|it| self.allowed(step, it, &places, &contexts));
                allowed.next().map(note)
            }
        }
    }

    /// Those of the places on which one action is allowed, and the statements that allow it on one.
    fn allowed(&self, step: &Step, action: &str, places: &[String], contexts: &[Context]) -> Option<Allowed> {
        let mut left = Vec::new();
        let mut best: Option<(String, Evidence)> = None;
        for place in places {
            let Some(evidence) = self.ask(step, action, place, contexts) else {
                continue;
            };
            let narrowed = match evidence.resources.as_slice() {
                resources if resources.is_empty() || resources.contains(place) => std::slice::from_ref(place),
                resources => resources,
            };
            left.extend(narrowed.iter().filter(|it| !it.is_empty()).cloned());
            if best.as_ref().is_none_or(|(_, known)| evidence.exact && !known.exact) {
                best = Some((narrowed.first().unwrap_or(place).clone(), evidence));
            }
        }
        let (resource, evidence) = best?;
        left.sort();
        left.dedup();
        // Wildcards that overlap in many ways: go on with what was asked, and say that it is not exact.
        let many = left.len() > MOST_PLACES.max(places.len());
        Some(Allowed {
            places: if many { places.to_vec() } else { left },
            exact: evidence.exact && !many,
            taken: StepTaken { action: action.to_owned(), resource, statements: evidence.statements },
        })
    }

    /// Whether one action is allowed on one place, with any of the contexts.
    fn ask(&self, step: &Step, action: &str, place: &str, contexts: &[Context]) -> Option<Evidence> {
        let own = Arn::parse(place).is_some_and(|arn| arn.account == self.account.id);
        let facts = if own { self.facts(action) } else { Context::new() };
        let answers = contexts.iter().filter_map(|context| {
            let all = context.iter().chain(&facts);
            let all: Vec<_> = all.map(|(key, value)| (key.as_str(), value.as_deref())).collect();
            // A star is no resource.
            let resource = Some(place).filter(|it| *it != "*");
            self.abilities.can(&Ask { action, resource, context: &all }).map(Evidence::from)
        });
        let answer = answers.reduce(|best, next| if best.exact { best } else { next });
        match (&step.target, self.variable) {
            (Target::AssumableRole, Variable::Role(role, admission)) => admitted(answer, role, admission?),
            _ => answer,
        }
    }
}

impl From<Ability<'_>> for Evidence {
    fn from(ability: Ability) -> Self {
        let owned = |it: AllowedBy| (it.policy.to_owned(), it.label);
        Self {
            statements: ability.statements.into_iter().map(owned).collect(),
            exact: ability.exact && !ability.conditional,
            resources: ability.resources,
        }
    }
}

/// Assuming takes the role's consent, and the caller's own permission unless the role names it.
fn admitted(own: Option<Evidence>, role: Option<&Role>, admission: &Admission) -> Option<Evidence> {
    let name = role.map_or("the role", |role| role.name.as_str());
    let trust = (format!("trust policy of {name}"), admission.label.clone());
    let mut evidence = match own {
        Some(own) => own,
        // A Deny of its own would still count, and is not told from a missing Allow.
        None if admission.named => Evidence::default(),
        None => return None,
    };
    evidence.exact &= admission.exact;
    evidence.statements.push(trust);
    Some(evidence)
}
