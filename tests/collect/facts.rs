//! Every field of the inventory holds what AWS said.

use crate::collected::{collected, find, holds};
use crate::run::audited;
use crate::stub::Stub;
use crate::worlds::{ACCOUNT, OTHER, account, of, rich};
use serde_json::{Value, json};

#[test]
fn every_field_is_filled() {
    let inventory = collected(&Stub::of(rich(&|_| "hush-hush-0".into())));
    assert_eq!(inventory["accounts"].as_array().unwrap().len(), 1);
    let account = &inventory["accounts"][0];
    assert_eq!(account["id"], ACCOUNT);
    assert_eq!(account["partition"], "aws");
    let region_names: Vec<_> =
        account["regions"]["items"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(region_names, ["eu-west-1", "us-east-1"]);
    for name in ["eu-west-1", "us-east-1"] {
        let region = find(&account["regions"], "name", name);
        functions(region, name);
        rest(region, name);
        v2(region, name);
        appsync(region, name);
        web_acls(region, name);
    }
    roles(account);
    let acls: Vec<_> =
        account["cloudfront_web_acls"]["items"].as_array().unwrap().iter().map(|it| &it["scope"]).collect();
    assert_eq!(acls, ["CLOUDFRONT", "CLOUDFRONT"]);
    assert!(!inventory.to_string().contains("hush-hush-0"), "{inventory:#}");
    assert!(!inventory.to_string().contains("\"unread\""), "{inventory:#}");
    assert!(!inventory.to_string().contains("\"gap\""), "{inventory:#}");
}

fn functions(region: &Value, name: &str) {
    let arn = format!("arn:aws:lambda:{name}:{ACCOUNT}:function:orders");
    let orders = find(&region["functions"], "name", "orders");
    let signed = format!("arn:aws:lambda:{name}:{ACCOUNT}:code-signing-config:csc-1");
    holds(
        orders,
        &json!({
            "arn": arn, "runtime": "python3.13", "package_type": "Zip", "timeout": 29,
            "role": format!("arn:aws:iam::{ACCOUNT}:role/orders-role"),
            "last_modified": "2026-01-02T03:04:05.000+0000",
            "environment": { "known": [{ "name": "DB_PASSWORD", "secret": "named-credential" }, { "name": "GREETING" }] },
            "kms_key": format!("arn:aws:kms:{name}:{ACCOUNT}:key/1"),
            "tracing_active": { "known": true }, "log_format": "JSON",
            "layers": [format!("arn:aws:lambda:{name}:{ACCOUNT}:layer:base:3")],
            "dead_letter": format!("arn:aws:sqs:{name}:{ACCOUNT}:dead"),
            "vpc": { "vpc": "vpc-1", "subnets": ["subnet-1"], "security_groups": ["sg-1"] },
            "tags": { "known": { "team": "shop" } }, "reserved_concurrency": { "known": 5 },
            "code_signing": { "known": { "arn": signed, "mode": { "known": "Enforce" } } },
            "aliases": { "items": [
                { "arn": format!("{arn}:live"), "name": "live", "version": "1", "weights": { "2": 0.25 } },
                { "arn": format!("{arn}:next"), "name": "next", "version": "1", "weights": {}, "policy": "absent" },
            ] },
            "versions": { "items": [
                { "arn": format!("{arn}:1"), "version": "1" },
                { "arn": format!("{arn}:2"), "version": "2", "policy": "absent" },
            ] },
            "urls": { "items": [
                { "arn": arn, "auth": { "known": "AWS_IAM" }, "cors_origins": ["*"], "created": "2026-01-02T03:04:05Z" },
                { "arn": format!("{arn}:live"), "qualifier": "live", "auth": { "known": "NONE" } },
            ] },
        }),
    );
    let own = orders["policy"]["known"].to_string();
    assert!(own.contains("gateway") && own.contains("execute-api") && !own.contains("hush-hush-0"), "{own}");
    assert!(
        orders["aliases"]["items"][0]["policy"]["known"].to_string().contains("lambda:InvokeFunctionUrl")
    );
    assert!(orders["versions"]["items"][0]["policy"]["known"].to_string().contains("999988887777"));
    let worker = find(&region["functions"], "name", "worker");
    holds(
        worker,
        &json!({
            "runtime": null, "package_type": "Image", "environment": "absent", "tracing_active": { "known": false },
            "tags": "absent", "reserved_concurrency": "absent", "policy": "absent", "kms_key": null, "vpc": null, "dead_letter": null,
            "code_signing": { "known": { "mode": { "known": "Warn" } } }, "urls": { "items": [] }, "layers": [],
        }),
    );
    holds(
        &region["event_source_mappings"],
        &json!({ "items": [
        {
            "source": format!("arn:aws:sqs:{name}:{ACCOUNT}:jobs"), "function": format!("arn:aws:lambda:{name}:{ACCOUNT}:function:worker"),
            "state": "Enabled", "batch_size": 10, "maximum_concurrency": 7, "reports_batch_item_failures": true, "filters": 1,
            "on_failure": null,
        },
        {
            "function": format!("{arn}:live"), "state": "Disabled", "reports_batch_item_failures": false, "filters": 0,
            "maximum_concurrency": null, "on_failure": format!("arn:aws:sqs:{name}:{ACCOUNT}:dead"),
        },
    ] }),
    );
}

fn rest(region: &Value, name: &str) {
    let arn = format!("arn:aws:apigateway:{name}::/restapis/rest1");
    let acl = |acl: &str| format!("arn:aws:wafv2:{name}:{ACCOUNT}:regional/webacl/{acl}/1");
    let worker = format!("arn:aws:lambda:{name}:{ACCOUNT}:function:worker");
    let orders = format!("arn:aws:lambda:{name}:{ACCOUNT}:function:orders");
    let shop = find(&region["rest_apis"], "id", "rest1");
    holds(
        shop,
        &json!({
            "arn": arn, "name": "shop", "endpoint": { "known": "REGIONAL" }, "default_endpoint_disabled": true,
            "vpc_endpoints": [], "tags": { "known": { "team": "shop" } },
            "stages": { "items": [
                {
                    "arn": format!("{arn}/stages/dev"), "name": "dev", "web_acl": { "known": acl("front") }, "access_log": "absent",
                    "variables": { "known": [] }, "throttles": { "known": [] }, "data_trace": false,
                },
                {
                    "arn": format!("{arn}/stages/prod"), "name": "prod", "web_acl": { "known": acl("front") },
                    "access_log": { "known": format!("arn:aws:logs:{name}:{ACCOUNT}:log-group:api") },
                    "throttles": { "known": [
                        { "target": "*/*", "rate": 50.0, "burst": 100 }, { "target": "~1orders/GET", "rate": null, "burst": null },
                    ] },
                    "data_trace": true,
                },
            ] },
            "methods": { "items": [
                { "path": "/open", "verb": "ANY", "authorization": { "known": "NONE" }, "integration": { "known": { "kind": "HTTP_PROXY" } } },
                {
                    "path": "/orders", "verb": "GET", "authorization": { "known": "CUSTOM" }, "authorizer": "auth1",
                    "api_key_required": false, "validator": "val1", "models": ["application/json"],
                    "required_parameters": ["method.request.querystring.id"],
                    "integration": { "known": { "kind": "AWS_PROXY", "functions": { "items": [orders] } } },
                },
                { "path": "/orders", "verb": "POST", "authorization": { "known": "NONE" }, "api_key_required": true, "validator": null },
            ] },
            "authorizers": { "items": [
                { "id": "auth1", "name": "tokens", "kind": "TOKEN", "function": worker, "qualifier": "live", "identity_source": "method.request.header.Authorization", "ttl": 0 },
                { "id": "auth2", "kind": "COGNITO_USER_POOLS", "function": null, "qualifier": null, "user_pools": [format!("arn:aws:cognito-idp:{name}:{ACCOUNT}:userpool/p1")] },
            ] },
            "validators": { "items": [{ "id": "val1", "body": true, "parameters": true }, { "id": "val2", "body": false, "parameters": false }] },
        }),
    );
    let prod = find(&shop["stages"], "name", "prod");
    let variables = prod["variables"]["known"].as_array().unwrap();
    assert!(
        variables.iter().any(|it| it["name"] == "api_token" && it["secret"] == "named-credential"),
        "{variables:?}"
    );
    let policy = shop["policy"]["known"].to_string();
    assert!(
        policy.contains("execute-api:Invoke") && policy.to_lowercase().contains("aws:referer"),
        "{policy}"
    );
    holds(
        find(&region["rest_apis"], "id", "rest2"),
        &json!({ "endpoint": { "known": "EDGE" }, "policy": "absent", "tags": "absent", "default_endpoint_disabled": false }),
    );
    holds(
        find(&region["rest_apis"], "id", "rest3"),
        &json!({ "endpoint": { "known": "PRIVATE" }, "vpc_endpoints": ["vpce-1", "vpce-2"] }),
    );
    holds(&region["api_throttle"], &json!({ "known": { "rate": 10000.0, "burst": 5000 } }));
    holds(
        &region["usage_plans"],
        &json!({ "items": [
        {
            "id": "plan1", "name": "gold", "quota": 1000, "throttle": { "rate": 10.0, "burst": 20 },
            "stages": [{ "api": "rest1", "stage": "prod", "throttles": [{ "target": "/orders/GET", "rate": 1.0, "burst": 2 }] }],
        },
        { "id": "plan2", "quota": null, "throttle": null, "stages": [] },
    ] }),
    );
    let mappings = json!({ "items": [{ "path": "", "api": "rest1", "stage": "prod" }, { "path": "v2", "api": "http1", "stage": "$default" }] });
    holds(
        find(&region["domain_names"], "name", "api.example.com"),
        &json!({
            "security_policy": "TLS_1_2", "mutual_tls": true, "mappings": mappings,
        }),
    );
}

fn v2(region: &Value, name: &str) {
    let arn = format!("arn:aws:apigateway:{name}::/apis/http1");
    let function = |function: &str| format!("arn:aws:lambda:{name}:{ACCOUNT}:function:{function}");
    holds(
        find(&region["apis"], "id", "http1"),
        &json!({
            "arn": arn, "name": "front", "protocol": { "known": "HTTP" }, "default_endpoint_disabled": true, "cors_origins": ["https://shop.example"],
            "tags": { "known": { "team": "front" } },
            "routes": { "items": [
                { "id": "route2", "key": "$default", "authorization": { "known": "NONE" }, "authorizer": null, "integration": "i1" },
                { "key": "GET /orders", "authorization": { "known": "JWT" }, "authorizer": "jwt1", "api_key_required": false },
            ] },
            "integrations": { "items": [
                { "id": "i1", "kind": "AWS_PROXY", "functions": { "items": [function("orders")] } }, { "id": "i2", "kind": "HTTP_PROXY", "functions": { "items": [] } },
            ] },
            "authorizers": { "items": [
                { "id": "jwt1", "kind": "JWT", "issuer": "https://id.example", "audiences": ["shop"], "identity_sources": ["$request.header.Authorization"] },
                { "id": "req1", "name": "lambda", "kind": "REQUEST", "function": function("worker"), "qualifier": null, "ttl": 300 },
                { "id": "req3", "function": format!("arn:aws:lambda:ap-south-1:{OTHER}:function:gate"), "qualifier": "7", "ttl": null },
            ] },
            "stages": { "items": [
                {
                    "arn": format!("{arn}/stages/$default"), "name": "$default",
                    "access_log": { "known": format!("arn:aws:logs:{name}:{ACCOUNT}:log-group:http") },
                    "variables": { "known": [{ "name": "client_secret", "secret": "named-credential" }] },
                    "throttles": { "known": [{ "target": "GET /orders", "rate": 2.5, "burst": null }, { "target": "default", "rate": 5.0, "burst": 10 }] },
                    "data_trace": false,
                },
                { "name": "dev", "access_log": "absent", "variables": { "known": [] } },
            ] },
        }),
    );
    holds(
        find(&region["apis"], "id", "ws1"),
        &json!({
            "protocol": { "known": "WEBSOCKET" }, "tags": "absent",
            "routes": { "items": [{ "key": "$connect", "authorization": { "known": "CUSTOM" }, "api_key_required": true }] },
            "stages": { "items": [{ "name": "prod", "data_trace": true }] },
        }),
    );
}

fn appsync(region: &Value, name: &str) {
    let function = |function: &str| format!("arn:aws:lambda:{name}:{ACCOUNT}:function:{function}");
    let acl = format!("arn:aws:wafv2:{name}:{ACCOUNT}:regional/webacl/graphql/1");
    holds(
        find(&region["graphql_apis"], "id", "graphql1"),
        &json!({
            "arn": format!("arn:aws:appsync:{name}:{ACCOUNT}:apis/graphql1"), "name": "catalogue", "private": false,
            "auth": { "items": [
                { "mode": { "known": "API_KEY" }, "app_client_pinned": false, "ttl": null, "token_validated": false },
                { "mode": { "known": "AMAZON_COGNITO_USER_POOLS" }, "user_pool": "p1", "app_client_pinned": true },
                { "mode": { "known": "OPENID_CONNECT" }, "oidc": { "issuer": "https://id.example", "client_pinned": true } },
                { "mode": { "known": "AWS_LAMBDA" }, "function": function("worker"), "qualifier": "live", "ttl": 120, "token_validated": true },
            ] },
            "fields": { "known": [
                { "mode": "API_KEY", "operations": 1, "total": 2, "fields": [{ "name": "Query.getOrder" }, { "name": "Order.id" }] },
                { "mode": "AMAZON_COGNITO_USER_POOLS", "operations": 1, "total": 2, "fields": [
                    { "name": "Query.listOrders", "groups": ["staff"] }, { "name": "Order.id", "groups": null },
                ] },
                { "mode": "OPENID_CONNECT", "operations": 1, "total": 2, "fields": [{ "name": "Query.open" }, { "name": "Order.cost" }] },
                { "mode": "AWS_LAMBDA", "operations": 1, "total": 1, "fields": [{ "name": "Query.open" }] },
            ] },
            "tags": { "known": { "team": "catalogue" } },
            "web_acl": { "known": acl }, "field_log_level": { "known": "ERROR" }, "introspection": false,
            "query_depth_limit": 12, "resolver_count_limit": 50,
            "api_keys": { "items": [1_800_000_000, 4_102_444_800_i64] },
            "data_sources": { "items": [
                { "name": "orders", "kind": "AWS_LAMBDA", "function": function("orders") }, { "name": "table", "kind": "AMAZON_DYNAMODB", "function": null },
            ] },
        }),
    );
    // Its own answer names no web ACL: the ACL's list does.
    holds(
        find(&region["graphql_apis"], "id", "graphql2"),
        &json!({
            "private": true, "web_acl": { "known": acl }, "field_log_level": "absent", "fields": "absent", "tags": "absent", "introspection": true,
            "query_depth_limit": 0, "api_keys": { "items": [] },
            "auth": { "items": [{ "mode": { "known": "AMAZON_COGNITO_USER_POOLS" }, "user_pool": "p2", "app_client_pinned": false, "default_action": "DENY" }] },
        }),
    );
    holds(
        find(&region["event_apis"], "id", "events1"),
        &json!({
            "arn": format!("arn:aws:appsync:{name}:{ACCOUNT}:apis/events1"), "name": "chat",
            "auth": { "items": [{ "mode": { "known": "API_KEY" } }, { "mode": { "known": "AMAZON_COGNITO_USER_POOLS" }, "user_pool": "p1" }] },
            "connection": ["API_KEY"], "publish": ["AMAZON_COGNITO_USER_POOLS"], "subscribe": ["API_KEY"],
            "log_level": { "known": "ALL" }, "api_keys": { "items": [1_800_000_000, 4_102_444_800_i64] },
        }),
    );
    holds(
        find(&region["event_apis"], "id", "events2"),
        &json!({
            "connection": ["AWS_IAM"], "log_level": "absent", "api_keys": { "items": [] },
        }),
    );
}

fn web_acls(region: &Value, name: &str) {
    holds(
        find(&region["web_acls"], "name", "front"),
        &json!({
            "arn": format!("arn:aws:wafv2:{name}:{ACCOUNT}:regional/webacl/front/1"), "id": "1", "scope": "REGIONAL",
        }),
    );
}

fn roles(account: &Value) {
    let orders = find(&account["roles"], "name", "orders-role");
    holds(
        orders,
        &json!({
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/orders-role"), "tags": { "team": "shop" },
            "inline": { "items": [{ "name": "inline" }] },
            "attached": { "items": [
                { "name": "own", "arn": format!("arn:aws:iam::{ACCOUNT}:policy/own") },
                { "name": "AWSLambdaBasicExecutionRole" },
            ] },
            "boundary": { "known": { "arn": format!("arn:aws:iam::{ACCOUNT}:policy/own"), "name": "own" } },
        }),
    );
    // Percent-encoded once by IAM, and decoded once: the policy's own percent sign stays.
    let inline = orders["inline"]["items"][0]["document"]["known"].to_string();
    assert!(inline.contains("arn:aws:s3:::shop/100%25 & more/*"), "{inline}");
    // The default version counts, not the first.
    let own = orders["attached"]["items"][0]["document"]["known"].to_string();
    assert!(own.contains("dynamodb:GetItem"), "{own}");
    assert_eq!(orders["attached"]["items"][0]["document"], orders["boundary"]["known"]["document"]);
    assert!(orders["attached"]["items"][1]["document"]["known"].to_string().contains("logs:PutLogEvents"));
    let worker = find(&account["roles"], "name", "worker-role");
    holds(
        worker,
        &json!({ "inline": { "items": [] }, "attached": { "items": [] }, "boundary": "absent", "tags": {} }),
    );
    let trust = worker["trust"]["known"].to_string().to_lowercase();
    assert!(trust.contains("lambda.amazonaws.com") && trust.contains("sts:externalid"), "{trust}");
}

#[test]
fn tags_that_lambda_withheld_are_not_absent() {
    let mut account = account(ACCOUNT, &["eu-west-1"], &|_| "hush".into());
    let region = account.regions.get_mut("eu-west-1").unwrap();
    region.functions[0].details["Tags"].take();
    region.functions[0].details["TagsError"] =
        json!({ "ErrorCode": "AccessDeniedException", "Message": "lambda:ListTags" });
    let inventory = collected(&Stub::of(of(vec![account])));
    let region = &inventory["accounts"][0]["regions"]["items"][0];
    let tags = &find(&region["functions"], "name", "orders")["tags"];
    assert_eq!(tags["unread"]["action"], "lambda:ListTags", "{tags}");
}

#[test]
fn variables_that_lambda_could_not_decrypt_are_unknown() {
    let mut account = account(ACCOUNT, &["eu-west-1"], &|_| "hush".into());
    let region = account.regions.get_mut("eu-west-1").unwrap();
    region.functions[0].config["Environment"] =
        json!({ "Error": { "ErrorCode": "AccessDeniedException", "Message": "no" } });
    let stub = Stub::of(of(vec![account]));
    let ran = audited(&stub, ACCOUNT);
    assert_eq!(ran.code, Some(3));
    let gaps = ran.report()["gaps"].clone();
    assert!(gaps.as_array().unwrap().iter().all(|it| it["action"] == "kms:Decrypt"), "{gaps:#}");
}
