//! `countersign ledger erase`: payloads are destroyed, and the log says so.

use countersign::custody;
use countersign::custody::erasing::{self, Wish};
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
/// which of them were younger than ledger_retention_days of the program. What was erased
/// before is not recorded again.
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
    let home = args.place.appending()?;
    let reader = custody::reader(&home).map_err(refusal::of_log)?;
    let program = args.place.program(&reader)?;
    let wish = Wish {
        leaves: &args.leaves.iter().copied().collect(),
        by: &args.by,
        reason: &args.reason,
        program: &program,
    };
    let erased = erasing::erase(&home, wish, edge::now(), &mut edge::entropy);
    let erased = erased.map_err(refusal::of_custody)?;
    let early = erased.retained.len() as u64;
    if early > 0 {
        let payloads = count(early, "payload", "payloads");
        output::line(&format!(
            "{payloads} before the {} days of retention had ended, which the record says",
            program.ledger.retention_days
        ))?;
    }
    for (leaf, record) in &erased.before {
        output::line(&format!(
            "leaf {leaf} was erased before, as leaf {record} records; nothing was added"
        ))?;
    }
    if let Some(leaf) = erased.record {
        let payloads = count(erased.now.len() as u64, "payload", "payloads");
        output::line(&format!(
            "erased {payloads}; leaf {leaf} records it\nnot reached: reports, and {}/evidence and cache",
            home.folder.display()
        ))?;
    }
    Ok(Exit::Pass)
}
