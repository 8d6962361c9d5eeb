//! Everything that can be wrong with a report.

use super::{MAX_FILE_BYTES, contents};
use crate::assemble::AssembleError;
use crate::audit::RenderError;
use crate::evidence::ChunkError;
use crate::log::LogError;
use gates::package::PackageFault;
use ledger::keys::history::Unvouched;
use ledger::leaf::LeafKind;
use model::digest::Digest;
use model::program_file::Faults;
use std::io;
use std::path::PathBuf;

/// A report that does not hold, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file is absent or unreadable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing of a report lies there.
    #[error("no report lies in {}", folder.display())]
    NoReport {
        /// The folder.
        folder: PathBuf,
    },
    /// A file is longer than anything that was written.
    #[error("{} is longer than {MAX_FILE_BYTES} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The verifier's own file of keys cannot be used.
    #[error("cannot use the trusted keys in {}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of the verifier's own file is no key.
    #[error("`{line}` in {} is no key of a log or a witness, and no SHA-256 of a certificate", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
        /// The line, as far as it is shown.
        line: String,
    },
    /// The log does not hold.
    #[error("the log does not hold")]
    Log(#[from] LogError),
    /// The log's key is not among those that the verifier trusts.
    #[error("the log is signed by {key}, which is not among the trusted keys")]
    UntrustedKey {
        /// The key, as the audited company supplied it.
        key: String,
    },
    /// What outsiders signed contradicts the log.
    #[error("the log contradicts what outsiders signed: {fault}")]
    OutsideContradicts {
        /// What does not fit.
        fault: String,
    },
    /// The log's key is one that no trusted key vouches for.
    #[error("the log is signed by {key}, and a key that you trust does not vouch for it")]
    Unvouched {
        /// The key, as the audited company supplied it.
        key: String,
        /// What became of the trusted key.
        #[source]
        why: Unvouched,
    },
    /// A record in the log cannot be read.
    #[error("leaf {leaf} of the log does not hold {expected}")]
    Record {
        /// The leaf.
        leaf: u64,
        /// What it should hold.
        expected: &'static str,
        /// Why it does not.
        source: Option<serde_json::Error>,
    },
    /// The log has no leaf of a kind that a report needs, or its payload is not in the copy.
    #[error("the log holds no {kind} that the report could rest on: {wanted} is not there")]
    NoRecord {
        /// What is absent.
        kind: LeafKind,
        /// The file or the leaf that should hold it.
        wanted: String,
    },
    /// A record says other things than the log that holds it.
    #[error("{what} in leaf {leaf} of the log is not the one of the log")]
    Contradicted {
        /// The leaf.
        leaf: u64,
        /// What differs.
        what: &'static str,
    },
    /// A record is of a form that this version cannot check.
    #[error("{what} in the log has version {found}, and this Countersign checks version {known}")]
    Version {
        /// The record.
        what: &'static str,
        /// Its version.
        found: u32,
        /// The one that is known here.
        known: u32,
    },
    /// The program in the log has faults.
    #[error("the program in the log has faults")]
    Program(#[from] Faults),
    /// A chunk of evidence does not hold.
    #[error("the evidence does not hold")]
    Evidence(#[from] ChunkError),
    /// The facts do not fit each other.
    #[error("the recorded facts do not fit each other")]
    Facts(#[from] PackageFault),
    /// The program cannot be applied.
    #[error("the recorded program cannot be applied")]
    Assemble(#[from] AssembleError),
    /// The report cannot be rendered again.
    #[error("the report cannot be rendered again")]
    Render(#[from] RenderError),
    /// A byte of a file is not the one that the recorded facts give.
    #[error("{}: byte {offset} does not fit: expected “{expected}”, found “{found}”", file.display())]
    Byte {
        /// The file.
        file: PathBuf,
        /// The first byte that does not fit, from 0.
        offset: u64,
        /// What the facts give from there on.
        expected: String,
        /// What there is.
        found: String,
    },
    /// A file does not hash to what the log says.
    #[error("{}: hashes to {found}, the log says {expected}", file.display())]
    Hash {
        /// The file.
        file: PathBuf,
        /// What the log says.
        expected: Digest,
        /// What there is.
        found: Digest,
    },
    /// A file is there that the log does not name.
    #[error("{}: the log does not name this file", file.display())]
    Unlisted {
        /// The file.
        file: PathBuf,
    },
    /// A file is not there that the log names.
    #[error("{}: the log names this file, and it is missing", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// A link, a device or anything else that is neither a file nor a folder.
    #[error("{}: a report holds files and folders only, and no links", file.display())]
    Special {
        /// Where it lies.
        file: PathBuf,
    },
    /// More than any report holds.
    #[error("{}: a report has at most {} files, {} folders deep", folder.display(), contents::MAX_FILES, contents::MAX_DEPTH)]
    TooMany {
        /// The folder at which the counting ended.
        folder: PathBuf,
    },
    /// What was decided differs from what the facts give.
    #[error("the log records other {what} than the recorded facts give")]
    Decided {
        /// What differs.
        what: &'static str,
    },
}
