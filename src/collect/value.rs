//! From AWS's words to facts.

use crate::call::{About, Caller};
use inventory::{Call, Fact, Reason, Variable};
use policy::Document;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;

impl Caller<'_> {
    /// An enumeration's value. One that we do not know is unread: it may mean anything.
    pub(crate) fn word<T: DeserializeOwned>(
        &self,
        call: Call,
        about: About<'_>,
        word: Option<&str>,
    ) -> Fact<T> {
        let Some(word) = word else {
            return Fact::Absent;
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
    fn escaped_policies_are_read() {
        let text = r#"{\"Version\":\"2012-10-17\"}"#;
        assert_eq!(unescaped(text).as_deref(), Some(r#"{"Version":"2012-10-17"}"#));
    }
}
