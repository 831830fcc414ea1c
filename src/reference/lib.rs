//! Facts about AWS that others publish, embedded and typed. `data/README.md` says where each comes from
//! and how to refresh it.
//!
//! Pure: nothing here reads a file or a network, and nothing depends on what is audited.

pub mod actions;
pub mod classes;
pub mod escalation;
