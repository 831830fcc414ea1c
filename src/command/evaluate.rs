//! `lambastion evaluate`: judge an inventory and report, without AWS.

use crate::exit::Outcome;
use crate::reporting::Reports;
use crate::{cli, config, plan, stored};

pub(crate) fn run(flags: &cli::Evaluate) -> Outcome {
    let judging = &flags.judging;
    let chosen = plan::checks(&judging.selection)?;
    // What the inventory says was assumed stands, unless a flag says otherwise: the file that happens
    // to lie in the current directory does not change an old judgement.
    let loaded = config::named(judging.config.as_deref())?;
    let reports = Reports::new(&flags.reporting)?;
    reports.spare(&flags.inventory)?;
    loaded.as_ref().and_then(|it| it.path.as_deref()).map_or(Ok(()), |path| reports.spare(path))?;
    let mut inventory = stored::read(&flags.inventory)?;
    let assumptions = &mut inventory.assumptions;
    assumptions.strict |= judging.selection.strict;
    assumptions.as_of = judging.as_of.or(assumptions.as_of);
    if let Some(loaded) = &loaded {
        assumptions.trusted_accounts = plan::trusted(&loaded.config.trusted_accounts);
    }
    let checks =
        if assumptions.strict && judging.selection.checks.is_empty() { checks::ALL.to_vec() } else { chosen };
    let anchors = loaded.map(|it| it.anchors).unwrap_or_default();
    reports.write(&inventory, &checks, &anchors)
}
