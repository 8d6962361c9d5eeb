//! What a forge must do with a request that shows whether a protection holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the forge must do with a canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Must {
    /// Refuse it.
    Block,
    /// Let it land.
    Pass,
}
