//! `countersign init`: drafts the program.

use super::{output, refusal};
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use crate::progress::Progress;
use countersign::draft::{self, Draft};
use countersign::program;
use model::program_file::Fault;
use std::path::PathBuf;

/// Draft countersign.yaml from what the repository shows.
///
/// Groups authors and their addresses into likely principals, finds bots, AI assistants,
/// CI files, infrastructure code, container files, lock files and scanners. What only you
/// can answer is a question that begins with ??; `check` lists those still open. On a
/// terminal it asks them. It never overwrites a file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign init --non-interactive\n  countersign check")]
pub(crate) struct Args {
    /// The git repository, or a folder inside it
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// Ask nothing and leave the questions in the file
    #[arg(long)]
    non_interactive: bool,
    /// Where to write; default: countersign.yaml in the repository
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let progress = Progress::new();
    let draft = draft::of_repository(&args.repository, edge::now(), edge::threads(), &progress);
    progress.finish();
    let mut draft = draft.map_err(refusal::of_draft)?;
    let path = args
        .out
        .clone()
        .unwrap_or_else(|| draft.root.join(program::FILE_NAME));
    draft::refuse_existing(&path).map_err(refusal::of_draft)?;
    if !args.non_interactive && edge::is_interactive() {
        ask(&mut draft)?;
    }
    draft::write_new(&path, &draft.text).map_err(refusal::of_draft)?;
    output::line(&draft.summary(&path))?;
    Ok(Exit::Pass)
}

/// An empty answer leaves the question in the file.
fn ask(draft: &mut Draft) -> Result<(), CliError> {
    for question in draft
        .questions()
        .map_err(|faults| refusal::of_draft(faults.into()))?
    {
        let answer = inquire::Text::new(&question.text)
            .with_help_message("Enter leaves the question in the file")
            .prompt_skippable()
            .map_err(|error| {
                CliError::new(Exit::Usage, error)
                    .hint("use --non-interactive to leave the questions in the file")
            })?;
        let given = answer.filter(|answer| !answer.trim().is_empty());
        if let Some(Err(faults)) = given.map(|answer| draft.answer(&question, &answer)) {
            anstream::eprintln!("that does not fit there; the question stays in the file");
            for fault in faults.list().iter().take(1) {
                anstream::eprintln!("{}", visible(&said(fault)));
            }
        }
    }
    Ok(())
}

fn said(fault: &Fault) -> String {
    match &fault.mend {
        Some(mend) => format!("  {}: {mend}", fault.message),
        None => format!("  {}", fault.message),
    }
}
