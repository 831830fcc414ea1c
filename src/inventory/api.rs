//! HTTP and WebSocket APIs (API Gateway v2).

use crate::{Fact, Listing, Throttle, Variable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An HTTP or WebSocket API. <https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Api {
    /// `arn:PARTITION:apigateway:REGION::/apis/ID`.
    pub arn: String,
    /// The API's id.
    pub id: String,
    /// The API's name.
    pub name: String,
    /// HTTP or WebSocket.
    pub protocol: Fact<Protocol>,
    /// Whether `https://ID.execute-api.REGION…` is switched off.
    pub default_endpoint_disabled: bool,
    /// Origins that CORS allows.
    pub cors_origins: Vec<String>,
    /// Tags.
    pub tags: Fact<BTreeMap<String, String>>,
    /// Routes.
    pub routes: Listing<Route>,
    /// Integrations.
    pub integrations: Listing<Integration>,
    /// Authorizers.
    pub authorizers: Listing<ApiAuthorizer>,
    /// Stages.
    pub stages: Listing<ApiStage>,
}

/// The protocol of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// An HTTP API.
    Http,
    /// A WebSocket API, which authorizes the `$connect` route alone.
    WebSocket,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Route {
    /// The route's id.
    pub id: String,
    /// The route key: `GET /orders`, `$default`, `$connect`.
    pub key: String,
    /// Who authorizes callers.
    pub authorization: Fact<RouteAuthorization>,
    /// The authorizer's id.
    pub authorizer: Option<String>,
    /// Whether an API key is demanded (WebSocket).
    pub api_key_required: bool,
    /// The integration's id.
    pub integration: Option<String>,
}

/// The authorization of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RouteAuthorization {
    /// None.
    #[serde(rename = "NONE")]
    None,
    /// IAM signatures.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    /// A Lambda authorizer.
    #[serde(rename = "CUSTOM")]
    Custom,
    /// JSON Web Tokens.
    #[serde(rename = "JWT")]
    Jwt,
}

/// An integration of a route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Integration {
    /// The integration's id.
    pub id: String,
    /// `AWS_PROXY`, `AWS`, `HTTP_PROXY`, `HTTP` or `MOCK`.
    pub kind: String,
    /// The unqualified ARNs of the Lambda functions it invokes: several where a stage variable
    /// decides, and cut short where no stage says what the variable is.
    pub functions: Listing<String>,
}

/// An authorizer of an HTTP or WebSocket API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ApiAuthorizer {
    /// The authorizer's id.
    pub id: String,
    /// The authorizer's name.
    pub name: String,
    /// `REQUEST` or `JWT`.
    pub kind: String,
    /// The unqualified ARN of the Lambda function that decides, whichever account and region it is in.
    pub function: Option<String>,
    /// The alias or version of it that decides, where one is named.
    pub qualifier: Option<String>,
    /// The issuer of JSON Web Tokens.
    pub issuer: Option<String>,
    /// Accepted audiences of JSON Web Tokens.
    pub audiences: Vec<String>,
    /// Where the token is read from.
    pub identity_sources: Vec<String>,
    /// Seconds that a decision is cached; 0 is never.
    pub ttl: Option<i32>,
}

/// A stage of an HTTP or WebSocket API.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ApiStage {
    /// `arn:PARTITION:apigateway:REGION::/apis/ID/stages/NAME`.
    pub arn: String,
    /// The stage's name.
    pub name: String,
    /// The destination of access logs.
    pub access_log: Fact<String>,
    /// Stage variables, without their values.
    pub variables: Fact<Vec<Variable>>,
    /// Route throttles: `default` for the stage, else the route key.
    pub throttles: Fact<Vec<Throttle>>,
    /// Whether any route writes full requests and responses to the log (WebSocket).
    pub data_trace: bool,
}
