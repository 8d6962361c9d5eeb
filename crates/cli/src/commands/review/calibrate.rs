//! `countersign review calibrate`: what an AI reviewer finds of defects that are known.

use crate::commands::asking::Asking;
use crate::commands::{output, refusal};
use crate::edge;
use crate::error::{CliError, tell, visible};
use crate::exit::Exit;
use clap::ValueEnum;
use countersign::answers::calibration::CalibrationAnswer;
use countersign::calibration::calibrate::{self, BUDGET, Verdict};
use countersign::review::Means;
use model::review::Budget;
use std::ffi::OsString;
use std::path::PathBuf;

/// Ask an AI reviewer about changes with known defects, and record how it does.
///
/// The changes ship with Countersign: each with a defect, the same without, and the same with
/// text that asks the reviewer to find nothing. They are put as those of a request are. The
/// rates are told with the interval that holds the true one in 95 of 100 such samples. Where
/// the program states a bar, CR-7 counts reviews while the last calibration passes it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The agent that is asked; default: the only one with a `reviewer` block
    #[arg(long, value_name = "PRINCIPAL")]
    by: Option<String>,
    /// The git repository, or a folder inside it
    #[arg(long, value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml on the protected branch
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    ledger: Option<OsString>,
    /// The most tokens of all questions and answers together
    #[arg(long, value_name = "NUMBER", default_value_t = BUDGET.tokens)]
    budget_tokens: u64,
    /// The most money, by the prices that the program states; default: no bound
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    budget_cost: Option<f64>,
    /// The most seconds
    #[arg(long, value_name = "NUMBER", default_value_t = BUDGET.seconds)]
    budget_seconds: u64,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// The rates, and what they come to
    Text,
    /// The same for machines
    Json,
}

/// So many cases are asked between two words of how far it is.
const TOLD_EACH: usize = 50;

const EXAMPLE: &str = "Example:
  countersign review calibrate --by scout";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let asking = Asking {
        repository: &args.repository,
        program: args.program.as_deref(),
        branch: None,
        ledger: args.ledger.as_deref(),
        cosign: false,
        forge: None,
    };
    let budget = Budget {
        tokens: args.budget_tokens,
        cost: args.budget_cost,
        seconds: args.budget_seconds,
    };
    let planned = asking.with_request(|request| {
        calibrate::plan(request, args.by.as_deref(), budget).map_err(refusal::of_review)
    })?;
    tell(&visible(&planned.intent()));
    let means = Means {
        credential: &edge::reviewer::credentials(),
        now: &edge::precisely_now,
        sleep: &edge::pause,
        entropy: &mut edge::entropy,
    };
    let told = |asked: usize, of: usize| {
        if asked.is_multiple_of(TOLD_EACH) && asked < of {
            tell(&format!("{asked} of {of} cases"));
        }
    };
    let recorded = planned.ask(means, &told).map_err(refusal::of_review)?;
    let answer = CalibrationAnswer::of(&recorded);
    match args.format {
        Format::Text => output::line(&answer.text())?,
        Format::Json => output::json(&answer.json())?,
    }
    Ok(match recorded.verdict {
        Verdict::Relied => Exit::Pass,
        Verdict::Refused(_) => Exit::Fail,
        Verdict::Unavailable(_) => Exit::Unknown,
    })
}

fn positive(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.parse().ok();
    let number = number.filter(|it| it.is_finite() && *it > 0.0);
    number.ok_or_else(|| "write a number above 0".to_owned())
}
