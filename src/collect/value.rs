//! From AWS's words to facts.

use crate::call::{About, Caller};
use inventory::{Arn, Call, Fact, Gap, Listing, Reason, Variable};
use policy::Document;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

impl Caller<'_> {
    /// An enumeration's value. One that we do not know is unread: it may mean anything.
    pub(crate) fn word<T: DeserializeOwned>(
        &self,
        call: Call,
        about: About<'_>,
        word: Option<&str>,
    ) -> Fact<T> {
        let Some(word) = word else {
            return Fact::Unread(self.gap(call, about, Reason::Malformed, "a required value is missing"));
        };
        match serde_json::from_value(Value::from(word)) {
            Ok(value) => Fact::Known(value),
            Err(_) => Fact::Unread(self.gap(
                call,
                about,
                Reason::Malformed,
                "a value that this version does not know",
            )),
        }
    }

    /// A policy document, its shared secrets masked. One without statements is none.
    pub(crate) fn document(&self, call: Call, about: About<'_>, text: Option<&str>) -> Fact<Document> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Fact::Absent;
        };
        match Document::parse(text).or_else(|error| Document::parse(&unescaped(text).ok_or(error)?)) {
            Ok(document) if document.statements.is_empty() => Fact::Absent,
            Ok(document) => Fact::Known(document.masked()),
            Err(error) => {
                let message = format!("not a policy document: {error}");
                Fact::Unread(self.gap(call, about, Reason::Malformed, message))
            }
        }
    }
}

/// API Gateway gives policies as the inside of a JSON string, with every quote escaped.
fn unescaped(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{text}\"")).ok()
}

/// What the stages of an API say of their variables, as far as a URI needs it. The values are not kept.
pub(crate) type StageVariables<'a> = Result<Vec<&'a HashMap<String, String>>, Gap>;

/// The functions that the URI of an integration invokes. Where a stage variable is part of it
/// (`${stageVariables.NAME}`), each stage that has the variable gives one.
pub(crate) fn functions_of_uri(uri: Option<&str>, stages: &StageVariables<'_>) -> Listing<String> {
    let Some(uri) = uri else { return Listing::complete(Vec::new()) };
    if !uri.contains(STAGE_VARIABLE) {
        return Listing::complete(Arn::function_of_uri(uri).into_iter().collect());
    }
    let stages = match stages {
        Ok(stages) => stages,
        Err(gap) => return Listing::cut(Vec::new(), gap.clone()),
    };
    // Without the variable a stage invokes nothing.
    let filled: Vec<_> = stages.iter().filter_map(|variables| filled(uri, variables)).collect();
    let mut functions: Vec<_> = filled.iter().filter_map(|uri| Arn::function_of_uri(uri)).collect();
    functions.sort();
    functions.dedup();
    Listing::complete(functions)
}

/// What is not known of authorizers whose function a stage variable names: which one that is. No read
/// failed, so nobody is to grant anything.
pub(crate) fn unresolved<'a>(
    caller: Caller<'_>,
    call: Call,
    about: About<'_>,
    mut uris: impl Iterator<Item = Option<&'a str>>,
) -> Option<Gap> {
    uris.any(|uri| uri.is_some_and(|uri| uri.contains(STAGE_VARIABLE))).then(|| {
        let message = "an authorizer names its function by a stage variable";
        Gap { not_asked: true, ..caller.gap(call, about, Reason::Unavailable, message) }
    })
}

/// How a stage variable begins in a URI.
const STAGE_VARIABLE: &str = "${stageVariables.";

/// The URI with every stage variable replaced; nothing where the stage lacks one of them.
fn filled(uri: &str, variables: &HashMap<String, String>) -> Option<String> {
    let mut parts = uri.split(STAGE_VARIABLE);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        text.push_str(variables.get(name)?);
        text.push_str(rest);
    }
    Some(text)
}

/// Tags, from an answer that would hold them.
pub(crate) fn tags(tags: Option<HashMap<String, String>>) -> Fact<BTreeMap<String, String>> {
    tags.filter(|tags| !tags.is_empty()).map(|tags| tags.into_iter().collect()).into()
}

/// Variables judged and stripped of their values, by name.
pub(crate) fn variables(variables: Option<&HashMap<String, String>>) -> Vec<Variable> {
    let judge = |(name, value): (&String, &String)| Variable::judge(name, value);
    let mut variables: Vec<_> = variables.into_iter().flatten().map(judge).collect();
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stage_variables_name_functions() {
        let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}");
        let stage = |name: &str| HashMap::from([("fn".to_owned(), name.to_owned())]);
        let (live, test, other) = (stage("orders:live"), stage("orders-test"), HashMap::new());
        let uri = format!(
            "arn:aws:apigateway:eu-west-1:lambda:path/1/functions/{}/invocations",
            arn("${stageVariables.fn}")
        );
        let functions = |stages: &StageVariables<'_>| functions_of_uri(Some(&uri), stages);
        assert_eq!(
            functions(&Ok(vec![&live, &test, &other])).all().unwrap(),
            [arn("orders"), arn("orders-test")]
        );
        assert!(functions(&Ok(vec![&other])).all().unwrap().is_empty());
        assert!(functions(&Err(Gap::default())).all().is_err());
        let plain = functions_of_uri(Some(&arn("f")), &Err(Gap::default()));
        assert_eq!(plain.all().unwrap(), [arn("f")]);
    }

    #[test]
    fn escaped_policies_are_read() {
        let text = r#"{\"Version\":\"2012-10-17\"}"#;
        assert_eq!(unescaped(text).as_deref(), Some(r#"{"Version":"2012-10-17"}"#));
    }
}
