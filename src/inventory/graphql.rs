//! AppSync: GraphQL APIs and event APIs.

use crate::{Fact, Listing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A GraphQL API. <https://docs.aws.amazon.com/appsync/latest/APIReference/API_GraphqlApi.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GraphqlApi {
    /// The API's ARN.
    pub arn: String,
    /// The API's id.
    pub id: String,
    /// The API's name.
    pub name: String,
    /// The default authorization mode first, then the additional ones.
    pub auth: Listing<AuthProvider>,
    /// What the schema's directives open to each of the modes, in the order of `auth`. Absent where
    /// nothing tells the modes apart, so that each opens every field: there is only one, or no schema.
    pub fields: Fact<Vec<OpenFields>>,
    /// Whether the API is reached from VPC endpoints only.
    pub private: bool,
    /// The associated web ACL, from the API itself or from the web ACLs' lists of resources.
    pub web_acl: Fact<String>,
    /// Tags.
    pub tags: Fact<BTreeMap<String, String>>,
    /// The field log level (`NONE`, `ERROR`, `ALL`, …); absent where logging is off.
    pub field_log_level: Fact<String>,
    /// Whether the schema can be asked for.
    pub introspection: bool,
    /// The ceiling on nesting; 0 is none.
    pub query_depth_limit: i32,
    /// The ceiling on resolvers for each request; 0 is none.
    pub resolver_count_limit: i32,
    /// When each API key runs out, seconds since the epoch. The ids are secrets and are not kept.
    pub api_keys: Listing<Option<i64>>,
    /// Data sources.
    pub data_sources: Listing<DataSource>,
}

/// An event API. <https://docs.aws.amazon.com/appsync/latest/APIReference/API_Api.html>
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct EventApi {
    /// The API's ARN.
    pub arn: String,
    /// The API's id.
    pub id: String,
    /// The API's name.
    pub name: String,
    /// Every provider that some mode can use.
    pub auth: Listing<AuthProvider>,
    /// The modes for connecting.
    pub connection: Vec<AuthMode>,
    /// The default modes for publishing.
    pub publish: Vec<AuthMode>,
    /// The default modes for subscribing.
    pub subscribe: Vec<AuthMode>,
    /// The log level; absent where logging is off.
    pub log_level: Fact<String>,
    /// When each API key runs out, seconds since the epoch. The ids are secrets and are not kept.
    pub api_keys: Listing<Option<i64>>,
}

/// An authorization mode with its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AuthProvider {
    /// The mode.
    pub mode: Fact<AuthMode>,
    /// The Cognito user pool's id.
    pub user_pool: Option<String>,
    /// Whether the app clients of the pool are pinned (`appIdClientRegex`); the pattern is not kept.
    pub app_client_pinned: bool,
    /// What happens to a valid Cognito user without a directive: `ALLOW` or `DENY`.
    pub default_action: Option<String>,
    /// OpenID Connect settings.
    pub oidc: Option<OidcProvider>,
    /// The unqualified ARN of the Lambda authorizer, whichever account and region it is in.
    pub function: Option<String>,
    /// The alias or version of it that decides, where one is named.
    pub qualifier: Option<String>,
    /// Seconds that the Lambda authorizer's decision is cached, unless it says otherwise; 0 is never.
    pub ttl: Option<i32>,
    /// Whether a token must match an expression before the Lambda authorizer is asked; the expression
    /// is not kept.
    pub token_validated: bool,
}

/// The fields of a GraphQL API that callers of one authorization mode may ask for. What the default
/// action `DENY` of a user pool closes is not taken off.
/// <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenFields {
    /// The mode.
    pub mode: AuthMode,
    /// How many fields of the root types, where every request begins, the mode opens.
    pub operations: usize,
    /// How many fields of object types the mode opens in all.
    pub total: usize,
    /// The first of them, those of the root types before the others, by name.
    pub fields: Vec<OpenField>,
}

/// A field that an authorization mode opens.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OpenField {
    /// Type and field: `Query.getOrder`.
    pub name: String,
    /// The Cognito groups one of which a user must be in; empty where every caller of the mode may ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

impl OpenFields {
    /// The most fields that are kept by name.
    pub const MOST: usize = 200;
}

/// OpenID Connect settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OidcProvider {
    /// The issuer.
    pub issuer: String,
    /// Whether the client is pinned.
    pub client_pinned: bool,
}

/// An authorization mode of AppSync.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum AuthMode {
    /// A key that every client carries.
    #[serde(rename = "API_KEY")]
    ApiKey,
    /// IAM signatures.
    #[serde(rename = "AWS_IAM")]
    AwsIam,
    /// Tokens of a Cognito user pool.
    #[serde(rename = "AMAZON_COGNITO_USER_POOLS")]
    Cognito,
    /// OpenID Connect.
    #[serde(rename = "OPENID_CONNECT")]
    OpenIdConnect,
    /// A Lambda authorizer.
    #[serde(rename = "AWS_LAMBDA")]
    Lambda,
}

/// A data source of a GraphQL API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DataSource {
    /// The data source's name.
    pub name: String,
    /// `AWS_LAMBDA`, `AMAZON_DYNAMODB`, `HTTP`, …
    pub kind: String,
    /// The unqualified ARN of the Lambda function it invokes, if it invokes one.
    pub function: Option<String>,
}
