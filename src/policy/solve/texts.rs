//! Is there a text that matches all of these patterns and none of those?
//!
//! Patterns are regular, so the question has an exact answer: walk through all of them at once,
//! character by character, until a text is found or every way has been tried. Where that takes too
//! long the answer is that there may be one.

use super::Allowance;
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

/// A character that no policy holds: it stands for all that no pattern names.
const OTHER: char = '\u{10fffd}';

/// Whether some text matches one pattern of each group in `every`, and none of `none`.
pub(crate) fn some_text(every: &[Vec<Pattern>], none: &[Pattern], allowance: &Allowance) -> Exists {
    let sizes = || every.iter().map(Vec::len);
    let pairs = sizes().enumerate().map(|(place, size)| size * sizes().skip(place + 1).sum::<usize>());
    let against = (1 + sizes().sum::<usize>()) * none.len();
    if !allowance.spend(sizes().sum::<usize>() + 4 * (pairs.sum::<usize>() + against)) {
        return Exists::Perhaps;
    }
    let Some(walk) = Walk::new(every, none) else {
        return Exists::No;
    };
    if walk.guess() {
        return Exists::Yes;
    }
    walk.search(allowance)
}

/// For each pattern the positions that the text so far can have led to, sorted.
type Places = Vec<Vec<usize>>;

struct Walk<'a> {
    /// The patterns to match, group after group, then those not to match.
    patterns: Vec<&'a Pattern>,
    /// The sizes of the groups.
    groups: Vec<usize>,
}

impl<'a> Walk<'a> {
    /// Of those patterns that can matter; nothing where a group has none that goes with all others.
    fn new(every: &'a [Vec<Pattern>], none: &'a [Pattern]) -> Option<Self> {
        let (mut patterns, mut groups) = (Vec::new(), Vec::new());
        for (place, group) in every.iter().enumerate() {
            let others = every.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, it)| it);
            let goes_with = |one: &Pattern, group: &Vec<Pattern>| group.iter().any(|it| it.overlaps(one));
            let is_unwanted = |one: &&Pattern| none.iter().any(|it| it.covers(one));
            let fits =
                |one: &&Pattern| others.clone().all(|group| goes_with(one, group)) && !is_unwanted(one);
            let before = patterns.len();
            patterns.extend(group.iter().filter(fits));
            groups.push(patterns.len() - before);
        }
        if groups.contains(&0) {
            return None;
        }
        let first = groups.first().copied().unwrap_or_default();
        let wanted = patterns.iter().take(first).copied().collect::<Vec<_>>();
        let matters = |it: &&Pattern| wanted.is_empty() || wanted.iter().any(|one| one.overlaps(it));
        patterns.extend(none.iter().filter(matters));
        Some(Self { patterns, groups })
    }

    /// Goes through all texts, as far as they differ to the patterns.
    fn search(&self, allowance: &Allowance) -> Exists {
        let start = self.start();
        if self.is_at_end(&start) {
            return Exists::Yes;
        }
        let choices = self.choices(&start);
        let mut seen = HashSet::from([start.clone()]);
        let mut ways = vec![(start, choices)];
        while let Some((places, choices)) = ways.last_mut() {
            let Some(c) = choices.pop() else {
                ways.pop();
                continue;
            };
            // A step looks at every pattern and every position.
            if !allowance.spend(self.patterns.len() + places.iter().map(Vec::len).sum::<usize>()) {
                return Exists::Perhaps;
            }
            let next = self.step(places, c);
            if self.is_alive(&next) && seen.insert(next.clone()) {
                if self.is_at_end(&next) {
                    return Exists::Yes;
                }
                let choices = self.choices(&next);
                ways.push((next, choices));
            }
        }
        Exists::No
    }

    /// Whether one of the first texts that come to mind is one: a pattern of the first group with a
    /// character for each wildcard that nobody else names.
    fn guess(&self) -> bool {
        const GUESSES: usize = 4;
        let first = self.groups.first().copied().unwrap_or_default();
        let other = Pattern::literal(&OTHER.to_string());
        let instances = self.patterns.iter().take(first.min(GUESSES)).map(|it| it.with(OTHER));
        let mut texts = instances.chain((first == 0).then_some(other));
        texts.any(|text| {
            let wanted: usize = self.groups.iter().sum();
            let mut patterns = self.patterns.iter();
            let every = self.groups.iter().all(|size| {
                let group = patterns.by_ref().take(*size);
                group.filter(|pattern| pattern.overlaps(&text)).count() > 0
            });
            every && !self.patterns.iter().skip(wanted).any(|pattern| pattern.overlaps(&text))
        })
    }

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
                    Token::Digit => choices.extend('0'..='9'),
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
        some_text(&every, &none, &Allowance::default())
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

    /// `bacb` is one, but no guess finds it.
    #[test]
    fn what_is_too_much_to_try_may_be() {
        let every = ["*a*b", "*b*a*"].map(|it| vec![Pattern::new(it)]);
        let none = [Pattern::new("*ab*")];
        for (steps, expected) in [(1_000, Exists::Yes), (3, Exists::Perhaps), (24, Exists::Perhaps)] {
            assert_eq!(some_text(&every, &none, &Allowance::of(steps)), expected, "{steps}");
        }
    }

    #[test]
    fn colons_part_the_fields_of_an_arn() {
        let arn = Pattern::arn("arn:aws:sns:*:111122223333:*").unwrap();
        let text = Pattern::new("arn:aws:sns:*:999999999999:*");
        assert_eq!(some_text(&[vec![arn.clone()], vec![text]], &[], &Allowance::default()), Exists::Yes);
        let other = Pattern::arn("arn:aws:sns:*:999999999999:*").unwrap();
        assert_eq!(some_text(&[vec![arn], vec![other]], &[], &Allowance::default()), Exists::No);
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
