use crate::examples::with_permission;
use crate::grants::{self, Opening, SIGNED, signed};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Function, Invocable};
use policy::Audience;
use serde_json::json;

check! {
    /// A resource policy of a function, alias or version lets any AWS account invoke, read or
    /// change it.
    ///
    /// A statement counts if its principal is a wildcard and no condition ties it to fixed values
    /// that a stranger cannot bring along, such as an organization, an account or a network.
    /// Statements that only open a URL without authentication are left to
    /// `function-url-unauthenticated`. Where a statement was meant for a public URL and lacks its
    /// condition, `function-url-permission-model` reports it too, with a fix that keeps the URL working.
    ///
    /// ## Why it matters
    /// Anyone with an AWS account, which takes minutes to open, can send the function events of
    /// their own making past every layer in front of it. With `lambda:UpdateFunctionCode` they run
    /// their code under the execution role; with `lambda:GetFunction` they read yours.
    ///
    /// ## Fix
    /// Remove the statement, and name who is meant:
    ///
    /// ```sh
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// aws lambda add-permission --function-name FUNCTION --statement-id partner \
    ///   --action lambda:InvokeFunction --principal arn:aws:iam::ACCOUNT:role/ROLE
    /// ```
    ///
    /// Add `--qualifier` where the policy belongs to an alias or version. In CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref Function
    ///   Principal: arn:aws:iam::ACCOUNT:role/ROLE
    /// ```
    ///
    /// For a whole organization keep `Principal: "*"` and add `PrincipalOrgID: o-EXAMPLE`.
    "SVC-001" "function-policy-public": "Function can be used by any AWS account",
    severity: Severity::Critical,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        "CWE-732",
        "FSBP Lambda.1",
    ],
    calls: grants::CALLS,
    rules: &[Rule::Invocable(run)],
    bad: || with_permission(json!({ "Principal": "*", "Action": "lambda:InvokeFunction" })),
    good: || with_permission(json!({
        "Principal": "*",
        "Action": "lambda:InvokeFunction",
        "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
    })),
}

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::Pass);
    };
    let public = Audience::AnyAwsPrincipal..=Audience::Anonymous;
    let openings = signed(policy, invocable, scope, &SIGNED, public);
    Ok(Verdict::of(openings.iter().map(|it| problem(it, invocable)).collect()))
}

fn problem(opening: &Opening, invocable: &Invocable) -> Problem {
    let Opening { grant, actions, .. } = opening;
    let actions = actions.join(", ");
    let message =
        format!("statement {} lets every AWS account call {actions} on {}", grant.label, invocable.arn);
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
    use crate::examples::{function, policy, with_function};
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::{Alias, Fact, Listing};
    use serde_json::Value;

    fn judged(statement: Value) -> Vec<Kind> {
        outcomes(&CHECK, with_permission(statement))
    }

    #[test]
    fn no_policy_lets_nobody_in() {
        assert_eq!(outcomes(&CHECK, with_function(function("orders"))), [Kind::Pass]);
    }

    #[test]
    fn every_form_of_everyone_counts() {
        for principal in [json!("*"), json!({ "AWS": "*" }), json!({ "AWS": ["111122223333", "*"] })] {
            for action in ["lambda:InvokeFunction", "lambda:Invoke*", "LAMBDA:UPDATEFUNCTIONCODE", "*"] {
                let statement = json!({ "Principal": principal, "Action": action });
                assert_eq!(judged(statement), [Kind::Fail], "{principal} {action}");
            }
        }
    }

    #[test]
    fn actions_that_no_list_names_count_too() {
        let named = |element: &str, action: &str, also: Value| {
            let mut account = with_permission(json!({ "Principal": "*", element: action }));
            let policy = &mut account.regions.items[0].functions.items[0].policy;
            let Fact::Known(document) = policy else { panic!("the example has a policy") };
            let more = json!({ "Statement": also });
            document.statements.extend(serde_json::from_value::<policy::Document>(more).unwrap().statements);
            findings(&CHECK, account).remove(0)
        };
        for (element, action, told) in [
            ("Action", "lambda:RemovePermission", "lambda:RemovePermission"),
            ("Action", "Lambda:CreateFunctionUrlConfig", "Lambda:CreateFunctionUrlConfig"),
            ("Action", "lambda:PutFunction*", "lambda:PutFunction*"),
            ("NotAction", "lambda:[!a]", "lambda:InvokeFunction, lambda:"),
        ] {
            let found = named(element, action, json!([]));
            assert_eq!(found.outcome, Kind::Fail, "{action}");
            assert!(found.message.contains(&format!("call {told}")), "{}", found.message);
        }
        let deny =
            |action: &str| json!([{ "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*" }]);
        assert_eq!(named("Action", "lambda:Put*", deny("lambda:P*")).outcome, Kind::Pass);
        assert_eq!(named("Action", "lambda:Put*", deny("lambda:PutFunction*")).outcome, Kind::Fail);
        assert_eq!(named("Action", "s3:GetObject", json!([])).outcome, Kind::Pass);
        let rest = named("NotAction", "lambda:Invoke*", deny("lambda:Get*"));
        assert_eq!(rest.outcome, Kind::Fail);
    }

    #[test]
    fn a_condition_that_anyone_fulfils_restricts_nobody() {
        for condition in [
            json!({ "Bool": { "aws:SecureTransport": "true" } }),
            json!({ "StringLike": { "aws:PrincipalOrgID": "*" } }),
            json!({ "StringEqualsIfExists": { "aws:SourceAccount": "111122223333" } }),
        ] {
            let statement =
                json!({ "Principal": "*", "Action": "lambda:InvokeFunction", "Condition": condition });
            assert_eq!(judged(statement), [Kind::Fail], "{condition}");
        }
    }

    #[test]
    fn what_only_opens_a_url_is_not_reported_here() {
        for (action, condition) in [
            ("lambda:InvokeFunctionUrl", json!({ "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } })),
            ("lambda:InvokeFunction", json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "true" } })),
            (
                "lambda:InvokeFunctionUrl",
                json!({ "StringEqualsIfExists": { "lambda:FunctionUrlAuthType": "NONE" } }),
            ),
        ] {
            let statement = json!({ "Principal": "*", "Action": action, "Condition": condition });
            assert_eq!(judged(statement), [Kind::Pass], "{action}");
        }
        let direct = json!({ "Bool": { "lambda:InvokedViaFunctionUrl": "false" } });
        let statement = json!({ "Principal": "*", "Action": "lambda:InvokeFunction", "Condition": direct });
        assert_eq!(judged(statement), [Kind::Fail]);
    }

    #[test]
    fn what_was_meant_for_a_public_url_is_as_critical() {
        let severities = |statements: Value| {
            let mut account = with_function(function("orders"));
            account.regions.items[0].functions.items[0].policy = policy(json!({ "Statement": statements }));
            let found = findings(&CHECK, account);
            found.into_iter().map(|it| (it.outcome, it.severity)).collect::<Vec<_>>()
        };
        let grant = |action: Value| json!({ "Effect": "Allow", "Principal": "*", "Action": action });
        let url = json!({
            "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
            "Condition": { "StringEquals": { "lambda:FunctionUrlAuthType": "NONE" } },
        });
        let invoke = || grant(json!("lambda:InvokeFunction"));
        let critical = (Kind::Fail, Severity::Critical);
        assert_eq!(severities(json!([invoke()])), [critical]);
        assert_eq!(severities(json!([url, invoke()])), [critical]);
        for more in [json!("lambda:Invoke*"), json!(["lambda:InvokeFunction", "lambda:GetFunction"])] {
            assert_eq!(severities(json!([url, grant(more)])), [critical]);
        }
    }

    #[test]
    fn the_policy_of_an_alias_is_judged_too() {
        let mut account = with_function(function("orders"));
        let function = &mut account.regions.items[0].functions.items[0];
        let arn = format!("{}:live", function.arn);
        let open = json!({ "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": arn });
        function.aliases = Listing::complete(vec![Alias {
            policy: policy(json!({ "Statement": open })),
            name: "live".into(),
            arn,
            ..Alias::default()
        }]);
        assert_eq!(outcomes(&CHECK, account), [Kind::Pass, Kind::Fail]);
    }

    #[test]
    fn shared_secrets_stay_hidden() {
        let statement = json!({
            "Principal": "*",
            "Action": "lambda:GetFunction",
            "Condition": { "StringEquals": { "aws:Referer": "canary-4711" } },
        });
        let findings = findings(&CHECK, with_permission(statement));
        assert_eq!(findings[0].outcome, Kind::Fail);
        assert!(!format!("{findings:?}").contains("canary"));
    }
}
