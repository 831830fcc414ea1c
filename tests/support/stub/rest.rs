//! Lambda, API Gateway and AppSync: REST with JSON.

use super::answer::{Answer, Pager, missing};
use super::fault::Refusal;
use super::request::Request;
use super::world::{Domain, Function, Graphql, HttpApi, Region, RestApi};
use serde_json::{Value, json};

fn shapes<T>(items: &[T], shape: impl Fn(&T) -> &Value) -> Vec<Value> {
    items.iter().map(|it| shape(it).clone()).collect()
}

pub(crate) fn lambda(region: &Region, request: &Request, pager: &Pager<'_>) -> Answer {
    let page = |items: &str, all: &[Value]| pager.page(items, "NextMarker", 50, all);
    let function = || {
        let mut functions = region.functions.iter();
        let wanted = |it: &&Function| {
            [&it.config["FunctionArn"], &it.config["FunctionName"]].iter().any(|name| **name == request.id())
        };
        functions.find(wanted).ok_or_else(|| missing("Function not found"))
    };
    match request.operation.as_str() {
        "ListFunctions" => {
            let versions = request.query.get("FunctionVersion").is_some_and(|it| it == "ALL");
            let all = region.functions.iter().flat_map(|it| {
                let versions = it.versions.iter().filter(|_| versions);
                std::iter::once(&it.config).chain(versions).cloned()
            });
            page("Functions", &all.collect::<Vec<_>>())
        }
        "GetFunction" => {
            let function = function()?;
            let mut answer = function.details.clone();
            answer["Configuration"] = function.config.clone();
            Ok(answer)
        }
        "GetPolicy" => {
            let qualifier = request.query.get("Qualifier").cloned().unwrap_or_default();
            let policy = function()?.policies.get(&qualifier);
            let policy = policy.ok_or_else(|| missing("The resource you requested does not exist."))?;
            Ok(json!({ "Policy": policy, "RevisionId": "1" }))
        }
        "ListAliases" => page("Aliases", &function()?.aliases),
        "ListFunctionUrlConfigs" => page("FunctionUrlConfigs", &function()?.urls),
        "ListEventSourceMappings" => pager.page("EventSourceMappings", "NextMarker", 100, &region.mappings),
        "ListCodeSigningConfigs" => page("CodeSigningConfigs", &shapes(&region.signing, |it| &it.config)),
        "ListFunctionsByCodeSigningConfig" => {
            let mut all = region.signing.iter();
            let signing = all.find(|it| it.config["CodeSigningConfigArn"] == request.id());
            page("FunctionArns", &signing.ok_or_else(|| missing("no such configuration"))?.functions)
        }
        _ => unknown(request),
    }
}

pub(crate) fn apigateway(region: &Region, request: &Request, pager: &Pager<'_>) -> Answer {
    let not_found = || (404, "NotFoundException", "Invalid API identifier specified".to_owned());
    // Without a limit v1 gives 25 at most.
    let most = request.limit().map_or(25, |limit| limit.min(500));
    let v1 = |all: &[Value]| pager.page("item", "position", most, all);
    let v2 = |all: &[Value]| pager.page("items", "nextToken", 100, all);
    let rest = || -> Result<&RestApi, _> {
        region.rest_apis.iter().find(|it| it.api["id"] == request.id()).ok_or_else(not_found)
    };
    let api = || -> Result<&HttpApi, _> {
        region.apis.iter().find(|it| it.api["apiId"] == request.id()).ok_or_else(not_found)
    };
    let domain = || -> Result<&Domain, _> {
        region.domains.iter().find(|it| it.domain["domainName"] == request.id()).ok_or_else(not_found)
    };
    match request.operation.as_str() {
        "GetAccount" => Ok(region.account.clone()),
        "GetRestApis" => v1(&shapes(&region.rest_apis, |it| &it.api)),
        "GetStages" => Ok(json!({ "item": rest()?.stages })),
        "GetResources" => {
            let mut resources = rest()?.resources.clone();
            if request.query.get("embed").is_none_or(|it| it != "methods") {
                let methods = resources.iter_mut().filter_map(|it| it["resourceMethods"].as_object_mut());
                methods.flatten().for_each(|(_, method)| *method = json!({}));
            }
            v1(&resources)
        }
        "GetAuthorizers" => v1(&rest()?.authorizers),
        "GetRequestValidators" => v1(&rest()?.validators),
        "GetUsagePlans" => v1(&region.usage_plans),
        "GetDomainNames" => v1(&shapes(&region.domains, |it| &it.domain)),
        "GetApis" => v2(&shapes(&region.apis, |it| &it.api)),
        "GetRoutes" => v2(&api()?.routes),
        "GetIntegrations" => v2(&api()?.integrations),
        "GetAuthorizersV2" => v2(&api()?.authorizers),
        "GetStagesV2" => v2(&api()?.stages),
        "GetApiMappings" => v2(&domain()?.mappings),
        _ => unknown(request),
    }
}

pub(crate) fn appsync(region: &Region, request: &Request, pager: &Pager<'_>) -> Answer {
    let not_found = || (404, "NotFoundException", "GraphQL API not found.".to_owned());
    let page = |items: &str, all: &[Value]| pager.page(items, "nextToken", 25, all);
    let graphql = || -> Option<&Graphql> { region.graphql.iter().find(|it| it.api["apiId"] == request.id()) };
    match request.operation.as_str() {
        "ListGraphqlApis" => page("graphqlApis", &shapes(&region.graphql, |it| &it.api)),
        "ListApis" => page("apis", &shapes(&region.events, |it| &it.api)),
        "ListApiKeys" => {
            let events = region.events.iter().find(|it| it.api["apiId"] == request.id());
            let keys = graphql().map(|it| &it.keys).or(events.map(|it| &it.keys));
            page("apiKeys", keys.ok_or_else(not_found)?)
        }
        "ListDataSources" => page("dataSources", &graphql().ok_or_else(not_found)?.sources),
        _ => unknown(request),
    }
}

/// The schema as it is: no JSON around it.
pub(crate) fn schema(region: &Region, request: &Request) -> Result<String, Refusal> {
    let api = region.graphql.iter().find(|it| it.api["apiId"] == request.id());
    let schema = api.and_then(|it| it.schema.clone());
    let schema = schema.ok_or((404, "NotFoundException", "GraphQL API not found.".to_owned()))?;
    let asks = |name: &str, value: &str| request.query.get(name).is_some_and(|it| it == value);
    if !asks("format", "SDL") {
        return Err((400, "BadRequestException", "format".into()));
    }
    let plain = |line: &str| line.split(" @").next().unwrap_or_default().to_owned() + "\n";
    Ok(if asks("includeDirectives", "true") { schema } else { schema.lines().map(plain).collect() })
}

fn unknown(request: &Request) -> Answer {
    let message = format!("{} {}", request.method, request.path);
    Err((400, "UnknownOperationException", message))
}
