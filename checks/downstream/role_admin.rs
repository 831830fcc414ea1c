use crate::examples::{function, policy, with_function};
use crate::grants::join;
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, AttachedPolicy, Call, Fact, Gap, Role};
use policy::Document;
use serde_json::json;

check! {
    /// A function's execution role may do everything on everything.
    ///
    /// All policies of the role are read together, embedded and attached, with their Deny
    /// statements; AWS's `AdministratorAccess` counts by its ARN. A permissions boundary that does
    /// not allow everything itself takes the power away. If it could not be read the finding
    /// stands, at medium confidence.
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

fn run(role: &Role, scope: &Scope) -> Outcome {
    let administrator = administrator_access();
    let inline = role.inline.iter().map(|it| (it.name.as_str(), it.document.read()));
    let attached = role.attached.iter().map(|it| (it.name.as_str(), read(it, &administrator)));
    let (mut known, mut unread) = (Vec::new(), None);
    for (name, document) in inline.chain(attached) {
        match document {
            Ok(document) => known.extend(document.map(|it| (name, it))),
            Err(gap) => unread = unread.or(Some(gap)),
        }
    }
    let statements = policy::everything(&known);
    if statements.is_empty() {
        return unread.map_or(Ok(Verdict::Pass), Err);
    }
    let boundary = match boundary(role, &administrator) {
        Ok(false) => return Ok(Verdict::Pass),
        Ok(true) => None,
        Err(_) => Some("its permissions boundary could not be read and may limit it".to_owned()),
    };
    // A policy that nobody could read can only take away: what it allows is allowed already.
    let deny = unread.map(|_| "another of its policies could not be read and may deny some of it".to_owned());
    let doubts = boundary.into_iter().chain(deny);
    let users = scope.functions_of_role(&role.arn).iter().map(|it| it.name.as_str());
    let users = format!("used by {}", join(users));
    let allowed = statements.iter().map(|(policy, label)| format!("policy {policy}, statement {label}"));
    let evidence: Vec<_> = allowed.chain([users]).chain(doubts.clone()).collect();
    let message = format!("role {} may do everything in the account", role.name);
    let confidence = (doubts.count() > 0).then_some(Confidence::Medium);
    Ok(Verdict::fail(Problem { evidence, confidence, ..Problem::new(message) }))
}

/// Whether the boundary leaves the role its power: there is none, or it allows everything itself.
fn boundary(role: &Role, administrator: &Document) -> Result<bool, Gap> {
    let Some(boundary) = role.boundary.read()? else {
        return Ok(true);
    };
    let document = read(boundary, administrator)?;
    Ok(document.is_none_or(|it| !policy::everything(&[(&boundary.name, it)]).is_empty()))
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
        role.inline.push(inventory::NamedPolicy {
            name: "orders".into(),
            document: policy(json!({ "Version": "2012-10-17", "Statement": [statement] })),
        });
    }
    account
}

#[cfg(test)]
mod tests;
