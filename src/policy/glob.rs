//! Patterns with wildcards against one text: `*` is any text, `?` is one character.
//!
//! The cost of a match grows with the text, not with how the pattern is woven: between two `*` stands
//! a piece of fixed length, and the first place where it fits is as good as any later one. A piece with
//! `?` in it is looked for at 64 places of the text at a time.

use std::borrow::Cow;

/// A pattern, of which some parts may be literal although they hold `*` or `?`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glob<'a>(Vec<Piece<'a>>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(Cow<'a, str>),
    One,
    Many,
}

impl<'a> Glob<'a> {
    /// A pattern in which `*` and `?` are wildcards.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut glob = Self::default();
        glob.push(text);
        glob
    }

    /// Adds a text in which `*` and `?` are wildcards.
    pub(crate) fn push(&mut self, text: &'a str) {
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once(['*', '?']) {
            self.push_literal(literal);
            let wildcard = rest.get(literal.len()..).is_some_and(|it| it.starts_with('?'));
            self.0.push(if wildcard { Piece::One } else { Piece::Many });
            rest = after;
        }
        self.push_literal(rest);
    }

    /// Adds a text in which nothing is a wildcard.
    pub(crate) fn push_literal(&mut self, text: &'a str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(last)) => last.to_mut().push_str(text),
            _ => self.0.push(Piece::Text(Cow::Borrowed(text))),
        }
    }

    /// The pattern as a text: its wildcards are the characters `*` and `?`.
    pub(crate) fn literally(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_ref(),
            Piece::One => "?",
            Piece::Many => "*",
        });
        pieces.collect()
    }

    /// Whether the text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let mut segments = self.0.split(|piece| *piece == Piece::Many);
        let Some(rest) = segments.next().and_then(|head| after(head, text)) else {
            return false;
        };
        let Some(tail) = segments.next_back() else {
            return rest.is_empty();
        };
        let Some(mut rest) = before(tail, rest) else {
            return false;
        };
        for segment in segments {
            match find(segment, rest) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        true
    }

    /// Whether the text is an ARN that matches field by field: no wildcard reaches beyond a colon,
    /// but for those in the last of the six fields.
    pub(crate) fn matches_arn(&self, text: &str) -> bool {
        let mut fields = text.splitn(6, ':');
        let mut count = 0;
        let whole = self.fields().into_iter().all(|pattern| {
            count += 1;
            fields.next().is_some_and(|field| Glob(pattern).matches(field))
        });
        whole && count == 6 && text.starts_with("arn:")
    }

    /// The pattern cut at its first five colons.
    fn fields(&self) -> Vec<Vec<Piece<'_>>> {
        let mut fields = vec![Vec::new()];
        for piece in &self.0 {
            let Piece::Text(text) = piece else {
                fields.last_mut().into_iter().for_each(|field| field.push(piece.clone()));
                continue;
            };
            let parts = text.splitn(7 - fields.len(), ':').collect::<Vec<_>>();
            for (index, part) in parts.into_iter().enumerate() {
                if index > 0 {
                    fields.push(Vec::new());
                }
                if !part.is_empty() {
                    let piece = Piece::Text(Cow::Borrowed(part));
                    fields.last_mut().into_iter().for_each(|field| field.push(piece.clone()));
                }
            }
        }
        fields
    }
}

/// What follows the segment that the text begins with.
fn after<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    segment.iter().try_fold(text, |rest, piece| match piece {
        Piece::Text(literal) => rest.strip_prefix(literal.as_ref()),
        _ => without_first(rest),
    })
}

/// What stands before the segment that the text ends with.
fn before<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    segment.iter().rev().try_fold(text, |rest, piece| match piece {
        Piece::Text(literal) => rest.strip_suffix(literal.as_ref()),
        _ => without_last(rest),
    })
}

/// What follows the first place where the segment fits.
fn find<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    match segment {
        [] => Some(text),
        [Piece::Text(literal)] => text.split_once(literal.as_ref()).map(|(_, rest)| rest),
        _ => {
            let mut near = text.char_indices().take(NEAR).filter_map(|(start, _)| text.get(start..));
            near.find_map(|text| after(segment, text)).or_else(|| find_with_gaps(segment, text))
        }
    }
}

/// How many places are tried one by one before it pays to try them all at once.
const NEAR: usize = 4;

/// The same for a segment with `?` in it. All places are tried at once, 64 in a word.
fn find_with_gaps<'t>(segment: &[Piece], text: &'t str) -> Option<&'t str> {
    let chars: Vec<char> = text.chars().collect();
    let mut starts = vec![u64::MAX; chars.len() / 64 + 1];
    let mut known: Vec<(char, Vec<u64>)> = Vec::new();
    let mut length = 0;
    for piece in segment {
        let Piece::Text(literal) = piece else {
            length += 1;
            continue;
        };
        for char in literal.chars() {
            if !known.iter().any(|(other, _)| *other == char) {
                known.push((char, occurrences(char, &chars)));
            }
            let found = known.iter().find(|(other, _)| *other == char).map(|(_, found)| found)?;
            keep(&mut starts, found, length);
            length += 1;
        }
    }
    let words = starts.iter().zip(0_usize..);
    let (word, index) = words.into_iter().find(|(word, _)| **word != 0)?;
    let start = index * 64 + usize::try_from(word.trailing_zeros()).ok()?;
    let mut rest = text.chars();
    (0..start + length).try_for_each(|_| rest.next().map(|_| ()))?;
    Some(rest.as_str())
}

/// A bit for each place where the character stands.
fn occurrences(char: char, chars: &[char]) -> Vec<u64> {
    let mut bits = vec![0; chars.len() / 64 + 1];
    for (chunk, word) in chars.chunks(64).zip(&mut bits) {
        let places = chunk.iter().enumerate().filter(|(_, other)| **other == char);
        *word = places.fold(0_u64, |word, (place, _)| word | 1 << place);
    }
    bits
}

/// Keeps the starts that have a found place `offset` further on.
fn keep(starts: &mut [u64], found: &[u64], offset: usize) {
    let (words, bits) = (offset / 64, offset % 64);
    let at = |index: usize| found.get(index).copied().unwrap_or_default();
    for (index, start) in starts.iter_mut().enumerate() {
        let low = at(index + words) >> bits;
        let high = if bits == 0 { 0 } else { at(index + words + 1) << (64 - bits) };
        *start &= low | high;
    }
}

fn without_first(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

fn without_last(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next_back().map(|_| chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, exponential and plain.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&'*', rest)), None) => naive(rest, text),
            (Some((&'*', rest)), Some((_, shorter))) => naive(rest, text) || naive(pattern, shorter),
            (Some((&p, rest)), Some((&t, shorter))) => (p == '?' || p == t) && naive(rest, shorter),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn matching_follows_the_definition(pattern in "[ab*?é]{0,9}", text in "[abé]{0,9}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Glob::new(&pattern).matches(&text), naive(&chars(&pattern), &chars(&text)));
        }

        #[test]
        fn a_long_text_is_searched_like_a_short_one(before in 0_usize..200, gap in "[ab?]{1,6}", after in 0_usize..9) {
            let text = "c".repeat(before) + &gap.replace('?', "b") + &"c".repeat(after);
            let pattern = format!("*{gap}*");
            prop_assert!(Glob::new(&pattern).matches(&text));
            let missing = format!("*{gap}d*");
            prop_assert!(!Glob::new(&missing).matches(&text));
        }

        #[test]
        fn a_literal_is_equal_or_nothing(literal in "[ab*?]{0,5}", text in "[ab*?]{0,5}") {
            let mut glob = Glob::default();
            glob.push_literal(&literal);
            prop_assert_eq!(glob.matches(&text), literal == text);
            prop_assert_eq!(glob.literally(), literal);
        }
    }

    #[test]
    fn arns_match_field_by_field() {
        let arn = "arn:aws:logs:eu-west-1:999999999999:log-group:111122223333:x";
        for (pattern, expected) in [
            ("arn:*:logs:*:9999*:log-group:*", true),
            ("arn:aws:logs:*:111122223333:*", false),
            ("arn:aws:logs:eu-west-?:999999999999:*", true),
            ("arn:aws:logs:*", false),
            ("*", false),
            ("arn:aws:logs:*:*:*:*:*", true),
            ("arn:aws:logs:*:*:*:*:*:*", false),
            ("*:*:*:*:*:*", true),
        ] {
            assert_eq!(Glob::new(pattern).matches_arn(arn), expected, "{pattern}");
        }
        assert!(!Glob::new("*:*:*:*:*:*").matches_arn("urn:a:b:c:d:e"));
        assert!(!Glob::new("arn:*:*:*:*:*").matches_arn("arn:aws:s3"));
    }

    /// The worst that a policy of 20 KB can ask of the longest ARN: what tries one place after another
    /// would take minutes for each.
    #[test]
    fn a_hostile_pattern_is_answered() {
        let text = "a".repeat(2_048);
        for pattern in [
            "a*".repeat(10_000) + "b",
            "*".to_owned() + &"a".repeat(1_000) + "b*",
            ("*".to_owned() + &"a?".repeat(500) + "b*").repeat(10),
            "*?".repeat(10_000),
            "*a?aaaaaaab".repeat(1_000),
        ] {
            assert!(!Glob::new(&pattern).matches(&text));
        }
    }
}
