//! The flaws as `authorizer-misconfigured` tells them.

use crate::ALL;
use crate::examples::{
    api, event_api, function, graphql_api, method, provider, rest_api, route, with_api, with_graphql_api,
    with_rest_api,
};
use crate::laws::{findings, outcomes};
use audit::{Check, Kind, evaluate};
use inventory::{
    Account, Api, ApiAuthorizer, Assumptions, AuthMode, AuthProvider, Authorizer, EventApi, Fact, Gap,
    GraphqlApi, Inventory, Listing, Method, MethodAuthorization, OidcProvider, Protocol, RestApi, Route,
    RouteAuthorization,
};

fn check() -> Check {
    *ALL.iter().find(|it| it.code == "SRC-105").unwrap()
}

const ORDERS: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders";

/// What is said of an account in which the function `orders` exists.
fn said(mut account: Account) -> String {
    account.regions.items[0].functions = Listing::complete(vec![function("orders")]);
    let found = findings(&check(), account).remove(0);
    if found.outcome == Kind::Fail { found.message } else { format!("{:?}", found.outcome) }
}

fn rest(authorizer: Authorizer) -> Account {
    let authorizer = Authorizer { id: "auth01".into(), name: "staff".into(), ..authorizer };
    let cognito = authorizer.kind == "COGNITO_USER_POOLS";
    let authorization = if cognito { MethodAuthorization::Cognito } else { MethodAuthorization::Custom };
    let guarded = Method {
        authorization: Fact::Known(authorization),
        authorizer: Some(authorizer.id.clone()),
        ..method()
    };
    with_rest_api(RestApi {
        methods: Listing::complete(vec![guarded]),
        authorizers: Listing::complete(vec![authorizer]),
        ..rest_api()
    })
}

fn lambda_authorizer(kind: &str, function: &str) -> Authorizer {
    Authorizer {
        kind: kind.into(),
        function: Some(function.into()),
        identity_source: Some("method.request.header.Authorization".into()),
        ttl: Some(300),
        ..Authorizer::default()
    }
}

#[test]
fn authorizers_of_rest_apis() {
    let request = || lambda_authorizer("REQUEST", ORDERS);
    let nobody = || Authorizer { identity_source: None, ..request() };
    let pool = || vec!["arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p".into()];
    let cognito =
        |user_pools| Authorizer { kind: "COGNITO_USER_POOLS".into(), user_pools, ..Authorizer::default() };
    for (authorizer, expected) in [
        (lambda_authorizer("TOKEN", ORDERS), "Pass"),
        (request(), "Pass"),
        (nobody(), "caches decisions"),
        (Authorizer { ttl: None, ..nobody() }, "caches decisions"),
        (Authorizer { ttl: Some(0), ..nobody() }, "Pass"),
        (cognito(pool()), "Pass"),
        (cognito(Vec::new()), "names no user pool"),
        (Authorizer { function: None, ..request() }, "names no Lambda function"),
        (
            lambda_authorizer("TOKEN", &ORDERS.replace("orders", "gone")),
            "gone, which does not exist in eu-west-1",
        ),
        (lambda_authorizer("TOKEN", &ORDERS.replace("eu", "us")), "does not exist in us-west-1"),
        (
            lambda_authorizer("TOKEN", &ORDERS.replace("1111", "9999")),
            "account 999922223333, which is not trusted",
        ),
        (lambda_authorizer("PASSKEY", ORDERS), "Unknown"),
    ] {
        let said = said(rest(authorizer.clone()));
        assert!(said.contains(expected), "{said}: {authorizer:?}");
    }
}

#[test]
fn authorizers_of_http_and_websocket_apis() {
    let with = |protocol, authorizer| {
        let authorizer = ApiAuthorizer { id: "auth01".into(), ..authorizer };
        let guarded = Route {
            authorization: Fact::Known(RouteAuthorization::Custom),
            authorizer: Some(authorizer.id.clone()),
            ..route("$connect")
        };
        said(with_api(Api {
            protocol: Fact::Known(protocol),
            routes: Listing::complete(vec![guarded]),
            authorizers: Listing::complete(vec![authorizer]),
            ..api()
        }))
    };
    let jwt = |issuer: &str| ApiAuthorizer {
        kind: "JWT".into(),
        audiences: vec!["shop".into()],
        issuer: Some(issuer.into()),
        ..ApiAuthorizer::default()
    };
    let cached = || ApiAuthorizer {
        kind: "REQUEST".into(),
        function: Some(ORDERS.into()),
        ttl: Some(60),
        ..ApiAuthorizer::default()
    };
    let told = || ApiAuthorizer { identity_sources: vec!["$request.header.x".into()], ..cached() };
    for (protocol, authorizer, expected) in [
        (Protocol::Http, jwt("https://login.shop.example"), "Pass"),
        (Protocol::Http, jwt("http://login.shop.example"), "http://login.shop.example, which is no https"),
        (Protocol::Http, ApiAuthorizer { issuer: None, ..jwt("") }, "names no issuer"),
        (Protocol::Http, cached(), "caches decisions"),
        (Protocol::Http, ApiAuthorizer { ttl: None, ..cached() }, "Pass"),
        (Protocol::Http, told(), "Pass"),
        (Protocol::WebSocket, cached(), "Pass"),
    ] {
        let said = with(protocol, authorizer.clone());
        assert!(said.contains(expected), "{said}: {authorizer:?}");
    }
}

#[test]
fn modes_of_appsync() {
    let oidc = |issuer: &str, client_pinned| AuthProvider {
        oidc: Some(OidcProvider { issuer: issuer.into(), client_pinned }),
        ..provider(AuthMode::OpenIdConnect)
    };
    let lambda = |name: &str| AuthProvider {
        function: Some(ORDERS.replace("orders", name)),
        ..provider(AuthMode::Lambda)
    };
    let pinned = || oidc("https://login.shop.example", true);
    for (providers, expected) in [
        (vec![provider(AuthMode::Cognito), provider(AuthMode::AwsIam)], "NotApplicable"),
        (vec![pinned(), lambda("orders")], "Pass"),
        (
            vec![pinned(), oidc("https://other.example", false)],
            "mode OPENID_CONNECT https://other.example of",
        ),
        (vec![oidc("http://login.shop.example", true)], "which is no https address"),
        (vec![lambda("gone")], "function gone, which does not exist"),
        (vec![provider(AuthMode::Lambda)], "names no Lambda function"),
        (vec![pinned(), AuthProvider::default()], "Unknown"),
    ] {
        let auth = || Listing::complete(providers.clone());
        let said_of_graphql = said(with_graphql_api(GraphqlApi { auth: auth(), ..graphql_api() }));
        assert!(said_of_graphql.contains(expected), "{said_of_graphql}: {providers:?}");
        let mut account = with_graphql_api(graphql_api());
        let region = &mut account.regions.items[0];
        region.graphql_apis.items.clear();
        region.event_apis.items.push(EventApi { auth: auth(), ..event_api() });
        let said_of_events = said(account);
        assert!(said_of_events.contains(expected), "{said_of_events}: {providers:?}");
    }
}

#[test]
fn a_function_is_missing_only_where_all_are_listed() {
    let mut account = rest(lambda_authorizer("TOKEN", &ORDERS.replace("orders", "gone")));
    assert_eq!(outcomes(&check(), account.clone()), [Kind::Fail]);
    account.regions.items[0].functions.gap = Some(Gap::default());
    assert!(outcomes(&check(), account).contains(&Kind::Unknown));
    let mut account = rest(lambda_authorizer("TOKEN", &ORDERS.replace("eu-west-1", "us-east-1")));
    account.regions.gap = Some(Gap::not_collected());
    assert_eq!(outcomes(&check(), account), [Kind::Unknown]);
    // A stage variable names the function: which one is not known.
    let mut account = rest(lambda_authorizer("TOKEN", &ORDERS.replace("orders", "${stageVariables.fn}")));
    account.regions.items[0].rest_apis.items[0].authorizers.gap = Some(Gap::not_collected());
    assert_eq!(outcomes(&check(), account), [Kind::Unknown]);
}

#[test]
fn a_trusted_account_may_decide() {
    let judged = |trusted: &[&str]| {
        let inventory = Inventory {
            accounts: vec![rest(lambda_authorizer("TOKEN", &ORDERS.replace("111122223333", "999988887777")))],
            assumptions: Assumptions {
                trusted_accounts: trusted.iter().map(ToString::to_string).collect(),
                ..Assumptions::default()
            },
            ..Inventory::default()
        };
        evaluate(&inventory, &[check()])[0].outcome
    };
    assert_eq!(judged(&[]), Kind::Fail);
    assert_eq!(judged(&["999988887777"]), Kind::Pass);
}
