//! `lambastion completions`: what a shell needs to complete our flags.

use crate::cli::{self, Cli};
use crate::exit::{Exit, Outcome};
use crate::terminal;
use clap::CommandFactory;

pub(crate) fn run(flags: &cli::Completions) -> Outcome {
    let mut script = Vec::new();
    // Into memory, since it panics where it cannot write.
    clap_complete::generate(flags.shell, &mut Cli::command(), "lambastion", &mut script);
    terminal::print(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
