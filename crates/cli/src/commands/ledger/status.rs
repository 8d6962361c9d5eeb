//! `countersign ledger status`: how the log stands.

use countersign::answers::ledger::StatusAnswer;
use countersign::custody;

use super::super::{output, refusal};
use super::Place;
use crate::args::Format;
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;

/// Show how the log stands, and who outside has signed it.
///
/// Reads the log without hashing it again: see countersign ledger verify.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger status")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let status = args.place.ask(|reader| {
        let program = args.place.program(reader)?;
        custody::status(reader, &program, edge::now()).map_err(refusal::of_log)
    });
    let answer = StatusAnswer::of(&status?);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    Ok(Exit::Pass)
}
