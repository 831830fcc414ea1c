//! Reads accounts while a person watches and may interrupt.

use crate::exit::{Failure, Outcome};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{cli, environment};
use collect::Stop;
use inventory::Inventory;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// The exit code of a program that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// Reads the accounts of the plan and hands the inventory on. `then` runs while interrupts are still
/// watched: the runtime has replaced their default, which would end the program.
pub(crate) fn with_inventory(
    plan: &Plan,
    flags: &cli::Progress,
    then: impl FnOnce(Inventory) -> Outcome,
) -> Outcome {
    environment::endpoints()?;
    let runtime =
        Runtime::new().map_err(|error| Failure::internal(format!("cannot start the runtime: {error}")))?;
    let progress = Arc::new(Progress::new(flags));
    let stop = Stop::default();
    runtime.spawn(watch(stop.clone(), Arc::clone(&progress)));
    let read = runtime.block_on(collect::accounts(&plan.settings, progress.as_ref(), &stop));
    let mut inventory = read.map_err(|failure| {
        progress.clear();
        refusal(&failure)
    })?;
    progress.finish();
    // There is no reading left to end early: the next interrupt ends the program.
    stop.now();
    inventory.assumptions = plan.assumptions.clone();
    then(inventory)
}

/// The first interrupt ends the reading, so that the report of what was read appears; the next one
/// ends the program.
async fn watch(stop: Stop, progress: Arc<Progress>) {
    while tokio::signal::ctrl_c().await.is_ok() {
        if stop.is_set() {
            std::process::exit(INTERRUPTED);
        }
        progress.say("stopping: the report will be partial; interrupt again to end at once");
        stop.now();
    }
}

/// What the user named and is not there is the user's to mend; else it is who we are.
fn refusal(failure: &collect::Failure) -> Failure {
    use collect::Failure as Why;
    match failure {
        Why::NoSuchRegion(_) => Failure::usage(failure.to_string()),
        Why::Unreachable(_) => Failure::no_credentials(format!("{failure}{}", elsewhere())),
        Why::NoCredentials(_) | Why::WrongAccount { .. } => Failure::no_credentials(failure.to_string()),
    }
}

/// The endpoint that was asked instead of AWS: it explains what nobody else would say.
fn elsewhere() -> String {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap_or_default();
    match endpoint.rsplit('@').next() {
        Some(endpoint) if !endpoint.is_empty() => {
            format!(" (asked {endpoint}, which AWS_ENDPOINT_URL names)")
        }
        _ => String::new(),
    }
}
