//! What the benchmark is made of: policies that look real, policies that are as bad as can be, and roles.
//!
//! All of it is the same for ever, so that figures can be compared.

pub mod functions;
pub mod nasty;
pub mod roles;
pub mod stopwatch;
