use crate::examples::{api, route, with_api};
use audit::{Control, Outcome, Place, Problem, Proof, Rule, Scope, Severity, Verdict, check, exposure};
use inventory::{Account, Api, Call, Fact, Listing, Protocol, Route, RouteAuthorization};

check! {
    /// A route of an HTTP API, or the `$connect` route of a WebSocket API, authorizes nobody.
    ///
    /// `OPTIONS` routes (browsers send them without credentials), the other routes of a WebSocket API
    /// (who is connected was authorized on `$connect`), and APIs without a stage or without a name that
    /// leads to them are not concerned. A `$connect` route that asks for an API key only is left to
    /// SRC-104.
    ///
    /// ## Why it matters
    /// HTTP and WebSocket APIs have no resource policy and cannot take a web ACL: the route's
    /// authorizer is the only thing between the internet and the function. A `$default` route without
    /// one lets in every path that has no route of its own.
    ///
    /// ## Fix
    /// ```sh
    /// aws apigatewayv2 update-route --api-id API_ID --route-id ROUTE_ID \
    ///   --authorization-type JWT --authorizer-id AUTHORIZER_ID
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::ApiGatewayV2::Route
    /// Properties:
    ///   RouteKey: GET /orders
    ///   AuthorizationType: AWS_IAM
    /// ```
    ///
    /// A WebSocket API takes `AWS_IAM` or a Lambda authorizer (`CUSTOM`), on `$connect`.
    "SRC-102" "v2-route-unauthenticated": "HTTP or WebSocket route authorizes nobody",
    severity: Severity::High,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html",
        "CWE-306",
        "FSBP APIGateway.8",
    ],
    calls: &[
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetRoutes,
        Call::ApiGatewayV2GetStages,
        Call::ApiGatewayGetDomainNames,
        Call::ApiGatewayV2GetApiMappings,
    ],
    rules: &[Rule::Route(run)],
    bad: || example(Protocol::Http, open("$default")),
    good: || with_api(api()),
}

fn run(route: &Route, api: &Api, scope: &Scope) -> Outcome {
    let websocket = api.protocol.read()? == Some(&Protocol::WebSocket);
    let concerned = if websocket { route.key == "$connect" } else { !route.key.starts_with("OPTIONS ") };
    if !concerned {
        return Ok(Verdict::NotApplicable);
    }
    match exposure::proof_of_route(route, api)? {
        Proof::Nothing => {}
        Proof::ApiKey => return Ok(Verdict::NotApplicable),
        _ => return Ok(Verdict::Pass),
    }
    let exposure = exposure::of_route(route, api, scope.account)?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    let (verb, kind) = if websocket { ("connect to", "WebSocket") } else { ("call", "HTTP") };
    let message = format!("anyone on the internet can {verb} {} of {kind} API {}", route.key, api.name);
    Ok(Verdict::fail(exposure.shown(Problem::new(message))))
}

fn open(key: &str) -> Route {
    Route { authorization: Fact::Known(RouteAuthorization::None), ..route(key) }
}

fn example(protocol: Protocol, route: Route) -> Account {
    with_api(Api { protocol: Fact::Known(protocol), routes: Listing::complete(vec![route]), ..api() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::Kind;
    use inventory::ApiStage;

    fn judged(protocol: Protocol, route: Route) -> Vec<Kind> {
        outcomes(&CHECK, example(protocol, route))
    }

    #[test]
    fn only_the_connect_route_of_a_websocket_api_counts() {
        use Protocol::WebSocket;
        assert_eq!(judged(WebSocket, open("$connect")), [Kind::Fail]);
        assert_eq!(judged(WebSocket, open("$default")), [Kind::NotApplicable]);
        let keyed = Route { api_key_required: true, ..open("$connect") };
        assert_eq!(judged(WebSocket, keyed), [Kind::NotApplicable]);
    }

    #[test]
    fn preflight_and_undeployed_apis_are_not_concerned() {
        let preflight = open("OPTIONS /orders");
        assert_eq!(judged(Protocol::Http, preflight), [Kind::NotApplicable]);
        let mut account = (CHECK.bad)();
        let stages: Listing<ApiStage> = Listing::complete(Vec::new());
        account.regions.items[0].apis.items[0].stages = stages;
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
