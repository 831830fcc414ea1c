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

/// How many accounts are compared with a pattern before giving up on one that matches none.
const TRIES: usize = 1_000;

/// Of so many patterns an account each is tried; those that match others too are left to
/// [`Account::Anyone`], as those that match several.
const TOLD_APART: usize = 100;

/// What the statements of a document name.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    accounts: BTreeSet<String>,
    /// Patterns that match some accounts and not others.
    partial: BTreeSet<String>,
    /// Whether some condition leaves open which accounts it is for.
    vague: bool,
    organizations: BTreeSet<String>,
    /// Whether some condition compares organizations in any case.
    folds_organizations: bool,
    /// Principals by account.
    principals: BTreeMap<String, BTreeSet<String>>,
    services: BTreeSet<String>,
    /// Identity providers and canonical users.
    outsiders: BTreeSet<Principal>,
    unique_ids: BTreeSet<String>,
    /// The places and secrets that conditions name, by key.
    places: BTreeMap<String, Rc<Names>>,
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
                self.account(id, true);
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
            let (texts, wild) = places(clause);
            Rc::make_mut(self.places.entry(clause.key.clone()).or_default()).add(texts, wild);
        }
        // Numbers and dates have an order, in which accounts differ too.
        self.vague |= KEYS.contains(&clause.key.as_str()) && matches!(clause.test, Test::Other);
        let is_pattern = |value: &str| !clause.fixes(value) && !clause.ignores_case();
        for value in &clause.condition.values {
            match clause.key.as_str() {
                "aws:principalaccount" | "aws:sourceaccount" | "aws:sourceowner" | "kms:calleraccount" => {
                    self.account(value, is_pattern(value));
                }
                // An ARN in capitals is one where case is ignored.
                "aws:principalarn" | "aws:sourcearn" => match account_of_arn(&value.to_lowercase()) {
                    Some(account) => self.account(account, is_pattern(value)),
                    None => self.vague |= is_pattern(value) && singles_out(value),
                },
                "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths" => {
                    let paths = clause.key.ends_with("paths");
                    let id = value.split('/').next().filter(|_| paths).unwrap_or(value);
                    let fixed = clause.fixes(value) || !id.contains(['*', '?', '$']);
                    let folded = clause.ignores_case();
                    self.folds_organizations |= folded;
                    if !id.is_empty() && fixed {
                        // AWS's own are in lower case.
                        let id = if folded { id.to_lowercase() } else { id.to_owned() };
                        self.organizations.insert(id);
                    }
                }
                "aws:userid" => {
                    let id = value.split(':').next().unwrap_or(value);
                    let fixed = id.split('*').next().unwrap_or(id);
                    if is_unique_id(fixed) {
                        self.unique_ids.insert(fixed.to_owned());
                    } else {
                        self.account(id, is_pattern(value));
                    }
                }
                "aws:principalservicename" => {
                    self.services.insert(value.clone());
                }
                _ => {}
            }
        }
    }

    fn account(&mut self, text: &str, is_pattern: bool) {
        if is_account(text) {
            self.accounts.insert(text.to_owned());
        } else if !is_pattern {
            // No account is called so.
        } else if may_be_account(text) {
            self.partial.insert(text.to_owned());
        } else {
            self.vague |= singles_out(text);
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
        let unnamed = |id: &String| id != owner && !self.accounts.contains(id);
        // Of as many as are named and one more, one is not named, if there are that many.
        let most = self.accounts.len() + 2;
        let patterns = self.partial.iter().take(TOLD_APART);
        let matched: BTreeSet<_> = patterns.filter_map(|it| instances(it).take(most).find(unnamed)).collect();
        found.extend(matched.iter().cloned().map(Account::Stranger));
        // Which patterns an account matches together is left open.
        let is_open = self.vague || self.partial.len() > 1;
        found.extend(is_open.then_some(Account::Anyone));
        found.extend(self.unique_ids.iter().cloned().map(Account::OfUniqueId));
        let members = if self.partial.len() > 1 { Vec::new() } else { matched.into_iter().collect() };
        let members = std::iter::once(Some(stranger)).chain(members.into_iter().map(Some));
        for account in members.chain(is_open.then_some(None)) {
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
        // Where patterns are many, [`Account::Anyone`] is tried too.
        let patterns: Vec<_> = self.partial.iter().take(TOLD_APART).map(|it| Pattern::new(it)).collect();
        let matched = |id: &String| patterns.iter().any(|pattern| pattern.matches(id));
        let tries = TRIES / patterns.len().max(1);
        let mut others = std::iter::once(first.clone()).chain(unnamed.take(tries));
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

    /// Whether some condition compares organizations in any case.
    pub(crate) fn folds_organizations(&self) -> bool {
        self.folds_organizations
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

/// Whether a pattern matches some texts and not others.
fn singles_out(pattern: &str) -> bool {
    pattern.contains(['*', '?']) && pattern.contains(|c| c != '*')
}

/// Whether a pattern matches some accounts and not others.
fn may_be_account(pattern: &str) -> bool {
    let digits = pattern.bytes().filter(|byte| *byte != b'*');
    let known = |byte: u8| byte.is_ascii_digit() || byte == b'?';
    singles_out(pattern)
        && digits.clone().all(known)
        && (digits.clone().count() == 12 || digits.count() < 12 && pattern.contains('*'))
}

/// Accounts that a pattern matches; none for a pattern that matches all accounts or none.
fn instances(pattern: &str) -> impl Iterator<Item = String> {
    let missing = 12_usize.checked_sub(pattern.chars().filter(|c| *c != '*').count());
    let form = |missing| pattern.replacen('*', &"?".repeat(missing), 1).replace('*', "");
    missing.filter(|_| may_be_account(pattern)).map(form).into_iter().flat_map(|form| {
        let free = form.matches('?').count();
        let fill = move |number: u64| {
            let digits = format!("{number:0free$}");
            let mut digits = (digits.len() == free).then_some(digits)?.into_bytes().into_iter();
            let digit = |c| if c == '?' { digits.next().map(char::from) } else { Some(c) };
            form.chars().map(digit).collect()
        };
        (0..).map_while(fill)
    })
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
