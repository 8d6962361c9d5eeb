//! `countersign witness serve`: the witness over HTTP.

use super::{Place, open};
use crate::commands::output;
use crate::edge;
use crate::error::{CliError, causes, visible};
use crate::exit::Exit;
use server::serve::ServeError;
use server::witness::{Edges, router};
use std::error::Error;
use std::net::SocketAddr;

/// Answer logs and monitors over HTTP, until SIGTERM.
///
/// Logs send checkpoints to /add-checkpoint; monitors read the latest from
/// `/HASH/checkpoint`, with the SHA-256 of the origin. There is no TLS: put a proxy before it
/// that has a certificate and keeps slow clients away.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The address to listen on; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7380")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
}

const EXAMPLE: &str = "Example:
  countersign witness serve --folder witness --listen 127.0.0.1:7380";

pub(super) fn run(args: &Args) -> Result<Exit, CliError> {
    let witness = open(&args.place)?;
    let bound = server::serve::bind(args.listen).map_err(of_serve)?;
    output::line(&format!("http://{}/", bound.address()))?;
    let edges = Edges { clock, report };
    bound.serve(router(witness, edges)).map_err(of_serve)?;
    Ok(Exit::Pass)
}

/// A clock that stands before 1970 says zero, at which nothing is cosigned.
fn clock() -> u64 {
    u64::try_from(edge::now().as_second()).unwrap_or_default()
}

fn report(error: &(dyn Error + 'static)) {
    let words: Vec<String> = causes(error).map(|cause| cause.to_string()).collect();
    anstream::eprintln!("error: {}", visible(&words.join(": ")));
}

fn of_serve(error: ServeError) -> CliError {
    match error {
        ServeError::Bind { .. } => CliError::new(Exit::Unreachable, error)
            .hint("name another address with --listen, such as 127.0.0.1:0 for any free port"),
        ServeError::Io(_) => CliError::new(Exit::Unreachable, error),
    }
}
