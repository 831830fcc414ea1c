use crate::examples::{method, rest_api, with_rest_api};
use crate::rest;
use audit::{Control, Outcome, Place, Problem, Rule, Scope, Severity, Verdict, check, exposure};
use inventory::{Account, Api, Call, Fact, Listing, Method, MethodAuthorization, Protocol, RestApi, Route};

check! {
    /// An API key is all that a REST method, or the `$connect` route of a WebSocket API, asks for.
    ///
    /// `OPTIONS` methods, mock integrations, and APIs without a stage or without a name that leads to
    /// them are not concerned; a resource policy that limits where callers come from saves a method.
    ///
    /// ## Why it matters
    /// API keys meter clients; they do not identify them. One key is shared by every copy of an app,
    /// travels in a header, does not expire and carries no permissions, so whoever reads it once can
    /// call every API of its usage plans until somebody notices.
    ///
    /// ## Fix
    /// Keep the key for metering and add an authorizer, then deploy:
    ///
    /// ```sh
    /// aws apigateway update-method --rest-api-id API_ID --resource-id RESOURCE_ID --http-method GET \
    ///   --patch-operations op=replace,path=/authorizationType,value=AWS_IAM
    /// aws apigatewayv2 update-route --api-id API_ID --route-id ROUTE_ID --authorization-type AWS_IAM
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::ApiGateway::Method
    /// Properties:
    ///   ApiKeyRequired: true
    ///   AuthorizationType: CUSTOM
    ///   AuthorizerId: !Ref Authorizer
    /// ```
    "SRC-104" "api-key-only-auth": "An API key is the only credential",
    severity: Severity::Medium,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
        "CWE-1390",
    ],
    calls: &[
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetRoutes,
        Call::ApiGatewayV2GetStages,
        Call::ApiGatewayGetDomainNames,
        Call::ApiGatewayV2GetApiMappings,
    ],
    rules: &[Rule::RestMethod(method_rule), Rule::Route(route_rule)],
    bad: || rest_example(MethodAuthorization::None),
    good: || rest_example(MethodAuthorization::AwsIam),
}

fn method_rule(method: &Method, api: &RestApi, scope: &Scope) -> Outcome {
    if !method.api_key_required || rest::harmless(method)? {
        return Ok(Verdict::NotApplicable);
    }
    if exposure::proof_of_method(method, api)?.authenticates() {
        return Ok(Verdict::Pass);
    }
    let exposure = exposure::of_method(method, api, scope.account, scope.inventory.today())?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    if !exposure.is_open() {
        return Ok(Verdict::Pass);
    }
    let what = format!("{} of REST API {}", rest::label(method), api.name);
    let problem = problem(&what).evidence("authorization is NONE, an API key is required");
    Ok(Verdict::fail(exposure.shown(problem)))
}

fn route_rule(route: &Route, api: &Api, scope: &Scope) -> Outcome {
    let websocket = api.protocol.read()? == Some(&Protocol::WebSocket);
    if !websocket || route.key != "$connect" || !route.api_key_required {
        return Ok(Verdict::NotApplicable);
    }
    if exposure::proof_of_route(route, api)?.authenticates() {
        return Ok(Verdict::Pass);
    }
    let exposure = exposure::of_route(route, api, scope.account)?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    let what = format!("$connect of WebSocket API {}", api.name);
    Ok(Verdict::fail(exposure.shown(problem(&what))))
}

fn problem(what: &str) -> Problem {
    Problem::new(format!("an API key is all that {what} asks for"))
}

fn rest_example(authorization: MethodAuthorization) -> Account {
    with_rest_api(RestApi {
        policy: Fact::Absent,
        methods: Listing::complete(vec![Method {
            authorization: Fact::Known(authorization),
            api_key_required: true,
            ..method()
        }]),
        ..rest_api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{api, route, with_api};
    use crate::laws::outcomes;
    use audit::Kind;
    use inventory::RouteAuthorization;

    fn websocket(key: &str, authorization: RouteAuthorization) -> Vec<Kind> {
        let route = Route { authorization: Fact::Known(authorization), api_key_required: true, ..route(key) };
        let account = with_api(Api {
            protocol: Fact::Known(Protocol::WebSocket),
            routes: Listing::complete(vec![route]),
            ..api()
        });
        outcomes(&CHECK, account)
    }

    #[test]
    fn only_the_connect_route_of_a_websocket_api_counts() {
        use RouteAuthorization::{AwsIam, None};
        assert_eq!(websocket("$connect", None), [Kind::Fail]);
        assert_eq!(websocket("$connect", AwsIam), [Kind::Pass]);
        assert_eq!(websocket("$default", None), [Kind::NotApplicable]);
    }

    #[test]
    fn a_policy_that_limits_where_callers_come_from_saves_a_method() {
        let mut account = (CHECK.bad)();
        account.regions.items[0].rest_apis.items[0].policy = rest_api().policy;
        assert_eq!(outcomes(&CHECK, account), [Kind::Pass]);
    }

    #[test]
    fn a_method_without_a_key_is_left_to_src_101() {
        let mut account = (CHECK.bad)();
        let api = &mut account.regions.items[0].rest_apis.items[0];
        api.methods.items[0].api_key_required = false;
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
