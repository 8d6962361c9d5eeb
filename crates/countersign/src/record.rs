//! The payloads of the leaves that an audit appends, beside the program's own text and the observation.

use jiff::Timestamp;
use model::digest::Digest;
use model::report::{ControlReport, ProgramOrigin, Totals};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the records in this file.
pub const VERSION: u32 = 1;

/// What an audit decided, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of Countersign that decided.
    pub countersign: String,
    /// When, by the clock of the machine it ran on.
    pub generated_at: Timestamp,
    /// Where the program came from.
    pub program_origin: ProgramOrigin,
    /// SHA-256 of the program's text.
    pub program_sha256: Digest,
    /// SHA-256 of the observation.
    pub observation_sha256: Digest,
    /// The conclusions.
    pub conclusions: Vec<ControlReport>,
    /// SHA-256 of the deviations: each as JSON without spaces, a comma and a line feed between two.
    pub exceptions_sha256: Digest,
    /// SHA-256 of the exception windows, as JSON without spaces.
    pub windows_sha256: Digest,
    /// The counts.
    pub totals: Totals,
    /// SHA-256 of the change register with its decisions, as `audit.json` holds it: one row a line.
    pub register_sha256: Digest,
}

/// The files of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportRecord {
    /// The version of this form.
    pub version: u32,
    /// SHA-256 of the decisions that the report shows.
    pub decisions_sha256: Digest,
    /// Leaves when the decisions had been appended.
    pub log_size: u64,
    /// The root hash of the tree of that size, base64.
    pub log_root: String,
    /// Every file of the report but those of the ledger, by its path.
    pub files: BTreeMap<String, FileRecord>,
}

/// One file of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
}

impl FileRecord {
    /// Returns the record of a file with this content.
    pub fn of(content: &[u8]) -> FileRecord {
        FileRecord {
            bytes: content.len() as u64,
            sha256: Digest::of(content),
        }
    }
}
