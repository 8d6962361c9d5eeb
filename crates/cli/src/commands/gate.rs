//! `countersign gate`: decides now, records the decision, and answers with the exit code.

mod merge;

use crate::error::CliError;
use crate::exit::Exit;
use clap::Subcommand;

/// Decide whether something may go ahead
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Decide whether a request may land
    Merge(merge::Args),
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Merge(args) => merge::run(args),
    }
}
