//! What a policy names: the accounts, organizations, principals and services that it can tell apart.

use crate::pattern::{Pattern, account_of_arn};
use crate::reach::requester::{Account, account};
use crate::reach::requests::tells_a_place;
use crate::reach::twins::twins;
use crate::solve::{Clause, Names, Test};
use crate::{Document, Principal, Principals};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What the statements of a document name.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    accounts: BTreeSet<String>,
    /// Patterns that match some accounts and not others, each with an account that it matches.
    partial: BTreeMap<String, Pattern>,
    /// Whether some pattern leaves open which accounts it matches.
    vague: bool,
    organizations: BTreeSet<String>,
    /// Principals by account.
    principals: BTreeMap<String, BTreeSet<String>>,
    services: BTreeSet<String>,
    /// Identity providers and canonical users.
    outsiders: BTreeSet<Principal>,
    unique_ids: BTreeSet<String>,
    /// Texts that conditions compare keys of places and secrets with, by key.
    fixed: BTreeMap<String, BTreeSet<String>>,
    /// Accounts, each with those that the policy names in the same places only.
    twins: BTreeMap<String, Vec<String>>,
    spoken_for: BTreeSet<String>,
    apart: Vec<Account>,
    /// Sets of names that many requests are without, by what they are.
    names: RefCell<BTreeMap<String, Rc<Names>>>,
}

impl Mentions {
    /// What the document names, with its conditions made ready.
    pub(crate) fn of(document: &Document, clauses: &[Vec<Clause>], owner: &str) -> Self {
        let mut found = Self::default();
        for statement in &document.statements {
            if let Some(Principals::Only(list) | Principals::AllBut(list)) = &statement.principals {
                for principal in list {
                    found.principal(principal);
                }
            }
        }
        clauses.iter().flatten().for_each(|clause| found.clause(clause));
        found.twins = twins(document, clauses, owner);
        found.spoken_for = found.twins.values().flatten().cloned().collect();
        found.apart = found.tell_apart(owner);
        found
    }

    fn principal(&mut self, principal: &Principal) {
        match principal {
            Principal::Service(name) => {
                self.services.insert(name.clone());
            }
            Principal::Aws(text) if is_unique_id(text) => {}
            Principal::Aws(text) => {
                let id = account(text);
                self.account(id);
                if text.starts_with("arn:") {
                    self.principals.entry(id.to_owned()).or_default().insert(text.clone());
                }
            }
            Principal::Federated(_) | Principal::CanonicalUser(_) => {
                self.outsiders.insert(principal.clone());
            }
            Principal::Anyone => {}
        }
    }

    fn clause(&mut self, clause: &Clause) {
        if matches!(clause.test, Test::Presence { .. }) {
            return;
        }
        if tells_a_place(&clause.key) {
            let fixed = clause.fixed().map(str::to_owned);
            self.fixed.entry(clause.key.clone()).or_default().extend(fixed);
        }
        for value in &clause.condition.values {
            match clause.key.as_str() {
                "aws:principalaccount" | "aws:sourceaccount" | "aws:sourceowner" | "kms:calleraccount" => {
                    self.account(value);
                }
                "aws:principalarn" | "aws:sourcearn" => match account_of_arn(value) {
                    Some(account) => self.account(account),
                    None => self.vague |= value.contains(['*', '?']) && value.contains(|c| c != '*'),
                },
                "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
                    let id = value.split('/').next().unwrap_or(value);
                    let fixed = clause.fixes(value) || !id.contains(['*', '?', '$']);
                    if !id.is_empty() && fixed {
                        self.organizations.insert(id.to_owned());
                    }
                }
                "aws:userid" => {
                    let id = value.split(':').next().unwrap_or(value);
                    if is_unique_id(id) {
                        self.unique_ids.insert(id.to_owned());
                    } else {
                        self.account(id);
                    }
                }
                "aws:principalservicename" => {
                    self.services.insert(value.clone());
                }
                _ => {}
            }
        }
    }

    fn account(&mut self, text: &str) {
        if is_account(text) {
            self.accounts.insert(text.to_owned());
        } else if let Some(instance) = instance(text) {
            self.partial.insert(instance, Pattern::new(text));
        } else {
            self.vague |= text.contains(['*', '?']) && text != "*";
        }
    }

    /// The accounts that the policy can tell apart, widest first: strangers, members of organizations,
    /// accounts that it names, its own.
    pub(crate) fn accounts(&self) -> &[Account] {
        &self.apart
    }

    fn tell_apart(&self, owner: &str) -> Vec<Account> {
        let stranger = self.stranger(owner);
        let mut found = vec![Account::Stranger(stranger.clone())];
        let unnamed = |id: &&String| *id != owner && !self.accounts.contains(*id);
        found.extend(self.partial.keys().filter(unnamed).cloned().map(Account::Stranger));
        // Which patterns an account matches together is left open.
        if self.vague || self.partial.len() > 1 {
            found.push(Account::Anyone);
        }
        found.extend(self.unique_ids.iter().cloned().map(Account::OfUniqueId));
        // Where patterns are several, members that match some are among those of whom it is left open.
        let matched = self.partial.keys().filter(unnamed).filter(|_| self.partial.len() == 1);
        for account in std::iter::once(&stranger).chain(matched) {
            let member = |organization: &String| Account::Member {
                account: account.clone(),
                organization: organization.clone(),
            };
            found.extend(self.organizations.iter().map(member));
        }
        let named = self.accounts.iter().filter(|id| *id != owner && !self.is_spoken_for(id));
        found.extend(named.cloned().map(Account::Named));
        found.push(Account::Owner(owner.to_owned()));
        found
    }

    /// An account that the policy does not name and, if there is one, that no pattern matches.
    fn stranger(&self, owner: &str) -> String {
        const STRIDE: u64 = 271_828_182_845;
        let ids = (1_u64..).map(|n| format!("{:012}", n.wrapping_mul(STRIDE) % 1_000_000_000_000));
        let mut unnamed = ids.filter(|id| id != owner && !self.accounts.contains(id));
        let first = unnamed.next().unwrap_or_default();
        let matched = |id: &String| self.partial.values().any(|pattern| pattern.matches(id));
        let mut others = std::iter::once(first.clone()).chain(unnamed.take(1_000));
        others.find(|id| !matched(id)).unwrap_or(first)
    }

    /// The accounts that the policy cannot tell from this one, which stands for them.
    pub(crate) fn twins(&self, account: &str) -> &[String] {
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
        self.accounts.iter().map(String::as_str)
    }

    /// The principals of an account that the policy names.
    pub(crate) fn principals(&self, account: &str) -> impl Iterator<Item = &str> {
        self.principals.get(account).into_iter().flatten().map(String::as_str)
    }

    /// Identity providers and canonical users that the policy names.
    pub(crate) fn outsiders(&self) -> impl Iterator<Item = &Principal> {
        self.outsiders.iter()
    }

    pub(crate) fn services(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(String::as_str)
    }

    pub(crate) fn organizations(&self) -> impl Iterator<Item = &str> {
        self.organizations.iter().map(String::as_str)
    }

    pub(crate) fn unique_ids(&self) -> impl Iterator<Item = &str> {
        self.unique_ids.iter().map(String::as_str)
    }

    /// The texts that conditions compare a key with, wildcards aside.
    pub(crate) fn fixed_values(&self, key: &str) -> impl Iterator<Item = &str> {
        self.fixed.get(key).into_iter().flatten().map(String::as_str)
    }
}

/// An account that a pattern matches; nothing for a pattern that matches all accounts or none.
fn instance(pattern: &str) -> Option<String> {
    let partial = pattern.contains(['*', '?']) && pattern.contains(|c| c != '*');
    let missing = 12_usize.checked_sub(pattern.chars().filter(|c| *c != '*').count())?;
    let filled = pattern.replace('?', "0").replacen('*', &"0".repeat(missing), 1).replace('*', "");
    (partial && is_account(&filled)).then_some(filled)
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
