//! What a role may do with every resource of a type, rather than with those that its policies name.
//!
//! Asked of a resource that nobody has heard of: `secret:*` is about it, `secret:orders-*` is not. So
//! a wildcard counts if it holds every resource of the type in the account, or in one region of it,
//! and Deny statements, the boundary and conditions have been looked at already.

use audit::Scope;
use inventory::{Account, Call, Role};
use policy::{Ability, Actions, Ask, Resources, Statement, meets};
use reference::actions::{self, ResourceType};
use reference::classes::{self, DataAccess};
use std::collections::BTreeSet;

/// What reads the roles that functions run under, with all that speaks of what they may do.
pub(crate) const CALLS: &[Call] = &[
    Call::LambdaListFunctions,
    Call::IamGetAccountAuthorizationDetails,
    Call::OrganizationsDescribeOrganization,
    Call::OrganizationsListParents,
    Call::OrganizationsListPoliciesForTarget,
    Call::OrganizationsDescribePolicy,
];

/// A name that no policy gives to anything.
pub(crate) const UNHEARD_OF: &str = "zq8xk3vj7w";

/// Condition keys of requests that are known, with nothing for one that is missing.
pub(crate) type Context<'a> = &'a [(&'a str, Option<&'a str>)];

/// The ARNs of such a resource: one for each region of the account, where they name a region.
pub(crate) fn arns(of: &ResourceType, account: &Account) -> Vec<String> {
    let regions = || account.regions.iter().map(|it| it.name.as_str());
    let in_regions = |arn: String| -> Vec<String> {
        if arn.contains(REGION) { regions().map(|it| arn.replace(REGION, it)).collect() } else { vec![arn] }
    };
    let known = of
        .arns()
        .map(|it| it.replace("${Partition}", account.partition.name()).replace("${Account}", &account.id));
    known.flat_map(in_regions).map(|it| with_name(&it)).collect()
}

const REGION: &str = "${Region}";

/// The ARN with the name for whatever is left open.
fn with_name(arn: &str) -> String {
    let mut parts = arn.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(UNHEARD_OF);
        out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
    }
    out
}

/// Whether the role may do that with every such resource of which that is known, and by which
/// statements.
pub(crate) fn can<'a>(
    role: &Role,
    scope: &Scope<'a>,
    action: &str,
    arn: &str,
    context: Context,
) -> Option<Ability<'a>> {
    let own = [("aws:ResourceAccount", Some(scope.account.id.as_str()))];
    let context: Vec<_> = own.iter().chain(context).copied().collect();
    let mut ability = scope.abilities(role).can(&Ask { action, resource: Some(arn), context: &context })?;
    ability.statements.retain(|it| is_wide(it.statement, arn));
    (!ability.statements.is_empty()).then_some(ability)
}

/// Whether the role may do that with any resource at all, in requests of which that is known.
pub(crate) fn somewhere<'a>(
    role: &Role,
    scope: &Scope<'a>,
    action: &str,
    context: Context,
) -> Option<Ability<'a>> {
    let on_resources = actions::find(action).is_none_or(|it| it.resource_level());
    let resource = on_resources.then_some("*");
    scope.abilities(role).can(&Ask { action, resource, context })
}

/// What touches data and the role may do with any resource at all, in requests of which that is known.
pub(crate) fn data_access<'a>(
    role: &Role,
    scope: &Scope<'a>,
    context: Context,
) -> impl Iterator<Item = (&'static DataAccess, Ability<'a>)> {
    let services = services(role);
    let named = move |it: &&DataAccess| services.as_ref().is_none_or(|all| all.contains(it.action.service()));
    let access = classes::all().iter().filter(named);
    access.filter_map(move |it| Some((it, somewhere(role, scope, &it.action.to_string(), context)?)))
}

/// The services that the role's policies speak of; nothing where that may be any.
fn services(role: &Role) -> Option<BTreeSet<String>> {
    let mut services = BTreeSet::new();
    for (_, document) in role.policies() {
        for statement in &document.read().ok()??.statements {
            let Actions::Only(list) = &statement.actions else { return None };
            for action in list {
                let service = action.split_once(':')?.0;
                services.insert(service.to_ascii_lowercase());
                if service.contains(['*', '?']) {
                    return None;
                }
            }
        }
    }
    Some(services)
}

/// Whether the statement is about the resource without a policy variable, which names one of many.
fn is_wide(statement: &Statement, arn: &str) -> bool {
    match &statement.resources {
        Some(Resources::Only(list)) => list.iter().any(|it| !it.contains("${") && meets(it, arn)),
        _ => true,
    }
}
