//! Functions that a path can change.

use super::bound::Limit;
use super::landscape::Host;
use super::search::{Goal, Search, Steps};
use super::walk::Variable;
use inventory::Gap;
use reference::escalation::{Gives, Path, Step, Target, Trait};

impl<'a> Search<'a> {
    /// The function that the path changes.
    pub(super) fn function(&self, path: &Path, steps: &Steps) -> Result<Option<Goal<'a>>, Gap> {
        let leads = path.gives == Gives::Role && steps.role.is_empty();
        if self.walk(Variable::Function(None), &steps.function).is_none() {
            return Ok(None);
        }
        let attempt = |host: &Host<'a>| {
            let mut caveats = self.suits(host, &steps.function)?;
            let walked = self.walk(Variable::Function(Some(host.function)), &steps.function)?;
            // The cheaper questions first: most functions are out of reach.
            if leads && !self.leads_on(host) {
                return None;
            }
            let role = host.role.filter(|_| leads);
            if leads && role.is_none() {
                caveats.push(format!("{} may do more: it is not among the roles read", host.function.role));
            }
            caveats.extend(role.and_then(|it| self.doubt(it)));
            Some(Goal::to(role, walked).with(caveats))
        };
        let mut best: Option<Goal> = None;
        for goal in self.landscape.functions.iter().filter_map(attempt) {
            if best.as_ref().is_none_or(|known| known.rank() < goal.rank()) {
                best = Some(goal);
            }
            if best.as_ref().is_some_and(Goal::is_best) {
                break;
            }
        }
        match (best, &self.landscape.unlisted_functions) {
            (None, Some(gap)) => Err(gap.clone()),
            (found, _) => Ok(found),
        }
    }

    /// Whether a function's role is worth reaching. A role that does not exist runs no code.
    fn leads_on(&self, host: &Host<'a>) -> bool {
        match host.role {
            _ if host.function.role == self.subject.arn => false,
            Some((role, _)) => self.gains(role).is_some(),
            None => self.landscape.account.roles.gap.is_some(),
        }
    }

    /// What must be the case for a function to suit the steps; nothing if it does not.
    fn suits(&self, host: &Host, steps: &[(usize, &'static Step)]) -> Option<Vec<String>> {
        let function = host.function;
        let mut caveats = Vec::new();
        let traits = steps.iter().filter_map(|(_, step)| match &step.target {
            Target::Function(traits) => Some(traits),
            _ => None,
        });
        for wanted in traits.flatten() {
            let suits = match wanted {
                Trait::Own => function.role == self.subject.arn,
                Trait::TakesLayers => function.package_type != "Image",
                Trait::Nodejs => function.runtime.as_ref().is_some_and(|it| it.starts_with("nodejs")),
                Trait::HasAlias => !function.aliases.items.is_empty() || function.aliases.gap.is_some(),
                Trait::UnsignedCode => self.code_signing(function) != Limit::Yes,
            };
            let unread = match wanted {
                Trait::HasAlias => function.aliases.items.is_empty(),
                Trait::UnsignedCode => self.code_signing(function) == Limit::Unread,
                _ => false,
            };
            match (suits, unread) {
                (false, _) => return None,
                (true, false) => {}
                (true, true) if *wanted == Trait::HasAlias => {
                    caveats.push(format!("{} has an alias, which could not be read", function.name));
                }
                (true, true) => {
                    caveats.push(format!("{} takes unsigned code, which could not be read", function.name));
                }
            }
        }
        caveats.dedup();
        Some(caveats)
    }
}
