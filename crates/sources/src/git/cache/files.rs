//! Files that are named by the digest of what they hold, and the one that names them.

use super::Head;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 1 << 30;
const HEAD: &str = "head";
const DIGEST_BYTES: usize = 32;

/// Returns the file that names all others, if it is whole.
pub(super) fn read_head(folder: &Path) -> Option<Head> {
    let bytes = limited(&folder.join(HEAD))?;
    let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(DIGEST_BYTES)?)?;
    (sha256(body) == digest).then_some(())?;
    postcard::from_bytes(body).ok()
}

/// Replaces the file that names all others.
pub(super) fn write_head(folder: &Path, head: &Head) -> io::Result<()> {
    let mut bytes = postcard::to_stdvec(head).map_err(io::Error::other)?;
    let digest = sha256(&bytes);
    bytes.extend_from_slice(&digest);
    replace(folder, HEAD, &bytes)
}

/// Returns the file of that digest, if it is whole.
pub(super) fn read(folder: &Path, digest: &[u8; DIGEST_BYTES]) -> Option<Vec<u8>> {
    let bytes = limited(&folder.join(name(digest)))?;
    (sha256(&bytes) == *digest).then_some(bytes)
}

/// Writes a file and returns its digest.
pub(super) fn write(folder: &Path, bytes: &[u8]) -> io::Result<[u8; DIGEST_BYTES]> {
    let digest = sha256(bytes);
    replace(folder, &name(&digest), bytes)?;
    Ok(digest)
}

/// Removes every file that the head does not name.
pub(super) fn remove_others<'a>(
    folder: &Path,
    named: impl Iterator<Item = &'a [u8; DIGEST_BYTES]>,
) -> io::Result<()> {
    let mut kept: BTreeSet<String> = named.map(name).collect();
    kept.insert(HEAD.to_owned());
    for entry in fs::read_dir(folder)?.flatten() {
        if !kept.contains(entry.file_name().to_string_lossy().as_ref()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    Ok(())
}

fn limited(path: &Path) -> Option<Vec<u8>> {
    let bytes = fs::metadata(path).ok()?.len();
    (bytes <= MAX_FILE_BYTES).then(|| fs::read(path).ok())?
}

fn name(digest: &[u8; DIGEST_BYTES]) -> String {
    model::digest::Digest::from_bytes(*digest).to_string()
}

fn sha256(bytes: &[u8]) -> [u8; DIGEST_BYTES] {
    Sha256::digest(bytes).into()
}
