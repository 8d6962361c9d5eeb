//! Blobs out of the local copy, read through one `git cat-file` that stays.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use crate::store::git::command::Git;
use crate::store::git::error::{GitError, Said};

/// What is left of a blob is read up to this many bytes; of a longer one, the process is ended instead.
const WORTH_SKIPPING: u64 = 1 << 20;

/// The longest line before a blob.
const MAX_HEADER_BYTES: u64 = 256;

/// The name of an object: 40 or 64 hexadecimal characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Oid(String);

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) oid: Oid,
    pub(super) bytes: u64,
}

/// What reads blobs.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    process: Mutex<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oid {
    /// Returns the name that a text is.
    pub(super) fn parse(text: &str) -> Option<Oid> {
        let is_hex = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (is_hex && matches!(text.len(), 40 | 64)).then(|| Oid(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Blobs {
    /// Returns the first bytes of a blob, at most `limit` of them.
    pub(super) fn read(&self, git: &Git, blob: &Blob, limit: u64) -> Result<Vec<u8>, GitError> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let read = Process::of(process.take(), git).and_then(|mut running| {
            let (bytes, is_at_end) = running.read(blob, limit)?;
            *process = is_at_end.then_some(running);
            Ok(bytes)
        });
        read.map_err(|error| GitError::Cache {
            action: "read",
            path: git.directory().to_owned(),
            source: Said(error.to_string()),
        })
    }

    /// Ends the process, which holds files open that are to go.
    pub(super) fn close(&self) {
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Process {
    fn of(running: Option<Process>, git: &Git) -> io::Result<Process> {
        if let Some(running) = running {
            return Ok(running);
        }
        let mut child = git
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Process {
                child,
                input,
                output: BufReader::new(output),
            }),
            _ => unreachable!("both were asked for"),
        }
    }

    /// Returns the first bytes of a blob, and whether the process can be asked for another one.
    fn read(&mut self, blob: &Blob, limit: u64) -> io::Result<(Vec<u8>, bool)> {
        self.input
            .write_all(format!("{}\n", blob.oid.as_str()).as_bytes())?;
        let mut header = String::new();
        (&mut self.output)
            .take(MAX_HEADER_BYTES)
            .read_line(&mut header)?;
        if header.trim_end() != format!("{} blob {}", blob.oid.as_str(), blob.bytes) {
            let shown = header.trim_end();
            return Err(io::Error::other(format!(
                "a blob of {} bytes is there as `{shown}`",
                blob.bytes
            )));
        }
        let mut bytes = Vec::new();
        let read = (&mut self.output)
            .take(blob.bytes.min(limit))
            .read_to_end(&mut bytes)? as u64;
        if read < blob.bytes.min(limit) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // A line end stands behind each blob.
        let rest = blob.bytes - read + 1;
        if rest > WORTH_SKIPPING {
            return Ok((bytes, false));
        }
        let skipped = io::copy(&mut (&mut self.output).take(rest), &mut io::sink())?;
        Ok((bytes, skipped == rest))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _it_may_have_ended = self.child.kill();
        let _status = self.child.wait();
    }
}
