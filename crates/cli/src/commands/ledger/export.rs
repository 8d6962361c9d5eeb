//! `countersign ledger export`: a copy that others can verify.

use std::collections::BTreeSet;
use std::path::PathBuf;

use countersign::custody;
use documents::text::count;

use super::super::{output, refusal};
use super::Place;
use crate::error::CliError;
use crate::exit::Exit;

/// Copy the public part of the log, and chosen payloads.
///
/// The copy holds the log's key, the checkpoint, tiles and entries, none of which is
/// personal, and the payloads of the leaves that you name, in the clear. It appears whole
/// or not at all, in a folder that is empty or not there yet.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  countersign ledger export --out for-the-auditor --programs --leaf 3"
)]
pub(crate) struct Args {
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A leaf whose payload goes with it; repeat for several
    #[arg(long, value_name = "LEAF")]
    leaf: Vec<u64>,
    /// Every record of the program goes with it, names and addresses too: whoever verifies
    /// learns from them who signed outside
    #[arg(long)]
    programs: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let mut leaves: BTreeSet<u64> = args.leaf.iter().copied().collect();
    let home = args.place.reading()?;
    if args.programs {
        leaves.extend(custody::programs(&home).map_err(refusal::of_log)?);
    }
    custody::export(&home, &args.out, &leaves).map_err(refusal::of_custody)?;
    let payloads = count(leaves.len() as u64, "payload", "payloads");
    let out = args.out.display();
    output::line(&format!(
        "wrote {out} with {payloads}: countersign ledger verify --ledger {out}"
    ))?;
    Ok(Exit::Pass)
}
