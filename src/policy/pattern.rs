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
    /// One digit.
    Digit,
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
            Self::Digit => c.is_ascii_digit(),
            Self::OneBut(other) | Self::ManyBut(other) => other != c,
        }
    }

    /// The same, if it is a wildcard not for that character.
    fn without(self, c: char) -> Self {
        match self {
            Self::Many => Self::ManyBut(c),
            Self::One => Self::OneBut(c),
            token => token,
        }
    }

    /// Whether whatever the other stands for, and that is one character, is among what this stands for.
    fn holds(self, other: Self) -> bool {
        match (self, other) {
            (Self::One, other) => !other.may_be_empty(),
            (Self::OneBut(c) | Self::ManyBut(c), Self::Fold(_) | Self::Digit) => !other.takes(c),
            (own, Self::Just(c)) => own.takes(c),
            (Self::ManyBut(one), Self::OneBut(two)) => one == two,
            (Self::Many, _) => true,
            (own, other) => own == other,
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
        Self::read(text, token)
    }

    fn read(text: &str, token: impl Fn(char) -> Token) -> Self {
        // Nearly all is ASCII, of which room for as many as there are bytes is just enough.
        let mut tokens = Vec::with_capacity(text.len());
        tokens.extend(text.chars().map(token));
        Self(tokens)
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

    /// The same for the resource of a statement: a wildcard of the first five fields stands for no colon,
    /// but at the end of a field `*` stands for whatever follows. Where an ARN may be `short`, in
    /// policies of identities, the fields that it lacks are whatever they are.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
    pub(crate) fn resource(text: &str, short: bool) -> Self {
        let (mut tokens, mut rest) = (Vec::new(), text);
        for _ in 0..5 {
            let (field, after) = rest.split_once(':').map_or((rest, None), |(field, it)| (field, Some(it)));
            if field.ends_with('*') {
                break;
            }
            tokens.extend(Self::new(field).without(':').0);
            match after {
                Some(after) => rest = after,
                None if short => rest = "*",
                None => return Self(tokens),
            }
            tokens.push(Token::Just(':'));
            if after.is_none() {
                break;
            }
        }
        tokens.extend(Self::new(rest).0);
        Self(tokens)
    }

    /// The pattern with wildcards that reach no further than those of [`Self::arn`].
    fn by_field(&self) -> Option<Self> {
        let mut colons = 0;
        let token = |token: &Token| {
            colons += usize::from(*token == Token::Just(':'));
            if colons < 5 { token.without(':') } else { *token }
        };
        let tokens = self.0.iter().map(token).collect();
        (colons >= 5).then_some(Self(tokens))
    }

    /// A text in which nothing is a wildcard, in any case.
    pub(crate) fn folded(text: &str) -> Self {
        Self::read(text, Token::Fold)
    }

    /// The same for actions, which ignore case.
    pub(crate) fn action(text: &str) -> Self {
        Self::new(&text.to_ascii_lowercase())
    }

    /// A text in which nothing is a wildcard.
    pub(crate) fn literal(text: &str) -> Self {
        Self::read(text, Token::Just)
    }

    /// A text that matches: with that character for each wildcard.
    pub(crate) fn with(&self, any: char) -> Self {
        let text = self.0.iter().map(|token| match token {
            Token::Just(c) | Token::Fold(c) => Token::Just(*c),
            Token::Digit => Token::Just('7'),
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
            Token::One | Token::OneBut(_) | Token::Digit => '?',
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

    /// Whether this is one single text, in some case or in any.
    pub(crate) fn is_one_text(&self) -> bool {
        self.0.iter().all(|token| matches!(token, Token::Just(_) | Token::Fold(_)))
    }

    /// The same with wildcards that do not stand for that character.
    pub(crate) fn without(self, c: char) -> Self {
        Self(self.0.into_iter().map(|token| token.without(c)).collect())
    }

    /// The same with a digit for each wildcard that stands for one character.
    pub(crate) fn of_digits(self) -> Self {
        let digit = |token| if token == Token::One { Token::Digit } else { token };
        Self(self.0.into_iter().map(digit).collect())
    }

    /// The same in any case.
    pub(crate) fn in_any_case(self) -> Self {
        let fold = |token| if let Token::Just(c) = token { Token::Fold(c) } else { token };
        Self(self.0.into_iter().map(fold).collect())
    }

    /// Whether the text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.overlaps(&Self::literal(text))
    }

    /// Whether the text matches one of them.
    pub(crate) fn any_matches(patterns: &[Self], text: &str) -> bool {
        let text = (!patterns.is_empty()).then(|| Self::literal(text));
        text.is_some_and(|text| patterns.iter().any(|pattern| pattern.overlaps(&text)))
    }

    /// Whether every text that matches `other` matches this.
    ///
    /// Never wrongly true; for `*?` against `?*` and the like it is wrongly false.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        if is_ordered(&self.0) { cover(&self.0, &other.0) } else { cover_by_parts(&self.0, &other.0) }
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
        match () {
            () if own == [Token::Many] || their == [Token::Many] => true,
            () if fixed(their) && is_ordered(own) => cover(own, their),
            () if fixed(own) && is_ordered(their) => cover(their, own),
            () => overlap(own, their),
        }
    }
}

/// Whether no wildcard with an exception stands after one without. Then the last wildcard of a match is
/// all to remember: what the others swallowed, they would swallow again.
fn is_ordered(tokens: &[Token]) -> bool {
    let mut rest = tokens.iter().skip_while(|token| **token != Token::Many);
    !rest.any(|token| matches!(token, Token::ManyBut(_)))
}

/// Whether every text that matches the other matches these, which are ordered; see [`Pattern::covers`].
fn cover(pattern: &[Token], other: &[Token]) -> bool {
    let (mut own, mut their) = (0, 0);
    // The last wildcard for any text, where it stands, and how much of the other it has swallowed.
    let mut star: Option<(Token, usize, usize)> = None;
    while let Some(&token) = other.get(their) {
        let fits = match pattern.get(own) {
            Some(many) if many.may_be_empty() => {
                star = Some((*many, own, their));
                own += 1;
                continue;
            }
            Some(own) => own.holds(token),
            None => false,
        };
        if fits {
            (own, their) = (own + 1, their + 1);
            continue;
        }
        match star {
            Some((many, position, swallowed)) if other.get(swallowed).is_some_and(|it| many.holds(*it)) => {
                star = Some((many, position, swallowed + 1));
                (own, their) = (position + 1, swallowed + 1);
            }
            _ => return false,
        }
    }
    pattern.iter().skip(own).all(|token| token.may_be_empty())
}

/// The same, whatever the wildcards.
fn cover_by_parts(pattern: &[Token], other: &[Token]) -> bool {
    // `row` says for each length of the other's start whether our start so far covers it.
    let mut row = vec![false; other.len() + 1];
    row.iter_mut().take(1).for_each(|first| *first = true);
    for own in pattern {
        let mut left = row.first() == Some(&true) && own.may_be_empty();
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (token, both) in other.iter().zip(row.windows(2)) {
            let (diagonal, above) = (both.first() == Some(&true), both.last() == Some(&true));
            let before = if own.may_be_empty() { left } else { diagonal };
            left = own.may_be_empty() && above || before && own.holds(*token);
            next.push(left);
        }
        row = next;
    }
    row.last() == Some(&true)
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
mod tests;
