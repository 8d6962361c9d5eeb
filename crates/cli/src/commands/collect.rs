//! `countersign collect`: what the repository shows now, in the ledger.

mod webhook;

use super::selection::{Selection, Target};
use super::{asked, output, refusal};
use crate::error::CliError;
use crate::exit::Exit;
use crate::progress::Progress;
use clap::Subcommand;
use documents::text::{count, folded};

/// Record the state of a repository in the ledger.
///
/// Appends the program and an observation: the population of changes, and every branch
/// with its tip. A waiting period is shown by such records: one that holds the final
/// head of a request, and a later one in which the branch does not hold it yet. Where the
/// program names the forge of the repository, it is asked too: what protects the branch,
/// and each request that changed. What it does not answer is told, and exits with 4.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example, each hour:\n  countersign collect")]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    selection: Selection,
    /// Ask no forge for the requests of the repository
    #[arg(long)]
    no_forge: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Webhook(webhook::Args),
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    if let Some(Command::Webhook(args)) = &args.command {
        return webhook::run(args);
    }
    let targets = args.selection.targets()?;
    let several = targets.len() > 1;
    let mut exits = vec![];
    for target in &targets {
        exits.push(match one(args, target) {
            // What one repository lacks keeps no other from being recorded.
            Err(error) if several => {
                error.print();
                error.exit
            }
            answered => answered?,
        });
    }
    Ok(Exit::worst(&exits))
}

/// An outsider that saw another log under this name makes it fail; one that is off does not.
fn one(args: &Args, target: &Target) -> Result<Exit, CliError> {
    let progress = Progress::new();
    let mut selection = args.selection.clone();
    selection.asks_forge = !args.no_forge;
    let collected = selection.with_request(target, &progress, |request| {
        countersign::collect::collect(request).map_err(refusal::of_collect)
    });
    progress.finish();
    let collected = collected?;
    asked::tell(&collected.asked);
    for disturbance in collected.log.reader().disturbances() {
        anstream::eprintln!(
            "{}",
            folded(&format!("warning: {}", disturbance.sentence()))
        );
    }
    let observation = &collected.observation;
    output::line(&format!(
        "recorded {} of {} at {}: {} in {}, {}",
        observation.query.branch.escape_debug(),
        observation.query.repository.escape_debug(),
        observation.head.short(),
        count(observation.changes, "change", "changes"),
        observation.query.period.label,
        count(observation.refs.len() as u64, "branch", "branches"),
    ))?;
    if let Some(of_forge) = &collected.of_forge {
        output::line(&folded(&format!(
            "recorded what protects {}, and {} of {} of the forge that changed",
            observation.query.branch.escape_debug(),
            of_forge.recorded,
            count(of_forge.listed, "request", "requests"),
        )))?;
        if let Some(stands_in) = &of_forge.stands_in {
            output::line(&folded(stands_in))?;
        }
    }
    let of_forge = collected.of_forge.as_ref();
    let lacks = of_forge.into_iter().flat_map(|it| {
        let unrecorded = it.unrecorded.iter();
        let unrecorded = unrecorded.map(|what| format!("not recorded: {what}"));
        let unanswered = it.unanswered.iter();
        let unanswered = unanswered.map(|what| format!("recorded as not answered whole: {what}"));
        unrecorded.chain(unanswered)
    });
    let lacks = lacks.map(|what| {
        let error = CliError::new(Exit::Unreachable, what);
        error.print();
        error.exit
    });
    let contradicted = match asked::contradict_log(&collected.asked) {
        true => Exit::Fail,
        false => Exit::Pass,
    };
    let exits: Vec<Exit> = lacks.chain([contradicted]).collect();
    Ok(Exit::worst(&exits))
}
