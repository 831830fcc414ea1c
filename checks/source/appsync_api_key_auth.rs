use crate::examples::{graphql_api, provider, with_graphql_api};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, AuthMode, AuthProvider, Call, EventApi, Gap, GraphqlApi, Listing};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

check! {
    /// A GraphQL or event API accepts an API key, by default or as an additional authorization mode.
    ///
    /// For a private API the severity is one step lower. Where every key has run out, or there is
    /// none, nobody can use the mode until a key is made, and the severity is low.
    ///
    /// ## Why it matters
    /// The key is a constant that ships with every client, so it is as public as the app. It names no
    /// user and bounds no permission: whoever has it may ask for every field that the mode opens.
    ///
    /// ## Fix
    /// Make a mode that knows its callers the default, and take the key away:
    ///
    /// ```sh
    /// aws appsync update-graphql-api --api-id API_ID --name NAME --authentication-type AWS_IAM
    /// aws appsync update-api --api-id API_ID --name NAME --event-config file://event-config.json
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::AppSync::GraphQLApi
    /// Properties:
    ///   AuthenticationType: AMAZON_COGNITO_USER_POOLS
    ///   UserPoolConfig:
    ///     UserPoolId: !Ref UserPool
    ///     AwsRegion: !Ref AWS::Region
    ///     DefaultAction: ALLOW
    /// ```
    ///
    /// For data that is meant to be public, use unauthenticated identities of a Cognito identity pool
    /// with `AWS_IAM`.
    "SRC-103" "appsync-api-key-auth": "AppSync API accepts API keys",
    severity: Severity::High,
    controls: &[Control::Authentication],
    references: &[
        "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
        "CWE-1390",
        "FSBP AppSync.5",
    ],
    calls: &[
        Call::AppSyncListGraphqlApis,
        Call::AppSyncListApis,
        Call::AppSyncListApiKeys,
    ],
    rules: &[Rule::GraphqlApi(graphql), Rule::EventApi(event)],
    bad: || example(AuthMode::ApiKey, false, vec![Some(1_800_000_000)]),
    good: || with_graphql_api(graphql_api()),
}

fn graphql(api: &GraphqlApi, scope: &Scope) -> Outcome {
    let what = format!("GraphQL API {}", api.name);
    judge(&what, &api.auth, &api.api_keys, api.private, scope)
}

fn event(api: &EventApi, scope: &Scope) -> Outcome {
    let what = format!("event API {}", api.name);
    judge(&what, &api.auth, &api.api_keys, false, scope)
}

type Keys = Listing<Option<i64>>;

fn judge(what: &str, auth: &Listing<AuthProvider>, keys: &Keys, private: bool, scope: &Scope) -> Outcome {
    if !accepts_keys(auth)? {
        return Ok(Verdict::Pass);
    }
    let today = scope.inventory.today();
    let alive: Vec<Option<Date>> =
        keys.iter().map(|key| key.and_then(day)).filter(|end| end.is_none_or(|end| end >= today)).collect();
    let mut problem = Problem::new(format!("{what} lets in whoever has an API key"));
    if !alive.is_empty() {
        problem = problem.evidence(lifetimes(&alive));
    } else if let Some(gap) = &keys.gap {
        let line = format!("the keys could not be listed: {}", gap.cause());
        problem = problem.evidence(line).confidence(Confidence::Medium);
    } else {
        problem = Problem::new(format!("{what} accepts API keys, though no key is valid at the moment"));
    }
    let base = if alive.is_empty() && keys.gap.is_none() { Severity::Low } else { Severity::High };
    Ok(Verdict::fail(problem.severity(if private { lower(base) } else { base })))
}

/// Whether some mode is the API key; a mode that could not be read may be.
fn accepts_keys(auth: &Listing<AuthProvider>) -> Result<bool, Gap> {
    if auth.iter().any(|it| it.mode.known() == Some(&AuthMode::ApiKey)) {
        return Ok(true);
    }
    auth.all()?.iter().try_for_each(|it| it.mode.read().map(drop))?;
    Ok(false)
}

/// The day that a key runs out; nothing where AWS names none that makes sense.
fn day(seconds: i64) -> Option<Date> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

fn lifetimes(alive: &[Option<Date>]) -> String {
    let ends = || alive.iter().flatten();
    match (ends().min(), ends().max()) {
        (Some(first), Some(last)) => {
            format!("valid keys: {}; the first runs out on {first}, the last on {last}", alive.len())
        }
        _ => format!("valid keys: {}", alive.len()),
    }
}

fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}

fn example(mode: AuthMode, private: bool, keys: Vec<Option<i64>>) -> Account {
    with_graphql_api(GraphqlApi {
        auth: Listing::complete(vec![provider(AuthMode::Cognito), provider(mode)]),
        private,
        api_keys: Listing::complete(keys),
        ..graphql_api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{account_with, event_api, region};
    use crate::laws::{findings, outcomes};
    use audit::Kind;

    const LATER: Option<i64> = Some(1_800_000_000);
    const LONG_AGO: Option<i64> = Some(1_600_000_000);

    fn severity(private: bool, keys: Vec<Option<i64>>) -> Severity {
        let found = findings(&CHECK, example(AuthMode::ApiKey, private, keys));
        assert_eq!(found[0].outcome, Kind::Fail);
        found[0].severity
    }

    #[test]
    fn expired_keys_and_private_apis_are_less_severe() {
        assert_eq!(severity(false, vec![LONG_AGO, LATER]), Severity::High);
        assert_eq!(severity(false, vec![None]), Severity::High);
        assert_eq!(severity(true, vec![LATER]), Severity::Medium);
        assert_eq!(severity(false, vec![LONG_AGO]), Severity::Low);
        assert_eq!(severity(true, Vec::new()), Severity::Info);
    }

    #[test]
    fn keys_that_could_not_be_listed_leave_the_finding_standing() {
        let mut account = (CHECK.bad)();
        account.regions.items[0].graphql_apis.items[0].api_keys = Listing::default();
        let found = findings(&CHECK, account);
        assert_eq!(found[0].outcome, Kind::Fail);
        assert_eq!(found[0].severity, Severity::High);
        assert_eq!(found[0].confidence, Confidence::Medium);
    }

    #[test]
    fn the_evidence_names_days() {
        let found = findings(&CHECK, example(AuthMode::ApiKey, false, vec![LATER, LATER]));
        let line = "valid keys: 2; the first runs out on 2027-01-15, the last on 2027-01-15";
        assert_eq!(found[0].evidence, [line]);
    }

    #[test]
    fn event_apis_are_judged_too() {
        let api = EventApi { auth: Listing::complete(vec![provider(AuthMode::ApiKey)]), ..event_api() };
        let account = account_with(region(|it| it.event_apis.items.push(api)));
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }
}
