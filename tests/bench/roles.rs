//! Roles with policies that AWS manages, and what they can do.

use audit::evaluate;
use flate2::read::GzDecoder;
use inventory::{Account, AttachedPolicy, Fact, Function, Inventory, Listing, Region, Role};
use policy::{Actions, Document, Effect};
use reference::actions;
use serde_json::{Value, json};
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

/// How many known actions the role's statements name.
pub fn expanded(role: &Role) -> usize {
    let documents = role.policies().filter_map(|(_, document)| document.known());
    let allows = documents.flat_map(|it| &it.statements).filter(|it| it.effect == Effect::Allow);
    let patterns = allows.flat_map(|it| match &it.actions {
        Actions::Only(list) | Actions::AllBut(list) => list,
    });
    patterns.map(|pattern| actions::expand(pattern).count()).sum()
}

/// What the checks of that code find in the inventory.
pub fn findings(inventory: &Inventory, code: &str) -> usize {
    let check = checks::ALL.iter().filter(|check| check.code == code);
    check.map(|check| evaluate(inventory, std::slice::from_ref(check)).len()).sum()
}
