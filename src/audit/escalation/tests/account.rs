//! Small accounts, and abilities read from their policies.

use crate::escalation::{Abilities, Escalation, Evidence, Judgement, Landscape, judge};
use inventory::{Account, AttachedPolicy, Fact, Function, Gap, Listing, NamedPolicy, Region, Role};
use policy::{Actions, Condition, Document, Effect, Operator, Resources, Statement};
use serde_json::{Value, json};

pub(super) const ACCOUNT: &str = "111122223333";

pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

pub(super) fn document(statements: &Value) -> Document {
    Document::from_value(&json!({ "Version": "2012-10-17", "Statement": statements })).unwrap()
}

/// A trust policy's statement for services, accounts and roles.
pub(super) fn trusting(principal: &Value) -> Value {
    json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" })
}

pub(super) fn service(name: &str) -> Value {
    trusting(&json!({ "Service": name }))
}

pub(super) fn allow(actions: &Value, resources: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// A role with one embedded policy.
pub(super) fn role(name: &str, trust: &Value, statements: &Value) -> Role {
    Role {
        arn: arn(name),
        name: name.into(),
        trust: Fact::Known(document(trust)),
        inline: Listing::complete(vec![NamedPolicy {
            name: "own".into(),
            document: Fact::Known(document(statements)),
        }]),
        attached: Listing::complete(Vec::new()),
        boundary: Fact::Absent,
        ..Role::default()
    }
}

pub(super) fn administrator(name: &str, trust: &Value) -> Role {
    role(name, trust, &allow(&json!("*"), &json!("*")))
}

/// The role that is judged.
pub(super) fn subject(statements: &Value) -> Role {
    role("app", &service("lambda.amazonaws.com"), statements)
}

pub(super) fn attached(name: &str, statements: &Value) -> AttachedPolicy {
    AttachedPolicy {
        arn: format!("arn:aws:iam::{ACCOUNT}:policy/{name}"),
        name: name.into(),
        document: Fact::Known(document(statements)),
    }
}

pub(super) fn function(name: &str, role: &str) -> Function {
    Function {
        arn: format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}"),
        name: name.into(),
        runtime: Some("nodejs22.x".into()),
        package_type: "Zip".into(),
        role: arn(role),
        aliases: Listing::complete(Vec::new()),
        code_signing: Fact::Absent,
        ..Function::default()
    }
}

pub(super) fn account(roles: Vec<Role>, functions: Vec<Function>) -> Account {
    let region = Region { functions: Listing::complete(functions), ..Region::default() };
    Account {
        id: ACCOUNT.into(),
        roles: Listing::complete(roles),
        regions: Listing::complete(vec![region]),
        ..Account::default()
    }
}

pub(super) fn gap(action: &str) -> Gap {
    Gap { action: action.into(), message: "AccessDenied".into(), ..Gap::default() }
}

/// Judges the account's first role.
pub(super) fn judged(account: &Account) -> Judgement {
    judge(&account.roles.items[0], &Landscape::of(account), &Policies)
}

/// The path of that id, if it works.
pub(super) fn works<'a>(judgement: &'a Judgement, id: &str) -> Option<&'a Escalation> {
    judgement.works.iter().find(|found| found.path.id == id)
}

pub(super) fn ids(judgement: &Judgement) -> Vec<&str> {
    let mut ids: Vec<_> = judgement.works.iter().map(|found| found.path.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

/// What the roles' policies say, read simply: wildcards, and conditions on settled keys.
pub(super) struct Policies;

impl Abilities for Policies {
    fn can(
        &self,
        role: &Role,
        action: &str,
        resource: &str,
        context: &[(&str, Option<&str>)],
    ) -> Option<Evidence> {
        let mut evidence = Evidence { exact: true, ..Evidence::default() };
        let mut certain = false;
        for (name, document) in role.policies() {
            for (index, statement) in document.known().into_iter().flat_map(|it| &it.statements).enumerate() {
                let Some(on) = concerns(statement, action, resource) else {
                    continue;
                };
                let held: Vec<_> = statement.conditions.iter().map(|it| holds(it, context)).collect();
                if held.contains(&Some(false)) {
                    continue;
                }
                if statement.effect == Effect::Deny {
                    return None;
                }
                certain |= !held.contains(&None);
                evidence.statements.push((name.to_owned(), statement.label(index)));
                evidence.resources.extend(on);
            }
        }
        evidence.exact = certain;
        (!evidence.statements.is_empty()).then_some(evidence)
    }
}

/// The patterns on which a statement is about what is asked.
fn concerns(statement: &Statement, action: &str, resource: &str) -> Option<Vec<String>> {
    let Actions::Only(actions) = &statement.actions else {
        return None;
    };
    let Some(Resources::Only(resources)) = &statement.resources else {
        return None;
    };
    let common = |own: &String| match () {
        () if matches(own, resource) => Some(resource.to_owned()),
        () if resource != "*" && matches(resource, own) => Some(own.clone()),
        () => None,
    };
    let on: Vec<_> = resources.iter().filter_map(common).collect();
    (actions.iter().any(|own| matches(own, action)) && !on.is_empty()).then_some(on)
}

fn holds(condition: &Condition, context: &[(&str, Option<&str>)]) -> Option<bool> {
    let (_, value) = context.iter().find(|(key, _)| key.eq_ignore_ascii_case(&condition.key))?;
    let among = value.is_some_and(|value| condition.values.iter().any(|own| matches(own, value)));
    Some(match condition.operator {
        Operator::Null => condition.values.contains(&value.is_none().to_string()),
        Operator::StringNotEquals | Operator::ArnNotEquals => !among,
        _ => among || condition.if_exists && value.is_none(),
    })
}

/// Whether the pattern matches the text, in which `*` counts as any other character.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}
