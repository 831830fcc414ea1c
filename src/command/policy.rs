//! The least policy that some calls need, as data.

use inventory::Call;
use serde::Serialize;
use std::collections::BTreeSet;

/// An IAM policy.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    version: &'static str,
    pub(super) statement: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statement {
    pub(super) sid: &'static str,
    effect: &'static str,
    pub(super) action: Vec<&'static str>,
    pub(super) resource: Vec<String>,
}

impl Policy {
    /// What the calls need; `partition` as it stands in ARNs, `roles` the ones to assume.
    pub(super) fn of(calls: &BTreeSet<Call>, partition: &str, roles: &[String]) -> Self {
        let is_plain = |call: &&Call| call.path().is_none() && **call != Call::StsAssumeRole;
        let plain: BTreeSet<_> = calls.iter().filter(is_plain).map(|it| it.action()).collect();
        let with_path = || calls.iter().filter(|call| call.path().is_some());
        let gets: BTreeSet<_> = with_path().map(|call| call.action()).collect();
        let paths: BTreeSet<_> = with_path().filter_map(|call| call.path()).collect();
        let paths = paths.into_iter();
        let paths = paths.map(|path| format!("arn:{partition}:apigateway:*::{path}"));
        let statements = [
            Statement::allow("Read", plain, vec!["*".into()]),
            Statement::allow("ReadApiGateway", gets, paths.collect()),
            Statement::allow("AssumeRoles", [Call::StsAssumeRole.action()], roles.to_vec()),
        ];
        Self {
            version: "2012-10-17",
            statement: statements.into_iter().filter(Statement::says_something).collect(),
        }
    }
}

impl Statement {
    fn allow(
        sid: &'static str,
        actions: impl IntoIterator<Item = &'static str>,
        resource: Vec<String>,
    ) -> Self {
        Self { sid, effect: "Allow", action: actions.into_iter().collect(), resource }
    }

    fn says_something(&self) -> bool {
        !self.action.is_empty() && !self.resource.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use inventory::CALLS;

    #[test]
    fn every_call_is_allowed_and_nothing_else() {
        let role = "arn:aws-cn:iam::111122223333:role/audit".to_owned();
        let policy = Policy::of(&CALLS.iter().copied().collect(), "aws-cn", std::slice::from_ref(&role));
        let [read, gets, assume] = policy.statement.as_slice() else {
            panic!("three statements");
        };
        let plain = |call: &&Call| call.path().is_none() && **call != Call::StsAssumeRole;
        let expected: BTreeSet<_> = CALLS.iter().filter(plain).map(|it| it.action()).collect();
        assert_eq!(read.action.iter().copied().collect::<BTreeSet<_>>(), expected);
        assert_eq!(gets.action, ["apigateway:GET"]);
        let paths: BTreeSet<_> = CALLS.iter().filter_map(|call| call.path()).collect();
        let arns: Vec<_> = paths.iter().map(|path| format!("arn:aws-cn:apigateway:*::{path}")).collect();
        assert_eq!(gets.resource, arns);
        assert_eq!(
            (assume.action.as_slice(), assume.resource.as_slice()),
            (&["sts:AssumeRole"][..], &[role][..])
        );
    }

    #[test]
    fn one_call_needs_one_action() {
        let policy = Policy::of(&BTreeSet::from([Call::LambdaGetPolicy]), "aws", &[]);
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(
            text,
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":["lambda:GetPolicy"],"Resource":["*"]}]}"#
        );
    }
}
