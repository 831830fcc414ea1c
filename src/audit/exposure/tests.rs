use super::*;
use crate::tests::TODAY;
use inventory::{
    Account, Api, ApiAuthorizer, ApiStage, AuthMode, AuthProvider, Authorizer, EndpointType, EventApi, Fact,
    Listing, Method, MethodAuthorization, OidcProvider, OpenField, OpenFields, Protocol, RestApi, Route,
    RouteAuthorization, Stage,
};
use policy::Document;
use serde_json::{Value, json};

pub(super) const OWNER: &str = "111122223333";
pub(super) const OTHER: &str = "444455556666";

pub(super) fn account() -> Account {
    Account { id: OWNER.into(), ..Account::default() }
}

pub(super) fn rest_api(endpoint: EndpointType, policy: Option<Value>) -> RestApi {
    let policy = policy.map(|it| Document::from_value(&it).unwrap());
    RestApi {
        arn: "arn:aws:apigateway:eu-west-1::/restapis/a1".into(),
        id: "a1".into(),
        endpoint: Fact::Known(endpoint),
        policy: policy.into(),
        stages: Listing::complete(vec![Stage { name: "prod".into(), ..Stage::default() }]),
        authorizers: Listing::complete(vec![Authorizer {
            id: "z1".into(),
            user_pools: vec!["pool".into()],
            ..Authorizer::default()
        }]),
        ..RestApi::default()
    }
}

pub(super) fn method(authorization: MethodAuthorization) -> Method {
    Method {
        path: "/orders".into(),
        verb: "GET".into(),
        authorization: Fact::Known(authorization),
        authorizer: Some("z1".into()),
        ..Method::default()
    }
}

pub(super) fn policy(statements: &[Value]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

pub(super) fn on(effect: &str, principal: &Value, condition: &Value) -> Value {
    json!({
        "Effect": effect, "Principal": principal, "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*", "Condition": condition,
    })
}

/// Who comes through, and whether from some network only.
fn reached(api: &RestApi, authorization: MethodAuthorization) -> Vec<(Audience, bool)> {
    let exposure = of_method(&method(authorization), api, &account(), TODAY).unwrap();
    let mut callers: Vec<_> = exposure.callers.iter().map(|it| (it.audience, it.limited)).collect();
    callers.sort();
    callers.dedup();
    callers
}

type Expected<'a> = &'a [(Audience, bool)];

#[test]
fn policies_and_authorizers_decide_together() {
    use Audience::{Anonymous, AnyAwsPrincipal, ForeignAccounts, Organization, OwnAccount};
    use MethodAuthorization::{AwsIam, Cognito, Custom, None as Nobody};
    let everyone = json!("*");
    let office = json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
    let elsewhere = json!({ "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } });
    let always = json!({});
    let organization = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } });
    let other = json!({ "AWS": OTHER });
    let limited = [on("Allow", &everyone, &office)];
    let open = [on("Allow", &everyone, &always)];
    let denied = [on("Allow", &everyone, &always), on("Deny", &everyone, &elsewhere)];
    let closed = [on("Deny", &everyone, &always)];
    let shared = [on("Allow", &other, &always)];
    let members = [on("Allow", &everyone, &organization)];
    let cases: [(Option<Value>, [Expected; 4]); 7] = [
        // Without a policy the authorizer alone decides.
        (None, [&[(Anonymous, false)], &[(OwnAccount, false)], &[(Anonymous, false)], &[(Anonymous, false)]]),
        (
            Some(policy(&open)),
            [
                &[(Anonymous, false)],
                &[(OwnAccount, false), (AnyAwsPrincipal, false)],
                &[(Anonymous, false)],
                &[(Anonymous, false)],
            ],
        ),
        // Table A: for signers of the account and Lambda authorizers silence is no Deny.
        (
            Some(policy(&limited)),
            [
                &[(Anonymous, true)],
                &[(OwnAccount, false), (AnyAwsPrincipal, true)],
                &[(Anonymous, false), (Anonymous, true)],
                &[(Anonymous, true)],
            ],
        ),
        (
            Some(policy(&denied)),
            [
                &[(Anonymous, true)],
                &[(OwnAccount, true), (AnyAwsPrincipal, true)],
                &[(Anonymous, true)],
                &[(Anonymous, true)],
            ],
        ),
        (Some(policy(&closed)), [&[], &[], &[], &[]]),
        // Who is named must sign: nobody is, where nobody looks at signatures.
        (
            Some(policy(&shared)),
            [&[], &[(OwnAccount, false), (ForeignAccounts, false)], &[(Anonymous, false)], &[]],
        ),
        (
            Some(policy(&members)),
            [&[], &[(OwnAccount, false), (Organization, false)], &[(Anonymous, false)], &[]],
        ),
    ];
    for (policy, expected) in cases {
        let api = rest_api(EndpointType::Regional, policy.clone());
        for (authorization, expected) in [Nobody, AwsIam, Custom, Cognito].into_iter().zip(expected) {
            assert_eq!(reached(&api, authorization), expected, "{authorization:?} {policy:?}");
        }
    }
}

#[test]
fn stages_that_did_not_arrive_matter_where_they_may_be_open() {
    let of_test = |condition: &Value| {
        let mut statement = on("Allow", &json!("*"), condition);
        statement["Resource"] = json!("execute-api:/test/*");
        let mut api = rest_api(EndpointType::Regional, Some(policy(&[statement])));
        api.stages.gap = Some(Gap::default());
        of_method(&method(MethodAuthorization::None), &api, &account(), TODAY)
    };
    assert!(of_test(&json!({})).is_err());
    let limited = of_test(&json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } })).unwrap();
    assert!(limited.callers.is_empty() && limited.gap.is_some());
}

#[test]
fn a_private_api_answers_those_whom_its_policy_names() {
    use MethodAuthorization::None as Nobody;
    let pinned = json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } });
    for (policy, expected) in [
        (None, vec![]),
        (Some(policy(&[on("Allow", &json!("*"), &json!({}))])), vec![(Audience::Anonymous, false)]),
        (Some(policy(&[on("Allow", &json!("*"), &pinned)])), vec![(Audience::Anonymous, true)]),
    ] {
        let api = rest_api(EndpointType::Private, policy);
        assert_eq!(reached(&api, Nobody), expected);
        let exposure = of_method(&method(Nobody), &api, &account(), TODAY).unwrap();
        assert_eq!(exposure.place, Place::Vpc);
        let doubts = exposure.callers.iter().flat_map(|it| &it.evidence);
        let told = doubts.filter(|line| line.starts_with("policies of VPC endpoints")).count();
        assert_eq!(told, usize::from(exposure.callers.iter().any(|it| it.limited)));
    }
}

fn api(protocol: Protocol, routes: Listing<Route>) -> Api {
    Api {
        protocol: Fact::Known(protocol),
        stages: Listing::complete(vec![ApiStage { name: "prod".into(), ..ApiStage::default() }]),
        authorizers: Listing::complete(vec![ApiAuthorizer {
            id: "z1".into(),
            issuer: Some("https://login.example".into()),
            ..ApiAuthorizer::default()
        }]),
        routes,
        ..Api::default()
    }
}

fn route(key: &str, authorization: RouteAuthorization) -> Route {
    Route {
        key: key.into(),
        authorization: Fact::Known(authorization),
        authorizer: Some("z1".into()),
        api_key_required: true,
        ..Route::default()
    }
}

#[test]
fn a_route_asks_for_itself_and_a_websocket_when_it_connects() {
    use Protocol::{Http, WebSocket};
    use RouteAuthorization::{AwsIam, Custom, Jwt, None as Nobody};
    let token = || Proof::Token("https://login.example".into());
    for (protocol, routes, proof, audience) in [
        (Http, vec![route("GET /a", Nobody)], Proof::Nothing, Audience::Anonymous),
        (Http, vec![route("GET /a", Jwt)], token(), Audience::Anonymous),
        (Http, vec![route("GET /a", AwsIam)], Proof::Signature, Audience::OwnAccount),
        (
            Http,
            vec![route("GET /a", Custom), route("$connect", Nobody)],
            Proof::Authorizer,
            Audience::Anonymous,
        ),
        (
            WebSocket,
            vec![route("send", Nobody), route("$connect", AwsIam)],
            Proof::Signature,
            Audience::OwnAccount,
        ),
        (
            WebSocket,
            vec![route("send", Nobody), route("$connect", Nobody)],
            Proof::ApiKey,
            Audience::Anonymous,
        ),
        // Nothing handles connecting, so nothing asks.
        (WebSocket, vec![route("send", AwsIam)], Proof::Nothing, Audience::Anonymous),
    ] {
        let api = api(protocol, Listing::complete(routes));
        let exposure = of_route(&api.routes.items[0], &api, &account()).unwrap();
        let callers = &exposure.callers[0];
        assert_eq!((&callers.proof, callers.audience), (&proof, audience), "{:?}", api.routes);
    }
    let cut = api(WebSocket, Listing::cut(vec![route("send", Nobody)], Gap::default()));
    assert!(of_route(&cut.routes.items[0], &cut, &account()).is_err(), "$connect may be among the others");
}

#[test]
fn nothing_deployed_or_named_is_reached_by_nobody() {
    let undeployed = Api { stages: Listing::complete(Vec::new()), ..api(Protocol::Http, Listing::default()) };
    let exposure = of_route(&route("GET /a", RouteAuthorization::None), &undeployed, &account()).unwrap();
    assert_eq!((exposure.place, exposure.reach()), (Place::Nowhere, Audience::None));
    let unread = Api { stages: Listing::default(), ..undeployed };
    assert!(of_route(&route("GET /a", RouteAuthorization::None), &unread, &account()).is_err());
}

const LATER: Option<i64> = Some(1_800_000_000);
const LONG_AGO: Option<i64> = Some(1_600_000_000);

fn graphql(
    modes: &[AuthMode],
    fields: Fact<Vec<OpenFields>>,
    keys: Vec<Option<i64>>,
) -> inventory::GraphqlApi {
    inventory::GraphqlApi {
        auth: Listing::complete(modes.iter().copied().map(provider).collect()),
        fields,
        api_keys: Listing::complete(keys),
        ..inventory::GraphqlApi::default()
    }
}

fn provider(mode: AuthMode) -> AuthProvider {
    AuthProvider { mode: Fact::Known(mode), user_pool: Some("pool".into()), ..AuthProvider::default() }
}

/// What of a GraphQL API is open to whom.
fn opens(exposure: &Exposure) -> Vec<(Proof, String)> {
    exposure.callers.iter().map(|it| (it.proof.clone(), it.opens.join(" "))).collect()
}

#[test]
fn a_mode_of_appsync_opens_what_the_directives_say() {
    let open = |mode, operations, names: &[(&str, &[&str])]| OpenFields {
        mode,
        operations,
        total: names.len(),
        fields: names
            .iter()
            .map(|(name, groups)| OpenField {
                name: (*name).into(),
                groups: groups.iter().map(|it| (*it).into()).collect(),
            })
            .collect(),
    };
    let token = || Proof::Token("pool".into());
    let modes = [AuthMode::Cognito, AuthMode::ApiKey];
    // One mode, or no directive to tell them apart.
    let alike = of_graphql_api(&graphql(&modes, Fact::Absent, vec![LATER]), TODAY);
    assert_eq!(opens(&alike), [(token(), "every field".into()), (Proof::ApiKey, "every field".into())]);
    // A field without a directive is the default mode's alone.
    let cognito = open(AuthMode::Cognito, 2, &[("Mutation.put", &["staff"]), ("Query.mine", &[])]);
    let keyed = open(AuthMode::ApiKey, 1, &[("Query.all", &[]), ("Item.id", &[])]);
    let apart = Fact::Known(vec![cognito.clone(), keyed]);
    let told = of_graphql_api(&graphql(&modes, apart.clone(), vec![LATER]), TODAY);
    let expected =
        [(token(), "Mutation.put for staff Query.mine".into()), (Proof::ApiKey, "Query.all".into())];
    assert_eq!(opens(&told), expected);
    assert!(told.callers.iter().all(|it| it.exact && it.audience == Audience::Anonymous));
    // A mode that opens no root field, and keys that have run out, let in nobody.
    let none = Fact::Known(vec![cognito, open(AuthMode::ApiKey, 0, &[("Item.id", &[])])]);
    assert_eq!(opens(&of_graphql_api(&graphql(&modes, none, vec![LATER]), TODAY)).len(), 1);
    for keys in [vec![LONG_AGO], Vec::new()] {
        let exposure = of_graphql_api(&graphql(&modes, apart.clone(), keys), TODAY);
        assert_eq!(opens(&exposure).len(), 1);
    }
    // What could not be read is feared.
    let unread = of_graphql_api(&graphql(&modes, Fact::default(), vec![LATER]), TODAY);
    assert_eq!(unread.callers.iter().map(|it| it.exact).collect::<Vec<_>>(), [false, false]);
    let unlisted =
        inventory::GraphqlApi { api_keys: Listing::default(), ..graphql(&modes, apart, Vec::new()) };
    assert!(of_graphql_api(&unlisted, TODAY).callers.iter().any(|it| it.proof == Proof::ApiKey && !it.exact));
}

#[test]
fn modes_of_appsync_ask_for_what_they_say() {
    let deny = AuthProvider { default_action: Some("DENY".into()), ..provider(AuthMode::Cognito) };
    let issuer = |client_pinned| {
        let oidc = Some(OidcProvider { issuer: "https://login.example".into(), client_pinned });
        AuthProvider { oidc, ..provider(AuthMode::OpenIdConnect) }
    };
    for (provider, proof, audience, line) in [
        (provider(AuthMode::AwsIam), Proof::Signature, Audience::OwnAccount, None),
        (provider(AuthMode::Lambda), Proof::Authorizer, Audience::Anonymous, None),
        (deny, Proof::Token("pool".into()), Audience::Anonymous, Some("its default action is DENY")),
        (issuer(true), Proof::Token("https://login.example".into()), Audience::Anonymous, None),
        (
            issuer(false),
            Proof::Token("https://login.example".into()),
            Audience::Anonymous,
            Some("tokens of every client of https://login.example will do"),
        ),
    ] {
        let mut api = graphql(&[], Fact::Absent, Vec::new());
        api.private = true;
        api.auth.items.push(provider);
        let exposure = of_graphql_api(&api, TODAY);
        assert_eq!(exposure.place, Place::Vpc);
        let callers = &exposure.callers[0];
        assert_eq!((&callers.proof, callers.audience), (&proof, audience));
        assert_eq!(
            callers.evidence.get(1).map(|it| it.split(':').next().unwrap()),
            line.map(|it| it.split(':').next().unwrap())
        );
    }
}

#[test]
fn an_event_api_opens_its_operations_by_their_modes() {
    let api = EventApi {
        auth: Listing::cut(vec![provider(AuthMode::ApiKey), provider(AuthMode::AwsIam)], Gap::default()),
        connection: vec![AuthMode::ApiKey, AuthMode::AwsIam],
        publish: vec![AuthMode::AwsIam],
        subscribe: vec![AuthMode::ApiKey],
        api_keys: Listing::complete(vec![None]),
        ..EventApi::default()
    };
    let exposure = of_event_api(&api, TODAY);
    let expected =
        [(Proof::ApiKey, "connect subscribe".into()), (Proof::Signature, "connect publish".into())];
    assert_eq!(opens(&exposure), expected);
    assert!(exposure.gap.is_some(), "there may be other modes");
}
