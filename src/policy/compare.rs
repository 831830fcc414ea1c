//! What each condition operator says of one value of the policy and one of the request.
//!
//! Values that an operator cannot read (a `NumericEquals` on `x`) match nothing, so the negated
//! operator holds for them.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use crate::Operator;
use crate::glob::Glob;
use crate::solve::network;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::cmp::Ordering;
use std::net::IpAddr;

/// Whether the request's value fulfils an operator that is not negated; negated ones, and `Null`,
/// compare nothing.
pub(crate) fn compare(operator: Operator, wanted: &str, value: &str) -> bool {
    let number = || order(number(value), number(wanted), decimals);
    let date = || order(moment(value), moment(wanted), |one, other| Some(one.cmp(&other)));
    match operator {
        Operator::StringEquals => wanted == value,
        Operator::StringEqualsIgnoreCase => same_letters(wanted, value),
        Operator::StringLike => Glob::new(wanted).matches(value),
        Operator::ArnEquals | Operator::ArnLike => Glob::new(wanted).matches_arn(value),
        Operator::Bool => flag(wanted).is_some_and(|wanted| flag(value) == Some(wanted)),
        Operator::BinaryEquals => same_bytes(wanted, value),
        Operator::IpAddress => contains(wanted, value),
        Operator::NumericEquals => number() == Some(Ordering::Equal),
        Operator::NumericLessThan => number() == Some(Ordering::Less),
        Operator::NumericLessThanEquals => number().is_some_and(Ordering::is_le),
        Operator::NumericGreaterThan => number() == Some(Ordering::Greater),
        Operator::NumericGreaterThanEquals => number().is_some_and(Ordering::is_ge),
        Operator::DateEquals => date() == Some(Ordering::Equal),
        Operator::DateLessThan => date() == Some(Ordering::Less),
        Operator::DateLessThanEquals => date().is_some_and(Ordering::is_le),
        Operator::DateGreaterThan => date() == Some(Ordering::Greater),
        Operator::DateGreaterThanEquals => date().is_some_and(Ordering::is_ge),
        Operator::Null
        | Operator::StringNotEquals
        | Operator::StringNotEqualsIgnoreCase
        | Operator::StringNotLike
        | Operator::NumericNotEquals
        | Operator::DateNotEquals
        | Operator::NotIpAddress
        | Operator::ArnNotEquals
        | Operator::ArnNotLike => false,
    }
}

/// The same for a value of the policy in which variables were replaced.
pub(crate) fn compare_expanded(operator: Operator, wanted: &Glob, value: &str) -> bool {
    match operator {
        Operator::StringLike => wanted.matches(value),
        Operator::ArnEquals | Operator::ArnLike => wanted.matches_arn(value),
        _ => compare(operator, &wanted.literally(), value),
    }
}

impl Operator {
    /// Whether values of the operator may hold policy variables; numbers, dates, bytes and addresses
    /// are what they are.
    pub(crate) fn takes_variables(self) -> bool {
        use Operator::{ArnEquals, ArnLike, Bool, StringEquals, StringEqualsIgnoreCase, StringLike};
        let operator = self.negates().unwrap_or(self);
        matches!(operator, StringEquals | StringEqualsIgnoreCase | StringLike | ArnEquals | ArnLike | Bool)
    }
}

fn order<T>(one: Option<T>, other: Option<T>, cmp: fn(T, T) -> Option<Ordering>) -> Option<Ordering> {
    cmp(one?, other?)
}

fn same_letters(one: &str, other: &str) -> bool {
    let letters = |text: &'_ str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    one.eq_ignore_ascii_case(other) || !(one.is_ascii() && other.is_ascii()) && letters(one) == letters(other)
}

/// `true` or `false`, in any case.
fn flag(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    is("true").then_some(true).or_else(|| is("false").then_some(false))
}

/// A whole number is kept whole, because account ids and the like must not be rounded.
#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Decimal(f64),
}

fn number(text: &str) -> Option<Number> {
    if let Ok(whole) = text.parse() {
        return Some(Number::Whole(whole));
    }
    let decimal = text.parse::<f64>().ok()?;
    decimal.is_finite().then_some(Number::Decimal(decimal))
}

fn decimals(one: Number, other: Number) -> Option<Ordering> {
    #[expect(clippy::cast_precision_loss, reason = "the other one is a decimal")]
    let decimal = |number| match number {
        Number::Whole(whole) => whole as f64,
        Number::Decimal(decimal) => decimal,
    };
    match (one, other) {
        (Number::Whole(one), Number::Whole(other)) => Some(one.cmp(&other)),
        _ => decimal(one).partial_cmp(&decimal(other)),
    }
}

/// A moment in nanoseconds since 1970: a form of ISO 8601 that the W3C names, or whole seconds since
/// 1970. Four digits alone are a year. Without an offset the time is UTC.
/// <https://www.w3.org/TR/NOTE-datetime>
pub(crate) fn moment(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() != 4 && !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) {
        return Some(i128::from(text.parse::<i64>().ok()?) * 1_000_000_000);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_nanosecond());
    }
    let civil = text.parse::<DateTime>().ok().or_else(|| {
        let (year, month) = text.split_once('-').unwrap_or((text, "01"));
        let well_formed = year.len() == 4 && month.len() == 2;
        let date = well_formed.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok());
        Some(DateTime::from(date??))
    })?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_nanosecond())
}

/// Whether an address is in a range, or is the one address. An IPv4 address may be written as IPv6.
fn contains(range: &str, address: &str) -> bool {
    let address = address.parse::<IpAddr>().map(|it| it.to_canonical());
    address.is_ok_and(|address| network(range).is_some_and(|range| range.contains(&address)))
}

/// Whether both are Base64 of the same bytes.
fn same_bytes(one: &str, other: &str) -> bool {
    base64(one).is_some_and(|bytes| base64(other) == Some(bytes))
}

/// The bytes that a text is Base64 of; the padding may be missing.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len());
    for chunk in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in chunk {
            bits = bits << 6 | u32::from(sextet(*byte)?);
        }
        let [_, first, second, third] = (bits << (6 * (4 - chunk.len()))).to_be_bytes();
        let whole = chunk.len().checked_sub(1).filter(|whole| *whole > 0)?;
        bytes.extend([first, second, third].iter().take(whole));
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operator::*;

    #[test]
    fn operators_compare_as_their_page_says() {
        for (operator, wanted, value, expected) in [
            (StringEquals, "a", "a", true),
            (StringEquals, "a", "A", false),
            (StringEquals, "a*", "ab", false),
            (StringEquals, "a*", "a*", true),
            (StringEqualsIgnoreCase, "aÉ", "Aé", true),
            (StringEqualsIgnoreCase, "a*", "AB", false),
            (StringLike, "a*c?", "abcd", true),
            (StringLike, "a*", "Ab", false),
            (StringLike, "", "", true),
            (ArnEquals, "arn:aws:sns:*:1:t?", "arn:aws:sns:r:1:t1", true),
            (ArnLike, "arn:aws:sns:*:1:t", "arn:aws:sns:r:1:T", false),
            (ArnLike, "arn:aws:sns:*", "arn:aws:sns:r:1:t", false),
            (ArnLike, "arn:aws:sns:*:1:t", "t", false),
            (Bool, "TRUE", "true", true),
            (Bool, "false", "true", false),
            (Bool, "yes", "yes", false),
            (NumericEquals, "7", "7.0", true),
            (NumericEquals, "0.1", ".10", true),
            (NumericEquals, "9007199254740993", "9007199254740992", false),
            (NumericEquals, "x", "x", false),
            (NumericEquals, "inf", "inf", false),
            (NumericEquals, "nan", "nan", false),
            (NumericLessThan, "10", "9", true),
            (NumericLessThan, "10", "-9.5e1", true),
            (NumericLessThan, "10", "10", false),
            (NumericLessThanEquals, "10", "10", true),
            (NumericLessThanEquals, "10", "11", false),
            (NumericGreaterThan, "9.5", "10", true),
            (NumericGreaterThan, "10", "10", false),
            (NumericGreaterThanEquals, "10", "10", true),
            (NumericGreaterThanEquals, "10", "9", false),
            (BinaryEquals, "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "QmluYXJ5VmFsdWVJbkJhc2U2NA", true),
            (BinaryEquals, "QQ==", "Qg==", false),
            (BinaryEquals, "QQ==", "qq==", false),
            (BinaryEquals, "?", "?", false),
            (IpAddress, "203.0.113.0/24", "203.0.113.9", true),
            (IpAddress, "203.0.113.77/24", "203.0.113.9", true),
            (IpAddress, "203.0.113.0/24", "203.0.114.9", false),
            (IpAddress, "203.0.113.9", "203.0.113.9", true),
            (IpAddress, "0.0.0.0/0", "2001:db8::1", false),
            (IpAddress, "::/0", "203.0.113.9", false),
            (IpAddress, "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9", true),
            (IpAddress, "2001:db8::1", "2001:0db8:0:0:0:0:0:1", true),
            (IpAddress, "203.0.113.0/24", "::ffff:203.0.113.9", true),
            (IpAddress, "::ffff:203.0.113.0/120", "203.0.113.9", true),
            (IpAddress, "203.0.113.0/33", "203.0.113.0", false),
            (IpAddress, "vpc-1", "vpc-1", false),
        ] {
            assert_eq!(compare(operator, wanted, value), expected, "{operator:?} {wanted} {value}");
        }
    }

    #[test]
    fn moments_are_equal_in_every_form() {
        for (one, other) in [
            ("2020-01-01T00:00:00Z", "1577836800"),
            ("2020-01-01T00:00:00Z", "2020"),
            ("2020-01-01T00:00Z", "2020-01"),
            ("2020-01-01T01:00:00+01:00", "2020-01-01"),
            ("2020-01-01T00:00:00.000Z", "2020-01-01T00:00:00"),
            ("1969-12-31T23:59:59Z", "-1"),
        ] {
            assert!(compare(DateEquals, one, other), "{one} {other}");
            assert!(compare(DateLessThanEquals, one, other) && compare(DateGreaterThanEquals, one, other));
            assert!(!compare(DateLessThan, one, other) && !compare(DateGreaterThan, one, other));
        }
        assert!(compare(DateLessThan, "2020-01-01T00:00:00.001Z", "2020-01-01"));
        assert!(compare(DateGreaterThan, "2020-12-31", "99999999999999"));
        for wrong in
            ["", "-", "tomorrow", "2020-13", "2020-1", "20-01", "2020-02-30", "9999999999999999999999"]
        {
            assert!(!compare(DateEquals, wrong, wrong), "{wrong}");
        }
    }

    #[test]
    fn negated_operators_are_left_to_the_caller() {
        for (operator, _) in Operator::ALL {
            let compares = compare(*operator, "true", "true") || compare(*operator, "1", "1");
            let compares = compares || compare(*operator, "arn:a:b:c:d:e", "arn:a:b:c:d:e");
            let compares = compares || compare(*operator, "::1", "::1") || compare(*operator, "2", "1");
            let compares = compares || compare(*operator, "1", "2") || compare(*operator, "QQ==", "QQ==");
            assert_eq!(compares, *operator != Null && operator.negates().is_none(), "{operator:?}");
        }
    }
}
