//! What AWS accounts deploy, as far as we were allowed to see: the seam between collecting and judging.
//!
//! Everything after the inventory is a pure function of it. Every value that a read can miss is a
//! [`Fact`], every list that pages can cut short is a [`Listing`], so ignorance travels with the data.

mod account;
mod api;
mod arn;
mod call;
mod event_source;
mod fact;
mod function;
mod gap;
mod graphql;
mod organization;
mod partition;
mod rest_api;
mod role;
mod secret;
mod web_acl;

pub use account::{Account, Assumptions, CallCount, Inventory, Region, SCHEMA};
pub use api::{Api, ApiAuthorizer, ApiStage, Integration, Protocol, Route, RouteAuthorization};
pub use arn::Arn;
pub use call::{Bucket, CALLS, Call};
pub use event_source::{EventSourceMapping, SourceKind};
pub use fact::{Fact, Listing};
pub use function::{
    Alias, CodeSigning, CodeSigningMode, Function, FunctionUrl, Invocable, PublishedVersion, UrlAuth,
    VpcPlacement,
};
pub use gap::{Gap, Reason};
pub use graphql::{
    AuthMode, AuthProvider, DataSource, EventApi, GraphqlApi, OidcProvider, OpenField, OpenFields,
};
pub use organization::ControlLevel;
pub use partition::{Partition, lacks_appsync};
pub use rest_api::{
    Authorizer, BasePathMapping, DomainName, EndpointType, Method, MethodAuthorization, MethodIntegration,
    RequestValidator, RestApi, Stage, Throttle, UsagePlan, UsagePlanStage,
};
pub use role::{AttachedPolicy, NamedPolicy, Role};
pub use secret::{SecretKind, Variable};
pub use web_acl::{Scope, WebAcl};
