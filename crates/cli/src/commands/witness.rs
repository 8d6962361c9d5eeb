//! `countersign witness`: cosign the logs of others, so that they cannot be rewritten unseen.

use crate::error::CliError;
use crate::exit::Exit;
use ledger::witness::Witness;
use ledger::witness::key::OpenError;
use ledger::witness::logs::LogsError;
use std::path::{Path, PathBuf};

mod init;
mod log;
mod serve;

/// Cosign the logs of others, so that they cannot be rewritten unseen.
///
/// A witness keeps the latest checkpoint of each log that it watches, and cosigns the next
/// one only if the log has merely grown (C2SP tlog-witness). It should be run by somebody
/// whom the company that it watches neither employs nor pays to look away.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "Example:
  countersign witness init --name witness.example/bo --folder witness
  countersign witness log add VKEY --folder witness
  countersign witness serve --folder witness --listen 127.0.0.1:7380";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make the keys of a witness and print the public ones
    Init(init::Args),
    /// Say which logs are watched
    Log(log::Args),
    /// Answer logs and monitors over HTTP
    Serve(serve::Args),
}

/// Where a witness lies.
#[derive(Debug, clap::Args)]
struct Place {
    /// The folder of the witness
    #[arg(long, value_name = "DIR", default_value = "witness")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Init(args) => init::run(args),
        Command::Log(args) => log::run(args),
        Command::Serve(args) => serve::run(args),
    }
}

fn open(place: &Place) -> Result<Witness, CliError> {
    Witness::open(&place.folder).map_err(|error| of_open(error, &place.folder))
}

fn of_open(error: OpenError, folder: &Path) -> CliError {
    let folder = folder.display();
    match error {
        OpenError::Absent { .. } => CliError::new(Exit::Usage, error).hint(format!(
            "make one with countersign witness init --name NAME --folder {folder}"
        )),
        OpenError::AlreadyThere { .. } => CliError::new(Exit::Usage, error).hint(
            "its keys are what others trust: name another folder with --folder DIR for another witness",
        ),
        OpenError::Name(_) => CliError::new(Exit::Usage, error)
            .hint("a name looks like an address without its scheme, such as witness.example/bo"),
        OpenError::Foreign { .. } | OpenError::Key(_) => CliError::new(Exit::Usage, error),
        OpenError::File(_) => CliError::new(Exit::Unreachable, error),
    }
}

fn of_logs(error: LogsError) -> CliError {
    match error {
        LogsError::LongOrigin { .. }
        | LogsError::TooManyKeys { .. }
        | LogsError::AmbiguousKey { .. } => CliError::new(Exit::Usage, error),
        LogsError::File(_) | LogsError::State(_) | LogsError::Keys { .. } => {
            CliError::new(Exit::Unreachable, error)
        }
    }
}
