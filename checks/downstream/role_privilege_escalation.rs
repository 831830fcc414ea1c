use crate::examples::{ACCOUNT, function, policy, role, role_arn, with_function};
use crate::grants::join;
use audit::escalation::{Escalation, Gain};
use audit::{Abilities, Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, NamedPolicy, Role};
use serde_json::json;

check! {
    /// A function's execution role can gain permissions that it was not given.
    ///
    /// Every published path is tried: those of pathfinding.cloud, and more of Lambda's own. A path
    /// counts if each of its steps is allowed on its target, within the boundary and the
    /// organization's policies, with conditions that the sessions of a function can fulfil (they
    /// never have MFA), and if it leads somewhere: to a role that may do more, or to permissions of
    /// the role's own choice. Paths that vary one another are one finding, named by the simplest.
    ///
    /// High; critical where nothing stands between the role and everything in the account. What
    /// could not be seen is said, at lower confidence. A role that may do everything anyway has
    /// nothing to gain: that is `DOWN-001`.
    ///
    /// ## Why it matters
    /// What a role's policies list is not what its function can do: one `iam:PassRole` too wide, and
    /// whoever finds a flaw in the code creates a function of his own under the deployer's role, and
    /// owns the account.
    ///
    /// ## Fix
    /// Take away the step that the function does not need. Where it needs all of them, name their
    /// targets: the one role that may be passed, and to which service.
    ///
    /// ```json
    /// {
    ///   "Version": "2012-10-17",
    ///   "Statement": [{
    ///     "Effect": "Allow",
    ///     "Action": "iam:PassRole",
    ///     "Resource": "arn:aws:iam::ACCOUNT:role/THE_ONE_ROLE",
    ///     "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } }
    ///   }]
    /// }
    /// ```
    ///
    /// ```sh
    /// aws iam put-role-policy --role-name ROLE --policy-name POLICY --policy-document file://policy.json
    /// ```
    ///
    /// A permissions boundary keeps a role that has to manage IAM from more than that:
    ///
    /// ```sh
    /// aws iam put-role-permissions-boundary --role-name ROLE \
    ///   --permissions-boundary arn:aws:iam::ACCOUNT:policy/BOUNDARY
    /// ```
    "DOWN-002" "role-privilege-escalation": "Execution role can gain more permissions",
    severity: Severity::High,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://pathfinding.cloud/",
        "CWE-269",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListAliases,
        Call::LambdaListCodeSigningConfigs,
        Call::LambdaListFunctionsByCodeSigningConfig,
        Call::IamGetAccountAuthorizationDetails,
        Call::OrganizationsDescribeOrganization,
        Call::OrganizationsListParents,
        Call::OrganizationsListPoliciesForTarget,
        Call::OrganizationsDescribePolicy,
    ],
    rules: &[Rule::ExecutionRole(run)],
    bad: || example("*"),
    good: || example(&role_arn("orders")),
}

fn run(role: &Role, scope: &Scope) -> Outcome {
    let abilities = scope.abilities(role);
    if abilities.everything().is_some() {
        // Unless a policy that nobody could read takes some of it away.
        abilities.is_bounded()?;
        abilities.all_read()?;
        return Ok(Verdict::NotApplicable);
    }
    let judgement = scope.escalation(role);
    // The first of a family is the worst, or else the simplest.
    let mut families: Vec<(&str, Vec<&Escalation>)> = Vec::new();
    for found in &judgement.works {
        let name = found.path.family().id.as_str();
        match families.iter_mut().find(|(known, _)| *known == name) {
            Some((_, paths)) => paths.push(found),
            None => families.push((name, vec![found])),
        }
    }
    if families.is_empty()
        && let Some(unknown) = judgement.unknown.into_iter().next()
    {
        return Err(unknown.gap);
    }
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let users = format!("used by {}", join(users));
    let problems = families.into_iter().filter_map(|(family, paths)| {
        let (worst, others) = paths.split_first()?;
        let problem = problem(role, worst, abilities).detail(family).evidence(&users);
        let others = others.iter().map(|it| it.path.id.as_str());
        let also = join(others.clone());
        Some(if others.count() > 0 { problem.evidence(format!("also by {also}")) } else { problem })
    });
    Ok(Verdict::of(problems.collect()))
}

fn problem(role: &Role, found: &Escalation, abilities: &Abilities) -> Problem {
    let doubts = abilities.doubts().iter().cloned();
    let doubted = if abilities.doubts().is_empty() { Confidence::High } else { Confidence::Medium };
    let confidence = found.confidence.min(doubted);
    // What could not be read and may only take away lowers the confidence, not the severity.
    let certain = found.gain == Gain::Administrator && found.confidence == Confidence::High;
    let gains = match (found.gain, &found.role) {
        (Gain::Administrator, _) => "become administrator".to_owned(),
        (Gain::Lateral, Some(other)) => format!("gain the permissions of {other}"),
        (Gain::Lateral, None) => "gain permissions that it was not given".to_owned(),
    };
    Problem {
        evidence: found.evidence().into_iter().chain(doubts).collect(),
        severity: certain.then_some(Severity::Critical),
        confidence: Some(confidence),
        ..Problem::new(format!("role {} can {gains} by {}", role.name, found.path.name))
    }
}

/// A function that creates functions, under a role that may pass those roles, beside a deployer's.
fn example(passed: &str) -> Account {
    let mut account = with_function(function("orders"));
    let creates = json!([
        { "Effect": "Allow", "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
          "Resource": format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders-*") },
        { "Effect": "Allow", "Action": "iam:PassRole", "Resource": passed },
    ]);
    let named = |statements| NamedPolicy {
        name: "creates".into(),
        document: policy(json!({ "Version": "2012-10-17", "Statement": statements })),
    };
    for role in &mut account.roles.items {
        role.inline.items.push(named(creates.clone()));
    }
    let mut deployer = role("deployer");
    deployer.inline.items.push(named(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })));
    account.roles.items.push(deployer);
    account
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::{Finding, Kind};
    use inventory::{AttachedPolicy, Fact, Gap};
    use serde_json::Value;

    /// The bad example with other statements for the function's role.
    fn with(statements: &Value) -> Account {
        let mut account = example("*");
        for role in account.roles.items.iter_mut().filter(|it| it.name == "orders") {
            role.inline.items[1].document =
                policy(json!({ "Version": "2012-10-17", "Statement": statements }));
        }
        account
    }

    fn allow(actions: &Value) -> Value {
        json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })
    }

    fn fails(account: Account) -> Vec<Finding> {
        let found = findings(&CHECK, account);
        found.into_iter().filter(|it| it.outcome == Kind::Fail).collect()
    }

    fn told(account: Account) -> Vec<(String, Severity, Confidence)> {
        let found = fails(account).into_iter();
        found.map(|it| (it.resource.detail.unwrap(), it.severity, it.confidence)).collect()
    }

    #[test]
    fn the_finding_tells_the_whole_path() {
        let found = fails(example("*"));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].severity, found[0].confidence), (Severity::Critical, Confidence::High));
        assert_eq!(found[0].resource.detail.as_deref(), Some("lambda-001"));
        assert_eq!(
            found[0].message,
            "role orders can become administrator by \
             iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"
        );
        let on =
            format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:orders-*: policy creates, statement #1");
        assert_eq!(
            found[0].evidence,
            [
                "path lambda-001 (https://pathfinding.cloud/paths/lambda-001)".to_owned(),
                format!("iam:PassRole on {}: policy creates, statement #2", role_arn("deployer")),
                format!("lambda:CreateFunction on {on}"),
                format!("lambda:InvokeFunction on {on}"),
                format!("leads to {}, an administrator", role_arn("deployer")),
                "used by orders".to_owned(),
            ]
        );
    }

    #[test]
    fn variants_of_a_path_are_one_finding() {
        let account = with(&allow(&json!(["lambda:*", "iam:PassRole"])));
        let found = fails(account);
        let families: Vec<_> = found.iter().filter_map(|it| it.resource.detail.as_deref()).collect();
        assert_eq!(families, ["lambda-001", "lambda-002", "lambda-006", "lambda-114"]);
        assert!(
            found[0].evidence.last().unwrap().starts_with("also by lambda-10"),
            "{:?}",
            found[0].evidence
        );
    }

    #[test]
    fn administrators_have_nothing_to_gain() {
        let admin = || with(&allow(&json!("*")));
        let of_orders = |account| outcomes(&CHECK, account)[1];
        assert_eq!(of_orders(admin()), Kind::NotApplicable);
        let mut bounded = admin();
        for role in &mut bounded.roles.items {
            role.boundary = Fact::Unread(Gap::default());
        }
        assert_eq!(of_orders(bounded), Kind::Unknown);
    }

    #[test]
    fn what_stands_in_the_way_lowers_the_severity() {
        let put = json!({ "Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": role_arn("orders") });
        let own = |severity, confidence| [("iam-005".to_owned(), severity, confidence)];
        assert_eq!(told(with(&put)), own(Severity::Critical, Confidence::High));
        let mut conditional = put.clone();
        conditional["Condition"] = json!({ "StringEquals": { "aws:SourceVpc": "vpc-0a1b2c3d" } });
        assert_eq!(told(with(&conditional)), own(Severity::High, Confidence::Medium));
        conditional["Condition"] = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
        assert_eq!(told(with(&conditional)), []);
        let mut dark = with(&put);
        dark.service_control_policies = Fact::default();
        assert_eq!(told(dark), own(Severity::Critical, Confidence::Medium), "it could only take away");
        let mut bounded = with(&put);
        let document = policy(json!({ "Statement": allow(&json!(["iam:PutRolePolicy", "s3:*"])) }));
        let boundary = AttachedPolicy { arn: "arn".into(), name: "boundary".into(), document };
        bounded.roles.items.iter_mut().for_each(|it| it.boundary = Fact::Known(boundary.clone()));
        assert_eq!(told(bounded), own(Severity::High, Confidence::Medium));
    }

    #[test]
    fn a_path_that_nothing_known_completes_is_unknown_where_policies_are() {
        let mut account = example(&role_arn("orders"));
        for role in account.roles.items.iter_mut().filter(|it| it.name == "orders") {
            role.attached.gap = Some(Gap::default());
        }
        assert!(outcomes(&CHECK, account).contains(&Kind::Unknown));
    }
}
