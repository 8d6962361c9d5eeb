//! `countersign ci`: the pipeline file that runs the merge gate.

use super::{output, refusal};
use crate::error::CliError;
use crate::exit::Exit;
use clap::ValueEnum;
use countersign::pipeline::file::{self, Existing};
use countersign::pipeline::{self, Pipeline};
use std::path::PathBuf;

/// Write the pipeline file that runs the merge gate in CI.
///
/// It is made from the program: the protected branch, where the ledger is, and which
/// permissions the rules that are turned on need, and no more. A ledger in a folder is
/// refused: it would end with each job. The file is printed, or written with --out.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// Which pipeline
    #[arg(value_enum)]
    pipeline: Which,
    /// The git repository, or a folder inside it
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    /// The program; default: countersign.yaml in the repository
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// The protected branch; default: the program's, else the repository's own
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Where to write; default: standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that differs
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// The gate, for GitHub Actions: .github/workflows/countersign.yml
    Github,
    /// What runs a failed gate again: .github/workflows/countersign-again.yml
    GithubAgain,
    /// The gate, for GitLab CI: .gitlab-ci.yml, or a file that it includes
    Gitlab,
}

const EXAMPLE: &str = "Example:
  countersign ci github --out .github/workflows/countersign.yml";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let which = match args.pipeline {
        Which::Github => Pipeline::Github,
        Which::GithubAgain => Pipeline::GithubAgain,
        Which::Gitlab => Pipeline::Gitlab,
    };
    let (program, branch) = (args.program.as_deref(), args.branch.as_deref());
    let plan = pipeline::plan(&args.repository, program, branch, which);
    let text = pipeline::text(which, &plan.map_err(refusal::of_pipeline)?);
    let Some(path) = &args.out else {
        output::line(&text)?;
        return Ok(Exit::Pass);
    };
    let existing = match args.force {
        true => Existing::Replaced,
        false => Existing::Kept,
    };
    file::write(path, &text, existing).map_err(refusal::of_pipeline)?;
    output::line(&format!("wrote {}", path.display()))?;
    Ok(Exit::Pass)
}
