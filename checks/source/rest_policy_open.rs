use crate::examples::{method, policy, rest_api, with_rest_api};
use crate::grants::join;
use crate::rest;
use audit::{Control, Outcome, Place, Problem, Proof, Rule, Scope, Severity, Verdict, check, exposure};
use inventory::{Account, EndpointType, Fact, Listing, Method, MethodAuthorization, RestApi};
use policy::Document;
use serde_json::json;

check! {
    /// A REST API that the internet reaches has no resource policy, or one that lets in callers from
    /// anywhere.
    ///
    /// A condition counts only if a caller from elsewhere cannot fulfil it: `0.0.0.0/0`, `…IfExists`
    /// and headers that callers choose do not. A second statement that allows more undoes the first, and
    /// a Deny counts where it covers every stage. The evidence names the clause that fails. Where only
    /// Allows limit callers, and a method has a Lambda authorizer, the severity is low: what the
    /// authorizer allows needs no Allow of the policy, so a Deny alone limits its callers.
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
    /// Where methods have a Lambda authorizer, allow everyone and deny the others (`NotIpAddress`)
    /// instead.
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
    calls: rest::CALLS,
    rules: &[Rule::RestApi(run)],
    bad: || example(from("0.0.0.0/0"), MethodAuthorization::AwsIam),
    good: || example(from("203.0.113.0/24"), MethodAuthorization::AwsIam),
}

fn run(api: &RestApi, scope: &Scope) -> Outcome {
    if api.endpoint.read()? == Some(&EndpointType::Private) {
        return Ok(Verdict::NotApplicable);
    }
    let exposure = exposure::of_policy(api, scope.account, scope.inventory.today())?;
    if exposure.place == Place::Nowhere {
        return Ok(Verdict::NotApplicable);
    }
    if !exposure.is_open() {
        return past_authorizers(api, scope);
    }
    let lacking = if api.policy.known().is_some() {
        "the resource policy of"
    } else {
        "for want of a resource policy,"
    };
    let message = format!("{lacking} REST API {} lets in callers from anywhere", api.name);
    let mut problem = exposure.shown(Problem::new(message));
    problem.evidence.extend(exposure::failing_clauses(api, scope.account, scope.inventory.today()));
    Ok(Verdict::fail(rest::worsened(problem, api)))
}

/// An Allow that limits callers does not limit those whom a Lambda authorizer allows: it would take a Deny.
fn past_authorizers(api: &RestApi, scope: &Scope) -> Outcome {
    let exposure = exposure::of_authorizers(api, scope.account, scope.inventory.today())?;
    if !exposure.is_open() {
        return Ok(Verdict::Pass);
    }
    let open = rest::methods(api, |method| {
        let asks = exposure::proof_of_method(method, api)? == Proof::Authorizer;
        Ok(asks && exposure::of_method(method, api, scope.account, scope.inventory.today())?.is_open())
    });
    if open.labels.is_empty() {
        return open.gap.map_or(Ok(Verdict::Pass), Err);
    }
    let message = format!(
        "the resource policy of REST API {} does not limit whom a Lambda authorizer lets in",
        api.name
    );
    let line = format!("methods with a Lambda authorizer: {}", join(open.labels.iter().map(String::as_str)));
    Ok(Verdict::fail(exposure.shown(Problem::new(message).evidence(line).severity(Severity::Low))))
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
    use audit::{Confidence, Finding, Kind};
    use inventory::Stage;
    use serde_json::Value;

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

    const RANGE: &str = "123.4.5.6/24";

    /// An Allow or a Deny of everyone on all stages; `more` changes its elements.
    fn on_all_stages(effect: &str, more: &Value) -> Value {
        let mut statement = json!({
            "Effect": effect,
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/*",
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            statement[name] = value.clone();
        }
        statement
    }

    /// At the stages `prod` and `test`.
    fn judged(statements: &[Value]) -> Finding {
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        let mut account = example(policy(document), MethodAuthorization::AwsIam);
        let stages = &mut account.regions.items[0].rest_apis.items[0].stages.items;
        stages.push(Stage { name: "test".into(), arn: "…/stages/test".into(), ..stages[0].clone() });
        findings(&CHECK, account).remove(0)
    }

    #[test]
    fn the_clause_that_fails_is_named() {
        let allow = |more| on_all_stages("Allow", &more);
        let deny = |more| on_all_stages("Deny", &more);
        let only =
            |operator: &str, network: &str| json!({ "Condition": { operator: { "aws:SourceIp": network } } });
        let everyone = || allow(json!({}));
        let others = || deny(only("NotIpAddress", RANGE));
        let mut on_prod = only("NotIpAddress", RANGE);
        on_prod["Resource"] = json!("execute-api:/prod/*");
        let mut on_orders = only("NotIpAddress", RANGE);
        on_orders["Resource"] = json!("execute-api:/*/POST/orders");
        let cases: [(&[Value], &[&str]); 12] = [
            // Closed: only that range comes in.
            (&[everyone(), others()], &[]),
            (&[others(), everyone()], &[]),
            (&[allow(only("IpAddress", RANGE))], &[]),
            // A key that is missing does not spare callers from a negated operator, with `IfExists` or
            // without; and no Allow is wider than a Deny of all others.
            (&[everyone(), deny(only("NotIpAddressIfExists", RANGE))], &[]),
            (&[allow(only("IpAddress", RANGE)), others(), everyone()], &[]),
            (
                &[everyone(), deny(only("NotIpAddress", "0.0.0.0/0"))],
                &["the Deny of #2 is escaped: aws:SourceIp 0.0.0.0/0 spares everybody"],
            ),
            (
                &[everyone(), deny(only("IpAddress", RANGE))],
                &["the Deny of #2 is escaped: aws:SourceIp spares most"],
            ),
            (&[everyone(), deny(on_prod)], &["the Deny of #2 covers stage prod only"]),
            (&[everyone(), deny(on_orders)], &["the Deny of #2 covers execute-api:/*/POST/orders only"]),
            (
                &[allow(only("IpAddress", "0.0.0.0/0"))],
                &["aws:SourceIp has ranges that hold most of the internet"],
            ),
            (
                &[allow(only("IpAddressIfExists", RANGE))],
                &["statement #1", "aws:SourceIp is also fulfilled without the key"],
            ),
            (
                &[allow(only("IpAddress", RANGE)), allow(json!({ "Sid": "Wide" }))],
                &["statement Wide allows everyone beside #1, which limits callers by aws:SourceIp"],
            ),
        ];
        for (statements, clauses) in cases {
            let found = judged(statements);
            let kind = if clauses.is_empty() { Kind::Pass } else { Kind::Fail };
            assert_eq!(found.outcome, kind, "{statements:?} {:?}", found.evidence);
            for clause in clauses {
                let said = found.evidence.iter().any(|line| line.contains(clause));
                assert!(said, "{clause}: {:#?}", found.evidence);
            }
        }
    }

    #[test]
    fn what_a_lambda_authorizer_allows_is_limited_by_a_deny_alone() {
        let lambda = |document: Fact<Document>| {
            findings(&CHECK, example(document, MethodAuthorization::Custom)).remove(0)
        };
        let found = lambda(from("203.0.113.0/24"));
        assert_eq!((found.outcome, found.severity), (Kind::Fail, Severity::Low));
        assert_eq!(found.confidence, Confidence::Medium);
        assert_eq!(found.evidence[0], "methods with a Lambda authorizer: POST /orders");
        let others = json!({ "Condition": { "NotIpAddress": { "aws:SourceIp": "203.0.113.0/24" } } });
        let statements = [on_all_stages("Allow", &json!({})), on_all_stages("Deny", &others)];
        let denied = policy(json!({ "Version": "2012-10-17", "Statement": statements }));
        assert_eq!(lambda(denied.clone()).outcome, Kind::Pass);
        // Methods that could not be read matter only where a Lambda authorizer would.
        for (document, kind) in [(from("203.0.113.0/24"), Kind::Unknown), (denied, Kind::Pass)] {
            let mut account = example(document, MethodAuthorization::Custom);
            account.regions.items[0].rest_apis.items[0].methods = Listing::default();
            assert_eq!(outcomes(&CHECK, account), [kind]);
        }
    }

    #[test]
    fn a_private_api_is_left_to_its_own_check() {
        let mut account = (CHECK.bad)();
        account.regions.items[0].rest_apis.items[0].endpoint = Fact::Known(EndpointType::Private);
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
