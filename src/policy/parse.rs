//! JSON to documents.
//!
//! Takes every form that AWS takes (one value or a list, booleans and numbers as text) and refuses
//! what it does not know, because a part that is skipped could be the part that denies.

use crate::condition::Operator;
use crate::json::{Json, Parsed, Place};
use crate::{
    Actions, Condition, Document, Effect, Principal, Principals, Qualifier, Resources, Statement, Version,
};
use serde::{Deserialize, Deserializer, de};
use std::collections::HashSet;

/// What an error names that is about the whole policy.
const DOCUMENT: Place<'static> = Place::Top("document");

impl Document {
    /// Parses a policy's JSON text.
    ///
    /// # Errors
    /// Text that is not JSON or not a policy, with the place.
    pub fn parse(text: &str) -> Parsed<Self> {
        Self::read(Json::parse(text)?, DOCUMENT)
    }

    /// Reads a policy from a JSON value.
    ///
    /// # Errors
    /// A value that is not a policy, with the place.
    pub fn from_value(value: &serde_json::Value) -> Parsed<Self> {
        let json = Json::deserialize(value).or_else(|_| DOCUMENT.fail("not valid JSON"));
        Self::read(json?, DOCUMENT)
    }

    /// Reads a policy that stands somewhere in a larger text.
    pub(crate) fn read(json: Json, place: Place) -> Parsed<Self> {
        let mut version = Version::V2008;
        let mut statements = None;
        for (name, value) in json.object(place)? {
            let at = Place::Field(&place, &name);
            match name.as_str() {
                "Version" => version = read_version(&value, at)?,
                "Id" => drop(value.text(at)?),
                "Statement" => statements = Some(read_statements(value, at)?),
                _ => return place.fail(unknown(&name, "`Version`, `Id` and `Statement`")),
            }
        }
        match statements {
            Some(statements) => Ok(Self { version, statements }),
            None => place.fail("has no `Statement`"),
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Json::deserialize(deserializer)?, DOCUMENT).map_err(de::Error::custom)
    }
}

fn read_version(value: &Json, place: Place) -> Parsed<Version> {
    match value {
        Json::Text(text) if text == "2008-10-17" => Ok(Version::V2008),
        Json::Text(text) if text == "2012-10-17" => Ok(Version::V2012),
        _ => place.fail("must be \"2012-10-17\" or \"2008-10-17\""),
    }
}

fn read_statements(value: Json, place: Place) -> Parsed<Vec<Statement>> {
    match value {
        Json::List(list) => {
            let list = list.into_iter().enumerate();
            list.map(|(index, value)| read_statement(value, Place::Index(&place, index))).collect()
        }
        one => Ok(vec![read_statement(one, place)?]),
    }
}

fn read_statement(value: Json, place: Place) -> Parsed<Statement> {
    let (mut sid, mut effect, mut conditions) = (None, None, Vec::new());
    let (mut principals, mut actions, mut resources) = (None, None, None);
    for (name, value) in value.object(place)? {
        let at = Place::Field(&place, &name);
        match name.as_str() {
            "Sid" => sid = Some(read_sid(value, at)?),
            "Effect" => effect = Some(read_effect(&value, at)?),
            "Principal" => {
                either(&mut principals, Principals::Only(read_principals(value, at)?), "Principal", place)?;
            }
            "NotPrincipal" => {
                either(&mut principals, Principals::AllBut(read_principals(value, at)?), "Principal", place)?;
            }
            "Action" => either(&mut actions, Actions::Only(texts(value, at)?), "Action", place)?,
            "NotAction" => either(&mut actions, Actions::AllBut(texts(value, at)?), "Action", place)?,
            "Resource" => either(&mut resources, Resources::Only(texts(value, at)?), "Resource", place)?,
            "NotResource" => {
                either(&mut resources, Resources::AllBut(texts(value, at)?), "Resource", place)?;
            }
            "Condition" => conditions = read_conditions(value, at)?,
            _ => {
                return place
                    .fail(unknown(&name, "those of the policy grammar, such as `Effect` and `Action`"));
            }
        }
    }
    let Some(effect) = effect else {
        return place.fail("has no `Effect`");
    };
    let Some(actions) = actions else {
        return place.fail("has neither `Action` nor `NotAction`");
    };
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

fn read_sid(value: Json, place: Place) -> Parsed<String> {
    match value {
        Json::Text(sid) => Ok(sid),
        _ => place.fail("must be text"),
    }
}

fn read_effect(value: &Json, place: Place) -> Parsed<Effect> {
    match value {
        Json::Text(text) if text == "Allow" => Ok(Effect::Allow),
        Json::Text(text) if text == "Deny" => Ok(Effect::Deny),
        _ => place.fail("must be \"Allow\" or \"Deny\""),
    }
}

/// The principals, sorted, each once: AWS gives them no order.
fn read_principals(value: Json, place: Place) -> Parsed<Vec<Principal>> {
    let mut found = Vec::new();
    if let Json::Object(_) = value {
        for (kind, value) in value.object(place)? {
            let at = Place::Field(&place, &kind);
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
                    return at.fail(format!("unknown kind of principal, must be {kinds}"));
                }
            };
            found.extend(texts(value, at)?.into_iter().map(read));
        }
    } else {
        match texts(value, place) {
            Ok(list) if list.iter().all(|text| text == "*") => {
                found.extend(list.iter().map(|_| Principal::Anyone));
            }
            _ => return place.fail("must be \"*\" or an object such as {\"AWS\": \"…\"}"),
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The conditions, sorted by operator and key: AWS gives them no order.
fn read_conditions(value: Json, place: Place) -> Parsed<Vec<Condition>> {
    let (mut found, mut tests) = (Vec::new(), HashSet::new());
    for (name, keys) in value.object(place)? {
        let place = Place::Field(&place, &name);
        let Some((qualifier, operator, if_exists)) = read_operator(&name) else {
            return place.fail("unknown condition operator");
        };
        for (key, values) in keys.object(place)? {
            let values = texts(values, Place::Field(&place, &key))?;
            let condition = Condition { operator, qualifier, if_exists, key, values };
            // AWS refuses this; whether the values would be joined or intersected is not defined.
            if !tests.insert((operator, qualifier, if_exists, condition.lower_key())) {
                return Place::Field(&place, &condition.key).fail("the same operator and key appear twice");
            }
            found.push(condition);
        }
    }
    if found.len() > 1 {
        found.sort_by_cached_key(|condition| (condition.operator_name(), condition.key.clone()));
    }
    Ok(found)
}

/// Splits `ForAnyValue:StringLikeIfExists`.
fn read_operator(name: &str) -> Option<(Option<Qualifier>, Operator, bool)> {
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
fn texts(value: Json, place: Place) -> Parsed<Vec<String>> {
    let text = |value: Json| value.text(place).or_else(|_| place.fail("must be text or a list of texts"));
    match value {
        Json::List(list) => list.into_iter().map(text).collect(),
        one => Ok(vec![text(one)?]),
    }
}

/// Sets an element that may stand for itself or its opposite, but not for both.
fn either<T>(element: &mut Option<T>, value: T, name: &str, place: Place) -> Parsed<()> {
    match element.replace(value) {
        Some(_) => place.fail(format!("has both `{name}` and `Not{name}`")),
        None => Ok(()),
    }
}

fn unknown(name: &str, known: &str) -> String {
    format!("unknown element `{name}`; the elements are {known}")
}

#[cfg(test)]
mod tests;
