use crate::everywhere;
use crate::examples::{function, policy, with_function};
use crate::grants::{join, shown};
use crate::trust;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Role};
use policy::{Document, Effect, Statement};
use serde_json::{Value, json};

check! {
    /// The trust policy of a function's execution role lets in more than AWS Lambda: whoever it names
    /// may wear the role without the function.
    ///
    /// Everyone (`*`) is critical. Another account that the audit is not told to trust is high, as is an
    /// identity provider whose tokens no condition ties to a repository, user or the like; so is `*`
    /// with an external id, since AWS does not treat that as a secret. Medium: an organization, an
    /// identity provider with such a condition, a foreign account with an external id, the whole own
    /// account, another AWS service. Low: named principals of the own account, and a service that
    /// `aws:SourceAccount` or `aws:SourceArn` ties to it.
    ///
    /// Lambda@Edge (`edgelambda.amazonaws.com`) is Lambda too. Deny statements of the trust policy are
    /// taken off first.
    ///
    /// ## Why it matters
    /// The role holds what the function may do with data, and the function is the control in front of
    /// it: it checks who asks and what for. Whoever assumes the role directly passes by all of that,
    /// and CloudTrail shows the role, not the function.
    ///
    /// ## Fix
    /// Trust Lambda alone, and give whoever else used the role one of their own:
    ///
    /// ```sh
    /// aws iam update-assume-role-policy --role-name ROLE --policy-document file://lambda-trust.json
    /// ```
    ///
    /// where `lambda-trust.json` is:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Principal": { "Service": "lambda.amazonaws.com" },
    ///     "Action": "sts:AssumeRole"
    ///   }]
    /// }
    /// ```
    "DOWN-005" "role-trust-too-wide": "Execution role can be assumed by more than Lambda",
    severity: Severity::High,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
        "CWE-284",
    ],
    calls: everywhere::CALLS,
    rules: &[Rule::ExecutionRole(run)],
    bad: || trusting(&json!({ "AWS": "arn:aws:iam::999988887777:root" }), "sts:AssumeRole", &json!({})),
    good: || trusting(&json!({ "Service": "lambda.amazonaws.com" }), "sts:AssumeRole", &json!({})),
}

fn run(role: &Role, scope: &Scope) -> Outcome {
    let Some(document) = role.trust.read()? else {
        return Ok(Verdict::NotApplicable);
    };
    let statements = document.statements.iter().enumerate();
    let allows = statements.filter(|(_, statement)| statement.effect == Effect::Allow);
    let problems = allows.filter_map(|(index, statement)| problem(role, document, index, statement, scope));
    Ok(Verdict::of(problems.collect()))
}

fn problem(
    role: &Role,
    document: &Document,
    index: usize,
    statement: &Statement,
    scope: &Scope,
) -> Option<Problem> {
    let mut guests = trust::guests(role, document, statement, scope);
    guests.sort_by_key(|it| std::cmp::Reverse(it.severity));
    let worst = guests.first()?.severity;
    let exact = guests.iter().any(|it| it.severity == worst && it.exact);
    let label = statement.label(index);
    let mut told: Vec<_> = guests.iter().map(|it| it.who.as_str()).collect();
    told.dedup();
    let message = format!(
        "statement {label} of the trust policy lets {} assume role {}",
        join(told.into_iter()),
        role.name
    );
    Some(Problem {
        detail: Some(label.clone()),
        evidence: vec![shown(statement, &label)],
        severity: Some(worst),
        confidence: (!exact).then_some(Confidence::Medium),
        ..Problem::new(message)
    })
}

fn trusting(principal: &Value, action: &str, conditions: &Value) -> Account {
    let mut account = with_function(function("orders"));
    for role in &mut account.roles.items {
        role.trust = policy(json!({ "Version": "2012-10-17", "Statement": [{
            "Sid": "Wear", "Effect": "Allow", "Principal": principal, "Action": action, "Condition": conditions,
        }] }));
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::ACCOUNT;
    use crate::laws::{evaluated, findings, outcomes};
    use audit::Kind;
    use inventory::{Assumptions, AttachedPolicy, ControlLevel, Fact};

    const GITHUB: &str = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    const FOREIGN: &str = "arn:aws:iam::999988887777:root";

    /// The severity of the finding, with its message.
    fn judged(principal: &Value, action: &str, conditions: &Value) -> Option<(Severity, String)> {
        let found = findings(&CHECK, trusting(principal, action, conditions)).remove(0);
        assert_eq!(found.confidence, Confidence::High, "{principal} {conditions}");
        (found.outcome == Kind::Fail).then_some((found.severity, found.message))
    }

    #[test]
    fn whoever_signs_is_judged_by_how_far_they_are() {
        use Severity::{Critical, High, Low, Medium};
        let none = json!({});
        let externally = json!({ "StringEquals": { "sts:ExternalId": "hunter2" } });
        for (principal, conditions, severity, says) in [
            (json!("*"), none.clone(), Some(Critical), "any AWS account"),
            (json!({ "AWS": "*" }), none.clone(), Some(Critical), "any AWS account"),
            (json!({ "AWS": "*" }), externally.clone(), Some(High), "external id"),
            (
                json!({ "AWS": "*" }),
                json!({ "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3" } }),
                Some(Medium),
                "organization o-a1b2c3",
            ),
            (
                json!({ "AWS": "*" }),
                json!({ "StringEquals": { "aws:PrincipalAccount": ACCOUNT } }),
                Some(Medium),
                "everyone in this account",
            ),
            (json!({ "AWS": FOREIGN }), none.clone(), Some(High), FOREIGN),
            (json!({ "AWS": "999988887777" }), none.clone(), Some(High), "999988887777 of another account"),
            (json!({ "AWS": FOREIGN }), externally, Some(Medium), "external id"),
            (
                json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }),
                none.clone(),
                Some(Medium),
                "everyone in this account",
            ),
            (json!({ "AWS": ACCOUNT }), none.clone(), Some(Medium), "everyone in this account"),
            (
                json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:role/deployer") }),
                none.clone(),
                Some(Low),
                "role/deployer",
            ),
            (json!({ "AWS": "AROAEXAMPLEEXAMPLE123" }), none.clone(), None, ""),
            (
                json!({ "Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }),
                none.clone(),
                None,
                "",
            ),
            (
                json!({ "Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"] }),
                none.clone(),
                Some(Medium),
                "ec2.amazonaws.com",
            ),
            (
                json!({ "Service": "scheduler.amazonaws.com" }),
                json!({ "StringEquals": { "aws:SourceAccount": ACCOUNT } }),
                Some(Low),
                "scheduler.amazonaws.com, for this account only",
            ),
            (
                json!({ "Service": "scheduler.amazonaws.com" }),
                json!({ "ArnLike": { "aws:SourceArn": format!("arn:aws:scheduler:eu-west-1:{ACCOUNT}:schedule/*") } }),
                Some(Low),
                "for this account only",
            ),
        ] {
            let found = judged(&principal, "sts:AssumeRole", &conditions);
            assert_eq!(found.as_ref().map(|it| it.0), severity, "{principal} {conditions}: {found:?}");
            assert!(found.is_none_or(|it| it.1.contains(says)), "{principal} {conditions}");
        }
    }

    /// A data perimeter: only the organization's own principals, and services, may assume roles.
    #[test]
    fn whom_the_organization_keeps_out_is_not_let_in() {
        let deny = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*", "Condition": {
                "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-a1b2c3" },
                "BoolIfExists": { "aws:PrincipalIsAWSService": "false" },
            },
        }] });
        let mut account = trusting(&json!("*"), "sts:AssumeRole", &json!({}));
        let control = AttachedPolicy {
            arn: "arn:aws:organizations::111122223333:policy/o-a1b2c3/resource_control_policy/p-1".into(),
            name: "perimeter".into(),
            document: policy(deny),
        };
        let level = ControlLevel { target: "r-1".into(), policies: vec![control] };
        account.resource_control_policies = Fact::Known(vec![level]);
        let found = findings(&CHECK, account).remove(0);
        assert!(!found.message.contains("any AWS account"), "{}", found.message);
        assert!(found.message.contains("organization o-a1b2c3"), "{}", found.message);
        assert!(found.severity < Severity::Critical);
    }

    #[test]
    fn whoever_has_a_token_is_judged_by_what_it_must_say() {
        use Severity::{Critical, High, Medium};
        let web = "sts:AssumeRoleWithWebIdentity";
        let audience =
            json!({ "StringEquals": { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } });
        let subject =
            json!({ "StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/shop:*" } });
        for (principal, action, conditions, severity) in [
            (json!({ "Federated": GITHUB }), web, audience.clone(), Some(High)),
            (json!({ "Federated": GITHUB }), web, subject, Some(Medium)),
            (json!({ "Federated": GITHUB }), "sts:*", audience, Some(High)),
            // Who has a token does not sign.
            (json!({ "Federated": GITHUB }), "sts:AssumeRole", json!({}), None),
            (json!({ "Federated": GITHUB }), "sts:TagSession", json!({}), None),
            (json!({ "AWS": FOREIGN }), web, json!({}), None),
            (json!("*"), web, json!({}), Some(Critical)),
            (
                json!({ "Federated": "arn:aws:iam::111122223333:saml-provider/corp" }),
                "sts:AssumeRoleWithSAML",
                json!({}),
                Some(High),
            ),
            (
                json!({ "Federated": "arn:aws:iam::111122223333:saml-provider/corp" }),
                "sts:AssumeRoleWithSAML",
                json!({ "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml" } }),
                Some(Medium),
            ),
        ] {
            let found = judged(&principal, action, &conditions);
            assert_eq!(
                found.as_ref().map(|it| it.0),
                severity,
                "{principal} {action} {conditions}: {found:?}"
            );
        }
    }

    #[test]
    fn a_trusted_account_may_wear_the_role() {
        let account = trusting(&json!({ "AWS": FOREIGN }), "sts:AssumeRole", &json!({}));
        let assumptions =
            Assumptions { trusted_accounts: vec!["999988887777".into()], ..Assumptions::default() };
        assert_eq!(evaluated(&CHECK, account, assumptions)[0].outcome, Kind::Pass);
    }

    #[test]
    fn a_deny_of_the_trust_policy_counts() {
        let denied = |deny: Value| {
            let mut account = trusting(&json!({ "AWS": "*" }), "sts:AssumeRole", &json!({}));
            let allow = json!({ "Effect": "Allow", "Principal": { "AWS": "*" }, "Action": "sts:AssumeRole" });
            account.roles.items[0].trust =
                policy(json!({ "Version": "2012-10-17", "Statement": [allow, deny] }));
            findings(&CHECK, account).remove(0)
        };
        let all = json!({ "Effect": "Deny", "Principal": "*", "Action": "sts:*" });
        assert_eq!(denied(all).outcome, Kind::Pass);
        let strangers = json!({
            "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole",
            "Condition": { "StringNotEquals": { "aws:PrincipalAccount": ACCOUNT } },
        });
        assert_eq!(denied(strangers).severity, Severity::Medium);
    }

    #[test]
    fn an_external_id_is_never_shown() {
        let conditions = json!({ "StringEquals": { "sts:ExternalId": "hunter2" } });
        let found = findings(&CHECK, trusting(&json!({ "AWS": FOREIGN }), "sts:AssumeRole", &conditions));
        let text = serde_json::to_string(&found).unwrap();
        assert!(text.contains("sts:ExternalId") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn statements_are_problems_of_their_own_and_the_worst_party_counts() {
        let mut account = trusting(&json!({}), "", &json!({}));
        let statement = |principal: Value| json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
        account.roles.items[0].trust = policy(json!({ "Statement": [
            statement(json!({ "Service": "lambda.amazonaws.com" })),
            statement(json!({ "AWS": [FOREIGN, ACCOUNT], "Service": "ec2.amazonaws.com" })),
            statement(json!({ "AWS": "*" })),
        ] }));
        let found = findings(&CHECK, account.clone());
        let told: Vec<_> = found.iter().map(|it| (it.resource.detail.as_deref(), it.severity)).collect();
        assert_eq!(told, [(Some("#2"), Severity::High), (Some("#3"), Severity::Critical)]);
        assert!(found[0].message.contains("ec2.amazonaws.com"), "{}", found[0].message);
        account.regions.items[0].functions.items.clear();
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
