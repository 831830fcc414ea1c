//! REST, HTTP and WebSocket APIs, usage plans and domain names.

use super::functions::{policy, statement};
use super::{OTHER, Secrets, invocation};
use crate::stub::{Domain, HttpApi, Region, RestApi};
use serde_json::{Value, json};

pub(super) fn fill(region: &mut Region, account: &str, name: &str, secret: Secrets<'_>) {
    region.rest_apis = vec![shop(account, name, secret), plain(), inner()];
    region.usage_plans = usage_plans();
    region.domains = vec![domain("api.example.com"), domain("ws.example.com")];
    region.apis = vec![http(account, name, secret), websocket(account, name)];
}

/// As API Gateway writes a policy: the inside of a JSON string.
fn escaped(policy: &str) -> String {
    policy.replace('"', "\\\"")
}

fn shop(account: &str, region: &str, secret: Secrets<'_>) -> RestApi {
    let open = statement(
        "open",
        json!("*"),
        "execute-api:Invoke",
        "execute-api:/*",
        json!({
            "StringEquals": { "aws:Referer": secret("Referer") },
        }),
    );
    let method = |authorization: &str, integration: Value| {
        let mut method = json!({ "authorizationType": authorization, "apiKeyRequired": false });
        method["methodIntegration"] = integration;
        method
    };
    let proxy = json!({
        "type": "AWS_PROXY", "httpMethod": "POST", "uri": invocation(account, region, "orders"),
        "requestParameters": { "integration.request.header.x-key": format!("'{}'", secret("request parameter")) },
        "requestTemplates": { "application/json": format!("{{\"key\": \"{}\"}}", secret("request template")) },
        "integrationResponses": { "200": { "statusCode": "200", "responseTemplates": { "application/json": secret("response template") } } },
    });
    let outside = json!({
        "type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("https://user:{}@backend.example/", secret("integration URI")),
    });
    let mut guarded = method("CUSTOM", proxy.clone());
    guarded["authorizerId"] = "auth1".into();
    guarded["requestValidatorId"] = "val1".into();
    guarded["requestModels"] = json!({ "application/json": "Order" });
    guarded["requestParameters"] =
        json!({ "method.request.querystring.id": true, "method.request.header.trace": false });
    let mut keyed = method("NONE", proxy);
    keyed["apiKeyRequired"] = true.into();
    let stage = |name: &str| json!({ "stageName": name, "deploymentId": "d1", "createdDate": 1_767_323_045 });
    let mut prod = stage("prod");
    prod["webAclArn"] = web_acl(account, region, "front").into();
    prod["accessLogSettings"] = json!({ "destinationArn": format!("arn:aws:logs:{region}:{account}:log-group:api"), "format": "$context.requestId" });
    prod["variables"] = json!({ "api_token": secret("REST stage variable") });
    prod["canarySettings"] = json!({ "percentTraffic": 5.0, "stageVariableOverrides": { "api_token": secret("canary stage variable") } });
    prod["methodSettings"] = json!({
        "*/*": { "throttlingBurstLimit": 100, "throttlingRateLimit": 50.0, "dataTraceEnabled": true },
        "~1orders/GET": { "throttlingBurstLimit": -1, "throttlingRateLimit": -1.0 },
    });
    RestApi {
        api: json!({
            "id": "rest1", "name": "shop", "createdDate": 1_767_323_045, "endpointConfiguration": { "types": ["REGIONAL"] },
            "policy": escaped(&policy(&[open])), "disableExecuteApiEndpoint": true, "tags": { "team": "shop" },
        }),
        stages: vec![prod, stage("dev")],
        resources: vec![
            json!({ "id": "r0", "path": "/" }),
            json!({ "id": "r1", "path": "/orders", "resourceMethods": { "GET": guarded, "POST": keyed } }),
            json!({ "id": "r2", "path": "/open", "resourceMethods": { "ANY": method("NONE", outside) } }),
        ],
        authorizers: vec![
            json!({
                "id": "auth1", "name": "tokens", "type": "TOKEN", "authorizerUri": invocation(account, region, "worker:live"),
                "identitySource": "method.request.header.Authorization", "authorizerResultTtlInSeconds": 0,
                "identityValidationExpression": secret("validation expression"),
            }),
            json!({
                "id": "auth2", "name": "pool", "type": "COGNITO_USER_POOLS",
                "providerARNs": [format!("arn:aws:cognito-idp:{region}:{account}:userpool/p1")],
            }),
        ],
        validators: vec![
            json!({ "id": "val1", "name": "all", "validateRequestBody": true, "validateRequestParameters": true }),
            json!({ "id": "val2", "name": "none", "validateRequestBody": false, "validateRequestParameters": false }),
        ],
    }
}

fn plain() -> RestApi {
    RestApi {
        api: json!({ "id": "rest2", "name": "plain", "createdDate": 1_767_323_045 }),
        ..RestApi::default()
    }
}

fn inner() -> RestApi {
    RestApi {
        api: json!({
            "id": "rest3", "name": "inner", "createdDate": 1_767_323_045,
            "endpointConfiguration": { "types": ["PRIVATE"], "vpcEndpointIds": ["vpce-2", "vpce-1"] },
        }),
        ..RestApi::default()
    }
}

pub(super) fn web_acl(account: &str, region: &str, name: &str) -> String {
    format!("arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/1")
}

fn usage_plans() -> Vec<Value> {
    vec![
        json!({
            "id": "plan1", "name": "gold", "throttle": { "burstLimit": 20, "rateLimit": 10.0 },
            "quota": { "limit": 1000, "period": "DAY" },
            "apiStages": [{ "apiId": "rest1", "stage": "prod", "throttle": { "/orders/GET": { "burstLimit": 2, "rateLimit": 1.0 } } }],
        }),
        json!({ "id": "plan2", "name": "empty" }),
    ]
}

fn domain(name: &str) -> Domain {
    Domain {
        domain: json!({
            "domainName": name, "securityPolicy": "TLS_1_2",
            "mutualTlsAuthentication": { "truststoreUri": "s3://trust/store.pem" },
        }),
        mappings: vec![
            json!({ "apiId": "rest1", "apiMappingId": "m1", "apiMappingKey": "", "stage": "prod" }),
            json!({ "apiId": "http1", "apiMappingId": "m2", "apiMappingKey": "v2", "stage": "$default" }),
        ],
    }
}

fn http(account: &str, region: &str, secret: Secrets<'_>) -> HttpApi {
    let route = |id: &str, key: &str, authorization: &str| json!({ "routeId": id, "routeKey": key, "authorizationType": authorization, "apiKeyRequired": false, "target": "integrations/i1" });
    let mut guarded = route("route1", "GET /orders", "JWT");
    guarded["authorizerId"] = "jwt1".into();
    HttpApi {
        api: json!({
            "apiId": "http1", "name": "front", "protocolType": "HTTP", "createdDate": "2026-01-02T03:04:05Z",
            "routeSelectionExpression": "$request.method $request.path",
            "corsConfiguration": { "allowOrigins": ["https://shop.example"] }, "disableExecuteApiEndpoint": true,
            "tags": { "team": "front" },
        }),
        routes: vec![guarded, route("route2", "$default", "NONE")],
        integrations: vec![
            json!({ "integrationId": "i1", "integrationType": "AWS_PROXY", "integrationUri": format!("arn:aws:lambda:{region}:{account}:function:orders:live") }),
            json!({
                "integrationId": "i2", "integrationType": "HTTP_PROXY",
                "integrationUri": format!("https://user:{}@backend.example/", secret("v2 integration URI")),
                "requestParameters": { "append:header.x-key": secret("v2 request parameter") },
                "requestTemplates": { "application/json": secret("v2 request template") },
            }),
        ],
        authorizers: vec![
            json!({
                "authorizerId": "jwt1", "name": "jwt", "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
                "jwtConfiguration": { "issuer": "https://id.example", "audience": ["shop"] },
            }),
            json!({
                "authorizerId": "req1", "name": "lambda", "authorizerType": "REQUEST", "authorizerResultTtlInSeconds": 300,
                "authorizerUri": invocation(account, region, "worker"),
            }),
            // Of another account and region.
            json!({
                "authorizerId": "req3", "name": "theirs", "authorizerType": "REQUEST",
                "authorizerUri": invocation(OTHER, "ap-south-1", "gate:7"),
            }),
        ],
        stages: vec![
            json!({
                "stageName": "$default", "createdDate": "2026-01-02T03:04:05Z",
                "stageVariables": { "client_secret": secret("v2 stage variable") },
                "accessLogSettings": { "destinationArn": format!("arn:aws:logs:{region}:{account}:log-group:http") },
                "defaultRouteSettings": { "throttlingBurstLimit": 10, "throttlingRateLimit": 5.0 },
                "routeSettings": { "GET /orders": { "throttlingRateLimit": 2.5 } },
            }),
            json!({ "stageName": "dev", "defaultRouteSettings": {} }),
        ],
    }
}

fn websocket(account: &str, region: &str) -> HttpApi {
    HttpApi {
        api: json!({ "apiId": "ws1", "name": "live", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action" }),
        routes: vec![
            json!({ "routeId": "route3", "routeKey": "$connect", "authorizationType": "CUSTOM", "apiKeyRequired": true, "authorizerId": "req2", "target": "integrations/i3" }),
        ],
        integrations: vec![
            json!({ "integrationId": "i3", "integrationType": "AWS_PROXY", "integrationUri": invocation(account, region, "worker") }),
        ],
        authorizers: Vec::new(),
        stages: vec![
            json!({ "stageName": "prod", "defaultRouteSettings": { "dataTraceEnabled": true, "loggingLevel": "INFO" } }),
        ],
    }
}
