//! Small accounts.

use crate::abilities::Directory;
use crate::escalation::{Escalation, Judgement, Landscape, judge};
use crate::tests::TODAY;
use inventory::{Account, AttachedPolicy, Fact, Function, Gap, Listing, NamedPolicy, Region, Role};
use policy::Document;
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
    let directory = Directory::of(account, TODAY, |_| &[]);
    judge(&account.roles.items[0], &Landscape::of(account, TODAY, &directory), &directory)
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
