//! REST APIs (API Gateway v1) and the domain names and usage plans in front of them.

use crate::{Fact, Listing, Variable};
use policy::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A REST API. <https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RestApi {
    /// `arn:PARTITION:apigateway:REGION::/restapis/ID`.
    pub arn: String,
    /// The API's id.
    pub id: String,
    /// The API's name.
    pub name: String,
    /// Whether the API is reached over the internet or from VPC endpoints.
    pub endpoint: Fact<EndpointType>,
    /// The VPC endpoints that a private API is associated with, by id. The association gives the API
    /// names of its own at the endpoint; who may call is the resource policy's to say.
    pub vpc_endpoints: Vec<String>,
    /// Whether `https://ID.execute-api.REGION…` is switched off.
    pub default_endpoint_disabled: bool,
    /// The resource policy.
    pub policy: Fact<Document>,
    /// Tags.
    pub tags: Fact<BTreeMap<String, String>>,
    /// The deployed stages.
    pub stages: Listing<Stage>,
    /// Every method of every resource.
    pub methods: Listing<Method>,
    /// Authorizers.
    pub authorizers: Listing<Authorizer>,
    /// Request validators.
    pub validators: Listing<RequestValidator>,
}

/// How a REST API is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum EndpointType {
    /// Through CloudFront points of presence that AWS runs.
    Edge,
    /// Directly in the region.
    Regional,
    /// Only from VPC endpoints.
    Private,
}

/// A stage of a REST API. <https://docs.aws.amazon.com/apigateway/latest/api/API_Stage.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Stage {
    /// `arn:PARTITION:apigateway:REGION::/restapis/ID/stages/NAME`.
    pub arn: String,
    /// The stage's name.
    pub name: String,
    /// The associated web ACL, from the stage itself or from the web ACLs' lists of resources.
    pub web_acl: Fact<String>,
    /// The destination of access logs.
    pub access_log: Fact<String>,
    /// Stage variables, without their values.
    pub variables: Fact<Vec<Variable>>,
    /// Method throttles: `*/*` for the stage, else `RESOURCE_PATH/METHOD` (slashes as AWS escapes
    /// them, `~1`).
    pub throttles: Fact<Vec<Throttle>>,
    /// Whether any method writes full requests and responses to the log.
    pub data_trace: bool,
}

/// A throttle of a stage, method, route or usage plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Throttle {
    /// What is throttled, as AWS keys it: `*/*`, `~1orders/GET`, a route key, or `default`.
    pub target: String,
    /// Requests a second; nothing where the setting is missing or switched off.
    pub rate: Option<f64>,
    /// The token bucket's size, requests.
    pub burst: Option<i32>,
}

/// A method. <https://docs.aws.amazon.com/apigateway/latest/api/API_Method.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Method {
    /// The resource's path, such as `/orders/{id}`.
    pub path: String,
    /// The HTTP method, or `ANY`.
    pub verb: String,
    /// Who authorizes callers.
    pub authorization: Fact<MethodAuthorization>,
    /// The authorizer's id.
    pub authorizer: Option<String>,
    /// Whether an API key is demanded.
    pub api_key_required: bool,
    /// The bound request validator's id.
    pub validator: Option<String>,
    /// Content types that have a model other than `Empty`, which anything fulfils.
    pub models: Vec<String>,
    /// Required request parameters (`method.request.querystring.…`).
    pub required_parameters: Vec<String>,
    /// What the method does; nothing where none is set up yet.
    pub integration: Fact<MethodIntegration>,
}

/// The authorization of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MethodAuthorization {
    /// None.
    #[serde(rename = "NONE")]
    None,
    /// IAM signatures.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    /// A Lambda authorizer.
    #[serde(rename = "CUSTOM")]
    Custom,
    /// Tokens of a Cognito user pool.
    #[serde(rename = "COGNITO_USER_POOLS")]
    Cognito,
}

/// What a method calls. Parameters and templates can hold secrets and are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MethodIntegration {
    /// `AWS_PROXY`, `AWS`, `HTTP_PROXY`, `HTTP` or `MOCK`.
    pub kind: String,
    /// The unqualified ARNs of the Lambda functions it invokes: several where a stage variable
    /// decides, and cut short where no stage says what the variable is.
    #[serde(default)]
    pub functions: Listing<String>,
}

/// An authorizer of a REST API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Authorizer {
    /// The authorizer's id.
    pub id: String,
    /// The authorizer's name.
    pub name: String,
    /// `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
    pub kind: String,
    /// The unqualified ARN of the Lambda function that decides, whichever account and region it is in.
    pub function: Option<String>,
    /// The alias or version of it that decides, where one is named.
    pub qualifier: Option<String>,
    /// Where the token is read from.
    pub identity_source: Option<String>,
    /// Seconds that a decision is cached; 0 is never.
    pub ttl: Option<i32>,
    /// The Cognito user pools' ARNs.
    pub user_pools: Vec<String>,
}

/// A request validator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestValidator {
    /// The validator's id.
    pub id: String,
    /// Whether the body is checked against the method's model.
    pub body: bool,
    /// Whether required parameters are checked.
    pub parameters: bool,
}

/// A usage plan: a throttle and quota for each holder of an API key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct UsagePlan {
    /// The plan's id.
    pub id: String,
    /// The plan's name.
    pub name: String,
    /// The stages it covers.
    pub stages: Vec<UsagePlanStage>,
    /// The plan's throttle for each key.
    pub throttle: Option<Throttle>,
    /// Requests allowed for each key in a period.
    pub quota: Option<i32>,
}

/// A stage that a usage plan covers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsagePlanStage {
    /// The REST API's id.
    pub api: String,
    /// The stage's name.
    pub stage: String,
    /// Throttles of single methods, for each key.
    #[serde(default)]
    pub throttles: Vec<Throttle>,
}

/// A custom domain name of API Gateway; REST, HTTP and WebSocket APIs share them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DomainName {
    /// The domain name.
    pub name: String,
    /// The lowest TLS version offered, as AWS names it.
    pub security_policy: Option<String>,
    /// Whether clients must present a certificate.
    pub mutual_tls: bool,
    /// The APIs behind it.
    pub mappings: Listing<BasePathMapping>,
}

/// An API and stage behind a custom domain name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BasePathMapping {
    /// The path's first part; empty for the root.
    pub path: String,
    /// The API's id.
    pub api: String,
    /// The stage's name.
    pub stage: Option<String>,
}

impl Method {
    /// `GET /orders/{id}`: how findings and people name a method.
    pub fn name(&self) -> String {
        format!("{} {}", self.verb, self.path)
    }
}
