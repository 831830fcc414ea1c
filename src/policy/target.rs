//! What a statement is about: actions and resources.
//!
//! What an Allow might mean and what a Deny certainly means differ: a policy variable can be
//! anything for the one and is nothing for the other.

use crate::pattern::Pattern;
use crate::{Actions, Request, Resources, Statement};

impl Statement {
    /// Whether the statement can be about some of what is asked.
    pub(crate) fn may_concern(&self, request: &Request, variables: bool) -> bool {
        let target = Target::new(request, variables);
        let action = match &self.actions {
            Actions::Only(list) => target.some_action(list),
            Actions::AllBut(list) => !target.every_action(list),
        };
        action
            && match &self.resources {
                None => true,
                Some(Resources::Only(list)) => target.some_resource(list),
                Some(Resources::AllBut(list)) => !target.every_resource(list),
            }
    }

    /// Whether the statement is certainly about all of what is asked.
    pub(crate) fn must_concern(&self, request: &Request, variables: bool) -> bool {
        let target = Target::new(request, variables);
        let action = match &self.actions {
            Actions::Only(list) => target.every_action(list),
            Actions::AllBut(list) => !target.some_action(list),
        };
        action
            && match &self.resources {
                None => true,
                Some(Resources::Only(list)) => target.every_resource(list),
                Some(Resources::AllBut(list)) => !target.some_resource(list),
            }
    }
}

/// What is asked; it may hold wildcards itself and stands for many requests then.
struct Target<'a> {
    action: Pattern,
    resource: Pattern,
    arn: &'a str,
    variables: bool,
}

impl<'a> Target<'a> {
    fn new(request: &Request<'a>, variables: bool) -> Self {
        Self {
            action: Pattern::action(request.action),
            resource: Pattern::question(request.resource),
            arn: request.resource,
            variables,
        }
    }

    fn some_action(&self, list: &[String]) -> bool {
        let mut patterns = list.iter().map(|text| Pattern::action(text));
        patterns.any(|pattern| pattern.overlaps(&self.action))
    }

    fn every_action(&self, list: &[String]) -> bool {
        let mut patterns = list.iter().map(|text| Pattern::action(text));
        patterns.any(|pattern| pattern.covers(&self.action))
    }

    fn some_resource(&self, list: &[String]) -> bool {
        let mut texts = list.iter().map(|text| self.at_widest(self.in_full(text)));
        texts.any(|text| {
            let widest = if self.variables { without_variables(&text) } else { text };
            Pattern::new(&widest).overlaps(&self.resource)
        })
    }

    fn every_resource(&self, list: &[String]) -> bool {
        let mut texts = list.iter().map(|text| self.in_full(text));
        texts.any(|text| {
            let certain = !(self.variables && text.contains("${"));
            certain && Pattern::new(&text).covers(&self.resource)
        })
    }

    /// In an API's own policy, `execute-api:/prod/*` is short for the API's ARN and `/prod/*`.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
    fn in_full(&self, text: &str) -> String {
        match (text.strip_prefix("execute-api:/"), self.api()) {
            (Some(rest), Some(api)) => format!("{api}/{rest}"),
            _ => text.into(),
        }
    }

    /// A resource `…:API_ID/` may be the whole API: AWS's page on the authorization flow writes it so.
    fn at_widest(&self, text: String) -> String {
        match self.api() {
            Some(api) if text.trim_end_matches('/') == api => format!("{api}/*"),
            _ => text,
        }
    }

    /// The ARN of the API that is asked for, if one is.
    fn api(&self) -> Option<&str> {
        self.arn.split('/').next().filter(|api| api.contains(":execute-api:"))
    }
}

/// The pattern with `*` for every policy variable.
fn without_variables(text: &str) -> String {
    let mut parts = text.split("${");
    let mut widest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('}').map_or("", |(_, rest)| rest);
        widest = format!("{widest}*{rest}");
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
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
        let request = Request { action, resource, owner: "", signed: true, context: &[] };
        let [statement] = document.statements.as_slice() else {
            panic!("one statement");
        };
        (statement.may_concern(&request, true), statement.must_concern(&request, true))
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
        ] {
            assert_eq!(concerns(&target, "lambda:InvokeFunction", FUNCTION), expected, "{target}");
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
}
