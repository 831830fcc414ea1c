//! What one principal, or one value of a condition, names.

use super::patterns::{may_be_account, singles_out};
use super::{KEYS, ORGANIZATIONS, is_account, is_unique_id};
use crate::reach::requester::account;
use crate::solve::{Clause, Test};
use crate::{Document, Principal, Principals};
use std::borrow::Cow;

/// Something by which a policy tells requesters apart.
pub(super) enum Named<'a> {
    Account(&'a str),
    /// A pattern that matches some accounts and not others.
    Accounts(&'a str),
    /// Accounts, but it is open which.
    Vague,
    Organization(Cow<'a, str>),
    Principal {
        account: &'a str,
        arn: &'a str,
    },
    Service(&'a str),
    /// An identity provider or a canonical user.
    Outsider(&'a Principal),
    UniqueId(&'a str),
}

/// What the statements name, by their principals and conditions.
pub(super) fn all<'a>(
    document: &'a Document,
    clauses: &[Vec<Clause<'a>>],
) -> impl Iterator<Item = Named<'a>> {
    let lists = document.statements.iter().filter_map(|it| match &it.principals {
        Some(Principals::Only(list) | Principals::AllBut(list)) => Some(list),
        None => None,
    });
    let values = clauses.iter().flatten().flat_map(|clause| {
        let values = clause.condition.values.iter();
        // Numbers and dates have an order, in which accounts differ too.
        let ordered = KEYS.contains(&clause.key.as_str()) && matches!(clause.test, Test::Other);
        values.filter_map(|value| by_value(clause, value)).chain(ordered.then_some(Named::Vague))
    });
    lists.flatten().flat_map(by_principal).chain(values)
}

fn by_principal(principal: &Principal) -> impl Iterator<Item = Named<'_>> {
    let (first, second) = match principal {
        Principal::Anyone => (None, None),
        Principal::Service(name) => (Some(Named::Service(name)), None),
        Principal::Aws(text) if is_unique_id(text) => (None, None),
        Principal::Aws(text) => {
            let account = account(text);
            let arn = text.starts_with("arn:").then_some(Named::Principal { account, arn: text });
            (by_account(account, true), arn)
        }
        Principal::Federated(_) | Principal::CanonicalUser(_) => (Some(Named::Outsider(principal)), None),
    };
    first.into_iter().chain(second)
}

fn by_value<'a>(clause: &Clause<'a>, value: &'a str) -> Option<Named<'a>> {
    if matches!(clause.test, Test::Presence { .. }) {
        return None;
    }
    let is_pattern = || !clause.fixes(value) && !clause.ignores_case();
    match clause.key.as_str() {
        "aws:principalaccount" | "aws:sourceaccount" | "aws:sourceowner" | "kms:calleraccount" => {
            by_account(value, is_pattern())
        }
        "aws:principalarn" | "aws:sourcearn" => match account_in(value) {
            Some(account) => by_account(account, is_pattern()),
            None => (is_pattern() && singles_out(value)).then_some(Named::Vague),
        },
        key if ORGANIZATIONS.contains(&key) => {
            let id = value.split('/').next().filter(|_| key.ends_with("paths")).unwrap_or(value);
            let fixed = clause.fixes(value) || !id.contains(['*', '?', '$']);
            // AWS's own are in lower case.
            let named = || if clause.ignores_case() { id.to_lowercase().into() } else { id.into() };
            // Policies of 2008 have no variables, and no organization is called like one.
            (fixed && !id.is_empty() && !id.contains('$')).then(|| Named::Organization(named()))
        }
        "aws:userid" => {
            let id = value.split(':').next().unwrap_or(value);
            let fixed = id.split('*').next().unwrap_or(id);
            if is_unique_id(fixed) { Some(Named::UniqueId(fixed)) } else { by_account(id, is_pattern()) }
        }
        "aws:principalservicename" => Some(Named::Service(value)),
        _ => None,
    }
}

fn by_account(text: &str, is_pattern: bool) -> Option<Named<'_>> {
    if is_account(text) {
        return Some(Named::Account(text));
    }
    // No account is called otherwise.
    let matches_some = is_pattern && singles_out(text);
    matches_some.then(|| if may_be_account(text) { Named::Accounts(text) } else { Named::Vague })
}

/// The account of an ARN; in capitals it is one where case is ignored.
fn account_in(arn: &str) -> Option<&str> {
    let mut fields = arn.splitn(6, ':');
    let is_arn = fields.next()?.eq_ignore_ascii_case("arn");
    let account = fields.nth(3)?;
    fields.next().filter(|_| is_arn).map(|_| account)
}
