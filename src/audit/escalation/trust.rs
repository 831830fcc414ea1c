//! Who may assume a role, by its trust policy.

use crate::ways;
use inventory::{Account, Gap, Role};
use jiff::civil::Date;
use policy::{Audience, Document, Effect, Grant, Principal, Principals, Request, who_can};

const ASSUME: &str = "sts:AssumeRole";

/// A service that may assume a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    /// Its principal, without China's suffix: `ec2.amazonaws.com`.
    pub(super) name: String,
    /// False where a condition may keep it out.
    pub(super) exact: bool,
}

/// How a role lets another role assume it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Admission {
    /// The trust policy's statement.
    pub(super) label: String,
    /// Whether the statement names the caller: then it needs no permission of its own. A statement that
    /// names the account leaves it to the account's policies. One that names everyone does not, but is
    /// no doing of the caller's: it is held against the role that says so, not against every other.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html>
    pub(super) named: bool,
    /// False where a condition may keep the caller out.
    pub(super) exact: bool,
}

/// The services that may assume the role on behalf of its account.
pub(super) fn services(role: &Role, account: &Account, today: Date) -> Result<Vec<Service>, Gap> {
    let Some(trust) = role.trust.read()? else { return Ok(Vec::new()) };
    // Whoever else a statement names may stand for services too, and would not be told from them.
    let mut only = trust.clone();
    for statement in only.statements.iter_mut().filter(|it| it.effect == Effect::Allow) {
        if let Some(Principals::Only(list)) = &mut statement.principals {
            list.retain(|it| matches!(it, Principal::Service(_)));
        }
    }
    let grants = grants(&only, role, account, today, &[]);
    let own = grants.iter().filter(|grant| grant.audience != Audience::ForeignAccounts);
    let services = own.flat_map(|grant| {
        let settled = |key: &str| key.eq_ignore_ascii_case("aws:SourceAccount");
        let exact = grant.exact && grant.restrictions.iter().all(|it| settled(&it.key));
        let principals = grant.principals.iter().filter(|it| it.contains(".amazonaws.com"));
        principals.map(move |it| Service { name: it.trim_end_matches(".cn").to_owned(), exact })
    });
    Ok(services.collect())
}

/// Whether and how the role lets a caller, a role of the same account, assume it.
pub(super) fn admits(
    role: &Role,
    caller: &Role,
    account: &Account,
    today: Date,
) -> Result<Option<Admission>, Gap> {
    if role.trust.read()?.is_some_and(|document| !document.statements.iter().any(may_admit_roles)) {
        return Ok(None);
    }
    let context = [
        ("aws:principalarn", Some(caller.arn.as_str())),
        ("aws:principalaccount", Some(account.id.as_str())),
        ("aws:principaltype", Some("AssumedRole")),
        ("aws:principalisawsservice", Some("false")),
        ("aws:multifactorauthpresent", Some("false")),
        ("aws:multifactorauthage", None),
        ("aws:sourceaccount", None),
        ("aws:sourcearn", None),
        ("aws:username", None),
    ];
    let Some(trust) = role.trust.read()? else { return Ok(None) };
    let grants = grants(trust, role, account, today, &context);
    let mut admissions: Vec<_> =
        grants.iter().filter_map(|it| admission(it, trust, caller, &account.id)).collect();
    admissions.sort_by_key(|it| (!it.exact, !it.named));
    Ok(admissions.into_iter().next())
}

fn admission(grant: &Grant, trust: &Document, caller: &Role, account: &str) -> Option<Admission> {
    let session = format!(":sts::{account}:assumed-role/{}/", caller.name);
    let root = format!(":iam::{account}:root");
    let is_caller = |name: &String| *name == caller.arn || name.contains(&session);
    let statement = trust.statements.get(grant.statement);
    let named = match statement.and_then(|it| it.principals.as_ref()) {
        Some(Principals::Only(list)) => {
            list.iter().any(|it| matches!(it, Principal::Aws(name) if is_caller(name)))
        }
        _ => false,
    };
    let principals = &grant.principals;
    let everyone = principals.is_empty() && grant.audience >= Audience::AnyAwsPrincipal;
    let of_account = |it: &String| it == account || it.ends_with(&root) || is_caller(it);
    let by_account = principals.iter().any(of_account);
    // Whether the account is in that organization is not known here.
    let by_organization = grant.audience == Audience::Organization;
    let conditions =
        grant.restrictions.iter().any(|it| !SETTLED.iter().any(|key| it.key.eq_ignore_ascii_case(key)));
    let exact = grant.exact && !by_organization && !conditions;
    (named || everyone || by_account || by_organization).then(|| Admission {
        label: grant.label.clone(),
        named,
        exact,
    })
}

/// Keys that the context settles: a grant that is left fulfils conditions on them.
const SETTLED: [&str; 5] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:multifactorauthpresent",
    "aws:principalisawsservice",
];

/// Whether the statement speaks of principals other than services and identity providers: most roles
/// trust a service alone, and this is cheap.
fn may_admit_roles(statement: &policy::Statement) -> bool {
    let other = |it: &Principal| matches!(it, Principal::Anyone | Principal::Aws(_));
    statement.effect == Effect::Allow
        && match &statement.principals {
            Some(Principals::Only(list)) => list.iter().any(other),
            Some(Principals::AllBut(_)) => true,
            None => false,
        }
}

/// The one place that asks the policy engine about a trust policy.
fn grants(
    trust: &Document,
    role: &Role,
    account: &Account,
    today: Date,
    context: &[(&str, Option<&str>)],
) -> Vec<Grant> {
    let day = today.to_string();
    let (owner, context) = (account.id.as_str(), &ways::from(&day, context));
    who_can(trust, &Request { action: ASSUME, resource: &role.arn, owner, signed: true, context })
}
