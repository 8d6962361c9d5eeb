//! `countersign ledger key revoke`: an earlier key is no longer believed.

use countersign::custody::keys::{self, Wish};
use countersign::custody::revoked;

use super::super::super::{output, refusal};
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
    /// The key, as countersign ledger key show lists it: its ID, up to its ID, or whole
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Why, in one line, which whoever reads the log can read for ever
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
    let home = args.place.appending()?;
    let known = keys::show(&home).map_err(refusal::of_key)?;
    let key = known.keys.named(&args.key);
    let before = key.and_then(|key| revoked::before(&known.keys, key, args.from_leaf));
    if let Some(before) = before {
        output::line(&format!(
            "the key was revoked before, from leaf {} on, as leaf {} records; nothing was added",
            before.since, before.record
        ))?;
        return Ok(Exit::Pass);
    }
    let status = keys::revoke(&home, &args.key, args.from_leaf, wish);
    let status = status.map_err(refusal::of_key)?;
    let telling = "tell each witness, who strikes the key out of log.vkeys in the folder of this log, and each\nauditor, who strikes it out of the file of --trust";
    super::answer(&status, telling)
}
