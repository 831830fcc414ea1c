//! API Gateway v1: REST APIs, usage plans, custom domain names, the account's throttle.

mod front;

use crate::call::{About, Caller};
use crate::value::{StageVariables, functions_of_uri, tags, unresolved, variables};
use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types;
use front::{domain_names, throttle, usage_plans};
use futures::future::{join_all, join4};
use inventory::{
    Arn, Authorizer, Call, DomainName, Fact, Listing, Method, MethodIntegration, RequestValidator, RestApi,
    Stage, Throttle, UsagePlan,
};
use std::collections::HashMap;

/// What a region's API Gateway holds, as far as v1 tells.
pub(crate) struct Rest {
    pub(crate) apis: Listing<RestApi>,
    pub(crate) throttle: Fact<Throttle>,
    pub(crate) usage_plans: Listing<UsagePlan>,
    pub(crate) domain_names: Listing<DomainName>,
}

const PAGE: i32 = 500;

pub(crate) async fn read(
    caller: Caller<'_>,
    client: &Client,
    v2: &aws_sdk_apigatewayv2::Client,
    prefix: &str,
) -> Rest {
    let (apis, throttle, usage_plans, domain_names) = join4(
        apis(caller, client, prefix),
        throttle(caller, client),
        usage_plans(caller, client),
        domain_names(caller, client, v2),
    )
    .await;
    Rest { apis, throttle, usage_plans, domain_names }
}

async fn apis(caller: Caller<'_>, client: &Client, prefix: &str) -> Listing<RestApi> {
    let fetch = |position| client.get_rest_apis().limit(PAGE).set_position(position).send();
    let listed = caller
        .pages(Call::ApiGatewayGetRestApis, About::default(), fetch, |page| {
            (page.items.unwrap_or_default(), page.position)
        })
        .await;
    let read = listed.items.iter().map(|it| api(caller, client, prefix, it));
    let mut items = join_all(read).await;
    items.sort_by(|a, b| a.arn.cmp(&b.arn));
    items.dedup_by(|a, b| a.arn == b.arn);
    Listing { items, gap: listed.gap }
}

async fn api(caller: Caller<'_>, client: &Client, prefix: &str, listed: &types::RestApi) -> RestApi {
    let id = listed.id.clone().unwrap_or_default();
    let arn = format!("{prefix}/restapis/{id}");
    let about = About { resource: Some(&arn), id: Some(&id) };
    let call = Call::ApiGatewayGetRestApis;
    let configuration = listed.endpoint_configuration.as_ref();
    let mut vpc_endpoints = configuration.map(|it| it.vpc_endpoint_ids().to_vec()).unwrap_or_default();
    vpc_endpoints.sort();
    let endpoint = configuration.and_then(|it| it.types().first()).map(types::EndpointType::as_str);
    let (stages, resources, authorizers, validators) = join4(
        stages(caller, client, about, &id),
        resources(caller, client, about, &id),
        authorizers(caller, client, about, &id),
        validators(caller, client, about, &id),
    )
    .await;
    let variables = match &stages.gap {
        None => Ok(stages.iter().flat_map(stage_variables).collect()),
        Some(gap) => Err(gap.clone()),
    };
    let methods = methods(caller, about, &resources, &variables);
    let mut deployed: Vec<_> = stages.items.iter().map(|it| stage(&arn, it)).collect();
    deployed.sort_by(|a, b| a.arn.cmp(&b.arn));
    RestApi {
        name: listed.name.clone().unwrap_or_default(),
        // An API without the field is of the oldest kind.
        endpoint: caller.word(call, about, Some(endpoint.unwrap_or("EDGE"))),
        vpc_endpoints,
        default_endpoint_disabled: listed.disable_execute_api_endpoint,
        policy: caller.document(call, about, listed.policy.as_deref()),
        tags: tags(listed.tags.clone()),
        stages: Listing { items: deployed, gap: stages.gap },
        methods,
        authorizers,
        validators,
        id,
        arn,
    }
}

async fn stages(caller: Caller<'_>, client: &Client, about: About<'_>, id: &str) -> Listing<types::Stage> {
    let send = || client.get_stages().rest_api_id(id).send();
    match caller.ask(Call::ApiGatewayGetStages, about, send).await {
        Ok(answer) => Listing::complete(answer.and_then(|answer| answer.item).unwrap_or_default()),
        Err(gap) => Listing::cut(Vec::new(), gap),
    }
}

fn stage(api: &str, listed: &types::Stage) -> Stage {
    let name = listed.stage_name.clone().unwrap_or_default();
    let settings = listed.method_settings.iter().flatten();
    let mut throttles: Vec<_> = settings.clone().map(|(target, it)| throttled(target, it)).collect();
    throttles.sort_by(|a, b| a.target.cmp(&b.target));
    let access_log = listed.access_log_settings.as_ref().and_then(|it| it.destination_arn.clone());
    Stage {
        arn: format!("{api}/stages/{name}"),
        web_acl: listed.web_acl_arn.clone().filter(|arn| !arn.is_empty()).into(),
        access_log: access_log.filter(|arn| !arn.is_empty()).into(),
        variables: Fact::Known(stage_variables(listed).flat_map(|it| variables(Some(it))).collect()),
        throttles: Fact::Known(throttles),
        data_trace: settings.clone().any(|(_, it)| it.data_trace_enabled),
        name,
    }
}

/// The stage's own variables, and those that its canary sets otherwise.
fn stage_variables(stage: &types::Stage) -> impl Iterator<Item = &HashMap<String, String>> {
    let canary = stage.canary_settings.as_ref().and_then(|it| it.stage_variable_overrides.as_ref());
    stage.variables.iter().chain(canary)
}

/// API Gateway writes -1 for "no throttle", and the SDK writes 0 for a missing field.
fn throttled(target: &str, setting: &types::MethodSetting) -> Throttle {
    Throttle {
        target: target.into(),
        rate: Some(setting.throttling_rate_limit).filter(|it| *it > 0.0),
        burst: Some(setting.throttling_burst_limit).filter(|it| *it > 0),
    }
}

async fn resources(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
) -> Listing<types::Resource> {
    let call = Call::ApiGatewayGetResources;
    let fetch = |position| {
        client.get_resources().rest_api_id(id).embed("methods").limit(PAGE).set_position(position).send()
    };
    caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.position)).await
}

fn methods(
    caller: Caller<'_>,
    about: About<'_>,
    resources: &Listing<types::Resource>,
    variables: &StageVariables<'_>,
) -> Listing<Method> {
    let mut items = Vec::new();
    for resource in resources {
        let path = resource.path.as_deref().unwrap_or_default();
        let methods = resource.resource_methods.iter().flatten();
        items.extend(methods.map(|(verb, it)| method(caller, about, path, verb, it, variables)));
    }
    items.sort_by(|a, b| (&a.path, &a.verb).cmp(&(&b.path, &b.verb)));
    Listing { items, gap: resources.gap.clone() }
}

fn method(
    caller: Caller<'_>,
    about: About<'_>,
    path: &str,
    verb: &str,
    listed: &types::Method,
    variables: &StageVariables<'_>,
) -> Method {
    let call = Call::ApiGatewayGetResources;
    // The model `Empty` that every API has is fulfilled by anything.
    let models = listed.request_models.iter().flatten().filter(|(_, model)| *model != "Empty");
    let mut models: Vec<_> = models.map(|(kind, _)| kind.clone()).collect();
    models.sort();
    let parameters = listed.request_parameters.iter().flatten();
    let mut required: Vec<_> = parameters.filter(|(_, it)| **it).map(|(name, _)| name.clone()).collect();
    required.sort();
    let integration = listed.method_integration.as_ref().map(|it| MethodIntegration {
        kind: it.r#type.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        functions: functions_of_uri(it.uri.as_deref(), variables),
    });
    Method {
        path: path.into(),
        verb: verb.into(),
        authorization: caller.word(call, about, listed.authorization_type.as_deref()),
        authorizer: listed.authorizer_id.clone(),
        api_key_required: listed.api_key_required.unwrap_or_default(),
        validator: listed.request_validator_id.clone(),
        models,
        required_parameters: required,
        integration: integration.into(),
    }
}

async fn authorizers(caller: Caller<'_>, client: &Client, about: About<'_>, id: &str) -> Listing<Authorizer> {
    let call = Call::ApiGatewayGetAuthorizers;
    let fetch = |position| client.get_authorizers().rest_api_id(id).limit(PAGE).set_position(position).send();
    let listed =
        caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.position)).await;
    let uris = listed.iter().map(|it| it.authorizer_uri.as_deref());
    let gap = listed.gap.clone().or(unresolved(caller, call, about, uris));
    Listing { items: listed.items, gap }.map_sorted(authorizer, |a, b| a.id.cmp(&b.id))
}

fn authorizer(listed: types::Authorizer) -> Authorizer {
    Authorizer {
        id: listed.id.unwrap_or_default(),
        name: listed.name.unwrap_or_default(),
        kind: listed.r#type.map(|it| it.as_str().to_owned()).unwrap_or_default(),
        function: listed.authorizer_uri.as_deref().and_then(Arn::function_of_uri),
        qualifier: listed.authorizer_uri.as_deref().and_then(Arn::qualifier_of_uri),
        identity_source: listed.identity_source,
        ttl: listed.authorizer_result_ttl_in_seconds,
        user_pools: listed.provider_arns.unwrap_or_default(),
    }
}

async fn validators(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
) -> Listing<RequestValidator> {
    let call = Call::ApiGatewayGetRequestValidators;
    let fetch =
        |position| client.get_request_validators().rest_api_id(id).limit(PAGE).set_position(position).send();
    let listed =
        caller.pages(call, about, fetch, |page| (page.items.unwrap_or_default(), page.position)).await;
    let validator = |it: types::RequestValidator| RequestValidator {
        id: it.id.unwrap_or_default(),
        body: it.validate_request_body,
        parameters: it.validate_request_parameters,
    };
    listed.map_sorted(validator, |a, b| a.id.cmp(&b.id))
}
