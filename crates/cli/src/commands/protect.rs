//! `countersign protect`: the protection of the branch.

use crate::args::Format;
use crate::commands::asking::Chosen;
use crate::commands::{output, refusal};
use crate::error::{CliError, visible};
use crate::exit::Exit;
use clap::builder::NonEmptyStringValueParser;
use countersign::answers::protect::ProtectAnswer;
use countersign::protect::{self, GITHUB_ACTIONS, Protected};
use model::outcome::Outcome;
use model::request::rules::RequiredCheck;
use model::request::wanted::Step;
use std::path::PathBuf;

/// Set the protection that the program asks for, and try it.
///
/// At GitHub the ruleset `countersign` covers the protected branch, and nobody may go around
/// it: it takes requests only, without an approval that the forge counts (CR-1), keeps
/// history (CR-2), and requires one check, pinned to the app that reports it (CR-3). At
/// GitLab a protected branch of its very name lets nobody push (CR-1) or force a push
/// (CR-2), and pipelines must succeed (CR-3). What is protected under other names is never
/// changed. --apply refuses a protection that the team could not pass, and tries it with a
/// canary: a request that did not pass the gate, which the forge must refuse. It is closed
/// and its branch removed. Without CR-3 nothing is tried, and --apply exits with 3.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// Show what differs and change nothing, which is the default; exits with 1 where
    /// anything differs, with 3 where that is not shown
    #[arg(long, group = "what")]
    plan: bool,
    /// Set what differs, and try it with a canary
    #[arg(long, group = "what")]
    apply: bool,
    /// Ask whether the forge lets this request land, whose last answer of the gate was pass
    #[arg(long, value_name = "NUMBER", group = "what")]
    passed: Option<u64>,
    /// The git repository, or a folder inside it
    #[arg(value_name = "REPO", default_value = ".")]
    repository: PathBuf,
    #[command(flatten)]
    chosen: Chosen,
    /// The name of the required check; at GitLab of the job that must be in .gitlab-ci.yml
    #[arg(long, value_name = "NAME", default_value = "countersign", value_parser = NonEmptyStringValueParser::new())]
    check: String,
    /// The number of the app that reports it, at GitHub; default: GitHub Actions
    #[arg(long, value_name = "NUMBER", default_value_t = GITHUB_ACTIONS)]
    app: u64,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

const EXAMPLE: &str = "Example:
  countersign protect --plan

Reading needs the permission Administration: write of GitHub, for who may go
around a ruleset is shown to nobody else; at GitLab the scope read_api and the
role Maintainer, and --apply the scope api. The token comes from where `gate merge` takes it.";

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    let asking = args.chosen.asking(&args.repository, false);
    let check = RequiredCheck {
        context: args.check.clone(),
        app: Some(args.app),
    };
    let protected = asking.with_request(|request| {
        let protected = match (args.apply, args.passed) {
            (true, _) => protect::apply(request, &check),
            (false, Some(number)) => protect::passes(request, &check, number),
            (false, None) => protect::plan(&request, &check),
        };
        protected.map_err(refusal::of_protect)
    })?;
    tell(args, &protected)?;
    Ok(match protected.outcome() {
        Outcome::Pass => Exit::Pass,
        Outcome::Fail => Exit::Fail,
        Outcome::Unknown => Exit::Unknown,
    })
}

/// The other canary needs a request that has waited, and been read: it is asked for by itself.
const NEXT: &str = "next: once a request has passed the gate, countersign protect --passed NUMBER shows that nothing\n  \
                    else keeps it from landing";

fn tell(args: &Args, protected: &Protected) -> Result<(), CliError> {
    let answer = ProtectAnswer::of(protected);
    match args.format {
        Format::Text => output::line(&visible(&answer.text()))?,
        Format::Json => output::json(&answer.json())?,
    }
    let is_blocked = answer.canary.is_some_and(|it| it.outcome == Outcome::Pass);
    if args.apply && is_blocked {
        anstream::eprintln!("{NEXT}");
    }
    if !args.apply && args.passed.is_none() {
        match &answer.plan.step {
            Step::Create | Step::Replace { .. } => {
                anstream::eprintln!(
                    "nothing was changed: countersign protect --apply sets the ruleset"
                );
            }
            Step::Change { .. } => {
                anstream::eprintln!(
                    "nothing was changed: countersign protect --apply sets what differs"
                );
            }
            Step::Nothing { .. } | Step::Set | Step::Unknown { .. } | Step::NotOffered { .. } => {}
        }
    }
    Ok(())
}
