//! Files of an audited log of which every byte is known.

use crate::audit::AuditError;
use crate::read::Reader;

/// Checks that a file has exactly these bytes.
pub(super) fn compare(
    reader: &Reader,
    name: &str,
    expected: &[u8],
    why: &'static str,
) -> Result<(), AuditError> {
    let path = reader.store.place(name);
    let found = reader.store.read_start(name, expected.len() as u64 + 1)?;
    let found = found.ok_or_else(|| AuditError::MissingFile { path: path.clone() })?;
    if found == expected {
        return Ok(());
    }
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a == b)
        .count();
    let offset = same as u64;
    match (expected.get(same), found.get(same)) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(AuditError::Truncated { path, offset }),
        (None, Some(_)) => Err(AuditError::TrailingBytes { path, offset }),
        (Some(expected), Some(found)) => Err(AuditError::FileMismatch {
            path,
            offset,
            expected: format!("{expected:#04x}"),
            found: format!("{found:#04x}"),
            why,
        }),
    }
}
