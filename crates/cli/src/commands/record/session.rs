//! `countersign record session`: whose model wrote which commits, as an AI coding tool recorded it.

use super::super::asking::Asking;
use super::super::{handed, output, refusal};
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::sessions;
use documents::text::{count, folded};
use sources::scanners::MAX_REPORT_BYTES;
use std::ffi::OsString;
use std::path::PathBuf;

/// Record whose model wrote which commits, as an AI coding tool tells.
///
/// The file is the record of a session in the form of Chainloop. Its tool, models and commits
/// are recorded with its SHA-256; what was said in it is not. CR-7 tells by it how far an AI
/// reviewer stands from what wrote a change.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The record of the session
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The git repository, or a folder inside it; it must hold the commits of the session
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml in the repository
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
}

const EXAMPLE: &str = "Example:
  countersign record session ai-coding-session.json";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let file = handed::read(&args.file, MAX_REPORT_BYTES)?;
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: None,
    };
    let recorded = asking
        .with_request(|request| sessions::record(request, &file).map_err(refusal::of_session))?;
    let record = &recorded.record;
    let models = match record.models.is_empty() {
        true => "a model that it does not name".to_owned(),
        false => record.models.join(", "),
    };
    let commits = count(record.commits.len() as u64, "commit", "commits");
    let said = format!(
        "recorded as leaf {}: {} wrote {commits} with {models}",
        recorded.leaf, record.agent
    );
    output::line(&folded(&visible(&said)))?;
    Ok(Exit::Pass)
}
