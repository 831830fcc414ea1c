//! Where a subject stands, and the joins that checks ask for.

use inventory::{
    Account, Api, Arn, EndpointType, EventSourceMapping, Function, Gap, GraphqlApi, Inventory, Method,
    MethodAuthorization, Region, RestApi, Role, Route, RouteAuthorization, UrlAuth,
};
use std::collections::BTreeMap;

/// The inventory around a subject. One is made for each account and region, with the joins indexed.
#[derive(Debug)]
pub struct Scope<'a> {
    /// The whole inventory.
    pub inventory: &'a Inventory,
    /// The subject's account.
    pub account: &'a Account,
    /// The subject's region; the account's first one for global subjects.
    pub region: &'a Region,
    joins: &'a Joins<'a>,
}

/// A way into a function.
#[derive(Clone, Debug)]
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
    Url(&'a inventory::FunctionUrl),
    Mapping(&'a EventSourceMapping),
}

/// Indexes over one account, made once so that a check over ten thousand functions stays linear.
#[derive(Debug, Default)]
pub(crate) struct Joins<'a> {
    roles: BTreeMap<&'a str, &'a Role>,
    functions_by_role: BTreeMap<&'a str, Vec<&'a Function>>,
    entries: BTreeMap<String, Vec<Entry<'a>>>,
}

impl<'a> Joins<'a> {
    pub(crate) fn of(account: &'a Account) -> Self {
        let mut joins = Self {
            roles: account.roles.iter().map(|role| (role.arn.as_str(), role)).collect(),
            ..Self::default()
        };
        for region in &account.regions {
            for function in &region.functions {
                joins.functions_by_role.entry(&function.role).or_default().push(function);
                for url in &function.urls {
                    joins.enter(Some(&function.arn), Entry::url(url));
                }
            }
            for mapping in &region.event_source_mappings {
                let function = Arn::unqualified_function(&mapping.function);
                joins.enter(function.as_deref(), Entry::mapping(mapping));
            }
            for api in &region.rest_apis {
                for method in &api.methods {
                    let function = method.integration.known().and_then(|it| it.function.as_deref());
                    joins.enter(function, Entry::method(api, method));
                }
            }
            for api in &region.apis {
                for route in &api.routes {
                    let integration =
                        api.integrations.iter().find(|it| route.integration.as_ref() == Some(&it.id));
                    joins.enter(integration.and_then(|it| it.function.as_deref()), Entry::route(api, route));
                }
            }
            for api in &region.graphql_apis {
                for source in &api.data_sources {
                    joins.enter(source.function.as_deref(), Entry::graphql(api));
                }
            }
        }
        joins
    }

    /// The known ways into a function, by its unqualified ARN.
    pub(crate) fn entries(&self, function: &str) -> &[Entry<'a>] {
        self.entries.get(function).map_or(&[], Vec::as_slice)
    }

    fn enter(&mut self, function: Option<&str>, entry: Entry<'a>) {
        if let Some(function) = function {
            self.entries.entry(function.to_owned()).or_default().push(entry);
        }
    }
}

impl<'a> Entry<'a> {
    fn url(url: &'a inventory::FunctionUrl) -> Self {
        let unauthenticated = url.auth.known() == Some(&UrlAuth::None);
        Self { kind: EntryKind::Url(url), internet: true, unauthenticated }
    }

    fn mapping(mapping: &'a EventSourceMapping) -> Self {
        Self { kind: EntryKind::Mapping(mapping), internet: false, unauthenticated: false }
    }

    fn method(api: &'a RestApi, method: &'a Method) -> Self {
        let internet = api.endpoint.known() != Some(&EndpointType::Private);
        let unauthenticated = method.authorization.known() == Some(&MethodAuthorization::None);
        Self { kind: EntryKind::RestMethod(api, method), internet, unauthenticated }
    }

    fn route(api: &'a Api, route: &'a Route) -> Self {
        let unauthenticated = route.authorization.known() == Some(&RouteAuthorization::None);
        Self { kind: EntryKind::Route(api, route), internet: true, unauthenticated }
    }

    fn graphql(api: &'a GraphqlApi) -> Self {
        Self { kind: EntryKind::GraphqlApi(api), internet: !api.private, unauthenticated: false }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        inventory: &'a Inventory,
        account: &'a Account,
        region: &'a Region,
        joins: &'a Joins<'a>,
    ) -> Self {
        Self { inventory, account, region, joins }
    }

    /// The role of that ARN.
    ///
    /// # Errors
    /// The listing's gap, where the role is not among those that arrived.
    pub fn role(&self, arn: &str) -> Result<Option<&'a Role>, Gap> {
        match self.joins.roles.get(arn) {
            Some(role) => Ok(Some(role)),
            None => self.account.roles.all().map(|_| None),
        }
    }

    /// The functions known to run under that role, in every region of the account.
    /// To conclude from absence, ask [`Self::all_functions_listed`] too.
    pub fn functions_of_role(&self, arn: &str) -> &[&'a Function] {
        self.joins.functions_by_role.get(arn).map_or(&[], Vec::as_slice)
    }

    /// Whether the functions of every region of the account are listed.
    ///
    /// # Errors
    /// The gap of the first listing that is not complete.
    pub fn all_functions_listed(&self) -> Result<(), Gap> {
        self.account.regions.all()?.iter().try_for_each(|region| region.functions.all().map(drop))
    }

    /// The known ways into a function, by its unqualified ARN.
    /// To conclude from absence, ask [`Self::all_entries_listed`] too.
    pub fn entries(&self, function: &str) -> &[Entry<'a>] {
        self.joins.entries(function)
    }

    /// Whether everything that can lead into the function is listed: mappings, REST methods, routes,
    /// GraphQL data sources of the region, and the function's URLs.
    ///
    /// # Errors
    /// The gap of the first listing or fact that is missing.
    pub fn all_entries_listed(&self, function: &Function) -> Result<(), Gap> {
        let region = self.region;
        region.event_source_mappings.all()?;
        for api in region.rest_apis.all()? {
            api.methods.all()?.iter().try_for_each(|method| method.integration.read().map(drop))?;
        }
        for api in region.apis.all()? {
            api.routes.all()?;
            api.integrations.all()?;
        }
        for api in region.graphql_apis.all()? {
            api.data_sources.all()?;
        }
        function.urls.all().map(drop)
    }

    /// Whether an account may be granted access: the subject's own, or one that is trusted.
    pub fn trusts(&self, account: &str) -> bool {
        account == self.account.id
            || self.inventory.assumptions.trusted_accounts.iter().any(|id| id == account)
    }
}
