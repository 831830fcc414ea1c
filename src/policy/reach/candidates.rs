//! Who may ask, of those whom a statement's principals stand for.

use super::mentions::{Mentions, is_account, is_unique_id};
use super::requester::{Account, Kind, Requester, account, is_whole_account};
use crate::solve::Allowance;
use crate::{Principal, Principals, Request, Statement};
use std::iter::once;

/// What it costs to ask about a candidate, at the least.
pub(super) const STEPS_A_CANDIDATE: usize = 20;

/// A requester whom a statement may let in.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) requester: Requester,
    /// How the policy or its conditions call them, if they are not everyone.
    pub(super) names: Vec<String>,
    /// Whether it is known that the principal stands for them.
    pub(super) exact: bool,
    /// Whether they stand for more than can be tried, and must be taken to be let in.
    pub(super) assumed: bool,
    /// Why it is them, for people.
    pub(super) why: String,
}

/// The requesters that a policy can tell apart.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) mentions: &'a Mentions<'a>,
    pub(super) allowance: &'a Allowance,
}

impl World<'_> {
    /// Everybody whom the statement's principals may stand for, widest first. `NotPrincipal` in an
    /// Allow lets in all but a few; a statement without principals is none of a resource policy, and
    /// the worst is assumed.
    pub(super) fn candidates(self, statement: &Statement) -> Vec<Candidate> {
        let mut found = Vec::new();
        match &statement.principals {
            None => found.extend(self.everyone("the statement names no principal", false)),
            Some(Principals::AllBut(list)) => {
                let others = self.everyone("NotPrincipal leaves out only some", true).into_iter();
                found.extend(others.filter(|it| !it.requester.is_named_in(list)));
            }
            Some(Principals::Only(list)) => {
                // Of accounts that the policy cannot tell apart, one speaks for all.
                let alone = |it: &&Principal| match it {
                    Principal::Aws(text) => {
                        !is_whole_account(text) || !self.mentions.is_spoken_for(account(text))
                    }
                    _ => true,
                };
                found.extend(list.iter().filter(alone).flat_map(|it| self.those(it)));
            }
        }
        // Stable: requesters of one audience stay in the order of the policy.
        found.sort_by_key(|it| std::cmp::Reverse(it.requester.audience()));
        found
    }

    /// An account that the policy does not name.
    pub(super) fn stranger(self) -> Account {
        self.mentions.accounts().first().cloned().unwrap_or(Account::Anyone)
    }

    /// Everybody whom a principal stands for; nobody if it was deleted.
    fn those(self, principal: &Principal) -> Vec<Candidate> {
        let one = |kind, account, why| vec![Candidate::new(Requester::new(kind, account), why)];
        match principal {
            Principal::Anyone => self.everyone("the principal is \"*\"", true),
            Principal::Aws(text) if is_unique_id(text) => Vec::new(),
            Principal::Aws(text) => match account(text) {
                id if is_account(id) => self.principals_of(id, text),
                "" | "*" => self.everyone(&format!("{text:?} may be anyone"), false),
                id if id.contains(['*', '?']) => {
                    self.everyone(&format!("{text:?} has no fixed account"), false)
                }
                id => {
                    let kind = Kind::Principal(Some(text.clone()));
                    let found = Candidate::new(
                        Requester::new(kind, self.account(id)),
                        format!("{text} is in no account that can be told"),
                    );
                    vec![Candidate { exact: false, ..found }]
                }
            },
            Principal::Service(name) if name == "*" => self.every_service("the service is \"*\""),
            Principal::Service(name) => self.services(Some(name), &format!("the service {name} calls")),
            Principal::Federated(name) => {
                let why = format!("whoever the identity provider {name} vouches for");
                one(Kind::Federated(name.clone()), self.stranger(), why)
            }
            Principal::CanonicalUser(id) => {
                let why = "a canonical user id can be of any account".to_owned();
                one(Kind::CanonicalUser(id.clone()), Account::Anyone, why)
            }
        }
    }

    /// The principal, or those of the account, that an Allow names.
    fn principals_of(self, id: &str, text: &str) -> Vec<Candidate> {
        let own = id == self.request.owner;
        let place = if own { "is in the account itself" } else { "is in another account" };
        let kinds = if is_whole_account(text) { self.principals(id) } else { vec![Some(text.to_owned())] };
        let candidate = |arn: Option<String>| {
            let name = arn.clone().unwrap_or_else(|| text.to_owned());
            let requester = Requester::new(Kind::Principal(arn), self.account(id));
            let found = Candidate::new(Requester { by_name: true, ..requester }, format!("{name} {place}"));
            Candidate { names: vec![name], ..found }
        };
        kinds.into_iter().map(candidate).collect()
    }

    /// Everyone that can ask at all.
    fn everyone(self, because: &str, exact: bool) -> Vec<Candidate> {
        let mut found = Vec::new();
        let accounts = self.mentions.accounts();
        if !self.pays_for(accounts.len()) {
            let kind = if self.request.signed { Kind::Principal(None) } else { Kind::Unsigned };
            let why = format!("{because} and the conditions are too many to try");
            return vec![Candidate::new(Requester::new(kind, self.stranger()), why).assumed()];
        }
        if !self.request.signed {
            let requester = Requester::new(Kind::Unsigned, self.stranger());
            found.push(Candidate::new(requester, format!("{because} and callers need not sign")));
        }
        let signed = format!("{because} and callers from any account can sign");
        for account in accounts {
            let id = if let Account::Named(id) | Account::Owner(id) = &account { id.as_str() } else { "" };
            let principal = |arn| Requester::new(Kind::Principal(arn), account.clone());
            let principals = self.principals(id).into_iter().map(principal);
            found.extend(principals.map(|it| Candidate::new(it, signed.clone())));
        }
        found.extend(self.every_service(because));
        // Those who sign are principals of accounts.
        let can_ask = |it: &&Principal| !(self.request.signed && matches!(it, Principal::Federated(_)));
        for outsider in self.mentions.outsiders().filter(can_ask).flat_map(|it| self.those(it)) {
            let requester = Requester { account: self.stranger(), ..outsider.requester };
            found.push(Candidate { requester, ..outsider });
        }
        found.into_iter().map(|it| Candidate { exact: it.exact && exact, ..it }).collect()
    }

    /// Some principal of the account that the policy does not name, and those that it does; where it is
    /// known who asks, nobody else.
    fn principals(self, id: &str) -> Vec<Option<String>> {
        let named = self.mentions.principals(id).filter(|arn| !is_whole_account(arn));
        let named: Vec<_> = named.map(|arn| Some(arn.to_owned())).collect();
        let mut context = self.request.context.iter();
        let known = context.find(|(key, _)| key.eq_ignore_ascii_case("aws:PrincipalArn"));
        match known.and_then(|(_, arn)| *arn) {
            Some(arn) if named.iter().flatten().any(|it| it == arn) => vec![Some(arn.to_owned())],
            _ => once(None).chain(named).collect(),
        }
    }

    /// Any service, and those that the policy names.
    fn every_service(self, because: &str) -> Vec<Candidate> {
        let services = once(None).chain(self.mentions.services().map(Some));
        let acting = services.flat_map(|name| {
            let who = name.unwrap_or("any AWS service");
            self.services(name.map(str::to_owned).as_ref(), &format!("{because}, so {who} may call"))
        });
        acting.collect()
    }

    /// The service, acting for each account; principals with unique ids are none that services act for.
    fn services(self, name: Option<&String>, why: &str) -> Vec<Candidate> {
        let accounts = self.mentions.accounts();
        if !self.pays_for(accounts.len()) {
            let requester = Requester::new(Kind::Service(name.cloned()), Account::Anyone);
            return vec![Candidate::new(requester, why.to_owned()).assumed()];
        }
        let accounts = accounts.iter().filter(|it| !matches!(it, Account::OfUniqueId(_)));
        let acting = accounts.map(|account| Requester::new(Kind::Service(name.cloned()), account.clone()));
        acting.map(|requester| Candidate::new(requester, why.to_owned())).collect()
    }

    /// Whether there is enough left to ask about so many candidates.
    fn pays_for(self, candidates: usize) -> bool {
        self.allowance.spend(STEPS_A_CANDIDATE * candidates)
    }

    fn account(self, id: &str) -> Account {
        if id == self.request.owner { Account::Owner(id.into()) } else { Account::Named(id.into()) }
    }
}

impl Candidate {
    fn new(requester: Requester, why: String) -> Self {
        Self { names: requester.names(), requester, exact: true, assumed: false, why }
    }

    /// Let in without being asked about: there are too many like them.
    fn assumed(self) -> Self {
        Self { exact: false, assumed: true, ..self }
    }
}
