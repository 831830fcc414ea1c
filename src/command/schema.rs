//! `lambastion schema`: the forms of the files, as JSON Schema.

use crate::cli::{self, SchemaOf};
use crate::config::Config;
use crate::exit::{Exit, Outcome};
use crate::terminal;
use inventory::Inventory;
use schemars::schema_for;

pub(crate) fn run(flags: &cli::Schema) -> Outcome {
    let schema = match flags.of {
        SchemaOf::Report => report::schema_report(),
        SchemaOf::Inventory => schema_for!(Inventory).to_value(),
        SchemaOf::Config => schema_for!(Config).to_value(),
    };
    terminal::print(|out| writeln!(out, "{schema:#}"))?;
    Ok(Exit::Clean)
}
