//! Whose key a log is verified with.

use super::{KeyOrigin, VerifyError};
use crate::log::Package;
use ledger::keys::history::Unvouched;
use std::io;
use std::path::Path;
use tlog::key::VerifierKey;

/// Returns the verifier keys in a file, one a line; empty lines and lines that begin with `#` are passed over.
pub fn read_trust(path: &Path) -> Result<Vec<String>, VerifyError> {
    let fail = |source| VerifyError::Trust {
        path: path.into(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(fail)?;
    let keys: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(String::from)
        .collect();
    match keys.is_empty() {
        true => Err(fail(io::Error::new(
            io::ErrorKind::InvalidData,
            "it holds no key",
        ))),
        false => Ok(keys),
    }
}

pub(super) fn key_origin(package: &Package, trusted: &[String]) -> Result<KeyOrigin, VerifyError> {
    if trusted.is_empty() {
        return Ok(KeyOrigin::AuditedCompany);
    }
    let key = package.key();
    if trusted.iter().any(|line| line.trim() == key) {
        return Ok(KeyOrigin::Verifier);
    }
    match package.keys().vouched_by(&log_keys(trusted)) {
        Ok(()) => Ok(KeyOrigin::Vouched),
        Err(Unvouched::Unknown) => Err(VerifyError::UntrustedKey { key }),
        Err(why) => Err(VerifyError::Unvouched { key, why }),
    }
}

/// Returns the keys of logs among the lines that a verifier trusts.
pub(crate) fn log_keys(trusted: &[String]) -> Vec<VerifierKey> {
    let lines = trusted.iter();
    lines.filter_map(|line| line.trim().parse().ok()).collect()
}
