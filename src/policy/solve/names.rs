//! Texts that a policy tells apart from all others.

use crate::pattern::{Pattern, account_of_arn};
use std::collections::BTreeSet;

/// Single texts, the ARNs of accounts, and what matches patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    texts: BTreeSet<String>,
    accounts: BTreeSet<String>,
    wild: Vec<Pattern>,
}

impl Names {
    /// Those texts.
    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::default().and_texts(texts)
    }

    /// Every ARN of those accounts.
    pub(crate) fn arns_of<'a>(accounts: impl IntoIterator<Item = &'a str>) -> Self {
        Self { accounts: accounts.into_iter().map(str::to_owned).collect(), ..Self::default() }
    }

    /// Those texts too.
    pub(crate) fn and_texts<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        self.texts.extend(texts.into_iter().map(str::to_owned));
        self
    }

    /// What matches those patterns too.
    pub(crate) fn and(mut self, wild: Vec<Pattern>) -> Self {
        self.wild.extend(wild);
        self
    }

    /// Adds those texts, and what matches those patterns.
    pub(crate) fn add<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>, wild: Vec<Pattern>) {
        self.texts.extend(texts.into_iter().map(str::to_owned));
        self.wild.extend(wild);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.accounts.is_empty() && self.wild.is_empty()
    }

    pub(crate) fn hold(&self, text: &str) -> bool {
        self.texts.contains(text)
            || !self.accounts.is_empty() && account_of_arn(text).is_some_and(|it| self.accounts.contains(it))
            || Pattern::any_matches(&self.wild, text)
    }

    /// What a question for one text costs.
    pub(crate) fn weight(&self) -> usize {
        1 + weight(&self.wild)
    }

    /// How many patterns it takes to say the same.
    pub(crate) fn len(&self) -> usize {
        self.texts.len() + self.accounts.len() + self.wild.len()
    }

    pub(crate) fn patterns(&self) -> impl Iterator<Item = Pattern> {
        let texts = self.texts.iter().map(|text| Pattern::literal(text));
        let arns = self.accounts.iter().filter_map(|id| Pattern::arn(&format!("arn:*:*:*:{id}:*")));
        texts.chain(arns).chain(self.wild.iter().cloned())
    }
}

/// What it costs to compare a text with all of the patterns.
pub(crate) fn weight(patterns: &[Pattern]) -> usize {
    patterns.iter().map(|pattern| 2 + pattern.tokens().len() / 16).sum()
}
