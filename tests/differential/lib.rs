//! The engine against an independent one, case by case.
//!
//! [`generate`] makes a case out of a seed and a number; [`oracle`] asks `@cloud-copilot/iam-simulate`, which
//! runs as a process of its own; [`compare`] asks `policy::decide` the same. What differs must be one of
//! [`explained`]; the rest is made small by [`shrink`] and reported. [`coverage`] tells what the cases
//! exercised, and [`record`] keeps some of them, so that the comparison can be replayed without the simulator.

#![expect(clippy::indexing_slicing, clippy::string_slice, clippy::panic, reason = "tests")]

pub mod compare;
pub mod coverage;
pub mod explained;
pub mod forms;
pub mod generate;
pub mod oracle;
pub mod random;
pub mod record;
pub mod shrink;
#[cfg(test)]
mod tests;
pub mod verdict;
pub mod walk;
