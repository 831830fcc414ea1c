use crate::examples::{ACCOUNT, with_permission};
use crate::grants::{self, BY_SERVICES, Opening, SOURCES, in_effect, signed};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Function, Invocable};
use policy::Audience;
use serde_json::json;

check! {
    /// A statement lets an AWS service invoke the function on behalf of any account: it has neither
    /// `aws:SourceArn` nor `aws:SourceAccount`, nor a condition on the source's organization.
    ///
    /// A service need not be named: `"Principal": "*"` that a condition or a Deny narrows to services
    /// (`aws:PrincipalIsAWSService`) lets in all of them.
    ///
    /// Two kinds of statement are not reported. Alexa skills belong to no account; theirs need a
    /// `lambda:EventSourceToken` instead. Secrets Manager and Amazon EKS act on objects of your own
    /// account only, and their consoles set up no source.
    ///
    /// ## Why it matters
    /// The service is a confused deputy. Anyone can create a topic, a rule or a bucket in an account
    /// of their own, point it at your function's ARN, and have the service deliver what they like.
    ///
    /// ## Fix
    /// Grant the one source that is meant, and remove the open statement:
    ///
    /// ```sh
    /// aws lambda add-permission --function-name FUNCTION --statement-id NEW_SID \
    ///   --action lambda:InvokeFunction --principal SERVICE.amazonaws.com \
    ///   --source-arn SOURCE_ARN --source-account ACCOUNT
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref Function
    ///   Principal: sns.amazonaws.com
    ///   SourceArn: !Ref Topic
    ///   SourceAccount: !Ref AWS::AccountId
    /// ```
    "SVC-002" "service-without-source": "Service may invoke the function for any account",
    severity: Severity::High,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "CWE-441",
    ],
    calls: grants::CALLS,
    rules: &[Rule::Invocable(run)],
    bad: || with_permission(json!({
        "Principal": { "Service": "sns.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
    })),
    good: || with_permission(json!({
        "Principal": { "Service": "sns.amazonaws.com" },
        "Action": "lambda:InvokeFunction",
        "Condition": {
            "ArnLike": { "aws:SourceArn": format!("arn:aws:sns:eu-west-1:{ACCOUNT}:orders") },
        },
    })),
}

/// Services that act on objects of the function's own account only.
const OWN_ACCOUNT: [&str; 2] = ["secretsmanager", "eks"];

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let services = Audience::OwnAccount..=Audience::AnyAccountThroughAService;
    let mut openings = signed(policy, invocable, scope, &BY_SERVICES, services);
    openings.retain(Opening::is_for_services);
    if openings.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let open = openings.iter().filter(|it| is_open(it));
    Ok(Verdict::of(open.map(|it| problem(it, invocable)).collect()))
}

/// Whether a service can be made to invoke the function from any account, and nothing even tries to
/// name the source; a source that is named too widely is `source-arn-unpinned`.
fn is_open(opening: &Opening) -> bool {
    let own = |service: &&str| OWN_ACCOUNT.contains(&service.split('.').next().unwrap_or_default());
    in_effect(&opening.grant) == Audience::AnyAccountThroughAService
        && !opening.names(SOURCES)
        && (opening.services().is_empty() || !opening.services().iter().all(own))
}

fn problem(opening: &Opening, invocable: &Invocable) -> Problem {
    let Opening { grant, actions, .. } = opening;
    let message = format!(
        "statement {} lets {} call {} on {} for any account",
        grant.label,
        opening.services_in_words(),
        actions.join(", "),
        invocable.arn
    );
    Problem {
        detail: Some(grant.label.clone()),
        evidence: vec![opening.evidence(), grant.reason.clone()],
        confidence: (!grant.exact).then_some(Confidence::Medium),
        ..Problem::new(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{function, function_arn, policy, with_function};
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use serde_json::Value;

    fn judged(service: &str, condition: &Value) -> Vec<Kind> {
        let account = with_permission(json!({
            "Principal": { "Service": service },
            "Action": "lambda:InvokeFunction",
            "Condition": condition,
        }));
        outcomes(&CHECK, account)
    }

    #[test]
    fn any_fixed_source_will_do() {
        for condition in [
            json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } }),
            json!({ "StringEquals": { "AWS:SourceAccount": ACCOUNT } }),
            json!({ "StringEquals": { "aws:SourceOrgID": "o-a1b2c3d4e5" } }),
        ] {
            assert_eq!(judged("s3.amazonaws.com", &condition), [Kind::Pass], "{condition}");
        }
    }

    #[test]
    fn other_conditions_name_no_source() {
        let transport = json!({ "Bool": { "aws:SecureTransport": "true" } });
        assert_eq!(judged("events.amazonaws.com", &transport), [Kind::Fail]);
        assert_eq!(judged("events.amazonaws.com", &json!({})), [Kind::Fail]);
    }

    #[test]
    fn alexa_needs_its_token() {
        let token = json!({ "StringEquals": { "lambda:EventSourceToken": "amzn1.ask.skill.canary" } });
        assert_eq!(judged("alexa-appkit.amazon.com", &token), [Kind::Pass]);
        assert_eq!(judged("alexa-appkit.amazon.com", &json!({})), [Kind::Fail]);
    }

    #[test]
    fn services_need_not_be_named() {
        let everyone = json!({ "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
                               "Resource": function_arn("orders") });
        let if_ = |condition: Value| {
            let mut statement = everyone.clone();
            statement["Condition"] = condition;
            statement
        };
        let mut perimeter = if_(json!({
            "StringNotEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            "BoolIfExists": { "aws:PrincipalIsAWSService": "false" },
        }));
        perimeter["Effect"] = json!("Deny");
        let s3 = if_(json!({ "StringEquals": { "aws:PrincipalServiceName": "s3.amazonaws.com" } }));
        for (statements, who) in [
            (json!([if_(json!({ "Bool": { "aws:PrincipalIsAWSService": "true" } }))]), "any AWS service"),
            (json!([s3]), "s3.amazonaws.com"),
            (json!([everyone, perimeter]), "any AWS service"),
        ] {
            let policy = policy(json!({ "Version": "2012-10-17", "Statement": statements }));
            let found = findings(&CHECK, with_function(Function { policy, ..function("orders") }));
            assert_eq!(found[0].outcome, Kind::Fail, "{statements}");
            assert!(found[0].message.contains(&format!("lets {who} call")), "{}", found[0].message);
        }
    }

    #[test]
    fn every_action_counts() {
        let account = with_permission(json!({
            "Principal": { "Service": "s3.amazonaws.com" }, "Action": "lambda:AddPermission",
        }));
        let found = findings(&CHECK, account);
        assert_eq!(found[0].outcome, Kind::Fail);
        assert!(found[0].message.contains("call lambda:AddPermission on"), "{}", found[0].message);
    }

    #[test]
    fn services_that_stay_in_the_account_are_exempt() {
        assert_eq!(judged("secretsmanager.amazonaws.com", &json!({})), [Kind::Pass]);
        assert_eq!(judged("eks.amazonaws.com", &json!({})), [Kind::Pass]);
    }

    #[test]
    fn without_a_grant_to_a_service_there_is_nothing_to_judge() {
        assert_eq!(outcomes(&CHECK, with_function(function("orders"))), [Kind::NotApplicable]);
        let principal = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
        let named = with_permission(json!({ "Principal": principal, "Action": "lambda:InvokeFunction" }));
        assert_eq!(outcomes(&CHECK, named), [Kind::NotApplicable]);
    }
}
