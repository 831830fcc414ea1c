//! Grants for people: which conditions remain, and why the others keep nobody out.

use super::{Deny, Found, Policy, Requester};
use crate::reach::requester::{Account, Kind};
use crate::solve::{Clause, Demand, Domain, Exists, Ground, Test, Values};
use crate::{Audience, Grant, Principal, Principals, Restriction, Statement};
use std::collections::{BTreeMap, BTreeSet};

impl Policy<'_> {
    /// The grants of a statement: one for each audience, and one more for those that are limited.
    pub(super) fn told(&self, index: usize, statement: &Statement, found: &[Found]) -> Vec<Grant> {
        if found.is_empty() {
            return Vec::new();
        }
        let mut judged = Judged::new(self, index, statement);
        let mut grants: Vec<Grant> = Vec::new();
        let mut told: BTreeMap<(Audience, bool), BTreeSet<&str>> = BTreeMap::new();
        for it in found {
            let audience = it.candidate.requester.audience();
            let place =
                grants.iter().position(|other| other.audience == audience && other.limited == it.limited);
            let place = place.unwrap_or_else(|| {
                let restrictions = match grants.first() {
                    Some(other) => other.restrictions.clone(),
                    None => std::mem::take(&mut judged.restrictions),
                };
                grants.push(Grant {
                    statement: index,
                    label: statement.label(index),
                    audience,
                    principals: Vec::new(),
                    limited: it.limited,
                    restrictions,
                    exact: true,
                    reason: judged.reason(it),
                });
                grants.len() - 1
            });
            if let Some(grant) = grants.get_mut(place) {
                grant.exact &= it.exact;
                let known = told.entry((audience, it.limited)).or_default();
                let new = it.candidate.names.iter().filter(|name| known.insert(name.as_str()));
                grant.principals.extend(new.flat_map(|name| self.with_twins(name, &it.candidate.requester)));
            }
        }
        grants
    }
}

impl Policy<'_> {
    /// The name, and those of the accounts that the policy cannot tell from the requester's.
    fn with_twins(&self, name: &str, requester: &Requester) -> Vec<String> {
        let mut all = vec![name.to_owned()];
        if let Account::Named(id) = &requester.account
            && let Some((before, after)) = name.split_once(id.as_str())
        {
            all.extend(self.mentions.twins(id).iter().map(|twin| [before, twin, after].concat()));
        }
        all
    }
}

/// A statement's conditions, and those of Denies, judged by whether a stranger can fulfil them.
struct Judged {
    restrictions: Vec<Restriction>,
    /// Why those that keep nobody out do not, each a clause for people.
    open: Vec<String>,
    /// What the others do.
    closed: Vec<String>,
}

impl Judged {
    fn new(policy: &Policy, index: usize, statement: &Statement) -> Self {
        let stranger = policy.stranger_of(statement);
        let requests = policy.requests(&stranger, false);
        let mut judged = Self { restrictions: Vec::new(), open: Vec::new(), closed: Vec::new() };
        for clause in policy.clauses(index) {
            let domain = requests.domain(&clause.key);
            let effective = domain.allows(&[Demand { clause, holds: true }], &policy.telling) == Exists::No;
            judged.restrictions.push(restriction(clause, effective, None));
            // Where there are very many, the last go without a word.
            if !policy.telling.spend(8) {
                continue;
            }
            if effective {
                judged.closed.push(format!("{} {}", clause.condition.key, limits(clause)));
            } else {
                judged.open.push(format!("{} {}", clause.condition.key, why_open(clause, &domain)));
            }
        }
        for deny in &policy.denies {
            judged.deny(policy, deny, &stranger);
        }
        judged
    }

    /// What a Deny does to strangers.
    fn deny(&mut self, policy: &Policy, deny: &Deny, stranger: &Requester) {
        // Where there are very many, the last are left out.
        if !policy.telling.spend(20) {
            return;
        }
        let label = deny.statement.label(deny.index);
        let requests = policy.requests(stranger, false);
        if let Some(Principals::AllBut(_)) = &deny.statement.principals {
            self.closed.push(format!("the Deny of {label} spares only those that it names"));
        }
        if !stranger.is_denied_by(deny.statement.principals.as_ref()) {
            return;
        }
        let clauses = policy.clauses(deny.index);
        let fails = |clause: &Clause| {
            requests.domain(&clause.key).allows(&[Demand { clause, holds: false }], &policy.telling)
        };
        if let Some(escape) = clauses.iter().find(|clause| fails(clause) > Exists::No) {
            let why = why_escaped(escape);
            self.open.push(format!("the Deny of {label} is escaped: {} {why}", escape.condition.key));
            return;
        }
        policy.telling.spend(20 * clauses.len());
        for clause in clauses {
            self.restrictions.push(restriction(clause, true, Some(label.clone())));
            self.closed
                .push(format!("the Deny of {label} on {} limits that to others", clause.condition.key));
        }
    }

    fn reason(&self, found: &Found) -> String {
        let mut clauses = vec![found.candidate.why.as_str()];
        clauses.extend(self.closed.iter().chain(&self.open).map(String::as_str));
        if found.limited {
            clauses.push("who is let in depends on where they stand or on what they know");
        }
        if found.candidate.requester.audience() == Audience::AnyAccountThroughAService {
            clauses.push("no condition fixes the account it acts for");
        }
        clauses.join("; ")
    }
}

impl Policy<'_> {
    /// The stranger whom the statement's conditions and the Denies have to keep out.
    fn stranger_of(&self, statement: &Statement) -> Requester {
        let services = match &statement.principals {
            Some(Principals::Only(list)) => list.iter().all(|it| matches!(it, Principal::Service(_))),
            _ => false,
        };
        let kind = match &statement.principals {
            Some(Principals::Only(list)) if services => list.iter().find_map(|it| match it {
                Principal::Service(name) => Some(Kind::Service(Some(name.clone()))),
                _ => None,
            }),
            _ if !self.request.signed => Some(Kind::Unsigned),
            _ => None,
        };
        Requester::new(kind.unwrap_or(Kind::Principal(None)), self.world().stranger())
    }
}

fn restriction(clause: &Clause, effective: bool, deny: Option<String>) -> Restriction {
    let condition = clause.condition;
    Restriction {
        operator: condition.operator_name(),
        key: condition.key.clone(),
        values: condition.masked_values(),
        effective,
        deny,
    }
}

/// What a condition that keeps strangers out limits callers to.
fn limits(clause: &Clause) -> String {
    match clause.key.as_str() {
        "aws:sourceip" | "aws:sourcevpc" | "aws:sourcevpce" | "aws:sourcevpcarn" | "aws:vpceaccount" => {
            "limits that to some networks".into()
        }
        "lambda:eventsourcetoken" => "limits that to whoever knows the token, a weak shared secret".into(),
        "sts:externalid" => "limits that to whoever knows the external id, which is no secret".into(),
        "aws:principalisawsservice" | "aws:principalservicename" => "limits that to AWS services".into(),
        _ if clause.negated() => format!("keeps out {}", some_of(&clause.condition.masked_values())),
        _ => format!("limits that to {}", some_of(&clause.condition.masked_values())),
    }
}

/// The first of the values, and how many there are besides.
fn some_of(values: &[String]) -> String {
    const SHOWN: usize = 10;
    let (shown, more) = values.split_at_checked(SHOWN).unwrap_or((values, &[]));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    shown.join(", ") + &more
}

/// Why a condition of an Allow keeps no stranger out.
fn why_open(clause: &Clause, domain: &Domain) -> &'static str {
    let missing = Demand { clause, holds: true }.if_missing();
    match clause.test {
        _ if domain.is_one() => "is fulfilled by every such request",
        Test::Unknown => "has no fixed value",
        _ if !domain.sure => "is not known to limit callers",
        _ if clause.negated() || matches!(clause.test, Test::Presence { .. }) => "names no callers to let in",
        _ if missing && domain.missing => "is also fulfilled without the key",
        Test::Networks(_) => "has ranges that hold most of the internet",
        _ if matches!(domain.values, Values::Since(_)) => "is fulfilled some day",
        _ if domain.is_free() => "is the caller's to choose",
        _ => "has no fixed value that limits callers",
    }
}

/// Why a Deny does not hold because of one of its conditions.
fn why_escaped(clause: &Clause) -> String {
    let missing = Demand { clause, holds: false }.if_missing();
    let whole = |text: &&String| ["0.0.0.0/0", "::/0"].contains(&text.as_str());
    let values = clause.condition.values.iter();
    match (&clause.test, values.filter(|_| clause.negated()).find(whole)) {
        (Test::Networks(_), Some(network)) => format!("{network} spares everybody"),
        (Test::Networks(_), None) => "spares most of the internet".into(),
        (Test::Unknown, _) => "has no fixed value".into(),
        _ if missing => "is not in every request".into(),
        _ => "can be had by callers from anywhere".into(),
    }
}
