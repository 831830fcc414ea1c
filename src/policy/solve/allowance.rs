//! How much may be tried.

use std::cell::Cell;

/// What is left to spend on a policy, in steps of some twenty nanoseconds: one allowance for all that is
/// asked of it, so that none takes long, whoever wrote it. Whatever it no longer pays for may be.
#[derive(Debug)]
pub(crate) struct Allowance(Cell<usize>);

/// More than the policies of real accounts need, and less than a millisecond: the larger a policy, the
/// more of that goes to making it ready.
const STEPS: usize = 9_000;
pub(crate) const MOST_STEPS: usize = 30_000;
const STEPS_A_VALUE: usize = 60;

impl Default for Allowance {
    fn default() -> Self {
        Self::of(STEPS)
    }
}

impl Allowance {
    /// That of a policy of so many statements, principals and values.
    pub(crate) fn for_policy(size: usize) -> Self {
        Self::of(MOST_STEPS.saturating_sub(STEPS_A_VALUE * size).max(STEPS))
    }

    pub(crate) fn of(steps: usize) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes that many steps, and at least one; false if they are not left, and then nothing is.
    pub(crate) fn spend(&self, steps: usize) -> bool {
        let left = self.0.get().checked_sub(steps.max(1));
        self.0.set(left.unwrap_or_default());
        left.is_some()
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
