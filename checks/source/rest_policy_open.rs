use crate::examples::{method, policy, rest_api, with_rest_api};
use crate::grants::join;
use crate::{reach, rest};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, EndpointType, Fact, Gap, Listing, Method, MethodAuthorization, RestApi};
use policy::Document;
use reach::Reach;
use serde_json::json;

check! {
    /// A REST API that the internet reaches has no resource policy, or one that lets in callers from
    /// anywhere.
    ///
    /// A condition counts only if a caller from elsewhere cannot fulfil it: `0.0.0.0/0`, `…IfExists`
    /// and headers that callers choose do not. A second statement that allows more undoes the first.
    /// If some method also authorizes nobody, the severity is high; so it is, at medium confidence, if
    /// the methods could not be read. Private APIs, and APIs without a stage or without a name that leads
    /// to them, are not concerned.
    ///
    /// ## Why it matters
    /// The resource policy is evaluated before any authorizer, so it holds when an authorizer is
    /// forgotten on a new method, is misconfigured, or when credentials leak. Without it every method
    /// is one mistake away from the internet.
    ///
    /// ## Fix
    /// Allow the networks, accounts or organization that need the API, and deploy:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Principal": "*",
    ///     "Action": "execute-api:Invoke",
    ///     "Resource": "execute-api:/*",
    ///     "Condition": { "IpAddress": { "aws:SourceIp": ["203.0.113.0/24"] } }
    ///   }]
    /// }
    /// ```
    ///
    /// ```sh
    /// aws apigateway update-rest-api --rest-api-id API_ID \
    ///   --patch-operations "op=replace,path=/policy,value=$(jq -c . policy.json | jq -R .)"
    /// aws apigateway create-deployment --rest-api-id API_ID --stage-name STAGE
    /// ```
    "SRC-201" "rest-policy-open": "REST API lets in callers from anywhere",
    severity: Severity::Medium,
    controls: &[Control::NetworkLimit],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html",
        "CWE-284",
    ],
    calls: &[
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayGetDomainNames,
        Call::ApiGatewayV2GetApiMappings,
    ],
    rules: &[Rule::RestApi(run)],
    bad: || example(from("0.0.0.0/0"), MethodAuthorization::AwsIam),
    good: || example(from("203.0.113.0/24"), MethodAuthorization::AwsIam),
}

fn run(api: &RestApi, scope: &Scope) -> Outcome {
    if api.endpoint.read()? == Some(&EndpointType::Private) {
        return Ok(Verdict::NotApplicable);
    }
    let proof = match reach::of_rest_api(api, scope)? {
        Reach::Nowhere => return Ok(Verdict::NotApplicable),
        Reach::Stopped => return Ok(Verdict::Pass),
        Reach::Through(proof) => proof,
    };
    let lacking = if api.policy.known().is_some() {
        "the resource policy of"
    } else {
        "for want of a resource policy,"
    };
    let message = format!("{lacking} REST API {} lets in callers from anywhere", api.name);
    let mut problem = proof.of(Problem::new(message));
    let (open, gap) = open_methods(api);
    if !open.is_empty() {
        let line = format!("methods that authorize nobody: {}", join(open.iter().map(String::as_str)));
        problem = problem.evidence(line).severity(Severity::High);
    } else if let Some(gap) = gap {
        let line = format!("a method may authorize nobody: {}", gap.cause());
        problem = problem.evidence(line).severity(Severity::High).confidence(Confidence::Medium);
    }
    Ok(Verdict::fail(problem))
}

/// The methods that are known to ask nobody past the policy, and why there may be more.
fn open_methods(api: &RestApi) -> (Vec<String>, Option<Gap>) {
    let (mut open, mut gap) = (Vec::new(), api.methods.gap.clone());
    for method in &api.methods {
        match asks_nothing(method) {
            Ok(true) => open.push(rest::label(method)),
            Ok(false) => {}
            Err(unread) => gap = gap.or(Some(unread)),
        }
    }
    open.sort();
    (open, gap)
}

/// Whether the method asks nobody who they are. An API key does not.
fn asks_nothing(method: &Method) -> Result<bool, Gap> {
    match (rest::harmless(method), rest::authorizes_nobody(method)) {
        (Ok(true), _) | (_, Ok(false)) => Ok(false),
        (Ok(false), Ok(true)) => Ok(true),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
    }
}

fn from(network: &str) -> Fact<Document> {
    policy(json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*",
            "Condition": { "IpAddress": { "aws:SourceIp": network } },
        }],
    }))
}

fn example(policy: Fact<Document>, authorization: MethodAuthorization) -> Account {
    let authorization = Fact::Known(authorization);
    let method = Method { authorization, ..method() };
    with_rest_api(RestApi { policy, methods: Listing::complete(vec![method]), ..rest_api() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;

    #[test]
    fn a_missing_policy_is_worse_where_a_method_authorizes_nobody() {
        for (authorization, severity) in
            [(MethodAuthorization::Custom, Severity::Medium), (MethodAuthorization::None, Severity::High)]
        {
            let found = findings(&CHECK, example(Fact::Absent, authorization));
            assert_eq!((found[0].outcome, found[0].severity), (Kind::Fail, severity));
        }
    }

    #[test]
    fn methods_that_could_not_be_read_are_feared_the_worst_of() {
        let unread = RestApi { policy: Fact::Absent, methods: Listing::default(), ..rest_api() };
        let hidden = Method { authorization: Fact::default(), ..method() };
        let hidden = RestApi { methods: Listing::complete(vec![hidden]), ..unread.clone() };
        for api in [unread, hidden] {
            let found = findings(&CHECK, with_rest_api(api));
            assert_eq!((found[0].severity, found[0].confidence), (Severity::High, Confidence::Medium));
            assert!(found[0].evidence.iter().any(|line| line.contains("may authorize nobody")));
        }
    }

    #[test]
    fn a_private_api_is_left_to_its_own_check() {
        let mut account = (CHECK.bad)();
        account.regions.items[0].rest_apis.items[0].endpoint = Fact::Known(EndpointType::Private);
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
