use crate::examples::{method, rest_api, with_rest_api};
use crate::rest;
use audit::{Control, Outcome, Place, Problem, Proof, Rule, Scope, Severity, Verdict, check, exposure};
use inventory::{Account, EndpointType, Fact, Listing, Method, MethodAuthorization, RestApi};

check! {
    /// A method of a deployed REST API authorizes nobody: its authorization is `NONE`, it asks for no
    /// API key, and no resource policy stops callers from anywhere.
    ///
    /// `OPTIONS` methods (browsers send them without credentials), mock integrations, and APIs without
    /// a stage or without a name that leads to them are not concerned. A method that asks for an API key only is left to SRC-104. Methods
    /// are judged as they were last saved, which may differ from what was last deployed. For a private
    /// API, which only VPC endpoints reach, the severity is medium.
    ///
    /// ## Why it matters
    /// Whoever finds the URL runs what is behind it: your function, with its role, at your expense.
    /// URLs of API Gateway are found in JavaScript, in mobile apps and in certificate logs.
    ///
    /// ## Fix
    /// Give the method an authorizer: IAM, a Cognito user pool or a Lambda function. Then deploy.
    ///
    /// ```sh
    /// aws apigateway update-method --rest-api-id API_ID --resource-id RESOURCE_ID --http-method GET \
    ///   --patch-operations op=replace,path=/authorizationType,value=AWS_IAM
    /// aws apigateway create-deployment --rest-api-id API_ID --stage-name STAGE
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::ApiGateway::Method
    /// Properties:
    ///   AuthorizationType: COGNITO_USER_POOLS
    ///   AuthorizerId: !Ref Authorizer
    /// ```
    ///
    /// Where callers cannot authenticate, limit where they come from with a resource policy
    /// (`aws:SourceIp`).
    "SRC-101" "rest-method-unauthenticated": "REST method authorizes nobody",
    severity: Severity::High,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html",
        "CWE-306",
    ],
    calls: rest::CALLS,
    rules: &[Rule::RestMethod(run)],
    bad: || example(EndpointType::Regional, open()),
    good: || with_rest_api(rest_api()),
}

fn run(method: &Method, api: &RestApi, scope: &Scope) -> Outcome {
    if rest::harmless(method)? {
        return Ok(Verdict::NotApplicable);
    }
    match exposure::proof_of_method(method, api)? {
        Proof::Nothing => {}
        Proof::ApiKey => return Ok(Verdict::NotApplicable),
        _ => return Ok(Verdict::Pass),
    }
    let exposure = exposure::of_method(method, api, scope.account, scope.inventory.today())?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    if !exposure.is_open() {
        return Ok(Verdict::Pass);
    }
    let (who, severity) = if exposure.place == Place::Vpc {
        ("anyone in a VPC with an endpoint", Some(Severity::Medium))
    } else {
        ("anyone on the internet", None)
    };
    let what = rest::label(method);
    let message = format!("{who} can call {what} of REST API {}", api.name);
    let problem = Problem { severity, ..Problem::new(message).evidence("authorization is NONE") };
    Ok(Verdict::fail(exposure.shown(problem)))
}

fn open() -> Method {
    Method { authorization: Fact::Known(MethodAuthorization::None), ..method() }
}

fn example(endpoint: EndpointType, method: Method) -> Account {
    with_rest_api(RestApi {
        endpoint: Fact::Known(endpoint),
        policy: Fact::Absent,
        methods: Listing::complete(vec![method]),
        ..rest_api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::policy;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::MethodIntegration;
    use serde_json::json;

    fn judged(method: Method) -> Vec<Kind> {
        outcomes(&CHECK, example(EndpointType::Regional, method))
    }

    #[test]
    fn preflight_mocks_keys_and_undeployed_apis_are_not_concerned() {
        let mock = MethodIntegration { kind: "MOCK".into(), functions: Listing::complete(Vec::new()) };
        let methods = [
            Method { verb: "OPTIONS".into(), integration: Fact::default(), ..open() },
            Method { integration: Fact::Known(mock), ..open() },
            Method { api_key_required: true, ..open() },
        ];
        for method in methods {
            assert_eq!(judged(method), [Kind::NotApplicable]);
        }
        let mut account = (CHECK.bad)();
        account.regions.items[0].rest_apis.items[0].stages = Listing::complete(Vec::new());
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }

    #[test]
    fn a_policy_that_limits_where_callers_come_from_saves_it() {
        let mut account = (CHECK.bad)();
        account.regions.items[0].rest_apis.items[0].policy = rest_api().policy;
        assert_eq!(outcomes(&CHECK, account), [Kind::Pass]);
    }

    #[test]
    fn a_private_api_is_less_severe_and_needs_a_policy_to_answer_at_all() {
        let mut account = example(EndpointType::Private, open());
        assert_eq!(outcomes(&CHECK, account.clone()), [Kind::Pass]);
        account.regions.items[0].rest_apis.items[0].policy = policy(json!({
            "Version": "2012-10-17",
            "Statement": { "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" },
        }));
        let found = findings(&CHECK, account);
        assert_eq!(found[0].outcome, Kind::Fail);
        assert_eq!(found[0].severity, Severity::Medium);
    }
}
