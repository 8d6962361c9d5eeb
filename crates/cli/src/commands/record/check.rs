//! `countersign record check`: the report of a test run or a scanner, bound to the content that it is of.

use super::super::asking::Asking;
use super::super::{handed, output, refusal};
use crate::args::Format;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::answers::check::RecordedAnswer;
use countersign::checks::{self, Wish};
use model::check::CheckKind;
use model::outcome::Outcome;
use sources::scanners::{MAX_REPORT_BYTES, MAX_TOOL_LOG_BYTES};
use std::ffi::OsString;
use std::path::PathBuf;

/// Record the report of a check, and say what it shows.
///
/// The file is kept in the ledger as it is, bound to the tree of the commit: JUnit XML,
/// LCOV, Cobertura, JaCoCo, SARIF 2.1.0, CycloneDX, SPDX, and the own reports of common
/// scanners, recognised by their content. A report that failed is recorded too, and fails
/// the check until a later one says that it supersedes it. Record it before the change
/// lands, and run collect in between: only then is it shown to have come before.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The report; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the tool printed while it ran: gitleaks and zizmor say there alone what they read
    #[arg(long, value_name = "FILE")]
    tool_log: Option<PathBuf>,
    /// What was checked; default: what the report alone can be of
    #[arg(long, value_name = "KIND")]
    kind: Option<CheckKind>,
    /// The commit whose content was checked
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    commit: String,
    /// What to call the report; default: the name of the file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The leaf of an earlier report that this one stands in for, such as one of a test
    /// that fails now and then
    #[arg(long, value_name = "LEAF")]
    supersedes: Option<u64>,
    /// The git repository, or a folder inside it
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml in the repository
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

const EXAMPLE: &str = "Example:
  countersign record check junit.xml --kind unit_tests
  countersign record check gitleaks.sarif --tool-log gitleaks.log";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let report = handed::read(&args.file, MAX_REPORT_BYTES)?;
    let tool_log = args.tool_log.as_deref();
    let tool_log = tool_log
        .map(|file| handed::read(file, MAX_TOOL_LOG_BYTES))
        .transpose()?;
    let name = match (&args.name, args.file.file_name()) {
        (Some(name), _) => name.clone(),
        (None, Some(name)) if name != "-" => name.to_string_lossy().into_owned(),
        (None, _) => handed::name(&args.file),
    };
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: None,
    };
    let wish = Wish {
        report: &report,
        tool_log: tool_log.as_deref(),
        name: &name,
        kind: args.kind,
        revision: &args.commit,
        supersedes: args.supersedes,
    };
    let recorded = asking
        .with_request(|request| checks::record(request, &wish).map_err(refusal::of_record))?;
    let answer = RecordedAnswer::of(&recorded);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    Ok(match recorded.judged.outcome {
        Outcome::Pass => Exit::Pass,
        Outcome::Fail => Exit::Fail,
        Outcome::Unknown => Exit::Unknown,
    })
}
