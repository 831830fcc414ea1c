//! Accounts that have a problem.

use super::renamed;
use crate::ALL;
use crate::examples;
use audit::Check;
use inventory::{
    Account, Authorizer, BasePathMapping, DomainName, Fact, Function, Listing, Method, MethodAuthorization,
    RestApi,
};

/// The bad example of every check, and problems that need more than one region or listing.
pub(super) fn problems() -> impl Iterator<Item = (&'static Check, Account)> {
    let bad = ALL.iter().map(|check| (check, (check.bad)()));
    let check = |code: &str| ALL.iter().find(|it| it.code == code).unwrap();
    let across = (check("SVC-101"), driven_from_another_region());
    let deleted = (check("SVC-006"), without_urls((check("SVC-006").bad)()));
    let named = ["SRC-101", "SRC-102", "SRC-104", "SRC-201", "SRC-202"];
    let decider = (check("SRC-105"), decided_by_nobody());
    let limited = (check("SRC-201"), limited_by_an_allow_alone());
    bad.chain([across, deleted, decider, limited])
        .chain(named.map(|code| (check(code), behind_a_domain_name((check(code).bad)()))))
}

/// A function without a ceiling, driven by nothing but a REST API of another region.
fn driven_from_another_region() -> Account {
    let function = Function { reserved_concurrency: Fact::Absent, ..examples::function("orders") };
    let mut account = examples::with_function(function);
    let elsewhere = renamed(&examples::with_rest_api(examples::rest_api()), "eu-west-1", "us-east-1");
    let elsewhere = renamed(&elsewhere, "lambda:us-east-1", "lambda:eu-west-1");
    account.regions.items.extend(elsewhere.regions.items);
    account
}

/// A method whose authorizer asks a function that does not exist.
fn decided_by_nobody() -> Account {
    let authorizer = Authorizer {
        id: "auth01".into(),
        kind: "TOKEN".into(),
        function: Some(examples::function_arn("gone")),
        ..Authorizer::default()
    };
    examples::with_rest_api(RestApi {
        methods: Listing::complete(vec![Method {
            authorization: Fact::Known(MethodAuthorization::Custom),
            authorizer: Some(authorizer.id.clone()),
            ..examples::method()
        }]),
        authorizers: Listing::complete(vec![authorizer]),
        ..examples::rest_api()
    })
}

/// A method whose Lambda authorizer lets in callers whom no Deny keeps out.
fn limited_by_an_allow_alone() -> Account {
    let mut account = decided_by_nobody();
    account.regions.items[0].rest_apis.items[0].policy = examples::office_only();
    account
}

/// The account with the grants of its functions' URLs, and none of these.
fn without_urls(mut account: Account) -> Account {
    let functions = account.regions.items.iter_mut().flat_map(|it| &mut it.functions.items);
    functions.for_each(|it| it.urls = Listing::complete(Vec::new()));
    account
}

/// The account with its APIs reached through a custom domain name only.
fn behind_a_domain_name(mut account: Account) -> Account {
    for region in &mut account.regions.items {
        let rest = region.rest_apis.items.iter_mut().map(|it| (&it.id, &mut it.default_endpoint_disabled));
        let apis = region.apis.items.iter_mut().map(|it| (&it.id, &mut it.default_endpoint_disabled));
        let mapping = |(id, disabled): (&String, &mut bool)| {
            *disabled = true;
            BasePathMapping { api: id.clone(), ..BasePathMapping::default() }
        };
        let mappings = Listing::complete(rest.chain(apis).map(mapping).collect());
        let name = DomainName { name: "shop.example".into(), mappings, ..DomainName::default() };
        region.domain_names = Listing::complete(vec![name]);
    }
    account
}
