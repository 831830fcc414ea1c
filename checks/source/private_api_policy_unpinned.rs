use crate::examples::{method, policy, rest_api, with_rest_api};
use crate::rest;
use audit::{Control, Outcome, Place, Problem, Rule, Scope, Severity, Verdict, check, exposure};
use inventory::{Account, EndpointType, Fact, Listing, Method, MethodAuthorization, RestApi};
use serde_json::{Value, json};

check! {
    /// The resource policy of a private REST API lets in callers from every VPC endpoint: nothing in it
    /// pins `aws:SourceVpce` or `aws:SourceVpc`, or the accounts or organization of the callers.
    ///
    /// A pin counts in an Allow, or in a Deny of all others, if it names endpoints or VPCs without a
    /// wildcard. The VPC endpoints that the API is associated with give it names there; they keep nobody
    /// out. If some method also authorizes nobody, the severity is high; so it is, at medium confidence,
    /// if the methods could not be read. A private API without a resource policy answers nobody and
    /// passes; one without a stage is not concerned.
    ///
    /// ## Why it matters
    /// Private means reached through interface endpoints of API Gateway, not through those of your own
    /// account. Anyone can make such an endpoint in a VPC of theirs, and the policy of that endpoint is
    /// theirs to write. The resource policy is what makes a private API yours.
    ///
    /// ## Fix
    /// Allow the endpoints that need the API, and deploy:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Principal": "*",
    ///     "Action": "execute-api:Invoke",
    ///     "Resource": "execute-api:/*"
    ///   }, {
    ///     "Effect": "Deny",
    ///     "Principal": "*",
    ///     "Action": "execute-api:Invoke",
    ///     "Resource": "execute-api:/*",
    ///     "Condition": { "StringNotEquals": { "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718" } }
    ///   }]
    /// }
    /// ```
    ///
    /// ```sh
    /// aws apigateway update-rest-api --rest-api-id API_ID \
    ///   --patch-operations "op=replace,path=/policy,value=$(jq -c . policy.json | jq -R .)"
    /// aws apigateway create-deployment --rest-api-id API_ID --stage-name STAGE
    /// ```
    "SRC-202" "private-api-policy-unpinned": "Private REST API lets in every VPC endpoint",
    severity: Severity::Medium,
    controls: &[Control::NetworkLimit],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-create.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html",
        "CWE-284",
    ],
    calls: rest::CALLS,
    rules: &[Rule::RestApi(run)],
    bad: || example(&[allow(&Value::Null)], MethodAuthorization::AwsIam),
    good: || example(&[allow(&json!({ "StringEquals": { "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718" } }))], MethodAuthorization::AwsIam),
}

fn run(api: &RestApi, scope: &Scope) -> Outcome {
    if api.endpoint.read()? != Some(&EndpointType::Private) {
        return Ok(Verdict::NotApplicable);
    }
    let exposure = exposure::of_policy(api, scope.account, scope.inventory.today())?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    if !exposure.is_open() {
        return Ok(Verdict::Pass);
    }
    let message =
        format!("private REST API {} lets in callers through any VPC endpoint of any account", api.name);
    let mut problem = exposure.shown(Problem::new(message));
    problem.evidence.extend(exposure::failing_clauses(api, scope.account, scope.inventory.today()));
    Ok(Verdict::fail(rest::worsened(problem, api)))
}

/// An Allow of everyone who fulfils that.
fn allow(condition: &Value) -> Value {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    });
    if let (Value::Object(elements), false) = (&mut statement, condition.is_null()) {
        elements.insert("Condition".into(), condition.clone());
    }
    statement
}

fn example(statements: &[Value], authorization: MethodAuthorization) -> Account {
    let method = Method { authorization: Fact::Known(authorization), ..method() };
    with_rest_api(RestApi {
        endpoint: Fact::Known(EndpointType::Private),
        vpc_endpoints: vec!["vpce-0a1b2c3d4e5f60718".into()],
        policy: policy(json!({ "Version": "2012-10-17", "Statement": statements })),
        methods: Listing::complete(vec![method]),
        ..rest_api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::{Confidence, Kind};
    use inventory::Gap;

    fn judged(statements: &[Value]) -> Kind {
        outcomes(&CHECK, example(statements, MethodAuthorization::AwsIam))[0]
    }

    fn deny(condition: &Value) -> Value {
        let mut statement = allow(condition);
        statement["Effect"] = json!("Deny");
        statement
    }

    #[test]
    fn endpoints_and_vpcs_pin_it_by_an_allow_or_by_a_deny_of_the_others() {
        let everyone = allow(&Value::Null);
        for (statements, kind) in [
            (vec![allow(&json!({ "StringEquals": { "aws:SourceVpc": "vpc-1a2b" } }))], Kind::Pass),
            // Every request to a private API names its endpoint.
            (vec![allow(&json!({ "StringEqualsIfExists": { "aws:SourceVpce": "vpce-1" } }))], Kind::Pass),
            (vec![allow(&json!({ "StringLike": { "aws:SourceVpce": "vpce-*" } }))], Kind::Fail),
            (vec![allow(&json!({ "StringNotEquals": { "aws:SourceVpce": "vpce-1" } }))], Kind::Fail),
            // Everyone's VPC has the private addresses of everyone else's.
            (vec![allow(&json!({ "IpAddress": { "aws:VpcSourceIp": "10.0.0.0/16" } }))], Kind::Fail),
            (vec![allow(&json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }))], Kind::Pass),
            (
                vec![everyone.clone(), deny(&json!({ "StringNotEquals": { "aws:SourceVpce": "vpce-1" } }))],
                Kind::Pass,
            ),
            (
                vec![
                    everyone.clone(),
                    deny(&json!({ "StringNotEqualsIfExists": { "aws:SourceVpc": "vpc-1" } })),
                ],
                Kind::Pass,
            ),
            (
                vec![everyone.clone(), deny(&json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } }))],
                Kind::Fail,
            ),
            (vec![allow(&json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } })), everyone], Kind::Fail),
        ] {
            assert_eq!(judged(&statements), kind, "{statements:?}");
        }
    }

    #[test]
    fn without_a_policy_nobody_comes_in_and_a_policy_that_could_not_be_read_is_unknown() {
        let with = |policy| {
            let mut account = (CHECK.bad)();
            account.regions.items[0].rest_apis.items[0].policy = policy;
            outcomes(&CHECK, account)
        };
        assert_eq!(with(Fact::Absent), [Kind::Pass]);
        assert_eq!(with(Fact::Unread(Gap::default())), [Kind::Unknown]);
    }

    #[test]
    fn public_and_undeployed_apis_are_not_concerned() {
        let changed = |change: fn(&mut RestApi)| {
            let mut account = (CHECK.bad)();
            change(&mut account.regions.items[0].rest_apis.items[0]);
            outcomes(&CHECK, account)
        };
        assert_eq!(changed(|it| it.endpoint = Fact::Known(EndpointType::Edge)), [Kind::NotApplicable]);
        assert_eq!(changed(|it| it.stages = Listing::complete(Vec::new())), [Kind::NotApplicable]);
        assert_eq!(changed(|it| it.endpoint = Fact::default()), [Kind::Unknown]);
    }

    #[test]
    fn it_is_worse_where_methods_authorize_nobody_or_may() {
        let found = findings(&CHECK, example(&[allow(&Value::Null)], MethodAuthorization::None));
        assert_eq!((found[0].severity, found[0].confidence), (Severity::High, Confidence::High));
        let mut account = (CHECK.bad)();
        assert_eq!(findings(&CHECK, account.clone())[0].severity, Severity::Medium);
        account.regions.items[0].rest_apis.items[0].methods = Listing::default();
        let found = findings(&CHECK, account);
        assert_eq!((found[0].severity, found[0].confidence), (Severity::High, Confidence::Medium));
    }
}
