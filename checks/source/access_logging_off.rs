use crate::examples::{
    account_with, api, api_stage, event_api, graphql_api, region, rest_api, stage, with_rest_api,
};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Api, ApiStage, Call, EventApi, Fact, GraphqlApi, Listing, RestApi, Stage};

check! {
    /// A stage of a REST, HTTP or WebSocket API writes no access log, or an AppSync API does not log.
    ///
    /// A GraphQL API whose field log level is `NONE`, and an event API whose log level is `NONE`, count
    /// as not logging.
    ///
    /// ## Why it matters
    /// The access log is the only record of who called, from where, with what result, including the
    /// calls that an authorizer refused and the function never saw. Without it an intrusion leaves no
    /// trace at the layer where it came in.
    ///
    /// ## Fix
    /// ```sh
    /// aws apigateway update-stage --rest-api-id API_ID --stage-name STAGE --patch-operations \
    ///   op=replace,path=/accessLogSettings/destinationArn,value=LOG_GROUP_ARN \
    ///   'op=replace,path=/accessLogSettings/format,value=$context.requestId $context.identity.sourceIp $context.httpMethod $context.path $context.status'
    /// aws apigatewayv2 update-stage --api-id API_ID --stage-name STAGE --access-log-settings \
    ///   'DestinationArn=LOG_GROUP_ARN,Format=$context.requestId $context.identity.sourceIp $context.routeKey $context.status'
    /// aws appsync update-graphql-api --api-id API_ID --name NAME --authentication-type TYPE \
    ///   --log-config fieldLogLevel=ERROR,cloudWatchLogsRoleArn=LOGS_ROLE_ARN,excludeVerboseContent=true
    /// aws appsync update-api --api-id API_ID --name NAME --event-config file://event-config.json
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::AppSync::GraphQLApi
    /// Properties:
    ///   LogConfig:
    ///     CloudWatchLogsRoleArn: !GetAtt LogsRole.Arn
    ///     FieldLogLevel: ERROR
    ///     ExcludeVerboseContent: true
    /// ```
    "SRC-501" "access-logging-off": "API writes no access log",
    severity: Severity::Medium,
    controls: &[Control::Observability],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
        "https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",
        "CWE-778",
        "FSBP APIGateway.9",
        "FSBP AppSync.2",
    ],
    calls: &[
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetStages,
        Call::AppSyncListGraphqlApis,
        Call::AppSyncListApis,
    ],
    rules: &[
        Rule::RestStage(rest_stage),
        Rule::ApiStage(api_stage_rule),
        Rule::GraphqlApi(graphql),
        Rule::EventApi(event),
    ],
    bad: || example(&Fact::Absent, &Fact::Known("NONE".into())),
    good: || with_rest_api(rest_api()),
}

fn rest_stage(stage: &Stage, api: &RestApi, _: &Scope) -> Outcome {
    access_log(&stage.access_log, &stage.name, &api.name)
}

fn api_stage_rule(stage: &ApiStage, api: &Api, _: &Scope) -> Outcome {
    access_log(&stage.access_log, &stage.name, &api.name)
}

fn graphql(api: &GraphqlApi, _: &Scope) -> Outcome {
    log_level(&api.field_log_level, &format!("GraphQL API {}", api.name))
}

fn event(api: &EventApi, _: &Scope) -> Outcome {
    log_level(&api.log_level, &format!("event API {}", api.name))
}

fn access_log(destination: &Fact<String>, stage: &str, api: &str) -> Outcome {
    Ok(match destination.read()? {
        Some(_) => Verdict::Pass,
        None => Verdict::fail(Problem::new(format!("stage {stage} of {api} writes no access log"))),
    })
}

fn log_level(level: &Fact<String>, what: &str) -> Outcome {
    let evidence = match level.read()?.map(String::as_str) {
        None => "logging is off",
        Some("NONE") => "the log level is NONE",
        Some(_) => return Ok(Verdict::Pass),
    };
    let problem = Problem::new(format!("{what} does not log its requests"));
    Ok(Verdict::fail(problem.evidence(evidence)))
}

fn example(access_log: &Fact<String>, level: &Fact<String>) -> Account {
    account_with(region(|it| {
        let access_log = || access_log.clone();
        let rest_stage = Stage { access_log: access_log(), ..stage() };
        let http_stage = ApiStage { access_log: access_log(), ..api_stage() };
        it.rest_apis.items.push(RestApi { stages: Listing::complete(vec![rest_stage]), ..rest_api() });
        it.apis.items.push(Api { stages: Listing::complete(vec![http_stage]), ..api() });
        it.graphql_apis.items.push(GraphqlApi { field_log_level: level.clone(), ..graphql_api() });
        it.event_apis.items.push(EventApi { log_level: level.clone(), ..event_api() });
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::Kind;

    #[test]
    fn each_kind_of_api_is_judged() {
        assert_eq!(outcomes(&CHECK, (CHECK.bad)()), [Kind::Fail; 4]);
        let absent = example(&Fact::Absent, &Fact::Absent);
        assert_eq!(outcomes(&CHECK, absent), [Kind::Fail; 4]);
        let log = Fact::Known("arn:aws:logs:eu-west-1:111122223333:log-group:g".into());
        let logged = example(&log, &Fact::Known("ALL".into()));
        assert_eq!(outcomes(&CHECK, logged), [Kind::Pass; 4]);
    }
}
