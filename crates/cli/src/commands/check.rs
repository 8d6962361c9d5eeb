//! `countersign check`: the program's faults, its questions, its matrix and whether its merge gate can be passed.

use super::{output, refusal};
use crate::error::CliError;
use crate::exit::Exit;
use clap::ValueEnum;
use countersign::answers::CheckAnswer;
use countersign::program;
use model::matrix::Status;
use model::outcome::Outcome;
use std::path::PathBuf;

/// Which program, and in which form.
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
    let uncompensated = answer.matrix.uncompensated().next().is_some();
    let open = unassigned || !answer.questions.is_empty();
    match (answer.gate.outcome(), uncompensated, open) {
        (Outcome::Fail, _, _) | (Outcome::Pass | Outcome::Unknown, true, _) => Exit::Fail,
        (Outcome::Unknown, false, _) | (Outcome::Pass, false, true) => Exit::Unknown,
        (Outcome::Pass, false, false) => Exit::Pass,
    }
}
