//! `countersign ledger witness`: the witnesses that the program names.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use countersign::custody;
use countersign::enrol::{self, EnrolError};
use model::outsiders::{Relation, Witness};

use super::super::{output, refusal};
use super::Place;
use crate::error::{CliError, visible};
use crate::exit::Exit;

/// Name witnesses of the log.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Name in the program an outsider who cosigns the log
    Add(AddArgs),
}

/// Name in the program an outsider who cosigns the log.
///
/// Adds an entry to `witnesses:` in countersign.yaml, and prints what the outsider needs.
#[derive(Debug, clap::Args)]
#[command(after_help = ADD_EXAMPLE)]
struct AddArgs {
    /// What reports call the witness
    #[arg(value_name = "NAME")]
    name: String,
    /// Its key, as countersign witness init prints it
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// Where it answers; without it nobody is asked
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The organisation or person that runs it
    #[arg(long, value_name = "NAME")]
    run_by: String,
    /// How whoever runs it stands to this organisation
    #[arg(long, value_enum, default_value = "outside")]
    relation: Stands,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stands {
    /// Another organisation
    Outside,
    /// Another organisation, whose log this one witnesses in return
    Reciprocal,
    /// The operator, a co-founder or the same organisation: counts as nobody
    Own,
}

const ADD_EXAMPLE: &str = "Example:
  countersign ledger witness add noor --key 'noor.example/w+…' \\
    --url https://noor.example --run-by 'Haddad Advisory'";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    match &args.command {
        Command::Add(args) => add(args),
    }
}

fn add(args: &AddArgs) -> Result<Exit, CliError> {
    let witness = Witness {
        name: args.name.clone(),
        key: args.key.trim().to_owned(),
        url: args.url.clone(),
        run_by: args.run_by.clone(),
        relation: args.relation.into(),
    };
    let default = PathBuf::from(countersign::program::FILE_NAME);
    let program = args.place.program.clone().unwrap_or(default);
    // Before anything is written: what is wrong with the place would hide what was done.
    let home = args.place.reading()?;
    enrol::witness(&program, &witness).map_err(refused)?;
    let program = program.display();
    let mut text = format!(
        "{program} names the witness {}, run by {}.\n",
        witness.name, witness.run_by
    );
    match custody::reader(&home) {
        Ok(reader) => {
            text += "Send them the key of the log, to be added where the witness runs:\n";
            text += &format!("  countersign witness log add '{}'", reader.log());
        }
        Err(_) => {
            text += "Send them the key of the log, once it is begun or can be read here:\n";
            text += "  countersign ledger key show";
        }
    }
    output::line(&visible(&text))?;
    Ok(Exit::Pass)
}

fn refused(error: EnrolError) -> CliError {
    match error {
        EnrolError::Program(error) => refusal::of_load(error),
        EnrolError::Key { .. } => CliError::new(Exit::Usage, error)
            .hint("ask whoever runs it: countersign witness init printed the key, and witness.vkey holds it"),
        EnrolError::TakenName { .. }
        | EnrolError::TakenKey { .. }
        | EnrolError::Refused { .. }
        | EnrolError::Form { .. } => CliError::new(Exit::Usage, error),
        EnrolError::Write { .. } => CliError::new(Exit::Unreachable, error),
    }
}

impl From<Stands> for Relation {
    fn from(stands: Stands) -> Relation {
        match stands {
            Stands::Outside => Relation::Outside,
            Stands::Reciprocal => Relation::Reciprocal,
            Stands::Own => Relation::Own,
        }
    }
}
