//! Roles with policies that AWS manages, and what they can do.

use audit::{Abilities, evaluate};
use flate2::read::GzDecoder;
use inventory::{Account, AttachedPolicy, Fact, Function, Inventory, Listing, Region, Role};
use policy::{Actions, Ask, Document, Effect};
use reference::actions::{self, Action};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead as _, BufReader};

const POLICIES: &[u8] = include_bytes!("../../data/managed-policies/policies.jsonl.gz");
const ACCOUNT: &str = "111122223333";

/// So many managed policies has each role.
const ATTACHED: usize = 3;

/// An account with that many roles, each with another set of managed policies, and a function for each.
///
/// # Errors
/// Data that does not parse.
pub fn inventory(roles: usize) -> Result<Inventory, Box<dyn Error>> {
    let mut policies = Vec::new();
    for line in BufReader::new(GzDecoder::new(POLICIES)).lines() {
        let policy: Value = serde_json::from_str(&line?)?;
        let arn = policy.pointer("/arn").and_then(Value::as_str).unwrap_or_default().to_owned();
        let document = policy.pointer("/document").map(Document::from_value).transpose()?;
        policies.push(AttachedPolicy {
            name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            arn,
            document: document.map_or(Fact::Absent, Fact::Known),
        });
    }
    let trust = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow",
        "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" } });
    let trust = Document::from_value(&trust)?;
    // A stride that is no divisor of their number visits all of them.
    let attached = |role: usize| {
        let places = (0..ATTACHED).map(|place| role * 7 + place * 419);
        places.filter_map(|place| policies.get(place % policies.len()).cloned()).collect::<Vec<_>>()
    };
    let role = |number: usize| Role {
        arn: format!("arn:aws:iam::{ACCOUNT}:role/worker-{number}"),
        name: format!("worker-{number}"),
        trust: Fact::Known(trust.clone()),
        inline: Listing::complete(Vec::new()),
        attached: Listing::complete(attached(number)),
        boundary: Fact::Absent,
        ..Role::default()
    };
    let function = |number: usize| Function {
        arn: format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:worker-{number}"),
        name: format!("worker-{number}"),
        runtime: Some("nodejs22.x".into()),
        package_type: "Zip".into(),
        role: format!("arn:aws:iam::{ACCOUNT}:role/worker-{number}"),
        aliases: Listing::complete(Vec::new()),
        code_signing: Fact::Absent,
        ..Function::default()
    };
    let region = Region {
        name: "eu-west-1".into(),
        functions: Listing::complete((0..roles).map(function).collect()),
        ..Region::default()
    };
    let account = Account {
        id: ACCOUNT.into(),
        roles: Listing::complete((0..roles).map(role).collect()),
        regions: Listing::complete(vec![region]),
        ..Account::default()
    };
    Ok(Inventory { accounts: vec![account], ..Inventory::default() })
}

/// How many of the known actions the roles may do, on some resource: each action that an Allow of a role
/// names, if no Deny and no boundary takes it away.
pub fn expanded(inventory: &Inventory) -> usize {
    let may = |role, account| {
        let abilities = Abilities::of(role, account, inventory.today(), &[]);
        let allowed = named(role).into_iter().filter(|action| {
            let resource = action.resource_level().then_some("*");
            abilities.can(&Ask { action: &action.to_string(), resource, context: &[] }).is_some()
        });
        allowed.count()
    };
    let roles = inventory.accounts.iter().flat_map(|it| it.roles.iter().map(move |role| (role, it)));
    roles.map(|(role, account)| may(role, account)).sum()
}

/// The known actions that an Allow of the role may name.
fn named(role: &Role) -> BTreeSet<Action> {
    let documents = role.policies().filter_map(|(_, document)| document.known());
    let allows = documents.flat_map(|it| &it.statements).filter(|it| it.effect == Effect::Allow);
    let patterns = allows.flat_map(|it| match &it.actions {
        Actions::Only(list) => list.iter().map(String::as_str).collect(),
        Actions::AllBut(_) => vec!["*"],
    });
    patterns.flat_map(actions::expand).collect()
}

/// What the checks of that code find in the inventory.
pub fn findings(inventory: &Inventory, code: &str) -> usize {
    let check = checks::ALL.iter().filter(|check| check.code == code);
    check.map(|check| evaluate(inventory, std::slice::from_ref(check)).len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many actions a role with those statements may do.
    fn may(statements: &Value) -> usize {
        let mut inventory = inventory(1).unwrap();
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        let policy = &mut inventory.accounts[0].roles.items[0].attached.items;
        policy.truncate(1);
        policy[0].document = Fact::Known(Document::from_value(&document).unwrap());
        expanded(&inventory)
    }

    #[test]
    fn what_a_role_may_do_is_what_is_named_and_not_denied() {
        let statement = |effect: &str, element: &str, actions: &[&str]| json!({ "Effect": effect, element: actions, "Resource": "*" });
        let all = actions::expand("*").count();
        let gets = actions::expand("s3:Get*").count();
        assert_eq!(may(&json!([])), 0);
        assert_eq!(may(&statement("Allow", "Action", &["s3:Get*", "s3:GetObject"])), gets);
        assert_eq!(may(&statement("Allow", "NotAction", &["s3:Get*"])), all - gets);
        let denied =
            [statement("Allow", "Action", &["s3:Get*"]), statement("Deny", "Action", &["s3:GetObject"])];
        assert_eq!(may(&json!(denied)), gets - 1);
    }
}
