//! The values that a condition key can have in the requests of a requester.

use super::Names;
use super::names::weight;
use crate::compare::moment;
use crate::pattern::{Pattern, Token};
use std::rc::Rc;

/// The keys that tell the time.
pub(crate) const TIMES: [&str; 2] = ["aws:currenttime", "aws:epochtime"];

/// The values that a key can have.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    /// Whether a request may lack the key.
    pub(crate) missing: bool,
    pub(crate) values: Values,
    /// False for keys of which nothing is known: what they allow is allowed perhaps.
    pub(crate) sure: bool,
    /// Whether it is the same whoever asks: then an answer is worth remembering.
    pub(crate) common: bool,
}

/// The values of a key that is there.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// It is never there.
    None,
    /// This one.
    One(String),
    /// Any text.
    Any,
    /// Any text of one of these forms, or any at all where there are no forms, that is of none of those.
    Texts { forms: Vec<Pattern>, never: Rc<Names> },
    /// Any moment from that one on, in nanoseconds since 1970.
    Since(i128),
    /// Any address; where callers come from anywhere, they must not be kept to a few networks.
    Address { anywhere: bool },
}

impl Domain {
    /// The key is always there, with that value.
    pub(crate) fn one(value: impl Into<String>) -> Self {
        Self { missing: false, values: Values::One(value.into()), sure: true, common: false }
    }

    /// No request has the key.
    pub(crate) fn none() -> Self {
        Self { missing: true, values: Values::None, sure: true, common: false }
    }

    /// The key may have any value, or be missing.
    pub(crate) fn any() -> Self {
        Self { missing: true, values: Values::Any, sure: true, common: false }
    }

    /// The time of a request, which every request has: any from the one that is known on. Nothing for
    /// keys that do not tell the time.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-currenttime>
    pub(crate) fn of_time(key: &str, known: &[(&str, Option<&str>)]) -> Option<Self> {
        let tells = |name: &str| TIMES.iter().any(|it| it.eq_ignore_ascii_case(name));
        let start = || known.iter().find(|(name, _)| tells(name)).and_then(|(_, value)| moment((*value)?));
        let values = || Values::Since(start().unwrap_or(i128::MIN));
        tells(key).then(|| Self { missing: false, values: values(), sure: true, common: true })
    }

    /// The key may have any value but those, or be missing.
    pub(crate) fn any_but(never: Rc<Names>) -> Self {
        if never.is_empty() {
            return Self::any();
        }
        Self { missing: true, values: Values::Texts { forms: Vec::new(), never }, sure: true, common: false }
    }

    /// The key has a value of one of these forms.
    pub(crate) fn forms(forms: Vec<Pattern>) -> Self {
        Self::forms_but(forms, Rc::default())
    }

    /// The same, but none of those.
    pub(crate) fn forms_but(forms: Vec<Pattern>, never: Rc<Names>) -> Self {
        Self { missing: false, values: Values::Texts { forms, never }, sure: true, common: false }
    }

    /// Whether the same is known of every request.
    pub(crate) fn is_one(&self) -> bool {
        matches!((&self.values, self.missing), (Values::One(_), false) | (Values::None, true))
    }

    /// Whether the requester has the choice.
    pub(crate) fn is_free(&self) -> bool {
        self.missing && !matches!(self.values, Values::None | Values::One(_))
    }

    /// The same, or the key is missing.
    pub(crate) fn or_missing(self) -> Self {
        Self { missing: true, ..self }
    }

    /// The same, whoever asks.
    pub(crate) fn of_all(self) -> Self {
        Self { common: true, ..self }
    }

    /// The same, but nobody knows whether it is so.
    pub(crate) fn unsure(self) -> Self {
        Self { sure: false, ..self }
    }
}

impl Values {
    /// All of them, where they are few.
    pub(crate) fn few(&self) -> Option<Vec<String>> {
        match self {
            Self::None => Some(Vec::new()),
            Self::One(value) => Some(vec![value.clone()]),
            Self::Texts { forms, never } if !forms.is_empty() => {
                let fixed = forms.iter().map(Pattern::text).collect::<Option<Vec<_>>>()?;
                Some(fixed.into_iter().filter(|text| !never.hold(text)).collect())
            }
            Self::Texts { .. } | Self::Any | Self::Since(_) | Self::Address { .. } => None,
        }
    }

    /// Whether they have a form that is neither a number, nor a date, a flag, bytes or an address.
    pub(crate) fn are_names(&self) -> bool {
        let is_name =
            |form: &Pattern| form.tokens().iter().any(|it| matches!(it, Token::Just(c) if c.is_alphabetic()));
        matches!(self, Self::Texts { forms, .. } if !forms.is_empty() && forms.iter().all(is_name))
    }

    /// Whether the value is one of these.
    pub(crate) fn holds(&self, value: &str) -> bool {
        match self {
            Self::None => false,
            Self::One(own) => own == value,
            Self::Any | Self::Address { .. } => true,
            Self::Since(start) => {
                let whole = || moment(value.split_once('.')?.0);
                moment(value).or_else(whole).is_some_and(|it| it >= *start)
            }
            Self::Texts { forms, never } => {
                let matches = |pattern: &Pattern| pattern.matches(value);
                (forms.is_empty() || forms.iter().any(matches)) && !never.hold(value)
            }
        }
    }

    /// What it costs to tell whether a value is one of these.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Texts { forms, never } => weight(forms) + never.weight(),
            _ => 1,
        }
    }
}
