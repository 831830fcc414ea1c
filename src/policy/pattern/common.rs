//! What two patterns have in common, as patterns.

use super::{Pattern, Token};
use std::collections::BTreeSet;

/// How many patterns may come out; `*a*a*` and `*b*b*` have more in common.
const MOST: usize = 16;

/// How often to look on before giving up.
const STEPS: usize = 20_000;

/// How many wildcards may stand within one another's reach.
const DEEPEST: usize = 500;

impl Pattern {
    /// The ARNs, or other texts, that match both this and a question, as patterns that match no others;
    /// nothing where that takes too many.
    ///
    /// ARNs match field by field. A wildcard at the end of a field may run on beyond it: that is told
    /// where no field can be meant, as in `arn:aws:lambda:*:function:f` or `arn:aws:lambda:*:*:f`.
    pub(crate) fn common(&self, question: &Self) -> Option<Vec<Self>> {
        let asked = question.by_field();
        let asked = &asked.as_ref().unwrap_or(question).0;
        let own = if self.has_all_fields() { self.by_field() } else { None };
        match own.map(|own| all(&own.0, asked)) {
            Some(Some(found)) if found.is_empty() && self.kind() != question.kind() => all(&self.0, asked),
            Some(found) => found,
            None => all(&self.0, asked),
        }
    }

    /// What the sixth field begins with: a kind of resource, in most ARNs.
    fn kind(&self) -> &[Token] {
        let colon = |token: &&Token| **token == Token::Just(':');
        let mut colons = self.0.iter().enumerate().filter(|(_, token)| colon(token));
        let start = colons.nth(4).map_or(self.0.len(), |(place, _)| place + 1);
        let field = self.0.get(start..).unwrap_or_default();
        let ends = |token: &Token| !matches!(token, Token::Just(c) if *c != ':' && *c != '/');
        field.split(ends).next().unwrap_or_default()
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
    meeting.walk(own, their, &mut Vec::new(), 0).then(|| widest(meeting.found))
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
    fn walk(
        &mut self,
        mut own: &[Token],
        mut their: &[Token],
        so_far: &mut Vec<Token>,
        depth: usize,
    ) -> bool {
        let before = so_far.len();
        let done = loop {
            if !is_open(&self.open, own, their) {
                break true;
            }
            self.left = self.left.saturating_sub(1);
            let (first, second) = match (own.split_first(), their.split_first()) {
                _ if self.left == 0 || depth == DEEPEST => break false,
                (Some(first), Some(second)) => (first, second),
                // What is left of the other may all be empty.
                _ => {
                    self.found.insert(so_far.clone());
                    break self.found.len() <= MOST;
                }
            };
            let (one, two) = (first.0.may_be_empty(), second.0.may_be_empty());
            let token = meet(*first.0, *second.0);
            // That a wildcard ends here is a way of its own. Where both are, either may go on.
            let length = if one && two { token.map(|token| add(so_far, token)) } else { None };
            let ended = match (one, two) {
                (true, _) => self.walk(first.1, their, so_far, depth + 1),
                (_, true) => self.walk(own, second.1, so_far, depth + 1),
                _ => true,
            };
            so_far.truncate(length.unwrap_or(so_far.len()));
            let Some(token) = token.filter(|_| ended) else {
                break ended;
            };
            add(so_far, token);
            own = if one { own } else { first.1 };
            their = if two && !one { their } else { second.1 };
        };
        so_far.truncate(before);
        done
    }
}

/// Adds a token, unless it is a wildcard for any text that stands there already; gives the length before.
fn add(tokens: &mut Vec<Token>, token: Token) -> usize {
    let length = tokens.len();
    if !(token.may_be_empty() && tokens.last() == Some(&token)) {
        tokens.push(token);
    }
    length
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
        Token::Fold(_) | Token::Digit | Token::OneBut(_) | Token::ManyBut(_) => 1,
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
