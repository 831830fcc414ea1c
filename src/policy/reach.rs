//! Who a resource policy lets in: all requests, bounded.

mod candidates;
mod explain;
pub(crate) mod grant;
pub(crate) mod mentions;
pub(crate) mod requester;
mod requests;

use crate::solve::{Choice, Clause, Demand, Exists, Search};
use crate::target::{Question, Target, api};
use crate::{Audience, Document, Effect, Grant, Request, Statement};
use candidates::{Candidate, World};
use mentions::Mentions;
use requester::{Kind, Requester};
use requests::Requests;

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
    /// The Denies that may be about all of what is asked.
    denies: Vec<Deny<'a>>,
    search: Search,
}

/// A Deny that may be about all of what is asked: no policy variable keeps it from that.
struct Deny<'a> {
    index: usize,
    statement: &'a Statement,
    target: Target,
}

/// A candidate whom a statement lets in.
struct Found {
    candidate: Candidate,
    /// Whether they must also stand in some network, or know a secret.
    limited: bool,
    /// False where the worst had to be assumed.
    exact: bool,
}

impl<'a> Policy<'a> {
    fn new(document: &'a Document, request: &'a Request<'a>) -> Self {
        let conditions = document.statements.iter().map(|it| it.conditions.as_slice());
        let clauses: Vec<_> = conditions.map(|it| Clause::all(it, document.version)).collect();
        let question = Question::new(request.action, request.resource);
        let denying = document.statements.iter().enumerate().filter(|(_, it)| it.effect == Effect::Deny);
        let ready = denying.map(|(index, statement)| {
            let target = target(statement, document, request);
            Deny { index, statement, target }
        });
        let denies = ready.filter(|it| it.target.must_concern(|_| false, &question)).collect();
        let mentions = Mentions::of(document, &clauses);
        Self { document, request, question, clauses, mentions, denies, search: Search::default() }
    }

    fn clauses(&self, index: usize) -> &[Clause<'a>] {
        self.clauses.get(index).map_or(&[], Vec::as_slice)
    }

    /// The grants of one Allow, after every Deny.
    fn grants(&self, index: usize, statement: &Statement) -> Vec<Grant> {
        let target = target(statement, self.document, self.request);
        if !target.may_concern(&self.question) {
            return Vec::new();
        }
        let mut found: Vec<Found> = Vec::new();
        for candidate in self.world().candidates(statement) {
            let requester = &candidate.requester;
            let requests = self.requests(requester, true, false);
            let (concerned, sure) = target.concerns_with(|key| requests.may_have(key), &self.question);
            let held = |limited: bool| found.iter().any(|it| it.limited <= limited && it.holds(requester));
            let open = [false, true].into_iter().take_while(|limited| concerned && !held(*limited));
            let mut answers = open.map(|limited| (limited, self.lets_in(index, requester, limited, &found)));
            if let Some((limited, exists)) = answers.find(|(_, exists)| *exists > Exists::No) {
                let exact = sure && candidate.exact && exists == Exists::Yes && requester.is_sure();
                found.push(Found { candidate, limited, exact });
            }
        }
        self.told(index, statement, &found)
    }

    /// Whether the Allow lets the requester in, beside those who were found already.
    fn lets_in(&self, allow: usize, requester: &Requester, limited: bool, found: &[Found]) -> Exists {
        let outside = self.passes(allow, &self.requests(requester, limited, true));
        // Accounts of an organization that is let in need no word of their own.
        let is_member =
            |it: &Found| it.candidate.requester.audience() == Audience::Organization && it.limited <= limited;
        if outside > Exists::No || found.iter().any(is_member) {
            return outside;
        }
        self.passes(allow, &self.requests(requester, limited, false))
    }

    /// Whether one of the requests gets through the Allow and past every Deny.
    fn passes(&self, allow: usize, requests: &Requests) -> Exists {
        let demand = |clause, holds| Demand { clause, holds };
        let allowed = self.clauses(allow).iter().map(|clause| demand(clause, true));
        let mut choices: Vec<Choice> = vec![vec![allowed.collect()]];
        for deny in &self.denies {
            let denied = requests.by.is_denied_by(deny.statement.principals.as_ref());
            if denied && deny.target.must_concern(|key| requests.may_have(key), &self.question) {
                let ways = self.clauses(deny.index).iter().map(|clause| vec![demand(clause, false)]);
                choices.push(ways.collect());
            }
        }
        self.search.exists(requests, &choices)
    }

    fn world(&self) -> World<'_> {
        World { request: self.request, mentions: &self.mentions }
    }

    fn requests<'b>(&'b self, by: &'b Requester, limited: bool, outside: bool) -> Requests<'b> {
        Requests { by, request: self.request, mentions: &self.mentions, unlimited: !limited, outside }
    }
}

fn target(statement: &Statement, document: &Document, request: &Request) -> Target {
    Target::of(statement, document.version, api(request.resource))
}

impl Found {
    /// Whether these hold another requester too. Those who let in any AWS principal hold all others;
    /// audiences are ordered by size, but services for any account do not hold a foreign principal.
    fn holds(&self, other: &Requester) -> bool {
        let everyone = self.candidate.requester.audience() >= Audience::AnyAwsPrincipal
            && !matches!(self.candidate.requester.kind, Kind::Federated(_));
        let of_account = matches!(self.candidate.requester.kind, Kind::Principal(None))
            && matches!(other.kind, Kind::Principal(_))
            && self.candidate.requester.account == other.account;
        let service = match (&self.candidate.requester.kind, &other.kind) {
            (Kind::Service(own), Kind::Service(_))
                if own.is_none() || self.candidate.requester.kind == other.kind =>
            {
                self.candidate.requester.audience() == Audience::AnyAccountThroughAService
                    || self.candidate.requester.account == other.account
            }
            _ => false,
        };
        everyone || of_account || service
    }
}

#[cfg(test)]
mod tests;
