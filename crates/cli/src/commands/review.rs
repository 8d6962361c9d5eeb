//! `countersign review`: an AI reviewer reads the difference of a request, or of commits without one.

mod calibrate;

use crate::commands::asking::Asking;
use crate::commands::{output, refusal};
use crate::edge;
use crate::error::{CliError, tell, visible};
use crate::exit::Exit;
use clap::{Subcommand, ValueEnum};
use countersign::answers::review::ReviewAnswer;
use countersign::answers::review::comment::comment;
use countersign::answers::review::sarif::sarif;
use countersign::forge::say::Commenter;
use countersign::review::{self, Means};
use model::program::RepositoryForge;
use model::review::ReviewOutcome;
use std::ffi::OsString;
use std::path::PathBuf;

/// Let an AI reviewer of the program read a request or a range of commits, and record it.
///
/// An agent with a `reviewer` block is asked, over OpenAI's or Anthropic's wire. What looks
/// like a secret is struck out before anything is sent. Rules tell what they can, also where
/// no model answers. The review is bound to this difference: CR-7 decides on it, and a later
/// push makes it void. A part that got no whole answer makes it unavailable, which is never
/// a pass. Commits can be reviewed before they have a request: one that shows the same
/// difference later is reviewed by it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
#[command(group = clap::ArgGroup::new("what").required(true))]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Commits that have no request yet, FROM..TO: what came since TO parted from FROM
    #[arg(value_name = "RANGE", group = "what")]
    range: Option<String>,
    /// The number of the request
    #[arg(long, value_name = "NUMBER", group = "what")]
    request: Option<u64>,
    /// The git repository, or a folder inside it; it must hold the commits
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The agent that is asked first; default: the only one with a `reviewer` block, but for
    /// those that are asked in its place
    #[arg(long, value_name = "PRINCIPAL")]
    by: Option<String>,
    /// Write what was found on the request: one comment, which the next review replaces
    #[arg(long, conflicts_with = "range")]
    comment: bool,
    /// The program; default: countersign.yaml on the protected branch
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

#[derive(Debug, Subcommand)]
enum Command {
    Calibrate(calibrate::Args),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The findings, the gravest first
    Text,
    /// The same for machines
    Json,
    /// SARIF 2.1.0, for tools that show results beside the lines
    Sarif,
}

const EXAMPLE: &str = "Example:
  countersign review --request 7
  countersign review main..HEAD
  countersign review calibrate --by scout";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    if let Some(Command::Calibrate(args)) = &args.command {
        return calibrate::run(args);
    }
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: args.request.map(|_| edge::forge()),
    };
    let by = args.by.as_deref();
    let planned = asking.with_request(|request| {
        let planned = match (args.request, &args.range) {
            (Some(number), _) => review::plan(request, number, by),
            (None, range) => review::plan_range(request, range.as_deref().unwrap_or_default(), by),
        };
        planned.map_err(refusal::of_review)
    })?;
    // Whoever cannot comment learns it before anybody is asked.
    let commenter = match args.comment {
        true => planned.forge().map(commenter).transpose()?,
        false => None,
    };
    tell(&visible(&planned.intent()));
    let means = Means {
        credential: &edge::reviewer::credentials(),
        now: &edge::precisely_now,
        sleep: &edge::pause,
        entropy: &mut edge::entropy,
    };
    let recorded = planned.ask(means).map_err(refusal::of_review)?;
    let answer = ReviewAnswer::of(&recorded);
    match args.format {
        Format::Text => output::line(&answer.text())?,
        Format::Json => output::json(&answer.json())?,
        Format::Sarif => output::json(&sarif(&recorded))?,
    }
    if let (Some(commenter), Some(number)) = (commenter, args.request) {
        let written = commenter.review(number, &comment(&answer));
        written.map_err(|error| {
            refusal::of_change(error).hint("the review is recorded and counts all the same")
        })?;
    }
    if let Some(why) = &recorded.uncounted {
        let mend = "run `countersign review calibrate`, and the review again";
        tell(&visible(&format!("CR-7 does not count it: {why}; {mend}")));
    }
    Ok(match (recorded.passes(), recorded.reviewed.outcome) {
        (true, _) => Exit::Pass,
        (false, ReviewOutcome::Refused) => Exit::Fail,
        (false, ReviewOutcome::Unavailable) => Exit::Unknown,
        (false, ReviewOutcome::Clean | ReviewOutcome::Findings) => match recorded.grave().next() {
            Some(_) => Exit::Fail,
            None => Exit::Unknown,
        },
    })
}

fn commenter(forge: &RepositoryForge) -> Result<Commenter<'static>, CliError> {
    let commenter = Commenter::new(forge, &edge::forge());
    commenter.map_err(|error| {
        refusal::of_change(error).hint("without --comment the review is recorded alone")
    })
}
