//! `countersign audit`: the main job.

use super::selection::{Selection, Target};
use super::{asked, output, refusal};
use crate::args::Format;
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress::Progress;
use countersign::audit::{self, Audited};
use model::outcome::Conclusion;
use std::path::PathBuf;

/// Test every control on every change of a period and write the report.
///
/// Reads the history of the protected branch, decides each change, concludes each control,
/// appends program, observation and decisions to the ledger, and writes index.html,
/// report.pdf, audit.json and changes.csv. Without --enforce it exits with 0 when the
/// report was written and verified, whatever the report concludes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    #[command(flatten)]
    selection: Selection,
    /// The folder of the report
    #[arg(long, value_name = "DIR", default_value = "report")]
    out: PathBuf,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Exit with the verdict: 1 where a control is ineffective, 3 where one is not evidenced
    #[arg(long)]
    enforce: bool,
}

const EXAMPLE: &str = "Example:
  countersign audit --period 2026-H1 --out report
  countersign verify report";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let targets = args.selection.targets()?;
    if targets.len() > 1 && args.format == Format::Json {
        return Err(CliError::new(
            Exit::Usage,
            "the program lists several repositories, and JSON is of one",
        )
        .hint("name the repository: countersign audit REPO --format json"));
    }
    let (mut verdicts, mut failures) = (vec![], vec![]);
    for target in &targets {
        match one(args, target) {
            Ok(audited) => {
                verdicts.push(verdict(&audited));
                // Nobody waits for the memory; where no thread can be had, it is given back here.
                let _detached = std::thread::Builder::new().spawn(|| drop(audited));
            }
            // What one repository lacks keeps no other from being audited.
            Err(error) if targets.len() > 1 => {
                error.print();
                failures.push(error.exit);
            }
            Err(error) => return Err(error),
        }
    }
    if args.enforce {
        failures.extend(verdicts);
    }
    Ok(Exit::worst(&failures))
}

/// Audits one repository; where the program lists several, its report is a folder of its own.
fn one(args: &Args, target: &Target) -> Result<Audited, CliError> {
    let out = target
        .name
        .as_ref()
        .map_or_else(|| args.out.clone(), |name| args.out.join(name));
    let progress = Progress::new();
    let audited = args.selection.with_request(target, &progress, |request| {
        audit::audit(request, &out).map_err(refusal::of_audit)
    });
    progress.finish();
    let audited = audited?;
    anstream::eprintln!("wrote {}", audited.folder.display());
    asked::tell(&audited.asked);
    match args.format {
        Format::Text => output::line(&documents::text::audit_summary(&audited.report))?,
        Format::Json => output::print(&audited.json)?,
    }
    Ok(audited)
}

fn verdict(audited: &Audited) -> Exit {
    let any = |wanted: &[Conclusion]| {
        audited
            .report
            .conclusions
            .iter()
            .any(|report| wanted.contains(&report.proposed))
    };
    if any(&[Conclusion::Ineffective]) || asked::contradict_log(&audited.asked) {
        Exit::Fail
    } else if any(&[Conclusion::NotEvidenced, Conclusion::NotOccurring])
        || audited.report.conclusions.is_empty()
    {
        Exit::Unknown
    } else {
        Exit::Pass
    }
}
