//! Who is left once a Deny has spoken.
//!
//! A Deny on everyone for whom some condition fails ("all but my organization") narrows a grant
//! like the opposite condition in its Allow. It applies to those for whom all its conditions hold,
//! so whoever is left is outside its principals or fails one of the conditions.

use crate::access::known;
use crate::caller::{Callers, account};
use crate::narrow::is_account;
use crate::{Effect, Principal, Principals, Request, Statement};

/// What narrowing needs to know of the request and of the Allow.
pub(crate) struct Setting<'a> {
    pub(crate) request: &'a Request<'a>,
    /// Keys that the Allow's conditions demand, lower case.
    pub(crate) present: Vec<String>,
    /// Whether the document's language has policy variables.
    pub(crate) variables: bool,
}

/// The callers that are left of those that a principal of an Allow stands for.
pub(crate) fn survivors(
    callers: Vec<Callers>,
    principal: &Principal,
    statement: &Statement,
    setting: &Setting,
) -> Vec<Callers> {
    let applies =
        statement.effect == Effect::Deny && statement.must_concern(setting.request, setting.variables);
    if !applies {
        return callers;
    }
    let mut open = Vec::new();
    for condition in &statement.conditions {
        match known(condition, setting) {
            Some(true) => {}
            Some(false) => return callers,
            None => open.push(condition),
        }
    }
    let everyone = callers.iter().all(Callers::are_everyone);
    let mut left = Vec::new();
    match &statement.principals {
        Some(Principals::Only(list)) if list.contains(&Principal::Anyone) => {}
        Some(Principals::Only(list)) if !everyone && covers(list, principal) => {}
        Some(Principals::AllBut(list)) if everyone => {
            for exempt in list.iter().filter_map(|it| Callers::of(it, setting.request)) {
                let only = |it: &Callers| it.clone().only(&exempt);
                left.extend(callers.iter().map(only));
            }
        }
        Some(Principals::AllBut(list)) if !may_list(list, principal) => {}
        _ => return callers,
    }
    for condition in open {
        let key = condition.lower_key();
        for callers in &callers {
            left.push(match condition.opposite() {
                Some(opposite) => {
                    let bound = opposite.bound(setting.request.owner, &setting.present, setting.variables);
                    callers.clone().within(&bound, &format!("a Deny on {key}"))
                }
                None => callers.clone(),
            });
        }
    }
    Callers::join(left)
}

/// Whether a Deny on the list is on all that a named principal stands for.
fn covers(list: &[Principal], principal: &Principal) -> bool {
    list.iter().any(|denied| match (denied, principal) {
        (Principal::Service(denied), Principal::Service(_)) if denied == "*" => true,
        (Principal::Aws(denied), Principal::Aws(allowed)) => {
            denied == allowed || is_root(denied) && account(denied) == account(allowed)
        }
        (denied, allowed) => denied == allowed,
    })
}

/// A whole account: twelve digits or its root.
fn is_root(principal: &str) -> bool {
    let account = account(principal);
    is_account(account) && (principal == account || principal.ends_with(&format!("{account}:root")))
}

/// Whether the list can hold somebody that the principal stands for.
fn may_list(list: &[Principal], principal: &Principal) -> bool {
    list.iter().any(|listed| match (listed, principal) {
        (Principal::Service(listed), Principal::Service(name)) => listed == name || listed == "*",
        (Principal::Service(_), _) | (Principal::Aws(_), Principal::Service(_)) => false,
        (Principal::Aws(listed), Principal::Aws(name)) => {
            let (listed, name) = (account(listed), account(name));
            !(is_account(listed) && is_account(name)) || listed == name
        }
        _ => true,
    })
}
