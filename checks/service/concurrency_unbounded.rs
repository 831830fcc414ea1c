use crate::examples::{account_with, api, function, region};
use crate::grants::{OPEN_URL, unsigned};
use audit::{Confidence, Control, Entry, EntryKind, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, EventSourceMapping, Fact, Function, Gap, SourceKind};

check! {
    /// A function that the internet or a queue drives has no ceiling on concurrent executions, or a
    /// ceiling of zero while something still calls it.
    ///
    /// Reserved concurrency is a ceiling for every way in; the maximum concurrency of an event
    /// source mapping is one for its queue. Without either the finding is low, and medium where the
    /// internet comes in without authentication: past no authorizer, API key or resource policy.
    ///
    /// ## Why it matters
    /// All functions of an account and region share one pool, 1,000 executions by default. A flood
    /// or a backlog at one function takes the pool from all others, and presses on with full force
    /// to the database behind it.
    ///
    /// ## Fix
    /// Reserve what the function needs, or bound its queue:
    ///
    /// ```sh
    /// aws lambda put-function-concurrency --function-name FUNCTION \
    ///   --reserved-concurrent-executions 50
    /// aws lambda update-event-source-mapping --uuid UUID --scaling-config MaximumConcurrency=10
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Function
    /// Properties:
    ///   ReservedConcurrentExecutions: 50
    /// ```
    "SVC-101" "concurrency-unbounded": "Concurrency is not bounded",
    severity: Severity::Low,
    controls: &[Control::Concurrency],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
        "CWE-770",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaGetFunction,
        Call::LambdaListAliases,
        Call::LambdaGetPolicy,
        Call::LambdaListFunctionUrlConfigs,
        Call::LambdaListEventSourceMappings,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetStages,
        Call::ApiGatewayV2GetRoutes,
        Call::ApiGatewayV2GetIntegrations,
        Call::AppSyncListGraphqlApis,
        Call::AppSyncListDataSources,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayGetAuthorizers,
        Call::ApiGatewayV2GetAuthorizers,
        Call::AppSyncListApis,
        Call::ApiGatewayGetDomainNames,
        Call::ApiGatewayV2GetApiMappings,
    ],
    rules: &[Rule::Function(run)],
    bad: || behind_api(Fact::Absent),
    good: || behind_api(Fact::Known(20)),
}

fn run(function: &Function, scope: &Scope) -> Outcome {
    let reserved = function.reserved_concurrency.read()?;
    if reserved.is_some_and(|ceiling| *ceiling > 0) {
        return Ok(Verdict::Pass);
    }
    let entries = scope.entries(&function.arn);
    let entries: Vec<_> = entries.iter().filter(|it| !idle(it)).collect();
    let problem = if reserved.is_some() {
        switched_off(function, &entries)
    } else {
        unbounded(function, &entries, scope)
    };
    if let Some(problem) = problem {
        return Ok(Verdict::fail(problem));
    }
    scope.all_entries_listed(function)?;
    let driven = entries.iter().any(|it| it.internet || queue(it).is_some());
    Ok(if driven && reserved.is_none() { Verdict::Pass } else { Verdict::NotApplicable })
}

fn switched_off(function: &Function, entries: &[&Entry]) -> Option<Problem> {
    let message = format!(
        "{} reserves no concurrency at all: every invocation is throttled, though something calls it",
        function.name
    );
    (!entries.is_empty()).then(|| shown(Problem::new(message), entries))
}

fn unbounded(function: &Function, entries: &[&Entry], scope: &Scope) -> Option<Problem> {
    let bounded = |it: &Entry| queue(it).is_none_or(|queue| queue.maximum_concurrency.is_some());
    let open = entries.iter().copied().filter(|it| it.internet || !bounded(it));
    let open: Vec<_> = open.collect();
    if open.is_empty() {
        return None;
    }
    let from = if open.iter().any(|it| it.internet) { "the internet" } else { "a queue" };
    let message = format!("{} is driven by {from} without a ceiling on its concurrency", function.name);
    let asked = open.iter().filter(|it| it.internet);
    let asked: Vec<_> = asked.map(|it| asks_nothing(it, function, scope)).collect();
    let unauthenticated = asked.contains(&Ok(true));
    // What could not be read would only show that somebody is kept out.
    let doubt = asked.into_iter().find_map(Result::err).filter(|_| !unauthenticated);
    let sure = doubt.is_none() && open.iter().any(|it| certain(it));
    let problem = Problem {
        severity: (unauthenticated || doubt.is_some()).then_some(Severity::Medium),
        confidence: (!sure).then_some(Confidence::Medium),
        ..Problem::new(message)
    };
    let problem = shown(problem, &open);
    Some(match doubt {
        Some(gap) => problem.evidence(format!("who may call could not be read: {}", gap.cause())),
        None => problem,
    })
}

/// Whether callers that prove nothing are known to come through an entry that authorizes nobody.
fn asks_nothing(entry: &Entry, function: &Function, scope: &Scope) -> Result<bool, Gap> {
    if !entry.unauthenticated.clone()? {
        return Ok(false);
    }
    let EntryKind::Url(url) = entry.kind else {
        return Ok(true);
    };
    let Some(invocable) = function.invocable(url.qualifier.as_deref()) else {
        return function.aliases.all().map(|_| true);
    };
    let policy = invocable.policy.read()?;
    Ok(policy.is_some_and(|it| !unsigned(it, &invocable, scope, &OPEN_URL).is_empty()))
}

/// The mapping of an entry that is a queue.
fn queue<'a>(entry: &Entry<'a>) -> Option<&'a EventSourceMapping> {
    match entry.kind {
        EntryKind::Mapping(mapping) if mapping.kind() == SourceKind::Queue => Some(mapping),
        _ => None,
    }
}

/// Whether the entry is a mapping that is switched off.
fn idle(entry: &Entry) -> bool {
    let state = |mapping: &EventSourceMapping| mapping.state.as_deref() == Some("Disabled");
    matches!(entry.kind, EntryKind::Mapping(mapping) if state(mapping))
}

/// Whether the entry leads in for sure; an API whose endpoint nobody could read may be private.
fn certain(entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::RestMethod(api, _) => api.endpoint.known().is_some(),
        _ => true,
    }
}

fn shown(problem: Problem, entries: &[&Entry]) -> Problem {
    const SHOWN: usize = 5;
    let mut lines: Vec<_> = entries.iter().map(|it| words(it)).collect();
    lines.sort();
    lines.dedup();
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("and {more} more ways in"));
    }
    Problem { evidence: lines, ..problem }
}

fn words(entry: &Entry) -> String {
    match entry.kind {
        EntryKind::Authorizer(api) => format!("authorizer of API {api}"),
        EntryKind::RestMethod(api, method) => {
            format!("{} {} of REST API {}", method.verb, method.path, api.name)
        }
        EntryKind::Route(api, route) => format!("route {} of API {}", route.key, api.name),
        EntryKind::GraphqlApi(api) => format!("GraphQL API {}", api.name),
        EntryKind::Url(url) => format!("the function URL of {}", url.arn),
        EntryKind::Mapping(mapping) => {
            format!("{} by event source mapping", mapping.source.as_deref().unwrap_or("a stream"))
        }
    }
}

/// The function `orders` behind a route that asks for IAM signatures.
fn behind_api(reserved_concurrency: Fact<i32>) -> Account {
    let function = Function { reserved_concurrency, ..function("orders") };
    account_with(region(|it| {
        it.functions.items.push(function);
        it.apis.items.push(api());
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{function_arn, method, office_only, rest_api, with_function};
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::{Listing, Method, MethodAuthorization, Protocol, RestApi, RouteAuthorization};

    fn fed_by(service: &str, maximum_concurrency: Option<i32>, state: &str) -> Account {
        let reserved_concurrency = Fact::Absent;
        let mut account = with_function(Function { reserved_concurrency, ..function("orders") });
        let mapping = EventSourceMapping {
            function: function_arn("orders"),
            source: Some(format!("arn:aws:{service}:eu-west-1:111122223333:orders")),
            state: Some(state.into()),
            maximum_concurrency,
            ..EventSourceMapping::default()
        };
        account.regions.items[0].event_source_mappings = Listing::complete(vec![mapping]);
        account
    }

    #[test]
    fn a_queue_is_bounded_by_its_mapping() {
        assert_eq!(outcomes(&CHECK, fed_by("sqs", None, "Enabled")), [Kind::Fail]);
        assert_eq!(outcomes(&CHECK, fed_by("sqs", Some(10), "Enabled")), [Kind::Pass]);
        assert_eq!(outcomes(&CHECK, fed_by("sqs", None, "Disabled")), [Kind::NotApplicable]);
        assert_eq!(outcomes(&CHECK, fed_by("kinesis", None, "Enabled")), [Kind::NotApplicable]);
    }

    #[test]
    fn an_open_route_makes_it_worse() {
        let mut account = behind_api(Fact::Absent);
        assert_eq!(findings(&CHECK, account.clone())[0].severity, Severity::Low);
        account.regions.items[0].apis.items[0].routes.items[0].authorization =
            Fact::Known(RouteAuthorization::None);
        assert_eq!(findings(&CHECK, account)[0].severity, Severity::Medium);
    }

    #[test]
    fn keys_and_networks_keep_it_low() {
        let severity = |policy, api_key_required, disabled| {
            let authorization = Fact::Known(MethodAuthorization::None);
            let method = Method { authorization, api_key_required, ..method() };
            let mut account =
                with_function(Function { reserved_concurrency: Fact::Absent, ..function("orders") });
            account.regions.items[0].rest_apis.items.push(RestApi {
                policy,
                default_endpoint_disabled: disabled,
                methods: Listing::complete(vec![method]),
                ..rest_api()
            });
            findings(&CHECK, account)[0].severity
        };
        assert_eq!(severity(Fact::Absent, false, false), Severity::Medium);
        assert_eq!(severity(Fact::Absent, true, false), Severity::Low);
        assert_eq!(severity(office_only(), false, false), Severity::Low);
        assert_eq!(severity(Fact::Absent, false, true), Severity::Low, "no name leads to it");
        let mut account = behind_api(Fact::Absent);
        let api = &mut account.regions.items[0].apis.items[0];
        api.protocol = Fact::Known(Protocol::WebSocket);
        let authorization = Fact::Known(RouteAuthorization::None);
        api.routes.items[0].key = "$connect".into();
        api.routes.items[0].authorization = authorization;
        assert_eq!(findings(&CHECK, account.clone())[0].severity, Severity::Medium);
        account.regions.items[0].apis.items[0].routes.items[0].api_key_required = true;
        assert_eq!(findings(&CHECK, account)[0].severity, Severity::Low);
    }

    #[test]
    fn a_ceiling_of_zero_is_an_outage_where_something_calls() {
        assert_eq!(outcomes(&CHECK, behind_api(Fact::Known(0))), [Kind::Fail]);
        let reserved_concurrency = Fact::Known(0);
        let alone = with_function(Function { reserved_concurrency, ..function("orders") });
        assert_eq!(outcomes(&CHECK, alone), [Kind::NotApplicable]);
    }

    #[test]
    fn only_a_complete_list_of_ways_in_shows_that_there_is_none() {
        let reserved_concurrency = Fact::Absent;
        let mut account = with_function(Function { reserved_concurrency, ..function("orders") });
        assert_eq!(outcomes(&CHECK, account.clone()), [Kind::NotApplicable]);
        account.regions.items[0].rest_apis = Listing::default();
        assert_eq!(outcomes(&CHECK, account), [Kind::Unknown]);
    }
}
