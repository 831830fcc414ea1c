//! What stands in front of APIs: the account's throttle, usage plans, custom domain names.

use super::PAGE;
use crate::call::{About, Caller};
use aws_sdk_apigateway::types::EndpointType;
use aws_sdk_apigateway::{Client, types};
use futures::future::join_all;
use inventory::{BasePathMapping, Call, DomainName, Fact, Listing, Throttle, UsagePlan, UsagePlanStage};

pub(super) async fn throttle(caller: Caller<'_>, client: &Client) -> Fact<Throttle> {
    let call = Call::ApiGatewayGetAccount;
    match caller.ask(call, About::default(), || client.get_account().send()).await {
        Ok(answer) => {
            let settings = answer.and_then(|answer| answer.throttle_settings);
            settings.map(|it| per_key("account", &it)).into()
        }
        Err(gap) => Fact::Unread(gap),
    }
}

pub(super) async fn usage_plans(caller: Caller<'_>, client: &Client) -> Listing<UsagePlan> {
    let fetch = |position| client.get_usage_plans().limit(PAGE).set_position(position).send();
    let listed = caller
        .pages(Call::ApiGatewayGetUsagePlans, About::default(), fetch, |page| {
            (page.items.unwrap_or_default(), page.position)
        })
        .await;
    listed.map_sorted(usage_plan, |a, b| a.id.cmp(&b.id))
}

fn usage_plan(listed: types::UsagePlan) -> UsagePlan {
    let stage = |it: types::ApiStage| UsagePlanStage {
        api: it.api_id.unwrap_or_default(),
        stage: it.stage.unwrap_or_default(),
        throttles: it.throttle.iter().flatten().map(|(target, it)| per_key(target, it)).collect(),
    };
    UsagePlan {
        id: listed.id.unwrap_or_default(),
        name: listed.name.unwrap_or_default(),
        stages: listed.api_stages.unwrap_or_default().into_iter().map(stage).collect(),
        throttle: listed.throttle.map(|it| per_key("default", &it)),
        quota: listed.quota.map(|it| it.limit),
    }
}

fn per_key(target: &str, settings: &types::ThrottleSettings) -> Throttle {
    Throttle {
        target: target.into(),
        rate: Some(settings.rate_limit).filter(|it| *it > 0.0),
        burst: Some(settings.burst_limit).filter(|it| *it > 0),
    }
}

pub(super) async fn domain_names(
    caller: Caller<'_>,
    client: &Client,
    v2: &aws_sdk_apigatewayv2::Client,
) -> Listing<DomainName> {
    let fetch = |position| client.get_domain_names().limit(PAGE).set_position(position).send();
    let listed = caller
        .pages(Call::ApiGatewayGetDomainNames, About::default(), fetch, |page| {
            (page.items.unwrap_or_default(), page.position)
        })
        .await;
    let mut items = join_all(listed.items.into_iter().map(|it| domain_name(caller, v2, it))).await;
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Listing { items, gap: listed.gap }
}

async fn domain_name(
    caller: Caller<'_>,
    client: &aws_sdk_apigatewayv2::Client,
    listed: types::DomainName,
) -> DomainName {
    let name = listed.domain_name.unwrap_or_default();
    let about = About { resource: Some(&name), id: Some(&name) };
    let fetch =
        |token| client.get_api_mappings().domain_name(&name).max_results("100").set_next_token(token).send();
    // v2 lists the mappings of REST APIs too, so one call serves both.
    let mappings = caller
        .pages(Call::ApiGatewayV2GetApiMappings, about, fetch, |page| {
            (page.items.unwrap_or_default(), page.next_token)
        })
        .await;
    // v2 knows no edge-optimised names, and says so as if there were none.
    let edge = listed.endpoint_configuration.as_ref();
    let edge = edge.is_some_and(|it| it.types().contains(&EndpointType::Edge));
    let mapping = |it: aws_sdk_apigatewayv2::types::ApiMapping| BasePathMapping {
        path: it.api_mapping_key.unwrap_or_default(),
        api: it.api_id.unwrap_or_default(),
        stage: it.stage,
    };
    let mut items: Vec<_> = mappings.items.into_iter().map(mapping).collect();
    items.sort_by(|a, b| a.path.cmp(&b.path));
    DomainName {
        security_policy: listed.security_policy.map(|it| it.as_str().to_owned()),
        mutual_tls: listed.mutual_tls_authentication.is_some_and(|it| it.truststore_uri.is_some()),
        mappings: if edge { Listing::default() } else { Listing { items, gap: mappings.gap } },
        name,
    }
}
