//! Roles that a path can reach.

use super::Gain;
use super::bound::Limit;
use super::landscape::Candidate;
use super::power::Power;
use super::search::{Goal, Search};
use super::trust::{Admission, admits};
use super::walk::{Variable, Walked};
use inventory::{Gap, Role};
use policy::Ask;
use reference::escalation::{Gives, Path, Step, Target};

impl<'a> Search<'a> {
    /// The role that the path passes, changes or assumes.
    pub(super) fn role(
        &self,
        path: &Path,
        steps: &[(usize, &'static Step)],
    ) -> Result<Option<Goal<'a>>, Gap> {
        let welcome = Admission { label: String::new(), named: true, exact: true };
        if self.walk(Variable::Role(None, Some(&welcome)), steps).is_none() {
            return Ok(None);
        }
        let mut unread = None;
        let mut best: Option<Goal> = None;
        for candidate in self.others() {
            match self.candidate(path, candidate, steps) {
                Ok(Some(goal)) if best.as_ref().is_none_or(|known| known.rank() < goal.rank()) => {
                    best = Some(goal);
                }
                Err(gap)
                    if self.walk(Variable::Role(Some(candidate.role), Some(&welcome)), steps).is_some() =>
                {
                    unread = unread.or(Some(gap));
                }
                _ => {}
            }
            // Where the path gives what the role has, no later one has more.
            let enough =
                |it: &Goal| it.gain == Gain::Administrator || path.gives == Gives::Role && it.is_best();
            if best.as_ref().is_some_and(enough) {
                break;
            }
        }
        let unread = unread.or_else(|| self.landscape.account.roles.gap.clone());
        match (best, unread) {
            (None, Some(gap)) => Err(gap),
            (best, _) => Ok(best),
        }
    }

    /// Where the path leads with one role, if it works with that.
    fn candidate(
        &self,
        path: &Path,
        candidate: &Candidate<'a>,
        steps: &[(usize, &'static Step)],
    ) -> Result<Option<Goal<'a>>, Gap> {
        let (account, today) = (self.landscape.account, self.landscape.today);
        let mut admission = None;
        let mut conditional = false;
        for (_, step) in steps {
            match &step.target {
                Target::PassedRole(services) => match candidate.trusts(services)? {
                    Some(exact) => conditional |= !exact,
                    None => return Ok(None),
                },
                Target::AssumableRole => match admits(candidate.role, self.subject, account, today)? {
                    Some(found) => admission = Some(found),
                    None => return Ok(None),
                },
                _ => {}
            }
        }
        // The cheaper question first: most roles are out of reach.
        let Some(mut walked) = self.walk(Variable::Role(Some(candidate.role), admission.as_ref()), steps)
        else {
            return Ok(None);
        };
        let reached = (candidate.role, candidate.power);
        let reached = match path.gives {
            Gives::Role => Some(reached).filter(|(role, _)| self.gains(role).is_some()),
            Gives::RoleBehind => self.behind(candidate),
            Gives::Chosen | Gives::Unseen => Some(reached),
        };
        let Some((role, power)) = reached else {
            return Ok(None);
        };
        walked.conditional |= conditional;
        Ok(Some(match path.gives {
            Gives::Chosen => {
                let chosen = self.written_into(role);
                Goal { walked, role: Some((role, power)), ..chosen }
            }
            Gives::Unseen => Goal::to(Some((role, power)), walked),
            Gives::Role | Gives::RoleBehind => {
                Goal::to(Some((role, power)), walked).with(self.doubt((role, power)))
            }
        }))
    }

    /// The most powerful role that a service can reach by a passed one: itself, or one it may assume.
    fn behind(&self, passed: &Candidate<'a>) -> Option<(&'a Role, Power)> {
        let (account, today) = (self.landscape.account, self.landscape.today);
        let assumes = |other: &&Candidate<'a>| {
            let admission = admits(other.role, passed.role, account, today).ok().flatten();
            let ask = Ask { action: "sts:AssumeRole", resource: Some(&other.role.arn), context: &[] };
            let own = || self.directory.abilities(passed.role).can(&ask).is_some();
            other.role.arn == passed.role.arn || admission.is_some_and(|it| it.named || own())
        };
        let found = self.others().filter(assumes).find(|it| self.gains(it.role).is_some());
        found.map(|it| (it.role, it.power))
    }

    /// The role under which an existing resource may run.
    pub(super) fn resource(&self, path: &Path) -> Result<Option<Goal<'a>>, Gap> {
        let existing = path.steps.iter().filter(|it| matches!(it.target, Target::Existing(_)));
        let mut kinds = existing.filter_map(|it| it.target.resource());
        let Some(kind) = kinds.find(|kind| !kind.role_trusts.is_empty()) else {
            return Ok(None);
        };
        let mut unread = self.landscape.account.roles.gap.clone();
        for candidate in self.others() {
            match candidate.trusts(&kind.role_trusts) {
                Ok(None) => {}
                _ if self.gains(candidate.role).is_none() => {}
                Ok(Some(_)) => {
                    let runs = format!("{} runs under {}", kind.what, candidate.role.name);
                    let role = Some((candidate.role, candidate.power));
                    let doubt = role.and_then(|it| self.doubt(it));
                    return Ok(Some(Goal::to(role, Walked::default()).with([runs]).with(doubt)));
                }
                Err(gap) => unread = unread.or(Some(gap)),
            }
        }
        unread.map_or(Ok(None), Err)
    }

    /// Permissions that whoever walks the path writes into its own role, or into a user's policies.
    pub(super) fn chosen(&self, path: &Path) -> Goal<'a> {
        let own = |step: &Step| matches!(step.target, Target::OwnRole | Target::OwnPolicy);
        if path.steps.iter().any(own) {
            self.written_into(self.subject)
        } else {
            Goal { gain: Gain::Administrator, ..Goal::only(Walked::default()) }
        }
    }

    fn written_into(&self, role: &Role) -> Goal<'a> {
        let goal = |gain| Goal { gain, ..Goal::only(Walked::default()) };
        let unbounded = || format!("no permissions boundary limits {}", role.name);
        let leaves = || format!("its permissions boundary leaves {} more", role.name);
        match self.boundary(role) {
            Limit::No => goal(Gain::Administrator),
            Limit::Unread => goal(Gain::Administrator).with([unbounded()]),
            Limit::Yes => goal(Gain::Lateral).with([leaves()]),
        }
    }
}
