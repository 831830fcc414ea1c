//! What a policy names: the accounts, organizations, principals and services that it can tell apart.

mod named;
mod patterns;

use crate::pattern::{Pattern, account_of_arn};
use crate::reach::candidates::STEPS_A_CANDIDATE;
use crate::reach::requester::Account;
use crate::reach::requests::tells_a_place;
use crate::reach::twins::twins;
use crate::solve::{Clause, MOST_STEPS, Names, Test};
use crate::{Document, Principal};
use named::Named;
use patterns::instances;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::once;
use std::rc::Rc;

/// The keys whose values depend on the account of whoever asks.
pub(super) const KEYS: [&str; 7] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:userid",
    "kms:calleraccount",
];

/// The keys that tell of which organization somebody is, or where in it.
const ORGANIZATIONS: [&str; 4] =
    ["aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"];

/// What else tells of a principal what its ARN tells: of which kind it is.
const ASPECTS: [&str; 4] = ["aws:principalarn", "aws:principaltype", "aws:userid", "aws:username"];

/// How many accounts are compared with a pattern before giving up on one that matches none.
const TRIES: usize = 1_000;

/// Of so many patterns an account each is tried; those that match others too are left to
/// [`Account::Anyone`], as those that match several.
const TOLD_APART: usize = 100;

/// More accounts than any allowance pays for: they need not be told apart.
const MOST_APART: usize = MOST_STEPS / STEPS_A_CANDIDATE + 1;

/// What the statements of a document name.
#[derive(Debug, Default)]
pub(crate) struct Mentions<'a> {
    accounts: BTreeSet<&'a str>,
    /// Patterns that match some accounts and not others.
    partial: BTreeSet<&'a str>,
    /// Whether some condition leaves open which accounts it is for.
    vague: bool,
    organizations: BTreeSet<Cow<'a, str>>,
    /// Whether some condition compares organizations in any case.
    folds_organizations: bool,
    /// Which of [`ASPECTS`] conditions compare.
    aspects: BTreeSet<&'static str>,
    /// Principals by account.
    principals: BTreeMap<&'a str, BTreeSet<&'a str>>,
    services: BTreeSet<&'a str>,
    /// Identity providers and canonical users.
    outsiders: BTreeSet<&'a Principal>,
    unique_ids: BTreeSet<&'a str>,
    /// The places and secrets that conditions name, by key.
    places: BTreeMap<String, Rc<Names>>,
    /// Accounts, each with those that the policy names in the same places only.
    twins: BTreeMap<&'a str, Vec<&'a str>>,
    spoken_for: BTreeSet<&'a str>,
    apart: Vec<Account>,
    /// Sets of names that many requests are without, by what they are.
    names: RefCell<BTreeMap<String, Rc<Names>>>,
}

impl<'a> Mentions<'a> {
    /// What the document names, with its conditions made ready.
    pub(crate) fn of(document: &'a Document, clauses: &[Vec<Clause<'a>>], owner: &'a str) -> Self {
        let mut found = Self::default();
        // A set made at once takes a fraction of the time of one filled name by name.
        let (mut accounts, mut partial, mut organizations) = (Vec::new(), Vec::new(), Vec::new());
        for named in named::all(document, clauses) {
            match named {
                Named::Account(id) => accounts.push(id),
                Named::Accounts(pattern) => partial.push(pattern),
                Named::Vague => found.vague = true,
                Named::Organization(id) => organizations.push(id),
                Named::Principal { account, arn } => {
                    found.principals.entry(account).or_default().insert(arn);
                }
                Named::Service(name) => {
                    found.services.insert(name);
                }
                Named::Outsider(principal) => {
                    found.outsiders.insert(principal);
                }
                Named::UniqueId(id) => {
                    found.unique_ids.insert(id);
                }
            }
        }
        found.accounts = accounts.into_iter().collect();
        found.partial = partial.into_iter().collect();
        found.organizations = organizations.into_iter().collect();
        for clause in clauses.iter().flatten() {
            if tells_a_place(&clause.key) {
                let (texts, wild) = places(clause);
                Rc::make_mut(found.places.entry(clause.key.clone()).or_default()).add(texts, wild);
            }
            found.aspects.extend(ASPECTS.into_iter().find(|it| *it == clause.key));
            found.folds_organizations |=
                ORGANIZATIONS.contains(&clause.key.as_str()) && clause.ignores_case();
        }
        found.twins = twins(document, clauses, owner);
        found.spoken_for = found.twins.values().flatten().copied().collect();
        found.apart = found.tell_apart(owner);
        found
    }

    /// The accounts that the policy can tell apart, widest first: strangers, members of organizations,
    /// accounts that it names, its own. Of more than can be asked about, only the first.
    pub(crate) fn accounts(&self) -> &[Account] {
        &self.apart
    }

    fn tell_apart(&self, owner: &str) -> Vec<Account> {
        let stranger = self.stranger(owner);
        let unnamed = |id: &String| id != owner && !self.accounts.contains(id.as_str());
        // Of as many as are named and one more, one is not named, if there are that many.
        let most = self.accounts.len() + 2;
        let patterns = self.partial.iter().take(TOLD_APART);
        let matched: BTreeSet<_> = patterns.filter_map(|it| instances(it).take(most).find(unnamed)).collect();
        // Which patterns an account matches together is left open.
        let is_open = self.vague || self.partial.len() > 1;
        let of_one_pattern = matched.iter().filter(|_| self.partial.len() == 1);
        let of_members = once(Some(&stranger)).chain(of_one_pattern.map(Some)).chain(is_open.then_some(None));
        let members = of_members.flat_map(|account| {
            self.organizations.iter().map(move |organization| Account::Member {
                account: account.cloned(),
                organization: organization.clone().into_owned(),
            })
        });
        let named = self.accounts.difference(&self.spoken_for).filter(|id| **id != owner);
        let found = once(Account::Stranger(stranger.clone()))
            .chain(matched.iter().cloned().map(Account::Stranger))
            .chain(is_open.then_some(Account::Anyone))
            .chain(self.unique_ids.iter().map(|id| Account::OfUniqueId((*id).to_owned())))
            .chain(members)
            .chain(named.map(|id| Account::Named((*id).to_owned())))
            .chain(once(Account::Owner(owner.to_owned())));
        found.take(MOST_APART).collect()
    }

    /// An account that the policy does not name and, if there is one, that no pattern matches.
    fn stranger(&self, owner: &str) -> String {
        const STRIDE: u64 = 271_828_182_845;
        let ids = (1_u64..).map(|n| format!("{:012}", n.wrapping_mul(STRIDE) % 1_000_000_000_000));
        let mut unnamed = ids.filter(|id| id != owner && !self.accounts.contains(id.as_str()));
        let first = unnamed.next().unwrap_or_default();
        // Where patterns are many, [`Account::Anyone`] is tried too.
        let patterns: Vec<_> = self.partial.iter().take(TOLD_APART).map(|it| Pattern::new(it)).collect();
        let matched = |id: &String| Pattern::any_matches(&patterns, id);
        let tries = TRIES / patterns.len().max(1);
        let mut others = once(first.clone()).chain(unnamed.take(tries));
        others.find(|id| !matched(id)).unwrap_or(first)
    }

    /// The accounts that the policy cannot tell from this one, which stands for them.
    pub(crate) fn twins(&self, account: &str) -> &[&'a str] {
        self.twins.get(account).map_or(&[], Vec::as_slice)
    }

    /// Whether another account stands for this one.
    pub(crate) fn is_spoken_for(&self, account: &str) -> bool {
        self.spoken_for.contains(account)
    }

    /// The set of names that is called so, made once.
    pub(crate) fn names(&self, what: &str, make: impl FnOnce() -> Names) -> Rc<Names> {
        if let Some(names) = self.names.borrow().get(what) {
            return Rc::clone(names);
        }
        let names = Rc::new(make());
        self.names.borrow_mut().insert(what.to_owned(), Rc::clone(&names));
        names
    }

    /// How many accounts and principals there are.
    pub(crate) fn len(&self) -> usize {
        self.accounts.len()
            + self.unique_ids.len()
            + self.principals.values().map(BTreeSet::len).sum::<usize>()
    }

    /// The accounts that the policy names.
    pub(crate) fn accounts_named(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().copied()
    }

    /// The principals of an account that the policy names.
    pub(crate) fn principals(&self, account: &str) -> impl Iterator<Item = &str> {
        self.principals.get(account).into_iter().flatten().copied()
    }

    /// Identity providers and canonical users that the policy names.
    pub(crate) fn outsiders(&self) -> impl Iterator<Item = &Principal> {
        self.outsiders.iter().copied()
    }

    pub(crate) fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().copied()
    }

    pub(crate) fn organizations(&self) -> impl Iterator<Item = &str> {
        self.organizations.iter().map(Cow::as_ref)
    }

    pub(crate) fn unique_ids(&self) -> impl Iterator<Item = &str> {
        self.unique_ids.iter().copied()
    }

    /// Whether some condition compares organizations in any case.
    pub(crate) fn folds_organizations(&self) -> bool {
        self.folds_organizations
    }

    /// Whether conditions look at principals from two sides, such as by ARN and by user id.
    pub(crate) fn looks_twice(&self) -> bool {
        self.aspects.len() > 1
    }

    /// The places or secrets that conditions name by that key.
    pub(crate) fn places(&self, key: &str) -> Rc<Names> {
        self.places.get(key).cloned().unwrap_or_default()
    }
}

/// The texts of a condition that stand for a place or a secret, and its patterns that do: not those
/// that anybody's place matches.
fn places<'a>(clause: &'a Clause) -> (impl Iterator<Item = &'a str>, Vec<Pattern>) {
    let fixed = |text: &str| !text.contains(['*', '?']);
    let names_one = |text: &str| match clause.key.as_str() {
        "aws:vpceorgpaths" => text.split('/').next().is_some_and(fixed),
        "aws:sourcevpcarn" => {
            account_of_arn(text).is_some_and(is_account) || text.rsplit('/').next().is_some_and(fixed)
        }
        _ => false,
    };
    let wild = match &clause.test {
        Test::Texts(texts) => texts.wild(),
        _ => &[],
    };
    let wild = wild.iter().filter(|it| it.is_one_text() || names_one(&it.written()));
    (clause.fixed(), wild.cloned().collect())
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id such as `AROAEXAMPLE…`: what stands in a policy for a principal that was deleted.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub(crate) fn is_unique_id(text: &str) -> bool {
    const KINDS: [&str; 5] = ["AGPA", "AIDA", "AIPA", "ANPA", "AROA"];
    let body = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.len() >= 16 && text.bytes().all(body) && KINDS.iter().any(|kind| text.starts_with(kind))
}
