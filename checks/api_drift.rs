//! APIs that have lost the tag by which statements of roles go.

use crate::api_tags::{self, CHANGES, RESOURCE_TAG, Reliance, of_management, reliances};
use audit::{Problem, Scope, Severity};
use inventory::{Account, Fact, Gap, Role};
use policy::{Ask, Effect, Operator, meets};
use std::collections::BTreeMap;

/// The statements that go by a tag which APIs have lost; or the gap that keeps that from being told.
pub(crate) fn problems(role: &Role, scope: &Scope) -> (Vec<Problem>, Option<Gap>) {
    let (mut problems, mut gap) = (Vec::new(), None);
    for reliance in reliances(role) {
        match drifted(&reliance, role, scope) {
            Ok(drifted) if drifted.is_empty() => {}
            Ok(drifted) => problems.push(drift(role, &reliance, &drifted)),
            Err(unread) => gap = Some(unread),
        }
    }
    (problems, gap)
}

fn drift(role: &Role, reliance: &Reliance, drifted: &[Drifted]) -> Problem {
    const SHOWN: usize = 10;
    let Reliance { policy, label, effect, key } = reliance;
    let place = format!("policy {policy}, statement {label}");
    let open = drifted.iter().filter(|it| it.open).count();
    let more = drifted.len().saturating_sub(SHOWN);
    let does = if *effect == Effect::Allow { "lets" } else { "keeps" };
    let comes_to = if open > 0 {
        format!("and it may change {open} of them")
    } else {
        "so nobody who goes by that tag manages them".into()
    };
    let whom = if *effect == Effect::Allow { "change APIs" } else { "from changing APIs" };
    let message = format!(
        "{place} {does} role {} {whom} by their tag {key}, which {} APIs lack or have with a value that no role's policy names, {comes_to}",
        role.name,
        drifted.len(),
    );
    let lines = drifted
        .iter()
        .take(SHOWN)
        .map(|it| if it.open { format!("{}, and the role may change it", it.line) } else { it.line.clone() });
    Problem {
        detail: Some(format!("{place}, tag {key}")),
        evidence: lines.chain((more > 0).then(|| format!("and {more} more"))).collect(),
        severity: (open == 0).then_some(Severity::Info),
        ..Problem::new(message)
    }
}

/// An API whose tag no statement of the account knows.
#[derive(Debug)]
struct Drifted {
    /// What its tag is instead, for people.
    line: String,
    /// Whether the role may change the API all the same.
    open: bool,
}

/// The APIs of the account whose tag of that key has no value that a statement of any role names.
///
/// # Errors
/// The gap of tags or listings, where no such API is known.
fn drifted(reliance: &Reliance, role: &Role, scope: &Scope) -> Result<Vec<Drifted>, Gap> {
    let (mut found, mut gap) = (Vec::new(), unlisted(scope.account));
    for api in apis(scope.account) {
        let tags = match api.tags.read() {
            Ok(tags) => tags,
            Err(unread) => {
                gap = gap.or(Some(unread));
                continue;
            }
        };
        let own =
            |wanted: &str| tags.and_then(|it| it.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)));
        let value = own(reliance.key).map(|(_, value)| value.as_str());
        if value.is_some_and(|value| is_known(scope.account, reliance.key, value)) {
            continue;
        }
        let line = match value {
            Some(value) => format!("API {} ({}): tag {} is {value}", api.name, api.arn, reliance.key),
            None => format!("API {} ({}) has no tag {}", api.name, api.arn, reliance.key),
        };
        found.push(Drifted { line, open: may_change(role, scope, &api, reliance.key) });
    }
    gap.filter(|_| found.is_empty()).map_or(Ok(found), Err)
}

/// A REST, HTTP or WebSocket API.
struct Api<'a> {
    arn: &'a str,
    name: &'a str,
    tags: &'a Fact<BTreeMap<String, String>>,
}

fn apis(account: &Account) -> impl Iterator<Item = Api<'_>> {
    account.regions.iter().flat_map(|region| {
        let rest = region.rest_apis.iter().map(|it| Api { arn: &it.arn, name: &it.name, tags: &it.tags });
        let others = region.apis.iter().map(|it| Api { arn: &it.arn, name: &it.name, tags: &it.tags });
        rest.chain(others)
    })
}

fn unlisted(account: &Account) -> Option<Gap> {
    let of_regions = account.regions.all().err();
    let listings = account.regions.iter().flat_map(|it| [&it.rest_apis.gap, &it.apis.gap]);
    of_regions.or(listings.flatten().next().cloned())
}

/// Whether the role may change that API, by its tags.
fn may_change(role: &Role, scope: &Scope, api: &Api, key: &str) -> bool {
    let tags = api.tags.read().ok().flatten();
    let tags = tags.into_iter().flatten();
    let own: Vec<_> =
        tags.map(|(key, value)| (format!("{RESOURCE_TAG}{key}"), Some(value.as_str()))).collect();
    let missing = format!("{RESOURCE_TAG}{key}");
    let context = own.iter().map(|(key, value)| (key.as_str(), *value)).chain([(missing.as_str(), None)]);
    let context: Vec<_> = context.collect();
    let abilities = scope.abilities(role);
    let can = |action| abilities.can(&Ask { action, resource: Some(api.arn), context: &context });
    CHANGES.into_iter().any(|action| can(action).is_some_and(|it| it.exact))
}

/// Whether a statement of some role names that value of the tag.
fn is_known(account: &Account, key: &str, value: &str) -> bool {
    account.roles.iter().any(|role| {
        let conditions = of_management(role).into_iter().flat_map(|(_, _, it)| &it.conditions);
        let on_key = conditions.filter(|it| api_tags::key(it).is_some_and(|it| it.eq_ignore_ascii_case(key)));
        on_key.flat_map(|it| it.values.iter().map(move |named| (it, named))).any(|(condition, named)| {
            let named = with_tags(named, role);
            match condition.operator {
                Operator::StringLike | Operator::StringNotLike => meets(&named, value),
                Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => {
                    named.eq_ignore_ascii_case(value)
                }
                Operator::StringEquals | Operator::StringNotEquals => named == value,
                _ => false,
            }
        })
    })
}

/// The value with the role's own tags for the variables that stand for them.
fn with_tags(value: &str, role: &Role) -> String {
    role.tags
        .iter()
        .fold(value.to_owned(), |text, (key, tag)| text.replace(&format!("${{aws:PrincipalTag/{key}}}"), tag))
}

#[cfg(test)]
mod tests;
