//! `countersign gate`: decides now, records the decision, and answers with the exit code.

mod merge;
mod push;

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
    Merge(merge::Args),
    Push(push::Args),
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Merge(args) => merge::run(args),
        Command::Push(args) => push::run(args),
    }
}
