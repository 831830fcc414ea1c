//! What the flaws of an API's authorizers come to: for those that something relies on, problems.

use super::{Flaws, of_mode};
use crate::grants::join;
use audit::{Outcome, Problem, Scope, Verdict};
use inventory::{AuthMode, AuthProvider, Fact, Gap, Listing};
use std::collections::BTreeMap;

/// The methods or routes that rely on each authorizer.
pub(crate) struct Users<'a> {
    known: BTreeMap<&'a str, Vec<String>>,
    /// What keeps them from being all.
    gap: Option<Gap>,
}

impl<'a> Users<'a> {
    /// Of an API whose methods or routes are those.
    pub(crate) fn new<T>(parts: &Listing<T>) -> Self {
        Self { known: BTreeMap::new(), gap: parts.gap.clone() }
    }

    /// Adds a method or route, if its authorization relies on its authorizer.
    pub(crate) fn add<T>(
        &mut self,
        authorizer: Option<&'a str>,
        authorization: &Fact<T>,
        relies: impl Fn(&T) -> bool,
        name: impl Fn() -> String,
    ) {
        let Some(id) = authorizer else { return };
        match authorization.read() {
            Ok(Some(kind)) if relies(kind) => self.known.entry(id).or_default().push(name()),
            Ok(_) => {}
            Err(gap) => self.gap = Some(gap),
        }
    }

    fn of(&self, authorizer: &str) -> Result<&[String], Gap> {
        match (self.known.get(authorizer), &self.gap) {
            (Some(users), _) => Ok(users),
            (None, Some(gap)) => Err(gap.clone()),
            (None, None) => Ok(&[]),
        }
    }
}

/// Fails if an authorizer that is known to be used has a flaw; passes if none that may be used has one.
pub(crate) fn judge<T>(
    api: &str,
    authorizers: &Listing<T>,
    users: &Users,
    id_and_name: impl Fn(&T) -> (&String, &String),
    flaws: impl Fn(&T) -> Flaws,
) -> Outcome {
    if users.known.is_empty() && users.gap.is_none() {
        return Ok(Verdict::NotApplicable);
    }
    let (mut problems, mut unclear) = (Vec::new(), authorizers.gap.clone());
    for authorizer in authorizers {
        let (id, name) = id_and_name(authorizer);
        let name = if name.is_empty() { id } else { name };
        match (users.of(id), flaws(authorizer)) {
            (Ok([]), _) => {}
            (_, Ok(flaws)) if flaws.is_empty() => {}
            (Ok(users), Ok(flaws)) => {
                let used = format!("used by {}", join(users.iter().map(String::as_str)));
                let subject = format!("authorizer {name} of {api}");
                problems.push(problem(&subject, flaws).evidence(used).detail(name));
            }
            (Err(gap), _) | (_, Err(gap)) => unclear = Some(gap),
        }
    }
    let unused = || users.gap.clone().filter(|_| users.known.is_empty());
    match unclear {
        _ if !problems.is_empty() => Ok(Verdict::Fail(problems)),
        Some(gap) => Err(gap),
        None if authorizers.items.is_empty() => Ok(Verdict::NotApplicable),
        None => unused().map_or(Ok(Verdict::Pass), Err),
    }
}

/// Fails if a mode of an AppSync API, which callers may choose, has a flaw.
pub(crate) fn modes(api: &str, providers: &Listing<AuthProvider>, scope: &Scope) -> Outcome {
    let (mut judged, mut problems, mut unclear) = (false, Vec::new(), providers.gap.clone());
    for provider in providers {
        let Some(flaws) = of_mode(provider, scope) else { continue };
        judged = true;
        match flaws {
            Ok(flaws) if flaws.is_empty() => {}
            Ok(flaws) => {
                let issuer = provider.oidc.as_ref().map_or("", |it| &it.issuer);
                // An API has one Lambda authorizer at most, and one mode for each issuer.
                let mode = match provider.mode.known() {
                    Some(AuthMode::Lambda) => "AWS_LAMBDA".into(),
                    _ => format!("OPENID_CONNECT {issuer}"),
                };
                problems.push(problem(&format!("mode {mode} of {api}"), flaws).detail(mode));
            }
            Err(gap) => unclear = Some(gap),
        }
    }
    match unclear {
        Some(gap) if problems.is_empty() => Err(gap),
        _ if judged => Ok(Verdict::of(problems)),
        _ => Ok(Verdict::NotApplicable),
    }
}

fn problem(subject: &str, flaws: Vec<String>) -> Problem {
    let message = format!("{subject} {}", flaws.join(" and "));
    Problem { evidence: flaws, ..Problem::new(message) }
}
