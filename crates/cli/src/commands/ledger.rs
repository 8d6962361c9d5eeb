//! `countersign ledger`: what its operator and its auditor do with the log itself.

use std::path::PathBuf;

use clap::Subcommand;
use countersign::custody;
use model::program::Program;

use super::refusal;
use crate::error::CliError;
use crate::exit::Exit;

mod conflict;
mod cosign;
mod erase;
mod export;
mod interval;
mod prove;
mod rebuild;
mod status;
mod timestamp;
mod verify;
mod witness;

/// Look at the log, verify it, prove a leaf, have it signed outside
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show how the log stands, and who outside has signed it
    Status(status::Args),
    /// Hash every leaf and payload again, and check every signature
    Verify(verify::Args),
    /// Print the proof that a leaf is in the log (C2SP tlog-proof)
    Prove(prove::Args),
    /// Tell how long one record existed before another, by outsiders' clocks
    Interval(interval::Args),
    /// Name witnesses of the log
    Witness(witness::Args),
    /// Ask witnesses and timestamp authorities to sign the log
    Cosign(cosign::Args),
    /// Ask timestamp authorities alone to sign the log (RFC 3161)
    Timestamp(timestamp::Args),
    /// Check the proof that a log was rewritten
    Conflict(conflict::Args),
    /// Destroy payloads, and record who did it and why
    Erase(erase::Args),
    /// Copy the public part of the log, and chosen payloads
    Export(export::Args),
    /// Make tiles and checkpoint again from the records
    Rebuild(rebuild::Args),
}

/// Where the ledger is, and what the organisation states of its outsiders.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The folder of the ledger
    #[arg(long, value_name = "DIR", default_value = ".countersign")]
    ledger: PathBuf,
    /// The program, which names the outsiders; default: countersign.yaml, else the one
    /// that the log recorded last
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl Place {
    /// Returns the program that names the outsiders.
    fn program(&self) -> Result<Program, CliError> {
        let default = PathBuf::from(countersign::program::FILE_NAME);
        let file = self
            .program
            .clone()
            .or(default.is_file().then_some(default));
        match file {
            Some(file) => {
                let loaded = countersign::program::load(&file).map_err(refusal::of_load)?;
                Ok(loaded.program)
            }
            None => custody::recorded_program(&self.ledger).map_err(refusal::of_log),
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Status(args) => status::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Prove(args) => prove::run(args),
        Command::Interval(args) => interval::run(args),
        Command::Witness(args) => witness::run(args),
        Command::Cosign(args) => cosign::run(args),
        Command::Timestamp(args) => timestamp::run(args),
        Command::Conflict(args) => conflict::run(args),
        Command::Erase(args) => erase::run(args),
        Command::Export(args) => export::run(args),
        Command::Rebuild(args) => rebuild::run(args),
    }
}
