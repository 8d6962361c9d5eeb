//! `countersign ledger cosign`: outsiders are asked to sign the log.

use countersign::custody;
use countersign::outsiders::Whom;

use super::super::{asked, output, refusal};
use super::Place;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

/// Ask witnesses and timestamp authorities to sign the log.
///
/// Asks every outsider of the program that has an address, and keeps what each signed in
/// the log. One that cannot be reached is asked again the next time. collect and audit do
/// the same behind what they append.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, each hour:\n  countersign ledger cosign")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    ask(&args.place, Whom::Everyone)
}

/// Asks them, and tells what each answered.
pub(super) fn ask(place: &Place, whom: Whom) -> Result<Exit, CliError> {
    let home = place.appending()?;
    let reader = custody::reader(&home).map_err(refusal::of_log)?;
    let program = place.program(&reader)?;
    let outsiders = &program.outsiders;
    let is_witnessed = whom == Whom::Everyone && !outsiders.witnesses.is_empty();
    if !is_witnessed && outsiders.timestamp_authorities.is_empty() {
        return Err(nobody(whom));
    }
    let signed = custody::cosign(&home, &program, whom, edge::now(), &mut edge::entropy);
    let signed = signed.map_err(refusal::of_custody)?;
    for one in &signed {
        output::line(&asked::line(one))?;
    }
    Ok(asked::verdict(&signed))
}

fn nobody(whom: Whom) -> CliError {
    let (message, hint) = match whom {
        Whom::Everyone => (
            "the program names no witness and no timestamp authority",
            "name one: countersign ledger witness add, or `timestamp_authorities:` in countersign.yaml",
        ),
        Whom::TimestampAuthorities => (
            "the program names no timestamp authority",
            "name one under `timestamp_authorities:` in countersign.yaml",
        ),
    };
    CliError::new(Exit::Usage, message).hint(hint)
}
