//! Who the resource policy of a function, alias or version lets in, and how evidence shows it.

use audit::Scope;
use inventory::Invocable;
use policy::{Audience, Document, Grant, Principal, Principals, Request, Statement, who_can};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A way to use a function: an action, and what is known of every such request.
#[derive(Debug)]
pub(crate) struct Way {
    /// The IAM action.
    pub(crate) action: &'static str,
    context: &'static [(&'static str, Option<&'static str>)],
}

const URL_AUTH: &str = "lambda:FunctionUrlAuthType";
const VIA_URL: &str = "lambda:InvokedViaFunctionUrl";

/// The first action that a request to a URL without authentication needs.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
pub(crate) const OPEN_URL: Way =
    Way { action: "lambda:InvokeFunctionUrl", context: &[(URL_AUTH, Some("NONE"))] };

/// The second action, since October 2025.
pub(crate) const INVOKE_VIA_URL: Way =
    Way { action: "lambda:InvokeFunction", context: &[(VIA_URL, Some("true"))] };

/// What a signed caller can do to a function: run it, read it, change it, let others in.
/// A direct call is asked for twice, since AWS does not say whether it lacks the key of URLs.
pub(crate) const SIGNED: &[Way] = &[
    direct("lambda:InvokeFunction"),
    Way { action: "lambda:InvokeFunction", context: &[(URL_AUTH, None), (VIA_URL, Some("false"))] },
    Way { action: "lambda:InvokeFunctionUrl", context: &[(URL_AUTH, Some("AWS_IAM"))] },
    direct("lambda:InvokeAsync"),
    direct("lambda:GetFunction"),
    direct("lambda:GetFunctionConfiguration"),
    direct("lambda:UpdateFunctionCode"),
    direct("lambda:UpdateFunctionConfiguration"),
    direct("lambda:UpdateAlias"),
    direct("lambda:AddPermission"),
    direct("lambda:PutResourcePolicy"),
    direct("lambda:DeleteFunction"),
];

/// How services run a function: as events, and CloudFront through the URL.
pub(crate) const BY_SERVICES: &[Way] = &[
    Way { action: "lambda:InvokeFunction", context: &[] },
    Way { action: "lambda:InvokeFunctionUrl", context: &[] },
];

/// The condition keys that name on whose behalf a service acts, lower case.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn>
pub(crate) const SOURCES: &[&str] =
    &["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"];

const fn direct(action: &'static str) -> Way {
    Way { action, context: &[(URL_AUTH, None), (VIA_URL, None)] }
}

/// A statement that lets somebody in, over all the ways that were asked about.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    /// The statement.
    pub(crate) statement: &'a Statement,
    /// Its widest grant among the audiences that were asked about.
    pub(crate) grant: Grant,
    /// The actions it allows them, each once.
    pub(crate) actions: Vec<&'static str>,
}

/// The statements that let in signed callers of those audiences, in the policy's order.
pub(crate) fn signed<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    ways: &[Way],
    audiences: RangeInclusive<Audience>,
) -> Vec<Opening<'a>> {
    openings(policy, invocable, scope, ways, true, &audiences)
}

/// The statements that let in callers whom nobody authenticates, wherever they are.
pub(crate) fn unsigned<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    way: &Way,
) -> Vec<Opening<'a>> {
    let audiences = Audience::AnyAwsPrincipal..=Audience::Anonymous;
    openings(policy, invocable, scope, std::slice::from_ref(way), false, &audiences)
}

fn openings<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    ways: &[Way],
    signed: bool,
    audiences: &RangeInclusive<Audience>,
) -> Vec<Opening<'a>> {
    let mut found: BTreeMap<usize, Opening<'a>> = BTreeMap::new();
    for Way { action, context } in ways {
        let owner = &scope.account.id;
        let grants = who_can(policy, &Request { action, resource: invocable.arn, owner, signed, context });
        for grant in grants.into_iter().filter(|it| audiences.contains(&it.audience)) {
            let Some(statement) = policy.statements.get(grant.statement) else {
                continue;
            };
            let first = || Opening { statement, grant: grant.clone(), actions: Vec::new() };
            let opening = found.entry(grant.statement).or_insert_with(first);
            if !opening.actions.contains(action) {
                opening.actions.push(action);
            }
            if grant.audience > opening.grant.audience {
                opening.grant = grant;
            }
        }
    }
    found.into_values().collect()
}

impl Opening<'_> {
    /// The services that the statement names.
    pub(crate) fn services(&self) -> Vec<&str> {
        let Some(Principals::Only(principals)) = &self.statement.principals else {
            return Vec::new();
        };
        let mut services = Vec::new();
        for principal in principals {
            if let Principal::Service(name) = principal {
                services.push(name.as_str());
            }
        }
        services
    }

    /// The values that an effective or ineffective condition compares that key with.
    pub(crate) fn values_of(&self, key: &str) -> impl Iterator<Item = &str> {
        let conditions = self.grant.restrictions.iter();
        conditions.filter(move |it| it.key == key).flat_map(|it| it.values.iter().map(String::as_str))
    }

    /// Whether a condition, effective or not, tests one of those keys.
    pub(crate) fn names(&self, keys: &[&str]) -> bool {
        let mut conditions = self.grant.restrictions.iter();
        conditions.any(|it| keys.contains(&it.key.as_str()))
    }

    /// The statement as evidence, secrets masked:
    /// `statement Open: Allow * lambda:InvokeFunction if StringEquals aws:PrincipalOrgID = o-1`.
    pub(crate) fn evidence(&self) -> String {
        let Grant { label, .. } = &self.grant;
        let masked = Document { statements: vec![self.statement.clone()], ..Document::default() }.masked();
        let shown = masked.statements.first().map(describe).unwrap_or_default();
        format!("statement {label}: Allow {shown}")
    }
}

fn describe(statement: &Statement) -> String {
    let principals = match &statement.principals {
        Some(Principals::Only(list)) => join(list.iter().map(principal)),
        Some(Principals::AllBut(list)) => format!("all but {}", join(list.iter().map(principal))),
        None => String::new(),
    };
    let actions = match &statement.actions {
        policy::Actions::Only(list) => join(list.iter().map(String::as_str)),
        policy::Actions::AllBut(list) => {
            format!("all but {}", join(list.iter().map(String::as_str)))
        }
    };
    let conditions = statement.conditions.iter().map(|condition| {
        let values = join(condition.values.iter().map(String::as_str));
        format!("{} {} = {values}", condition.operator_name(), condition.key)
    });
    let conditions: Vec<_> = conditions.collect();
    if conditions.is_empty() {
        format!("{principals} {actions}, no conditions")
    } else {
        format!("{principals} {actions} if {}", conditions.join(" and "))
    }
}

fn principal(principal: &Principal) -> &str {
    match principal {
        Principal::Anyone => "*",
        Principal::Aws(text)
        | Principal::Service(text)
        | Principal::Federated(text)
        | Principal::CanonicalUser(text) => text,
    }
}

/// The first few of a list, and how many there are beyond them.
pub(crate) fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let texts: Vec<_> = texts.collect();
    let more = texts.len().saturating_sub(SHOWN);
    let shown: Vec<_> = texts.into_iter().take(SHOWN).collect();
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}
