//! `countersign ledger verify`: every byte of the log, hashed again.

use std::path::PathBuf;

use countersign::answers::ledger::HeldAnswer;
use countersign::{custody, verify};
use ledger::read::Reader;
use model::program::Program;

use super::super::{output, refusal, seen};
use super::Place;
use crate::args::Format;
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use crate::progress::AuditProgress;

/// Hash every leaf and payload again, and check every signature.
///
/// Names the first place that does not fit. A copy in a report, or one that countersign
/// ledger export wrote, is verified by its folder; a log that is shared, by its place, and
/// no key of it is needed; a log that is served, by its address.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  countersign ledger verify
  countersign ledger verify --ledger report/ledger --trust keys.txt
  countersign ledger verify --ledger git+https://git.example.com/shop --trust keys.txt
  countersign ledger verify --ledger s3://audit-log/shop --trust keys.txt
  countersign ledger verify --at https://log.example.com --trust keys.txt")]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The address of a served log, in place of a folder; --trust must hold its key
    #[arg(
        long,
        value_name = "URL",
        requires = "trust",
        conflicts_with = "ledger"
    )]
    at: Option<String>,
    /// Keys of logs and witnesses, and digests of authorities' certificates, that you got
    /// from somebody else than the audited company, one a line
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    #[command(flatten)]
    seen: seen::Earlier,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let trust = match &args.trust {
        Some(file) => verify::read_trust(file).map_err(refusal::of_verify)?,
        None => Vec::new(),
    };
    let progress = AuditProgress::new();
    let hold = |reader: &Reader, program: Option<&Program>| {
        let reader = reader.clone().watched(progress.watch());
        let held = custody::hold(&reader, program, &trust, edge::now());
        let held = held.map_err(refusal::of_hold)?;
        let mut answer = HeldAnswer::of(&held);
        answer.extends = args.seen.extended_by(&held.audited)?;
        Ok(answer)
    };
    let answer = match &args.at {
        Some(url) => {
            edge::refuse_proxy_that_is_none()?;
            let reader = custody::served(url, &trust).map_err(refusal::of_hold)?;
            hold(&reader, Some(&custody::nobody()))?
        }
        None => {
            let program = args.place.own_program()?;
            args.place.ask(|reader| hold(reader, program.as_ref()))?
        }
    };
    drop(progress);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    let absent = answer.outside.signed.absent_signatures + answer.absent_erasures + answer.unsigned;
    Ok(match (answer.holds, absent, answer.program_absent) {
        (true, 0, None) => Exit::Pass,
        (true, _, _) => Exit::Unknown,
        (false, _, _) => Exit::Fail,
    })
}
