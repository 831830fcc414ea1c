//! `lambastion collect`: read, and keep what was read.

use crate::cli;
use crate::exit::{Exit, Outcome};
use crate::files::{Access, Destination};
use crate::plan::Plan;
use crate::reading::with_inventory;
use crate::terminal;
use inventory::Inventory;
use std::io::{self, Write};

pub(crate) fn run(flags: &cli::Collect) -> Outcome {
    let plan = Plan::of(&flags.access, &flags.judging)?;
    let file = flags.output.as_deref();
    let file = file.map(|path| Destination::new(path, Access::Private)).transpose()?;
    if let (Some(file), Some(config)) = (&file, &plan.config) {
        file.spare(config)?;
    }
    with_inventory(&plan, &flags.progress, |inventory| {
        match file {
            Some(file) => file.write(|out| write_inventory(&inventory, out))?,
            None => terminal::print(|out| write_inventory(&inventory, out))?,
        }
        let complete = inventory.is_complete();
        Ok(if complete || flags.allow_partial { Exit::Clean } else { Exit::Incomplete })
    })
}

/// Line by line, so that a broken file can be mended at the line that a message names.
pub(super) fn write_inventory(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, inventory)?;
    out.write_all(b"\n")
}
