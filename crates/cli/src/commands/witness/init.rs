//! `countersign witness init`: the keys of a witness.

use super::{Place, of_open};
use crate::commands::output;
use crate::edge;
use crate::error::CliError;
use crate::exit::Exit;
use ledger::witness::Witness;
use ledger::witness::key::Seeds;
use tlog::key::KeyName;

/// Make the keys of a witness and print the public ones.
///
/// One key is Ed25519 and one ML-DSA-44; each checkpoint is cosigned with both, and whoever
/// verifies may believe either. The private keys stay in the folder, readable to its owner alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The name of the witness, as an address without its scheme
    #[arg(long, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    place: Place,
}

const EXAMPLE: &str = "Example:
  countersign witness init --name witness.example/bo > bo.vkeys";

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let folder = &args.place.folder;
    let name = KeyName::new(&args.name).map_err(|error| of_open(error.into(), folder))?;
    let seeds = Seeds {
        ed25519: edge::entropy(),
        ml_dsa_44: edge::entropy(),
    };
    let witness = Witness::create(folder, &name, &seeds).map_err(|error| of_open(error, folder))?;
    for key in witness.cosigners() {
        output::line(&key.to_string())?;
    }
    let folder = folder.display();
    anstream::eprintln!(
        "keep the folder {folder}: nobody can make the witness again, and no copy of it may ever run"
    );
    anstream::eprintln!("hand the public keys above to whoever is to believe the witness");
    Ok(Exit::Pass)
}
