//! The command line as clap reads it.

use crate::commands::{
    audit, check, ci, collect, gate, init, ledger, plan, protect, record, review, schema,
    self_review, verify, witness,
};
use clap::{Parser, Subcommand, ValueEnum};

/// The second signature for a company of one: enforce, watch, record and prove
/// the checkpoints that stand in for a second person.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true, max_term_width = 80, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0   pass; for audit and collect: it ran to its end
  1   fail
  2   usage, or a fault in a file that you wrote
  3   unknown: evidence is absent, or a question is open
  4   a source or the ledger cannot be reached
  70  a bug of Countersign";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    /// Validate the program and prove that its merge gate can be passed
    ///
    /// Every fault of the file is shown at once with its place and its mend. For each
    /// class of risk and each author it says who does what to get a change through the
    /// merge gate, or names the smallest set of rules that contradict each other.
    ///
    /// Exits with 1 where one principal holds both duties of a conflict and no control
    /// compensates it, or where the rules lock an author out; with 3 where a duty has no
    /// holder, a question is open, or nothing is proven of the gate; with 2 where the
    /// file has faults.
    Check(check::Args),
    Collect(collect::Args),
    /// Record the report of a check, an answer to a finding, or an AI coding session
    Record(record::Args),
    /// Decide whether a request, or a push to a server of git, may land
    Gate(gate::Args),
    Review(review::Args),
    SelfReview(self_review::Args),
    Ci(ci::Args),
    Protect(protect::Args),
    Audit(audit::Args),
    Verify(verify::Args),
    /// Look at the log, verify it, prove a leaf, have it signed outside
    Ledger(ledger::Args),
    Plan(plan::Args),
    Witness(witness::Args),
    /// Print a JSON Schema
    Schema(schema::Args),
}

/// The form of what goes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For machines
    Json,
}
