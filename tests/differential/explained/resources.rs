//! Rewrites of `Resource` and `NotResource`.

use serde_json::{Value, json};

use super::rewrite::{NEVER_ARN, resolved, values, variable};

/// Resources with a variable that has no value: they are no resource's.
pub(super) fn variables_without_value(case: &Value) -> Value {
    values(case, |place, value| {
        let text = value.as_str().filter(|_| place.operator.is_none() && place.variables)?;
        resolved(case, text, |_| true).is_none().then(|| vec![json!(NEVER_ARN)])
    })
}

/// `execute-api:/…` of an API's own policy written out.
pub(super) fn short_forms_of_an_api(case: &Value) -> Value {
    let request = case["resource"].as_str().unwrap_or_default();
    values(case, |place, value| {
        let text = value.as_str().filter(|_| place.operator.is_none())?;
        let path = text.strip_prefix("execute-api:")?;
        let api = request.split_once('/').map(|(api, _)| api).filter(|api| api.contains(":execute-api:"));
        Some(vec![json!(api.map_or_else(|| NEVER_ARN.to_owned(), |api| format!("{api}{path}")))])
    })
}

/// Resources whose part after the fifth colon has a variable or a wildcard before its first separator:
/// the variable resolved, and the pattern decided by hand.
pub(super) fn patterns_in_the_first_segment(case: &Value) -> Value {
    let request = case["resource"].as_str().unwrap_or_default();
    values(case, |place, value| {
        let text = value.as_str().filter(|_| place.operator.is_none())?;
        let last = text.splitn(6, ':').nth(5)?;
        let first = &last[..last.find(['/', ':'])?];
        if !first.contains(['*', '?', '$']) {
            return None;
        }
        let plain = if place.variables { resolved(case, text, |_| true)? } else { text.to_owned() };
        if variable(&plain, 0).is_some_and(|it| !it.is_a_character()) {
            return None;
        }
        Some(vec![json!(if matches(&plain, request) { request } else { NEVER_ARN })])
    })
}

/// Whether a resource pattern matches an ARN: segment by segment, the last one to its end.
fn matches(pattern: &str, arn: &str) -> bool {
    let (mut pattern, mut arn) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    (0..6).all(|_| match (pattern.next(), arn.next()) {
        (Some(pattern), Some(text)) => glob(&tokens(pattern), &text.chars().collect::<Vec<_>>()),
        _ => false,
    })
}

/// A character of a pattern.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    Many,
    One,
    Literal(char),
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix("${").and_then(|it| it.split_once('}')).filter(|(c, _)| c.len() == 1);
        if let Some((character, after)) = escaped {
            tokens.extend(character.chars().map(Token::Literal));
            rest = after;
            continue;
        }
        tokens.push(match first {
            '*' => Token::Many,
            '?' => Token::One,
            other => Token::Literal(other),
        });
        rest = &rest[first.len_utf8()..];
    }
    tokens
}

fn glob(pattern: &[Token], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([Token::Many, rest @ ..], _) => (0..=text.len()).any(|from| glob(rest, &text[from..])),
        ([Token::One, rest @ ..], [_, more @ ..]) => glob(rest, more),
        ([Token::Literal(own), rest @ ..], [other, more @ ..]) => own == other && glob(rest, more),
        _ => false,
    }
}
