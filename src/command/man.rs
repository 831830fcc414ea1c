//! `lambastion man`: manual pages, in roff.

use crate::cli::{self, Cli};
use crate::exit::{Exit, Failure, Outcome};
use crate::terminal;
use clap::CommandFactory;
use clap_mangen::Man;

pub(crate) fn run(flags: &cli::Man) -> Outcome {
    let mut page = Cli::command();
    // Gives the commands their full names, such as `lambastion-audit`.
    page.build();
    if let Some(name) = &flags.command {
        let found = page.find_subcommand(name).cloned();
        page = found.ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))?;
    }
    let version = concat!("lambastion ", env!("CARGO_PKG_VERSION"));
    terminal::print(|out| Man::new(page).source(version).render(out))?;
    Ok(Exit::Clean)
}
