//! Is there a text that matches all of these patterns and none of those?
//!
//! Patterns are regular, so the question has an exact answer: walk through all of them at once,
//! character by character, until a text is found or every way has been tried. Where that takes too
//! long the answer is that there may be one.

use crate::pattern::{Pattern, Token};
use std::collections::HashSet;

/// Whether something exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exists {
    /// It does not.
    No,
    /// It may: what decides is not known, or is too much to try.
    Perhaps,
    /// It does.
    Yes,
}

/// How many steps a walk may take: more than any patterns of real policies need.
const STEPS: usize = 3_000;

/// A character that no policy holds: it stands for all that no pattern names.
const OTHER: char = '\u{10fffd}';

/// Whether some text matches one pattern of each group in `every`, and none of `none`.
pub(crate) fn some_text(every: &[Vec<Pattern>], none: &[Pattern]) -> Exists {
    let groups: Vec<_> = every.iter().map(Vec::len).collect();
    let patterns: Vec<_> = every.iter().flatten().chain(none).collect();
    let walk = Walk { patterns, groups };
    let start = walk.start();
    let mut seen = HashSet::from([start.clone()]);
    let mut waiting = vec![start];
    while let Some(places) = waiting.pop() {
        if walk.is_at_end(&places) {
            return Exists::Yes;
        }
        for c in walk.choices(&places) {
            let next = walk.step(&places, c);
            if walk.is_alive(&next) && seen.insert(next.clone()) {
                waiting.push(next);
            }
        }
        if seen.len() > STEPS {
            return Exists::Perhaps;
        }
    }
    Exists::No
}

/// For each pattern the positions that the text so far can have led to, sorted.
type Places = Vec<Vec<usize>>;

struct Walk<'a> {
    /// The patterns to match, group after group, then those not to match.
    patterns: Vec<&'a Pattern>,
    /// The sizes of the groups.
    groups: Vec<usize>,
}

impl Walk<'_> {
    fn start(&self) -> Places {
        self.patterns.iter().map(|pattern| reach(pattern, 0, Vec::new())).collect()
    }

    /// The characters that make a difference here.
    fn choices(&self, places: &Places) -> Vec<char> {
        let mut choices = vec![OTHER];
        for (pattern, places) in self.patterns.iter().zip(places) {
            for token in places.iter().filter_map(|place| pattern.tokens().get(*place)) {
                match *token {
                    Token::Just(c) | Token::OneBut(c) | Token::ManyBut(c) => choices.push(c),
                    Token::Fold(c) => choices.extend(c.to_lowercase().chain(c.to_uppercase())),
                    Token::One | Token::Many => {}
                }
            }
        }
        choices.sort_unstable();
        choices.dedup();
        choices
    }

    fn step(&self, places: &Places, c: char) -> Places {
        let pairs = self.patterns.iter().zip(places);
        pairs
            .map(|(pattern, places)| {
                let mut next = Vec::new();
                for place in places {
                    match pattern.tokens().get(*place) {
                        Some(token) if token.takes(c) => {
                            let on = if token.may_be_empty() { *place } else { place + 1 };
                            next = reach(pattern, on, next);
                        }
                        _ => {}
                    }
                }
                next.sort_unstable();
                next
            })
            .collect()
    }

    /// Whether every group still has a pattern that the text can come to match.
    fn is_alive(&self, places: &Places) -> bool {
        self.every_group(places, |_, places| !places.is_empty())
    }

    /// Whether the text so far is one.
    fn is_at_end(&self, places: &Places) -> bool {
        let ends = |pattern: &Pattern, places: &[usize]| {
            places.last().is_some_and(|place| *place >= pattern.tokens().len())
        };
        let wanted: usize = self.groups.iter().sum();
        let mut unwanted = self.patterns.iter().zip(places).skip(wanted);
        self.every_group(places, ends) && !unwanted.any(|(pattern, places)| ends(pattern, places))
    }

    fn every_group(&self, places: &Places, holds: impl Fn(&Pattern, &[usize]) -> bool) -> bool {
        let mut pairs = self.patterns.iter().zip(places);
        self.groups.iter().all(|size| {
            let group = pairs.by_ref().take(*size);
            group.fold(false, |found, (pattern, places)| found || holds(pattern, places))
        })
    }
}

/// Adds a position, and those that follow it without any character.
fn reach(pattern: &Pattern, mut place: usize, mut places: Vec<usize>) -> Vec<usize> {
    loop {
        if places.contains(&place) {
            return places;
        }
        places.push(place);
        match pattern.tokens().get(place) {
            Some(token) if token.may_be_empty() => place += 1,
            _ => return places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn exists(every: &[&[&str]], none: &[&str]) -> Exists {
        let every: Vec<Vec<_>> =
            every.iter().map(|group| group.iter().map(|it| Pattern::new(it)).collect()).collect();
        let none: Vec<_> = none.iter().map(|it| Pattern::new(it)).collect();
        some_text(&every, &none)
    }

    #[test]
    fn texts_that_are_there_and_texts_that_are_not() {
        for (every, none, expected) in [
            (vec![], vec![], Exists::Yes),
            (vec![["a*"].as_slice(), &["*b"]], vec![], Exists::Yes),
            (vec![&["a*"], &["*b"]], vec!["a*b"], Exists::No),
            (vec![&["a"], &["b"]], vec![], Exists::No),
            (vec![&["a", "b"], &["b", "c"]], vec![], Exists::Yes),
            (vec![&["a*", "b*"]], vec!["a*"], Exists::Yes),
            (vec![&["?"]], vec!["a", "b"], Exists::Yes),
            (vec![], vec!["*"], Exists::No),
            (vec![], vec!["?*"], Exists::Yes),
            (vec![&["*"]], vec!["", "?", "??*"], Exists::No),
        ] {
            assert_eq!(exists(&every, &none), expected, "{every:?} {none:?}");
        }
    }

    #[test]
    fn colons_part_the_fields_of_an_arn() {
        let arn = Pattern::arn("arn:aws:sns:*:111122223333:*").unwrap();
        let text = Pattern::new("arn:aws:sns:*:999999999999:*");
        assert_eq!(some_text(&[vec![arn.clone()], vec![text]], &[]), Exists::Yes);
        let other = Pattern::arn("arn:aws:sns:*:999999999999:*").unwrap();
        assert_eq!(some_text(&[vec![arn], vec![other]], &[]), Exists::No);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_short_text_is_found(every in vec(vec("[ab*?]{0,4}", 1..3), 0..3), none in vec("[ab*?]{0,4}", 0..3), text in "[ab]{0,4}") {
            let matches = |it: &String| Pattern::new(it).matches(&text);
            let is_one = every.iter().all(|group| group.iter().any(matches)) && !none.iter().any(matches);
            let every: Vec<Vec<_>> = every.iter().map(|group| group.iter().map(String::as_str).collect()).collect();
            let every: Vec<_> = every.iter().map(Vec::as_slice).collect();
            let none: Vec<_> = none.iter().map(String::as_str).collect();
            if is_one {
                prop_assert_eq!(exists(&every, &none), Exists::Yes);
            }
        }

        /// Texts longer than the patterns repeat a position, so the short ones decide.
        #[test]
        fn what_is_said_to_exist_is_there(every in vec("[a*?]{0,3}", 0..3), none in vec("[a*?]{0,3}", 0..3)) {
            let texts = (0..8).flat_map(|length| (0..1 << length).map(move |bits: u32| {
                (0..length).map(|place| if bits >> place & 1 == 1 { 'a' } else { OTHER }).collect::<String>()
            }));
            let is_one = |text: &String| {
                let matches = |it: &String| Pattern::new(it).matches(text);
                every.iter().all(matches) && !none.iter().any(matches)
            };
            let there = texts.into_iter().any(|text| is_one(&text));
            let groups: Vec<_> = every.iter().map(|it| vec![it.as_str()]).collect();
            let groups: Vec<_> = groups.iter().map(Vec::as_slice).collect();
            let none: Vec<_> = none.iter().map(String::as_str).collect();
            prop_assert_eq!(exists(&groups, &none) == Exists::Yes, there);
        }
    }
}
