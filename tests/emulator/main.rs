//! Black-box tests of the whole program: audits of the estate of `localstack/` in both emulators.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod compare;
mod emulator;
mod estate;
mod permission;
mod removal;
mod run;
