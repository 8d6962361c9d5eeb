//! `countersign ledger key lost`: a new key takes a log over whose private key is gone.

use countersign::custody::keys::{self, Wish};

use super::super::super::refusal;
use super::super::Place;
use super::Agent;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

/// Let a new key take the log over whose private key is gone.
///
/// Nobody can tell this from a log that a stranger took over, so every later verification
/// says it, and whoever trusts the key before alone is told that the log fails. Look for a
/// copy of log.key first, also on the other machines where the log is shared.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger key lost --reason \"disk broken, no copy\"")]
pub(super) struct Args {
    /// Why, in one line, which whoever reads the log can read for ever
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    agent: Agent,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let wish = Wish {
        reason: Some(&args.reason),
        now: edge::now(),
        entropy: &mut edge::entropy,
    };
    let status = keys::lost(&args.place.appending()?, args.agent.key()?, wish);
    let status = status.map_err(refusal::of_key)?;
    super::answer(&status, &super::send(&status))
}
