//! Identity policies that allow everything.

use crate::pattern::Pattern;
use crate::{Actions, Document, Effect, Resources, Statement};

/// An action of any service.
const ANY_ACTION: &str = "?*:?*";
/// A resource, whichever.
const ANY_RESOURCE: &str = "?*";

/// An Allow on every resource, without conditions.
struct Broad<'a> {
    policy: &'a str,
    label: String,
    actions: &'a Actions,
}

/// The statements of identity policies that together allow every action on every resource, by policy
/// name and statement label; empty where they do not.
///
/// A Deny of some actions or resources changes nothing here: the rest is still nearly everything. A
/// Deny without conditions that leaves nothing, or only some named services that are not IAM, does.
pub fn everything<'a>(policies: &[(&'a str, &'a Document)]) -> Vec<(&'a str, String)> {
    let mut broad = Vec::new();
    for (policy, document) in policies {
        for (index, statement) in document.statements.iter().enumerate() {
            match statement.effect {
                Effect::Deny if leaves_little(statement) => return Vec::new(),
                Effect::Allow if is_on_every_resource(statement) => {
                    broad.push(Broad { policy, label: statement.label(index), actions: &statement.actions });
                }
                _ => {}
            }
        }
    }
    let any = Pattern::new(ANY_ACTION);
    let needed = broad.iter().find_map(|one| exempted(one.actions, &broad));
    let mut found = broad;
    found.retain(|one| match &needed {
        _ if permits(one.actions, &any) => true,
        Some((whole, parts)) => one.actions == *whole || parts.iter().any(|part| permits(one.actions, part)),
        None => false,
    });
    found.into_iter().map(|one| (one.policy, one.label)).collect()
}

/// The actions that a `NotAction` leaves out, if the other statements allow each of them.
fn exempted<'a>(actions: &'a Actions, all: &[Broad]) -> Option<(&'a Actions, Vec<Pattern>)> {
    let Actions::AllBut(list) = actions else {
        return None;
    };
    let parts: Vec<_> = list.iter().map(|text| Pattern::action(text)).collect();
    let allowed = |part| all.iter().any(|one| permits(one.actions, part));
    parts.iter().all(allowed).then_some((actions, parts))
}

/// Whether every action that matches the pattern is among these.
fn permits(actions: &Actions, wanted: &Pattern) -> bool {
    match actions {
        Actions::Only(list) => list.iter().any(|text| Pattern::action(text).covers(wanted)),
        Actions::AllBut(list) => !list.iter().any(|text| Pattern::action(text).overlaps(wanted)),
    }
}

fn is_on_every_resource(statement: &Statement) -> bool {
    let any = Pattern::new(ANY_RESOURCE);
    statement.conditions.is_empty()
        && match &statement.resources {
            Some(Resources::Only(list)) => list.iter().any(|text| Pattern::new(text).covers(&any)),
            Some(Resources::AllBut(list)) => !list.iter().any(|text| Pattern::new(text).overlaps(&any)),
            None => false,
        }
}

/// Whether a Deny leaves at most some actions or resources of named services other than IAM: with
/// IAM's, the Deny itself could be taken away.
fn leaves_little(statement: &Statement) -> bool {
    let any = Pattern::new(ANY_ACTION);
    let actions = match &statement.actions {
        Actions::Only(_) => permits(&statement.actions, &any),
        Actions::AllBut(list) => list.iter().all(|text| is_harmless(text.split(':').next())),
    };
    let resources = match &statement.resources {
        Some(Resources::AllBut(list)) => list.iter().all(|text| is_harmless(text.split(':').nth(2))),
        _ => is_on_every_resource(statement),
    };
    actions && resources && statement.conditions.is_empty()
}

fn is_harmless(service: Option<&str>) -> bool {
    let fixed = |service: &str| !service.contains(['*', '?', '$']);
    service.is_some_and(|it| fixed(it) && !it.is_empty() && !it.eq_ignore_ascii_case("iam"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn labels(statements: &Value) -> Vec<String> {
        let document = Document::from_value(&json!({ "Statement": statements })).unwrap();
        let found = everything(&[("p", &document)]);
        found.into_iter().map(|(_, label)| label).collect()
    }

    fn allow(element: &str, actions: &Value) -> Value {
        json!({ "Effect": "Allow", element: actions, "Resource": "*" })
    }

    #[test]
    fn every_way_to_allow_everything_is_seen() {
        for statement in [
            allow("Action", &json!("*")),
            allow("Action", &json!("*:*")),
            allow("Action", &json!(["s3:*", "**"])),
            allow("NotAction", &json!([])),
            allow("NotAction", &json!("nothing")),
            json!({ "Effect": "Allow", "Action": "*", "NotResource": [] }),
            json!({ "Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::b", "*"] }),
        ] {
            assert_eq!(labels(&statement), ["#1"], "{statement}");
        }
    }

    #[test]
    fn what_falls_short_of_everything_is_not() {
        for statement in [
            allow("Action", &json!(["s3:*", "iam:*"])),
            allow("Action", &json!("s3*")),
            allow("NotAction", &json!("iam:*")),
            allow("NotAction", &json!("*")),
            json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b/*" }),
            json!({ "Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*" }),
            json!({ "Effect": "Deny", "Action": "*", "Resource": "*" }),
            json!({ "Effect": "Allow", "Action": "*", "Resource": "*",
                    "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } }),
        ] {
            assert!(labels(&statement).is_empty(), "{statement}");
        }
    }

    #[test]
    fn statements_add_up() {
        let power = allow("NotAction", &json!(["iam:*", "account:*"]));
        let iam = allow("Action", &json!("IAM:*"));
        let account = allow("NotAction", &json!("s3:*"));
        let s3 = allow("Action", &json!("s3:Get*"));
        assert_eq!(labels(&json!([power, iam, account])), ["#1", "#2", "#3"]);
        assert!(labels(&json!([power, iam, s3])).is_empty());
        let root = allow("Action", &json!("*"));
        assert_eq!(labels(&json!([s3, root])), ["#2"]);
        let (power, iam) = (
            Document::from_value(&json!({ "Statement": [power, account] })).unwrap(),
            Document::from_value(&json!({ "Statement": iam })).unwrap(),
        );
        let both = everything(&[("power", &power), ("iam", &iam)]);
        assert_eq!(both.iter().map(|(policy, _)| *policy).collect::<Vec<_>>(), ["power", "power", "iam"]);
    }

    #[test]
    fn only_a_deny_that_leaves_little_voids() {
        let root = allow("Action", &json!("*"));
        let deny = |actions: Value, resources: Value| {
            let mut deny = json!({ "Effect": "Deny" });
            let elements = deny.as_object_mut().unwrap();
            elements.extend(actions.as_object().unwrap().clone());
            elements.extend(resources.as_object().unwrap().clone());
            labels(&json!([root, deny])).is_empty()
        };
        let (all, on_all) = (json!({ "Action": "*" }), json!({ "Resource": "*" }));
        assert!(deny(all.clone(), on_all.clone()));
        assert!(deny(json!({ "NotAction": ["s3:*", "logs:Put*"] }), on_all.clone()));
        assert!(deny(json!({ "NotAction": [] }), on_all.clone()));
        assert!(deny(all.clone(), json!({ "NotResource": "arn:aws:s3:::b*" })));
        assert!(!deny(json!({ "Action": "s3:*" }), on_all.clone()));
        assert!(!deny(json!({ "NotAction": "*" }), on_all.clone()));
        assert!(!deny(json!({ "NotAction": ["s3:*", "iam:*"] }), on_all));
        assert!(!deny(all.clone(), json!({ "Resource": "arn:aws:s3:::b" })));
        assert!(!deny(all, json!({ "NotResource": "arn:*:*:*:*:*" })));
        let unless = json!({ "Effect": "Deny", "Action": "*", "Resource": "*",
                             "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
        assert_eq!(labels(&json!([root, unless])), ["#1"]);
    }
}
