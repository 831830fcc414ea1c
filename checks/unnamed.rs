//! What a role may do with functions and APIs that its policies name neither by their ARN nor by a tag.

use crate::api_tags;
use crate::everywhere::{self, UNHEARD_OF};
use audit::Scope;
use inventory::Role;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked: the action, the resource after `arn:PARTITION:`, and what it comes to.
const ASKED: [(&str, &str, &str); 7] = [
    ("lambda:InvokeFunction", "lambda:{region}:{account}:function:{name}", "invoke every function"),
    ("lambda:InvokeFunctionUrl", "lambda:{region}:{account}:function:{name}", "call every function's URL"),
    ("execute-api:Invoke", "execute-api:{region}:{account}:{name}/{name}/GET/{name}", "call every API"),
    ("apigateway:PATCH", "apigateway:{region}::/restapis/{name}", "change every REST API"),
    ("apigateway:DELETE", "apigateway:{region}::/restapis/{name}", "delete every REST API"),
    ("apigateway:PATCH", "apigateway:{region}::/apis/{name}", "change every HTTP and WebSocket API"),
    ("apigateway:DELETE", "apigateway:{region}::/apis/{name}", "delete every HTTP and WebSocket API"),
];

/// What a statement lets the role do with everything.
#[derive(Default)]
pub(crate) struct Wide<'a> {
    /// What that comes to, for people.
    pub(crate) can: BTreeSet<&'static str>,
    /// The actions.
    pub(crate) actions: BTreeSet<&'static str>,
    /// The tags that the statement has conditions on: what lacks them fulfils those.
    pub(crate) tags: BTreeSet<&'a str>,
    /// Whether there is no doubt.
    pub(crate) exact: bool,
}

/// What the role may do with a function or API of a name that nobody has heard of and without any of
/// the tags that its policies speak of, by the statement that lets it.
pub(crate) fn wide<'a>(role: &'a Role, scope: &Scope<'a>) -> BTreeMap<String, Wide<'a>> {
    let tags = api_tags::condition_keys(role);
    let untagged: Vec<_> = tags.into_iter().map(|key| (key, None)).collect();
    let mut found: BTreeMap<String, Wide> = BTreeMap::new();
    for (action, resource, can) in ASKED {
        // A Deny by tag keeps the role from some APIs: which those are is told by their tags.
        if api_tags::guard(role, action) || everywhere::somewhere(role, scope, action, &untagged).is_none() {
            continue;
        }
        for arn in arns(resource, scope) {
            let Some(ability) = everywhere::can(role, scope, action, &arn, &untagged) else { continue };
            for by in &ability.statements {
                let wide = found.entry(by.to_string()).or_default();
                wide.can.insert(can);
                wide.actions.insert(action);
                wide.tags.extend(by.statement.conditions.iter().filter_map(api_tags::key));
                wide.exact |= ability.exact;
            }
        }
    }
    found
}

/// The ARN of such a resource in each region.
fn arns<'a>(resource: &'a str, scope: &'a Scope) -> impl Iterator<Item = String> + 'a {
    let account = scope.account;
    account.regions.iter().map(move |region| {
        let resource = resource.replace("{region}", &region.name).replace("{name}", UNHEARD_OF);
        format!("arn:{}:{}", account.partition, resource.replace("{account}", &account.id))
    })
}
