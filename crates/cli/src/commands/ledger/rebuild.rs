//! `countersign ledger rebuild`: everything that is derived, made again.

use countersign::custody;
use documents::text::count;

use super::super::{output, refusal};
use super::Place;
use crate::error::CliError;
use crate::exit::Exit;

/// Make the tiles again from the records, and sign what nobody signed for.
///
/// The records must lead to the checkpoint that was signed; where they do not, nothing
/// is signed and the first difference is named.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger rebuild")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let leaves = custody::rebuild(&args.place.appending()?).map_err(refusal::of_log)?;
    output::line(&format!(
        "made again: the tree of {}",
        count(leaves, "leaf", "leaves")
    ))?;
    Ok(Exit::Pass)
}
