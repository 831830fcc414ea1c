//! Wildcards, against their definition.

use policy::{Condition, Context, ContextValue, Operator, Version, meets};

/// The first line is a pattern, the second a text, the third a question.
pub fn matcher(data: &[u8]) {
    let Ok(lines) = std::str::from_utf8(data) else {
        return;
    };
    let mut lines = lines.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let (pattern, text, question) = (next(), next(), next());
    // The definition takes the product of the lengths.
    if pattern.len() * text.len() > 1 << 20 || pattern.len() * question.len() > 1 << 20 {
        return;
    }
    assert_eq!(condition(Operator::StringLike, pattern, text), naive(pattern, text), "{pattern:?} {text:?}");
    let of_arns = naive_arn(pattern, text);
    assert_eq!(condition(Operator::ArnLike, pattern, text), of_arns, "{pattern:?} {text:?}");
    if !text.contains(['*', '?', '{']) {
        assert_eq!(meets(pattern, text), naive(pattern, text), "{pattern:?} {text:?}");
    }
    if !question.contains('{') && naive(pattern, text) && naive(question, text) {
        assert!(meets(pattern, question), "{pattern:?} {question:?}: both match {text:?}");
    }
}

fn condition(operator: Operator, pattern: &str, text: &str) -> bool {
    let condition = Condition {
        operator,
        qualifier: None,
        if_exists: false,
        key: "k:k".into(),
        values: vec![pattern.to_owned()],
    };
    let mut context = Context::default();
    context.insert("k:k", ContextValue::One(text.to_owned()));
    condition.is_met(&context, Version::V2008)
}

/// Whether the text matches: `places[n]` says whether what was read of it matches the first n
/// characters of the pattern.
fn naive(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut places = vec![true];
    for token in &pattern {
        places.push(places.last() == Some(&true) && *token == '*');
    }
    for char in text.chars() {
        let mut next = vec![false];
        for (token, both) in pattern.iter().zip(places.windows(2)) {
            let (before, here) = (both.first() == Some(&true), both.last() == Some(&true));
            let left = next.last() == Some(&true);
            next.push(if *token == '*' {
                left || here || before
            } else {
                before && (*token == '?' || *token == char)
            });
        }
        places = next;
    }
    places.last() == Some(&true)
}

/// Six fields, each by itself.
fn naive_arn(pattern: &str, text: &str) -> bool {
    let [patterns, texts] = [pattern, text].map(|it| it.splitn(6, ':').collect::<Vec<_>>());
    let whole = patterns.len() == 6 && texts.len() == 6 && texts.first() == Some(&"arn");
    whole && patterns.iter().zip(texts).all(|(pattern, text)| naive(pattern, text))
}
