//! Who may wear a role besides the service that it is for: its trust policy, statement by statement.

use crate::federation;
use crate::grants::{join, principal as written};
use audit::{Scope, Severity, ways};
use inventory::{Account, Role};
use policy::{Audience, Document, Effect, Grant, Principal, Principals, Request, Statement, who_can};
use reference::actions::rcp_supported;

/// The services whose functions run under the role.
const LAMBDA: [&str; 2] = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];

/// Somebody else whom a statement lets in.
pub(crate) struct Guest {
    /// How bad that is.
    pub(crate) severity: Severity,
    /// Who, for people.
    pub(crate) who: String,
    /// Whether that is certain.
    pub(crate) exact: bool,
}

/// Whom an Allow of the trust policy lets in, Lambda aside.
pub(crate) fn guests(role: &Role, trust: &Document, allow: &Statement, scope: &Scope) -> Vec<Guest> {
    parties(allow).iter().flat_map(|party| let_in(role, trust, party, scope)).collect()
}

/// The statement once for each principal that it lists, with that principal alone.
fn parties(statement: &Statement) -> Vec<Statement> {
    let alone = |principals| Statement { principals, ..statement.clone() };
    match &statement.principals {
        Some(Principals::Only(list)) => {
            list.iter().map(|it| alone(Some(Principals::Only(vec![it.clone()])))).collect()
        }
        other => vec![alone(other.clone())],
    }
}

/// Whom the trust policy lets in by that party of a statement, Lambda aside.
fn let_in(role: &Role, trust: &Document, party: &Statement, scope: &Scope) -> Vec<Guest> {
    let denies = trust.statements.iter().filter(|it| it.effect == Effect::Deny);
    let denies = denies.chain(controls(trust, scope.account));
    let statements = std::iter::once(party).chain(denies).cloned().collect();
    let document = Document { version: trust.version, statements };
    let named = match &party.principals {
        Some(Principals::Only(list)) => list.first(),
        _ => None,
    };
    if matches!(named, Some(Principal::Service(name)) if LAMBDA.contains(&name.as_str())) {
        return Vec::new();
    }
    let ask = |action, signed| {
        let (owner, resource) = (scope.account.id.as_str(), role.arn.as_str());
        let day = scope.inventory.today().to_string();
        who_can(&document, &Request { action, resource, owner, signed, context: &ways::from(&day, &[]) })
    };
    let mut guests = Vec::new();
    let federated = matches!(named, Some(Principal::Federated(_)));
    // Each action is for its kind of caller: who has a token of a provider does not sign.
    if !federated {
        guests.extend(ask("sts:AssumeRole", true).iter().filter_map(|it| guest(it, named, scope)));
    }
    for action in federation::ACTIONS {
        let vouched = match named {
            Some(Principal::Federated(provider)) => federation::action(provider) == action,
            named => matches!(named, None | Some(Principal::Anyone)),
        };
        if vouched && !ask(action, false).is_empty() {
            guests.push(user(named, party, action));
        }
    }
    guests
}

/// What the organization denies besides, as far as it is known, if its resource control policies apply to
/// AWS STS. A trust policy of another version reads variables another way.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
fn controls<'a>(trust: &Document, account: &'a Account) -> impl Iterator<Item = &'a Statement> {
    let levels = account.resource_control_policies.known().into_iter().flatten();
    let documents = levels.flat_map(|level| &level.policies).filter_map(|it| it.document.known());
    let in_force = rcp_supported("sts") == Some(true);
    let alike = documents.filter(move |it| in_force && it.version == trust.version);
    alike.flat_map(|it| &it.statements).filter(|it| it.effect == Effect::Deny)
}

/// Somebody who signs: a principal of an account, or a service.
fn guest(grant: &Grant, named: Option<&Principal>, scope: &Scope) -> Option<Guest> {
    let service = matches!(named, Some(Principal::Service(_)));
    let words =
        || named.map_or_else(|| join(grant.principals.iter().map(String::as_str)), |it| written(it).into());
    let accounts = grant.accounts();
    let trusted = !accounts.is_empty() && accounts.iter().all(|id| scope.trusts(id));
    let (severity, limited, who) = match grant.audience {
        Audience::None => return None,
        Audience::ForeignAccounts if trusted => return None,
        Audience::Anonymous | Audience::AnyAwsPrincipal => {
            (Severity::Critical, Severity::High, "any principal of any AWS account".into())
        }
        Audience::AnyAccountThroughAService if service => (
            Severity::Medium,
            Severity::Low,
            format!(
                "the service {}, which no aws:SourceAccount or aws:SourceArn ties to this account,",
                words()
            ),
        ),
        Audience::AnyAccountThroughAService => (Severity::Medium, Severity::Low, "AWS services".into()),
        Audience::Organization => (
            Severity::Medium,
            Severity::Low,
            format!("every account of organization {}", join(grant.principals.iter().map(String::as_str))),
        ),
        Audience::ForeignAccounts => {
            (Severity::High, Severity::Medium, format!("{} of another account", words()))
        }
        Audience::OwnAccount if service => {
            (Severity::Low, Severity::Low, format!("the service {}, for this account only,", words()))
        }
        Audience::OwnAccount if names_one(named) => (Severity::Low, Severity::Low, words()),
        Audience::OwnAccount => {
            (Severity::Medium, Severity::Low, "everyone in this account who is allowed sts:AssumeRole".into())
        }
    };
    let severity = if grant.limited { limited } else { severity };
    let who = if grant.limited { format!("{who}, from some network or with an external id,") } else { who };
    Some(Guest { severity, who, exact: grant.exact })
}

/// Whoever has a token: of the provider, or of any where the statement names none.
fn user(named: Option<&Principal>, party: &Statement, action: &str) -> Guest {
    let provider = match named {
        Some(Principal::Federated(name)) => Some(name.as_str()),
        _ => None,
    };
    let exact = federation::is_all_there_is(party, provider);
    let tied = federation::is_tied(party, provider);
    let severity = match provider {
        _ if tied => Severity::Medium,
        Some(_) => Severity::High,
        None => Severity::Critical,
    };
    let who = match provider {
        Some(name) if tied => format!("users of the identity provider {name} whom its conditions name"),
        Some(name) => format!("every user of the identity provider {name}"),
        None if tied => format!("users of identity providers whom its conditions name ({action})"),
        None => format!("every user of any identity provider ({action})"),
    };
    Guest { severity, who, exact }
}

/// Whether the principal is a user, role or session rather than an account.
fn names_one(named: Option<&Principal>) -> bool {
    matches!(named, Some(Principal::Aws(text)) if text.starts_with("arn:") && !text.ends_with(":root"))
}
