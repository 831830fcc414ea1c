//! JSON to documents.
//!
//! Takes every form that AWS takes (one value or a list, booleans and numbers as text) and refuses
//! what it does not know, because a part that is skipped could be the part that denies.

use crate::condition::Operator;
use crate::{
    Actions, Condition, Document, Effect, ParseError, Principal, Principals, Qualifier, Resources, Statement,
    Version,
};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

type Parsed<T> = Result<T, ParseError>;

impl Document {
    /// Parses a policy's JSON text.
    ///
    /// # Errors
    /// Text that is not JSON or not a policy, with the place.
    pub fn parse(text: &str) -> Parsed<Self> {
        let value = serde_json::from_str(text).map_err(|error| ParseError {
            place: format!("line {} column {}", error.line(), error.column()),
            message: "not valid JSON".into(),
        })?;
        Self::from_value(&value)
    }

    /// Reads a policy from a JSON value.
    ///
    /// # Errors
    /// A value that is not a policy, with the place.
    pub fn from_value(value: &Value) -> Parsed<Self> {
        let elements = object(value, "document")?;
        only(elements, &["Version", "Id", "Statement"], "document")?;
        let version = match elements.get("Version").map(Value::as_str) {
            None | Some(Some("2008-10-17")) => Version::V2008,
            Some(Some("2012-10-17")) => Version::V2012,
            Some(_) => return fail("Version", "must be \"2012-10-17\" or \"2008-10-17\""),
        };
        let statements = match elements.get("Statement") {
            None => return fail("document", "has no `Statement`"),
            Some(Value::Array(list)) => list
                .iter()
                .enumerate()
                .map(|(index, value)| statement(value, &format!("Statement[{index}]")))
                .collect::<Parsed<_>>()?,
            Some(value) => vec![statement(value, "Statement")?],
        };
        Ok(Self { version, statements })
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(&Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

fn statement(value: &Value, place: &str) -> Parsed<Statement> {
    let elements = object(value, place)?;
    only(elements, &ELEMENTS, place)?;
    let at = |element: &str| format!("{place}.{element}");
    let sid = match elements.get("Sid") {
        None => None,
        Some(Value::String(sid)) => Some(sid.clone()),
        Some(_) => return fail(&at("Sid"), "must be text"),
    };
    let effect = match elements.get("Effect").map(Value::as_str) {
        Some(Some("Allow")) => Effect::Allow,
        Some(Some("Deny")) => Effect::Deny,
        Some(_) => return fail(&at("Effect"), "must be \"Allow\" or \"Deny\""),
        None => return fail(place, "has no `Effect`"),
    };
    let principals = match either(elements, "Principal", "NotPrincipal", place)? {
        Some((value, false)) => Some(Principals::Only(principals(value, &at("Principal"))?)),
        Some((value, true)) => Some(Principals::AllBut(principals(value, &at("NotPrincipal"))?)),
        None => None,
    };
    let actions = match either(elements, "Action", "NotAction", place)? {
        Some((value, false)) => Actions::Only(texts(value, &at("Action"))?),
        Some((value, true)) => Actions::AllBut(texts(value, &at("NotAction"))?),
        None => return fail(place, "has neither `Action` nor `NotAction`"),
    };
    let resources = match either(elements, "Resource", "NotResource", place)? {
        Some((value, false)) => Some(Resources::Only(texts(value, &at("Resource"))?)),
        Some((value, true)) => Some(Resources::AllBut(texts(value, &at("NotResource"))?)),
        None => None,
    };
    let conditions = match elements.get("Condition") {
        Some(value) => conditions(value, &at("Condition"))?,
        None => Vec::new(),
    };
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

/// The principals, sorted, each once: AWS gives them no order.
fn principals(value: &Value, place: &str) -> Parsed<Vec<Principal>> {
    let mut found = Vec::new();
    match value {
        Value::Object(kinds) => {
            for (kind, value) in kinds {
                let place = format!("{place}.{kind}");
                let read: fn(String) -> Principal = match kind.as_str() {
                    "AWS" => |text| match text.as_str() {
                        "*" => Principal::Anyone,
                        _ => Principal::Aws(text),
                    },
                    "Service" => Principal::Service,
                    "Federated" => Principal::Federated,
                    "CanonicalUser" => Principal::CanonicalUser,
                    _ => {
                        let kinds = "`AWS`, `Service`, `Federated` or `CanonicalUser`";
                        return fail(&place, &format!("unknown kind of principal, must be {kinds}"));
                    }
                };
                found.extend(texts(value, &place)?.into_iter().map(read));
            }
        }
        _ => match texts(value, place) {
            Ok(list) if list.iter().all(|text| text == "*") => {
                found.extend(list.iter().map(|_| Principal::Anyone));
            }
            _ => return fail(place, "must be \"*\" or an object such as {\"AWS\": \"…\"}"),
        },
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The conditions, sorted by operator and key: AWS gives them no order.
fn conditions(value: &Value, place: &str) -> Parsed<Vec<Condition>> {
    let mut found: Vec<Condition> = Vec::new();
    for (name, keys) in object(value, place)? {
        let place = format!("{place}.{name}");
        let Some((qualifier, operator, if_exists)) = operator(name) else {
            return fail(&place, "unknown condition operator");
        };
        for (key, values) in object(keys, &place)? {
            let place = format!("{place}.{key}");
            let condition = Condition {
                operator,
                qualifier,
                if_exists,
                key: key.clone(),
                values: texts(values, &place)?,
            };
            // AWS refuses this; whether the values would be joined or intersected is not defined.
            if found.iter().any(|other| other.same_test(&condition)) {
                return fail(&place, "the same operator and key appear twice");
            }
            found.push(condition);
        }
    }
    found.sort_by_cached_key(|condition| (condition.operator_name(), condition.key.clone()));
    Ok(found)
}

/// Splits `ForAnyValue:StringLikeIfExists`.
fn operator(name: &str) -> Option<(Option<Qualifier>, Operator, bool)> {
    let (qualifier, rest) = match name.split_once(':') {
        Some((word, rest)) => (Some(Qualifier::parse(word)?), rest),
        None => (None, name),
    };
    if let Some(operator) = Operator::parse(rest) {
        return Some((qualifier, operator, false));
    }
    let (stem, suffix) = rest.split_at_checked(rest.len().checked_sub("IfExists".len())?)?;
    let operator = Operator::parse(stem).filter(|operator| *operator != Operator::Null)?;
    suffix.eq_ignore_ascii_case("IfExists").then_some((qualifier, operator, true))
}

/// One text or a list of texts.
fn texts(value: &Value, place: &str) -> Parsed<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) => Ok(number.to_string()),
        _ => fail(place, "must be text or a list of texts"),
    };
    match value {
        Value::Array(list) => list.iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}

/// The element or its opposite, and whether it is the opposite.
fn either<'a>(
    elements: &'a Map<String, Value>,
    element: &str,
    opposite: &str,
    place: &str,
) -> Parsed<Option<(&'a Value, bool)>> {
    match (elements.get(element), elements.get(opposite)) {
        (Some(_), Some(_)) => fail(place, &format!("has both `{element}` and `{opposite}`")),
        (Some(value), None) => Ok(Some((value, false))),
        (None, Some(value)) => Ok(Some((value, true))),
        (None, None) => Ok(None),
    }
}

fn object<'a>(value: &'a Value, place: &str) -> Parsed<&'a Map<String, Value>> {
    value.as_object().map_or_else(|| fail(place, "must be an object"), Ok)
}

fn only(elements: &Map<String, Value>, known: &[&str], place: &str) -> Parsed<()> {
    match elements.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => fail(place, &format!("unknown element `{name}`")),
        None => Ok(()),
    }
}

fn fail<T>(place: &str, message: &str) -> Parsed<T> {
    Err(ParseError { place: place.into(), message: message.into() })
}

#[cfg(test)]
mod tests;
