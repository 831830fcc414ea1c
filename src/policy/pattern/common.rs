//! What two patterns have in common, as patterns.

use super::{Pattern, Token};
use std::collections::BTreeSet;

/// How many patterns may come out; `*a*a*` and `*b*b*` have more in common.
const MOST: usize = 16;

/// How often to look on before giving up.
const STEPS: usize = 20_000;

impl Pattern {
    /// The ARNs, or other texts, that match both this and a question, as patterns that match no others;
    /// nothing where that takes too many.
    ///
    /// No ARN has a colon in its first five fields, so no wildcard there stands for one, unless this
    /// leaves fields out: `arn:aws:lambda:*:function:f`.
    pub(crate) fn common(&self, question: &Self) -> Option<Vec<Self>> {
        let own = if self.has_all_fields() { self.by_field() } else { None };
        let asked = question.by_field();
        all(&own.as_ref().unwrap_or(self).0, &asked.as_ref().unwrap_or(question).0)
    }

    /// Whether the fifth field, if there is one, can be an account.
    fn has_all_fields(&self) -> bool {
        let mut fields = self.0.split(|token| *token == Token::Just(':'));
        let account = fields.nth(4).unwrap_or_default();
        let digits = account.iter().all(|token| !matches!(token, Token::Just(c) if !c.is_ascii_digit()));
        digits || Self(account.to_vec()).written() == "aws"
    }
}

fn all(own: &[Token], their: &[Token]) -> Option<Vec<Pattern>> {
    let mut meeting = Meeting { open: open(own, their), found: BTreeSet::new(), left: STEPS };
    meeting.walk(own, their, &mut Vec::new()).then(|| widest(meeting.found))
}

/// Those that no other covers.
fn widest(found: BTreeSet<Vec<Token>>) -> Vec<Pattern> {
    let mut widest: Vec<Pattern> = Vec::new();
    for pattern in found.into_iter().map(Pattern) {
        if !widest.iter().any(|known| known.covers(&pattern)) {
            widest.retain(|known| !pattern.covers(known));
            widest.push(pattern);
        }
    }
    widest.sort_by_key(|pattern| pattern.0.len());
    widest
}

struct Meeting {
    /// Whether some text matches what is left of both, by how much that is.
    open: Vec<Vec<bool>>,
    found: BTreeSet<Vec<Token>>,
    left: usize,
}

impl Meeting {
    /// Goes every way that leads to the end of both; false if there are too many.
    fn walk(&mut self, own: &[Token], their: &[Token], so_far: &mut Vec<Token>) -> bool {
        if !is_open(&self.open, own, their) {
            return true;
        }
        self.left = self.left.saturating_sub(1);
        let (first, second) = match (own.split_first(), their.split_first()) {
            _ if self.left == 0 => return false,
            (Some(first), Some(second)) => (first, second),
            // What is left of the other may all be empty.
            _ => {
                self.found.insert(so_far.clone());
                return self.found.len() <= MOST;
            }
        };
        let (one, two) = (first.0.may_be_empty(), second.0.may_be_empty());
        let both = meet(*first.0, *second.0);
        let mut with = |meeting: &mut Self, token: Option<Token>, own: &[Token], their: &[Token]| {
            let Some(token) = token else { return true };
            // Two `*` in a row are one.
            let repeated = token.may_be_empty() && so_far.last() == Some(&token);
            if !repeated {
                so_far.push(token);
            }
            let done = meeting.walk(own, their, so_far);
            if !repeated {
                so_far.pop();
            }
            done
        };
        match (one, two) {
            (false, false) => with(self, both, first.1, second.1),
            (true, true) => with(self, both, first.1, their) && with(self, both, own, second.1),
            (true, false) => with(self, both, own, second.1) && self.walk(first.1, their, so_far),
            (false, true) => with(self, both, first.1, their) && self.walk(own, second.1, so_far),
        }
    }
}

/// Whether some text matches the ends of both, for every end of the one and of the other.
fn open(own: &[Token], their: &[Token]) -> Vec<Vec<bool>> {
    let mut table: Vec<Vec<bool>> = Vec::new();
    for length in 0..=own.len() {
        let end = own.len().checked_sub(length).and_then(|from| own.get(from..)).unwrap_or_default();
        let mut row = Vec::new();
        for other in 0..=their.len() {
            let rest = their.len().checked_sub(other).and_then(|from| their.get(from..)).unwrap_or_default();
            let shorter = table.last();
            let below = shorter.and_then(|it| it.get(other)) == Some(&true);
            let left = row.last() == Some(&true);
            let both = || other > 0 && shorter.and_then(|it| it.get(other - 1)) == Some(&true);
            row.push(match (end.first(), rest.first()) {
                (None, None) => true,
                (Some(token), None) => token.may_be_empty() && below,
                (None, Some(token)) => token.may_be_empty() && left,
                (Some(one), Some(two)) => match (one.may_be_empty(), two.may_be_empty()) {
                    (true, true) => below || left,
                    (true, false) => below || left && one.meets(*two),
                    (false, true) => left || below && one.meets(*two),
                    (false, false) => one.meets(*two) && both(),
                },
            });
        }
        table.push(row);
    }
    table
}

fn is_open(open: &[Vec<bool>], own: &[Token], their: &[Token]) -> bool {
    open.get(own.len()).and_then(|row| row.get(their.len())) == Some(&true)
}

/// What both tokens stand for; one character, unless both may be empty.
fn meet(one: Token, two: Token) -> Option<Token> {
    let rank = |token| match token {
        Token::Just(_) => 0,
        Token::Fold(_) | Token::OneBut(_) | Token::ManyBut(_) => 1,
        Token::One | Token::Many => 2,
    };
    let narrower = if rank(two) < rank(one) { two } else { one };
    let narrower = match narrower {
        token if one.may_be_empty() && two.may_be_empty() => token,
        Token::Many => Token::One,
        Token::ManyBut(c) => Token::OneBut(c),
        token => token,
    };
    one.meets(two).then_some(narrower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn common(one: &str, two: &str) -> Vec<String> {
        let found = Pattern::new(one).common(&Pattern::question(two)).unwrap();
        found.iter().map(Pattern::written).collect()
    }

    #[test]
    fn what_both_match() {
        for (one, two, expected) in [
            ("a*", "*b", &["a*b"][..]),
            ("a*", "b*", &[]),
            ("*", "a?{", &["a?{"]),
            ("a?c", "ab?", &["abc"]),
            ("dev-*", "*-api", &["dev-api", "dev-*-api"]),
            ("**", "*", &["*"]),
            ("a/*", "a/{", &["a/{"]),
            ("a/*/c", "a/{", &[]),
            (
                "arn:*:lambda:*:*:function:dev-*",
                "arn:aws:lambda:*:111122223333:function:*",
                &["arn:aws:lambda:*:111122223333:function:dev-*"],
            ),
            (
                "arn:aws:lambda:*:function:*:live",
                "arn:aws:lambda:*:111122223333:function:f:*",
                &["arn:aws:lambda:*:111122223333:function:f:live"],
            ),
            (
                "arn:aws:iam::*:role/*",
                "arn:aws:iam::111122223333:role/*",
                &["arn:aws:iam::111122223333:role/*"],
            ),
        ] {
            let found = common(one, two);
            assert!(
                expected.iter().all(|it| found.iter().any(|found| found == it)),
                "{one} {two}: {found:?}"
            );
            assert_eq!(found.is_empty(), expected.is_empty(), "{one} {two}: {found:?}");
        }
    }

    #[test]
    fn what_takes_too_many_patterns_is_not_told() {
        let (one, two) = ("*a".repeat(30) + "*", "*b".repeat(30) + "*");
        assert!(Pattern::new(&one).common(&Pattern::new(&two)).is_none());
    }

    proptest! {
        #[test]
        fn neither_more_nor_less(one in "[ab*?]{0,6}", two in "[ab*?]{0,6}", text in "[ab]{0,7}") {
            let (one, two) = (Pattern::new(&one), Pattern::new(&two));
            if let Some(found) = one.common(&two) {
                let both = one.matches(&text) && two.matches(&text);
                prop_assert_eq!(found.iter().any(|it| it.matches(&text)), both);
                prop_assert_eq!(!found.is_empty(), one.overlaps(&two));
            }
        }
    }
}
