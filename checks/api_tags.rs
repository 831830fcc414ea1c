//! Tags of APIs, and the statements of roles that go by them.
//!
//! API Gateway knows `aws:ResourceTag` for the management of APIs. For `execute-api:Invoke` it does not:
//! no tag ever decided who may call an API.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html>

use audit::Scope;
use inventory::{Account, Fact, Gap, Role};
use policy::{Ask, Condition, Document, Effect, Operator, Resources, Statement, meets};
use std::collections::BTreeMap;

/// What a condition on a tag of the resource begins with.
const RESOURCE_TAG: &str = "aws:ResourceTag/";

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

/// An API whose tag no statement of the account knows.
#[derive(Debug)]
pub(crate) struct Drifted {
    /// What its tag is instead, for people.
    pub(crate) line: String,
    /// Whether the role may change the API all the same.
    pub(crate) open: bool,
}

/// The tag that a condition is on.
pub(crate) fn key(condition: &Condition) -> Option<&str> {
    let (prefix, key) = condition.key.split_at_checked(RESOURCE_TAG.len())?;
    prefix.eq_ignore_ascii_case(RESOURCE_TAG).then_some(key)
}

/// Every statement of the role about the management of APIs that goes by a tag.
pub(crate) fn reliances(role: &Role) -> Vec<Reliance<'_>> {
    let mut found: Vec<Reliance> = Vec::new();
    for (policy, _, index, statement) in of_management(role) {
        for key in statement.conditions.iter().filter_map(key) {
            let label = statement.label(index);
            if !found.iter().any(|it| (it.policy, &it.label, it.key) == (policy, &label, key)) {
                found.push(Reliance { policy, label, effect: statement.effect, key });
            }
        }
    }
    found
}

/// The APIs of the account whose tag of that key has no value that a statement of any role names.
///
/// # Errors
/// The gap of tags or listings, where no such API is known.
pub(crate) fn drifted(reliance: &Reliance, role: &Role, scope: &Scope) -> Result<Vec<Drifted>, Gap> {
    let (mut found, mut gap) = (Vec::new(), unlisted(scope.account));
    for api in apis(scope.account) {
        let tags = match api.tags.read() {
            Ok(tags) => tags,
            Err(unread) => {
                gap = gap.or(Some(unread));
                continue;
            }
        };
        let own =
            |wanted: &str| tags.and_then(|it| it.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)));
        let value = own(reliance.key).map(|(_, value)| value.as_str());
        if value.is_some_and(|value| is_known(scope.account, reliance.key, value)) {
            continue;
        }
        let line = match value {
            Some(value) => format!("API {} ({}): tag {} is {value}", api.name, api.arn, reliance.key),
            None => format!("API {} ({}) has no tag {}", api.name, api.arn, reliance.key),
        };
        found.push(Drifted { line, open: may_change(role, scope, &api, reliance.key) });
    }
    gap.filter(|_| found.is_empty()).map_or(Ok(found), Err)
}

/// A REST, HTTP or WebSocket API.
struct Api<'a> {
    arn: &'a str,
    name: &'a str,
    tags: &'a Fact<BTreeMap<String, String>>,
}

fn apis(account: &Account) -> impl Iterator<Item = Api<'_>> {
    account.regions.iter().flat_map(|region| {
        let rest = region.rest_apis.iter().map(|it| Api { arn: &it.arn, name: &it.name, tags: &it.tags });
        let others = region.apis.iter().map(|it| Api { arn: &it.arn, name: &it.name, tags: &it.tags });
        rest.chain(others)
    })
}

fn unlisted(account: &Account) -> Option<Gap> {
    let of_regions = account.regions.all().err();
    let listings = account.regions.iter().flat_map(|it| [&it.rest_apis.gap, &it.apis.gap]);
    of_regions.or(listings.flatten().next().cloned())
}

/// Whether the role may change that API, by its tags.
fn may_change(role: &Role, scope: &Scope, api: &Api, key: &str) -> bool {
    let tags = api.tags.read().ok().flatten();
    let tags = tags.into_iter().flatten();
    let own: Vec<_> =
        tags.map(|(key, value)| (format!("{RESOURCE_TAG}{key}"), Some(value.as_str()))).collect();
    let missing = format!("{RESOURCE_TAG}{key}");
    let context = own.iter().map(|(key, value)| (key.as_str(), *value)).chain([(missing.as_str(), None)]);
    let context: Vec<_> = context.collect();
    let abilities = scope.abilities(role);
    let can = |action| abilities.can(&Ask { action, resource: Some(api.arn), context: &context });
    CHANGES.into_iter().any(|action| can(action).is_some_and(|it| it.exact))
}

/// Whether a statement of some role names that value of the tag.
fn is_known(account: &Account, key: &str, value: &str) -> bool {
    account.roles.iter().any(|role| {
        let conditions = of_management(role).into_iter().flat_map(|(_, _, _, it)| &it.conditions);
        let on_key = conditions.filter(|it| self::key(it).is_some_and(|it| it.eq_ignore_ascii_case(key)));
        on_key.flat_map(|it| it.values.iter().map(move |named| (it, named))).any(|(condition, named)| {
            let named = with_tags(named, role);
            match condition.operator {
                Operator::StringLike | Operator::StringNotLike => meets(&named, value),
                Operator::StringEqualsIgnoreCase | Operator::StringNotEqualsIgnoreCase => {
                    named.eq_ignore_ascii_case(value)
                }
                Operator::StringEquals | Operator::StringNotEquals => named == value,
                _ => false,
            }
        })
    })
}

/// The value with the role's own tags for the variables that stand for them.
fn with_tags(value: &str, role: &Role) -> String {
    role.tags
        .iter()
        .fold(value.to_owned(), |text, (key, tag)| text.replace(&format!("${{aws:PrincipalTag/{key}}}"), tag))
}

/// The statements of a role that are about the management of some API, each with its policy's name and
/// its index.
fn of_management(role: &Role) -> Vec<(&str, &Document, usize, &Statement)> {
    let documents = role.policies().filter_map(|(name, it)| Some((name, it.read().ok().flatten()?)));
    let all = documents.flat_map(|(name, document)| {
        document.statements.iter().enumerate().map(move |(index, it)| (name, document, index, it))
    });
    all.filter(|(_, _, _, it)| is_of_management(it)).collect()
}

fn is_of_management(statement: &Statement) -> bool {
    let matches = |pattern: &String| {
        let pattern = pattern.to_ascii_lowercase();
        CHANGES.iter().any(|action| meets(&pattern, &action.to_ascii_lowercase()))
    };
    let actions = match &statement.actions {
        policy::Actions::Only(list) => list.iter().any(matches),
        policy::Actions::AllBut(list) => !list.iter().any(|it| it.eq_ignore_ascii_case("apigateway:*")),
    };
    let resources = match &statement.resources {
        Some(Resources::Only(list)) => list.iter().any(|it| {
            ["/restapis/{", "/apis/{"].iter().any(|api| meets(it, &format!("arn:*:apigateway:*::{api}")))
        }),
        _ => true,
    };
    actions && resources
}
