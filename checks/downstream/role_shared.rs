use crate::examples::{account_with, function, region, role_arn};
use crate::grants::join;
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Function, Role};

check! {
    /// Several functions of the account, in whichever regions, run under one execution role.
    ///
    /// ## Why it matters
    /// The role has to allow what any of its functions needs, so each of them may do the work of all
    /// others: the one that parses uploads may also write to the ledger. Nor can the role be
    /// narrowed without asking who else depends on it.
    ///
    /// ## Fix
    /// Give each function a role of its own:
    ///
    /// ```sh
    /// aws iam create-role --role-name FUNCTION --assume-role-policy-document file://lambda-trust.json
    /// aws iam put-role-policy --role-name FUNCTION --policy-name FUNCTION \
    ///   --policy-document file://only-what-this-function-needs.json
    /// aws lambda update-function-configuration --function-name FUNCTION \
    ///   --role arn:aws:iam::ACCOUNT:role/FUNCTION
    /// ```
    ///
    /// With AWS SAM, leave out `Role` and state `Policies`; each function then gets its own:
    ///
    /// ```yaml
    /// Type: AWS::Serverless::Function
    /// Properties:
    ///   Policies:
    ///     - DynamoDBReadPolicy: { TableName: !Ref Orders }
    /// ```
    "DOWN-004" "role-shared": "Execution role is shared by several functions",
    severity: Severity::Medium,
    controls: &[Control::LeastPrivilege],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "CWE-653",
    ],
    calls: &[Call::LambdaListFunctions, Call::IamGetAccountAuthorizationDetails],
    rules: &[Rule::ExecutionRole(run)],
    bad: || example(&["orders", "payments"]),
    good: || example(&["orders"]),
}

fn run(role: &Role, scope: &Scope) -> Outcome {
    let users = scope.functions_of_role(&role.arn);
    if users.len() < 2 {
        // Another user may hide in a region or a page that nobody could read.
        scope.all_functions_listed()?;
        return Ok(Verdict::Pass);
    }
    let mut users: Vec<_> = users.iter().map(|it| it.arn.as_str()).collect();
    users.sort_unstable();
    let message = format!("{} functions share role {}", users.len(), role.name);
    let evidence = format!("used by {}", join(users.into_iter()));
    Ok(Verdict::fail(Problem::new(message).evidence(evidence)))
}

/// Functions that all run under the role `shared`.
fn example(names: &[&str]) -> Account {
    let under = |name: &&str| Function { role: role_arn("shared"), ..function(name) };
    account_with(region(|it| it.functions.items.extend(names.iter().map(under))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;
    use inventory::Region;

    #[test]
    fn functions_in_other_regions_count() {
        let mut account = example(&["orders"]);
        let elsewhere =
            Function { arn: "arn:elsewhere".into(), ..account.regions.items[0].functions.items[0].clone() };
        let region = region(|it| it.functions.items.push(elsewhere));
        account.regions.items.push(Region { name: "us-east-1".into(), ..region });
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }

    #[test]
    fn a_region_that_nobody_read_may_hide_another_user() {
        let mut account = example(&["orders"]);
        account.regions.items.push(Region::default());
        assert_eq!(outcomes(&CHECK, account), [Kind::Unknown]);
    }

    #[test]
    fn the_evidence_stays_short() {
        let names: Vec<_> = (0..40).map(|number| format!("f{number:02}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let found = findings(&CHECK, example(&names));
        assert!(found[0].message.starts_with("40 functions"), "{}", found[0].message);
        assert!(found[0].evidence[0].ends_with("and 30 more"), "{:?}", found[0].evidence);
    }
}
