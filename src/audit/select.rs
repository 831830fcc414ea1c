//! Which checks run.

use crate::Check;
use inventory::Call;
use std::collections::BTreeSet;

/// The checks that the user chose.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The checks, in the catalogue's order.
    pub checks: Vec<Check>,
}

/// A word that names no check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCheck {
    /// The word.
    pub word: String,
    /// The closest name, if one is close.
    pub closest: Option<&'static str>,
}

/// The checks that `words` name; without words all default ones, and with `strict` all.
///
/// # Errors
/// The first word that names no check.
pub fn select(all: &[Check], words: &[String], strict: bool) -> Result<Selection, UnknownCheck> {
    if let Some(word) = words.iter().find(|word| !all.iter().any(|check| check.answers_to(word))) {
        return Err(UnknownCheck { word: word.clone(), closest: closest(all, word) });
    }
    let wanted = |check: &&Check| {
        if words.is_empty() {
            strict || check.default
        } else {
            words.iter().any(|word| check.answers_to(word))
        }
    };
    Ok(Selection { checks: all.iter().filter(wanted).copied().collect() })
}

/// The name or code that shares the longest common prefix or most of its words with what was typed.
fn closest(all: &[Check], word: &str) -> Option<&'static str> {
    let parts: BTreeSet<_> = word.split('-').collect();
    let likeness = |name: &str| name.split('-').filter(|part| parts.contains(part)).count();
    let best = all.iter().max_by_key(|check| likeness(check.name))?;
    (likeness(best.name) > 0).then_some(best.name)
}

impl Selection {
    /// The calls whose answers the checks read.
    pub fn calls(&self) -> BTreeSet<Call> {
        self.checks.iter().flat_map(|check| check.calls).copied().collect()
    }
}

impl std::fmt::Display for UnknownCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "there is no check `{}`", self.word)?;
        match self.closest {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => write!(f, "; `lambastion checks` lists them"),
        }
    }
}

impl std::error::Error for UnknownCheck {}
