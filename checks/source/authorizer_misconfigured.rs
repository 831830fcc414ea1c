use crate::authorizers::{self, Flaws};
use crate::examples::{api, route, with_api};
use crate::grants::join;
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{
    Account, Api, ApiAuthorizer, AuthMode, AuthProvider, Authorizer, Call, EventApi, Fact, Gap, GraphqlApi,
    Listing, MethodAuthorization, RestApi, Route, RouteAuthorization,
};
use std::collections::BTreeMap;

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

/// The methods or routes that rely on each authorizer.
struct Users<'a> {
    known: BTreeMap<&'a str, Vec<String>>,
    /// What keeps them from being all.
    gap: Option<Gap>,
}

impl<'a> Users<'a> {
    fn new<T>(parts: &Listing<T>) -> Self {
        Self { known: BTreeMap::new(), gap: parts.gap.clone() }
    }

    fn add<T>(
        &mut self,
        authorizer: Option<&'a str>,
        authorization: &Fact<T>,
        relies: impl Fn(&T) -> bool,
        name: impl Fn() -> String,
    ) {
        let Some(id) = authorizer else { return };
        match authorization.read() {
            Ok(Some(kind)) if relies(kind) => self.known.entry(id).or_default().push(name()),
            Ok(_) => {}
            Err(gap) => self.gap = Some(gap),
        }
    }

    fn of(&self, authorizer: &str) -> Result<&[String], Gap> {
        match (self.known.get(authorizer), &self.gap) {
            (Some(users), _) => Ok(users),
            (None, Some(gap)) => Err(gap.clone()),
            (None, None) => Ok(&[]),
        }
    }
}

/// Fails if an authorizer that is known to be used has a flaw; passes if none that may be used has one.
fn judge<T>(
    api: &str,
    authorizers: &Listing<T>,
    users: &Users,
    id_and_name: impl Fn(&T) -> (&String, &String),
    flaws: impl Fn(&T) -> Flaws,
) -> Outcome {
    if users.known.is_empty() && users.gap.is_none() {
        return Ok(Verdict::NotApplicable);
    }
    let (mut problems, mut unclear) = (Vec::new(), authorizers.gap.clone());
    for authorizer in authorizers {
        let (id, name) = id_and_name(authorizer);
        let name = if name.is_empty() { id } else { name };
        match (users.of(id), flaws(authorizer)) {
            (Ok([]), _) => {}
            (_, Ok(flaws)) if flaws.is_empty() => {}
            (Ok(users), Ok(flaws)) => {
                let used = format!("used by {}", join(users.iter().map(String::as_str)));
                let subject = format!("authorizer {name} of {api}");
                problems.push(problem(&subject, flaws).evidence(used).detail(name));
            }
            (Err(gap), _) | (_, Err(gap)) => unclear = Some(gap),
        }
    }
    let unused = || users.gap.clone().filter(|_| users.known.is_empty());
    match unclear {
        _ if !problems.is_empty() => Ok(Verdict::Fail(problems)),
        Some(gap) => Err(gap),
        None if authorizers.items.is_empty() => Ok(Verdict::NotApplicable),
        None => unused().map_or(Ok(Verdict::Pass), Err),
    }
}

fn modes(api: &str, providers: &Listing<AuthProvider>, scope: &Scope) -> Outcome {
    let (mut judged, mut problems, mut unclear) = (false, Vec::new(), providers.gap.clone());
    for provider in providers {
        let Some(flaws) = authorizers::of_mode(provider, scope) else { continue };
        judged = true;
        match flaws {
            Ok(flaws) if flaws.is_empty() => {}
            Ok(flaws) => {
                let issuer = provider.oidc.as_ref().map_or("", |it| &it.issuer);
                // An API has one Lambda authorizer at most, and one mode for each issuer.
                let mode = match provider.mode.known() {
                    Some(AuthMode::Lambda) => "AWS_LAMBDA".into(),
                    _ => format!("OPENID_CONNECT {issuer}"),
                };
                problems.push(problem(&format!("mode {mode} of {api}"), flaws).detail(mode));
            }
            Err(gap) => unclear = Some(gap),
        }
    }
    match unclear {
        Some(gap) if problems.is_empty() => Err(gap),
        _ if judged => Ok(Verdict::of(problems)),
        _ => Ok(Verdict::NotApplicable),
    }
}

fn problem(subject: &str, flaws: Vec<String>) -> Problem {
    let message = format!("{subject} {}", flaws.join(" and "));
    Problem { evidence: flaws, ..Problem::new(message) }
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
