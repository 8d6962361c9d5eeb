//! `countersign ledger key revoke`: an earlier key is no longer believed.

use countersign::custody::keys::{self, Wish};

use super::super::super::refusal;
use super::super::Place;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

/// Declare an earlier key to be no longer believed.
///
/// The key in force signs that: replace a key that others may have first, with countersign
/// ledger key rotate. What the revoked key signed from that leaf on counts for nothing; a
/// leaf before its handover breaks the chain for whoever trusts that key alone.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  countersign ledger key revoke --key log.example/1+9f3c2d1e --reason stolen"
)]
pub(super) struct Args {
    /// The key, as countersign ledger key show lists it, up to its ID or whole
    #[arg(long, value_name = "NAME+ID")]
    key: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The first leaf for which it is not believed; default: the one behind its handover
    #[arg(long, value_name = "LEAF")]
    from_leaf: Option<u64>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let wish = Wish {
        reason: Some(&args.reason),
        now: edge::now(),
        entropy: &mut edge::entropy,
    };
    let status = keys::revoke(&args.place.appending()?, &args.key, args.from_leaf, wish);
    let status = status.map_err(refusal::of_key)?;
    let telling = "tell each witness, who strikes the key out of log.vkeys in the folder of this log, and each\nauditor, who strikes it out of the file of --trust";
    super::answer(&status, telling)
}
