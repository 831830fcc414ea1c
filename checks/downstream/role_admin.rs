use crate::examples::{function, policy, with_function};
use crate::grants::join;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, AttachedPolicy, Call, Fact, Gap, Role};
use policy::{Document, Everything};
use serde_json::json;

check! {
    /// A function's execution role may do everything on everything, or everything in IAM, with
    /// which it can grant itself the rest.
    ///
    /// All policies of the role are read together, embedded and attached, with their Deny
    /// statements; AWS's `AdministratorAccess` counts by its ARN. Conditions that a role fulfils
    /// anyway (`aws:SecureTransport`) limit nothing; where it may or may not, the confidence is
    /// medium. A permissions boundary that does not allow as much itself takes the power away. If
    /// it could not be read the finding stands, at medium confidence.
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
    calls: &[Call::LambdaListFunctions, Call::IamGetAccountAuthorizationDetails],
    rules: &[Rule::ExecutionRole(run)],
    bad: || example(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })),
    good: || example(&json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*" })),
}

pub(super) fn run(role: &Role, scope: &Scope) -> Outcome {
    let administrator = administrator_access();
    let inline = role.inline.iter().map(|it| (it.name.as_str(), it.document.read()));
    let attached = role.attached.iter().map(|it| (it.name.as_str(), read(it, &administrator)));
    let unlisted = role.inline.gap.clone().or(role.attached.gap.clone());
    let (mut known, mut unread) = (Vec::new(), unlisted);
    for (name, document) in inline.chain(attached) {
        match document {
            Ok(document) => known.extend(document.map(|it| (name, it))),
            Err(gap) => unread = unread.or(Some(gap)),
        }
    }
    let Some(power) = policy::everything(&known) else {
        return unread.map_or(Ok(Verdict::Pass), Err);
    };
    let (bounds, unbounded) = match boundary(role, &administrator) {
        Ok(Boundary::Below) => return Ok(Verdict::Pass),
        Ok(Boundary::Missing) => (None, None),
        Ok(Boundary::AsWide(bounds)) => (Some(bounds), None),
        Err(_) => (None, Some("its permissions boundary could not be read and may limit it")),
    };
    let both = || bounds.iter().chain([&power]);
    let doubts = [
        unbounded,
        // A policy that nobody could read can only take away: what it allows is allowed already.
        unread.map(|_| "another of its policies could not be read and may deny some of it"),
        both().any(|it| !it.exact).then_some("a condition or a Deny may limit it"),
    ];
    let doubts = doubts.into_iter().flatten().map(str::to_owned);
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let users = format!("used by {}", join(users));
    let allowed =
        power.statements.iter().map(|(policy, label)| format!("policy {policy}, statement {label}"));
    let evidence: Vec<_> = allowed.chain([users]).chain(doubts.clone()).collect();
    let name = &role.name;
    let message = if both().any(|it| it.through_iam) {
        format!("role {name} may do everything in IAM, so it can grant itself everything in the account")
    } else {
        format!("role {name} may do everything in the account")
    };
    let confidence = (doubts.count() > 0).then_some(Confidence::Medium);
    Ok(Verdict::fail(Problem { evidence, confidence, ..Problem::new(message) }))
}

/// What a permissions boundary leaves of the role's power.
enum Boundary<'a> {
    Missing,
    AsWide(Everything<'a>),
    Below,
}

fn boundary<'a>(role: &'a Role, administrator: &'a Document) -> Result<Boundary<'a>, Gap> {
    let Some(boundary) = role.boundary.read()? else {
        return Ok(Boundary::Missing);
    };
    let Some(document) = read(boundary, administrator)? else {
        return Ok(Boundary::Missing);
    };
    let power = policy::everything(&[(&boundary.name, document)]);
    Ok(power.map_or(Boundary::Below, Boundary::AsWide))
}

/// What an attached policy says; AWS's own administrator policy is known by its ARN.
fn read<'a>(policy: &'a AttachedPolicy, administrator: &'a Document) -> Result<Option<&'a Document>, Gap> {
    match &policy.document {
        Fact::Unread(_) if policy.arn.ends_with(":iam::aws:policy/AdministratorAccess") => {
            Ok(Some(administrator))
        }
        document => document.read(),
    }
}

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>
fn administrator_access() -> Document {
    use policy::{Actions, Effect, Resources, Statement, Version};
    let everything = Statement {
        sid: None,
        effect: Effect::Allow,
        principals: None,
        actions: Actions::Only(vec!["*".into()]),
        resources: Some(Resources::Only(vec!["*".into()])),
        conditions: Vec::new(),
    };
    Document { version: Version::V2012, statements: vec![everything] }
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
