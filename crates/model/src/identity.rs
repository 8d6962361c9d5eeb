//! Names and addresses as a committer typed them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A name and an address from a commit header or a trailer; both are claims.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Identity {
    /// The name; bytes that are not UTF-8 in the commit's encoding read U+FFFD.
    pub name: Arc<str>,
    /// The e-mail address, as typed.
    pub address: Arc<str>,
}

impl Identity {
    /// Returns an identity with the given name and address.
    pub fn new(name: &str, address: &str) -> Identity {
        Identity {
            name: name.into(),
            address: address.into(),
        }
    }

    /// Returns whether the name or the address carries a `[bot]` suffix: a hint, never an exemption.
    pub fn has_bot_suffix(&self) -> bool {
        let local = self.address.split('@').next().unwrap_or_default();
        self.name.ends_with("[bot]") || local.ends_with("[bot]")
    }

    /// Returns the account name inside a forge's no-reply address: `ada` for
    /// `ada@users.noreply.github.com` and for `1234+ada@users.noreply.github.com`.
    pub fn noreply_account(&self) -> Option<&str> {
        let (local, host) = self.address.split_once('@')?;
        host.starts_with("users.noreply.")
            .then(|| local.split_once('+').map_or(local, |(_, account)| account))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} <{}>", self.name, self.address)
    }
}
