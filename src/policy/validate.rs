//! What AWS refuses to attach, although it is a policy.

use crate::json::{Parsed, Place};
use crate::{Actions, Document, ParseError, Principal, Principals, Resources, Statement};

/// What a policy is attached to, and so what it may say.
///
/// ```
/// use policy::{Document, PolicyType};
///
/// let text = r#"{ "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } }"#;
/// let policy = Document::parse(text)?;
/// assert!(policy.validate(PolicyType::Identity).is_ok());
/// let refused = policy.validate(PolicyType::Resource).unwrap_err();
/// assert_eq!(refused.place, "Statement[0]");
/// # Ok::<(), policy::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyType {
    /// A user, group or role; boundaries and session policies too.
    Identity,
    /// A resource: a bucket, a function, a key, a role that it says who may assume.
    Resource,
    /// The principals of accounts of an organization.
    ServiceControl,
    /// The resources of accounts of an organization.
    ResourceControl,
}

impl Document {
    /// Checks what depends on where a policy is attached.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes>
    ///
    /// # Errors
    /// What AWS would refuse, with the place.
    pub fn validate(&self, policy_type: PolicyType) -> Result<(), ParseError> {
        self.check(policy_type, Place::Top("document"))
    }

    /// The same for a policy that stands somewhere in a larger text.
    pub(crate) fn check(&self, policy_type: PolicyType, place: Place) -> Parsed<()> {
        let list = Place::Field(&place, "Statement");
        let mut statements = self.statements.iter().enumerate();
        statements
            .try_for_each(|(index, statement)| check(statement, policy_type, Place::Index(&list, index)))
    }
}

fn check(statement: &Statement, policy_type: PolicyType, place: Place) -> Parsed<()> {
    let (Actions::Only(actions) | Actions::AllBut(actions)) = &statement.actions;
    if actions.is_empty() {
        return place.fail("names no action");
    }
    if let Some(Resources::Only(list) | Resources::AllBut(list)) = &statement.resources
        && list.is_empty()
    {
        return place.fail("names no resource");
    }
    match policy_type {
        PolicyType::Identity | PolicyType::ServiceControl => of_principals(statement, actions, place),
        PolicyType::Resource | PolicyType::ResourceControl => of_resources(statement, policy_type, place),
    }
}

/// Who is meant is whoever the policy is attached to; which resources are not.
fn of_principals(statement: &Statement, actions: &[String], place: Place) -> Parsed<()> {
    if statement.principals.is_some() {
        return place.fail("has `Principal` or `NotPrincipal`, which only a policy of a resource may have");
    }
    if let Some(action) = actions.iter().find(|action| *action != "*" && !action.contains(':')) {
        return place.fail(format!("the action `{action}` names no service, such as s3:GetObject"));
    }
    let Some(Resources::Only(list) | Resources::AllBut(list)) = &statement.resources else {
        return place.fail("has neither `Resource` nor `NotResource`");
    };
    match list.iter().find(|text| *text != "*" && !text.starts_with("arn:")) {
        Some(text) => place.fail(format!("the resource `{text}` must be an ARN or \"*\"")),
        None => Ok(()),
    }
}

/// Which resource is meant may be left out; who is not.
fn of_resources(statement: &Statement, policy_type: PolicyType, place: Place) -> Parsed<()> {
    match &statement.principals {
        None => place.fail("has neither `Principal` nor `NotPrincipal`"),
        Some(Principals::Only(list) | Principals::AllBut(list)) if list.is_empty() => {
            place.fail("names no principal")
        }
        Some(Principals::Only(list)) if *list == [Principal::Anyone] => Ok(()),
        Some(_) if policy_type == PolicyType::ResourceControl => place.fail("`Principal` must be \"*\""),
        Some(_) => Ok(()),
    }
}
