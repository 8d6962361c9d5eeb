//! `countersign verify`: the auditor's own check of a report.

use super::{output, refusal};
use crate::args::Format;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::answers::VerifyAnswer;
use countersign::verify;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Check a report offline, byte by byte and decision by decision.
///
/// Re-hashes every leaf of the log, makes every decision again from the recorded facts,
/// renders the report again and names the first byte that does not fit. Needs neither
/// the repository nor the network.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign verify report --trust keys.txt")]
pub(crate) struct Args {
    /// The folder of the report, or of the reports on several repositories
    #[arg(value_name = "DIR", default_value = "report")]
    folder: PathBuf,
    /// Verifier keys that you got from somebody else than the audited company, one a line
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    if !args.folder.is_dir() {
        let message = format!("{} is no folder", args.folder.display());
        return Err(CliError::new(Exit::Unreachable, message)
            .hint("name the folder of a report, as countersign audit writes it"));
    }
    let trusted = match &args.trust {
        Some(file) => verify::read_trust(file).map_err(refusal::of_verify)?,
        None => vec![],
    };
    let reports = reports(&args.folder)?;
    if reports.len() > 1 && args.format == Format::Json {
        let message = "the folder holds several reports, and JSON is of one";
        return Err(CliError::new(Exit::Usage, message).hint("name one of them"));
    }
    let mut exits = vec![];
    for report in &reports {
        if reports.len() > 1 {
            output::line(&visible(&format!("{}:", report.display())))?;
        }
        exits.push(one(args, report, &trusted).unwrap_or_else(|error| {
            error.print();
            error.exit
        }));
    }
    let worst = [Exit::Fail, Exit::Unreachable, Exit::Usage, Exit::Unknown];
    let worst = worst.into_iter().find(|exit| exits.contains(exit));
    Ok(worst.unwrap_or(Exit::Pass))
}

/// Returns the reports that an audit of several repositories wrote into a folder, or the folder.
fn reports(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot read {}: {error}", folder.display());
        CliError::new(Exit::Unreachable, message)
    };
    let mut entries = vec![];
    for entry in fs::read_dir(folder).map_err(fail)? {
        entries.push(entry.map_err(fail)?.path());
    }
    entries.sort();
    let has_log = |folder: &PathBuf| folder.join("ledger").is_dir();
    match has_log(&folder.to_owned()) || entries.is_empty() || !entries.iter().all(has_log) {
        true => Ok(vec![folder.into()]),
        false => Ok(entries),
    }
}

fn one(args: &Args, report: &Path, trusted: &[String]) -> Result<Exit, CliError> {
    match verify::verify(report, trusted) {
        Ok(verified) => {
            let answer = VerifyAnswer::holds(&verified);
            match args.format {
                Format::Text => output::line(&visible(&answer.text()))?,
                Format::Json => output::json(&answer.json())?,
            }
            Ok(if verified.not_rendered.is_some() {
                Exit::Unknown
            } else {
                Exit::Pass
            })
        }
        Err(error) => {
            if args.format == Format::Json {
                output::json(&VerifyAnswer::fails(&error).json())?;
            }
            Err(refusal::of_verify(error))
        }
    }
}
