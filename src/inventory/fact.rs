//! Knowledge with its limits: facts and listings.

use crate::Gap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A value that was read, is known to be absent, or could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fact<T> {
    /// AWS gave the value.
    Known(T),
    /// AWS said that there is none.
    Absent,
    /// We do not know.
    Unread(Gap),
}

impl<T> Fact<T> {
    /// The value if there is one.
    ///
    /// # Errors
    /// The gap of an unread fact, so that `?` cannot mistake ignorance for absence.
    pub fn read(&self) -> Result<Option<&T>, Gap> {
        match self {
            Self::Known(value) => Ok(Some(value)),
            Self::Absent => Ok(None),
            Self::Unread(gap) => Err(gap.clone()),
        }
    }

    /// The value where it is known; for evidence and joins that conclude nothing from absence.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The gap of an unread fact.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unread(gap) => Some(gap),
            _ => None,
        }
    }
}

/// A fact that nobody asked for is unread, so a forgotten field can never pass a check.
impl<T> Default for Fact<T> {
    fn default() -> Self {
        Self::Unread(Gap::not_collected())
    }
}

/// A known value or known absence, from an optional field of a complete answer.
impl<T> From<Option<T>> for Fact<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Known)
    }
}

/// A list of objects, complete only if every page arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listing<T> {
    /// The objects that are known.
    pub items: Vec<T>,
    /// What cut the listing short; nothing when it is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

impl<T> Listing<T> {
    /// A listing whose last page arrived.
    pub fn complete(items: Vec<T>) -> Self {
        Self { items, gap: None }
    }

    /// A listing that ended early, with what had arrived by then.
    pub fn cut(items: Vec<T>, gap: Gap) -> Self {
        Self { items, gap: Some(gap) }
    }

    /// All objects, for conclusions from absence.
    ///
    /// # Errors
    /// The gap of an incomplete listing.
    pub fn all(&self) -> Result<&[T], Gap> {
        match &self.gap {
            None => Ok(&self.items),
            Some(gap) => Err(gap.clone()),
        }
    }

    /// The same listing of other objects, in an order that does not depend on AWS's.
    #[must_use]
    pub fn map_sorted<U>(
        self,
        object: impl FnMut(T) -> U,
        order: impl FnMut(&U, &U) -> Ordering,
    ) -> Listing<U> {
        let mut items: Vec<_> = self.items.into_iter().map(object).collect();
        items.sort_by(order);
        Listing { items, gap: self.gap }
    }

    /// The objects that are known, complete or not; conclude nothing from absence.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}

/// A listing that nobody asked for is unread.
impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self::cut(Vec::new(), Gap::not_collected())
    }
}

impl<'a, T> IntoIterator for &'a Listing<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asked_for_is_unread() {
        assert!(Fact::<u8>::default().read().is_err());
        assert!(Listing::<u8>::default().all().is_err());
    }

    #[test]
    fn a_cut_listing_shows_what_arrived_and_concludes_nothing() {
        let listing = Listing::cut(vec![1, 2], Gap::default());
        assert_eq!(listing.iter().count(), 2);
        assert!(listing.all().is_err());
    }

    #[test]
    fn mapping_keeps_the_gap() {
        let cut = Listing::cut(vec![1, 3, 2], Gap::default()).map_sorted(|it| it * 10, Ord::cmp);
        assert_eq!((cut.items, cut.gap), (vec![10, 20, 30], Some(Gap::default())));
    }

    #[test]
    fn the_serialised_form_keeps_the_three_states_apart() {
        let facts = [Fact::Known(1), Fact::Absent, Fact::default()];
        let text = serde_json::to_string(&facts).unwrap();
        assert!(text.starts_with(r#"[{"known":1},"absent",{"unread":"#), "{text}");
        assert_eq!(serde_json::from_str::<[Fact<i32>; 3]>(&text).unwrap(), facts);
    }
}
