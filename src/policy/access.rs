//! Who a resource policy lets in.

use crate::caller::{Callers, account};
use crate::deny::{self, Setting};
use crate::narrow::{Bound, is_account};
use crate::{Condition, Document, Effect, Principal, Principals, Statement, Version};
use std::collections::BTreeMap;

/// A set of requesters, widest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Nobody.
    None,
    /// Principals of the account that owns the resource.
    OwnAccount,
    /// Named principals or accounts other than the owner.
    ForeignAccounts,
    /// Members of an organization.
    Organization,
    /// An AWS service acting for any account: a confused deputy.
    AnyAccountThroughAService,
    /// Anyone with an AWS account.
    AnyAwsPrincipal,
    /// The internet.
    Anonymous,
}

/// The key that every signed request has, lower case.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalisawsservice>
const SIGNED_KEY: &str = "aws:principalisawsservice";

/// What is asked of a policy.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The action, such as `lambda:InvokeFunction`.
    pub action: &'a str,
    /// The ARN that the request names; `*` and `?` in it are wildcards, `{` is any text without a slash.
    pub resource: &'a str,
    /// The account that owns the resource.
    pub owner: &'a str,
    /// Whether callers must sign: then `*` means any AWS principal, not the internet.
    pub signed: bool,
    /// Condition keys whose value is known whoever calls; `None` for a key known to be missing.
    pub context: &'a [(&'a str, Option<&'a str>)],
}

/// How a condition narrows the callers of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The condition key, lower case.
    pub key: String,
    /// The values it is compared with, secrets masked.
    pub values: Vec<String>,
    /// Whether a caller from elsewhere cannot fulfil it at will.
    pub effective: bool,
}

/// One statement that lets an audience in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The statement's index.
    pub statement: usize,
    /// The `Sid`, or `#2` for the second statement.
    pub label: String,
    /// Who.
    pub audience: Audience,
    /// The services, accounts, principals or organizations, where the audience is not everyone.
    pub principals: Vec<String>,
    /// The conditions that remain.
    pub restrictions: Vec<Restriction>,
    /// False where the engine had to assume the worst.
    pub exact: bool,
    /// Why the audience is what it is, for people.
    pub reason: String,
}

impl Grant {
    /// The accounts that the principals name.
    pub fn accounts(&self) -> Vec<&str> {
        let accounts = self.principals.iter().map(|name| account(name));
        accounts.filter(|account| is_account(account)).collect()
    }
}

/// The grants of a policy that a request can use, in the order of statements; where a statement lets
/// in several audiences, the widest first.
///
/// Sound: no requester who is allowed is outside the audiences. Callers limited to networks, or by a
/// shared secret, count as the account's own; such grants are not `exact` and their reason says so.
pub fn who_can(document: &Document, request: &Request) -> Vec<Grant> {
    let statements = document.statements.iter().enumerate();
    statements
        .filter(|(_, statement)| statement.effect == Effect::Allow)
        .flat_map(|(index, statement)| grants(index, statement, document, request))
        .collect()
}

/// The grants of one Allow, after every Deny.
fn grants(index: usize, statement: &Statement, document: &Document, request: &Request) -> Vec<Grant> {
    let conditions = &statement.conditions;
    let demanded = conditions.iter().filter(|condition| condition.demands_key());
    let signed = request.signed.then(|| SIGNED_KEY.to_owned());
    let setting = Setting {
        request,
        present: demanded.map(Condition::lower_key).chain(signed).collect(),
        variables: document.version == Version::V2012,
    };
    let settled: Vec<_> = conditions.iter().map(|it| known(it, &setting)).collect();
    if settled.contains(&Some(false)) || !statement.may_concern(request, setting.variables) {
        return Vec::new();
    }
    let bound = |(condition, known): (&Condition, &Option<bool>)| match known {
        Some(_) => Bound::Open("is fulfilled by every such request", true),
        None => condition.bound(request.owner, &setting.present, setting.variables),
    };
    let bounds: Vec<_> = conditions.iter().zip(&settled).map(bound).collect();

    let mut found: BTreeMap<Audience, (Callers, Vec<bool>)> = BTreeMap::new();
    for (principal, mut callers) in requesters(statement, request) {
        let heeded: Vec<_> = bounds.iter().map(|bound| callers.heeds(bound)).collect();
        for (condition, bound) in conditions.iter().zip(&bounds) {
            callers = callers.within(bound, &condition.lower_key());
        }
        let mut left = vec![callers];
        left.retain(|it| it.audience > Audience::None);
        for other in &document.statements {
            left = deny::survivors(left, &principal, other, &setting);
        }
        for callers in left.into_iter().map(Callers::settled) {
            found
                .entry(callers.audience)
                .and_modify(|(known, effective)| {
                    known.absorb(callers.clone());
                    effective.iter_mut().zip(&heeded).for_each(|(a, b)| *a |= b);
                })
                .or_insert((callers, heeded.clone()));
        }
    }
    let grant = |(audience, (callers, effective)): (Audience, (Callers, Vec<bool>))| Grant {
        statement: index,
        label: statement.label(index),
        audience,
        principals: callers.names,
        restrictions: restrictions(conditions, &effective),
        exact: callers.exact,
        reason: reason(&callers.notes, conditions, &bounds),
    };
    found.into_iter().rev().map(grant).collect()
}

/// The principals of an Allow with the callers that each stands for. `NotPrincipal` in an Allow lets
/// in all but a few; a statement without principals is none of a resource policy, and the worst is
/// assumed.
fn requesters(statement: &Statement, request: &Request) -> Vec<(Principal, Callers)> {
    let everyone = |why| vec![(Principal::Anyone, Callers::everyone(request, false, why))];
    match &statement.principals {
        None => everyone("the statement names no principal"),
        Some(Principals::AllBut(_)) => everyone("NotPrincipal leaves out only some"),
        Some(Principals::Only(list)) => {
            let callers = |it: &Principal| Some((it.clone(), Callers::of(it, request)?));
            list.iter().filter_map(callers).collect()
        }
    }
}

/// What is known of the condition for every such request.
pub(crate) fn known(condition: &Condition, setting: &Setting) -> Option<bool> {
    let mut context = setting.request.context.iter();
    let (_, value) = context.find(|(key, _)| key.eq_ignore_ascii_case(&condition.key))?;
    condition.holds(*value, setting.variables)
}

fn restrictions(conditions: &[Condition], effective: &[bool]) -> Vec<Restriction> {
    let restriction = |(condition, effective): (&Condition, &bool)| Restriction {
        key: condition.lower_key(),
        values: condition.masked_values(),
        effective: *effective,
    };
    conditions.iter().zip(effective).map(restriction).collect()
}

fn reason(notes: &[String], conditions: &[Condition], bounds: &[Bound]) -> String {
    let open = conditions.iter().zip(bounds).filter_map(|(condition, bound)| match bound {
        Bound::Open(why, _) => Some(format!("{} {why}", condition.lower_key())),
        _ => None,
    });
    let clauses: Vec<_> = notes.iter().cloned().chain(open).collect();
    clauses.join("; ")
}

#[cfg(test)]
mod tests;
