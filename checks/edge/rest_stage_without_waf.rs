use crate::examples::{rest_api, stage, with_rest_api};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, EndpointType, Fact, Listing, RestApi, Stage};

check! {
    /// A stage of a REST API that clients outside your VPCs can call has no web ACL of AWS WAF.
    ///
    /// Private APIs are not concerned. HTTP and WebSocket APIs cannot take a web ACL.
    ///
    /// ## Why it matters
    /// A web ACL is the only layer that looks at a request before the API does: it drops known
    /// attacks, bots and floods before they cost an authorizer call or an invocation. Without one,
    /// every request on the internet reaches the API itself.
    ///
    /// ## Fix
    /// Associate a regional web ACL with the stage:
    ///
    /// ```sh
    /// aws wafv2 associate-web-acl --web-acl-arn WEB_ACL_ARN \
    ///   --resource-arn arn:aws:apigateway:REGION::/restapis/API_ID/stages/STAGE
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::WAFv2::WebACLAssociation
    /// Properties:
    ///   WebACLArn: !GetAtt WebAcl.Arn
    ///   ResourceArn: !Sub arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}
    /// ```
    "EDGE-001" "rest-stage-without-waf": "REST stage has no web ACL",
    severity: Severity::Medium,
    controls: &[Control::Firewall],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html",
        "CWE-693",
        "FSBP APIGateway.4",
    ],
    calls: &[
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::Wafv2ListWebAcls,
        Call::Wafv2ListResourcesForWebAcl,
    ],
    rules: &[Rule::RestStage(run)],
    bad: || example(EndpointType::Regional, Fact::Absent),
    good: || with_rest_api(rest_api()),
}

fn run(stage: &Stage, api: &RestApi, _: &Scope) -> Outcome {
    if api.endpoint.read()? == Some(&EndpointType::Private) {
        return Ok(Verdict::NotApplicable);
    }
    Ok(match stage.web_acl.read()? {
        Some(_) => Verdict::Pass,
        None => Verdict::fail(Problem::new(format!(
            "no web ACL stands before stage {} of REST API {}",
            stage.name, api.name
        ))),
    })
}

fn example(endpoint: EndpointType, web_acl: Fact<String>) -> Account {
    with_rest_api(RestApi {
        endpoint: Fact::Known(endpoint),
        stages: Listing::complete(vec![Stage { web_acl, ..stage() }]),
        ..rest_api()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::Kind;

    #[test]
    fn a_private_api_needs_none() {
        let account = example(EndpointType::Private, Fact::Absent);
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }

    #[test]
    fn an_edge_optimized_api_needs_one() {
        let account = example(EndpointType::Edge, Fact::Absent);
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }
}
