//! Rewrites of conditions.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::rewrite::{self, NEVER, resolved, values};
use crate::walk;

/// `${*}`, `${?}` and `${$}` written out where wildcards are no wildcards anyway.
pub(super) fn characters_in_exact_values(case: &Value) -> Value {
    values(case, |place, value| {
        let text = value.as_str()?;
        if !place.variables || !place.takes_variables() || place.has_wildcards() || !text.contains("${") {
            return None;
        }
        let plain =
            ["*", "?", "$"].iter().fold(text.to_owned(), |text, c| text.replace(&format!("${{{c}}}"), c));
        // A dollar sign before a brace would be a variable again.
        (plain != text && !plain.replace(text, "").contains("${")).then(|| vec![json!(plain)])
    })
}

/// Values with a variable that has none, in conditions: they equal nothing.
pub(super) fn variables_without_value(case: &Value) -> Value {
    values(case, |place, value| {
        let text = value.as_str()?;
        let applies = place.variables && place.operator.is_some() && place.takes_variables();
        (applies && resolved(case, text, |_| true).is_none()).then(|| vec![place.never()])
    })
}

/// Variables of an ARN condition resolved, where one stands before the fifth colon.
pub(super) fn variables_before_the_fifth_colon(case: &Value) -> Value {
    values(case, |place, value| {
        let text =
            value.as_str().filter(|_| place.variables && place.operator.is_some() && place.is_arn())?;
        let early = text.find("${").is_some_and(|at| text[..at].matches(':').count() < 5);
        early.then(|| vec![resolved(case, text, |_| true).map_or_else(|| place.never(), |text| json!(text))])
    })
}

/// An empty value under a set operator, as no value at all.
pub(super) fn empty_values_in_sets(case: &Value) -> Value {
    let mut new = case.clone();
    for condition in walk::conditions(case) {
        let empty = walk::context(case, &condition.key) == Some(&json!(""));
        let Some((set, _)) = condition.operator.split_once(':') else { continue };
        if empty && set.eq_ignore_ascii_case("ForAllValues") {
            new = condition.removed(&new);
        } else if empty {
            new = condition.failed(&new);
        }
    }
    new
}

/// `Null` of a key that is there without a value: it is null.
pub(super) fn nothing_under_null(case: &Value) -> Value {
    let mut new = case.clone();
    for condition in walk::conditions(case) {
        let null = condition.operator.eq_ignore_ascii_case("Null");
        let nothing = [json!(""), json!([])];
        if !null || !walk::context(case, &condition.key).is_some_and(|value| nothing.contains(value)) {
            continue;
        }
        let values = case.pointer(&condition.pointer()).map(Value::to_string).unwrap_or_default();
        let met = values.to_ascii_lowercase().contains("true");
        new = if met { condition.removed(&new) } else { condition.failed(&new) };
    }
    new
}

/// `ForAnyValue:…IfExists` on a key that is missing: true.
pub(super) fn if_exists_over_sets(case: &Value) -> Value {
    let mut new = case.clone();
    for condition in walk::conditions(case) {
        let operator = condition.operator.to_ascii_lowercase();
        let missing = walk::context(case, &condition.key).is_none();
        if missing && operator.starts_with("foranyvalue:") && operator.ends_with("ifexists") {
            new = condition.removed(&new);
        }
    }
    new
}

/// Base64 in its one canonical spelling.
fn canonical_base64(text: &str) -> String {
    let bare = text.trim_end_matches('=');
    format!("{bare}{}", "=".repeat((4 - bare.len() % 4) % 4))
}

/// The same bytes in the same spelling.
pub(super) fn unpadded_base64(case: &Value) -> Value {
    let new = values(case, |place, value| {
        let text = value.as_str().filter(|_| place.operator.as_deref() == Some("binaryequals"))?;
        let new = canonical_base64(text);
        (new != text).then(|| vec![json!(new)])
    });
    in_context(new, "binaryequals", |text| {
        let new = canonical_base64(text);
        (new != text).then_some(new)
    })
}

/// Every address with its length, every range as one that a shift by 32 does not spoil.
pub(super) fn addresses(case: &Value) -> Value {
    let new = values(case, |place, value| {
        let operator = place.operator.as_deref()?;
        let text = value.as_str().filter(|_| operator.ends_with("ipaddress"))?;
        if let Ok(address) = text.parse::<IpAddr>() {
            let length = if address.is_ipv4() { 32 } else { 128 };
            return Some(vec![json!(format!("{address}/{length}"))]);
        }
        let (_, length) = text.split_once('/')?;
        let everything = length == "0" && !text.contains(':');
        everything.then(|| vec![json!("0.0.0.0/1"), json!("128.0.0.0/1")])
    });
    in_context(new, "ipaddress", |text| {
        let address = text.parse::<IpAddr>().ok()?.to_string();
        (address != text).then_some(address)
    })
}

/// Dates in one form, so that seconds since 1970 can be compared with the others.
pub(super) fn dates(case: &Value) -> Value {
    fn full(text: &str) -> Option<String> {
        if text.len() == 4 {
            return Some(format!("{text}-01-01T00:00:00Z"));
        }
        let seconds: i64 = text.parse().ok()?;
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
    let new = values(case, |place, value| {
        let operator = place.operator.as_deref()?;
        let text = if let Value::String(text) = value { text.clone() } else { value.to_string() };
        Some(vec![json!(full(&text).filter(|_| operator.starts_with("date"))?)])
    });
    in_context(new, "date", full)
}

/// Year, month and day of a day counted from 1970, by Howard Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Replaces the request's values under the keys that such operators look at, and no other does.
fn in_context(mut case: Value, operators: &str, with: impl Fn(&str) -> Option<String>) -> Value {
    let (own, others): (Vec<_>, Vec<_>) = walk::conditions(&case)
        .into_iter()
        .map(|condition| (condition.key.clone(), rewrite::bare(&condition.operator)))
        .filter(|(_, operator)| operator != "null")
        .partition(|(_, operator)| operator.contains(operators));
    let looks_at =
        |looks: &[(String, String)], name: &str| looks.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
    let context = case["context"].as_object_mut().into_iter().flatten();
    for (_, value) in context.filter(|(name, _)| looks_at(&own, name) && !looks_at(&others, name)) {
        let items = match value {
            Value::Array(items) => items.iter_mut().collect(),
            one => vec![one],
        };
        for item in items {
            if let Some(new) = item.as_str().and_then(&with) {
                *item = json!(new);
            }
        }
    }
    case
}

/// In documents that are not of `2012-10-17` a variable is text, and no request carries such text.
pub(super) fn variables_of_the_old_version(case: &Value) -> Value {
    values(case, |place, value| {
        let text = value.as_str()?;
        let applies = !place.variables && place.takes_variables() && text.contains("${");
        applies.then(|| vec![if place.is_arn() { place.never() } else { json!(NEVER) }])
    })
}
