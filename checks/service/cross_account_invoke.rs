use crate::examples::with_permission;
use crate::grants::{self, Opening, SIGNED, join, signed};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Arn, Function, Invocable};
use policy::Audience;
use serde_json::json;
use std::collections::BTreeSet;

check! {
    /// A resource policy of a function, alias or version lets in principals of an account that is
    /// neither its own nor trusted, or a whole organization.
    ///
    /// Trusted accounts are those of the configuration (`trusted_accounts`). A grant to an
    /// organization is reported as low: its members come and go without the function's owner.
    ///
    /// ## Why it matters
    /// Whoever controls the other account invokes the function past every layer in front of it, and
    /// decides who else may. Grants to partners tend to outlive the partnership.
    ///
    /// ## Fix
    /// Remove the grant, or add the account to `trusted_accounts` if it is meant to be there:
    ///
    /// ```sh
    /// aws lambda get-policy --function-name FUNCTION
    /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
    /// ```
    ///
    /// A partner that stays gets one role instead of its account:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Permission
    /// Properties:
    ///   Action: lambda:InvokeFunction
    ///   FunctionName: !Ref FunctionAlias
    ///   Principal: arn:aws:iam::ACCOUNT:role/ROLE
    /// ```
    "SVC-004" "cross-account-invoke": "Function can be used from an untrusted account",
    severity: Severity::Medium,
    controls: &[Control::InvokePermission],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-cross-account.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-organization.html",
        "CWE-284",
    ],
    calls: grants::CALLS,
    rules: &[Rule::Invocable(run)],
    bad: || with_permission(json!({
        "Principal": { "AWS": "arn:aws:iam::999988887777:root" },
        "Action": "lambda:InvokeFunction",
    })),
    good: || with_permission(json!({
        "Principal": { "AWS": "arn:aws:iam::111122223333:role/checkout" },
        "Action": "lambda:InvokeFunction",
    })),
}

fn run(invocable: &Invocable, _: &Function, scope: &Scope) -> Outcome {
    let Some(policy) = invocable.policy.read()? else {
        return Ok(Verdict::Pass);
    };
    let openings = |audience| signed(policy, invocable, scope, &SIGNED, audience..=audience);
    let mut problems = Vec::new();
    for opening in openings(Audience::ForeignAccounts) {
        let problem = outsiders(&opening, scope).map(|who| problem(&opening, invocable, &who));
        problems.extend(problem);
    }
    for opening in openings(Audience::Organization) {
        let who = format!("organization {}", names(&opening));
        let problem = problem(&opening, invocable, &who).severity(Severity::Low);
        // A statement that names both is reported once, for the accounts.
        if !problems.iter().any(|it: &Problem| it.detail == problem.detail) {
            problems.push(problem);
        }
    }
    Ok(Verdict::of(problems))
}

fn problem(opening: &Opening, invocable: &Invocable, who: &str) -> Problem {
    let Opening { grant, actions, .. } = opening;
    let actions = actions.join(", ");
    let message = format!("statement {} lets {who} call {actions} on {}", grant.label, invocable.arn);
    Problem {
        detail: Some(grant.label.clone()),
        evidence: vec![opening.evidence(), grant.reason.clone()],
        confidence: (!grant.exact).then_some(Confidence::Medium),
        ..Problem::new(message)
    }
}

/// The accounts that are let in and not trusted, and the principals of whom no account can be made
/// out that could be trusted; nothing if there are neither.
fn outsiders(opening: &Opening, scope: &Scope) -> Option<String> {
    let (mut accounts, mut others) = (BTreeSet::new(), BTreeSet::new());
    let services = opening.services();
    for name in opening.grant.principals.iter().map(String::as_str) {
        match account(name) {
            Some(id) if scope.trusts(id) => {}
            Some(id) => drop(accounts.insert(id)),
            // The service that acts for an account, or the organization that the account is in.
            None if services.contains(&name) || name.starts_with("o-") => {}
            None => drop(others.insert(name)),
        }
    }
    let told =
        |what, names: BTreeSet<_>| (!names.is_empty()).then(|| format!("{what} {}", join(names.into_iter())));
    let told = [told("account", accounts), told("principals of unknown accounts", others)];
    let told: Vec<_> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" and "))
}

fn names(opening: &Opening) -> String {
    join(opening.grant.principals.iter().map(String::as_str))
}

/// The account in a principal: twelve digits, or an ARN's account.
fn account(principal: &str) -> Option<&str> {
    let account = Arn::parse(principal).map_or(principal, |arn| arn.account);
    let digits = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
    digits.then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::{Kind, evaluate};
    use inventory::{Assumptions, Inventory};
    use serde_json::Value;

    fn granted(principal: &Value) -> inventory::Account {
        with_permission(json!({ "Principal": principal, "Action": "lambda:InvokeFunction" }))
    }

    #[test]
    fn every_form_of_a_foreign_principal_counts() {
        for principal in [
            json!({ "AWS": "999988887777" }),
            json!({ "AWS": "arn:aws:iam::999988887777:user/alice" }),
            json!({ "AWS": "arn:aws:sts::999988887777:assumed-role/ci/run" }),
            json!({ "AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::999988887777:root"] }),
        ] {
            let found = findings(&CHECK, granted(&principal));
            assert_eq!(found[0].outcome, Kind::Fail, "{principal}");
            assert!(found[0].message.contains("account 999988887777"), "{}", found[0].message);
        }
    }

    #[test]
    fn trusted_accounts_and_the_own_one_are_let_in() {
        assert_eq!(outcomes(&CHECK, granted(&json!({ "AWS": "111122223333" }))), [Kind::Pass]);
        let judge = |trusted: &str| {
            let inventory = Inventory {
                accounts: vec![granted(&json!({ "AWS": "999988887777" }))],
                assumptions: Assumptions { trusted_accounts: vec![trusted.into()], ..Assumptions::default() },
                ..Inventory::default()
            };
            evaluate(&inventory, &[CHECK])[0].outcome
        };
        assert_eq!(judge("999988887777"), Kind::Pass);
        assert_eq!(judge("999988887776"), Kind::Fail);
    }

    #[test]
    fn principals_of_unknown_accounts_are_not_forgotten_beside_trusted_ones() {
        let canonical = json!({ "Principal": { "AWS": "999988887777", "CanonicalUser": "79a59d" } });
        let ids = json!({ "StringLike": { "aws:userid": ["AROACKCEVSQ6C2EXAMPLE:*", "999988887777:*"] } });
        for (mut statement, who) in
            [(canonical, "79a59d"), (json!({ "Principal": "*", "Condition": ids }), "AROACKCEVSQ6C2EXAMPLE")]
        {
            statement["Action"] = json!("lambda:InvokeFunction");
            let inventory = Inventory {
                accounts: vec![with_permission(statement)],
                assumptions: Assumptions {
                    trusted_accounts: vec!["999988887777".into()],
                    ..Assumptions::default()
                },
                ..Inventory::default()
            };
            let found = evaluate(&inventory, &[CHECK]);
            assert_eq!((found[0].outcome, found[0].confidence), (Kind::Fail, Confidence::Medium), "{who}");
            assert!(found[0].message.contains(&format!("accounts {who} call")), "{}", found[0].message);
        }
    }

    #[test]
    fn who_may_not_invoke_may_still_change_the_code() {
        let both = json!({
            "Principal": { "AWS": ["999988887777", "777788889999"] }, "Action": "lambda:*",
        });
        let mut account = with_permission(both);
        let deny: policy::Document = serde_json::from_value(json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Deny", "Principal": { "AWS": "777788889999" }, "Action": "lambda:InvokeFunction",
            "Resource": "*",
        } }))
        .unwrap();
        for function in account.regions.items.iter_mut().flat_map(|it| &mut it.functions.items) {
            if let inventory::Fact::Known(policy) = &mut function.policy {
                policy.statements.extend(deny.statements.clone());
            }
        }
        let trusted_accounts = vec!["999988887777".into()];
        let inventory = Inventory {
            accounts: vec![account],
            assumptions: Assumptions { trusted_accounts, ..Assumptions::default() },
            ..Inventory::default()
        };
        let found = evaluate(&inventory, &[CHECK]);
        assert_eq!(found[0].outcome, Kind::Fail);
        assert!(found[0].message.contains("account 777788889999"), "{}", found[0].message);
    }

    #[test]
    fn an_organization_is_worth_a_low_finding() {
        let account = with_permission(json!({
            "Principal": "*",
            "Action": "lambda:InvokeFunction",
            "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
        }));
        let found = findings(&CHECK, account);
        assert_eq!((found[0].outcome, found[0].severity), (Kind::Fail, Severity::Low));
        assert!(found[0].message.contains("o-a1b2c3d4e5"), "{}", found[0].message);
    }

    #[test]
    fn a_source_in_a_foreign_account_counts() {
        let account = with_permission(json!({
            "Principal": { "Service": "sns.amazonaws.com" },
            "Action": "lambda:InvokeFunction",
            "Condition": { "ArnLike": { "aws:SourceArn": "arn:aws:sns:eu-west-1:999988887777:orders" } },
        }));
        assert_eq!(outcomes(&CHECK, account), [Kind::Fail]);
    }

    #[test]
    fn everyone_is_another_checks_business() {
        assert_eq!(outcomes(&CHECK, granted(&json!("*"))), [Kind::Pass]);
    }
}
