//! The commands, a file each.

mod access;
mod audit;
mod checks;
mod collect;
mod completions;
mod evaluate;
mod explain;
mod man;
mod markdown;
mod permissions;
mod policy;
mod schema;
mod simulate;

use crate::cli::Command;
use crate::exit::Outcome;

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::Audit(flags) => audit::run(flags),
        Command::Collect(flags) => collect::run(flags),
        Command::Evaluate(flags) => evaluate::run(flags),
        Command::Access(flags) => access::run(flags),
        Command::Simulate(flags) => simulate::run(flags),
        Command::Explain(flags) => explain::run(flags),
        Command::Checks(flags) => checks::run(flags),
        Command::Permissions(flags) => permissions::run(flags),
        Command::Schema(flags) => schema::run(flags),
        Command::Completions(flags) => completions::run(flags),
        Command::Man(flags) => man::run(flags),
    }
}
