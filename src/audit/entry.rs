//! The ways into functions.

use crate::exposure::{self, Place, Proof};
use inventory::{
    Account, Api, ApiAuthorizer, Arn, EndpointType, EventSourceMapping, Function, FunctionUrl, Gap,
    GraphqlApi, Method, Region, RestApi, Route, UrlAuth,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A way into a function.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What leads in.
    pub kind: EntryKind<'a>,
    /// Whether the internet reaches it; true where that is not known.
    pub internet: bool,
    /// Whether callers from anywhere come through who prove nothing; or what keeps us from telling. Of
    /// a URL, whether it asks for signatures: the function's policy has the last word.
    pub unauthenticated: Result<bool, Gap>,
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
pub(crate) fn entries<'a>(
    region: &'a Region,
    account: &'a Account,
    today: Date,
) -> impl Iterator<Item = (String, Entry<'a>)> {
    let urls = region.functions.iter().flat_map(urls);
    let mappings = region.event_source_mappings.iter().filter_map(mapping);
    let rest = region.rest_apis.iter().flat_map(move |it| rest_api(it, account, today));
    let apis = region.apis.iter().flat_map(move |it| api(it, account));
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
        let unauthenticated = Ok(url.auth.known() == Some(&UrlAuth::None));
        (function.arn.clone(), Entry { kind: EntryKind::Url(url), internet: true, unauthenticated })
    })
}

fn mapping(mapping: &EventSourceMapping) -> Option<(String, Entry<'_>)> {
    let function = Arn::unqualified_function(&mapping.function)?;
    let entry = Entry { kind: EntryKind::Mapping(mapping), internet: false, unauthenticated: Ok(false) };
    Some((function, entry))
}

fn rest_api<'a>(
    api: &'a RestApi,
    account: &'a Account,
    today: Date,
) -> impl Iterator<Item = (String, Entry<'a>)> {
    let private = api.endpoint.known() == Some(&EndpointType::Private);
    let internet = !private && may_be_on_the_internet(&exposure::place_of_rest_api(api, account));
    let methods = api.methods.iter().flat_map(move |method| {
        let functions: Vec<_> =
            method.integration.known().into_iter().flat_map(|it| &it.functions).cloned().collect();
        let unauthenticated =
            if functions.is_empty() { Ok(false) } else { open_method(method, api, account, today) };
        let entry = Entry { kind: EntryKind::RestMethod(api, method), internet, unauthenticated };
        functions.into_iter().map(move |function| (function, entry.clone()))
    });
    let authorizers = api.authorizers.iter().filter_map(|it| it.function.as_ref());
    let authorizers = authorizers.map(move |function| (function.clone(), authorizer(&api.name, internet)));
    methods.chain(authorizers)
}

/// What could not be read may be.
fn may_be_on_the_internet(place: &Result<Place, Gap>) -> bool {
    place.as_ref().is_ok_and(|it| *it == Place::Internet) || place.is_err()
}

/// Most methods authorize their callers, which is known without a look at the policy.
fn open_method(method: &Method, api: &RestApi, account: &Account, today: Date) -> Result<bool, Gap> {
    let asks = exposure::proof_of_method(method, api)? != Proof::Nothing;
    Ok(!asks && exposure::of_method(method, api, account, today)?.is_open())
}

fn api<'a>(api: &'a Api, account: &'a Account) -> impl Iterator<Item = (String, Entry<'a>)> {
    let internet = may_be_on_the_internet(&exposure::place_of_api(api, account));
    let integrations: BTreeMap<_, _> = api.integrations.iter().map(|it| (&it.id, &it.functions)).collect();
    let routes = api.routes.iter().flat_map(move |route| {
        let unauthenticated = open_route(route, api, account);
        let entry = Entry { kind: EntryKind::Route(api, route), internet, unauthenticated };
        let functions = route.integration.as_ref().and_then(|id| integrations.get(id));
        let functions: Vec<_> = functions.into_iter().copied().flatten().collect();
        functions.into_iter().map(move |function| (function.clone(), entry.clone()))
    });
    let function = |it: &ApiAuthorizer| it.function.clone();
    let authorizers = api.authorizers.iter().filter_map(function);
    routes.chain(authorizers.map(move |function| (function, authorizer(&api.name, internet))))
}

fn open_route(route: &Route, api: &Api, account: &Account) -> Result<bool, Gap> {
    let asks = exposure::proof_of_route(route, api)? != Proof::Nothing;
    Ok(!asks && exposure::of_route(route, api, account)?.is_open())
}

/// Every mode of AppSync asks for something.
fn graphql_api(api: &GraphqlApi) -> impl Iterator<Item = (String, Entry<'_>)> {
    let internet = !api.private;
    let entry = Entry { kind: EntryKind::GraphqlApi(api), internet, unauthenticated: Ok(false) };
    let sources = api.data_sources.iter().filter_map(|it| it.function.as_ref());
    let authorizers = api.auth.iter().filter_map(|it| it.function.as_ref());
    let authorizers = authorizers.map(move |function| (function.clone(), authorizer(&api.name, internet)));
    sources.map(move |function| (function.clone(), entry.clone())).chain(authorizers)
}

/// An authorizer runs before anybody is known.
fn authorizer(api: &str, internet: bool) -> Entry<'_> {
    Entry { kind: EntryKind::Authorizer(api), internet, unauthenticated: Ok(true) }
}
