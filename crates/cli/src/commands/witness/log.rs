//! `countersign witness log`: the logs that a witness watches.

use super::{Place, of_logs, open};
use crate::commands::output;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use jiff::Timestamp;
use ledger::witness::logs::Watched;
use tlog::key::VerifierKey;

/// Say which logs are watched.
#[derive(Debug, clap::Args)]
#[command(after_help = ADD_EXAMPLE)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Watch logs, each named by its key
    Add(AddArgs),
    /// List the logs, and what each had when it was last cosigned
    List(ListArgs),
    /// Watch logs no longer
    Remove(RemoveArgs),
}

/// Watch logs, each named by its key.
///
/// A log whose key is replaced has several: the new one is added beside the old. A running
/// witness needs no restart.
#[derive(Debug, clap::Args)]
#[command(after_help = ADD_EXAMPLE)]
struct AddArgs {
    /// Verifier keys of logs, as countersign ledger key show prints them
    #[arg(value_name = "VKEY", required = true)]
    keys: Vec<String>,
    #[command(flatten)]
    place: Place,
}

const ADD_EXAMPLE: &str = "Example:
  countersign witness log add \"$(cat log.vkey)\"
  countersign witness log list";

/// List the logs, and what each had when it was last cosigned.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign witness log list --folder witness")]
struct ListArgs {
    #[command(flatten)]
    place: Place,
}

/// Watch logs no longer.
///
/// A running witness refuses them from then on. What it cosigned last of each stays in its
/// folder: a log that is added again must go on from there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign witness log remove log.example/ada")]
struct RemoveArgs {
    /// Names of logs, as countersign witness log list shows them
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Add(args) => add(args),
        Command::List(args) => list(args),
        Command::Remove(args) => remove(args),
    }
}

/// Either all keys are read or none is added.
fn add(args: &AddArgs) -> Result<Exit, CliError> {
    let witness = open(&args.place)?;
    let keys: Result<Vec<VerifierKey>, CliError> = args.keys.iter().map(|it| key(it)).collect();
    for key in keys? {
        witness.add_log(&key).map_err(of_logs)?;
        output::line(&visible(&format!("watches {}", key.name())))?;
    }
    Ok(Exit::Pass)
}

fn key(text: &str) -> Result<VerifierKey, CliError> {
    text.trim().parse().map_err(|error| {
        CliError::new(Exit::Usage, error)
            .hint("countersign ledger key show prints the key of a log behind the word key")
    })
}

fn list(args: &ListArgs) -> Result<Exit, CliError> {
    let logs = open(&args.place)?.logs().map_err(of_logs)?;
    if logs.is_empty() {
        anstream::eprintln!("no log is watched; countersign witness log add VKEY adds one");
    }
    for log in &logs {
        output::line(&visible(&described(log)))?;
    }
    Ok(Exit::Pass)
}

/// Either all names are of logs that are watched, or none is removed.
fn remove(args: &RemoveArgs) -> Result<Exit, CliError> {
    let witness = open(&args.place)?;
    let logs = witness.logs().map_err(of_logs)?;
    let is_watched = |name: &String| logs.iter().any(|log| log.origin.as_str() == name);
    if let Some(name) = args.names.iter().find(|name| !is_watched(name)) {
        let message = format!("no log `{}` is watched", name.escape_debug());
        return Err(CliError::new(Exit::Usage, message)
            .hint("countersign witness log list shows the names of those that are"));
    }
    for name in &args.names {
        witness.remove_log(name).map_err(of_logs)?;
        output::line(&visible(&format!(
            "watches {name} no longer; what was cosigned last of it is kept"
        )))?;
    }
    Ok(Exit::Pass)
}

fn described(log: &Watched) -> String {
    let ids = log.keys.iter().map(|key| format!("{:08x}", key.id()));
    let keys = ids.collect::<Vec<_>>().join(", ");
    let last = match (log.size, log.cosigned_at) {
        (Some(size), Some(time)) => format!("size {size}, {}", moment(time)),
        (Some(size), None) => format!("size {size} is recorded, and not cosigned yet"),
        (None, _) => "nothing yet".to_owned(),
    };
    let mut text = format!("{}\n  keys      {keys}\n  cosigned  {last}\n", log.origin);
    for path in &log.conflicts {
        text += &format!("  lied      {}\n", path.display());
    }
    text
}

fn moment(time: u64) -> String {
    let moment = i64::try_from(time).ok();
    let moment = moment.and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.map_or_else(|| format!("time {time}"), |moment| moment.to_string())
}
