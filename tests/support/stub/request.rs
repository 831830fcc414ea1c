//! A request, and the operation that it is.

use super::http::Message;
use percent::decode;
use std::collections::{BTreeMap, BTreeSet};

/// An operation that the stub answers: signing name, operation, HTTP method and path (REST) or
/// nothing (the operation's name stands in a header or in the body), IAM action.
pub(crate) struct Operation {
    pub(crate) service: &'static str,
    pub(crate) name: &'static str,
    method: &'static str,
    path: &'static str,
    pub(crate) action: &'static str,
}

const fn rest(
    service: &'static str,
    name: &'static str,
    method: &'static str,
    path: &'static str,
    action: &'static str,
) -> Operation {
    Operation { service, name, method, path, action }
}

const fn rpc(service: &'static str, name: &'static str, action: &'static str) -> Operation {
    rest(service, name, "POST", "", action)
}

const GET: &str = "apigateway:GET";

/// Written from the API models and AWS's service authorization reference, not from the program's own
/// table.
pub(crate) const OPERATIONS: &[Operation] = &[
    rpc("sts", "GetCallerIdentity", "sts:GetCallerIdentity"),
    rpc("sts", "AssumeRole", "sts:AssumeRole"),
    rpc("iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails"),
    rpc("wafv2", "ListWebACLs", "wafv2:ListWebACLs"),
    rpc("wafv2", "ListResourcesForWebACL", "wafv2:ListResourcesForWebACL"),
    rpc("organizations", "DescribeOrganization", "organizations:DescribeOrganization"),
    rpc("organizations", "ListParents", "organizations:ListParents"),
    rpc("organizations", "ListPoliciesForTarget", "organizations:ListPoliciesForTarget"),
    rpc("organizations", "DescribePolicy", "organizations:DescribePolicy"),
    rest("account", "ListRegions", "POST", "/listRegions", "account:ListRegions"),
    rest("lambda", "ListFunctions", "GET", "/2015-03-31/functions", "lambda:ListFunctions"),
    rest("lambda", "GetFunction", "GET", "/2015-03-31/functions/{}", "lambda:GetFunction"),
    rest("lambda", "GetPolicy", "GET", "/2015-03-31/functions/{}/policy", "lambda:GetPolicy"),
    rest("lambda", "ListAliases", "GET", "/2015-03-31/functions/{}/aliases", "lambda:ListAliases"),
    rest(
        "lambda",
        "ListFunctionUrlConfigs",
        "GET",
        "/2021-10-31/functions/{}/urls",
        "lambda:ListFunctionUrlConfigs",
    ),
    rest(
        "lambda",
        "ListEventSourceMappings",
        "GET",
        "/2015-03-31/event-source-mappings",
        "lambda:ListEventSourceMappings",
    ),
    rest(
        "lambda",
        "ListCodeSigningConfigs",
        "GET",
        "/2020-04-22/code-signing-configs",
        "lambda:ListCodeSigningConfigs",
    ),
    rest(
        "lambda",
        "ListFunctionsByCodeSigningConfig",
        "GET",
        "/2020-04-22/code-signing-configs/{}/functions",
        "lambda:ListFunctionsByCodeSigningConfig",
    ),
    rest("apigateway", "GetAccount", "GET", "/account", GET),
    rest("apigateway", "GetRestApis", "GET", "/restapis", GET),
    rest("apigateway", "GetStages", "GET", "/restapis/{}/stages", GET),
    rest("apigateway", "GetResources", "GET", "/restapis/{}/resources", GET),
    rest("apigateway", "GetAuthorizers", "GET", "/restapis/{}/authorizers", GET),
    rest("apigateway", "GetRequestValidators", "GET", "/restapis/{}/requestvalidators", GET),
    rest("apigateway", "GetUsagePlans", "GET", "/usageplans", GET),
    rest("apigateway", "GetDomainNames", "GET", "/domainnames", GET),
    rest("apigateway", "GetApis", "GET", "/v2/apis", GET),
    rest("apigateway", "GetRoutes", "GET", "/v2/apis/{}/routes", GET),
    rest("apigateway", "GetIntegrations", "GET", "/v2/apis/{}/integrations", GET),
    rest("apigateway", "GetAuthorizersV2", "GET", "/v2/apis/{}/authorizers", GET),
    rest("apigateway", "GetStagesV2", "GET", "/v2/apis/{}/stages", GET),
    rest("apigateway", "GetApiMappings", "GET", "/v2/domainnames/{}/apimappings", GET),
    rest("appsync", "ListGraphqlApis", "GET", "/v1/apis", "appsync:ListGraphqlApis"),
    rest("appsync", "ListApis", "GET", "/v2/apis", "appsync:ListApis"),
    rest("appsync", "ListApiKeys", "GET", "/v1/apis/{}/apikeys", "appsync:ListApiKeys"),
    rest("appsync", "ListDataSources", "GET", "/v1/apis/{}/datasources", "appsync:ListDataSources"),
    rest("appsync", "GetIntrospectionSchema", "GET", "/v1/apis/{}/schema", "appsync:GetIntrospectionSchema"),
];

impl Operation {
    /// The action, with the resource path for API Gateway: `apigateway:GET /restapis/*/stages`.
    pub(crate) fn permission(&self) -> String {
        if self.service != "apigateway" {
            return self.action.into();
        }
        let path = self.path.strip_prefix("/v2").unwrap_or(self.path).replace("{}", "*");
        format!("{} {path}", self.action)
    }

    fn is(&self, request: &Request) -> bool {
        let this = (self.service, self.method) == (request.service.as_str(), request.method.as_str());
        let mut segments = self.path.split('/').zip(request.segments());
        let same_length = self.path.split('/').count() == request.segments().count();
        this && match self.path {
            "" => request.name == self.name,
            _ => same_length && segments.all(|(wanted, given)| wanted == "{}" || wanted == given),
        }
    }

    /// The path's variable part.
    fn id(&self, request: &Request) -> Option<String> {
        let mut segments = self.path.split('/').zip(request.segments());
        segments.find(|(wanted, _)| *wanted == "{}").map(|(_, given)| decode(given))
    }
}

/// A request as the stub saw it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// The account that the credentials belong to: the access key id ends with it.
    pub(crate) account: String,
    pub(crate) region: String,
    /// The signing name: `lambda`, `apigateway`, …
    pub(crate) service: String,
    /// The operation; empty if the stub knows no such one.
    pub(crate) operation: String,
    /// What to grant for it.
    pub(crate) permission: String,
    /// The id, ARN or name in the path.
    pub(crate) id: Option<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query, and for the query protocol the form in the body.
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: String,
    /// The operation's name as the protocol carries it.
    name: String,
    /// How many requests were being answered, this one included.
    pub(crate) in_flight: usize,
    /// The regions of those requests.
    pub(crate) regions: BTreeSet<String>,
    /// The services of those requests.
    pub(crate) services: BTreeSet<String>,
}

impl Request {
    pub(crate) fn of(message: Message) -> Self {
        let (path, query) = message.target.split_once('?').unwrap_or((&message.target, ""));
        let header = |name: &str| message.headers.get(name).cloned().unwrap_or_default();
        // Credential=KEY/DATE/REGION/SERVICE/aws4_request
        let authorization = header("authorization");
        let scope = authorization.split("Credential=").nth(1).unwrap_or_default();
        let scope: Vec<_> = scope.split(['/', ',']).collect();
        let part = |at: usize| scope.get(at).copied().unwrap_or_default().to_owned();
        let key = part(0);
        let mut query = form(query);
        if header("content-type").contains("x-www-form-urlencoded") {
            query.extend(form(&message.body));
        }
        let target = header("x-amz-target");
        let prefixes = ["AWSWAF_20190729.", "AWSOrganizationsV20161128."];
        let target = prefixes.iter().find_map(|prefix| target.strip_prefix(prefix)).map(Into::into);
        let mut request = Self {
            account: key.get(key.len().saturating_sub(12)..).unwrap_or_default().into(),
            region: part(2),
            service: part(3),
            method: message.method,
            path: path.into(),
            name: target.or_else(|| query.get("Action").cloned()).unwrap_or_default(),
            query,
            body: message.body,
            ..Self::default()
        };
        if let Some(operation) = OPERATIONS.iter().find(|it| it.is(&request)) {
            request.operation = operation.name.into();
            request.permission = operation.permission();
            request.id = operation.id(&request);
        }
        request
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        self.path.trim_end_matches('/').split('/')
    }

    /// A field of the JSON body.
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        match body.get(name)? {
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// The page token, wherever the protocol has it. Nothing on the first page.
    pub(crate) fn token(&self) -> Option<String> {
        const NAMES: [&str; 5] = ["Marker", "position", "nextToken", "NextMarker", "NextToken"];
        let mut names = NAMES.iter();
        names.find_map(|name| self.query.get(*name).cloned().or_else(|| self.field(name)))
    }

    /// The page size asked for.
    pub(crate) fn limit(&self) -> Option<usize> {
        const NAMES: [&str; 5] = ["MaxItems", "limit", "maxResults", "Limit", "MaxResults"];
        let mut names = NAMES.iter();
        let limit = names.find_map(|name| self.query.get(*name).cloned().or_else(|| self.field(name)));
        limit?.parse().ok()
    }

    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

fn form(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|it| !it.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// Percent-encoding, both ways.
pub(crate) mod percent {
    pub(crate) fn decode(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            let hex = tail.get(..2).filter(|_| *first == b'%');
            let hex = hex.and_then(|it| std::str::from_utf8(it).ok());
            if let Some(byte) = hex.and_then(|it| u8::from_str_radix(it, 16).ok()) {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub(crate) fn encode(text: &str) -> String {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
        let one = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        text.bytes().map(one).collect()
    }
}
