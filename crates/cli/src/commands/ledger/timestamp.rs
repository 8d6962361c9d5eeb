//! `countersign ledger timestamp`: timestamp authorities are asked to sign the log.

use countersign::outsiders::Whom;

use super::{Place, cosign};
use crate::error::CliError;
use crate::exit::Exit;

/// Ask timestamp authorities alone to sign the log (RFC 3161).
///
/// An authority answers when witnesses are off: its stamp shows when the log existed, but
/// not that it was continued rather than written anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger timestamp")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    cosign::ask(&args.place, Whom::TimestampAuthorities)
}
