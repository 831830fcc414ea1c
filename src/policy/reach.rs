//! Who a resource policy lets in: all requests, bounded.

mod explain;
pub(crate) mod grant;
pub(crate) mod mentions;
pub(crate) mod requester;

use crate::solve::{Choice, Clause, Demand, Exists, Search};
use crate::target::{Question, Target, api};
use crate::{Audience, Document, Effect, Grant, Principal, Principals, Request, Statement};
use mentions::{Mentions, is_account, is_unique_id};
use requester::{Account, Kind, Requester, Requests, account, is_whole_account};

/// The grants of a policy that a request can use, in the order of statements; where a statement lets
/// in several audiences, the widest first. A narrower audience is left out where a wider one of the
/// same statement holds it.
///
/// Sound: no requester who is allowed is outside the audiences. An audience says who may ask; where
/// they must also stand in some network, or know a shared secret, the grant is `limited`. Where the
/// worst had to be assumed the grant is not `exact`.
pub fn who_can(document: &Document, request: &Request) -> Vec<Grant> {
    let policy = Policy::new(document, request);
    let statements = document.statements.iter().enumerate();
    let allows = statements.filter(|(_, statement)| statement.effect == Effect::Allow);
    allows.flat_map(|(index, statement)| policy.grants(index, statement)).collect()
}

/// A document with all that its statements share made ready.
struct Policy<'a> {
    document: &'a Document,
    request: &'a Request<'a>,
    question: Question,
    /// The conditions, by statement.
    clauses: Vec<Vec<Clause<'a>>>,
    mentions: Mentions,
    /// The Denies that are about all of what is asked.
    denies: Vec<Deny<'a>>,
    search: Search,
}

/// A Deny that is about all of what is asked.
struct Deny<'a> {
    index: usize,
    statement: &'a Statement,
}

/// Requesters whom a statement lets in.
struct Found {
    requester: Requester,
    /// How the policy or its conditions call them, if they are not everyone.
    names: Vec<String>,
    limited: bool,
    exact: bool,
    why: String,
}

impl<'a> Policy<'a> {
    fn new(document: &'a Document, request: &'a Request<'a>) -> Self {
        let conditions = document.statements.iter().map(|it| it.conditions.as_slice());
        let clauses: Vec<_> = conditions.map(|it| Clause::all(it, document.version)).collect();
        let question = Question::new(request.action, request.resource);
        let denying = document.statements.iter().enumerate().filter(|(_, it)| it.effect == Effect::Deny);
        let denies = denying
            .filter(|(_, it)| target(it, document, request).must_concern(&question))
            .map(|(index, statement)| Deny { index, statement })
            .collect();
        let mentions = Mentions::of(document, &clauses);
        Self { document, request, question, clauses, mentions, denies, search: Search::default() }
    }

    fn clauses(&self, index: usize) -> &[Clause<'a>] {
        self.clauses.get(index).map_or(&[], Vec::as_slice)
    }

    /// The grants of one Allow, after every Deny.
    fn grants(&self, index: usize, statement: &Statement) -> Vec<Grant> {
        if !target(statement, self.document, self.request).may_concern(&self.question) {
            return Vec::new();
        }
        let mut found: Vec<Found> = Vec::new();
        for candidate in self.candidates(statement) {
            let requester = &candidate.requester;
            // Accounts of an organization that is let in need no word of their own.
            let let_in = |limited: bool| {
                let outside = self.lets_in(index, &self.requests(requester, limited, true));
                let member = found
                    .iter()
                    .any(|it| it.requester.audience() == Audience::Organization && it.limited <= limited);
                if outside > Exists::No || member {
                    outside
                } else {
                    self.lets_in(index, &self.requests(requester, limited, false))
                }
            };
            let held = |limited: bool| found.iter().any(|it| it.limited <= limited && it.holds(requester));
            let unheld = [false, true].into_iter().take_while(|limited| !held(*limited));
            let answers = unheld.map(|limited| (limited, let_in(limited)));
            let answer = answers.into_iter().find(|(_, exists)| *exists > Exists::No);
            if let Some((limited, exists)) = answer {
                let exact = candidate.exact && exists == Exists::Yes && requester.is_sure();
                found.push(Found { limited, exact, ..candidate });
            }
        }
        self.told(index, statement, &found)
    }

    /// Whether the Allow lets one of the requests in, past every Deny.
    fn lets_in(&self, allow: usize, requests: &Requests) -> Exists {
        let demand = |clause, holds| Demand { clause, holds };
        let mut choices: Vec<Choice> =
            vec![vec![self.clauses(allow).iter().map(|clause| demand(clause, true)).collect()]];
        for deny in &self.denies {
            if requests.by.is_denied_by(deny.statement.principals.as_ref()) {
                choices.push(
                    self.clauses(deny.index).iter().map(|clause| vec![demand(clause, false)]).collect(),
                );
            }
        }
        self.search.exists(requests, &choices)
    }

    fn requests<'b>(&'b self, by: &'b Requester, limited: bool, outside: bool) -> Requests<'b> {
        Requests { by, request: self.request, mentions: &self.mentions, unlimited: !limited, outside }
    }

    /// Everybody whom the statement's principals may stand for, widest first. `NotPrincipal` in an
    /// Allow lets in all but a few; a statement without principals is none of a resource policy, and
    /// the worst is assumed.
    fn candidates(&self, statement: &Statement) -> Vec<Found> {
        let mut found = Vec::new();
        match &statement.principals {
            None => found.extend(self.everyone("the statement names no principal", false)),
            Some(Principals::AllBut(list)) => {
                let others = self.everyone("NotPrincipal leaves out only some", true).into_iter();
                found.extend(others.filter(|it| !list.iter().any(|one| it.requester.is(one))));
            }
            Some(Principals::Only(list)) => found.extend(list.iter().flat_map(|it| self.those(it))),
        }
        // Stable: requesters of one audience stay in the order of the policy.
        found.sort_by_key(|it| std::cmp::Reverse(it.requester.audience()));
        found
    }

    /// Everybody whom a principal stands for; nobody if it was deleted.
    fn those(&self, principal: &Principal) -> Vec<Found> {
        let one = |kind, account, why: String| vec![Found::new(Requester { kind, account }, why)];
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
                    let account = if id == self.request.owner {
                        Account::Owner(id.into())
                    } else {
                        Account::Named(id.into())
                    };
                    let found =
                        one(Kind::Principal(Some(text.clone())), account, format!("{text} is no account"));
                    found.into_iter().map(|it| Found { exact: false, ..it }).collect()
                }
            },
            Principal::Service(name) => {
                let name = Some(name.clone()).filter(|name| name != "*");
                let accounts = self.accounts().into_iter();
                let acting =
                    accounts.filter_map(|account| self.service(name.clone(), account, "the service"));
                acting.collect()
            }
            Principal::Federated(name) => {
                let why = format!("whoever the identity provider {name} vouches for");
                one(Kind::Federated(name.clone()), self.stranger(), why)
            }
            Principal::CanonicalUser(id) => {
                let why = "a canonical user id can be of any account".to_owned();
                one(Kind::CanonicalUser(id.clone()), self.stranger(), why)
            }
        }
    }

    /// The principal, or those of the account, that an Allow names.
    fn principals_of(&self, id: &str, text: &str) -> Vec<Found> {
        let own = id == self.request.owner;
        let account = || if own { Account::Owner(id.into()) } else { Account::Named(id.into()) };
        let why = if own { "is in the account itself" } else { "is in another account" };
        let named = |arn: &str| Some(arn.to_owned());
        let kinds: Vec<_> = if is_whole_account(text) {
            let others = self.mentions.principals(id).filter(|arn| !is_whole_account(arn)).map(named);
            std::iter::once(None).chain(others).collect()
        } else {
            vec![named(text)]
        };
        let found = |arn: Option<String>| {
            let name = arn.clone().unwrap_or_else(|| text.to_owned());
            let requester = Requester { kind: Kind::Principal(arn), account: account() };
            Found { names: vec![name.clone()], ..Found::new(requester, format!("{name} {why}")) }
        };
        kinds.into_iter().map(found).collect()
    }

    /// Everyone that can ask at all.
    fn everyone(&self, because: &str, exact: bool) -> Vec<Found> {
        let mut found = Vec::new();
        if !self.request.signed {
            let requester = Requester { kind: Kind::Unsigned, account: self.stranger() };
            found.push(Found::new(requester, format!("{because} and callers need not sign")));
        }
        let signed = format!("{because} and callers from any account can sign");
        for account in self.accounts() {
            let id = if let Account::Named(id) | Account::Owner(id) = &account { id.as_str() } else { "" };
            let named = self
                .mentions
                .principals(id)
                .filter(|arn| !is_whole_account(arn))
                .map(|arn| Some(arn.to_owned()));
            for arn in std::iter::once(None).chain(named) {
                let requester = Requester { kind: Kind::Principal(arn), account: account.clone() };
                found.push(Found::new(requester, signed.clone()));
            }
            let services =
                std::iter::once(None).chain(self.mentions.services().map(|name| Some(name.to_owned())));
            found.extend(services.filter_map(|name| self.service(name, account.clone(), because)));
        }
        found.into_iter().map(|it| Found { exact: it.exact && exact, ..it }).collect()
    }

    /// A service that acts for the account; a principal with a unique id is none that services act for.
    fn service(&self, name: Option<String>, account: Account, because: &str) -> Option<Found> {
        let acts = !matches!(account, Account::OfUniqueId(_));
        let who = name.as_deref().unwrap_or("any AWS service");
        let why = if because == "the service" {
            format!("the service {who} calls")
        } else {
            format!("{because}, so {who} may call")
        };
        acts.then(|| Found::new(Requester { kind: Kind::Service(name.clone()), account }, why))
    }

    fn accounts(&self) -> Vec<Account> {
        self.mentions.accounts(self.request.owner)
    }

    fn stranger(&self) -> Account {
        let mut accounts = self.accounts().into_iter();
        accounts.next().unwrap_or(Account::Anyone)
    }
}

fn target(statement: &Statement, document: &Document, request: &Request) -> Target {
    Target::of(statement, document.version, api(request.resource))
}

impl Found {
    fn new(requester: Requester, why: String) -> Self {
        let names = requester.names();
        Self { requester, names, limited: false, exact: true, why }
    }

    /// Whether these hold another requester too. Those who let in any AWS principal hold all others;
    /// audiences are ordered by size, but services for any account do not hold a foreign principal.
    fn holds(&self, other: &Requester) -> bool {
        let everyone = self.requester.audience() >= Audience::AnyAwsPrincipal
            && !matches!(self.requester.kind, Kind::Federated(_));
        let of_account = matches!(self.requester.kind, Kind::Principal(None))
            && matches!(other.kind, Kind::Principal(_))
            && self.requester.account == other.account;
        let service = match (&self.requester.kind, &other.kind) {
            (Kind::Service(own), Kind::Service(_)) if own.is_none() || self.requester.kind == other.kind => {
                self.requester.audience() == Audience::AnyAccountThroughAService
                    || self.requester.account == other.account
            }
            _ => false,
        };
        everyone || of_account || service
    }
}

#[cfg(test)]
mod tests;
