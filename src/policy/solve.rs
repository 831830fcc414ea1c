//! Is there a request?
//!
//! Who a policy lets in is asked as a question of existence: is there a request of such a requester
//! for which an Allow speaks and every Deny keeps silent? A policy compares keys with constants, one
//! key at a time, so the question falls apart: choose for each Deny a condition that fails, then
//! find, key by key, a value that fulfils all that is asked of it.

mod allowance;
mod clause;
mod domain;
mod key;
mod names;
mod network;
mod search;
mod texts;

pub(crate) use allowance::{Allowance, MOST_STEPS};
pub(crate) use clause::{Clause, Demand, Test};
pub(crate) use domain::{Domain, TIMES, Values};
pub(crate) use names::Names;
pub(crate) use network::{Networks, network};
pub(crate) use search::{Choice, Ground, Search};
pub(crate) use texts::Exists;
