//! Wildcards: `*` is any text, `?` is one character. ARNs are compared field by field.
//!
//! A question may hold wildcards too (`api/*/GET/orders` for any stage, `api/prod/GET/orders/{` for
//! any order), so a pattern is compared with a pattern: does it cover all of the other, or do the two
//! overlap? Both take at most the product of the lengths, whatever the wildcards.

mod common;

/// A pattern, ready for comparison.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Vec<Token>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    Just(char),
    /// The character in either case.
    Fold(char),
    /// One character, whichever.
    One,
    /// Any text.
    Many,
    /// One character, but not that one.
    OneBut(char),
    /// Any text without that character.
    ManyBut(char),
}

impl Token {
    pub(crate) fn may_be_empty(self) -> bool {
        matches!(self, Self::Many | Self::ManyBut(_))
    }

    /// Whether the character may be, or be part of, what the token stands for.
    pub(crate) fn takes(self, c: char) -> bool {
        match self {
            Self::Just(own) => own == c,
            Self::Fold(own) => own == c || own.to_lowercase().eq(c.to_lowercase()),
            Self::One | Self::Many => true,
            Self::OneBut(other) | Self::ManyBut(other) => other != c,
        }
    }

    /// Whether some character may stand for both.
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Just(c), other) | (other, Self::Just(c)) => other.takes(c),
            (Self::Fold(c), other) | (other, Self::Fold(c)) => {
                c.to_lowercase().chain(c.to_uppercase()).any(|c| other.takes(c))
            }
            _ => true,
        }
    }
}

impl Pattern {
    /// Reads `*` and `?` as wildcards.
    pub(crate) fn new(text: &str) -> Self {
        let token = |c| match c {
            '*' => Token::Many,
            '?' => Token::One,
            c => Token::Just(c),
        };
        Self(text.chars().map(token).collect())
    }

    /// The same for a question, in which `{` is any text without a slash.
    pub(crate) fn question(text: &str) -> Self {
        let token = |token| if token == Token::Just('{') { Token::ManyBut('/') } else { token };
        Self(Self::new(text).0.into_iter().map(token).collect())
    }

    /// The same for ARNs: no wildcard of the first five fields stands for a colon. Nothing for a text
    /// with fewer fields, which matches no ARN.
    pub(crate) fn arn(text: &str) -> Option<Self> {
        Self::new(text).by_field()
    }

    /// The pattern with wildcards that reach no further than those of [`Self::arn`].
    fn by_field(&self) -> Option<Self> {
        let mut colons = 0;
        let token = |token: &Token| match token {
            Token::Just(':') => {
                colons += 1;
                *token
            }
            Token::Many if colons < 5 => Token::ManyBut(':'),
            Token::One if colons < 5 => Token::OneBut(':'),
            token => *token,
        };
        let tokens = self.0.iter().map(token).collect();
        (colons >= 5).then_some(Self(tokens))
    }

    /// A text in which nothing is a wildcard, in any case.
    pub(crate) fn folded(text: &str) -> Self {
        Self(text.chars().map(Token::Fold).collect())
    }

    /// The same for actions, which ignore case.
    pub(crate) fn action(text: &str) -> Self {
        Self::new(&text.to_ascii_lowercase())
    }

    /// A text in which nothing is a wildcard.
    pub(crate) fn literal(text: &str) -> Self {
        Self(text.chars().map(Token::Just).collect())
    }

    /// A text that matches: with that character for each wildcard.
    pub(crate) fn with(&self, any: char) -> Self {
        let text = self.0.iter().map(|token| match token {
            Token::Just(c) | Token::Fold(c) => Token::Just(*c),
            Token::One | Token::Many | Token::OneBut(_) | Token::ManyBut(_) => Token::Just(any),
        });
        Self(text.collect())
    }

    /// What it is made of.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// The text, if this is one single text.
    pub(crate) fn text(&self) -> Option<String> {
        let just = |token: &Token| if let Token::Just(c) = token { Some(*c) } else { None };
        self.0.iter().map(just).collect()
    }

    /// As a question writes it: `*`, `?`, and `{` for any text without a slash.
    pub(crate) fn written(&self) -> String {
        let written = |token: &Token| match token {
            Token::Just(c) | Token::Fold(c) => *c,
            Token::One | Token::OneBut(_) => '?',
            Token::ManyBut('/') => '{',
            Token::Many | Token::ManyBut(_) => '*',
        };
        self.0.iter().map(written).collect()
    }

    /// Whether this is one single text.
    pub(crate) fn is_fixed(&self) -> bool {
        let fixed = |token: &Token| matches!(token, Token::Just(_));
        self.0.iter().all(fixed)
    }

    /// Whether the text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.overlaps(&Self::literal(text))
    }

    /// Whether every text that matches `other` matches this.
    ///
    /// Never wrongly true; for `*?` against `?*` and the like it is wrongly false.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        cover(&self.0, &other.0)
    }

    /// Whether some text matches both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        // Most patterns differ at their beginning, and many end in a `*` after it.
        let (mut own, mut their) = (self.0.as_slice(), other.0.as_slice());
        while let (Some((&first, rest)), Some((&second, others))) = (own.split_first(), their.split_first()) {
            match (first, second) {
                (Token::Just(one), Token::Just(two)) if one == two => (own, their) = (rest, others),
                (Token::Just(_), Token::Just(_)) => return false,
                _ => break,
            }
        }
        let fixed = |tokens: &[Token]| tokens.iter().all(|token| matches!(token, Token::Just(_)));
        let simple = |tokens: &[Token]| !tokens.iter().any(|token| matches!(token, Token::ManyBut(_)));
        match () {
            () if own == [Token::Many] || their == [Token::Many] => true,
            // What `*` swallows may be given back, whatever the text; what has an exception may not.
            () if fixed(their) && simple(own) => cover(own, their),
            () if fixed(own) && simple(their) => cover(their, own),
            () => overlap(own, their),
        }
    }
}

/// Whether every text that matches the other matches these; see [`Pattern::covers`].
fn cover(pattern: &[Token], other: &[Token]) -> bool {
    let (mut own, mut their) = (0, 0);
    // Where the last `*` stood, and how much of the other it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&token) = other.get(their) {
        let fits = match pattern.get(own) {
            Some(Token::Many) => {
                star = Some((own, their));
                own += 1;
                continue;
            }
            Some(Token::One) => !token.may_be_empty(),
            Some(own) => match token {
                Token::Just(c) => own.takes(c) && !own.may_be_empty(),
                token => *own == token,
            },
            None => false,
        };
        if fits {
            (own, their) = (own + 1, their + 1);
        } else if let Some((position, swallowed)) = star {
            star = Some((position, swallowed + 1));
            (own, their) = (position + 1, swallowed + 1);
        } else {
            return false;
        }
    }
    pattern.iter().skip(own).all(|token| *token == Token::Many)
}

/// Whether some text matches both.
fn overlap(own: &[Token], their: &[Token]) -> bool {
    // `row` says for each length of the other's start whether it and our start so far overlap.
    let mut row = Vec::with_capacity(their.len() + 1);
    row.push(true);
    for token in their {
        row.push(row.last() == Some(&true) && token.may_be_empty());
    }
    for own in own {
        let mut left = row.first() == Some(&true) && own.may_be_empty();
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (their, both) in their.iter().zip(row.windows(2)) {
            let (diagonal, above) = (both.first() == Some(&true), both.last() == Some(&true));
            // `above` is for a token of ours that is empty, `left` for one of theirs.
            left = match (own.may_be_empty(), their.may_be_empty()) {
                (true, true) => above || left,
                (true, false) => above || left && own.meets(*their),
                (false, true) => left || above && own.meets(*their),
                (false, false) => diagonal && own.meets(*their),
            };
            next.push(left);
        }
        row = next;
    }
    row.last() == Some(&true)
}

/// Whether some text matches both a pattern of a policy, in which `*` is any text and `?` one character,
/// and a question, in which `{` is any text without a slash besides.
///
/// ```
/// use policy::meets;
/// assert!(meets("a1b2c3/*/GET/orders/*", "a1b2c3/prod/GET/orders/{"));
/// assert!(!meets("a1b2c3/prod/GET/orders", "a1b2c3/prod/GET/orders/7"));
/// ```
pub fn meets(pattern: &str, question: &str) -> bool {
    Pattern::new(pattern).overlaps(&Pattern::question(question))
}

/// The account field of an ARN; nothing if the text is not an ARN.
pub(crate) fn account_of_arn(text: &str) -> Option<&str> {
    fields(text).map(|[_, _, _, _, account, _]| account)
}

fn fields(text: &str) -> Option<[&str; 6]> {
    let mut fields = text.splitn(6, ':');
    let mut next = || fields.next();
    let fields = [next()?, next()?, next()?, next()?, next()?, next()?];
    fields.starts_with(&["arn"]).then_some(fields)
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

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn matching_follows_the_definition(pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}") {
            let expected = naive(&chars(&pattern), &chars(&text));
            prop_assert_eq!(Pattern::new(&pattern).matches(&text), expected);
        }

        #[test]
        fn what_is_covered_matches(wide in "[ab*?]{0,6}", narrow in "[ab*?]{0,6}", text in "[ab]{0,6}") {
            let (wide, narrow) = (Pattern::new(&wide), Pattern::new(&narrow));
            if wide.covers(&narrow) && narrow.matches(&text) {
                prop_assert!(wide.matches(&text));
            }
        }

        #[test]
        fn what_matches_both_overlaps(one in "[ab*?]{0,6}", two in "[ab*?]{0,6}", text in "[ab]{0,6}") {
            let (one, two) = (Pattern::new(&one), Pattern::new(&two));
            prop_assert_eq!(one.overlaps(&two), two.overlaps(&one));
            if one.matches(&text) && two.matches(&text) {
                prop_assert!(one.overlaps(&two));
            }
        }

        #[test]
        fn overlap_with_a_text_is_a_match(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            let pattern = Pattern::new(&pattern);
            prop_assert_eq!(pattern.overlaps(&Pattern::literal(&text)), pattern.matches(&text));
        }
    }

    #[test]
    fn a_segment_is_any_text_without_a_slash() {
        for (pattern, question, overlaps, covers) in [
            ("a/*", "a/{", true, true),
            ("a/?", "a/{", true, false),
            ("a/b", "a/{", true, false),
            ("a/", "a/{", true, false),
            ("a/*/c", "a/{", false, false),
            ("a/b/c", "a/{", false, false),
            ("a/b/c", "a/{/c", true, false),
            ("a/*/c", "a/{/c", true, true),
            ("a*", "a/{", true, true),
            ("*/c", "a/{", true, false),
            ("*/b/c", "a/{", false, false),
            ("a/{", "a/{", true, false),
        ] {
            let (own, their) = (Pattern::new(pattern), Pattern::question(question));
            assert_eq!(own.overlaps(&their), overlaps, "{pattern} {question}");
            assert_eq!(their.overlaps(&own), overlaps, "{question} {pattern}");
            assert_eq!(own.covers(&their), covers, "{pattern} {question}");
        }
    }

    #[test]
    fn many_stars_cost_no_more_than_the_product() {
        let pattern = "a*".repeat(2_000) + "b";
        assert!(!Pattern::new(&pattern).matches(&"a".repeat(4_000)));
    }

    #[test]
    fn actions_ignore_case() {
        let request = Pattern::action("lambda:InvokeFunction");
        assert!(Pattern::action("Lambda:invoke*").covers(&request));
        assert!(Pattern::action("lambda:?nvokeFunction").covers(&request));
        assert!(!Pattern::action("lambda:Get*").covers(&request));
    }

    #[test]
    fn arn_fields_do_not_run_into_each_other() {
        let arn = "arn:aws:logs:eu-west-1:999999999999:log-group:111122223333:x";
        assert!(Pattern::new("arn:aws:logs:*:111122223333:*").matches(arn));
        assert!(!Pattern::arn("arn:aws:logs:*:111122223333:*").unwrap().matches(arn));
        assert!(Pattern::arn("arn:*:logs:*:9999*:log-group:*").unwrap().matches(arn));
        assert!(!Pattern::arn("arn:aws:logs:*:9*:111122223333:x").unwrap().matches(arn));
        assert!(!Pattern::arn("arn:aws:logs:*:9*?:111122223333:x").unwrap().matches(arn));
        assert!(Pattern::arn("*").is_none());
        assert_eq!(account_of_arn("arn:aws:s3:::bucket"), Some(""));
    }
}
