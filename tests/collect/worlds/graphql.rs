//! AppSync and web ACLs.

use super::{Secrets, apis, function};
use crate::stub::{Events, Graphql, Region, WebAcl};
use serde_json::{Value, json};

pub(super) fn fill(region: &mut Region, account: &str, name: &str, secret: Secrets<'_>) {
    region.graphql = vec![catalogue(account, name, secret), inventory(account, name)];
    region.events = events(account, name, secret);
    // The front door's ACL tells of one stage; the other one is known from its list alone.
    let mut front = web_acl(account, name, "regional", "front");
    let stages =
        ["prod", "dev"].map(|stage| format!("arn:aws:apigateway:{name}::/restapis/rest1/stages/{stage}"));
    front.resources.insert("API_GATEWAY".into(), stages.into());
    let mut graphql = web_acl(account, name, "regional", "graphql");
    let api = format!("arn:aws:appsync:{name}:{account}:apis/graphql2");
    graphql.resources.insert("APPSYNC".into(), vec![api]);
    region.web_acls = vec![front, graphql];
}

pub(super) fn web_acl(account: &str, region: &str, scope: &str, name: &str) -> WebAcl {
    let arn = match scope {
        "regional" => apis::web_acl(account, region, name),
        _ => format!("arn:aws:wafv2:{region}:{account}:{scope}/webacl/{name}/1"),
    };
    WebAcl {
        acl: json!({ "Name": name, "Id": "1", "Description": "", "LockToken": "l", "ARN": arn }),
        ..WebAcl::default()
    }
}

fn keys(secret: Secrets<'_>, place: &str) -> Vec<Value> {
    let key = |id: String, expires: i64| json!({ "id": id, "description": "", "expires": expires, "deletes": expires });
    vec![
        key(format!("da2-{}", secret(place)), 4_102_444_800),
        key(format!("da2-{}", secret(place)), 1_800_000_000),
    ]
}

fn catalogue(account: &str, region: &str, secret: Secrets<'_>) -> Graphql {
    let worker = function(account, region, "worker");
    Graphql {
        api: json!({
            "apiId": "graphql1", "name": "catalogue", "arn": format!("arn:aws:appsync:{region}:{account}:apis/graphql1"),
            "authenticationType": "API_KEY", "visibility": "GLOBAL", "apiType": "GRAPHQL",
            "wafWebAclArn": apis::web_acl(account, region, "graphql"),
            "logConfig": { "fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": format!("arn:aws:iam::{account}:role/logs") },
            "tags": { "team": "catalogue" }, "introspectionConfig": "DISABLED", "queryDepthLimit": 12, "resolverCountLimit": 50,
            "additionalAuthenticationProviders": [
                { "authenticationType": "AMAZON_COGNITO_USER_POOLS", "userPoolConfig": { "userPoolId": "p1", "awsRegion": region, "appIdClientRegex": secret("app client pattern") } },
                { "authenticationType": "OPENID_CONNECT", "openIDConnectConfig": { "issuer": "https://id.example", "clientId": secret("OpenID client pattern") } },
                { "authenticationType": "AWS_LAMBDA", "lambdaAuthorizerConfig": { "authorizerUri": format!("{worker}:live"), "authorizerResultTtlInSeconds": 120, "identityValidationExpression": secret("AppSync validation expression") } },
            ],
        }),
        keys: keys(secret, "AppSync API key"),
        sources: vec![
            json!({ "name": "orders", "type": "AWS_LAMBDA", "lambdaConfig": { "lambdaFunctionArn": format!("{}:live", function(account, region, "orders")) } }),
            json!({ "name": "table", "type": "AMAZON_DYNAMODB", "dynamodbConfig": { "tableName": "t", "awsRegion": region } }),
        ],
        schema: Some(schema(&secret("schema"))),
    }
}

/// As AppSync prints one, with the directives that it knows.
fn schema(secret: &str) -> String {
    format!(
        r#"schema {{
  query: Query
}}

"""{secret}"""
type Query {{
  getOrder(id: ID = "{secret}"): Order
  listOrders: [Order] @aws_cognito_user_pools(cognito_groups : ["staff"])
  open: Order @aws_lambda @aws_oidc
}}

type Order @aws_api_key @aws_cognito_user_pools {{
  id: ID!
  cost: Int @aws_oidc
}}
"#
    )
}

fn inventory(account: &str, region: &str) -> Graphql {
    Graphql {
        api: json!({
            "apiId": "graphql2", "name": "inventory", "arn": format!("arn:aws:appsync:{region}:{account}:apis/graphql2"),
            "authenticationType": "AMAZON_COGNITO_USER_POOLS", "visibility": "PRIVATE",
            "userPoolConfig": { "userPoolId": "p2", "awsRegion": region, "defaultAction": "DENY" },
        }),
        sources: vec![json!({ "name": "nothing", "type": "NONE" })],
        ..Graphql::default()
    }
}

fn events(account: &str, region: &str, secret: Secrets<'_>) -> Vec<Events> {
    let mode = |it: &str| json!([{ "authType": it }]);
    let arn = |id: &str| format!("arn:aws:appsync:{region}:{account}:apis/{id}");
    let chat = json!({
        "apiId": "events1", "name": "chat", "apiArn": arn("events1"), "created": 1_767_323_045,
        "eventConfig": {
            "authProviders": [
                { "authType": "API_KEY" },
                { "authType": "AMAZON_COGNITO_USER_POOLS", "cognitoConfig": { "userPoolId": "p1", "awsRegion": region } },
            ],
            "connectionAuthModes": mode("API_KEY"), "defaultPublishAuthModes": mode("AMAZON_COGNITO_USER_POOLS"),
            "defaultSubscribeAuthModes": mode("API_KEY"),
            "logConfig": { "logLevel": "ALL", "cloudWatchLogsRoleArn": format!("arn:aws:iam::{account}:role/logs") },
        },
    });
    let quiet = json!({
        "apiId": "events2", "name": "quiet", "apiArn": arn("events2"), "created": 1_767_323_045,
        "eventConfig": {
            "authProviders": [{ "authType": "AWS_IAM" }], "connectionAuthModes": mode("AWS_IAM"),
            "defaultPublishAuthModes": mode("AWS_IAM"), "defaultSubscribeAuthModes": mode("AWS_IAM"),
        },
    });
    vec![Events { api: chat, keys: keys(secret, "event API key") }, Events { api: quiet, keys: Vec::new() }]
}
