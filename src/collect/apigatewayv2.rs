//! API Gateway v2: HTTP and WebSocket APIs.

use crate::call::{About, Caller};
use crate::value::{StageVariables, functions_of_uri, tags, unresolved, variables};
use aws_sdk_apigatewayv2::Client;
use aws_sdk_apigatewayv2::types;
use futures::future::{join_all, join4};
use inventory::{Api, ApiAuthorizer, ApiStage, Arn, Call, Fact, Integration, Listing, Route, Throttle};

/// The model gives no bound; AWS refuses none up to this.
const PAGE: &str = "100";

pub(crate) async fn read(caller: Caller<'_>, client: &Client, prefix: &str) -> Listing<Api> {
    let fetch = |token| client.get_apis().max_results(PAGE).set_next_token(token).send();
    let listed = caller
        .pages(Call::ApiGatewayV2GetApis, About::default(), fetch, |page| {
            (page.items.unwrap_or_default(), page.next_token)
        })
        .await;
    let mut items = join_all(listed.items.iter().map(|it| api(caller, client, prefix, it))).await;
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

async fn api(caller: Caller<'_>, client: &Client, prefix: &str, listed: &types::Api) -> Api {
    let id = listed.api_id.clone().unwrap_or_default();
    let arn = format!("{prefix}/apis/{id}");
    let about = About { resource: Some(&arn), id: Some(&id) };
    let protocol = listed.protocol_type.as_ref().map(types::ProtocolType::as_str);
    let cors = listed.cors_configuration.as_ref();
    let (routes, integrations, authorizers, stages) = join4(
        routes(caller, client, about, &id),
        integrations(caller, client, about, &id),
        authorizers(caller, client, about, &id),
        stages(caller, client, about, &id),
    )
    .await;
    let variables = match &stages.gap {
        None => Ok(stages.iter().filter_map(|it| it.stage_variables.as_ref()).collect()),
        Some(gap) => Err(gap.clone()),
    };
    let integrations = invoked(integrations, &variables);
    let mut deployed: Vec<_> = stages.items.iter().map(|it| stage(&arn, it)).collect();
    deployed.sort_by(|a, b| a.arn.cmp(&b.arn));
    Api {
        name: listed.name.clone().unwrap_or_default(),
        protocol: caller.word(Call::ApiGatewayV2GetApis, about, protocol),
        default_endpoint_disabled: listed.disable_execute_api_endpoint.unwrap_or_default(),
        cors_origins: cors.map(|it| it.allow_origins().to_vec()).unwrap_or_default(),
        tags: tags(listed.tags.clone()),
        routes,
        integrations,
        authorizers,
        stages: Listing { items: deployed, gap: stages.gap },
        id,
        arn,
    }
}

async fn routes(caller: Caller<'_>, client: &Client, about: About<'_>, id: &str) -> Listing<Route> {
    let call = Call::ApiGatewayV2GetRoutes;
    let fetch = |token| client.get_routes().api_id(id).max_results(PAGE).set_next_token(token).send();
    let listed =
        caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.next_token)).await;
    let route = |it: types::Route| Route {
        authorization: caller.word(
            call,
            about,
            Some(it.authorization_type.as_ref().map_or("NONE", |it| it.as_str())),
        ),
        id: it.route_id.unwrap_or_default(),
        key: it.route_key.unwrap_or_default(),
        authorizer: it.authorizer_id,
        api_key_required: it.api_key_required.unwrap_or_default(),
        integration: it.target.and_then(|it| it.strip_prefix("integrations/").map(Into::into)),
    };
    listed.map_sorted(route, |a, b| a.key.cmp(&b.key))
}

async fn integrations(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
) -> Listing<types::Integration> {
    let call = Call::ApiGatewayV2GetIntegrations;
    let fetch = |token| client.get_integrations().api_id(id).max_results(PAGE).set_next_token(token).send();
    caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.next_token)).await
}

/// Integrations with the functions that they invoke.
fn invoked(listed: Listing<types::Integration>, variables: &StageVariables<'_>) -> Listing<Integration> {
    let integration = |it: types::Integration| Integration {
        id: it.integration_id.unwrap_or_default(),
        kind: it.integration_type.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        functions: functions_of_uri(it.integration_uri.as_deref(), variables),
    };
    listed.map_sorted(integration, |a, b| a.id.cmp(&b.id))
}

async fn authorizers(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
) -> Listing<ApiAuthorizer> {
    let call = Call::ApiGatewayV2GetAuthorizers;
    let fetch = |token| client.get_authorizers().api_id(id).max_results(PAGE).set_next_token(token).send();
    let listed =
        caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.next_token)).await;
    let uris = listed.iter().map(|it| it.authorizer_uri.as_deref());
    let gap = listed.gap.clone().or(unresolved(caller, call, about, uris));
    Listing { items: listed.items, gap }.map_sorted(authorizer, |a, b| a.id.cmp(&b.id))
}

fn authorizer(listed: types::Authorizer) -> ApiAuthorizer {
    let jwt = listed.jwt_configuration;
    ApiAuthorizer {
        id: listed.authorizer_id.unwrap_or_default(),
        name: listed.name.unwrap_or_default(),
        kind: listed.authorizer_type.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        function: listed.authorizer_uri.as_deref().and_then(Arn::function_of_uri),
        qualifier: listed.authorizer_uri.as_deref().and_then(Arn::qualifier_of_uri),
        issuer: jwt.as_ref().and_then(|it| it.issuer.clone()),
        audiences: jwt.and_then(|it| it.audience).unwrap_or_default(),
        identity_sources: listed.identity_source.unwrap_or_default(),
        ttl: listed.authorizer_result_ttl_in_seconds,
    }
}

async fn stages(caller: Caller<'_>, client: &Client, about: About<'_>, id: &str) -> Listing<types::Stage> {
    let call = Call::ApiGatewayV2GetStages;
    let fetch = |token| client.get_stages().api_id(id).max_results(PAGE).set_next_token(token).send();
    caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.next_token)).await
}

fn stage(api: &str, listed: &types::Stage) -> ApiStage {
    let name = listed.stage_name.clone().unwrap_or_default();
    let default = listed.default_route_settings.iter().map(|it| ("default", it));
    let routes = listed.route_settings.iter().flatten().map(|(key, it)| (key.as_str(), it));
    let settings: Vec<_> = default.chain(routes).collect();
    let mut throttles: Vec<_> = settings.iter().map(|(target, it)| throttled(target, it)).collect();
    throttles.sort_by(|a, b| a.target.cmp(&b.target));
    let access_log = listed.access_log_settings.as_ref().and_then(|it| it.destination_arn.clone());
    ApiStage {
        arn: format!("{api}/stages/{name}"),
        access_log: access_log.filter(|arn| !arn.is_empty()).into(),
        variables: Fact::Known(variables(listed.stage_variables.as_ref())),
        throttles: Fact::Known(throttles),
        data_trace: settings.iter().any(|(_, it)| it.data_trace_enabled == Some(true)),
        name,
    }
}

fn throttled(target: &str, settings: &types::RouteSettings) -> Throttle {
    Throttle {
        target: target.into(),
        rate: settings.throttling_rate_limit.filter(|it| *it > 0.0),
        burst: settings.throttling_burst_limit.filter(|it| *it > 0),
    }
}
