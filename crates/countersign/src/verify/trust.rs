//! Whose key a log is verified with.

use super::{KeyOrigin, VerifyError};
use crate::log::Package;
use ledger::keys::history::Unvouched;
use std::io;
use std::path::Path;
use tlog::cosignature::key::CosignerKey;
use tlog::key::VerifierKey;

/// The longest file of keys.
const MAX_TRUST_BYTES: u64 = 1 << 20;

/// The characters that are shown of a line that is no key.
const SHOWN: usize = 40;

/// Returns the verifier keys in a file, one a line; empty lines and lines that begin with `#` are passed over.
pub fn read_trust(path: &Path) -> Result<Vec<String>, VerifyError> {
    let fail = |source| VerifyError::Trust {
        path: path.into(),
        source,
    };
    let text = text(path).map_err(fail)?;
    let keys: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(String::from)
        .collect();
    if let Some(line) = keys.iter().find(|line| !is_trustable(line)) {
        let line = line.escape_debug().to_string();
        return Err(VerifyError::NoKey {
            path: path.into(),
            line: line.chars().take(SHOWN).collect(),
        });
    }
    match keys.is_empty() {
        true => Err(fail(io::Error::new(
            io::ErrorKind::InvalidData,
            "it holds no key",
        ))),
        false => Ok(keys),
    }
}

/// A device has no end, and a pipe may have no beginning.
fn text(path: &Path) -> io::Result<String> {
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(invalid("it is no file".to_owned()));
    }
    if metadata.len() > MAX_TRUST_BYTES {
        return Err(invalid(format!("it has more than {MAX_TRUST_BYTES} bytes")));
    }
    std::fs::read_to_string(path)
}

/// Returns whether a line is the key of a log or of a witness, or the SHA-256 of a certificate.
fn is_trustable(line: &str) -> bool {
    let is_digest = line.len() == 64 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest || line.parse::<VerifierKey>().is_ok() || line.parse::<CosignerKey>().is_ok()
}

pub(super) fn key_origin(package: &Package, trusted: &[String]) -> Result<KeyOrigin, VerifyError> {
    if trusted.is_empty() {
        return Ok(KeyOrigin::AuditedCompany);
    }
    let key = package.key();
    if trusted.iter().any(|line| line.trim() == key) {
        return Ok(KeyOrigin::Verifier);
    }
    let of_logs = log_keys(trusted);
    // Keys of outsiders say nothing of the log's own.
    if of_logs.is_empty() {
        return Ok(KeyOrigin::AuditedCompany);
    }
    match package.keys().vouched_by(&of_logs) {
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
