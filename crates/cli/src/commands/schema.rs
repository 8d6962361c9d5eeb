//! `countersign schema`: JSON Schemas of what Countersign reads and writes.

use super::output;
use crate::error::CliError;
use crate::exit::Exit;
use clap::ValueEnum;

/// Print a JSON Schema.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  countersign schema program > countersign.schema.json")]
pub(crate) struct Args {
    /// Of what
    #[arg(value_enum)]
    what: What,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    /// countersign.yaml
    Program,
    /// audit.json
    Audit,
    /// One line of a file in evidence/
    Change,
    /// check --format json
    Check,
    /// record check --format json
    RecordCheck,
    /// gate merge --format json
    Gate,
    /// review --format json
    Review,
    /// review calibrate --format json
    Calibration,
    /// protect --format json
    Protect,
    /// plan --format json
    Plan,
    /// verify --format json
    Verify,
    /// ledger status --format json
    LedgerStatus,
    /// ledger verify --format json
    LedgerVerify,
    /// ledger interval --format json
    LedgerInterval,
    /// ledger key show --format json
    LedgerKey,
}

pub(crate) fn run(args: &Args) -> Result<Exit, CliError> {
    output::json(&match args.what {
        What::Program => model::program_file::schema(),
        What::Audit => countersign::answers::schema_of_audit(),
        What::Change => countersign::answers::schema_of_change(),
        What::Check => countersign::answers::schema_of_check(),
        What::RecordCheck => countersign::answers::check::schema_of_recorded(),
        What::Gate => countersign::answers::gate::schema_of_gate(),
        What::Review => countersign::answers::review::schema_of_review(),
        What::Calibration => countersign::answers::calibration::schema_of_calibration(),
        What::Protect => countersign::answers::protect::schema_of_protect(),
        What::Plan => countersign::answers::schema_of_plan(),
        What::LedgerStatus => countersign::answers::ledger::schema_of_status(),
        What::LedgerVerify => countersign::answers::ledger::schema_of_held(),
        What::LedgerInterval => countersign::answers::ledger::interval::schema_of_interval(),
        What::LedgerKey => countersign::answers::ledger::keys::schema_of_key(),
        What::Verify => countersign::answers::schema_of_verify(),
    })?;
    Ok(Exit::Pass)
}
