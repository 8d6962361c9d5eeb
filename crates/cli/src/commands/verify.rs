//! `countersign verify`: the auditor's own check of a report.

use super::{output, refusal};
use crate::args::Format;
use crate::error::CliError;
use crate::exit::Exit;
use countersign::answers::VerifyAnswer;
use countersign::verify;
use std::path::PathBuf;

/// Check a report offline, byte by byte and decision by decision.
///
/// Re-hashes every leaf of the log, makes every decision again from the recorded facts,
/// renders the report again and names the first byte that does not fit. Needs neither
/// the repository nor the network.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign verify report --trust keys.txt")]
pub(crate) struct Args {
    /// The folder of the report
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
    match verify::verify(&args.folder, &trusted) {
        Ok(verified) => {
            let answer = VerifyAnswer::holds(&verified);
            match args.format {
                Format::Text => output::line(&answer.text())?,
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
