//! Accounts whose roles have policies that AWS manages.

use flate2::read::GzDecoder;
use inventory::{Account, AttachedPolicy, Fact, Function, Listing, Region, Role};
use policy::Document;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

const ACCOUNT: &str = "111122223333";
const POLICIES: &[u8] = include_bytes!("../../../data/managed-policies/policies.jsonl.gz");

/// A line of the data.
#[derive(serde::Deserialize)]
struct Policy {
    arn: String,
    document: Value,
}

/// Every policy that AWS manages, by name.
pub(crate) fn policies() -> BTreeMap<String, AttachedPolicy> {
    let lines = BufReader::new(GzDecoder::new(POLICIES)).lines();
    let read = |line: std::io::Result<String>| {
        let policy: Policy = serde_json::from_str(&line.unwrap()).unwrap();
        let name = policy.arn.rsplit('/').next().unwrap().to_owned();
        let document = Fact::Known(Document::from_value(&policy.document).unwrap());
        (name.clone(), AttachedPolicy { arn: policy.arn, name, document })
    };
    lines.map(read).collect()
}

/// An execution role with those policies.
pub(crate) fn role(name: &str, attached: Vec<AttachedPolicy>) -> Role {
    let trust = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" } });
    Role {
        arn: format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        name: name.into(),
        trust: Fact::Known(Document::from_value(&trust).unwrap()),
        inline: Listing::complete(Vec::new()),
        attached: Listing::complete(attached),
        boundary: Fact::Absent,
        tags: BTreeMap::new(),
    }
}

/// An account with those roles, and a function for each.
pub(crate) fn account(roles: Vec<Role>) -> Account {
    let function = |role: &Role| Function {
        arn: format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{}", role.name),
        name: role.name.clone(),
        runtime: Some("nodejs22.x".into()),
        package_type: "Zip".into(),
        role: role.arn.clone(),
        aliases: Listing::complete(Vec::new()),
        code_signing: Fact::Absent,
        ..Function::default()
    };
    let functions = Listing::complete(roles.iter().map(function).collect());
    let region = Region { name: "eu-west-1".into(), functions, ..Region::default() };
    Account {
        id: ACCOUNT.into(),
        roles: Listing::complete(roles),
        regions: Listing::complete(vec![region]),
        service_control_policies: Fact::Absent,
        ..Account::default()
    }
}
