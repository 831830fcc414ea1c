//! `lambastion permissions`: the least read-only policy that an audit needs.

use super::policy::Policy;
use crate::cli::{self, PolicyFormat};
use crate::exit::{Exit, Failure, Outcome};
use crate::{config, plan, terminal};
use inventory::{Call, Partition};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

pub(crate) fn run(flags: &cli::Permissions) -> Outcome {
    let checks = plan::checks(&flags.selection)?;
    let loaded = config::named(flags.config.as_deref())?.unwrap_or_default();
    let roles = loaded.config.accounts.iter().filter_map(|it| it.role_arn.as_ref());
    let roles: Vec<_> = roles.map(|role| role.get_ref().to_string()).collect();
    let calls = plan::calls(&flags.selection, &checks, !roles.is_empty());
    // In a template the partition is the one that it is applied in.
    let policy = |there: &'static str| {
        let partition = flags.partition.map_or(there, Partition::name);
        Policy::of(&calls, partition, &roles)
    };
    let text = match flags.format {
        PolicyFormat::Json => pretty(&policy(Partition::Aws.name()))?,
        PolicyFormat::CloudFormation => pretty(&cloudformation(&policy("${AWS::Partition}")))?,
        PolicyFormat::Terraform => terraform(&policy("${data.aws_partition.current.partition}")),
        PolicyFormat::Markdown => markdown(&calls),
    };
    terminal::print(|out| out.write_all(text.as_bytes()))?;
    Ok(Exit::Clean)
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::internal(format!("cannot write the policy as JSON: {error}")))?;
    Ok(text + "\n")
}

/// A role that an auditor assumes with an external id.
fn cloudformation(policy: &Policy) -> Value {
    let substituted = |text: &String| {
        if text.contains("${") { json!({ "Fn::Sub": text }) } else { json!(text) }
    };
    let statements = policy.statement.iter().map(|statement| {
        let resources: Vec<_> = statement.resource.iter().map(substituted).collect();
        json!({
            "Sid": statement.sid,
            "Effect": "Allow",
            "Action": statement.action,
            "Resource": resources,
        })
    });
    let statements: Value = statements.collect();
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A role for Lambastion: the least that an audit needs, and reads only",
        "Parameters": {
            "AuditorArn": {
                "Type": "String",
                "Description": "The ARN of the principal that audits",
                "AllowedPattern": "arn:aws[a-z-]*:(iam|sts)::\\d{12}:.+",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "The external id that the auditor must name",
                "NoEcho": true,
                "MinLength": 2,
            },
        },
        "Resources": {
            "AuditRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": { "AWS": { "Ref": "AuditorArn" } },
                            "Condition": { "StringEquals": { "sts:ExternalId": { "Ref": "ExternalId" } } },
                        }],
                    },
                    "Policies": [{
                        "PolicyName": "lambastion",
                        "PolicyDocument": { "Version": "2012-10-17", "Statement": statements },
                    }],
                },
            },
        },
        "Outputs": { "RoleArn": { "Value": { "Fn::GetAtt": ["AuditRole", "Arn"] } } },
    })
}

fn terraform(policy: &Policy) -> String {
    let mut text = String::new();
    if policy.statement.iter().flat_map(|it| &it.resource).any(|it| it.contains("data.aws_partition")) {
        text.push_str("data \"aws_partition\" \"current\" {}\n\n");
    }
    text.push_str("data \"aws_iam_policy_document\" \"lambastion\" {\n");
    for (number, statement) in policy.statement.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  statement {{\n    sid = \"{}\"", statement.sid);
        list(&mut text, "actions", statement.action.iter().copied());
        list(&mut text, "resources", statement.resource.iter().map(String::as_str));
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    text
}

fn list<'a>(text: &mut String, name: &str, items: impl Iterator<Item = &'a str>) {
    let _ = writeln!(text, "    {name} = [");
    for item in items {
        let _ = writeln!(text, "      \"{item}\",");
    }
    text.push_str("    ]\n");
}

/// The calls, and how often we make each at most.
fn markdown(calls: &BTreeSet<Call>) -> String {
    let mut text = String::from(
        "| Service | Operation | IAM action | Resource path | Calls a second | Burst |\n|---|---|---|---|---|---|\n",
    );
    for call in calls {
        let (service, operation, action) = (call.service(), call.operation(), call.action());
        let path = call.path().map(|path| format!("`{path}`")).unwrap_or_default();
        let (rate, burst) = rate(*call);
        let _ = writeln!(text, "| {service} | {operation} | `{action}` | {path} | {rate} | {burst} |");
    }
    text
}

/// The narrowest of the call's buckets decides.
fn rate(call: Call) -> (f64, f64) {
    let rates = call.buckets().iter().map(|bucket| bucket.rate());
    rates.reduce(|a, b| if b.0 < a.0 { b } else { a }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use inventory::CALLS;

    #[test]
    fn templates_name_the_partition_that_they_are_applied_in() {
        let calls: BTreeSet<_> = CALLS.iter().copied().collect();
        let template = cloudformation(&Policy::of(&calls, "${AWS::Partition}", &[]));
        let document = &template["Resources"]["AuditRole"]["Properties"]["Policies"][0]["PolicyDocument"];
        assert_eq!(document["Statement"][0]["Resource"], json!(["*"]));
        let account = json!({ "Fn::Sub": "arn:${AWS::Partition}:apigateway:*::/account" });
        assert_eq!(document["Statement"][1]["Resource"][0], account);

        let partition = "${data.aws_partition.current.partition}";
        let text = terraform(&Policy::of(&calls, partition, &[]));
        assert!(text.starts_with("data \"aws_partition\" \"current\" {}\n"), "{text}");
        assert!(
            text.contains("\"arn:${data.aws_partition.current.partition}:apigateway:*::/account\""),
            "{text}"
        );
        let fixed = terraform(&Policy::of(&calls, "aws-us-gov", &[]));
        assert!(fixed.starts_with("data \"aws_iam_policy_document\""), "{fixed}");
        assert!(fixed.contains("\"arn:aws-us-gov:apigateway:*::/account\""), "{fixed}");
    }

    #[test]
    fn the_narrowest_bucket_is_the_rate() {
        assert_eq!(rate(Call::ApiGatewayGetResources), (2.5, 5.0));
        assert_eq!(rate(Call::ApiGatewayGetRestApis), (10.0, 40.0));
    }
}
