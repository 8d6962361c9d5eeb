//! `countersign plan`: what the next hires would change.

use super::{output, refusal};
use crate::args::Format;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::answers::PlanAnswer;
use countersign::program;
use model::plan;
use model::roles::{self, RoleError};
use std::path::PathBuf;

/// Show what the next hires would change.
///
/// Each hire comes on top of those before: conflicts that end, conflicts in which a
/// second person can now take the second duty, conflicts that remain, controls that may retire.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The program
    #[arg(value_name = "FILE", default_value = program::FILE_NAME)]
    program: PathBuf,
    /// A role of the hiring plan, or one that ships with Countersign; default: the whole hiring plan
    #[arg(long, value_name = "ROLE")]
    hire: Vec<String>,
    /// A duty that passes to the hire, instead of those of the hiring plan; with one --hire
    #[arg(long, value_name = "FUNCTION", requires = "hire")]
    takes: Vec<String>,
    /// A duty that the hire holds beside today's holders; with one --hire
    #[arg(long, value_name = "FUNCTION", requires = "hire")]
    shares: Vec<String>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

const EXAMPLE: &str = "Example:
  countersign plan --hire \"senior engineer\"
  countersign plan --hire \"site reliability engineer\" --takes \"production deployment\"";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let loaded = program::load(&args.program).map_err(refusal::of_load)?;
    let hires = roles::hires(&loaded.program, &args.hire, &args.takes, &args.shares)
        .map_err(refusal_of_role)?;
    let plan = plan::compute(&loaded.program, &hires);
    match args.format {
        Format::Text => output::line(&documents::text::plan(&plan))?,
        Format::Json => output::json(&PlanAnswer::of(plan).json())?,
    }
    Ok(Exit::Pass)
}

fn refusal_of_role(error: RoleError) -> CliError {
    CliError::new(Exit::Usage, error)
        .hint("name the duties of another role with --takes and --shares, or add it to hiring_plan")
}
