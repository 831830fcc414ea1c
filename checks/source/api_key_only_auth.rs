use crate::examples::{method, rest_api, with_rest_api};
use crate::{reach, rest};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{
    Account, Api, Call, Fact, Listing, Method, MethodAuthorization, Protocol, RestApi, Route,
    RouteAuthorization,
};
use reach::Reach;

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
    if !rest::authorizes_nobody(method)? {
        return Ok(Verdict::Pass);
    }
    let proof = match reach::of_method(method, api, scope)? {
        Reach::Nowhere => return Ok(Verdict::NotApplicable),
        Reach::Stopped => return Ok(Verdict::Pass),
        Reach::Through(proof) => proof,
    };
    let what = format!("{} of REST API {}", rest::label(method), api.name);
    Ok(Verdict::fail(proof.of(problem(&what))))
}

fn route_rule(route: &Route, api: &Api, scope: &Scope) -> Outcome {
    let websocket = api.protocol.read()? == Some(&Protocol::WebSocket);
    if !websocket || route.key != "$connect" || !route.api_key_required {
        return Ok(Verdict::NotApplicable);
    }
    let authorization = route.authorization.read()?;
    if authorization.is_some_and(|it| *it != RouteAuthorization::None) {
        return Ok(Verdict::Pass);
    }
    let Reach::Through(proof) = reach::of_api(api, scope)? else {
        return Ok(Verdict::NotApplicable);
    };
    let what = format!("$connect of WebSocket API {}", api.name);
    Ok(Verdict::fail(proof.of(problem(&what))))
}

fn problem(what: &str) -> Problem {
    Problem::new(format!("an API key is all that {what} asks for"))
        .evidence("authorization is NONE, an API key is required")
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
