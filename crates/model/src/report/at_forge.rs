//! What the forge says of one change of the register.

use crate::digest::Digest;
use crate::outcome::Outcome;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the forge says of one change, as far as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtForge {
    /// How it landed.
    pub landed: LandedAtForge,
    /// The request that this is said of.
    pub request: Option<u64>,
    /// Who opened it: the id of a principal, or `unknown: FORGE:ACCOUNT`.
    pub opened_by: Option<String>,
    /// When, by the clock of the forge.
    pub opened_at: Option<Timestamp>,
    /// Who let it land, likewise; null where the forge does not say.
    pub merged_by: Option<String>,
    /// When, by the clock of the forge.
    pub merged_at: Option<Timestamp>,
    /// The digest of the difference that landed.
    pub patch_digest: Option<Digest>,
    /// Checks that the last record of the request while it was open shows to have ended well on that head, each with the app
    /// that reported it, and statuses; null where no record that could be read shows that head with its checks.
    pub passed: Option<BTreeSet<String>>,
    /// What the gate answered last about that difference before it landed; null where it was not asked, and
    /// where a pass of it counts for nothing.
    pub gate: Option<Outcome>,
}

/// How the forge says that a change landed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LandedAtForge {
    /// As a request to this branch.
    Request,
    /// Perhaps as a commit of a request that was rebased.
    PerhapsRequest,
    /// As a request to another branch.
    OtherBranch,
    /// As the head of a request, which was pushed.
    PushedHead,
    /// As none: it was pushed.
    Push,
    /// Its answers do not tell.
    Unknown,
}
