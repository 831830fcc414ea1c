//! Tags of APIs, and the statements of roles that go by them.
//!
//! API Gateway knows `aws:ResourceTag` for the management of APIs. For `execute-api:Invoke` it does not:
//! no tag ever decided who may call an API.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html>

use inventory::Role;
use policy::{Actions, Condition, Effect, Resources, Statement, meets};
use std::collections::BTreeSet;

/// What a condition on a tag of the resource begins with.
pub(crate) const RESOURCE_TAG: &str = "aws:ResourceTag/";

/// The actions of API Gateway that change an API.
pub(crate) const CHANGES: [&str; 4] =
    ["apigateway:PATCH", "apigateway:PUT", "apigateway:POST", "apigateway:DELETE"];

/// A statement that goes by a tag of the API.
#[derive(Debug)]
pub(crate) struct Reliance<'a> {
    /// The policy's name.
    pub(crate) policy: &'a str,
    /// The statement's label.
    pub(crate) label: String,
    /// What the statement does with those APIs.
    pub(crate) effect: Effect,
    /// The tag's key.
    pub(crate) key: &'a str,
}

/// The tag that a condition is on.
pub(crate) fn key(condition: &Condition) -> Option<&str> {
    let (prefix, key) = condition.key.split_at_checked(RESOURCE_TAG.len())?;
    prefix.eq_ignore_ascii_case(RESOURCE_TAG).then_some(key)
}

/// The condition keys of all tags that the role's own policies speak of, on whatever resource.
pub(crate) fn condition_keys(role: &Role) -> BTreeSet<&str> {
    let documents = role.policies().filter_map(|(_, it)| it.read().ok().flatten());
    let conditions = documents.flat_map(|it| &it.statements).flat_map(|it| &it.conditions);
    conditions.filter(|it| key(it).is_some()).map(|it| it.key.as_str()).collect()
}

/// Whether a Deny by tag keeps the role from that action on some APIs.
pub(crate) fn guard(role: &Role, action: &str) -> bool {
    of_management(role).into_iter().any(|(_, _, it)| {
        it.effect == Effect::Deny && speaks_of(it, action) && it.conditions.iter().any(|it| key(it).is_some())
    })
}

/// Every statement of the role about the management of APIs that goes by a tag.
pub(crate) fn reliances(role: &Role) -> Vec<Reliance<'_>> {
    let mut found: Vec<Reliance> = Vec::new();
    for (policy, index, statement) in of_management(role) {
        for key in statement.conditions.iter().filter_map(key) {
            let label = statement.label(index);
            if !found.iter().any(|it| (it.policy, &it.label, it.key) == (policy, &label, key)) {
                found.push(Reliance { policy, label, effect: statement.effect, key });
            }
        }
    }
    found
}

/// The statements of a role that are about the management of some API, each with its policy's name and
/// its index.
pub(crate) fn of_management(role: &Role) -> Vec<(&str, usize, &Statement)> {
    let documents = role.policies().filter_map(|(name, it)| Some((name, it.read().ok().flatten()?)));
    let all = documents.flat_map(|(name, document)| {
        document.statements.iter().enumerate().map(move |(index, it)| (name, index, it))
    });
    all.filter(|(_, _, it)| is_of_management(it)).collect()
}

fn is_of_management(statement: &Statement) -> bool {
    let resources = match &statement.resources {
        Some(Resources::Only(list)) => list.iter().any(|it| {
            ["/restapis/{", "/apis/{"].iter().any(|api| meets(it, &format!("arn:*:apigateway:*::{api}")))
        }),
        _ => true,
    };
    resources && CHANGES.iter().any(|action| speaks_of(statement, action))
}

fn speaks_of(statement: &Statement, action: &str) -> bool {
    let matches = |pattern: &String| meets(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase());
    match &statement.actions {
        Actions::Only(list) => list.iter().any(matches),
        Actions::AllBut(list) => !list.iter().any(matches),
    }
}
