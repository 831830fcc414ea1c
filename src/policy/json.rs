//! JSON as it was written: every member of an object, in order, twice where it stands twice.
//!
//! AWS refuses an object that has a key twice; a map would keep the last and hide what the first said.

use crate::ParseError;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// What reading a part of a policy gives.
pub(crate) type Parsed<T> = Result<T, ParseError>;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Text(String),
    /// A number or a boolean; policies may write both without quotation marks.
    Bare(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Where a value stands. Costs nothing until somebody asks for its text.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The whole, by what it is called when it is wrong itself.
    Top(&'a str),
    Field(&'a Place<'a>, &'a str),
    Index(&'a Place<'a>, usize),
}

impl Json {
    /// Reads a text.
    pub(crate) fn parse(text: &str) -> Parsed<Self> {
        let text = text.trim_end();
        serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let lines = if text.contains('\n') { format!("line {line} ") } else { String::new() };
            // What is wrong, without the place; it never quotes the text.
            let whole = error.to_string();
            let what = whole.split(" at line ").next().filter(|_| !error.is_eof());
            let what = what.unwrap_or("it ends before it is complete");
            ParseError {
                place: format!("{lines}column {column}"),
                message: format!("not valid JSON: {what}"),
            }
        })
    }

    /// The members of an object, each key once.
    pub(crate) fn object(self, place: Place) -> Parsed<Vec<(String, Self)>> {
        let Self::Object(members) = self else {
            return place.fail("must be an object");
        };
        match repeated(&members) {
            Some(name) => place.fail(format!("has `{name}` twice")),
            None => Ok(members),
        }
    }

    /// One text, number or boolean.
    pub(crate) fn text(self, place: Place) -> Parsed<String> {
        match self {
            Self::Text(text) | Self::Bare(text) => Ok(text),
            _ => place.fail("must be text"),
        }
    }
}

/// The first name that stands there again.
fn repeated(members: &[(String, Json)]) -> Option<&str> {
    // Nearly all objects are so small that a set costs more than it saves.
    const FEW: usize = 8;
    let names = || members.iter().map(|(name, _)| name.as_str());
    if members.len() <= FEW {
        return (1..).zip(names()).find_map(|(after, name)| names().skip(after).find(|it| *it == name));
    }
    let mut known = HashSet::new();
    names().find(|name| !known.insert(*name))
}

impl Place<'_> {
    /// Says what is wrong here.
    pub(crate) fn fail<T>(self, message: impl Into<String>) -> Parsed<T> {
        Err(ParseError { place: self.to_string(), message: message.into() })
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top(name) | Self::Field(Self::Top(_), name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bare(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Bare(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Bare(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Bare(value.to_string()))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.into()))
            }

            fn visit_string<E>(self, value: String) -> Result<Json, E> {
                Ok(Json::Text(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Json::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(member) = members.next_entry()? {
                    object.push(member);
                }
                Ok(Json::Object(object))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
