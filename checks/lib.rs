//! Every check, one file each, in a folder for each layer.
//!
//! To add one, add a file: `build.rs` finds it. Code that checks share lives beside this file.

mod api_drift;
mod api_tags;
mod authorizers;
mod everywhere;
mod examples;
mod execute_api;
mod federation;
mod grants;
#[cfg(test)]
mod laws;
mod registry;
mod rest;
mod runtimes;
mod throttles;
mod trust;
mod unnamed;
mod urls;

pub use registry::ALL;
