//! How much a role may do, roughly: enough to tell what is worth reaching.

use crate::Abilities;

/// How much a role may do, most last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    /// Some policy could not be read.
    Unknown,
    /// Not everything.
    Limited,
    /// Everything, or everything in IAM, which is the same in the end.
    Administrator,
}

impl Power {
    /// Of a role. A bound that could not be read is taken for none: it could only remove power.
    pub(super) fn of(abilities: &Abilities) -> Self {
        if abilities.everything().is_some() {
            Self::Administrator
        } else if abilities.all_read().is_err() {
            Self::Unknown
        } else {
            Self::Limited
        }
    }
}
