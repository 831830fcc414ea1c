//! AWS → inventory: the only crate that talks to AWS, and it only reads.

mod settings;

pub use settings::{Event, Failure, Observer, Settings, Stop, Target};

use inventory::Inventory;

/// Reads every target account.
///
/// # Errors
/// Only when we are nobody: no usable credentials for any account, or an endpoint that nothing
/// answers at. Whatever else fails is a gap in the inventory.
#[expect(clippy::unused_async, reason = "stub")]
pub async fn accounts(
    _settings: &Settings,
    _observer: &dyn Observer,
    _stop: &Stop,
) -> Result<Inventory, Failure> {
    Err(Failure::NoCredentials("not built yet".into()))
}
