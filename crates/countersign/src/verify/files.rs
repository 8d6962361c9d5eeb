//! The files of a report, against what the recorded facts give and what the log says.

use super::records::Records;
use super::{MAX_FILE_BYTES, VerifyError};
use crate::assemble::{self, Register};
use crate::audit::{self, COUNTERSIGN, PDF};
use crate::program;
use model::digest::Digest;
use model::program::Program;
use model::report::AuditReport;
use rayon::prelude::*;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Bytes shown on each side of a difference.
const SHOWN_BYTES: usize = 32;

/// A report that was made again, and what it was made from.
#[derive(Clone, Copy)]
pub(super) struct Again<'a> {
    pub(super) records: &'a Records,
    pub(super) report: &'a AuditReport,
    pub(super) register: &'a Register,
    pub(super) program: &'a Program,
}

/// Returns why the pages could not be made again, if another version made them.
pub(super) fn compare_files(
    folder: &Path,
    again: Again<'_>,
) -> Result<Option<String>, VerifyError> {
    let text = again.records.program_text.as_bytes();
    compare(folder, program::FILE_NAME, text)?;
    let json = assemble::audit_json(again.report, again.register);
    compare(folder, "audit.json", &json)?;
    drop(json);
    let not_rendered = render_and_compare(folder, again)?;
    compare_hashes(folder, again.records)?;
    Ok(not_rendered)
}

fn render_and_compare(folder: &Path, again: Again<'_>) -> Result<Option<String>, VerifyError> {
    let Again {
        records,
        report,
        register,
        program,
    } = again;
    let version = &records.decisions.countersign;
    if version != COUNTERSIGN {
        let version = version.escape_debug();
        return Ok(Some(format!(
            "version {version} rendered its pages and this is {COUNTERSIGN}: their digests were compared, not their text"
        )));
    }
    for (name, bytes) in audit::pages(report, register)? {
        compare(folder, &name, &bytes)?;
    }
    if !records.report.files.contains_key(PDF) {
        return Ok(None);
    }
    match audit::pdf(report, program)? {
        Some(bytes) => compare(folder, PDF, &bytes).map(|()| None),
        None => Ok(Some(format!(
            "this build sets no PDF: the digest of {PDF} was compared, not its text"
        ))),
    }
}

/// Returns the first byte of a file that is not the expected one.
fn compare(folder: &Path, name: &str, expected: &[u8]) -> Result<(), VerifyError> {
    // One byte more tells a file that goes on, however long it is.
    let found = read_start(&folder.join(name), expected.len() as u64 + 1)?;
    if found == expected {
        return Ok(());
    }
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a == b)
        .count();
    let shown = |bytes: &[u8]| {
        let rest = bytes.get(same..).unwrap_or_default();
        rest[..rest.len().min(SHOWN_BYTES)]
            .escape_ascii()
            .to_string()
    };
    Err(VerifyError::Byte {
        file: name.into(),
        offset: same as u64,
        expected: shown(expected),
        found: shown(&found),
    })
}

pub(super) fn compare_hashes(folder: &Path, records: &Records) -> Result<(), VerifyError> {
    let files = records.report.files.par_iter();
    let each = files.map(|(name, record)| {
        let path = folder.join(name);
        if record.bytes > MAX_FILE_BYTES {
            return Err(VerifyError::TooLong { path });
        }
        let found = Digest::of(&read_start(&path, record.bytes.saturating_add(1))?);
        match found == record.sha256 {
            true => Ok(()),
            false => Err(VerifyError::Hash {
                file: name.into(),
                expected: record.sha256,
                found,
            }),
        }
    });
    // Of several that differ the first by name is told, on each run the same.
    let each: Vec<Result<(), VerifyError>> = each.collect();
    each.into_iter().collect()
}

/// Returns the first bytes of a file, at most `limit` of them.
fn read_start(path: &Path, limit: u64) -> Result<Vec<u8>, VerifyError> {
    let fail = |source| VerifyError::Read {
        path: path.into(),
        source,
    };
    let file = File::open(path).map_err(fail)?;
    let length = file.metadata().map_err(fail)?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
