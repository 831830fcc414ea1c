//! What the examples of checks are built from: objects that are fully known and have nothing wrong.
//!
//! A `bad` example changes what its check looks at; a `good` one mostly takes them as they are.

use inventory::{
    Account, Api, ApiStage, AuthMode, AuthProvider, CodeSigning, CodeSigningMode, EndpointType, EventApi,
    Fact, Function, Gap, GraphqlApi, Integration, Listing, Method, MethodAuthorization, MethodIntegration,
    NamedPolicy, Protocol, Region, RequestValidator, RestApi, Role, Route, RouteAuthorization, Stage,
    Throttle,
};
use policy::Document;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The account of the examples.
pub(crate) const ACCOUNT: &str = "111122223333";

/// An account with that one region, and a role for each role that its functions name.
pub(crate) fn account_with(region: Region) -> Account {
    let names = region.functions.iter().map(|it| it.role.rsplit('/').next());
    let names: BTreeSet<&str> = names.flatten().collect();
    Account {
        id: ACCOUNT.into(),
        roles: Listing::complete(names.into_iter().map(role).collect()),
        regions: Listing::complete(vec![region]),
        cloudfront_web_acls: Listing::complete(Vec::new()),
        service_control_policies: Fact::Absent,
        resource_control_policies: Fact::Absent,
        ..Account::default()
    }
}

/// A region where everything was read; it holds what `fill` puts there.
pub(crate) fn region(fill: impl FnOnce(&mut Region)) -> Region {
    let mut region = Region {
        name: "eu-west-1".into(),
        functions: Listing::complete(Vec::new()),
        event_source_mappings: Listing::complete(Vec::new()),
        rest_apis: Listing::complete(Vec::new()),
        api_throttle: Fact::Known(throttle("", 10_000.0)),
        usage_plans: Listing::complete(Vec::new()),
        domain_names: Listing::complete(Vec::new()),
        apis: Listing::complete(Vec::new()),
        graphql_apis: Listing::complete(Vec::new()),
        event_apis: Listing::complete(Vec::new()),
        web_acls: Listing::complete(Vec::new()),
    };
    fill(&mut region);
    region
}

/// An account with that function.
pub(crate) fn with_function(function: Function) -> Account {
    account_with(region(|it| it.functions.items.push(function)))
}

/// An account with that REST API.
pub(crate) fn with_rest_api(api: RestApi) -> Account {
    account_with(region(|it| it.rest_apis.items.push(api)))
}

/// An account with that HTTP or WebSocket API.
pub(crate) fn with_api(api: Api) -> Account {
    account_with(region(|it| it.apis.items.push(api)))
}

/// An account with that GraphQL API.
pub(crate) fn with_graphql_api(api: GraphqlApi) -> Account {
    account_with(region(|it| it.graphql_apis.items.push(api)))
}

/// The ARN of the function of that name.
pub(crate) fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}")
}

/// The ARN of the role of that name.
pub(crate) fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// A function with a role of its own name.
pub(crate) fn function(name: &str) -> Function {
    Function {
        arn: function_arn(name),
        name: name.into(),
        runtime: Some("python3.13".into()),
        package_type: "Zip".into(),
        role: role_arn(name),
        last_modified: Some("2026-11-01T09:00:00.000+0000".into()),
        code_sha256: Some("HLhcQ5Yj4Ko2YmZxkZJmoMyVJqFtUIQqL5xZkC5V1mA=".into()),
        timeout: Some(10),
        environment: Fact::Known(Vec::new()),
        kms_key: None,
        tracing_active: Fact::Known(true),
        log_format: Some("JSON".into()),
        layers: Vec::new(),
        dead_letter: Some(format!("arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}-failed")),
        vpc: None,
        tags: Fact::Known(BTreeMap::new()),
        reserved_concurrency: Fact::Known(10),
        policy: Fact::Absent,
        aliases: Listing::complete(Vec::new()),
        versions: Listing::complete(Vec::new()),
        urls: Listing::complete(Vec::new()),
        code_signing: Fact::Known(CodeSigning {
            arn: format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:code-signing-config:csc-0a1b2c3d"),
            mode: Fact::Known(CodeSigningMode::Enforce),
        }),
    }
}

/// An execution role that may write its function's logs and do nothing else.
pub(crate) fn role(name: &str) -> Role {
    let logs = format!("arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/{name}:*");
    Role {
        arn: role_arn(name),
        name: name.into(),
        trust: policy(json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "lambda.amazonaws.com" },
                "Action": "sts:AssumeRole",
            }],
        })),
        inline: Listing::complete(vec![NamedPolicy {
            name: "write-logs".into(),
            document: policy(json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": logs,
                }],
            })),
        }]),
        attached: Listing::complete(Vec::new()),
        boundary: Fact::Absent,
        tags: BTreeMap::new(),
    }
}

/// A policy that was read. One that does not parse is unread, which no good example can bear.
pub(crate) fn policy(value: Value) -> Fact<Document> {
    match serde_json::from_value(value) {
        Ok(document) => Fact::Known(document),
        Err(error) => Fact::Unread(Gap { message: error.to_string(), ..Gap::default() }),
    }
}

/// An account with the function `orders`, whose resource policy has that one statement; the `Sid`,
/// the effect and the resource are filled in.
pub(crate) fn with_permission(mut statement: Value) -> Account {
    if let Some(elements) = statement.as_object_mut() {
        elements.insert("Sid".into(), json!("orders-1"));
        elements.insert("Effect".into(), json!("Allow"));
        elements.insert("Resource".into(), json!(function_arn("orders")));
    }
    with_function(Function {
        policy: policy(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        ..function("orders")
    })
}

/// The resource policy of a REST API that lets in one network.
pub(crate) fn office_only() -> Fact<Document> {
    policy(json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Office",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*",
            "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } },
        }],
    }))
}

/// A regional REST API with a stage and a method, reached from one network only.
pub(crate) fn rest_api() -> RestApi {
    RestApi {
        arn: "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5".into(),
        id: "a1b2c3d4e5".into(),
        name: "shop".into(),
        endpoint: Fact::Known(EndpointType::Regional),
        vpc_endpoints: Vec::new(),
        default_endpoint_disabled: false,
        policy: office_only(),
        tags: Fact::Known(BTreeMap::new()),
        stages: Listing::complete(vec![stage()]),
        methods: Listing::complete(vec![method()]),
        authorizers: Listing::complete(Vec::new()),
        validators: Listing::complete(vec![RequestValidator {
            id: "v1".into(),
            body: true,
            parameters: true,
        }]),
    }
}

/// A REST stage behind a web ACL, with access logs and a throttle.
pub(crate) fn stage() -> Stage {
    Stage {
        arn: "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5/stages/prod".into(),
        name: "prod".into(),
        web_acl: Fact::Known(web_acl_arn()),
        access_log: Fact::Known(log_group_arn("shop")),
        variables: Fact::Known(Vec::new()),
        throttles: Fact::Known(vec![throttle("*/*", 100.0)]),
        data_trace: false,
    }
}

/// `POST /orders`: authorized by IAM, its body validated, answered by the function `orders`.
pub(crate) fn method() -> Method {
    Method {
        path: "/orders".into(),
        verb: "POST".into(),
        authorization: Fact::Known(MethodAuthorization::AwsIam),
        authorizer: None,
        api_key_required: false,
        validator: Some("v1".into()),
        models: vec!["application/json".into()],
        required_parameters: Vec::new(),
        integration: Fact::Known(MethodIntegration {
            kind: "AWS_PROXY".into(),
            functions: Listing::complete(vec![function_arn("orders")]),
        }),
    }
}

/// An HTTP API with a route and a stage.
pub(crate) fn api() -> Api {
    Api {
        arn: "arn:aws:apigateway:eu-west-1::/apis/f6g7h8i9j0".into(),
        id: "f6g7h8i9j0".into(),
        name: "shop-http".into(),
        protocol: Fact::Known(Protocol::Http),
        default_endpoint_disabled: false,
        cors_origins: Vec::new(),
        tags: Fact::Known(BTreeMap::new()),
        routes: Listing::complete(vec![route("POST /orders")]),
        integrations: Listing::complete(vec![Integration {
            id: "i1".into(),
            kind: "AWS_PROXY".into(),
            functions: Listing::complete(vec![function_arn("orders")]),
        }]),
        authorizers: Listing::complete(Vec::new()),
        stages: Listing::complete(vec![api_stage()]),
    }
}

/// A route authorized by IAM, answered by the function `orders`.
pub(crate) fn route(key: &str) -> Route {
    Route {
        id: "r1".into(),
        key: key.into(),
        authorization: Fact::Known(RouteAuthorization::AwsIam),
        authorizer: None,
        api_key_required: false,
        integration: Some("i1".into()),
    }
}

/// A stage of an HTTP or WebSocket API, with access logs and a throttle.
pub(crate) fn api_stage() -> ApiStage {
    ApiStage {
        arn: "arn:aws:apigateway:eu-west-1::/apis/f6g7h8i9j0/stages/prod".into(),
        name: "prod".into(),
        access_log: Fact::Known(log_group_arn("shop-http")),
        variables: Fact::Known(Vec::new()),
        throttles: Fact::Known(vec![throttle("default", 100.0)]),
        data_trace: false,
    }
}

/// A GraphQL API for the users of a Cognito pool, behind a web ACL.
pub(crate) fn graphql_api() -> GraphqlApi {
    GraphqlApi {
        arn: format!("arn:aws:appsync:eu-west-1:{ACCOUNT}:apis/k1l2m3n4o5p6q7r8s9t0u1v2w3"),
        id: "k1l2m3n4o5p6q7r8s9t0u1v2w3".into(),
        name: "shop-graphql".into(),
        auth: Listing::complete(vec![provider(AuthMode::Cognito)]),
        fields: Fact::Absent,
        private: false,
        web_acl: Fact::Known(web_acl_arn()),
        tags: Fact::Known(BTreeMap::new()),
        field_log_level: Fact::Known("ERROR".into()),
        introspection: false,
        query_depth_limit: 5,
        resolver_count_limit: 50,
        api_keys: Listing::complete(Vec::new()),
        data_sources: Listing::complete(Vec::new()),
    }
}

/// An event API for the users of a Cognito pool.
pub(crate) fn event_api() -> EventApi {
    EventApi {
        arn: format!("arn:aws:appsync:eu-west-1:{ACCOUNT}:apis/x4y5z6a7b8c9d0e1f2g3h4i5j6"),
        id: "x4y5z6a7b8c9d0e1f2g3h4i5j6".into(),
        name: "shop-events".into(),
        auth: Listing::complete(vec![provider(AuthMode::Cognito)]),
        connection: vec![AuthMode::Cognito],
        publish: vec![AuthMode::Cognito],
        subscribe: vec![AuthMode::Cognito],
        log_level: Fact::Known("ERROR".into()),
        api_keys: Listing::complete(Vec::new()),
    }
}

/// A provider of an authorization mode of AppSync.
pub(crate) fn provider(mode: AuthMode) -> AuthProvider {
    AuthProvider { mode: Fact::Known(mode), ..AuthProvider::default() }
}

/// A throttle of so many requests a second, with a burst to match.
pub(crate) fn throttle(target: &str, rate: f64) -> Throttle {
    Throttle { target: target.into(), rate: Some(rate), burst: Some(200) }
}

fn web_acl_arn() -> String {
    format!("arn:aws:wafv2:eu-west-1:{ACCOUNT}:regional/webacl/shop/2d3e4f50-6172-8394")
}

fn log_group_arn(name: &str) -> String {
    format!("arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}-access")
}
