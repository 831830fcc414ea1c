use crate::examples::{graphql_api, provider, with_graphql_api};
use crate::grants::join;
use audit::{
    Callers, Confidence, Control, Exposure, Outcome, Place, Problem, Proof, Rule, Scope, Severity, Verdict,
    check, exposure,
};
use inventory::{Account, AuthMode, AuthProvider, Call, EventApi, Gap, GraphqlApi, Listing};

check! {
    /// A GraphQL or event API accepts an API key, by default or as an additional authorization mode.
    ///
    /// For a private API the severity is one step lower. Where every key has run out, or there is
    /// none, nobody can use the mode until a key is made, and the severity is low; so it is where the
    /// schema's directives open no root field to the mode. A field without a directive is open to the
    /// default mode alone.
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
        Call::AppSyncGetIntrospectionSchema,
    ],
    rules: &[Rule::GraphqlApi(graphql), Rule::EventApi(event)],
    bad: || example(AuthMode::ApiKey, false, vec![Some(1_800_000_000)]),
    good: || with_graphql_api(graphql_api()),
}

fn graphql(api: &GraphqlApi, scope: &Scope) -> Outcome {
    let exposure = exposure::of_graphql_api(api, scope.inventory.today());
    judge(&format!("GraphQL API {}", api.name), &api.auth, &exposure)
}

fn event(api: &EventApi, scope: &Scope) -> Outcome {
    let exposure = exposure::of_event_api(api, scope.inventory.today());
    judge(&format!("event API {}", api.name), &api.auth, &exposure)
}

fn judge(what: &str, auth: &Listing<AuthProvider>, exposure: &Exposure) -> Outcome {
    if !accepts_keys(auth)? {
        return Ok(Verdict::Pass);
    }
    let holders = exposure.callers.iter().find(|it| it.proof == Proof::ApiKey);
    let problem = holders.map_or_else(|| unused(what), |it| held(what, it));
    let lowered = problem.severity.filter(|_| exposure.place == Place::Vpc).map(lower);
    Ok(Verdict::fail(Problem { severity: lowered.or(problem.severity), ..problem }))
}

fn held(what: &str, holders: &Callers) -> Problem {
    let mut evidence = holders.evidence.clone();
    if !holders.opens.is_empty() {
        evidence.push(format!("open to keys: {}", join(holders.opens.iter().map(String::as_str))));
    }
    Problem {
        evidence,
        severity: Some(Severity::High),
        confidence: (!holders.exact).then_some(Confidence::Medium),
        ..Problem::new(format!("{what} lets in whoever has an API key"))
    }
}

fn unused(what: &str) -> Problem {
    let why = "no key is valid at the moment, or no field is open to keys";
    Problem::new(format!("{what} accepts API keys, though {why}")).severity(Severity::Low)
}

/// Whether some mode is the API key; a mode that could not be read may be.
fn accepts_keys(auth: &Listing<AuthProvider>) -> Result<bool, Gap> {
    if auth.iter().any(|it| it.mode.known() == Some(&AuthMode::ApiKey)) {
        return Ok(true);
    }
    auth.all()?.iter().try_for_each(|it| it.mode.read().map(drop))?;
    Ok(false)
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
    use inventory::{Fact, OpenField, OpenFields};

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
        assert_eq!(found[0].evidence, [line, "open to keys: every field"]);
    }

    #[test]
    fn directives_tell_what_a_key_opens() {
        let with = |fields: Fact<Vec<OpenFields>>| {
            let mut account = (CHECK.bad)();
            account.regions.items[0].graphql_apis.items[0].fields = fields;
            findings(&CHECK, account).remove(0)
        };
        let open = |names: &[&str], operations| OpenFields {
            mode: AuthMode::ApiKey,
            operations,
            total: names.len(),
            fields: names.iter().map(|it| OpenField { name: (*it).into(), groups: Vec::new() }).collect(),
        };
        let found = with(Fact::Known(vec![open(&["Query.items", "Item.id"], 1)]));
        assert_eq!(found.severity, Severity::High);
        assert_eq!(found.evidence[1], "open to keys: Query.items");
        let found = with(Fact::Known(vec![open(&["Item.id"], 0)]));
        assert_eq!(found.severity, Severity::Low);
        assert_eq!(
            found.message,
            "GraphQL API shop-graphql accepts API keys, though no key is valid at the moment, or no field is open to keys"
        );
        let found = with(Fact::Unread(Gap::default()));
        assert_eq!(found.severity, Severity::High);
        assert_eq!(found.confidence, Confidence::Medium);
        assert!(found.evidence[1].starts_with("which fields it opens could not be read"));
    }

    #[test]
    fn event_apis_are_judged_too() {
        let api = EventApi { auth: Listing::complete(vec![provider(AuthMode::ApiKey)]), ..event_api() };
        let account = account_with(region(|it| it.event_apis.items.push(api)));
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }
}
