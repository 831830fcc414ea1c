//! How a role can gain permissions that it was not given.
//!
//! Every path of [`reference::escalation`] is tried for a role. A path works if each of its
//! steps is allowed on its target, and if it leads somewhere: to permissions that whoever walks it
//! writes, or to another role that **adds** something. A role adds something for certain if there is a
//! request that it may make and the judged one may not; nothing if each of its Allow statements lies
//! within the judged role's, in whatever words; and perhaps where neither can be told, or where policies
//! could not be read. Where several targets serve, the most powerful one is named, or else the surest.
//!
//! Targets are real ones of the inventory wherever it lists their kind: roles and functions. Other kinds
//! (instances, users, stacks…) are assumed to exist, and the result says so at lower confidence; but a
//! path over such a resource works only if some role trusts the service that the resource runs under.
//! What a missing listing or fact keeps open is unknown, with the gap, never "does not work".
//!
//! A step that depends on a condition which is not fulfilled anyway is not certain, even if the role may
//! choose to fulfil it: another step may need the opposite.
//!
//! Not judged here: whether the role is an administrator already (it has nothing to gain then), and roles
//! of other accounts.

mod bound;
mod function;
mod landscape;
mod power;
mod role;
mod search;
mod setting;
#[cfg(test)]
mod tests;
mod trust;
mod walk;

use crate::Confidence;
use crate::abilities::Directory;
use inventory::{Gap, Role};
pub(crate) use landscape::Landscape;
use reference::escalation::{PATHS, Path};
use std::cmp::Reverse;

/// How much a path gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gain {
    /// Permissions of somebody else who is no administrator, or whose permissions are unknown.
    Lateral,
    /// Everything in the account.
    Administrator,
}

/// A path that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// The path.
    pub path: &'static Path,
    /// Its steps, in order, each with what allows it.
    pub steps: Vec<StepTaken>,
    /// The ARN of the role whose permissions are gained, where it is another one.
    pub role: Option<String>,
    /// How much is gained.
    pub gain: Gain,
    /// How sure that is.
    pub confidence: Confidence,
    /// What it depends on that could not be seen, each a clause for people.
    pub caveats: Vec<String>,
}

/// One permission that a path uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTaken {
    /// The action.
    pub action: String,
    /// The resource it is allowed on; a pattern where the path creates it or the inventory lacks it.
    pub resource: String,
    /// The statements that allow it, by policy name and statement label.
    pub statements: Vec<(String, String)>,
}

/// A path of which it is unknown whether it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The path.
    pub path: &'static Path,
    /// What would have to be read.
    pub gap: Gap,
}

/// What was found for one role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The paths that work: the greatest gain first, then the surest, then in the order of the data.
    pub works: Vec<Escalation>,
    /// The paths that may work, in the order of the data.
    pub unknown: Vec<Unknown>,
}

/// Tries every path for a role.
pub(crate) fn judge<'a>(
    role: &'a Role,
    landscape: &'a Landscape<'a>,
    directory: &'a Directory<'a>,
) -> Judgement {
    let search = search::Search::new(role, landscape, directory);
    let unread = search.abilities.all_read();
    let mut judgement = Judgement::default();
    for path in PATHS.iter() {
        match (search.path(path), &unread) {
            (Ok(Some(found)), _) => judgement.works.push(found),
            (Ok(None), Ok(())) => {}
            // A policy that could not be read may allow what is missing.
            (Ok(None), Err(gap)) => judgement.unknown.push(Unknown { path, gap: gap.clone() }),
            (Err(gap), _) => judgement.unknown.push(Unknown { path, gap }),
        }
    }
    judgement.works.sort_by_key(|found| Reverse((found.gain, found.confidence)));
    judgement
}

impl Escalation {
    /// The path as lines of evidence.
    pub fn evidence(&self) -> Vec<String> {
        let name = format!("path {} ({})", self.path.id, self.path.reference);
        let leads = self.role.iter().map(|role| match self.gain {
            Gain::Administrator => format!("leads to {role}, an administrator"),
            Gain::Lateral => format!("leads to {role}"),
        });
        let steps = self.steps.iter().map(StepTaken::line);
        let caveats = self.caveats.iter().map(|caveat| format!("if {caveat}"));
        std::iter::once(name).chain(steps).chain(leads).chain(caveats).collect()
    }
}

impl StepTaken {
    fn line(&self) -> String {
        let statement = |(policy, label): &(String, String)| format!("policy {policy}, statement {label}");
        let statements: Vec<_> = self.statements.iter().map(statement).collect();
        format!("{} on {}: {}", self.action, self.resource, statements.join("; "))
    }
}
