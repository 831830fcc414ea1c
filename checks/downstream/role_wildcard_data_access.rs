use crate::everywhere;
use crate::examples::{function, policy, with_function};
use crate::grants::join;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, NamedPolicy, Role};
use policy::Ability;
use reference::classes::DataClass;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

check! {
    /// A function's execution role may read or write data, fetch secrets or use keys of every resource
    /// of a type, instead of named ones.
    ///
    /// A wildcard counts if it holds every resource of the type in the account, or in one of its
    /// regions: `*`, `arn:aws:s3:::*`, `arn:aws:dynamodb:*:ACCOUNT:table/*`. A beginning
    /// (`table/orders-*`) names resources, and so does a policy variable. Actions that cannot be allowed
    /// on some resources only are not held against a role; nor is writing log events, which AWS's own
    /// policy for functions allows on all log groups.
    ///
    /// Deny statements, the permissions boundary and conditions are taken into account. Secrets, keys
    /// and writing are high, reading alone is medium. Where a condition decides, such as one on the
    /// resource's tags, `kms:ViaService` or an encryption context, the role is limited: low, at medium
    /// confidence. Roles that may do everything are left to DOWN-001.
    ///
    /// ## Why it matters
    /// A function needs its own table and its own secret. With all of them, one flaw in its code hands
    /// over the data of every other system in the account, and whatever is stored there later.
    ///
    /// ## Fix
    /// Name the resources:
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Action": "secretsmanager:GetSecretValue",
    ///     "Resource": "arn:aws:secretsmanager:REGION:ACCOUNT:secret:orders/*"
    ///   }]
    /// }
    /// ```
    ///
    /// What the function really uses is found by:
    ///
    /// ```sh
    /// aws accessanalyzer start-policy-generation \
    ///   --policy-generation-details principalArn=ROLE_ARN
    /// ```
    "DOWN-003" "role-wildcard-data-access": "Execution role reaches data beyond named resources",
    severity: Severity::High,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "CWE-732",
        "FSBP IAM.21",
    ],
    calls: everywhere::CALLS,
    rules: &[Rule::ExecutionRole(run)],
    bad: || example(&json!({ "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*" })),
    good: || example(&json!({
        "Effect": "Allow",
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "arn:aws:secretsmanager:*:*:secret:orders/*",
    })),
}

/// What AWS's `AWSLambdaBasicExecutionRole` allows on everything.
const GRANTED: [&str; 1] = ["logs:PutLogEvents"];

/// What the role may do with all data of one kind.
#[derive(Default)]
struct Access {
    actions: BTreeSet<String>,
    statements: BTreeSet<String>,
    exact: bool,
}

/// By class and kind of data.
type Found = BTreeMap<(DataClass, &'static str), Access>;

fn run(role: &Role, scope: &Scope) -> Outcome {
    if scope.abilities(role).everything().is_some() {
        return Ok(Verdict::NotApplicable);
    }
    let found = found(role, scope);
    let abilities = scope.abilities(role);
    let Some(worst) = found.iter().map(|(key, access)| severity(key.0, access)).max() else {
        abilities.all_read()?;
        return Ok(Verdict::Pass);
    };
    let sure = worst > Severity::Low && abilities.doubts().is_empty();
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let doubts = abilities.doubts().iter().cloned();
    let lines = lines(&found).chain([format!("used by {}", join(users))]).chain(doubts);
    Ok(Verdict::fail(Problem {
        evidence: lines.collect(),
        severity: Some(worst),
        confidence: (!sure).then_some(Confidence::Medium),
        ..Problem::new(format!("role {} has access beyond named resources: {}", role.name, in_words(&found)))
    }))
}

fn found(role: &Role, scope: &Scope) -> Found {
    let mut found = Found::new();
    for (access, _) in everywhere::data_access(role, scope, &[]) {
        let action = access.action.to_string();
        if GRANTED.contains(&action.as_str()) {
            continue;
        }
        for arn in access.resources().flat_map(|it| everywhere::arns(it, scope.account)) {
            if let Some(ability) = everywhere::can(role, scope, &action, &arn, &[]) {
                found.entry((access.class, access.data)).or_default().add(&action, &ability);
            }
        }
    }
    found
}

impl Access {
    fn add(&mut self, action: &str, ability: &Ability) {
        self.actions.insert(action.to_owned());
        self.statements.extend(ability.statements.iter().map(ToString::to_string));
        self.exact |= ability.exact;
    }
}

fn severity(class: DataClass, access: &Access) -> Severity {
    match class {
        _ if !access.exact => Severity::Low,
        DataClass::Read => Severity::Medium,
        DataClass::Write | DataClass::Secrets | DataClass::Keys => Severity::High,
    }
}

/// The worst first: `secrets: secretsmanager:GetSecretValue on all secrets of Secrets Manager (policy
/// work, statement #1)`.
fn lines(found: &Found) -> impl Iterator<Item = String> {
    const SHOWN: usize = 12;
    let mut order: Vec<_> = found.iter().collect();
    order.sort_by_key(|(key, access)| (std::cmp::Reverse(severity(key.0, access)), **key));
    let more = order.len().saturating_sub(SHOWN);
    let line = |((class, data), access): (&(DataClass, &'static str), &Access)| {
        let actions = join(access.actions.iter().map(String::as_str));
        let statements: Vec<_> = access.statements.iter().map(String::as_str).collect();
        let limited = if access.exact { "" } else { ", limited by a condition" };
        format!("{class}: {actions} on all {data}{limited} ({})", statements.join("; "))
    };
    let lines: Vec<_> = order.into_iter().take(SHOWN).map(line).collect();
    lines.into_iter().chain((more > 0).then(|| format!("and {more} more kinds of data")))
}

/// `secrets (SSM parameters); write (S3 objects)`.
fn in_words(found: &Found) -> String {
    let classes = DataClass::ALL.into_iter().rev().filter_map(|class| {
        let data: Vec<_> = found.keys().filter(|key| key.0 == class).map(|key| key.1).collect();
        (!data.is_empty()).then(|| format!("{class} ({})", join(data.into_iter())))
    });
    classes.collect::<Vec<_>>().join("; ")
}

fn example(statement: &Value) -> Account {
    let mut account = with_function(function("orders"));
    for role in &mut account.roles.items {
        role.inline.items.push(NamedPolicy {
            name: "orders".into(),
            document: policy(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        });
    }
    account
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::findings;
    use audit::{Finding, Kind};
    use inventory::{AttachedPolicy, Fact};

    fn allow(action: &str, resource: &str) -> Value {
        json!({ "Effect": "Allow", "Action": action, "Resource": resource })
    }

    fn with(action: &str, condition: &Value) -> Value {
        json!({ "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition })
    }

    fn judged(statement: &Value) -> Finding {
        findings(&CHECK, example(statement)).remove(0)
    }

    #[test]
    fn a_wildcard_is_what_holds_every_resource_of_a_type() {
        use Severity::{High, Medium};
        for (action, resource, expected) in [
            ("s3:GetObject", "*", Some(Medium)),
            ("s3:GetObject", "arn:aws:s3:::*", Some(Medium)),
            ("s3:GetObject", "arn:aws:s3:::*/*", Some(Medium)),
            ("s3:GetObject", "arn:aws:s3:::orders/*", None),
            ("s3:GetObject", "arn:aws:s3:::orders-*", None),
            ("s3:GetObject", "arn:aws:s3:::*/public/*", None),
            ("s3:*", "*", Some(High)),
            ("s3:*", "arn:aws:s3:::orders/*", None),
            ("dynamodb:GetItem", "arn:aws:dynamodb:*:111122223333:table/*", Some(Medium)),
            ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/*", Some(Medium)),
            ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:444455556666:table/*", None),
            ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders*", None),
            ("dynamodb:PutItem", "arn:aws:dynamodb:*:*:table/*", Some(High)),
            ("ssm:GetParameter*", "arn:aws:ssm:*:*:parameter/*", Some(High)),
            ("ssm:GetParameter*", "arn:aws:ssm:*:*:parameter/orders/*", None),
            ("kms:Decrypt", "*", Some(High)),
            (
                "kms:Decrypt",
                "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                None,
            ),
            ("secretsmanager:*", "arn:aws:secretsmanager:*:*:secret:*", Some(High)),
            // A variable is one of many.
            ("s3:GetObject", "arn:aws:s3:::${aws:PrincipalAccount}/*", None),
            // What is on no resource, what functions do anyway, and what is no data.
            ("xray:PutTraceSegments", "*", None),
            ("logs:PutLogEvents", "*", None),
            ("logs:*", "*", Some(High)),
            ("ec2:DescribeInstances", "*", None),
            ("dynamodb:ListTables", "*", None),
        ] {
            let found = judged(&allow(action, resource));
            let severity = (found.outcome == Kind::Fail).then_some(found.severity);
            assert_eq!(severity, expected, "{action} {resource}: {}", found.message);
        }
    }

    #[test]
    fn a_condition_limits() {
        use Severity::{High, Low};
        for (condition, expected) in [
            (json!({ "StringEquals": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }), Some(Low)),
            (json!({ "StringEquals": { "kms:EncryptionContext:app": "orders" } }), Some(Low)),
            (json!({ "StringEquals": { "aws:ResourceTag/app": "orders" } }), Some(Low)),
            (json!({ "Bool": { "aws:SecureTransport": "true" } }), Some(High)),
            (json!({ "StringEquals": { "aws:ResourceAccount": "111122223333" } }), Some(High)),
            (json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }), None),
        ] {
            let found = judged(&with("kms:Decrypt", &condition));
            let severity = (found.outcome == Kind::Fail).then_some(found.severity);
            assert_eq!(severity, expected, "{condition}");
            let confidence = if severity == Some(Low) { Confidence::Medium } else { Confidence::High };
            assert_eq!(found.confidence, confidence, "{condition}");
        }
    }

    #[test]
    fn the_evidence_is_grouped_by_what_is_touched() {
        let found = judged(&json!({
            "Sid": "Wide",
            "Effect": "Allow",
            "Action": ["ssm:GetParameter", "ssm:GetParameters", "s3:GetObject", "kms:Decrypt"],
            "Resource": "*",
        }));
        assert_eq!(
            found.evidence,
            [
                "secrets: ssm:GetParameter, ssm:GetParameters on all SSM parameters (policy orders, statement Wide)",
                "keys: kms:Decrypt on all KMS keys (policy orders, statement Wide)",
                "read: s3:GetObject on all S3 objects (policy orders, statement Wide)",
                "used by orders",
            ]
        );
        assert_eq!(
            found.message,
            "role orders has access beyond named resources: keys (KMS keys); secrets (SSM parameters); read (S3 objects)"
        );
    }

    #[test]
    fn a_deny_and_a_boundary_take_away() {
        let denied = |deny: Value| {
            let mut account = example(&allow("s3:GetObject", "*"));
            let document = policy(json!({ "Version": "2012-10-17", "Statement": [deny] }));
            account.roles.items[0].inline.items.push(NamedPolicy { name: "deny".into(), document });
            findings(&CHECK, account).remove(0).outcome
        };
        let all = json!({ "Effect": "Deny", "NotAction": "logs:*", "Resource": "*" });
        assert_eq!(denied(all), Kind::Pass);
        let others = json!({ "Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::orders/*" });
        assert_eq!(denied(others), Kind::Pass);
        let some = json!({ "Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::payroll/*" });
        assert_eq!(denied(some), Kind::Fail);
        let bounded = |boundary| {
            let mut account = example(&allow("s3:GetObject", "*"));
            account.roles.items[0].boundary = boundary;
            let found = findings(&CHECK, account).remove(0);
            (found.outcome, found.confidence)
        };
        let document = policy(json!({ "Statement": allow("s3:*", "arn:aws:s3:::orders/*") }));
        let boundary = AttachedPolicy { name: "boundary".into(), document, ..AttachedPolicy::default() };
        assert_eq!(bounded(Fact::Known(boundary)).0, Kind::Pass);
        assert_eq!(bounded(Fact::default()), (Kind::Fail, Confidence::Medium));
    }

    #[test]
    fn administrators_are_another_checks_business() {
        assert_eq!(judged(&allow("*", "*")).outcome, Kind::NotApplicable);
        let all_but = json!({ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" });
        let found = judged(&all_but);
        assert_eq!((found.outcome, found.severity), (Kind::Fail, Severity::High));
        assert!(found.evidence.iter().any(|it| it.contains("more kinds of data")), "{:?}", found.evidence);
    }

    #[test]
    fn a_policy_that_nobody_read_may_hold_the_wildcard() {
        let mut account = example(&allow("s3:GetObject", "arn:aws:s3:::orders/*"));
        account.roles.items[0].attached.items.push(AttachedPolicy::default());
        assert_eq!(findings(&CHECK, account)[0].outcome, Kind::Unknown);
    }
}
