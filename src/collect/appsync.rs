//! AppSync: GraphQL APIs and event APIs.

mod fields;

use crate::call::{About, Caller};
use crate::value::tags;
use aws_sdk_appsync::Client;
use aws_sdk_appsync::types;
use futures::future::{join, join_all, join3};
use inventory::{
    Arn, AuthMode, AuthProvider, Call, DataSource, EventApi, Fact, Gap, GraphqlApi, Listing, OidcProvider,
    Reason, lacks_appsync,
};

/// What a region's AppSync holds.
pub(crate) struct AppSync {
    pub(crate) graphql: Listing<GraphqlApi>,
    pub(crate) events: Listing<EventApi>,
}

const PAGE: i32 = 25;

pub(crate) async fn read(caller: Caller<'_>, client: &Client) -> AppSync {
    let (graphql, events) = join(graphql(caller, client), events(caller, client)).await;
    AppSync { graphql: unless_absent(caller, graphql), events: unless_absent(caller, events) }
}

/// A region without AppSync has no endpoint to answer: that is no gap.
fn unless_absent<T>(caller: Caller<'_>, listing: Listing<T>) -> Listing<T> {
    let silent = |gap: &Gap| !gap.not_asked && matches!(gap.reason, Reason::Unavailable | Reason::Timeout);
    let absent = lacks_appsync(caller.region) && listing.gap.as_ref().is_some_and(silent);
    if absent { Listing::complete(listing.items) } else { listing }
}

async fn graphql(caller: Caller<'_>, client: &Client) -> Listing<GraphqlApi> {
    let fetch = |token| client.list_graphql_apis().max_results(PAGE).set_next_token(token).send();
    let listed = caller
        .pages(Call::AppSyncListGraphqlApis, About::default(), fetch, |page| {
            (page.graphql_apis.unwrap_or_default(), page.next_token)
        })
        .await;
    let mut items = join_all(listed.items.iter().map(|it| graphql_api(caller, client, it))).await;
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

async fn graphql_api(caller: Caller<'_>, client: &Client, listed: &types::GraphqlApi) -> GraphqlApi {
    let arn = listed.arn.clone().unwrap_or_default();
    let id = listed.api_id.clone().unwrap_or_default();
    let about = About { resource: Some(&arn), ..About::default() };
    let auth = providers(caller, about, listed);
    let (api_keys, data_sources, fields) = join3(
        api_keys(caller, client, about, &id, &auth),
        data_sources(caller, client, about, &id),
        fields::read(caller, client, about, &id, &auth),
    )
    .await;
    GraphqlApi {
        name: listed.name.clone().unwrap_or_default(),
        private: listed.visibility == Some(types::GraphQlApiVisibility::Private),
        web_acl: listed.waf_web_acl_arn.clone().filter(|arn| !arn.is_empty()).into(),
        tags: tags(listed.tags.clone()),
        field_log_level: listed.log_config.as_ref().map(|it| it.field_log_level.as_str().to_owned()).into(),
        introspection: listed.introspection_config != Some(types::GraphQlApiIntrospectionConfig::Disabled),
        query_depth_limit: listed.query_depth_limit,
        resolver_count_limit: listed.resolver_count_limit,
        auth: Listing::complete(auth),
        fields,
        api_keys,
        data_sources,
        id,
        arn,
    }
}

/// The default provider first, then the additional ones.
fn providers(caller: Caller<'_>, about: About<'_>, listed: &types::GraphqlApi) -> Vec<AuthProvider> {
    let mode = |it: Option<&types::AuthenticationType>| {
        caller.word(Call::AppSyncListGraphqlApis, about, it.map(types::AuthenticationType::as_str))
    };
    let pool = listed.user_pool_config.as_ref();
    let default = AuthProvider {
        mode: mode(listed.authentication_type.as_ref()),
        user_pool: pool.map(|it| it.user_pool_id.clone()),
        app_client_pinned: pinned(pool.and_then(|it| it.app_id_client_regex.as_ref())),
        default_action: pool.map(|it| it.default_action.as_str().to_owned()),
        oidc: listed.open_id_connect_config.as_ref().map(oidc),
        ..authorizer(listed.lambda_authorizer_config.as_ref())
    };
    let additional = listed.additional_authentication_providers().iter().map(|it| AuthProvider {
        mode: mode(it.authentication_type.as_ref()),
        user_pool: it.user_pool_config.as_ref().map(|it| it.user_pool_id.clone()),
        app_client_pinned: pinned(
            it.user_pool_config.as_ref().and_then(|it| it.app_id_client_regex.as_ref()),
        ),
        oidc: it.open_id_connect_config.as_ref().map(oidc),
        ..authorizer(it.lambda_authorizer_config.as_ref())
    });
    std::iter::once(default).chain(additional).collect()
}

fn oidc(config: &types::OpenIdConnectConfig) -> OidcProvider {
    OidcProvider { issuer: config.issuer.clone(), client_pinned: pinned(config.client_id.as_ref()) }
}

/// The settings of a Lambda authorizer; the rest is to be filled in.
fn authorizer(config: Option<&types::LambdaAuthorizerConfig>) -> AuthProvider {
    AuthProvider {
        function: config.and_then(|it| Arn::function_of_uri(&it.authorizer_uri)),
        qualifier: config.and_then(|it| Arn::qualifier_of_uri(&it.authorizer_uri)),
        ttl: config.map(|it| it.authorizer_result_ttl_in_seconds),
        token_validated: pinned(config.and_then(|it| it.identity_validation_expression.as_ref())),
        ..AuthProvider::default()
    }
}

/// Whether a pattern is set. What it says is not kept.
fn pinned(pattern: Option<&String>) -> bool {
    pattern.is_some_and(|it| !it.is_empty())
}

/// When the keys of an API run out. An API that takes no keys is not asked.
async fn api_keys(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
    auth: &[AuthProvider],
) -> Listing<Option<i64>> {
    let takes_keys = auth.iter().any(|it| matches!(it.mode, Fact::Known(AuthMode::ApiKey) | Fact::Unread(_)));
    if !takes_keys {
        return Listing::complete(Vec::new());
    }
    let fetch = |token| client.list_api_keys().api_id(id).max_results(PAGE).set_next_token(token).send();
    let listed = caller
        .pages(Call::AppSyncListApiKeys, about, fetch, |page| {
            (page.api_keys.unwrap_or_default(), page.next_token)
        })
        .await;
    // The id is the key itself: only the day it runs out is kept.
    let mut items: Vec<_> = listed.items.iter().map(|it| Some(it.expires).filter(|it| *it > 0)).collect();
    items.sort_unstable();
    Listing { items, gap: listed.gap }
}

async fn data_sources(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
) -> Listing<DataSource> {
    let call = Call::AppSyncListDataSources;
    let fetch = |token| client.list_data_sources().api_id(id).max_results(PAGE).set_next_token(token).send();
    let listed = caller
        .pages(call, about, fetch, |page| (page.data_sources.unwrap_or_default(), page.next_token))
        .await;
    let source = |it: types::DataSource| DataSource {
        name: it.name.unwrap_or_default(),
        kind: it.r#type.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        function: it.lambda_config.and_then(|it| Arn::unqualified_function(&it.lambda_function_arn)),
    };
    listed.map_sorted(source, |a, b| a.name.cmp(&b.name))
}

async fn events(caller: Caller<'_>, client: &Client) -> Listing<EventApi> {
    let fetch = |token| client.list_apis().max_results(PAGE).set_next_token(token).send();
    let listed = caller
        .pages(Call::AppSyncListApis, About::default(), fetch, |page| {
            (page.apis.unwrap_or_default(), page.next_token)
        })
        .await;
    let mut items = join_all(listed.items.iter().map(|it| event_api(caller, client, it))).await;
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

async fn event_api(caller: Caller<'_>, client: &Client, listed: &types::Api) -> EventApi {
    let arn = listed.api_arn.clone().unwrap_or_default();
    let id = listed.api_id.clone().unwrap_or_default();
    let about = About { resource: Some(&arn), ..About::default() };
    let config = listed.event_config.as_ref();
    let auth: Vec<_> = config
        .map(types::EventConfig::auth_providers)
        .unwrap_or_default()
        .iter()
        .map(|it| event_provider(caller, about, it))
        .collect();
    // Without a configuration nothing is known of who may connect.
    let missing = || caller.gap(Call::AppSyncListApis, about, Reason::Malformed, "no event configuration");
    let gap = config.is_none().then(missing);
    let modes = |modes: &[types::AuthMode]| modes.iter().filter_map(mode).collect();
    EventApi {
        name: listed.name.clone().unwrap_or_default(),
        connection: config.map(|it| modes(it.connection_auth_modes())).unwrap_or_default(),
        publish: config.map(|it| modes(it.default_publish_auth_modes())).unwrap_or_default(),
        subscribe: config.map(|it| modes(it.default_subscribe_auth_modes())).unwrap_or_default(),
        log_level: config.and_then(|it| Some(it.log_config.as_ref()?.log_level.as_str().to_owned())).into(),
        api_keys: api_keys(caller, client, about, &id, &auth).await,
        auth: Listing { items: auth, gap },
        id,
        arn,
    }
}

/// Modes name providers of the same API, so one that is unknown here is unread there.
fn mode(listed: &types::AuthMode) -> Option<AuthMode> {
    serde_json::from_value(serde_json::Value::from(listed.auth_type.as_str())).ok()
}

fn event_provider(caller: Caller<'_>, about: About<'_>, listed: &types::AuthProvider) -> AuthProvider {
    let pool = listed.cognito_config.as_ref();
    AuthProvider {
        mode: caller.word(Call::AppSyncListApis, about, Some(listed.auth_type.as_str())),
        user_pool: pool.map(|it| it.user_pool_id.clone()),
        app_client_pinned: pinned(pool.and_then(|it| it.app_id_client_regex.as_ref())),
        oidc: listed.open_id_connect_config.as_ref().map(oidc),
        ..authorizer(listed.lambda_authorizer_config.as_ref())
    }
}
