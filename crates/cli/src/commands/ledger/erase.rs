//! `countersign ledger erase`: payloads are destroyed, and the log says so.

use std::collections::BTreeSet;

use countersign::custody::{self, Erasure};
use documents::text::count;

use super::super::{output, refusal};
use super::Place;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

/// Destroy payloads, and record who did it and why.
///
/// The key of each payload is overwritten; the leaf stays, and the log still verifies.
/// A payload that an audit rests on makes what it proved unknown. Copies in reports,
/// in evidence and cache beside the log, and in backups are not reached. The record says
/// which of them were younger than ledger_retention_days of the program.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  countersign ledger erase 12 13 --by \"Robin Vale\" --reason \"erasure request 2026-4\"")]
pub(crate) struct Args {
    /// The leaves, from 0
    #[arg(value_name = "LEAF", required = true)]
    leaves: Vec<u64>,
    /// Who erases
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let leaves: BTreeSet<u64> = args.leaves.iter().copied().collect();
    let erased = count(leaves.len() as u64, "payload", "payloads");
    let home = args.place.appending()?;
    let reader = custody::reader(&home).map_err(refusal::of_log)?;
    let program = args.place.program(&reader)?;
    let retained = custody::retained(&reader, &program, &leaves, edge::now());
    let retained = retained.map_err(refusal::of_log)?;
    let early = retained.len() as u64;
    let erasure = Erasure::new(leaves, retained, &args.by, &args.reason);
    let leaf = custody::erase(&home, &erasure, edge::now(), &mut edge::entropy);
    let leaf = leaf.map_err(refusal::of_custody)?;
    if early > 0 {
        let payloads = count(early, "payload", "payloads");
        output::line(&format!(
            "{payloads} before the {} days of retention had ended, which the record says",
            program.ledger.retention_days
        ))?;
    }
    output::line(&format!(
        "erased {erased}; leaf {leaf} records it\nnot reached: reports, and {}/evidence and cache",
        home.folder.display()
    ))?;
    Ok(Exit::Pass)
}
