//! What the audit log of a forge holds.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An event of the audit log of an organisation at GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedEvent {
    /// What the forge calls it.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What happened, such as `protected_branch.destroy`.
    pub action: String,
    /// The name of the account that caused it, where it has one.
    pub actor: Option<String>,
}

/// What an audit log says of the classic protection of the branches of one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLog {
    /// Since when it was asked, by our clock.
    pub since: Timestamp,
    /// The events; none names its branch.
    pub events: Vec<LoggedEvent>,
}

/// An event of the audit log of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEvent {
    /// The number.
    pub id: u64,
    /// The number of the account that caused it; none where nobody was signed in.
    pub account: Option<u64>,
    /// The name of that account, as it was then.
    pub account_name: Option<String>,
    /// What happened, by the name that the forge gives it; older servers give none.
    pub name: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What it happened to.
    pub target: Option<String>,
    /// What was changed, and from and to what; what is no text stands here as JSON.
    pub change: Option<String>,
    /// The value before.
    pub from: Option<String>,
    /// The value since.
    pub to: Option<String>,
    /// What happened, in the words of the forge.
    pub message: Option<String>,
}
