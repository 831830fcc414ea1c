use crate::everywhere;
use crate::examples::{function, policy, with_function};
use crate::grants::join;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Role};
use serde_json::json;

check! {
    /// A function's execution role may do everything on everything, or manage all permissions in IAM,
    /// with which it can grant itself the rest.
    ///
    /// All policies of the role are read together, embedded and attached, with their Deny
    /// statements; AWS's `AdministratorAccess` counts by its ARN. Every spelling counts: `*`, `*:*`,
    /// `NotAction`, or lists that come to every action of every service together. Conditions that a
    /// role fulfils anyway (`aws:SecureTransport`) limit nothing; where it may or may not, the
    /// confidence is medium. A permissions boundary or a service control policy that does not allow as
    /// much itself takes the power away. If one could not be read the finding stands, at medium
    /// confidence.
    ///
    /// ## Why it matters
    /// One flaw in the function's code, or in one of its dependencies, and the whole account is
    /// lost: the code runs with credentials that can create users, read every secret and delete
    /// every backup.
    ///
    /// ## Fix
    /// Generate a policy from what the function really calls, attach it, and detach the wide one:
    ///
    /// ```sh
    /// aws accessanalyzer start-policy-generation \
    ///   --policy-generation-details principalArn=ROLE_ARN
    /// aws iam put-role-policy --role-name ROLE --policy-name least \
    ///   --policy-document file://policy.json
    /// aws iam detach-role-policy --role-name ROLE \
    ///   --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
    /// ```
    ///
    /// where `policy.json` names actions and resources:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
    ///     "Resource": "arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE"
    ///   }]
    /// }
    /// ```
    "DOWN-001" "role-admin": "Execution role can do everything",
    severity: Severity::Critical,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "CWE-250",
        "FSBP IAM.1",
    ],
    calls: everywhere::CALLS,
    rules: &[Rule::ExecutionRole(run)],
    bad: || example(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })),
    good: || example(&json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" })),
}

fn run(role: &Role, scope: &Scope) -> Outcome {
    let abilities = scope.abilities(role);
    let Some(power) = abilities.everything() else {
        return abilities.all_read().map(|()| Verdict::Pass);
    };
    let limited = (!power.exact).then_some("a condition or a Deny may limit it");
    let doubts = abilities.doubts().iter().cloned().chain(limited.map(str::to_owned));
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let users = format!("used by {}", join(users));
    let allowed = power.statements.iter().map(ToString::to_string);
    let evidence: Vec<_> = allowed.chain([users]).chain(doubts.clone()).collect();
    let name = &role.name;
    let message = if power.through_iam {
        format!("role {name} may do everything in IAM, so it can grant itself everything in the account")
    } else {
        format!("role {name} may do everything in the account")
    };
    let confidence = (doubts.count() > 0).then_some(Confidence::Medium);
    Ok(Verdict::fail(Problem { evidence, confidence, ..Problem::new(message) }))
}

fn example(statement: &serde_json::Value) -> Account {
    let mut account = with_function(function("orders"));
    for role in &mut account.roles.items {
        role.inline.items.push(inventory::NamedPolicy {
            name: "orders".into(),
            document: policy(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        });
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::{AttachedPolicy, Fact};
    use policy::Document;
    use serde_json::Value;

    const ADMINISTRATOR: &str = "arn:aws-cn:iam::aws:policy/AdministratorAccess";

    fn everything() -> Value {
        json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })
    }

    fn attached(arn: &str, document: Fact<Document>) -> AttachedPolicy {
        AttachedPolicy { arn: arn.into(), name: "attached".into(), document }
    }

    fn with(statement: &Value, change: impl FnOnce(&mut Role)) -> Account {
        let mut account = example(statement);
        change(&mut account.roles.items[0]);
        account
    }

    #[test]
    fn administrator_access_counts_though_its_text_is_unread() {
        let harmless = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
        let administrator = || attached(ADMINISTRATOR, Fact::default());
        let account = with(&harmless, |role| role.attached.items.push(administrator()));
        let found = findings(&CHECK, account);
        assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::High));
        let own = attached("arn:aws:iam::111122223333:policy/AdministratorAccess", Fact::default());
        assert_eq!(outcomes(&CHECK, with(&harmless, |role| role.attached.items.push(own))), [Kind::Unknown]);
        let deny = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
        let denied = with(&deny, |role| role.attached.items.push(administrator()));
        assert_eq!(outcomes(&CHECK, denied), [Kind::Pass]);
    }

    #[test]
    fn statements_of_several_policies_add_up() {
        let all_but_iam = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
        assert_eq!(outcomes(&CHECK, example(&all_but_iam)), [Kind::Pass]);
        let iam = json!({ "Statement": { "Effect": "Allow", "Action": "iam:*", "Resource": "*" } });
        let rest = attached("arn:aws:iam::111122223333:policy/rest", policy(iam));
        let account = with(&all_but_iam, |role| role.attached.items.push(rest));
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }

    #[test]
    fn a_boundary_takes_the_power_away_if_it_is_read() {
        let bounded = |document| {
            let boundary = Fact::Known(attached("arn:aws:iam::111122223333:policy/boundary", document));
            let found = findings(&CHECK, with(&everything(), |role| role.boundary = boundary));
            (found[0].outcome, found[0].confidence)
        };
        let s3 = json!({ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } });
        assert_eq!(bounded(policy(s3)).0, Kind::Pass);
        assert_eq!(bounded(policy(json!({ "Statement": everything() }))), (Kind::Fail, Confidence::High));
        assert_eq!(bounded(Fact::default()), (Kind::Fail, Confidence::Medium));
        let unread = with(&everything(), |role| role.boundary = Fact::default());
        let found = findings(&CHECK, unread);
        assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::Medium));
        assert!(found[0].evidence.iter().any(|it| it.contains("boundary")), "{:?}", found[0].evidence);
    }

    #[test]
    fn iam_alone_is_everything_in_the_end() {
        let iam = json!({ "Effect": "Allow", "Action": "iam:*", "Resource": "*" });
        let found = findings(&CHECK, example(&iam));
        assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::High));
        assert!(found[0].message.contains("grant itself"), "{}", found[0].message);
        let bounds = policy(json!({ "Statement": iam }));
        let boundary = Fact::Known(attached("arn:aws:iam::111122223333:policy/boundary", bounds));
        let found = findings(&CHECK, with(&everything(), |role| role.boundary = boundary));
        assert!(found[0].message.contains("grant itself"), "{}", found[0].message);
    }

    #[test]
    fn a_condition_that_may_not_hold_lowers_the_confidence() {
        for (condition, confidence) in [
            (json!({ "Bool": { "aws:SecureTransport": "true" } }), Confidence::High),
            (json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }), Confidence::Medium),
        ] {
            let mut statement = everything();
            statement["Condition"] = condition;
            let found = findings(&CHECK, example(&statement));
            assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, confidence), "{statement}");
        }
    }

    #[test]
    fn the_evidence_names_statement_and_functions() {
        let found = findings(&CHECK, example(&everything()));
        let evidence = found[0].evidence.join("; ");
        assert!(
            evidence.contains("policy orders, statement #1") && evidence.contains("used by orders"),
            "{evidence}"
        );
    }

    #[test]
    fn a_role_that_no_function_uses_is_not_judged() {
        let mut account = example(&everything());
        account.regions.items[0].functions.items.clear();
        assert_eq!(outcomes(&CHECK, account), [Kind::NotApplicable]);
    }
}
