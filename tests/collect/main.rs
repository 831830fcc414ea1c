//! Black-box tests of collection: the program against a scripted stand-in for AWS.

#![expect(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

#[path = "../support/stub/mod.rs"]
mod stub;

mod accounts;
mod canary;
mod collected;
mod facts;
mod failures;
mod findings;
mod flight;
mod interrupt;
mod organization;
mod pages;
mod permissions;
mod regions;
mod run;
mod worlds;
