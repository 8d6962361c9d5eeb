//! `countersign ledger key rotate`: the log goes to a new key.

use countersign::custody::keys::{self, Wish};

use super::super::super::refusal;
use super::super::Place;
use super::Agent;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

/// Hand the log over to a new key; both keys sign that.
///
/// From the record on, the new key signs the log, and the private half of the old one is
/// removed. An auditor who trusts the old key follows the record to the new one. Where
/// machines share the log, the others append nothing until they have the new key.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  countersign ledger key rotate --reason \"each year\"
  countersign ledger key rotate --agent ~/.ssh/log_ed25519.pub")]
pub(super) struct Args {
    #[command(flatten)]
    agent: Agent,
    /// Why, in one line, which whoever reads the log can read for ever
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let wish = Wish {
        reason: args.reason.as_deref(),
        now: edge::now(),
        entropy: &mut edge::entropy,
    };
    let status = keys::rotate(&args.place.appending()?, args.agent.key()?, wish);
    let status = status.map_err(refusal::of_key)?;
    super::answer(&status, &super::send(&status))
}
