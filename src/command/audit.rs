//! `lambastion audit`: read, judge, report.

use super::collect::write_inventory;
use crate::cli;
use crate::exit::Outcome;
use crate::files::{Access, Destination};
use crate::plan::Plan;
use crate::reading::with_inventory;
use crate::reporting::Reports;

pub(crate) fn run(flags: &cli::Audit) -> Outcome {
    let plan = Plan::of(&flags.access, &flags.judging)?;
    let reports = Reports::new(&flags.reporting)?;
    let saved = flags.save_inventory.as_deref();
    let saved = saved.map(|path| Destination::new(path, Access::Private)).transpose()?;
    saved.as_ref().map_or(Ok(()), |file| reports.keep_off(file))?;
    if let Some(config) = &plan.config {
        reports.spare(config)?;
        saved.as_ref().map_or(Ok(()), |file| file.spare(config))?;
    }
    with_inventory(&plan, &flags.progress, |inventory| {
        if let Some(saved) = saved {
            saved.write(|out| write_inventory(&inventory, out))?;
        }
        reports.write(&inventory, &plan.checks, &plan.anchors)
    })
}
