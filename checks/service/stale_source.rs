use crate::examples::{ACCOUNT, account_with, api, function, policy, region, rest_api};
use crate::execute_api::{self, Missing};
use crate::grants::{BY_SERVICES, Opening, signed};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Arn, Call, Function, Gap, Invocable};
use policy::{Audience, Condition, Operator};
use serde_json::json;

check! {
    /// A statement lets API Gateway invoke the function for an API, stage, method, route or authorizer
    /// that no longer exists.
    ///
    /// Sources of API Gateway in the own account are judged (`arn:aws:execute-api:…` in a condition on
    /// `aws:SourceArn`); a pattern is stale if nothing that exists matches it. A method or route that is
    /// missing is reported at medium confidence: a stage may still serve an older deployment that has
    /// it. The stage of test invocations, `test-invoke-stage`, exists in every REST API.
    ///
    /// ## Why it matters
    /// Nobody else can come by such a source, unlike an S3 bucket's name: AWS chooses an API's id, and
    /// the ARN holds your account. But the policy no longer says who calls the function. Of an API that
    /// stands, whoever may add a stage, a route or a method of that name reaches the function without
    /// asking for it: the permission waits for them. Dead statements also use up the 20 KB that a
    /// policy may have, and hide the ones that matter.
    ///
    /// ## Fix
    /// Remove the statement, with `--qualifier` where the policy belongs to an alias or version:
    ///
    /// ```sh
    /// aws lambda get-policy --function-name FUNCTION
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// ```
    ///
    /// In CloudFormation let the permission refer to the API, so that both go together:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref Function
    ///   Principal: apigateway.amazonaws.com
    ///   SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/${Stage}/GET/orders
    /// ```
    "SVC-005" "stale-source": "Source of a service grant no longer exists",
    severity: Severity::Medium,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html",
        "CWE-672",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListAliases,
        Call::LambdaGetPolicy,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayGetAuthorizers,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetStages,
        Call::ApiGatewayV2GetRoutes,
        Call::ApiGatewayV2GetAuthorizers,
    ],
    rules: &[Rule::Invocable(run)],
    bad: || example("z9y8x7w6v5/prod/POST/orders"),
    good: || example("a1b2c3d4e5/prod/POST/orders"),
}

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let everyone = Audience::OwnAccount..=Audience::Anonymous;
    let (mut judged, mut unclear, mut problems) = (false, None, Vec::new());
    for opening in signed(policy, invocable, scope, &BY_SERVICES, everyone) {
        let sources = sources(&opening, scope);
        judged |= !sources.is_empty();
        match stale(sources, scope) {
            Ok(stale) => problems.extend(problem(&opening, invocable, &stale)),
            Err(gap) => unclear = unclear.or(Some(gap)),
        }
    }
    match unclear {
        Some(gap) if problems.is_empty() => Err(gap),
        _ if judged => Ok(Verdict::of(problems)),
        _ => Ok(Verdict::NotApplicable),
    }
}

/// The sources of the own account's API Gateway that the statement demands.
fn sources<'a>(opening: &'a Opening, scope: &Scope) -> Vec<(&'a str, Arn<'a>)> {
    let demands = |it: &&Condition| {
        use Operator::{ArnEquals, ArnLike, StringEquals, StringEqualsIgnoreCase, StringLike};
        let names =
            [ArnEquals, ArnLike, StringEquals, StringEqualsIgnoreCase, StringLike].contains(&it.operator);
        names && it.key.eq_ignore_ascii_case("aws:SourceArn")
    };
    let values = opening.statement.conditions.iter().filter(demands).flat_map(|it| &it.values);
    values.filter_map(|source| Some((source.as_str(), execute_api::own(source, scope)?))).collect()
}

/// Those of the sources that name what is not there, with what that is; the gap of one that nobody
/// could judge counts only if none is known to be stale.
fn stale<'a>(sources: Vec<(&'a str, Arn)>, scope: &Scope) -> Result<Vec<(&'a str, Missing)>, Gap> {
    let (mut stale, mut unclear) = (Vec::new(), None);
    for (source, arn) in sources {
        match execute_api::missing(arn, scope) {
            Ok(missing) => stale.extend(missing.map(|it| (source, it))),
            Err(gap) => unclear = Some(gap),
        }
    }
    unclear.filter(|_| stale.is_empty()).map_or(Ok(stale), Err)
}

fn problem(opening: &Opening, invocable: &Invocable, stale: &[(&str, Missing)]) -> Option<Problem> {
    let (source, missing) = stale.first()?;
    let label = &opening.grant.label;
    let (services, actions) = (opening.services_in_words(), opening.actions.join(", "));
    let lines = stale.iter().map(|(source, missing)| format!("{source}: {}", missing.what));
    let doubtful = stale.iter().all(|(_, missing)| missing.perhaps_deployed);
    Some(Problem {
        detail: Some(label.clone()),
        evidence: lines.chain([opening.evidence()]).collect(),
        confidence: doubtful.then_some(Confidence::Medium),
        ..Problem::new(format!(
            "statement {label} lets {services} call {actions} on {} for {source}, but {}",
            invocable.arn, missing.what
        ))
    })
}

/// A REST and an HTTP API, and a function that one source may invoke.
fn example(source: &str) -> Account {
    let function = function("orders");
    let statement = json!({
        "Sid": "orders-1",
        "Effect": "Allow",
        "Principal": { "Service": "apigateway.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
        "Resource": function.arn,
        "Condition": { "ArnLike": {
            "aws:SourceArn": format!("arn:aws:execute-api:eu-west-1:{ACCOUNT}:{source}"),
        } },
    });
    account_with(region(|it| {
        let policy = policy(json!({ "Version": "2012-10-17", "Statement": [statement] }));
        it.functions.items.push(Function { policy, ..function });
        it.rest_apis.items.push(rest_api());
        it.apis.items.push(api());
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{method, route};
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::{Api, ApiAuthorizer, Authorizer, Listing, Method, Protocol, Region, RestApi};

    /// An account with a REST API `a1b2c3d4e5`, an HTTP API `f6g7h8i9j0` and a WebSocket API
    /// `w1x2y3z4a5`, each with more routes and an authorizer.
    fn estate(source: &str) -> Account {
        let mut account = example(source);
        let region = &mut account.regions.items[0];
        let methods = [("POST", "/orders"), ("GET", "/orders/{id}"), ("ANY", "/files/{path+}"), ("GET", "/")];
        let methods = methods.map(|(verb, path)| Method { verb: verb.into(), path: path.into(), ..method() });
        region.rest_apis.items = vec![RestApi {
            methods: Listing::complete(methods.into()),
            authorizers: Listing::complete(vec![Authorizer { id: "auth01".into(), ..Authorizer::default() }]),
            ..rest_api()
        }];
        let http = Api {
            routes: Listing::complete(["GET /orders/{id}", "ANY /carts", "$default"].map(route).into()),
            authorizers: Listing::complete(vec![ApiAuthorizer {
                id: "auth02".into(),
                ..ApiAuthorizer::default()
            }]),
            ..api()
        };
        let websocket = Api {
            id: "w1x2y3z4a5".into(),
            arn: api().arn.replace(&api().id, "w1x2y3z4a5"),
            protocol: inventory::Fact::Known(Protocol::WebSocket),
            routes: Listing::complete(["$connect", "send"].map(route).into()),
            ..api()
        };
        region.apis.items = vec![http, websocket];
        account
    }

    #[test]
    fn a_source_is_stale_if_nothing_that_exists_matches_it() {
        for (source, lacks) in [
            ("a1b2c3d4e5/prod/POST/orders", None),
            ("a1b2c3d4e5/*/POST/orders", None),
            ("a1b2c3d4e5/*", None),
            ("a1b2c3d4e5/*/*/*", None),
            ("a1b2c3d4e5/prod/GET/orders/*", None),
            ("a1b2c3d4e5/prod/GET/orders/{id}", None),
            ("a1b2c3d4e5/prod/DELETE/files/a/b", None),
            ("a1b2c3d4e5/prod/GET/", None),
            ("a1b2c3d4e5/test-invoke-stage/POST/orders", None),
            ("a1b2c3d4e5/authorizers/auth01", None),
            ("a1b2c3d4e5/authorizers/*", None),
            ("a1b2c3d4e?/prod/POST/orders", None),
            ("*/prod/POST/orders", None),
            // A file may stand in a folder called staging.
            ("*/staging/*", None),
            ("a1b2c3d4e5/prod/GET/orders", Some("method or route GET/orders")),
            ("a1b2c3d4e5/prod/GET/orders/1/lines", Some("method or route GET/orders/1/lines")),
            ("a1b2c3d4e5/staging/POST/orders", Some("stage staging")),
            ("a1b2c3d4e5/test-invoke-stage/POST/gone", Some("method or route POST/gone")),
            ("a1b2c3d4e5/authorizers/auth02", Some("authorizer auth02")),
            ("a1b2c3d4e5", Some("stage ")),
            ("b1b2c3d4e5/*/*/*", Some("no API b1b2c3d4e5 exists in eu-west-1")),
            ("a1b2c3d4e?/staging/*", Some("stage staging")),
            ("?1?2?3?4?5/staging/POST/orders", Some("none of the 2 APIs")),
            ("f6g7h8i9j0/prod/GET/orders/*", None),
            ("f6g7h8i9j0/prod/PUT/carts", None),
            ("f6g7h8i9j0/*/$default", None),
            ("f6g7h8i9j0/*/*", None),
            ("f6g7h8i9j0/authorizers/auth02", None),
            ("f6g7h8i9j0/prod/GET/gone", Some("method or route GET/gone")),
            ("f6g7h8i9j0/test-invoke-stage/PUT/carts", Some("stage test-invoke-stage")),
            ("w1x2y3z4a5/prod/$connect", None),
            ("w1x2y3z4a5/*$connect", None),
            ("w1x2y3z4a5/prod/send", None),
            ("w1x2y3z4a5/prod/$default", Some("WebSocket API shop-http has no method or route $default")),
            ("w1x2y3z4a5/*$disconnect", Some("method or route *$disconnect")),
        ] {
            let found = findings(&CHECK, estate(source)).remove(0);
            let expected = if lacks.is_some() { Kind::Fail } else { Kind::Pass };
            assert_eq!(found.outcome, expected, "{source}: {}", found.message);
            assert!(found.message.contains(lacks.unwrap_or_default()), "{source}: {}", found.message);
            let deployed = lacks.is_some_and(|it| it.contains("route"));
            let confidence = if deployed { Confidence::Medium } else { Confidence::High };
            assert_eq!(found.confidence, confidence, "{source}");
        }
    }

    #[test]
    fn what_is_not_of_the_accounts_own_api_gateway_is_not_judged() {
        let judged = |condition| {
            outcomes(
                &CHECK,
                crate::examples::with_permission(json!({
                    "Principal": { "Service": "apigateway.amazonaws.com" },
                    "Action": "lambda:InvokeFunction",
                    "Condition": condition,
                })),
            )
        };
        for condition in [
            json!({}),
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::orders" } }),
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:execute-api:eu-west-1:999988887777:gone/*" } }),
            json!({ "ArnLike": { "aws:SourceArn": "arn:aws:execute-api:eu-west-1:*:gone/*" } }),
            json!({ "ArnNotLike": { "aws:SourceArn": format!("arn:aws:execute-api:eu-west-1:{ACCOUNT}:gone/*") } }),
            json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } }),
        ] {
            assert_eq!(judged(condition.clone()), [Kind::NotApplicable], "{condition}");
        }
        let several = json!({ "StringLike": { "AWS:SourceArn": [
            "arn:aws:s3:::orders", format!("arn:aws:execute-api:eu-west-1:{ACCOUNT}:gone/*"),
        ] } });
        assert_eq!(judged(several), [Kind::Fail]);
    }

    #[test]
    fn a_region_is_looked_at_wherever_it_is_and_unknown_where_it_was_left_out() {
        let judged = |region: &str, regions: fn(&mut Listing<Region>)| {
            let mut account = example("a1b2c3d4e5/prod/POST/orders");
            let text = serde_json::to_string(&account.regions.items[0].functions).unwrap();
            let text = text.replace("execute-api:eu-west-1", &format!("execute-api:{region}"));
            account.regions.items[0].functions = serde_json::from_str(&text).unwrap();
            regions(&mut account.regions);
            outcomes(&CHECK, account)
        };
        assert_eq!(judged("eu-*", |_| {}), [Kind::Pass]);
        assert_eq!(judged("us-east-1", |_| {}), [Kind::Fail]);
        let left_out = |regions: &mut Listing<Region>| regions.gap = Some(Gap::not_collected());
        assert_eq!(judged("eu-west-1", left_out), [Kind::Pass]);
        assert_eq!(judged("us-east-1", left_out), [Kind::Unknown]);
        assert_eq!(judged("us-*", left_out), [Kind::Unknown]);
        let elsewhere: fn(&mut Listing<Region>) = |regions| {
            let apis = std::mem::take(&mut regions.items[0].rest_apis);
            regions.items[0].rest_apis = Listing::complete(Vec::new());
            regions.items.push(region(|it| (it.name, it.rest_apis) = ("us-east-1".into(), apis)));
        };
        assert_eq!(judged("us-east-1", elsewhere), [Kind::Pass]);
        assert_eq!(judged("eu-west-1", elsewhere), [Kind::Fail]);
    }

    #[test]
    fn only_complete_listings_prove_absence() {
        let gap = || Some(Gap::default());
        let judged = |source: &str, cut: fn(&mut Region, Option<Gap>)| {
            let mut account = estate(source);
            cut(&mut account.regions.items[0], gap());
            outcomes(&CHECK, account)
        };
        let (gone, staging) = ("b1b2c3d4e5/*", "a1b2c3d4e5/staging/POST/orders");
        assert_eq!(judged(gone, |it, gap| it.rest_apis.gap = gap), [Kind::Unknown]);
        assert_eq!(judged(gone, |it, gap| it.apis.gap = gap), [Kind::Unknown]);
        assert_eq!(judged(staging, |it, gap| it.apis.gap = gap), [Kind::Fail], "the API is known");
        assert_eq!(judged(staging, |it, gap| it.rest_apis.items[0].stages.gap = gap), [Kind::Unknown]);
        assert_eq!(judged(staging, |it, gap| it.rest_apis.items[0].methods.gap = gap), [Kind::Unknown]);
        assert_eq!(judged(staging, |it, gap| it.rest_apis.items[0].authorizers.gap = gap), [Kind::Fail]);
        let authorizer = "f6g7h8i9j0/authorizers/gone";
        assert_eq!(judged(authorizer, |it, gap| it.apis.items[0].authorizers.gap = gap), [Kind::Unknown]);
    }
}
