//! What a statement is about: actions and resources.
//!
//! What an Allow might mean and what a Deny certainly means differ: a policy variable can be
//! anything for the one and is nothing for the other.

use crate::pattern::Pattern;
use crate::variables::{self, Reading};
use crate::{Actions, Resources, Statement, Version};

/// What is asked for; where it holds wildcards it stands for many requests.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    action: Pattern,
    resource: Pattern,
}

impl Question {
    /// `*` and `?` are wildcards in both; `{` in a resource is any text without a slash.
    pub(crate) fn new(action: &str, resource: &str) -> Self {
        Self { action: Pattern::action(action), resource: Pattern::question(resource) }
    }

    /// An action that is on no resource: policies name it with `*`.
    pub(crate) fn without_resource(action: &str) -> Self {
        Self { action: Pattern::action(action), resource: Pattern::literal("*") }
    }

    /// The resource asked for, as a question writes it.
    pub(crate) fn resource(&self) -> String {
        self.resource.written()
    }

    fn some_resource(&self, listed: &Listed<Resource>) -> bool {
        listed.items.iter().any(|it| it.widest.overlaps(&self.resource))
    }

    fn every_resource(&self, listed: &Listed<Resource>) -> bool {
        let mut certain = listed.items.iter().filter_map(|it| it.certain.as_ref());
        certain.any(|pattern| pattern.covers(&self.resource))
    }
}

/// What the policy of a statement is attached to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Home<'a> {
    /// A principal, or what bounds it.
    Identity,
    /// The resource that is asked for.
    Resource,
    /// The API with that ARN.
    Api(&'a str),
}

impl<'a> Home<'a> {
    /// That of the policy of a resource.
    pub(crate) fn of(resource: &'a str) -> Self {
        let api = resource.split('/').next().filter(|api| api.contains(":execute-api:"));
        api.map_or(Self::Resource, Self::Api)
    }
}

/// The actions and resources of a statement, ready for comparison.
#[derive(Debug)]
pub(crate) struct Target {
    actions: Listed<Pattern>,
    resources: Option<Listed<Resource>>,
}

/// Those listed, or all but those.
#[derive(Debug)]
struct Listed<T> {
    items: Vec<T>,
    but: bool,
}

impl<T> Listed<T> {
    fn read(list: &[String], but: bool, read: impl Fn(&str) -> Vec<T>) -> Self {
        Self { items: list.iter().flat_map(|text| read(text)).collect(), but }
    }
}

/// A resource as a statement names it.
#[derive(Debug)]
struct Resource {
    /// All that it may stand for.
    widest: Pattern,
    /// What it stands for in any case; nothing where a policy variable decides.
    certain: Option<Pattern>,
    /// The keys, lower case, whose values stand in it: without them it stands for nothing.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value>
    keys: Vec<String>,
}

impl Target {
    /// What the statement of such a policy is about.
    pub(crate) fn of(statement: &Statement, version: Version, home: Home) -> Self {
        let resource = |text: &str| Resource::read(text, version == Version::V2012, home);
        let action = |text: &str| vec![Pattern::action(text)];
        let actions = match &statement.actions {
            Actions::Only(list) => Listed::read(list, false, action),
            Actions::AllBut(list) => Listed::read(list, true, action),
        };
        let resources = statement.resources.as_ref().map(|resources| match resources {
            Resources::Only(list) => Listed::read(list, false, resource),
            Resources::AllBut(list) => Listed::read(list, true, resource),
        });
        Self { actions, resources }
    }

    /// Whether every action that matches the pattern is among the statement's.
    pub(crate) fn names_all(&self, actions: &Pattern) -> bool {
        let listed = &self.actions;
        if listed.but {
            !listed.items.iter().any(|pattern| pattern.overlaps(actions))
        } else {
            listed.items.iter().any(|pattern| pattern.covers(actions))
        }
    }

    /// Whether some action that matches the pattern is among the statement's.
    pub(crate) fn names_some(&self, actions: &Pattern) -> bool {
        let listed = &self.actions;
        if listed.but {
            !listed.items.iter().any(|pattern| pattern.covers(actions))
        } else {
            listed.items.iter().any(|pattern| pattern.overlaps(actions))
        }
    }

    /// Whether the statement can be about some of what is asked.
    pub(crate) fn may_concern(&self, question: &Question) -> bool {
        self.names_some(&question.action)
            && self.resources.as_ref().is_none_or(|listed| {
                if listed.but { !question.every_resource(listed) } else { question.some_resource(listed) }
            })
    }

    /// How the statement can be about some of what is asked: the keys that it takes in each way, since
    /// without them a policy variable is nothing, and whether it is certain then.
    pub(crate) fn concerns(&self, question: &Question) -> Vec<(&[String], bool)> {
        let Some(listed) = self.resources.as_ref().filter(|listed| !listed.but) else {
            let certain = |listed: &Listed<Resource>| listed.items.iter().all(|it| it.certain.is_some());
            return vec![(&[], self.resources.as_ref().is_none_or(certain))];
        };
        let concerned = listed.items.iter().filter(|it| it.widest.overlaps(&question.resource));
        concerned.map(|it| (it.keys.as_slice(), it.certain.is_some())).collect()
    }

    /// The keys of each resource that a `NotResource` may spare of those asked about: where requests
    /// have them, the statement is not certainly about it.
    pub(crate) fn spares(&self, question: &Question) -> Vec<Vec<String>> {
        let listed = self.resources.iter().filter(|listed| listed.but);
        let spared = listed.flat_map(|it| &it.items).filter(|it| it.widest.overlaps(&question.resource));
        spared.map(|it| it.keys.clone()).collect()
    }

    /// Whether the statement is certainly about all of what is asked, where requests may have those
    /// keys only: others can be no policy variable.
    pub(crate) fn must_concern(&self, may_have: impl Fn(&str) -> bool, question: &Question) -> bool {
        let usable = |it: &&Resource| it.keys.iter().all(|key| may_have(key));
        self.names_all(&question.action)
            && self.resources.as_ref().is_none_or(|listed| {
                if listed.but {
                    let mut spared = listed.items.iter().filter(usable);
                    !spared.any(|it| it.widest.overlaps(&question.resource))
                } else {
                    question.every_resource(listed)
                }
            })
    }

    /// What is asked, in the parts that the statement names, where requests may have those keys only: a
    /// Deny may be about all of a part and not about the whole.
    pub(crate) fn parts(&self, may_have: impl Fn(&str) -> bool, question: &Question) -> Vec<Part> {
        let whole = |certain| Part { question: question.clone(), certain };
        let Some(listed) = self.resources.as_ref().filter(|listed| !listed.but) else {
            return vec![whole(true)];
        };
        let usable = listed.items.iter().filter(|it| it.keys.iter().all(|key| may_have(key)));
        let concerned = usable.filter(|it| it.widest.overlaps(&question.resource));
        let parts = |resource: &Resource| {
            let Some(certain) = &resource.certain else {
                return vec![whole(false)];
            };
            if certain.covers(&question.resource) {
                return vec![whole(true)];
            }
            let Some(common) = certain.common(&question.resource) else {
                return vec![whole(false)];
            };
            let part = |resource| Part { question: Question { resource, ..question.clone() }, certain: true };
            common.into_iter().map(part).collect()
        };
        concerned.flat_map(parts).collect()
    }
}

/// A part of what is asked.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) question: Question,
    /// False where it may be less: what a policy variable leaves, or wildcards that overlap in many ways.
    pub(crate) certain: bool,
}

impl Resource {
    /// What the text can stand for, in one way or several.
    fn read(text: &str, has_variables: bool, home: Home) -> Vec<Self> {
        let full = match (text.strip_prefix("execute-api:/"), home) {
            // In an API's own policy, `execute-api:/prod/*` is short for the API's ARN and `/prod/*`.
            // <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
            (Some(rest), Home::Api(api)) => format!("{api}/{rest}"),
            _ => text.to_owned(),
        };
        let pattern = |text: &str| Pattern::resource(text, matches!(home, Home::Identity));
        if has_variables && variables::occur_in(&full) {
            let readings = variables::readings(&full).into_iter();
            let of = |it: Reading| Self { widest: pattern(&it.widest), certain: None, keys: it.needed };
            return readings.map(of).collect();
        }
        let widest = match home {
            // `…:API_ID/` may be the whole API: AWS's page on the authorization flow writes it so.
            Home::Api(api) if full.trim_end_matches('/') == api => pattern(&format!("{api}/*")),
            _ => pattern(&full),
        };
        vec![Self { widest, certain: Some(pattern(&full)), keys: Vec::new() }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Case, Document, Verdict, decide};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";
    const METHOD: &str = "arn:aws:execute-api:eu-west-1:111122223333:abc/*/GET/orders";

    /// Whether the statement can, and whether it must, be about the request.
    fn concerns(target: &Value, action: &str, resource: &str) -> (bool, bool) {
        let mut statement = json!({ "Effect": "Allow" });
        let elements = statement.as_object_mut().unwrap();
        elements.extend(target.as_object().unwrap().clone());
        let document = json!({ "Version": "2012-10-17", "Statement": statement });
        let document = Document::from_value(&document).unwrap();
        let target = Target::of(&document.statements[0], Version::V2012, Home::of(resource));
        let question = Question::new(action, resource);
        (target.may_concern(&question), target.must_concern(|_| true, &question))
    }

    #[test]
    fn actions_and_resources_match_as_aws_matches_them() {
        let (both, neither, perhaps) = ((true, true), (false, false), (true, false));
        for (target, expected) in [
            (json!({ "Action": "LAMBDA:invoke*" }), both),
            (json!({ "Action": ["s3:*", "*"] }), both),
            (json!({ "Action": "*:*" }), both),
            (json!({ "Action": "lambda:Get*" }), neither),
            (json!({ "Action": [] }), neither),
            (json!({ "NotAction": "lambda:Get*" }), both),
            (json!({ "NotAction": "lambda:*" }), neither),
            (json!({ "NotAction": [] }), both),
            (json!({ "Action": "*", "Resource": FUNCTION }), both),
            (json!({ "Action": "*", "Resource": FUNCTION.to_uppercase() }), neither),
            (json!({ "Action": "*", "Resource": format!("{FUNCTION}:live") }), neither),
            (json!({ "Action": "*", "Resource": "arn:aws:lambda:*:function:?" }), both),
            (json!({ "Action": "*", "Resource": "arn:aws:lambda:*:function:${aws:username}" }), perhaps),
            (json!({ "Action": "*", "NotResource": "arn:aws:lambda:*:function:${aws:username}" }), perhaps),
            (json!({ "Action": "*", "NotResource": "arn:aws:s3:::*" }), both),
            (json!({ "Action": "*", "NotResource": "*" }), neither),
            // Within a field a wildcard stands for no colon.
            (json!({ "Action": "*", "Resource": "arn:aws:lambda:?u-west-1:111122223333:*" }), both),
            (json!({ "Action": "*", "Resource": "arn:aws:lambda:e*?1:111122223333:*" }), both),
            (json!({ "Action": "*", "Resource": "arn:aws:lambda:e*f:111122223333:*" }), neither),
            (json!({ "Action": "*", "NotResource": "arn:aws:lambda:?*1:function:f" }), both),
            (json!({ "Action": "*", "Resource": "arn:aws:lambda" }), neither),
        ] {
            assert_eq!(concerns(&target, "lambda:InvokeFunction", FUNCTION), expected, "{target}");
        }
    }

    #[test]
    fn a_question_about_many_actions_is_answered_for_some_and_for_all() {
        for (target, expected) in [
            (json!({ "Action": "lambda:Get*" }), (true, false)),
            (json!({ "Action": ["lambda:Get*", "LAMBDA:*"] }), (true, true)),
            (json!({ "NotAction": "lambda:Get*" }), (true, false)),
            (json!({ "NotAction": "s3:*" }), (true, true)),
        ] {
            assert_eq!(concerns(&target, "lambda:*", FUNCTION), expected, "{target}");
        }
    }

    #[test]
    fn a_question_about_many_resources_is_answered_for_some_and_for_all() {
        let api = METHOD.split('/').next().unwrap();
        for (resource, expected) in [
            ("execute-api:/*".to_owned(), (true, true)),
            ("execute-api:/*/GET/*".to_owned(), (true, true)),
            ("execute-api:/prod/GET/orders".to_owned(), (true, false)),
            ("execute-api:/prod/POST/orders".to_owned(), (false, false)),
            (format!("{api}/prod/*"), (true, false)),
            (format!("{api}/*"), (true, true)),
            (format!("{api}/"), (true, false)),
        ] {
            let target = json!({ "Action": "execute-api:Invoke", "Resource": resource });
            assert_eq!(concerns(&target, "execute-api:Invoke", METHOD), expected, "{target}");
        }
    }

    #[test]
    fn an_identity_policy_may_leave_out_the_last_fields_of_an_arn() {
        for (resource, expected) in [
            ("arn:aws:lambda", true),
            ("arn:aws:lambda:eu-west-1:1111222?3333", true),
            ("arn:aws:lambda:eu-west-?", true),
            ("arn:aws:lambd", false),
            ("arn:aws:lambda:*:999999999999", false),
        ] {
            let text = format!(
                r#"{{ "Statement": {{ "Effect": "Allow", "Action": "*", "Resource": "{resource}" }} }}"#
            );
            let document = Document::parse(&text).unwrap();
            let target = Target::of(&document.statements[0], Version::V2012, Home::Identity);
            let question = Question::new("lambda:InvokeFunction", FUNCTION);
            assert_eq!(target.may_concern(&question), expected, "{resource}");
            assert_eq!(target.must_concern(|_| true, &question), expected, "{resource}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Of one request the answers are those of `decide`.
        #[test]
        fn one_resource_is_matched_as_a_request_is_decided(
            pattern in "arn(:[ab]{0,1}[*?]{0,2}[ab]{0,1}){1,6}",
            arn in "arn(:[ab]{0,2}){5,7}",
            short in any::<bool>(),
        ) {
            let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": pattern });
            let policy = if short { "identityPolicies" } else { "resourcePolicy" };
            let mut case = json!({
                "principal": "arn:aws:iam::111122223333:user/u", "resourceAccount": "111122223333",
                "action": "s3:GetObject", "resource": arn,
            });
            case[policy] = if short {
                let mut statement = statement;
                statement.as_object_mut().unwrap().remove("Principal");
                json!([{ "Statement": statement }])
            } else {
                json!({ "Statement": statement })
            };
            let allowed = decide(&Case::parse(&case.to_string()).unwrap()).decision == Verdict::Allowed;
            let (pattern, asked) = (Pattern::resource(&pattern, short), Pattern::question(&arn));
            prop_assert_eq!(pattern.matches(&arn), allowed);
            prop_assert_eq!(pattern.covers(&asked), allowed);
        }
    }
}
