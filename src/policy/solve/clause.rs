//! A condition made ready to be asked many times.

use super::Networks;
use super::names::weight;
use crate::pattern::Pattern;
use crate::variables;
use crate::{Condition, Operator, Qualifier, Version};
use std::collections::BTreeSet;

/// The keys that tell who asks and where, of which a request has one value at most.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const SINGLE_VALUED: [&str; 14] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principalorgid",
    "aws:principalservicename",
    "aws:principaltype",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
];

/// A condition with its values read.
#[derive(Debug)]
pub(crate) struct Clause<'a> {
    pub(crate) condition: &'a Condition,
    /// The key, lower case.
    pub(crate) key: String,
    /// Whether a request has one value of the key at most.
    pub(crate) single_valued: bool,
    pub(crate) test: Test<'a>,
    /// What it costs to tell whether it names a value.
    pub(crate) weight: usize,
}

/// What a condition compares a key's values with; of a negated operator, what it negates.
#[derive(Debug)]
pub(crate) enum Test<'a> {
    /// Whether there is a value at all: the answers that fulfil it, for missing and for present.
    Presence { missing: bool, present: bool },
    /// One of these texts.
    Texts(Texts<'a>),
    /// An address in one of these networks.
    Networks(Networks),
    /// A number, a date, a flag or bytes.
    Other,
    /// Something that depends on the request or cannot be read.
    Unknown,
}

/// Texts: single ones, and those that match patterns.
#[derive(Debug)]
pub(crate) struct Texts<'a> {
    single: BTreeSet<&'a str>,
    wild: Vec<Pattern>,
}

/// What is asked of a request: that a clause holds, or that it fails.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand<'a> {
    pub(crate) clause: &'a Clause<'a>,
    pub(crate) holds: bool,
}

impl<'a> Clause<'a> {
    pub(crate) fn new(condition: &'a Condition, version: Version) -> Self {
        let variable = |value: &String| version == Version::V2012 && variables::occur_in(value);
        let unknown = condition.values.is_empty() || condition.values.iter().any(variable);
        let test = if unknown { Test::Unknown } else { Test::of(condition) };
        let key = condition.lower_key();
        let single_valued = SINGLE_VALUED.contains(&key.as_str());
        Self { condition, key, single_valued, weight: test.weight(condition), test }
    }

    pub(crate) fn all(conditions: &'a [Condition], version: Version) -> Vec<Self> {
        conditions.iter().map(|condition| Self::new(condition, version)).collect()
    }

    /// Whether the operator is a negated one.
    pub(crate) fn negated(&self) -> bool {
        self.condition.operator.negates().is_some()
    }

    /// The values that are one text each: wildcards are plain characters to `StringEquals`.
    pub(crate) fn fixed(&self) -> impl Iterator<Item = &'a str> {
        let texts = if let Test::Texts(texts) = &self.test { Some(&texts.single) } else { None };
        texts.into_iter().flatten().copied()
    }

    /// Whether it compares texts in any case.
    pub(crate) fn ignores_case(&self) -> bool {
        use Operator::{StringEqualsIgnoreCase, StringNotEqualsIgnoreCase};
        matches!(self.condition.operator, StringEqualsIgnoreCase | StringNotEqualsIgnoreCase)
    }

    /// Whether that value of the condition stands for no more than one text.
    pub(crate) fn fixes(&self, value: &str) -> bool {
        let is_plain = |texts: &Texts| texts.single.contains(value) || self.ignores_case();
        !value.contains(['*', '?', '$']) || matches!(&self.test, Test::Texts(texts) if is_plain(texts))
    }

    /// Whether the value is one of those that the condition names; nothing if that cannot be told.
    pub(crate) fn names(&self, value: &str) -> Option<bool> {
        match &self.test {
            Test::Texts(texts) => Some(texts.hold(value)),
            // What is no address is in no network.
            Test::Networks(networks) => Some(value.parse().is_ok_and(|it| networks.contains(it))),
            Test::Other => {
                let operator = self.condition.operator;
                let operator = operator.negates().unwrap_or(operator);
                let mut values = self.condition.values.iter();
                Some(values.any(|wanted| crate::compare::compare(operator, wanted, value)))
            }
            Test::Presence { .. } | Test::Unknown => None,
        }
    }
}

impl<'a> Test<'a> {
    fn of(condition: &'a Condition) -> Self {
        let operator = condition.operator.negates().unwrap_or(condition.operator);
        match operator {
            Operator::Null => {
                let named =
                    |word: &str| condition.values.iter().any(|value| value.eq_ignore_ascii_case(word));
                Self::Presence { missing: named("true"), present: named("false") }
            }
            Operator::StringEquals => {
                let single = condition.values.iter().map(String::as_str).collect();
                Self::Texts(Texts { single, wild: Vec::new() })
            }
            Operator::StringEqualsIgnoreCase => {
                let wild = condition.values.iter().map(|value| Pattern::folded(value)).collect();
                Self::Texts(Texts { single: BTreeSet::new(), wild })
            }
            Operator::StringLike => Texts::read(condition, |value| Some(Pattern::new(value))),
            Operator::ArnEquals | Operator::ArnLike => Texts::read(condition, Pattern::arn),
            Operator::IpAddress => Self::Networks(Networks::parse(&condition.values)),
            _ => Self::Other,
        }
    }
}

impl Test<'_> {
    fn weight(&self, condition: &Condition) -> usize {
        match self {
            Self::Presence { .. } | Self::Unknown => 1,
            Self::Texts(texts) => 1 + weight(&texts.wild),
            Self::Networks(networks) => 1 + networks.len() / 8,
            Self::Other => 1 + 8 * condition.values.len(),
        }
    }
}

impl<'a> Texts<'a> {
    fn read(condition: &'a Condition, read: impl Fn(&str) -> Option<Pattern>) -> Test<'a> {
        let mut texts = Self { single: BTreeSet::new(), wild: Vec::new() };
        for value in &condition.values {
            // Whether a lone `*` stands for any ARN is not documented; other texts match none.
            let may_be_an_arn =
                || value.contains('*') && Pattern::new(value).overlaps(&Pattern::new("arn:*"));
            match read(value) {
                None if may_be_an_arn() => return Test::Unknown,
                None => {}
                Some(pattern) if pattern.is_fixed() => {
                    texts.single.insert(value);
                }
                Some(pattern) => texts.wild.push(pattern),
            }
        }
        Test::Texts(texts)
    }

    pub(crate) fn hold(&self, value: &str) -> bool {
        self.single.contains(value) || Pattern::any_matches(&self.wild, value)
    }

    pub(crate) fn len(&self) -> usize {
        self.single.len() + self.wild.len()
    }

    /// What matches patterns, or is one text in any case.
    pub(crate) fn wild(&self) -> &[Pattern] {
        &self.wild
    }

    /// The addresses among them; nothing if that cannot be told.
    pub(crate) fn networks(&self) -> Option<Networks> {
        let single = self.single.iter().map(|text| (*text).to_owned());
        let wild = self.wild.iter().map(Pattern::written);
        let single = single.filter(|text| !text.contains('/'));
        let wild = wild.map(|text| ranges(&text)).collect::<Option<Vec<_>>>()?;
        Some(Networks::parse(&single.chain(wild.into_iter().flatten()).collect::<Vec<_>>()))
    }

    /// Whether there are no others than single ones.
    pub(crate) fn are_single(&self) -> bool {
        self.wild.is_empty()
    }

    pub(crate) fn patterns(&self) -> Vec<Pattern> {
        let single = self.single.iter().map(|text| Pattern::literal(text));
        single.chain(self.wild.iter().cloned()).collect()
    }
}

/// The addresses that match a pattern such as `203.0.113.*`, as ranges; nothing for other patterns.
fn ranges(pattern: &str) -> Option<Vec<String>> {
    if pattern.chars().all(|c| c == '*') {
        return Some(["0.0.0.0/0", "::/0"].map(str::to_owned).to_vec());
    }
    if !pattern.contains(['*', '?', '/']) {
        return Some(vec![pattern.to_owned()]);
    }
    let octets: Vec<_> = pattern.split('.').collect();
    let fixed = octets.iter().take_while(|octet| **octet != "*").count();
    let (start, rest) = octets.split_at_checked(fixed)?;
    let is_octet = |text: &&str| text.parse::<u8>().is_ok_and(|octet| octet.to_string() == **text);
    let whole = octets.len() <= 4 && rest.iter().all(|octet| *octet == "*") && start.iter().all(is_octet);
    let missing = 4_usize.checked_sub(fixed)?;
    let zeros = std::iter::repeat_n("0", missing);
    let net = start.iter().copied().chain(zeros).collect::<Vec<_>>().join(".");
    whole.then(|| vec![format!("{net}/{}", 8 * fixed)])
}

impl Demand<'_> {
    /// Whether a request without the key does as demanded.
    pub(crate) fn if_missing(self) -> bool {
        let Condition { qualifier, if_exists, .. } = *self.clause.condition;
        let held = match (&self.clause.test, qualifier) {
            (Test::Presence { missing, .. }, _) => *missing,
            (_, None) => if_exists || self.clause.negated(),
            (_, Some(Qualifier::ForAllValues)) => true,
            (_, Some(Qualifier::ForAnyValue)) => if_exists,
        };
        held == self.holds
    }
}
