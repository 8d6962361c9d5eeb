//! `countersign ledger conflict`: the proof that a log contradicted itself.

use std::path::PathBuf;

use countersign::seen;
use countersign::verify::read_trust;
use documents::text::count;
use tlog::key::VerifierKey;

use super::super::{output, refusal};
use crate::error::{CliError, visible};
use crate::exit::Exit;

/// Check the proof that a log was rewritten.
///
/// The proof holds two checkpoints that no honest log signs both of. ledger verify --seen
/// writes one, and so does a witness that a log lied to. Passes where the proof holds.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger conflict proof.txt --trust keys.txt")]
pub(crate) struct Args {
    /// The proof
    #[arg(value_name = "FILE")]
    proof: PathBuf,
    /// The keys of the log, one a line
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let trust = read_trust(&args.trust).map_err(refusal::of_verify)?;
    let keys: Vec<VerifierKey> = trust.iter().filter_map(|line| line.parse().ok()).collect();
    let conflict = seen::conflict(&args.proof).map_err(|error| {
        let exit = match &error {
            seen::ConflictFileError::Read { .. } => Exit::Unreachable,
            seen::ConflictFileError::Conflict { .. } => Exit::Fail,
        };
        CliError::new(exit, error)
    })?;
    conflict.verify(&keys).map_err(|error| {
        CliError::new(Exit::Fail, error)
            .hint("only what the log itself signed convicts it: are these its keys?")
    })?;
    let [first, second] = conflict.roots();
    let origin = conflict.notes()[0]
        .text()
        .lines()
        .next()
        .unwrap_or_default();
    let leaves = count(conflict.size(), "leaf", "leaves");
    let text = format!(
        "The log {origin} signed two histories. Its root over {leaves} was\n  {first}\nand is\n  {second}\npass: the proof holds, and the log was rewritten"
    );
    output::line(&visible(&text))?;
    Ok(Exit::Pass)
}
