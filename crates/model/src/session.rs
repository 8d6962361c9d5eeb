//! What an AI coding tool recorded of a session in which it wrote commits.

use crate::digest::{CommitId, Digest};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of a record.
pub const VERSION: u32 = 1;

/// A session: what of it shows whose model wrote which commits, and nothing of what was said in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRecord {
    /// The version of this form.
    pub version: u32,
    /// The repository, as the program calls it.
    pub repository: String,
    /// The tool, as it calls itself.
    pub agent: String,
    /// Its name for the session.
    pub session: String,
    /// Who made its models, in small letters.
    pub provider: Option<String>,
    /// The models that were used, as their provider calls them.
    pub models: Vec<String>,
    /// The commits that were written.
    pub commits: Vec<CommitId>,
    /// SHA-256 of the file, which is not kept: it holds what was said.
    pub file_sha256: Digest,
    /// When it was recorded.
    pub at: Timestamp,
}

/// A session that the log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSeen {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// The record.
    pub record: SessionRecord,
}
