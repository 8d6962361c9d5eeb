//! `countersign record`: evidence that a person or a job gives.

mod check;
mod disposition;
mod session;

use crate::error::CliError;
use crate::exit::Exit;
use clap::Subcommand;

/// Record evidence in the ledger
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Record the report of a check, and say what it shows
    Check(check::Args),
    Disposition(disposition::Args),
    Session(session::Args),
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Check(args) => check::run(args),
        Command::Disposition(args) => disposition::run(args),
        Command::Session(args) => session::run(args),
    }
}
