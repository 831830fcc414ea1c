//! Requests with what becomes of them, by the page of AWS's documentation that says so.

mod accounts;
mod conditions;
mod guards;
mod laws;
mod principals;
mod reading;
mod resources;

use super::*;
use serde_json::{Value, json};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
const USER: &str = "arn:aws:iam::111122223333:user/team/ann";
const ROLE: &str = "arn:aws:iam::111122223333:role/team/r";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/r/s";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/ann";

/// A case of the user asking for an object of the own account, with some fields replaced.
fn case(fields: &Value) -> Value {
    let mut case = json!({
        "principal": USER,
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
        "resourceAccount": OWN,
    });
    for (field, value) in fields.as_object().unwrap() {
        case[field] = value.clone();
    }
    case
}

fn decided(fields: &Value) -> Decision {
    let case = case(fields);
    decide(&serde_json::from_value(case.clone()).unwrap_or_else(|error| panic!("{case}: {error}")))
}

fn decision(fields: &Value) -> Verdict {
    decided(fields).decision
}

/// Policies of one statement.
fn statement(effect: &str, more: &Value) -> Value {
    let mut statement = json!({ "Effect": effect, "Action": "*" });
    for (element, value) in more.as_object().unwrap() {
        statement[element] = value.clone();
    }
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn allow() -> Value {
    statement("Allow", &json!({ "Resource": "*" }))
}

fn deny() -> Value {
    statement("Deny", &json!({ "Resource": "*" }))
}

/// Allows something else.
fn other() -> Value {
    json!({ "Statement": { "Effect": "Allow", "Action": "ec2:*", "Resource": "*" } })
}

/// A policy of a resource that allows the principal everything.
fn grant(principal: &Value) -> Value {
    statement("Allow", &json!({ "Principal": principal }))
}

fn aws(name: &str) -> Value {
    json!({ "AWS": name })
}
