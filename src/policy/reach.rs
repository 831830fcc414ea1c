//! Who a resource policy lets in: all requests, bounded.

mod candidates;
mod explain;
pub(crate) mod grant;
mod held;
pub(crate) mod mentions;
pub(crate) mod requester;
mod requests;
mod twins;

use crate::solve::{Allowance, Choice, Clause, Demand, Exists, Search};
use crate::target::{Home, Question, Target};
use crate::{Document, Effect, Grant, Principals, Request, Statement};
use candidates::{Candidate, World};
use held::Held;
use mentions::Mentions;
use requester::{Account, Requester};
use requests::Requests;

/// The grants of a policy that a request can use, in the order of statements; where a statement lets
/// in several audiences, the widest first. A narrower audience is left out where a wider one of the
/// same statement holds it.
///
/// ```
/// use policy::{Audience, Document, Request, who_can};
///
/// let request = Request {
///     action: "lambda:InvokeFunction",
///     resource: "arn:aws:lambda:eu-west-1:111122223333:function:shop",
///     owner: "111122223333",
///     signed: true,
///     context: &[],
/// };
/// let reach = |condition: &str| {
///     let policy = Document::parse(&format!(r#"{{ "Statement": {{
///         "Effect": "Allow", "Action": "lambda:*", "Resource": "*",
///         "Principal": {{ "Service": "s3.amazonaws.com" }}, "Condition": {{ {condition} }}
///     }} }}"#))?;
///     Ok::<_, policy::ParseError>(who_can(&policy, &request).remove(0))
/// };
/// // Any account's bucket can have the service call: the deputy is confused.
/// let open = reach("")?;
/// assert_eq!((open.audience, open.exact), (Audience::AnyAccountThroughAService, true));
/// // The account of the bucket is the function's own.
/// let own = reach(r#""StringEquals": { "aws:SourceAccount": "111122223333" }"#)?;
/// assert_eq!(own.audience, Audience::OwnAccount);
/// // `IfExists` lets in requests without the key, and those of a bucket's ARN have no account in it.
/// let optional = reach(r#""StringEqualsIfExists": { "aws:SourceAccount": "111122223333" }"#)?;
/// assert_eq!(optional.audience, Audience::AnyAccountThroughAService);
/// assert!(!optional.restrictions[0].effective);
/// # Ok::<(), policy::ParseError>(())
/// ```
///
/// Sound: no requester who is allowed is outside the audiences. An audience says who may ask; where
/// they must also stand in some network, or know a shared secret, the grant is `limited`. Where the
/// worst had to be assumed the grant is not `exact`.
pub fn who_can(document: &Document, request: &Request) -> Vec<Grant> {
    let conditions = document.statements.iter().map(|it| it.conditions.as_slice());
    let clauses: Vec<_> = conditions.map(|it| Clause::all(it, document.version)).collect();
    let policy = Policy::new(document, request, &clauses);
    let statements = document.statements.iter().enumerate();
    let allows = statements.filter(|(_, statement)| statement.effect == Effect::Allow);
    allows.flat_map(|(index, statement)| policy.grants(index, statement)).collect()
}

/// Whether the policy leaves nothing untried.
#[cfg(test)]
pub(crate) fn tries_all(document: &Document, request: &Request) -> bool {
    let conditions = document.statements.iter().map(|it| it.conditions.as_slice());
    let clauses: Vec<_> = conditions.map(|it| Clause::all(it, document.version)).collect();
    let policy = Policy::new(document, request, &clauses);
    for (index, statement) in document.statements.iter().enumerate() {
        if statement.effect == Effect::Allow {
            policy.grants(index, statement);
        }
    }
    !policy.search.allowance.is_spent()
}

/// What explanations may cost: some hundred Denies.
const TOLD: usize = 4_000;

/// A document with all that its statements share made ready.
struct Policy<'a> {
    document: &'a Document,
    request: &'a Request<'a>,
    question: Question,
    /// The conditions, by statement.
    clauses: &'a [Vec<Clause<'a>>],
    mentions: Mentions<'a>,
    /// The Denies that may be about all of what is asked.
    denies: Vec<Deny<'a>>,
    /// Whether some condition is about where callers stand or what they know.
    limits: bool,
    search: Search,
    /// What explanations may cost.
    telling: Allowance,
}

/// How many statements, principals and values there are.
fn size(document: &Document) -> usize {
    let of = |it: &Statement| {
        let values = it.conditions.iter().map(|it| it.values.len()).sum::<usize>();
        let principals = match &it.principals {
            Some(Principals::Only(list) | Principals::AllBut(list)) => list.len(),
            None => 0,
        };
        1 + principals + values
    };
    document.statements.iter().map(of).sum()
}

/// A Deny that may be about all of what is asked: no policy variable keeps it from that.
struct Deny<'a> {
    index: usize,
    statement: &'a Statement,
    /// One of its conditions fails.
    escapes: Choice<'a>,
    /// The keys of each resource that is asked about and spared: where requests have them, it may be.
    spared: Vec<Vec<String>>,
    /// How many principals it names.
    named: usize,
}

/// A candidate whom a statement lets in.
struct Found<'c> {
    candidate: &'c Candidate,
    /// Whether they must also stand in some network, or know a secret.
    limited: bool,
    /// False where the worst had to be assumed.
    exact: bool,
}

impl<'a> Policy<'a> {
    fn new(document: &'a Document, request: &'a Request<'a>, clauses: &'a [Vec<Clause<'a>>]) -> Self {
        let question = Question::new(request.action, request.resource);
        let denying = document.statements.iter().enumerate().filter(|(_, it)| it.effect == Effect::Deny);
        let ready = denying.map(|(index, statement)| {
            let target = target(statement, document, request);
            target.must_concern(|_| false, &question).then(|| {
                let clauses = clauses.get(index).into_iter().flatten();
                let escapes = clauses.map(|clause| vec![Demand { clause, holds: false }]).collect();
                let named = match &statement.principals {
                    Some(Principals::Only(list) | Principals::AllBut(list)) => list.len(),
                    None => 0,
                };
                Deny { index, statement, escapes, spared: target.spares(&question), named }
            })
        });
        let denies = ready.flatten().collect();
        Self {
            document,
            request,
            question,
            clauses,
            mentions: Mentions::of(document, clauses, request.owner),
            denies,
            limits: clauses.iter().flatten().any(|clause| requests::tells_a_place(&clause.key)),
            search: Search::with(Allowance::for_policy(size(document))),
            telling: Allowance::of(TOLD),
        }
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
        let concerns = target.concerns(&self.question);
        let allowed = vec![self.clauses(index).iter().map(|clause| Demand { clause, holds: true }).collect()];
        let candidates = self.world().candidates(statement);
        let (mut found, mut held) = (Vec::new(), Held::default());
        for candidate in &candidates {
            let requester = &candidate.requester;
            let requests = self.requests(requester, true);
            let usable = |keys: &[String]| keys.iter().all(|key| requests.may_have(key));
            let mut ways = concerns.iter().filter(|(keys, _)| usable(keys)).map(|(_, certain)| *certain);
            let sure = ways.next().map(|certain| certain || ways.any(|certain| certain));
            let ways = if self.limits { [false, true].as_slice() } else { &[false] };
            if candidate.assumed {
                if !held.hold(requester, false) {
                    held.add(requester, false);
                    found.push(Found { candidate, limited: false, exact: false });
                }
                continue;
            }
            let open =
                ways.iter().copied().take_while(|limited| sure.is_some() && !held.hold(requester, *limited));
            let mut answers =
                open.map(|limited| (limited, self.lets_in(&allowed, requester, limited, &held)));
            if let Some((limited, exists)) = answers.find(|(_, exists)| *exists > Exists::No) {
                let exact =
                    sure == Some(true) && candidate.exact && exists == Exists::Yes && requester.is_sure();
                held.add(requester, limited);
                found.push(Found { candidate, limited, exact });
            }
        }
        self.told(index, statement, &found)
    }

    /// Whether the Allow lets the requester in, beside those who were found already.
    fn lets_in(&self, allow: &Choice, requester: &Requester, limited: bool, held: &Held) -> Exists {
        let outside = self.passes(allow, &self.requests(requester, limited));
        // Of these it is known already whether they are of an organization.
        let settled =
            matches!(requester.account, Account::Stranger(_) | Account::Anyone | Account::Member { .. });
        if outside > Exists::No || settled {
            return outside;
        }
        // Accounts of an organization that is let in need no word of their own.
        let members = held.members(requester, limited);
        let all = self.mentions.organizations().count();
        if members.len() >= all && self.mentions.organizations().all(|it| members.contains(&it)) {
            return outside;
        }
        self.passes(allow, &Requests { without: Some(&members), ..self.requests(requester, limited) })
    }

    /// Whether one of the requests gets through the Allow and past every Deny.
    fn passes(&self, allow: &Choice, requests: &Requests) -> Exists {
        let mut choices = vec![allow];
        for deny in &self.denies {
            if !self.search.allowance.spend(1 + deny.named / 2) {
                return Exists::Perhaps;
            }
            let spared = |keys: &Vec<String>| keys.iter().all(|key| requests.may_have(key));
            if requests.by.is_denied_by(deny.statement.principals.as_ref()) && !deny.spared.iter().any(spared)
            {
                choices.push(&deny.escapes);
            }
        }
        self.search.exists(requests, choices)
    }

    fn world(&self) -> World<'_> {
        World { request: self.request, mentions: &self.mentions, allowance: &self.search.allowance }
    }

    /// The requests of somebody who is of none of the organizations that the policy names.
    fn requests<'b>(&'b self, by: &'b Requester, limited: bool) -> Requests<'b> {
        Requests { by, request: self.request, mentions: &self.mentions, unlimited: !limited, without: None }
    }
}

fn target(statement: &Statement, document: &Document, request: &Request) -> Target {
    Target::of(statement, document.version, Home::of(request.resource))
}

#[cfg(test)]
mod tests;
