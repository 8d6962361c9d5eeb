//! `countersign check`: the program's faults, its questions and its matrix.

use super::{output, refusal};
use crate::error::CliError;
use crate::exit::Exit;
use clap::ValueEnum;
use countersign::answers::CheckAnswer;
use countersign::program;
use model::matrix::Status;
use std::path::PathBuf;

/// Validate the program and show its segregation-of-duties matrix.
///
/// Every fault of the file is shown at once with its place and its mend. Exits with 1
/// where one principal holds both duties of a conflict and no control compensates it,
/// with 3 where a duty has no holder or a question is open, with 2 where the file has faults.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  countersign check\n  countersign check --format html > matrix.html"
)]
pub(crate) struct Args {
    /// The program
    #[arg(value_name = "FILE", default_value = program::FILE_NAME)]
    program: PathBuf,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CheckFormat {
    /// For people, in a terminal
    Text,
    /// For machines
    Json,
    /// For people, in a browser
    Html,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let loaded = program::load(&args.program).map_err(refusal::of_load)?;
    let answer = CheckAnswer::of(&loaded.program).map_err(refusal::of_assemble)?;
    match args.format {
        CheckFormat::Text => output::line(&answer.text(&loaded.program))?,
        CheckFormat::Json => output::json(&answer.json())?,
        CheckFormat::Html => {
            output::line(&documents::html::matrix(&loaded.program, &answer.matrix))?
        }
    }
    Ok(verdict(&answer))
}

fn verdict(answer: &CheckAnswer) -> Exit {
    let unassigned = answer
        .matrix
        .rows
        .iter()
        .any(|row| row.status == Status::Unassigned);
    if answer.matrix.uncompensated().next().is_some() {
        Exit::Fail
    } else if unassigned || !answer.questions.is_empty() {
        Exit::Unknown
    } else {
        Exit::Pass
    }
}
