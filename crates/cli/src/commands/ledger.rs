//! `countersign ledger`: what its operator and its auditor do with the log itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use countersign::home::{self, Machine, Search};
use countersign::log::LogError;
use countersign::{custody, steady};
use ledger::place::Location;
use ledger::place::home::{Home, Place as AtPlace};
use ledger::read::Reader;
use model::program::Program;
use sources::git;

use super::{place, refusal};
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;

mod conflict;
mod cosign;
mod erase;
mod export;
mod interval;
mod key;
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
    /// Make the tiles again from the records, and sign what nobody signed for
    Rebuild(rebuild::Args),
    /// Look at the log's key, replace it, revoke one, give it up as lost
    Key(key::Args),
}

/// Where the ledger is, and what the organisation states of its outsiders.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
    /// The program, which names the outsiders; default: countersign.yaml, else the one
    /// that the log recorded last
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl Place {
    /// Returns the ledger, to be read.
    fn reading(&self) -> Result<Home, CliError> {
        self.home(&edge::reading_machine())
    }

    /// Returns the ledger, to be appended to.
    fn appending(&self) -> Result<Home, CliError> {
        self.home(&edge::appending_machine()?)
    }

    fn home(&self, machine: &Machine) -> Result<Home, CliError> {
        let asked = self.ledger.as_deref().map(place::parse).transpose()?;
        // A folder that was asked for needs nothing of the program, which may have faults.
        let said = match &asked {
            Some(Location::Folder(_)) => None,
            Some(_) | None => self.own_program()?,
        };
        let own = base();
        let file = self.program.as_deref();
        let folder = file.and_then(Path::parent).unwrap_or(&own);
        let search = Search {
            asked: asked.as_ref(),
            program: &said.map(|said| said.ledger).unwrap_or_default(),
            folder,
            repository: match folder.as_os_str().is_empty() {
                true => Path::new("."),
                false => folder,
            },
            machine,
            now: edge::now(),
        };
        let home = home::find(&search).map_err(refusal::of_home)?;
        if !matches!(home.place, AtPlace::Folder) {
            edge::refuse_proxy_that_is_none()?;
        }
        Ok(home)
    }

    /// Returns what the ledger answers, to be read: its key may be replaced meanwhile.
    fn ask<T>(&self, question: impl Fn(&Reader) -> Result<T, CliError>) -> Result<T, CliError> {
        steady::ask(&self.reading()?, |reader| {
            question(reader).map_err(Asked::Refused)
        })
        .map_err(Asked::refused)
    }

    /// Returns the program that names the outsiders.
    fn program(&self, reader: &Reader) -> Result<Program, CliError> {
        match self.own_program()? {
            Some(program) => Ok(program),
            None => custody::recorded_program(reader).map_err(refusal::of_log),
        }
    }

    /// Returns the program in the file that was named, or in the one that lies here.
    fn own_program(&self) -> Result<Option<Program>, CliError> {
        let default = base().join(countersign::program::FILE_NAME);
        let file = self
            .program
            .clone()
            .or(default.is_file().then_some(default));
        let load = |file: PathBuf| countersign::program::load(&file).map_err(refusal::of_load);
        Ok(file.map(load).transpose()?.map(|loaded| loaded.program))
    }
}

/// Returns the folder in which program and ledger are looked for: the one that one stands in, else that of the repository
/// around it.
fn base() -> PathBuf {
    let has_any = |folder: &Path| {
        [countersign::program::FILE_NAME, home::FOLDER]
            .iter()
            .any(|name| folder.join(name).exists())
    };
    let around = || {
        let repository = git::open(Path::new(".")).ok()?;
        let roots = [repository.files_folder(), repository.main_files_folder()];
        roots.into_iter().flatten().find(|root| has_any(root))
    };
    match has_any(Path::new("")) {
        true => PathBuf::new(),
        false => around().unwrap_or_default(),
    }
}

/// Why a ledger did not answer.
enum Asked {
    /// It is none.
    Log(LogError),
    /// The question found what is wrong with it.
    Refused(CliError),
}

impl From<LogError> for Asked {
    fn from(error: LogError) -> Asked {
        Asked::Log(error)
    }
}

impl Asked {
    fn refused(self) -> CliError {
        match self {
            Asked::Log(error) => refusal::of_log(error),
            Asked::Refused(error) => error,
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
        Command::Key(args) => key::run(args),
    }
}
