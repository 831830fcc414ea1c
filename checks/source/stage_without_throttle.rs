use crate::examples::{account_with, api, api_stage, region, rest_api, stage, with_rest_api};
use crate::grants::join;
use crate::throttles;
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Api, ApiStage, Call, Fact, Gap, Listing, RestApi, Stage, Throttle};
use throttles::Throttles;

check! {
    /// A stage has no throttle below the one that API Gateway puts on the whole account.
    ///
    /// A method of a REST stage is throttled by its own setting, or if it has none by the stage's
    /// default (`*/*`), or by usage plans if it asks for an API key; a route of an HTTP or WebSocket
    /// stage by its own settings or the default route settings. A rate at or above the account's is no
    /// throttle, nor is a setting without a rate. `OPTIONS` methods and mock integrations need none.
    ///
    /// ## Why it matters
    /// All APIs of a region share one account throttle. A stage without its own lets a single noisy or
    /// hostile client use it up, which takes every other API down, and lets the bill and the load on
    /// what is behind grow until that point.
    ///
    /// ## Fix
    /// ```sh
    /// aws apigateway update-stage --rest-api-id API_ID --stage-name STAGE --patch-operations \
    ///   'op=replace,path=/*/*/throttling/rateLimit,value=100' \
    ///   'op=replace,path=/*/*/throttling/burstLimit,value=200'
    /// aws apigatewayv2 update-stage --api-id API_ID --stage-name STAGE \
    ///   --default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=200
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::ApiGateway::Stage
    /// Properties:
    ///   MethodSettings:
    ///     - ResourcePath: /*
    ///       HttpMethod: "*"
    ///       ThrottlingRateLimit: 100
    ///       ThrottlingBurstLimit: 200
    /// ```
    "SRC-301" "stage-without-throttle": "Stage has no throttle of its own",
    severity: Severity::Medium,
    controls: &[Control::Throttling],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html",
        "CWE-770",
    ],
    calls: &[
        Call::ApiGatewayGetAccount,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayGetUsagePlans,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetStages,
        Call::ApiGatewayV2GetRoutes,
    ],
    rules: &[Rule::RestStage(rest_stage), Rule::ApiStage(v2_stage)],
    bad: || example(&[]),
    good: || with_rest_api(rest_api()),
}

fn rest_stage(stage: &Stage, api: &RestApi, scope: &Scope) -> Outcome {
    let own = Throttles::new(&stage.throttles, scope)?;
    if own.limit_all("*/*") {
        return Ok(Verdict::Pass);
    }
    let name = format!("stage {} of REST API {}", stage.name, api.name);
    judge(&name, &api.methods, |method| {
        if crate::rest::harmless(method)? {
            return Ok(None);
        }
        let throttled = own.limit(&throttles::method_key(method), "*/*")?
            || (method.api_key_required && own.by_usage_plans(api, stage)?);
        Ok(Some((crate::rest::label(method), throttled)))
    })
}

fn v2_stage(stage: &ApiStage, api: &Api, scope: &Scope) -> Outcome {
    let own = Throttles::new(&stage.throttles, scope)?;
    if own.limit_all("default") {
        return Ok(Verdict::Pass);
    }
    let name = format!("stage {} of API {}", stage.name, api.name);
    judge(&name, &api.routes, |route| Ok(Some((route.key.clone(), own.limit(&route.key, "default")?))))
}

/// Fails if some part is known to have no throttle; passes if all parts are known to have one.
fn judge<T>(
    stage: &str,
    parts: &Listing<T>,
    throttled: impl Fn(&T) -> Result<Option<(String, bool)>, Gap>,
) -> Outcome {
    let judged: Vec<_> = parts.iter().map(throttled).collect();
    let mut bare: Vec<&str> = judged
        .iter()
        .filter_map(|it| match it {
            Ok(Some((name, false))) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    if !bare.is_empty() {
        bare.sort_unstable();
        let problem = Problem::new(format!("{stage} has no throttle below the account's"));
        let line = format!("without a throttle: {}", join(bare.into_iter()));
        return Ok(Verdict::fail(problem.evidence(line)));
    }
    parts.all()?;
    let judged = judged.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(if judged.iter().flatten().next().is_none() { Verdict::NotApplicable } else { Verdict::Pass })
}

fn example(throttles: &[Throttle]) -> Account {
    account_with(region(|it| {
        let throttles = || Fact::Known(throttles.to_vec());
        let rest = Stage { throttles: throttles(), ..stage() };
        let http = ApiStage { throttles: throttles(), ..api_stage() };
        it.rest_apis.items.push(RestApi { stages: Listing::complete(vec![rest]), ..rest_api() });
        it.apis.items.push(Api { stages: Listing::complete(vec![http]), ..api() });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{method, throttle};
    use crate::laws::outcomes;
    use audit::Kind;
    use inventory::{Method, UsagePlan, UsagePlanStage};

    /// The outcomes for an HTTP stage and a REST stage.
    fn judged(throttles: &[Throttle]) -> Vec<Kind> {
        outcomes(&CHECK, example(throttles))
    }

    #[test]
    fn a_rate_at_the_accounts_is_no_throttle() {
        let both = |rate| [throttle("*/*", rate), throttle("default", rate)];
        assert_eq!(judged(&both(9_999.0)), [Kind::Pass; 2]);
        assert_eq!(judged(&both(10_000.0)), [Kind::Fail; 2]);
    }

    #[test]
    fn every_method_or_route_can_have_its_own() {
        let escaped = [throttle("~1orders/POST", 5.0), throttle("POST /orders", 5.0)];
        assert_eq!(judged(&escaped), [Kind::Pass; 2]);
        let plain = [throttle("orders/POST", 5.0), throttle("GET /orders", 5.0)];
        assert_eq!(judged(&plain), [Kind::Fail, Kind::Pass]);
    }

    #[test]
    fn a_setting_of_its_own_takes_a_method_or_route_from_the_default() {
        let default = || [throttle("*/*", 100.0), throttle("default", 100.0)];
        let with = |more: [Throttle; 2]| judged(&[default(), more].concat());
        let loose = [throttle("~1orders/POST", 10_000.0), throttle("POST /orders", 10_000.0)];
        assert_eq!(with(loose.clone()), [Kind::Fail; 2]);
        let off = loose.map(|it| Throttle { rate: None, ..it });
        assert_eq!(with(off), [Kind::Fail; 2]);
        let gone = [throttle("~1gone/POST", 10_000.0), throttle("POST /gone", 10_000.0)];
        assert_eq!(with(gone), [Kind::Pass; 2]);
    }

    #[test]
    fn without_the_accounts_throttle_only_a_missing_rate_is_certain() {
        let mut account = example(&[throttle("*/*", 5.0)]);
        account.regions.items[0].api_throttle = Fact::default();
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail, Kind::Unknown]);
    }

    #[test]
    fn usage_plans_throttle_methods_that_ask_for_a_key() {
        let plan = |throttle| UsagePlan {
            stages: vec![UsagePlanStage { api: rest_api().id, stage: "prod".into(), throttles: Vec::new() }],
            throttle,
            ..UsagePlan::default()
        };
        let judged = |api_key_required, plans: Listing<UsagePlan>| {
            let stage = Stage { throttles: Fact::Known(Vec::new()), ..stage() };
            let keyed = Method { api_key_required, ..method() };
            let mut account = with_rest_api(RestApi {
                stages: Listing::complete(vec![stage]),
                methods: Listing::complete(vec![keyed]),
                ..rest_api()
            });
            account.regions.items[0].usage_plans = plans;
            outcomes(&CHECK, account)
        };
        let tight = || plan(Some(throttle("", 5.0)));
        assert_eq!(judged(true, Listing::complete(vec![tight()])), [Kind::Pass]);
        assert_eq!(judged(false, Listing::complete(vec![tight()])), [Kind::Fail]);
        let mixed = Listing::complete(vec![tight(), plan(None)]);
        assert_eq!(judged(true, mixed), [Kind::Fail]);
        let cut = Listing::cut(vec![tight()], Gap::default());
        assert_eq!(judged(true, cut), [Kind::Unknown]);
        assert_eq!(judged(true, Listing::complete(Vec::new())), [Kind::Fail]);
    }

    #[test]
    fn a_stage_without_anything_to_throttle_is_not_concerned() {
        let mut account = example(&[]);
        let region = &mut account.regions.items[0];
        region.apis.items[0].routes = Listing::complete(Vec::new());
        region.rest_apis.items[0].methods = Listing::complete(Vec::new());
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable; 2]);
    }
}
