use crate::authorizers::{self, Users, judge, modes};
use crate::examples::{api, route, with_api};
use audit::{Control, Outcome, Rule, Scope, Severity, check};
use inventory::{
    Account, Api, ApiAuthorizer, Authorizer, Call, EventApi, Fact, GraphqlApi, Listing, MethodAuthorization,
    RestApi, Route, RouteAuthorization,
};

check! {
    /// An authorizer that some method or route relies on, or an authorization mode of AppSync, is set up
    /// so that it lets in more than it looks like, or cannot decide at all:
    ///
    /// - JSON Web Tokens are accepted for any audience (HTTP API) or from any client of the issuer
    ///   (OpenID Connect in AppSync), or the issuer is no `https` address;
    /// - decisions of a `REQUEST` authorizer are cached without an identity source to tell callers apart;
    /// - a Cognito authorizer names no user pool;
    /// - the function of a Lambda authorizer does not exist, or stands in an account that is neither the
    ///   own nor trusted (`trusted_accounts` of the configuration).
    ///
    /// Authorizers that nothing uses guard nothing and are not concerned. Every mode of an AppSync API
    /// is one that callers may choose. Where a stage variable names the function, the outcome is unknown.
    ///
    /// ## Why it matters
    /// An issuer signs tokens for all its clients: without an audience, whoever may log in to any of its
    /// applications may call your API. A decision that is cached without an identity source is served to
    /// the callers after the one it was made for. Whoever controls the function of an authorizer decides
    /// who gets in: its account, or for one that was deleted whoever may create a function of that name.
    /// Until then every request fails.
    ///
    /// ## Fix
    /// Name the audience, the identity source or the function:
    ///
    /// ```sh
    /// aws apigatewayv2 update-authorizer --api-id API_ID --authorizer-id AUTHORIZER_ID \
    ///   --jwt-configuration Audience=CLIENT_ID,Issuer=https://ISSUER
    /// aws apigateway update-authorizer --rest-api-id API_ID --authorizer-id AUTHORIZER_ID \
    ///   --patch-operations op=replace,path=/identitySource,value=method.request.header.Authorization
    /// ```
    ///
    /// A REST API has to be deployed after that. In CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::ApiGatewayV2::Authorizer
    /// Properties:
    ///   AuthorizerType: JWT
    ///   IdentitySource: [$request.header.Authorization]
    ///   JwtConfiguration:
    ///     Audience: [CLIENT_ID]
    ///     Issuer: https://ISSUER
    /// ```
    ///
    /// For AppSync set `ClientId` in `OpenIDConnectConfig`, a pattern that matches your clients alone.
    "SRC-105" "authorizer-misconfigured": "Authorizer lets in more than it should, or cannot decide",
    severity: Severity::High,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html",
        "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
        "CWE-287",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayGetAuthorizers,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetRoutes,
        Call::ApiGatewayV2GetAuthorizers,
        Call::AppSyncListGraphqlApis,
        Call::AppSyncListApis,
    ],
    rules: &[Rule::RestApi(rest_api_rule), Rule::Api(api_rule), Rule::GraphqlApi(graphql_rule), Rule::EventApi(event_rule)],
    bad: || with_jwt(&[]),
    good: || with_jwt(&["shop"]),
}

fn rest_api_rule(api: &RestApi, scope: &Scope) -> Outcome {
    let mut users = Users::new(&api.methods);
    for method in &api.methods {
        let relies = |it: &MethodAuthorization| {
            matches!(it, MethodAuthorization::Custom | MethodAuthorization::Cognito)
        };
        users.add(method.authorizer.as_deref(), &method.authorization, relies, || method.name());
    }
    let flaws = |it: &Authorizer| authorizers::of_rest_api(it, api, scope);
    judge(&format!("REST API {}", api.name), &api.authorizers, &users, |it| (&it.id, &it.name), flaws)
}

fn api_rule(api: &Api, scope: &Scope) -> Outcome {
    let mut users = Users::new(&api.routes);
    for route in &api.routes {
        let relies =
            |it: &RouteAuthorization| matches!(it, RouteAuthorization::Custom | RouteAuthorization::Jwt);
        users.add(route.authorizer.as_deref(), &route.authorization, relies, || route.key.clone());
    }
    let flaws = |it: &ApiAuthorizer| authorizers::of_api(it, api, scope);
    judge(&format!("API {}", api.name), &api.authorizers, &users, |it| (&it.id, &it.name), flaws)
}

fn graphql_rule(api: &GraphqlApi, scope: &Scope) -> Outcome {
    modes(&format!("GraphQL API {}", api.name), &api.auth, scope)
}

fn event_rule(api: &EventApi, scope: &Scope) -> Outcome {
    modes(&format!("event API {}", api.name), &api.auth, scope)
}

fn with_jwt(audiences: &[&str]) -> Account {
    let jwt = ApiAuthorizer {
        id: "jwt001".into(),
        name: "customers".into(),
        kind: "JWT".into(),
        issuer: Some("https://login.shop.example".into()),
        audiences: audiences.iter().map(ToString::to_string).collect(),
        identity_sources: vec!["$request.header.Authorization".into()],
        ..ApiAuthorizer::default()
    };
    let guarded = Route {
        authorization: Fact::Known(RouteAuthorization::Jwt),
        authorizer: Some(jwt.id.clone()),
        ..route("GET /orders")
    };
    with_api(Api {
        routes: Listing::complete(vec![guarded]),
        authorizers: Listing::complete(vec![jwt]),
        ..api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;

    #[test]
    fn the_finding_names_the_authorizer_and_who_relies_on_it() {
        let found = findings(&CHECK, with_jwt(&[])).remove(0);
        assert_eq!(found.resource.detail.as_deref(), Some("customers"));
        let message = "authorizer customers of API shop-http accepts tokens for any audience";
        assert_eq!(found.message, message);
        assert_eq!(found.evidence, ["accepts tokens for any audience", "used by GET /orders"]);
    }

    #[test]
    fn an_authorizer_that_nothing_uses_guards_nothing() {
        let judged = |change: fn(&mut Route)| {
            let mut account = with_jwt(&[]);
            change(&mut account.regions.items[0].apis.items[0].routes.items[0]);
            outcomes(&CHECK, account)
        };
        assert_eq!(judged(|_| {}), [Kind::Fail]);
        assert_eq!(judged(|it| it.authorizer = None), [Kind::NotApplicable]);
        assert_eq!(judged(|it| it.authorizer = Some("other".into())), [Kind::Pass]);
        let open = |it: &mut Route| it.authorization = Fact::Known(RouteAuthorization::None);
        assert_eq!(judged(open), [Kind::NotApplicable]);
        assert_eq!(judged(|it| it.authorization = Fact::default()), [Kind::Unknown]);
    }
}
