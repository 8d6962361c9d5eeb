//! The commands: each reads its arguments, calls one function and hands the result to one renderer.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod ci;
pub(crate) mod collect;
pub(crate) mod gate;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod plan;
pub(crate) mod protect;
pub(crate) mod record;
pub(crate) mod review;
pub(crate) mod schema;
pub(crate) mod self_review;
pub(crate) mod verify;
pub(crate) mod witness;

mod asked;
mod asking;
mod handed;
mod output;
mod place;
mod refusal;
mod seen;
mod selection;
mod signing;

use crate::args::{Args, Command};
use crate::error::CliError;
use crate::exit::Exit;
use clap::Parser as _;

/// Runs the command line and returns how it ended.
pub(crate) fn run() -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return of_clap(&error),
    };
    dispatch(args.command).unwrap_or_else(|error: CliError| {
        error.print();
        error.exit
    })
}

fn dispatch(command: Command) -> Result<Exit, CliError> {
    match command {
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Ci(args) => ci::run(&args),
        Command::Collect(args) => collect::run(&args),
        Command::Gate(args) => gate::run(&args),
        Command::Protect(args) => protect::run(&args),
        Command::Review(args) => review::run(&args),
        Command::SelfReview(args) => self_review::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Record(args) => record::run(&args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Witness(args) => witness::run(&args),
        Command::Schema(args) => schema::run(&args),
    }
}

/// Help and version are answers, everything else is wrong usage.
fn of_clap(error: &clap::Error) -> Exit {
    let printed = error.print();
    match (error.use_stderr(), printed) {
        (false, Ok(())) => Exit::Pass,
        (true, Ok(())) | (_, Err(_)) => Exit::Usage,
    }
}
