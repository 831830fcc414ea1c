//! Conditions against what is known of every request, and their opposites.

use crate::pattern::{Pattern, arn_matches};
use crate::{Condition, Operator, Qualifier};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::cmp::Ordering;

impl Condition {
    /// Whether the condition holds for a key of that value, or for a missing key; nothing if that
    /// cannot be told.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    pub(crate) fn holds(&self, value: Option<&str>, variables: bool) -> Option<bool> {
        if self.operator == Operator::Null {
            let wanted = self.values.iter().map(|text| flag(text));
            let wanted = wanted.collect::<Option<Vec<_>>>()?;
            return (!wanted.is_empty()).then(|| wanted.contains(&value.is_none()));
        }
        let negates = self.operator.negates();
        let Some(value) = value else {
            return match self.qualifier {
                Some(Qualifier::ForAllValues) => Some(true),
                Some(Qualifier::ForAnyValue) => (!self.if_exists).then_some(false),
                None => Some(self.if_exists || negates.is_some()),
            };
        };
        let operator = negates.unwrap_or(self.operator);
        let mut sure = !self.values.is_empty();
        for wanted in &self.values {
            match compare(operator, wanted, value, variables) {
                Some(true) => return Some(negates.is_none()),
                Some(false) => {}
                None => sure = false,
            }
        }
        sure.then_some(negates.is_some())
    }

    /// A condition that holds for everyone for whom this one does not, where there is one that
    /// keeps somebody out.
    ///
    /// The opposite of a negated operator asks for the key, `IfExists` or not: without the key the
    /// negated one held.
    pub(crate) fn opposite(&self) -> Option<Self> {
        let with = |operator, qualifier, if_exists, values| {
            let key = self.key.clone();
            Some(Self { operator, qualifier, if_exists, key, values })
        };
        if let Some(operator) = self.operator.negates() {
            let qualifier = self.qualifier.map(|qualifier| match qualifier {
                Qualifier::ForAllValues => Qualifier::ForAnyValue,
                Qualifier::ForAnyValue => Qualifier::ForAllValues,
            });
            return with(operator, qualifier, false, self.values.clone());
        }
        let [value] = self.values.as_slice() else {
            return None;
        };
        let flipped = vec![(!flag(value)?).to_string()];
        match (self.operator, self.qualifier) {
            (Operator::Null, None) => with(Operator::Null, None, false, flipped),
            (Operator::Bool, None) => with(Operator::Bool, None, !self.if_exists, flipped),
            _ => None,
        }
    }
}

/// Compares one value of a condition that is not negated with the request's.
pub(crate) fn compare(operator: Operator, wanted: &str, value: &str, variables: bool) -> Option<bool> {
    if variables && wanted.contains("${") {
        return None;
    }
    let order = |ordered: Option<Ordering>, wanted: &[Ordering]| Some(wanted.contains(&ordered?));
    let numbers = || numeric_order(value, wanted);
    let times = || Some(time(value)?.cmp(&time(wanted)?));
    match operator {
        Operator::StringEquals => Some(wanted == value),
        Operator::StringEqualsIgnoreCase => Some(wanted.to_lowercase() == value.to_lowercase()),
        Operator::StringLike => Some(Pattern::new(wanted).matches(value)),
        Operator::BinaryEquals => (wanted == value).then_some(true),
        Operator::Bool => Some(flag(wanted)? == flag(value)?),
        Operator::IpAddress => {
            Some(crate::solve::Networks::parse(&[wanted.to_owned()])?.contains(value.parse().ok()?))
        }
        Operator::ArnEquals | Operator::ArnLike if wanted == "*" => Some(true),
        Operator::ArnEquals | Operator::ArnLike => arn_matches(wanted, value),
        Operator::NumericEquals => order(numbers(), &[Ordering::Equal]),
        Operator::NumericLessThan => order(numbers(), &[Ordering::Less]),
        Operator::NumericLessThanEquals => order(numbers(), &[Ordering::Less, Ordering::Equal]),
        Operator::NumericGreaterThan => order(numbers(), &[Ordering::Greater]),
        Operator::NumericGreaterThanEquals => order(numbers(), &[Ordering::Greater, Ordering::Equal]),
        Operator::DateEquals => order(times(), &[Ordering::Equal]),
        Operator::DateLessThan => order(times(), &[Ordering::Less]),
        Operator::DateLessThanEquals => order(times(), &[Ordering::Less, Ordering::Equal]),
        Operator::DateGreaterThan => order(times(), &[Ordering::Greater]),
        Operator::DateGreaterThanEquals => order(times(), &[Ordering::Greater, Ordering::Equal]),
        _ => None,
    }
}

/// `true` or `false`, in any case.
pub(crate) fn flag(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Whole numbers are compared as such, because account ids and the like must not be rounded.
fn numeric_order(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<i128>(), other.parse::<i128>()) {
        return Some(one.cmp(&other));
    }
    one.parse::<f64>().ok()?.partial_cmp(&other.parse().ok()?)
}

/// A time in ISO 8601, a day, or seconds since 1970.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let seconds = || Timestamp::from_second(text.parse().ok()?).ok();
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    let moment = text.parse().ok();
    moment.or_else(seconds).or_else(|| Some(day()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use serde_json::{Value, json};

    fn condition(operator: &str, values: &Value) -> Condition {
        let document = json!({ "Statement": {
            "Effect": "Allow", "Action": "*", "Condition": { operator: { "k": values } }
        } });
        let document = Document::from_value(&document).unwrap();
        document.statements[0].conditions[0].clone()
    }

    #[test]
    fn a_known_value_settles_a_condition() {
        for (operator, values, value, expected) in [
            ("StringEquals", json!("a"), "a", Some(true)),
            ("StringEquals", json!("a*"), "ab", Some(false)),
            ("StringEquals", json!(["a", "b"]), "b", Some(true)),
            ("StringEquals", json!("A"), "a", Some(false)),
            ("StringEqualsIgnoreCase", json!("A"), "a", Some(true)),
            ("StringEquals", json!("${aws:username}"), "a", None),
            ("StringEquals", json!([]), "a", None),
            ("StringNotEquals", json!(["a", "b"]), "b", Some(false)),
            ("StringNotEquals", json!(["a", "b"]), "c", Some(true)),
            ("StringLike", json!("a*"), "ab", Some(true)),
            ("StringNotLike", json!("a?"), "ab", Some(false)),
            ("ForAnyValue:StringLike", json!("a*"), "ab", Some(true)),
            ("ForAllValues:StringEquals", json!("a"), "b", Some(false)),
            ("Bool", json!(true), "true", Some(true)),
            ("Bool", json!("false"), "true", Some(false)),
            ("BoolIfExists", json!("true"), "false", Some(false)),
            ("NumericLessThan", json!(10), "9", Some(true)),
            ("NumericGreaterThanEquals", json!("9.5"), "9", Some(false)),
            ("NumericNotEquals", json!("111122223333"), "111122223334", Some(true)),
            ("NumericEquals", json!("x"), "1", None),
            ("DateGreaterThan", json!("2020-01-01T00:00:00Z"), "1600000000", Some(true)),
            ("DateLessThanEquals", json!("2020-01-01"), "2020-01-01T00:00:00Z", Some(true)),
            ("DateNotEquals", json!("2020-01-01"), "2020-01-02", Some(true)),
            ("IpAddress", json!("203.0.113.0/24"), "203.0.113.9", Some(true)),
            ("NotIpAddress", json!("203.0.113.0/24"), "203.0.113.9", Some(false)),
            ("ArnLike", json!("arn:aws:sns:*:1:*"), "arn:aws:sns:r:1:t", Some(true)),
            ("ArnEquals", json!("arn:aws:sns:*:1:*"), "arn:aws:sns:r:1:t", Some(true)),
            ("ArnNotLike", json!("arn:aws:sns:*:1:*"), "arn:aws:sns:r:2:t", Some(true)),
            ("BinaryEquals", json!("QQ=="), "QQ==", Some(true)),
            ("Null", json!("true"), "a", Some(false)),
            ("Null", json!(false), "a", Some(true)),
        ] {
            let condition = condition(operator, &values);
            assert_eq!(condition.holds(Some(value), true), expected, "{operator} {values}");
        }
        let old = condition("StringEquals", &json!("${x}"));
        assert_eq!(old.holds(Some("${x}"), false), Some(true), "2008 has no variables");
    }

    #[test]
    fn a_missing_key_settles_a_condition() {
        for (operator, expected) in [
            ("StringEquals", Some(false)),
            ("StringLike", Some(false)),
            ("StringEqualsIfExists", Some(true)),
            ("StringNotEquals", Some(true)),
            ("StringNotEqualsIfExists", Some(true)),
            ("ArnNotLike", Some(true)),
            ("ForAllValues:StringEquals", Some(true)),
            ("ForAllValues:StringNotEquals", Some(true)),
            ("ForAnyValue:StringEquals", Some(false)),
            ("ForAnyValue:StringNotEquals", Some(false)),
        ] {
            assert_eq!(condition(operator, &json!("a")).holds(None, true), expected, "{operator}");
        }
        assert_eq!(condition("Null", &json!("true")).holds(None, true), Some(true));
        assert_eq!(condition("Null", &json!("false")).holds(None, true), Some(false));
        assert_eq!(condition("Bool", &json!("false")).holds(None, true), Some(false));
        assert_eq!(condition("NotIpAddress", &json!("::/0")).holds(None, true), Some(true));
    }

    #[test]
    fn where_a_condition_fails_its_opposite_holds() {
        for operator in [
            "StringNotEquals",
            "StringNotEqualsIfExists",
            "StringNotLike",
            "ForAllValues:StringNotEquals",
            "ForAnyValue:StringNotEquals",
            "Bool",
            "BoolIfExists",
            "Null",
        ] {
            for wanted in ["true", "false"] {
                let condition = condition(operator, &json!(wanted));
                let opposite = condition.opposite().unwrap();
                for value in [None, Some("true"), Some("false")] {
                    if condition.holds(value, true) == Some(false) {
                        let case = format!("{operator} {wanted} {value:?}");
                        assert_eq!(opposite.holds(value, true), Some(true), "{case}");
                    }
                }
            }
        }
        assert!(condition("StringEquals", &json!("true")).opposite().is_none());
    }
}
