//! What the stub's AWS holds: plain data, each object in the wire shape of its API.

use serde_json::Value;
use std::collections::BTreeMap;

/// Everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
    /// Roles that can be assumed.
    pub(crate) assumable: Vec<Assumable>,
    /// The most that a page holds, whatever the caller asks for.
    pub(crate) page: Option<usize>,
}

/// A role that can be assumed, and what it asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assumable {
    pub(crate) arn: String,
    pub(crate) external_id: Option<String>,
    /// The account that its credentials turn out to be of.
    pub(crate) account: String,
}

/// An account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) id: String,
    /// The enabled regions.
    pub(crate) regions: BTreeMap<String, Region>,
    /// `RoleDetail`s.
    pub(crate) roles: Vec<Value>,
    /// `ManagedPolicyDetail`s.
    pub(crate) policies: Vec<Value>,
    pub(crate) cloudfront_web_acls: Vec<WebAcl>,
    /// The organization that the account is in.
    pub(crate) organization: Option<Organization>,
}

/// An organization, as far as it concerns one of its accounts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organization {
    /// `Organization`.
    pub(crate) described: Value,
    /// The units above the account, the nearest first, and then the root.
    pub(crate) above: Vec<String>,
    /// `Policy`s by the ids of what they are attached to.
    pub(crate) attached: BTreeMap<String, Vec<Value>>,
}

/// A region of an account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Region {
    pub(crate) functions: Vec<Function>,
    /// `EventSourceMappingConfiguration`s.
    pub(crate) mappings: Vec<Value>,
    pub(crate) signing: Vec<Signing>,
    /// API Gateway's `Account`.
    pub(crate) account: Value,
    pub(crate) rest_apis: Vec<RestApi>,
    /// `UsagePlan`s.
    pub(crate) usage_plans: Vec<Value>,
    pub(crate) domains: Vec<Domain>,
    pub(crate) apis: Vec<HttpApi>,
    pub(crate) graphql: Vec<Graphql>,
    pub(crate) events: Vec<Events>,
    pub(crate) web_acls: Vec<WebAcl>,
}

/// A function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    /// `FunctionConfiguration` of `$LATEST`.
    pub(crate) config: Value,
    /// `FunctionConfiguration`s of the published versions.
    pub(crate) versions: Vec<Value>,
    /// Resource policies by qualifier; the function's own under the empty one.
    pub(crate) policies: BTreeMap<String, String>,
    /// `AliasConfiguration`s.
    pub(crate) aliases: Vec<Value>,
    /// `FunctionUrlConfig`s.
    pub(crate) urls: Vec<Value>,
    /// What `GetFunction` adds: `Tags`, `Concurrency`, `Code`.
    pub(crate) details: Value,
}

/// A code-signing configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signing {
    /// `CodeSigningConfig`.
    pub(crate) config: Value,
    /// The ARNs of the functions that it is attached to.
    pub(crate) functions: Vec<Value>,
}

/// A REST API.
#[derive(Clone, Debug, Default)]
pub(crate) struct RestApi {
    /// `RestApi`.
    pub(crate) api: Value,
    pub(crate) stages: Vec<Value>,
    pub(crate) resources: Vec<Value>,
    pub(crate) authorizers: Vec<Value>,
    pub(crate) validators: Vec<Value>,
}

/// A custom domain name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Domain {
    /// `DomainName`.
    pub(crate) domain: Value,
    /// `ApiMapping`s.
    pub(crate) mappings: Vec<Value>,
}

/// An HTTP or WebSocket API.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpApi {
    /// `Api`.
    pub(crate) api: Value,
    pub(crate) routes: Vec<Value>,
    pub(crate) integrations: Vec<Value>,
    pub(crate) authorizers: Vec<Value>,
    pub(crate) stages: Vec<Value>,
}

/// A GraphQL API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graphql {
    /// `GraphqlApi`.
    pub(crate) api: Value,
    /// `ApiKey`s.
    pub(crate) keys: Vec<Value>,
    /// `DataSource`s.
    pub(crate) sources: Vec<Value>,
    /// The schema, with its directives.
    pub(crate) schema: Option<String>,
}

/// An event API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events {
    /// `Api`.
    pub(crate) api: Value,
    /// `ApiKey`s.
    pub(crate) keys: Vec<Value>,
}

/// A web ACL.
#[derive(Clone, Debug, Default)]
pub(crate) struct WebAcl {
    /// `WebACLSummary`.
    pub(crate) acl: Value,
    /// Resource ARNs by `ResourceType`.
    pub(crate) resources: BTreeMap<String, Vec<String>>,
}

impl World {
    /// The account of that id.
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|it| it.id == id)
    }
}
