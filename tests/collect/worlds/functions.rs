//! Functions, their policies, URLs, sources and signing.

use super::{Secrets, function};
use crate::stub::{Function, Region, Signing};
use serde_json::{Value, json};

pub(super) fn fill(region: &mut Region, account: &str, name: &str, secret: Secrets<'_>) {
    region.functions =
        vec![orders(account, name, secret), worker(account, name, "worker"), worker(account, name, "idle")];
    region.mappings = mappings(account, name);
    region.signing = signing(account, name);
}

fn orders(account: &str, region: &str, secret: Secrets<'_>) -> Function {
    let arn = function(account, region, "orders");
    let config = json!({
        "FunctionName": "orders", "FunctionArn": arn, "Version": "$LATEST",
        "Runtime": "python3.13", "PackageType": "Zip", "Handler": "app.handler", "CodeSize": 321,
        "Role": format!("arn:aws:iam::{account}:role/orders-role"),
        "LastModified": "2026-01-02T03:04:05.000+0000", "CodeSha256": "c2hh", "Timeout": 29, "MemorySize": 128,
        "Environment": { "Variables": {
            "DB_PASSWORD": secret("environment"), "GREETING": secret("environment, harmless name"),
        } },
        "KMSKeyArn": format!("arn:aws:kms:{region}:{account}:key/1"),
        "TracingConfig": { "Mode": "Active" },
        "LoggingConfig": { "LogFormat": "JSON", "LogGroup": "/aws/lambda/orders" },
        "Layers": [{ "Arn": format!("arn:aws:lambda:{region}:{account}:layer:base:3"), "CodeSize": 9 }],
        "DeadLetterConfig": { "TargetArn": format!("arn:aws:sqs:{region}:{account}:dead") },
        "VpcConfig": { "VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] },
    });
    let published = |version: &str| {
        let mut config = config.clone();
        config["Version"] = version.into();
        config["FunctionArn"] = format!("{arn}:{version}").into();
        config
    };
    let alias = |name: &str, weights: Value| {
        json!({
            "AliasArn": format!("{arn}:{name}"), "Name": name, "FunctionVersion": "1",
            "RoutingConfig": { "AdditionalVersionWeights": weights },
        })
    };
    let url = |qualifier: &str, auth: &str| {
        json!({
            "FunctionUrl": format!("https://abc.lambda-url.{region}.on.aws/"),
            "FunctionArn": format!("{arn}{qualifier}"), "AuthType": auth,
            "Cors": { "AllowOrigins": ["*"] },
            "CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z",
        })
    };
    let own = statement(
        "gateway",
        json!({ "Service": "apigateway.amazonaws.com" }),
        "lambda:InvokeFunction",
        &arn,
        json!({
            "ArnLike": { "AWS:SourceArn": format!("arn:aws:execute-api:{region}:{account}:rest1/*/GET/orders") },
        }),
    );
    let alexa = statement(
        "skill",
        json!({ "Service": "alexa-appkit.amazon.com" }),
        "lambda:InvokeFunction",
        &arn,
        json!({
            "StringEquals": { "lambda:EventSourceToken": secret("EventSourceToken") },
        }),
    );
    let open = statement(
        "open",
        json!("*"),
        "lambda:InvokeFunctionUrl",
        &format!("{arn}:live"),
        json!({
            "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" },
        }),
    );
    let foreign = statement(
        "foreign",
        json!({ "AWS": "arn:aws:iam::999988887777:root" }),
        "lambda:InvokeFunction",
        &format!("{arn}:1"),
        json!({}),
    );
    let policies = [("", vec![own, alexa]), ("live", vec![open]), ("1", vec![foreign])];
    let policies = policies.map(|(qualifier, statements)| (qualifier.to_owned(), policy(&statements)));
    Function {
        versions: vec![published("1"), published("2")],
        policies: policies.into(),
        aliases: vec![alias("live", json!({ "2": 0.25 })), alias("next", json!({}))],
        urls: vec![url(":live", "NONE"), url("", "AWS_IAM")],
        details: json!({
            "Code": { "RepositoryType": "S3", "Location": format!("https://code.example/orders?X-Amz-Signature={}", secret("code location")) },
            "Tags": { "team": "shop" },
            "Concurrency": { "ReservedConcurrentExecutions": 5 },
        }),
        config,
    }
}

/// A function that needs next to nothing. Nothing leads into the idle one.
fn worker(account: &str, region: &str, name: &str) -> Function {
    Function {
        config: json!({
            "FunctionName": name, "FunctionArn": function(account, region, name), "Version": "$LATEST",
            "PackageType": "Image", "Role": format!("arn:aws:iam::{account}:role/worker-role"),
            "LastModified": "2026-01-02T03:04:05.000+0000", "Timeout": 3,
            "TracingConfig": { "Mode": "PassThrough" },
        }),
        details: json!({ "Code": { "RepositoryType": "ECR" } }),
        ..Function::default()
    }
}

/// A policy of those statements.
pub(crate) fn policy(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string()
}

/// A statement that allows.
pub(crate) fn statement(
    sid: &str,
    principal: Value,
    action: &str,
    resource: &str,
    condition: Value,
) -> Value {
    let mut statement = json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource });
    statement["Principal"] = principal;
    if condition.as_object().is_some_and(|it| !it.is_empty()) {
        statement["Condition"] = condition;
    }
    statement
}

fn mappings(account: &str, region: &str) -> Vec<Value> {
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{account}:{rest}");
    vec![
        json!({
            "UUID": "00000000-0000-0000-0000-000000000001", "BatchSize": 10, "State": "Enabled",
            "EventSourceArn": arn("sqs", "jobs"), "FunctionArn": arn("lambda", "function:worker"),
            "LastModified": 1_767_323_045.0, "ScalingConfig": { "MaximumConcurrency": 7 },
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "FilterCriteria": { "Filters": [{ "Pattern": "{}" }] },
        }),
        json!({
            "UUID": "00000000-0000-0000-0000-000000000002", "BatchSize": 100, "State": "Disabled",
            "EventSourceArn": arn("kinesis", "stream/clicks"), "FunctionArn": arn("lambda", "function:orders:live"),
            "LastModified": 1_767_323_045.0, "StartingPosition": "LATEST",
            "DestinationConfig": { "OnFailure": { "Destination": arn("sqs", "dead") } },
        }),
    ]
}

fn signing(account: &str, region: &str) -> Vec<Signing> {
    let config = |id: &str, mode: &str| {
        let arn = format!("arn:aws:lambda:{region}:{account}:code-signing-config:{id}");
        json!({
            "CodeSigningConfigId": id, "CodeSigningConfigArn": arn, "LastModified": "2026-01-02T03:04:05Z",
            "AllowedPublishers": { "SigningProfileVersionArns": [] },
            "CodeSigningPolicies": { "UntrustedArtifactOnDeployment": mode },
        })
    };
    // No third function is there: it is one that was deleted.
    let signed = ["orders", "gone"].map(|name| function(account, region, name).into());
    vec![
        Signing { config: config("csc-1", "Enforce"), functions: signed.into() },
        Signing {
            config: config("csc-2", "Warn"),
            functions: vec![function(account, region, "worker").into()],
        },
    ]
}
