//! The request context: what AWS knows of a request besides who, what and on what.

use crate::ParseError;
use crate::json::{Json, Parsed, Place};
use serde::{Deserialize, Deserializer, de};
use std::cmp::Ordering;

/// The condition keys of a request with their values. Names of keys have no case.
///
/// ```
/// use policy::{Context, ContextValue};
///
/// let mut context = Context::default();
/// context.insert("aws:SourceIp", ContextValue::One("203.0.113.7".into()));
/// assert!(context.get("AWS:sourceip").is_some());
/// ```
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Sorted by the key, which is in lower case.
    keys: Vec<(String, ContextValue)>,
}

/// The value of a condition key. AWS gives a key either one value or a list by the key's type, not by
/// how many there are: a list of one is still a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// Of a single-valued key.
    One(String),
    /// Of a multivalued key.
    Many(Vec<String>),
}

impl Context {
    /// Sets a key; what it had before is gone.
    pub fn insert(&mut self, key: &str, value: ContextValue) {
        match self.position(key) {
            Ok(index) => {
                if let Some((_, old)) = self.keys.get_mut(index) {
                    *old = value;
                }
            }
            Err(index) => self.keys.insert(index, (key.to_ascii_lowercase(), value)),
        }
    }

    /// The value of a key, written in any case.
    pub fn get(&self, key: &str) -> Option<&ContextValue> {
        let index = self.position(key).ok()?;
        self.keys.get(index).map(|(_, value)| value)
    }

    /// The one value of a single-valued key.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            ContextValue::One(value) => Some(value),
            ContextValue::Many(_) => None,
        }
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        let order = |own: &str| -> Ordering { own.bytes().cmp(key.bytes().map(lower)) };
        self.keys.binary_search_by(|(own, _)| order(own))
    }

    /// Reads an object of keys; booleans and numbers are taken as text.
    pub(crate) fn read(json: Json, place: Place) -> Parsed<Self> {
        let mut context = Self::default();
        for (key, value) in json.object(place)? {
            let place = Place::Field(&place, &key);
            if context.get(&key).is_some() {
                return place.fail("stands twice: names of keys have no case");
            }
            let value = match value {
                Json::Text(text) | Json::Bare(text) => ContextValue::One(text),
                Json::List(list) => {
                    let items = list.into_iter().enumerate();
                    let texts = items.map(|(index, item)| item.text(Place::Index(&place, index)));
                    ContextValue::Many(texts.collect::<Parsed<_>>()?)
                }
                Json::Null | Json::Object(_) => {
                    return place.fail("must be text or a list of texts; leave a missing key out");
                }
            };
            context.insert(&key, value);
        }
        Ok(context)
    }
}

impl ContextValue {
    /// The values.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::read(json, Place::Top("context")).map_err(|error: ParseError| de::Error::custom(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_keys_have_no_case_and_values_do() {
        let context =
            json!({ "aws:PrincipalTag/Team": "Blue", "AWS:TagKeys": ["a", "B"], "n:n": 7, "b:b": true });
        let context: Context = serde_json::from_value(context).unwrap();
        assert_eq!(context.one("AWS:principaltag/TEAM"), Some("Blue"));
        assert_eq!(context.get("aws:tagkeys").unwrap().values(), ["a", "B"]);
        assert_eq!(context.one("aws:TagKeys"), None);
        assert_eq!((context.one("N:N"), context.one("B:B")), (Some("7"), Some("true")));
        assert_eq!(context.get("aws:username"), None);
    }

    #[test]
    fn what_is_no_context_is_refused_with_its_place() {
        for (text, place) in [
            (r"[]", "context"),
            (r#"{"a:b":{}}"#, "a:b"),
            (r#"{"a:b":null}"#, "a:b"),
            (r#"{"a:b":["x",[]]}"#, "a:b[1]"),
            (r#"{"a:b":"1","A:B":"2"}"#, "A:B"),
            (r#"{"a:b":"1","a:b":"1"}"#, "context"),
        ] {
            let error = serde_json::from_str::<Context>(text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{place}: ")), "{text}: {error}");
        }
    }
}
