//! Who is let in already, so that those among them need no word of their own.

use super::requester::{Account, Kind, Requester};
use crate::Audience;
use std::collections::HashMap;

/// Sets of requesters, each with whether they must also stand in some network or know a secret.
#[derive(Default)]
pub(super) struct Held<'a> {
    sets: HashMap<Set<'a>, bool>,
    /// The organizations whose members are let in: under no limits, and under whichever.
    members: HashMap<Acting<'a>, [Vec<&'a str>; 2]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Set<'a> {
    /// Those who let in any AWS principal hold all others.
    Everyone,
    /// Whatever the account lets in.
    Principals(&'a Account),
    /// The service, or any, for the account, or any. Audiences are ordered by size, but services for any
    /// account do not hold a foreign principal.
    Services(Option<&'a str>, Option<&'a Account>),
}

/// How members of an organization are let in: themselves, or by the service that acts for them, or any.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Acting<'a> {
    Themselves,
    Service(Option<&'a str>),
}

impl<'a> Held<'a> {
    pub(super) fn add(&mut self, requester: &'a Requester, limited: bool) {
        let audience = requester.audience();
        if let Account::Member { organization, .. } = &requester.account {
            let acting = match &requester.kind {
                Kind::Service(name) => Acting::Service(name.as_deref()),
                _ => Acting::Themselves,
            };
            let [open, any] = self.members.entry(acting).or_default();
            for list in [(!limited).then_some(open), Some(any)].into_iter().flatten() {
                if list.last() != Some(&organization.as_str()) {
                    list.push(organization);
                }
            }
        }
        let any_account = audience == Audience::AnyAccountThroughAService;
        let set = match &requester.kind {
            Kind::Federated(_) | Kind::CanonicalUser(_) => return,
            _ if audience >= Audience::AnyAwsPrincipal => Set::Everyone,
            Kind::Principal(None) => Set::Principals(&requester.account),
            Kind::Service(name) => {
                Set::Services(name.as_deref(), (!any_account).then_some(&requester.account))
            }
            Kind::Principal(Some(_)) | Kind::Unsigned => return,
        };
        self.insert(set, limited);
    }

    fn insert(&mut self, set: Set<'a>, limited: bool) {
        let known = self.sets.entry(set).or_insert(limited);
        *known &= limited;
    }

    /// The organizations of which such requesters are among them, under no other limits.
    pub(super) fn members(&self, requester: &'a Requester, limited: bool) -> Vec<&'a str> {
        let acting = match &requester.kind {
            Kind::Principal(_) => [Some(Acting::Themselves), None],
            Kind::Service(None) => [Some(Acting::Service(None)), None],
            Kind::Service(name) => [Some(Acting::Service(None)), Some(Acting::Service(name.as_deref()))],
            Kind::Unsigned | Kind::Federated(_) | Kind::CanonicalUser(_) => [None, None],
        };
        let lists = acting.into_iter().flatten().filter_map(|acting| self.members.get(&acting));
        lists.flat_map(|[open, any]| if limited { any } else { open }).copied().collect()
    }

    /// Whether the requester is among them, under no other limits.
    pub(super) fn hold(&self, requester: &'a Requester, limited: bool) -> bool {
        let has = |set| self.sets.get(&set).is_some_and(|known| *known <= limited);
        let account = &requester.account;
        has(Set::Everyone)
            || match &requester.kind {
                Kind::Principal(_) => has(Set::Principals(account)),
                Kind::Service(name) => [None, name.as_deref()]
                    .iter()
                    .any(|name| has(Set::Services(*name, None)) || has(Set::Services(*name, Some(account)))),
                Kind::Unsigned | Kind::Federated(_) | Kind::CanonicalUser(_) => false,
            }
    }
}
