use crate::examples::{graphql_api, with_graphql_api};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Fact, GraphqlApi};

check! {
    /// A GraphQL API that clients outside your VPCs can call has no web ACL of AWS WAF.
    ///
    /// Private APIs are not concerned. Event APIs cannot take a web ACL.
    ///
    /// ## Why it matters
    /// One GraphQL query can fan out into many resolvers, so floods and probing are cheap for the
    /// sender and dear for you. A web ACL limits rates and drops known attacks before AppSync
    /// resolves anything; AppSync has no resource policy that could stand in for it.
    ///
    /// ## Fix
    /// Associate a regional web ACL with the API:
    ///
    /// ```sh
    /// aws wafv2 associate-web-acl --web-acl-arn WEB_ACL_ARN \
    ///   --resource-arn arn:aws:appsync:REGION:ACCOUNT:apis/API_ID
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::WAFv2::WebACLAssociation
    /// Properties:
    ///   WebACLArn: !GetAtt WebAcl.Arn
    ///   ResourceArn: !GetAtt GraphqlApi.Arn
    /// ```
    "EDGE-002" "appsync-without-waf": "GraphQL API has no web ACL",
    severity: Severity::Medium,
    controls: &[Control::Firewall],
    references: &[
        "https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html",
        "CWE-693",
    ],
    calls: &[
        Call::AppSyncListGraphqlApis,
        Call::Wafv2ListWebAcls,
        Call::Wafv2ListResourcesForWebAcl,
    ],
    rules: &[Rule::GraphqlApi(run)],
    bad: || example(false),
    good: || with_graphql_api(graphql_api()),
}

fn run(api: &GraphqlApi, _: &Scope) -> Outcome {
    if api.private {
        return Ok(Verdict::NotApplicable);
    }
    Ok(match api.web_acl.read()? {
        Some(_) => Verdict::Pass,
        None => Verdict::fail(Problem::new(format!("no web ACL stands before GraphQL API {}", api.name))),
    })
}

fn example(private: bool) -> Account {
    with_graphql_api(GraphqlApi { private, web_acl: Fact::Absent, ..graphql_api() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::Kind;

    #[test]
    fn a_private_api_needs_none() {
        assert_eq!(outcomes(&CHECK, example(true)), [Kind::NotApplicable]);
    }
}
