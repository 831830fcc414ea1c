//! Roles and managed policies, in IAM's words.

use super::Secrets;
use super::functions::{policy, statement};
use serde_json::{Value, json};

const CREATED: &str = "2026-01-02T03:04:05Z";

pub(super) fn roles(account: &str, secret: Secrets<'_>) -> Vec<Value> {
    let role = |name: &str, trust: Value| {
        json!({
            "Path": "/", "RoleName": name, "RoleId": "AROA", "Arn": format!("arn:aws:iam::{account}:role/{name}"),
            "CreateDate": CREATED, "AssumeRolePolicyDocument": trust_policy(&trust), "InstanceProfileList": [],
        })
    };
    let lambda = json!({ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" });
    let mut orders = role("orders-role", lambda.clone());
    orders["RolePolicyList"] = json!([{ "PolicyName": "inline", "PolicyDocument": grants("s3:*", "arn:aws:s3:::shop/100%25 & more/*") }]);
    orders["AttachedManagedPolicies"] = json!([
        { "PolicyName": "own", "PolicyArn": format!("arn:aws:iam::{account}:policy/own") },
        { "PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" },
    ]);
    orders["PermissionsBoundary"] = json!({
        "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": format!("arn:aws:iam::{account}:policy/own"),
    });
    orders["Tags"] = json!([{ "Key": "team", "Value": "shop" }]);
    let partner = statement(
        "partner",
        json!({ "AWS": "arn:aws:iam::999988887777:root" }),
        "sts:AssumeRole",
        "",
        json!({
            "StringEquals": { "sts:ExternalId": secret("ExternalId") },
        }),
    );
    let mut worker = role("worker-role", json!([lambda, without_resource(partner)]));
    worker["RolePolicyList"] = json!([]);
    vec![orders, worker]
}

pub(super) fn policies(account: &str) -> Vec<Value> {
    let managed = |arn: String, versions: Value| {
        let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
        json!({
            "PolicyName": name, "PolicyId": "ANPA", "Arn": arn, "Path": "/", "DefaultVersionId": "v2", "AttachmentCount": 1,
            "IsAttachable": true, "CreateDate": CREATED, "UpdateDate": CREATED, "PolicyVersionList": versions,
        })
    };
    let version = |id: &str, default: bool, document: String| json!({ "VersionId": id, "IsDefaultVersion": default, "CreateDate": CREATED, "Document": document });
    let own =
        json!([version("v1", false, grants("*", "*")), version("v2", true, grants("dynamodb:GetItem", "*"))]);
    let aws = json!([version("v2", true, grants("logs:PutLogEvents", "*"))]);
    vec![
        managed(format!("arn:aws:iam::{account}:policy/own"), own),
        managed("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole".into(), aws),
    ]
}

fn grants(action: &str, resource: &str) -> String {
    policy(&[json!({ "Effect": "Allow", "Action": action, "Resource": resource })])
}

fn trust_policy(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn without_resource(mut statement: Value) -> Value {
    statement.as_object_mut().map(|it| it.remove("Resource"));
    statement
}
