//! `countersign ledger prove`: the proof of one leaf, which anybody can check offline.

use countersign::custody;

use super::super::{output, refusal};
use super::Place;
use crate::error::CliError;
use crate::exit::Exit;

/// Print the proof that a leaf is in the log (C2SP tlog-proof).
///
/// The proof holds the index, the path to the root and the checkpoint with every
/// signature on it. Whoever has the leaf and the log's key checks it without the log.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger prove 7 > 7.tlog-proof")]
pub(crate) struct Args {
    /// The index of the leaf, from 0
    #[arg(value_name = "LEAF")]
    leaf: u64,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let proof = custody::prove(&args.place.reading()?, args.leaf).map_err(refusal::of_log)?;
    output::print(proof.as_bytes())?;
    Ok(Exit::Pass)
}
