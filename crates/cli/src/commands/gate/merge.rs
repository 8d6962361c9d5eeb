//! `countersign gate merge`: whether a request may land now.

use crate::args::Format;
use crate::commands::asking::Chosen;
use crate::commands::{output, refusal};
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use countersign::answers::gate::GateAnswer;
use countersign::forge::say::{As, Publisher};
use countersign::gate::{self, Asked};
use model::outcome::Outcome;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Decide whether a request may land now.
///
/// Asks the forge about the request and about what protects its branch, records both in
/// the ledger, decides every rule that the program turns on, and records the decision
/// before it is told. The program is the one on the protected branch: a request does not
/// choose the rules that judge it. A rule that waits fails until the wait is over.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The number of the request
    #[arg(long, value_name = "NUMBER")]
    request: u64,
    /// The git repository, or a folder inside it; it must hold the commits of the request
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
    /// The name of the required check as which this gate runs: its own result is not
    /// awaited
    #[arg(long, value_name = "NAME", default_value = "countersign", value_parser = NonEmptyStringValueParser::new())]
    check: String,
    /// Publish the answer on the head of the request, under the name of --check. A job of CI
    /// is such a check itself, and needs none
    #[arg(long, value_enum, value_name = "HOW")]
    publish: Option<Publish>,
    /// A file to which the answer is appended as Markdown, such as $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Ask no outsider of the program to sign the ledger
    #[arg(long)]
    no_cosign: bool,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Publish {
    /// The run of a check at GitHub, with the token of an app: a rule can pin it to that app
    CheckRun,
    /// A status, which everybody can set who may push; at GitLab with the scope api
    Status,
}

const EXAMPLE: &str = "Example, in a job of CI on a pull request:
  countersign gate merge --request 7

The token of GitHub comes from COUNTERSIGN_GITHUB_TOKEN, from the command in
COUNTERSIGN_GITHUB_TOKEN_COMMAND, from the app in COUNTERSIGN_GITHUB_APP, or,
for GitHub's own API, from GITHUB_TOKEN: docs/github.md. That of GitLab comes
from COUNTERSIGN_GITLAB_TOKEN or from the command in
COUNTERSIGN_GITLAB_TOKEN_COMMAND: a job's own may not read merge requests.
In CI the ledger must be shared: git+URL or s3://BUCKET/PREFIX.";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let asking = args.chosen.asking(&args.repository, !args.no_cosign);
    let publish = args.publish.map(|how| match how {
        Publish::CheckRun => As::CheckRun,
        Publish::Status => As::Status,
    });
    let asked = Asked {
        number: args.request,
        own_check: &args.check,
        publish,
        is_ci: edge::is_ci(),
    };
    let gated =
        asking.with_request(|request| gate::merge(request, &asked).map_err(refusal::of_gate))?;
    // The answer stands in the ledger: now it may be told.
    let answer = GateAnswer::of(&gated);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    if let Some(file) = &args.summary {
        append(file, &answer.markdown())?;
    }
    if let Some(how) = publish {
        let published = Publisher::new(&gated.forge, how, &edge::forge())
            .and_then(|publisher| publisher.gate(&gated, edge::job_address().as_deref()));
        published.map_err(refusal::of_change)?;
    }
    Ok(match answer.outcome {
        Outcome::Pass => Exit::Pass,
        Outcome::Fail => Exit::Fail,
        Outcome::Unknown => Exit::Unknown,
    })
}

fn append(file: &Path, text: &str) -> Result<(), CliError> {
    let opened = OpenOptions::new().append(true).create(true).open(file);
    let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| {
        let message = format!("cannot write {}: {error}", file.display());
        CliError::new(Exit::Unreachable, message)
    })
}
