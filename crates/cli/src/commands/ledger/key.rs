//! `countersign ledger key`: the key that signs the log, from the first to the last.

use std::path::PathBuf;

use clap::Subcommand;
use countersign::answers::ledger::keys::KeyAnswer;
use countersign::custody::keys::{self, KeyStatus};
use ledger::keyfile::PrivateKey;

use super::super::{output, refusal};
use crate::error::{CliError, visible};
use crate::exit::Exit;

mod lost;
mod revoke;
mod rotate;
mod show;

/// Look at the log's key, replace it, revoke one, give it up as lost.
///
/// Whatever becomes of a key is recorded in the log, and every later verification and
/// status shows it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger key show")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the key in force, where its private half comes from, and the keys before
    Show(show::Args),
    /// Hand the log over to a new key; both keys sign that
    Rotate(rotate::Args),
    /// Declare an earlier key to be no longer believed
    Revoke(revoke::Args),
    /// Let a new key take the log over whose private key is gone
    Lost(lost::Args),
}

/// Where the new private key lies.
#[derive(Debug, clap::Args)]
struct Agent {
    /// Let an SSH agent (SSH_AUTH_SOCK) sign with this ssh-ed25519 key, instead of a new
    /// key in log.key
    #[arg(long, value_name = "PUBKEYFILE")]
    agent: Option<PathBuf>,
}

impl Agent {
    fn key(&self) -> Result<Option<[u8; 32]>, CliError> {
        let read = self.agent.as_deref().map(keys::read_agent_key);
        read.transpose().map_err(refusal::of_key)
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Show(args) => show::run(args),
        Command::Rotate(args) => rotate::run(args),
        Command::Revoke(args) => revoke::run(args),
        Command::Lost(args) => lost::run(args),
    }
}

/// Prints the key as it stands now, and whom to tell.
fn answer(status: &KeyStatus, telling: &str) -> Result<Exit, CliError> {
    let answer = KeyAnswer::of(status);
    output::line(&visible(&format!("{}\n\n{telling}", answer.text())))?;
    Ok(Exit::Pass)
}

/// Returns what to send to those who know the log by its key, and to the machines that sign with it.
fn send(status: &KeyStatus) -> String {
    let key = &status.key;
    let public = format!(
        "send this key to each witness, who runs\n  countersign witness log add {key}\nand to each auditor, for the file of --trust; until then a witness refuses to cosign"
    );
    match (&status.shared, &status.private) {
        (Some(place), PrivateKey::File { path }) => format!(
            "get {} to each other machine that appends to the log on {place}, as its log.key\nor as the text of COUNTERSIGN_LOG_KEY; until then it refuses to append\n\n{public}",
            path.display()
        ),
        (Some(place), PrivateKey::Agent { path }) => format!(
            "get {} to each other machine that appends to the log on {place}, and let an SSH agent\nhold the key there; until then it refuses to append\n\n{public}",
            path.display()
        ),
        (Some(_) | None, _) => public,
    }
}
