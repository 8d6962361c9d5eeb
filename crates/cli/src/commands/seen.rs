//! Checkpoints that the verifier kept from before.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use countersign::seen::{self, SeenError};
use ledger::audit::Audited;
use tlog::conflict::Conflict;

use crate::error::CliError;
use crate::exit::Exit;

/// What the verifier has seen of the log before.
#[derive(Debug, clap::Args)]
pub(crate) struct Earlier {
    /// A checkpoint of the log that you kept from before, or the folder of an earlier
    /// report: a log that does not extend it fails
    #[arg(long, value_name = "PATH")]
    seen: Vec<PathBuf>,
    /// Where to write the proof, if the log was rewritten since
    #[arg(long, value_name = "FILE", requires = "seen")]
    conflict: Option<PathBuf>,
}

impl Earlier {
    /// Returns the leaves of each checkpoint that was seen, all of which the log extends.
    pub(crate) fn extended_by(&self, log: &Audited) -> Result<Vec<u64>, CliError> {
        let extended = self.seen.iter().map(|path| {
            let seen = seen::read(path).map_err(of_seen)?;
            seen.is_extended_by(log).map_err(|error| self.keep(error))
        });
        extended.collect()
    }

    fn keep(&self, error: SeenError) -> CliError {
        let SeenError::Rewritten { conflict } = &error else {
            return of_seen(error);
        };
        match &self.conflict {
            None => {
                of_seen(error).hint("--conflict FILE writes the proof, which anybody can check")
            }
            Some(path) => match write(path, conflict) {
                Ok(()) => of_seen(error).hint(format!(
                    "the proof is in {}: countersign ledger conflict checks it",
                    path.display()
                )),
                Err(cause) => of_seen(error).hint(format!(
                    "the proof could not be written to {}: {cause}",
                    path.display()
                )),
            },
        }
    }
}

fn write(path: &Path, conflict: &Conflict) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(conflict.to_string().as_bytes())
}

fn of_seen(error: SeenError) -> CliError {
    match error {
        error if error.contradicts_log() => CliError::new(Exit::Fail, error),
        SeenError::Read { .. } => CliError::new(Exit::Unreachable, error),
        _ => CliError::new(Exit::Usage, error)
            .hint("a checkpoint lies in the folder of each report, in ledger/ledger/checkpoint"),
    }
}
