//! What AWS refuses to attach, although it is a policy.

use crate::json::{Parsed, Place};
use crate::{Actions, Document, ParseError, Principal, Principals, Resources, Statement};
use std::collections::HashSet;

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
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>
    ///
    /// # Errors
    /// What AWS would refuse, with the place.
    pub fn validate(&self, policy_type: PolicyType) -> Result<(), ParseError> {
        self.check(policy_type, Place::Top("document"))
    }

    /// The same for a policy that stands somewhere in a larger text.
    pub(crate) fn check(&self, policy_type: PolicyType, place: Place) -> Parsed<()> {
        let list = Place::Field(&place, "Statement");
        let mut labels = HashSet::new();
        self.statements.iter().enumerate().try_for_each(|(index, statement)| {
            let place = Place::Index(&list, index);
            // Resources of some services take any text, more than once.
            let label = statement.sid.as_deref().filter(|sid| !sid.is_empty());
            if let Some(sid) = label.filter(|_| policy_type == PolicyType::Identity) {
                if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return place.fail(format!("the `Sid` `{sid}` may have letters and digits only"));
                }
                if !labels.insert(sid) {
                    return place.fail(format!("the `Sid` `{sid}` is that of another statement too"));
                }
            }
            check(statement, policy_type, place)
        })
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn refused(elements: &Value, policy_type: PolicyType) -> Option<String> {
        let mut statement = elements.clone();
        statement["Effect"] = json!("Allow");
        let other = json!({ "Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*" });
        let first = if elements.get("Principal").is_some() { other } else { statement.clone() };
        let document = Document::from_value(&json!({ "Statement": [first, statement] })).unwrap();
        let error = document.validate(policy_type).err()?;
        assert!(error.place == "Statement[0]" || error.place == "Statement[1]", "{error}");
        Some(error.message)
    }

    #[test]
    fn what_a_policy_may_say_depends_on_what_it_is_attached_to() {
        use PolicyType::{Identity, Resource, ResourceControl, ServiceControl};
        let plain = json!({ "Action": "*", "Resource": "*" });
        let anyone = json!({ "Action": "s3:*", "Principal": "*" });
        for (elements, allowed) in [
            (plain, &[Identity, ServiceControl][..]),
            (
                json!({ "Action": ["s3:*", "*"], "Resource": ["arn:aws:s3:::*", "*"] }),
                &[Identity, ServiceControl],
            ),
            (json!({ "NotAction": "s3:*", "NotResource": "arn:aws:s3:::*" }), &[Identity, ServiceControl]),
            (json!({ "Action": "GetObject", "Resource": "*" }), &[]),
            (json!({ "Action": "*", "Resource": "bucket" }), &[]),
            (json!({ "Action": "*" }), &[]),
            (json!({ "Action": [], "Resource": "*" }), &[]),
            (json!({ "NotAction": [], "Resource": "*" }), &[]),
            (json!({ "Action": "*", "Resource": [] }), &[]),
            (anyone, &[Resource, ResourceControl]),
            (json!({ "Action": "SendMessage", "Principal": "*" }), &[Resource, ResourceControl]),
            (json!({ "Action": "*", "Principal": { "AWS": "111122223333" } }), &[Resource]),
            (json!({ "Action": "*", "Principal": { "AWS": [] } }), &[]),
            (json!({ "Action": "*", "Principal": {} }), &[]),
            (json!({ "Action": [], "Principal": "*" }), &[]),
        ] {
            for policy_type in [Identity, Resource, ServiceControl, ResourceControl] {
                let refused = refused(&elements, policy_type);
                assert_eq!(
                    refused.is_none(),
                    allowed.contains(&policy_type),
                    "{elements} {policy_type:?} {refused:?}"
                );
            }
        }
        let spared =
            json!({ "Statement": { "Effect": "Deny", "Action": "*", "NotPrincipal": { "AWS": "1" } } });
        let spared = Document::from_value(&spared).unwrap();
        assert!(spared.validate(Resource).is_ok());
        assert_eq!(spared.validate(ResourceControl).unwrap_err().place, "Statement[0]");
        assert_eq!(spared.validate(Identity).unwrap_err().place, "Statement[0]");
    }

    #[test]
    fn a_policy_that_says_nothing_may_be_attached_anywhere() {
        assert!(Document::default().validate(PolicyType::Identity).is_ok());
        assert!(Document::default().validate(PolicyType::Resource).is_ok());
    }

    #[test]
    fn labels_of_an_identity_policy_are_words_and_differ() {
        let policy = |sids: [&str; 2]| {
            let statement = |sid| json!({ "Sid": sid, "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*" });
            let mut statements = sids.map(statement);
            let resource = Document::from_value(&json!({ "Statement": statements })).unwrap();
            for statement in &mut statements {
                statement.as_object_mut().unwrap().remove("Principal");
            }
            let identity = Document::from_value(&json!({ "Statement": statements })).unwrap();
            assert_eq!(resource.validate(PolicyType::Resource), Ok(()));
            identity.validate(PolicyType::Identity).err().map(|it| it.to_string())
        };
        assert_eq!(policy(["a", "A"]), None);
        assert_eq!(policy(["", ""]), None);
        assert!(policy(["a", "a"]).unwrap().starts_with("Statement[1]"));
        assert!(policy(["a-b", "a"]).unwrap().starts_with("Statement[0]"));
    }
}
