//! The requests of a role's session that a service asked for, such as those of a function's code.

use crate::pattern::Pattern;
use crate::solve::{Domain, Ground, TIMES, Values};
use std::collections::BTreeMap;

/// What is known of every such request.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const KNOWN: [(&str, Option<&str>); 11] = [
    ("aws:multifactorauthage", None),
    ("aws:multifactorauthpresent", Some("false")),
    ("aws:principalisawsservice", Some("false")),
    ("aws:principalservicename", None),
    ("aws:principaltype", Some("AssumedRole")),
    ("aws:securetransport", Some("true")),
    ("aws:sourceaccount", None),
    ("aws:sourcearn", None),
    ("aws:sourceorgid", None),
    ("aws:sourceorgpaths", None),
    ("aws:username", None),
];

/// Keys that whoever asks chooses with the request.
const CHOSEN: [&str; 4] = ["aws:referer", "aws:requestedregion", "aws:tagkeys", "aws:useragent"];

/// The sessions of one role.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// What is known of the values of a key, lower case.
    facts: BTreeMap<String, Domain>,
}

/// The requests of a session for something of which more is known.
pub(crate) struct Asking<'a, C> {
    session: &'a Session,
    context: &'a [(&'a str, Option<&'a str>)],
    carries: C,
    anywhere: bool,
}

impl Session {
    /// A role of whose requests those keys are known, `None` for one that is missing; a key that is
    /// named more than once has one of those values in one session, another in another. Of the time the
    /// earliest is known.
    pub(crate) fn of_role(facts: &[(&str, Option<&str>)]) -> Self {
        let mut values: BTreeMap<String, Vec<Option<&str>>> = BTreeMap::new();
        for (key, value) in facts {
            values.entry(key.to_ascii_lowercase()).or_default().push(*value);
        }
        let domain = |(key, values): (String, Vec<_>)| (key, one_of(&values));
        let times = TIMES.iter().filter_map(|key| Some(((*key).to_owned(), Domain::of_time(key, facts)?)));
        Self { facts: values.into_iter().map(domain).chain(times).collect() }
    }

    /// Its requests with that context, from networks that no policy names if from `anywhere`. What
    /// they have of keys, lower case, that they do not carry is not sure.
    pub(crate) fn asking<'a, C: Fn(&str) -> bool>(
        &'a self,
        context: &'a [(&'a str, Option<&'a str>)],
        carries: C,
        anywhere: bool,
    ) -> Asking<'a, C> {
        Asking { session: self, context, carries, anywhere }
    }
}

/// The values of a key that has one of those.
fn one_of(values: &[Option<&str>]) -> Domain {
    if let [one] = values {
        return one.map_or_else(Domain::none, Domain::one);
    }
    let forms = values.iter().flatten().map(|value| Pattern::literal(value)).collect();
    let domain = Domain::forms(forms);
    if values.contains(&None) { domain.or_missing() } else { domain }
}

impl<C: Fn(&str) -> bool> Ground for Asking<'_, C> {
    fn domain(&self, key: &str) -> Domain {
        let named = |(name, _): &&(&str, Option<&str>)| name.eq_ignore_ascii_case(key);
        let known = |(_, value): &(&str, Option<&str>)| one_of(&[*value]);
        if let Some(fact) = self.context.iter().find(named) {
            return known(fact);
        }
        if let Some(domain) = self.session.facts.get(key) {
            return domain.clone();
        }
        if let Some(fact) = KNOWN.iter().find(named) {
            return known(fact);
        }
        let domain = match key {
            "aws:sourceip" => {
                let values = Values::Address { anywhere: self.anywhere };
                Domain { missing: true, values, sure: true, common: false }
            }
            _ if CHOSEN.contains(&key) || key.starts_with("aws:requesttag/") => Domain::any(),
            // A tag that the role does not have: sessions that services ask for bring none along.
            _ if key.starts_with("aws:principaltag/") => Domain::none(),
            _ => Domain::any().unsure(),
        };
        if (self.carries)(key) { domain } else { domain.unsure() }
    }
}
