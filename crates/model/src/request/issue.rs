//! Issues of a forge, as tickets that a change request names.

use super::Account;
use super::words::RequestState;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// The number in its project.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The text below it.
    pub description: String,
    /// Whether it is open.
    pub state: RequestState,
    /// Who opened it; none where the account is gone.
    pub author: Option<Account>,
    /// Its labels.
    pub labels: BTreeSet<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything of it changed last.
    pub updated_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// An issue that a change request closes when it lands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkedIssue {
    /// One of the forge.
    Own {
        /// The number of its project.
        project: u64,
        /// Its number there.
        number: u64,
    },
    /// One of another tracker, by the name that it has there.
    External(String),
}
