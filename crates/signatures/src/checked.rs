//! What checking one signature gave.

use crate::{Flaw, SignatureKind};

/// What checking one signature gave, whoever the key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Check {
    /// The signature is by the key named, over exactly these bytes, and the key was good when it was made.
    Valid,
    /// The signature proves nothing, for this reason.
    Invalid(Flaw),
    /// No public key at hand could check it: an OpenPGP key that nobody supplied, or X.509 always.
    NoKey,
    /// This version cannot check such a signature: neither good nor bad.
    Unsupported(String),
}

/// A signature after the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What made the signature.
    pub kind: SignatureKind,
    /// What the check gave.
    pub check: Check,
    /// The key: `SHA256:…` for SSH; the upper-case hexadecimal fingerprint for OpenPGP, of the subkey where a subkey signed, or the key id of 16 digits where no more is known.
    ///
    /// Proved when `check` is `Valid`, otherwise only claimed.
    pub key: Option<String>,
    /// Whether it verified by a key that the forge itself holds: the forge made the commit, no person's key did.
    pub by_forge: bool,
}

impl Checked {
    pub(crate) fn new(kind: SignatureKind, check: Check, key: Option<String>) -> Self {
        Checked {
            kind,
            check,
            key,
            by_forge: false,
        }
    }
}

impl From<Flaw> for Check {
    fn from(flaw: Flaw) -> Self {
        Check::Invalid(flaw)
    }
}

impl From<Result<(), Check>> for Check {
    fn from(result: Result<(), Check>) -> Self {
        match result {
            Ok(()) => Check::Valid,
            Err(check) => check,
        }
    }
}
