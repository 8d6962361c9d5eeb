//! `countersign verify`: the auditor's own check of a report.

use super::{output, refusal, seen};
use crate::args::Format;
use crate::edge;
use crate::error::{CliError, visible};
use crate::exit::Exit;
use countersign::answers::VerifyAnswer;
use countersign::verify::{self, Verified};
use std::collections::BTreeSet;
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
    #[command(flatten)]
    seen: seen::Earlier,
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
    match several(&args.folder)? {
        None => one(args, &args.folder, &trusted).map(|(exit, _)| exit),
        Some(_) if args.format == Format::Json => {
            let message = "the folder holds reports on several repositories, and JSON is of one";
            Err(CliError::new(Exit::Usage, message).hint("name one of them"))
        }
        Some(reports) => each(args, &reports, &trusted),
    }
}

/// Returns the reports that an audit of several repositories wrote into a folder, if it is such a folder.
fn several(folder: &Path) -> Result<Option<Vec<PathBuf>>, CliError> {
    let fail = |error: io::Error| {
        let message = format!("cannot read {}: {error}", folder.display());
        CliError::new(Exit::Unreachable, message)
    };
    let (mut reports, mut others) = (vec![], vec![]);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let is_report =
            entry.file_type().map_err(fail)?.is_dir() && entry.path().join("audit.json").is_file();
        // A repository has no such name; a killed audit leaves one, and so does a file manager.
        if !entry.file_name().to_string_lossy().starts_with('.') {
            if is_report { &mut reports } else { &mut others }.push(entry.path());
        }
    }
    if reports.is_empty() || folder.join("audit.json").exists() {
        return Ok(None);
    }
    reports.sort();
    others.sort();
    match others.first() {
        Some(other) => {
            let message = format!("{} lies among reports and is none", other.display());
            Err(CliError::new(Exit::Usage, message)
                .hint("name the folder of one report, or a folder that holds nothing but reports"))
        }
        None => Ok(Some(reports)),
    }
}

/// A repository that the program lists and no report is on is not verified.
fn each(args: &Args, reports: &[PathBuf], trusted: &[String]) -> Result<Exit, CliError> {
    let mut exits = vec![];
    let (mut listed, mut verified) = (BTreeSet::new(), BTreeSet::new());
    for report in reports {
        output::line(&visible(&format!("{}:", report.display())))?;
        match one(args, report, trusted) {
            Ok((exit, of)) => {
                exits.push(exit);
                listed.extend(of.repositories);
                verified.insert(of.report.population.query.repository);
            }
            Err(error) => {
                error.print();
                exits.push(error.exit);
            }
        }
    }
    // What a report is on is what it says, not what its folder is called.
    for name in listed.difference(&verified) {
        let name = name.escape_debug();
        output::line(&format!("unknown: no report on {name} holds here"))?;
        exits.push(Exit::Unknown);
    }
    Ok(Exit::worst(&exits))
}

/// Verifies one report; returns what it shows too.
fn one(args: &Args, report: &Path, trusted: &[String]) -> Result<(Exit, Verified), CliError> {
    match verify::verify(report, trusted, edge::now()) {
        Ok(verified) => {
            let extends = args.seen.extended_by(verified.package.audited())?;
            let answer = VerifyAnswer::holds(&verified, extends);
            match args.format {
                Format::Text => output::line(&visible(&answer.text()))?,
                Format::Json => output::json(&answer.json())?,
            }
            let exit = match (&verified.not_rendered, verified.doubts.is_empty()) {
                (None, true) => Exit::Pass,
                (Some(_), _) | (None, false) => Exit::Unknown,
            };
            Ok((exit, verified))
        }
        Err(error) => {
            if args.format == Format::Json {
                output::json(&VerifyAnswer::fails(&error).json())?;
            }
            Err(refusal::of_verify(error))
        }
    }
}
