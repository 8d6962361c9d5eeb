//! `countersign ledger key show`: the key in force and those before.

use countersign::answers::ledger::keys::KeyAnswer;
use countersign::custody::keys;

use super::super::super::{output, refusal};
use super::super::Place;
use crate::args::Format;
use crate::error::{CliError, visible};
use crate::exit::Exit;

/// Show the key in force, where its private half comes from, and the keys before.
///
/// Reads the log without hashing it again: see countersign ledger verify.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger key show")]
pub(super) struct Args {
    #[command(flatten)]
    place: Place,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let status = keys::show(&args.place.appending()?).map_err(refusal::of_key)?;
    let answer = KeyAnswer::of(&status);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    Ok(Exit::Pass)
}
