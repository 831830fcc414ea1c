//! The ways into functions.

use inventory::{
    Api, ApiAuthorizer, Arn, EndpointType, EventSourceMapping, Fact, Function, FunctionUrl, Gap, GraphqlApi,
    Method, MethodAuthorization, Protocol, Region, RestApi, Route, RouteAuthorization, UrlAuth,
};
use std::collections::BTreeMap;

/// A way into a function.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What leads in.
    pub kind: EntryKind<'a>,
    /// Whether the internet reaches it.
    pub internet: bool,
    /// Whether it asks nobody who they are; false where that is not known.
    pub unauthenticated: bool,
}

/// The object that leads into a function.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant is named after its object")]
pub enum EntryKind<'a> {
    RestMethod(&'a RestApi, &'a Method),
    Route(&'a Api, &'a Route),
    GraphqlApi(&'a GraphqlApi),
    Url(&'a FunctionUrl),
    Mapping(&'a EventSourceMapping),
    /// The function authorizes the callers of an API of this name.
    Authorizer(&'a str),
}

/// The known entries of a region, each with the unqualified ARN of the function it leads to.
pub(crate) fn entries(region: &Region) -> impl Iterator<Item = (String, Entry<'_>)> {
    let urls = region.functions.iter().flat_map(urls);
    let mappings = region.event_source_mappings.iter().filter_map(mapping);
    let rest = region.rest_apis.iter().flat_map(rest_api);
    let apis = region.apis.iter().flat_map(api);
    let graphql = region.graphql_apis.iter().flat_map(graphql_api);
    let events = region.event_apis.iter().flat_map(|api| {
        let authorizers = api.auth.iter().filter_map(|it| it.function.as_ref());
        authorizers.map(|function| (function.clone(), authorizer(&api.name, true)))
    });
    urls.chain(mappings).chain(rest).chain(apis).chain(graphql).chain(events)
}

/// What keeps the APIs of a region from being all the ways that APIs lead into functions.
pub(crate) fn unlisted(region: &Region) -> Result<(), Gap> {
    for api in region.rest_apis.all()? {
        api.authorizers.all()?;
        for method in api.methods.all()? {
            if let Some(integration) = method.integration.read()? {
                integration.functions.all()?;
            }
        }
    }
    for api in region.apis.all()? {
        api.routes.all()?;
        api.authorizers.all()?;
        api.integrations.all()?.iter().try_for_each(|it| it.functions.all().map(drop))?;
    }
    for api in region.graphql_apis.all()? {
        api.data_sources.all()?;
        api.auth.all()?;
    }
    region.event_apis.all()?.iter().try_for_each(|api| api.auth.all().map(drop))
}

fn urls(function: &Function) -> impl Iterator<Item = (String, Entry<'_>)> {
    function.urls.iter().map(|url| {
        let unauthenticated = url.auth.known() == Some(&UrlAuth::None);
        (function.arn.clone(), Entry { kind: EntryKind::Url(url), internet: true, unauthenticated })
    })
}

fn mapping(mapping: &EventSourceMapping) -> Option<(String, Entry<'_>)> {
    let function = Arn::unqualified_function(&mapping.function)?;
    Some((function, Entry { kind: EntryKind::Mapping(mapping), internet: false, unauthenticated: false }))
}

fn rest_api(api: &RestApi) -> impl Iterator<Item = (String, Entry<'_>)> {
    let private = api.endpoint.known() == Some(&EndpointType::Private);
    let undeployed = api.stages.all().is_ok_and(<[_]>::is_empty);
    let internet = !private && !undeployed;
    let methods = api.methods.iter().flat_map(move |method| {
        let unauthenticated = method.authorization.known() == Some(&MethodAuthorization::None);
        let entry = Entry { kind: EntryKind::RestMethod(api, method), internet, unauthenticated };
        let functions = method.integration.known().into_iter().flat_map(|it| &it.functions);
        functions.map(move |function| (function.clone(), entry))
    });
    let authorizers = api.authorizers.iter().filter_map(|it| it.function.as_ref());
    let authorizers = authorizers.map(move |function| (function.clone(), authorizer(&api.name, internet)));
    methods.chain(authorizers)
}

fn api(api: &Api) -> impl Iterator<Item = (String, Entry<'_>)> {
    let integrations: BTreeMap<_, _> = api.integrations.iter().map(|it| (&it.id, &it.functions)).collect();
    let routes = api.routes.iter().flat_map(move |route| {
        let open = asked(api, route).known() == Some(&RouteAuthorization::None);
        let entry = Entry { kind: EntryKind::Route(api, route), internet: true, unauthenticated: open };
        let functions = route.integration.as_ref().and_then(|id| integrations.get(id));
        let functions: Vec<_> = functions.into_iter().copied().flatten().collect();
        functions.into_iter().map(move |function| (function.clone(), entry))
    });
    let function = |it: &ApiAuthorizer| it.function.clone();
    let authorizers = api.authorizers.iter().filter_map(function);
    routes.chain(authorizers.map(|function| (function, authorizer(&api.name, true))))
}

/// What a route's callers had to show: a WebSocket authorizes once, when it connects.
fn asked<'a>(api: &'a Api, route: &'a Route) -> &'a Fact<RouteAuthorization> {
    let connect = || api.routes.iter().find(|it| it.key == "$connect");
    match api.protocol.known() {
        Some(Protocol::WebSocket) => connect().map_or(&route.authorization, |it| &it.authorization),
        _ => &route.authorization,
    }
}

fn graphql_api(api: &GraphqlApi) -> impl Iterator<Item = (String, Entry<'_>)> {
    let internet = !api.private;
    let entry = Entry { kind: EntryKind::GraphqlApi(api), internet, unauthenticated: false };
    let sources = api.data_sources.iter().filter_map(|it| it.function.as_ref());
    let authorizers = api.auth.iter().filter_map(|it| it.function.as_ref());
    let authorizers = authorizers.map(move |function| (function.clone(), authorizer(&api.name, internet)));
    sources.map(move |function| (function.clone(), entry)).chain(authorizers)
}

/// An authorizer runs before anybody is known.
fn authorizer(api: &str, internet: bool) -> Entry<'_> {
    Entry { kind: EntryKind::Authorizer(api), internet, unauthenticated: true }
}
