//! Looking for the targets with which a path works.

use super::landscape::{Candidate, Landscape};
use super::power::Power;
use super::walk::{Group, Variable, Walk, Walked, group};
use super::{Escalation, Gain, StepTaken};
use crate::abilities::Directory;
use crate::{Abilities, Confidence};
use inventory::{Gap, Role};
use reference::escalation::{Gives, Path, Step};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// One role's search.
pub(super) struct Search<'a> {
    pub(super) subject: &'a Role,
    /// What the subject may do.
    pub(super) abilities: &'a Abilities<'a>,
    pub(super) landscape: &'a Landscape<'a>,
    /// What all may do.
    pub(super) directory: &'a Directory<'a>,
    /// The roles that were looked at, by ARN, and how sure it is that they add something.
    gains: RefCell<BTreeMap<&'a str, Option<Confidence>>>,
}

/// What is known of where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Goal<'a> {
    pub(super) walked: Walked,
    /// The role it leads to.
    pub(super) role: Option<(&'a Role, Power)>,
    pub(super) gain: Gain,
    /// What it depends on and could not be seen.
    pub(super) caveats: Vec<String>,
}

/// The steps of a path, by what they hang on.
pub(super) struct Steps {
    pub(super) free: Vec<(usize, &'static Step)>,
    pub(super) role: Vec<(usize, &'static Step)>,
    pub(super) function: Vec<(usize, &'static Step)>,
}

impl Steps {
    fn of(path: &'static Path) -> Self {
        let all = || path.steps.iter().chain(&path.roles_also).enumerate();
        let of = |wanted| all().filter(|(_, step)| group(step) == wanted).collect();
        Self { free: of(Group::Free), role: of(Group::Role), function: of(Group::Function) }
    }
}

impl<'a> Search<'a> {
    /// That of a role of the account.
    pub(super) fn new(subject: &'a Role, landscape: &'a Landscape<'a>, directory: &'a Directory<'a>) -> Self {
        let abilities = directory.abilities(subject);
        Self { subject, abilities, landscape, directory, gains: RefCell::default() }
    }

    /// Whether and how a path works.
    ///
    /// # Errors
    /// The gap that keeps it open.
    pub(super) fn path(&self, path: &'static Path) -> Result<Option<Escalation>, Gap> {
        let steps = Steps::of(path);
        let Some(free) = self.walk(Variable::Free, &steps.free) else {
            return Ok(None);
        };
        let mut parts = vec![Ok(Some(Goal::only(free)))];
        if !steps.function.is_empty() {
            parts.push(self.function(path, &steps));
        }
        if !steps.role.is_empty() {
            parts.push(self.role(path, &steps.role));
        }
        match path.gives {
            Gives::Role if steps.role.is_empty() && steps.function.is_empty() => {
                parts.push(self.resource(path));
            }
            Gives::Chosen if steps.role.is_empty() => parts.push(Ok(Some(self.chosen(path)))),
            _ => {}
        }
        // What cannot work for one reason does not become unknown for another.
        if parts.iter().any(|part| matches!(part, Ok(None))) {
            return Ok(None);
        }
        let goals = parts.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(escalation(path, goals)))
    }

    /// The roles that a path can lead to, the most powerful first.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Candidate<'a>> {
        let own = &self.subject.arn;
        self.landscape.roles.iter().filter(move |it| it.role.arn != *own && !it.is_of_aws())
    }

    /// How sure it is that the role may do something that the judged one may not; nothing if it may not.
    pub(super) fn gains(&self, role: &'a Role) -> Option<Confidence> {
        let known = self.gains.borrow().get(role.arn.as_str()).copied();
        known.unwrap_or_else(|| {
            let found = self.directory.abilities(role).add_to(self.abilities, self.landscape.account);
            self.gains.borrow_mut().insert(&role.arn, found);
            found
        })
    }

    /// What is doubtful about reaching the role, beside what could not be read.
    pub(super) fn doubt(&self, (role, power): (&'a Role, Power)) -> Option<String> {
        let unsure = power == Power::Limited && self.gains(role) == Some(Confidence::Medium);
        unsure.then(|| format!("{} may do something that {} may not", role.name, self.subject.name))
    }

    /// Takes steps that hang on one variable.
    pub(super) fn walk(&self, variable: Variable, steps: &[(usize, &'static Step)]) -> Option<Walked> {
        let Self { subject, landscape, abilities, .. } = self;
        Walk { subject, account: landscape.account, abilities, variable }.take(steps)
    }
}

impl<'a> Goal<'a> {
    /// Steps that lead nowhere by themselves.
    pub(super) fn only(walked: Walked) -> Self {
        Self { walked, role: None, gain: Gain::Lateral, caveats: Vec::new() }
    }

    /// Steps that lead to a role.
    pub(super) fn to(role: Option<(&'a Role, Power)>, walked: Walked) -> Self {
        let goal = Self { role, ..Self::only(walked) };
        match role {
            Some((_, Power::Administrator)) => Self { gain: Gain::Administrator, ..goal },
            Some((role, Power::Unknown)) => {
                goal.with([format!("{} may do more: its policies could not all be read", role.name)])
            }
            _ => goal,
        }
    }

    /// What is better, most last: to gain more, then to be sure of it.
    pub(super) fn rank(&self) -> (Gain, bool) {
        (self.gain, self.caveats.is_empty())
    }

    /// Whether no less powerful role is any better.
    pub(super) fn is_best(&self) -> bool {
        self.gain == Gain::Administrator || self.caveats.is_empty()
    }

    /// With more that it depends on.
    pub(super) fn with(mut self, caveats: impl IntoIterator<Item = String>) -> Self {
        self.caveats.extend(caveats);
        self
    }
}

/// A path that works, from what its parts lead to.
fn escalation(path: &'static Path, goals: Vec<Goal>) -> Escalation {
    let gain = goals.iter().map(|goal| goal.gain).max().unwrap_or(Gain::Lateral);
    let role = goals.iter().find_map(|goal| goal.role).map(|(role, _)| role.arn.clone());
    let conditional = goals.iter().any(|goal| goal.walked.conditional);
    let mut caveats: Vec<_> = path.needs.clone();
    let mut steps: Vec<(usize, StepTaken)> = Vec::new();
    let about_resource = goals.iter().flat_map(|goal| &goal.caveats).cloned().collect::<Vec<_>>();
    for goal in goals {
        let unlisted = goal.walked.unlisted.iter();
        // "An EC2 instance runs under app" says that there is one.
        let said = |what: &str| about_resource.iter().any(|it| it.starts_with(what));
        caveats.extend(unlisted.filter(|what| !said(what)).map(|what| format!("there is {what}")));
        caveats.extend(goal.caveats);
        steps.extend(goal.walked.steps);
    }
    steps.sort_by_key(|(index, _)| *index);
    let confidence = match (conditional, caveats.is_empty()) {
        (false, true) => Confidence::High,
        (true, false) => Confidence::Low,
        _ => Confidence::Medium,
    };
    if conditional {
        caveats.push("no condition or Deny stands in the way".to_owned());
    }
    let steps = steps.into_iter().map(|(_, step)| step).collect();
    Escalation { path, steps, role, gain, confidence, caveats }
}
