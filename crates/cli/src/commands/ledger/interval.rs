//! `countersign ledger interval`: how long one record existed before another.

use std::path::PathBuf;

use countersign::answers::ledger::interval::IntervalAnswer;
use countersign::{custody, verify};

use super::super::{output, refusal};
use super::Place;
use crate::args::Format;
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use crate::progress::AuditProgress;

/// Tell how long one record existed before another, by outsiders' clocks.
///
/// The first record existed when somebody outside signed a checkpoint that holds it. The
/// second did not exist before an outside signature whose bytes it commits to: nobody
/// could have computed those. A bare checkpoint can be prepared, and proves nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign ledger interval --from 12 --to 19")]
pub(crate) struct Args {
    /// The leaf that existed first
    #[arg(long, value_name = "LEAF")]
    from: u64,
    /// The leaf that was made later
    #[arg(long, value_name = "LEAF")]
    to: u64,
    #[command(flatten)]
    place: Place,
    /// Keys that you got from somebody else than the audited company, one a line
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let trust = match &args.trust {
        Some(file) => verify::read_trust(file).map_err(refusal::of_verify)?,
        None => Vec::new(),
    };
    let records = (args.from, args.to);
    let program = args.place.own_program()?;
    let progress = AuditProgress::new();
    let interval = args.place.ask(|reader| {
        let program = program.as_ref();
        let reader = reader.clone().watched(progress.watch());
        let interval = custody::interval(&reader, program, &trust, records, edge::now());
        interval.map_err(refusal::of_hold)
    });
    drop(progress);
    let answer = IntervalAnswer::of(&interval?, records);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    Ok(match answer.is_known() {
        true => Exit::Pass,
        false => Exit::Unknown,
    })
}
