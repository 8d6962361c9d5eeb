//! `countersign ledger cosign`: outsiders are asked to sign the log.

use countersign::custody;
use countersign::outsiders::{Asked, Signed};
use documents::text::count;

use super::super::{output, refusal};
use super::Place;
use crate::edge;
use crate::error::{CliError, causes, visible};
use crate::exit::Exit;

/// Ask witnesses and timestamp authorities to sign the log.
///
/// Asks every outsider of the program that has an address, and keeps what each signed in
/// the log. One that cannot be reached is asked again the next time.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, each hour:\n  countersign ledger cosign")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let program = args.place.program()?;
    let outsiders = &program.outsiders;
    if outsiders.witnesses.is_empty() && outsiders.timestamp_authorities.is_empty() {
        let message = "the program names no witness and no timestamp authority";
        return Err(CliError::new(Exit::Usage, message)
            .hint("name one under `witnesses:` or `timestamp_authorities:` in countersign.yaml"));
    }
    let ledger = &args.place.ledger;
    let asked = custody::cosign(ledger, &program, edge::now(), &mut edge::entropy);
    let asked = asked.map_err(refusal::of_custody)?;
    for one in &asked {
        output::line(&visible(&line(one)))?;
    }
    let worst = asked.iter().map(|one| match &one.result {
        Ok(Signed::Now { .. } | Signed::Before { .. }) => Exit::Pass,
        Ok(Signed::NoAddress) => Exit::Unknown,
        Err(error) if error.contradicts_log() => Exit::Fail,
        Err(_) => Exit::Unreachable,
    });
    let worst: Vec<Exit> = worst.collect();
    let exits = [Exit::Fail, Exit::Unreachable, Exit::Unknown];
    let worst = exits.into_iter().find(|exit| worst.contains(exit));
    Ok(worst.unwrap_or(Exit::Pass))
}

fn line(asked: &Asked) -> String {
    let name = &asked.outsider;
    match &asked.result {
        Ok(Signed::Now { size, leaf }) => {
            let leaves = count(*size, "leaf", "leaves");
            format!("{name}: signed {leaves}, kept in leaf {leaf}")
        }
        Ok(Signed::Before { size }) => {
            format!(
                "{name}: nothing new since it signed {}",
                count(*size, "leaf", "leaves")
            )
        }
        Ok(Signed::NoAddress) => format!("{name}: the program does not say where it answers"),
        Err(error) => {
            let chain: Vec<String> = causes(error).map(ToString::to_string).collect();
            format!("{name}: {}", chain.join(": "))
        }
    }
}
