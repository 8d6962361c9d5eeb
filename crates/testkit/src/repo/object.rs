//! Loose objects: the header, the name, the compressed file.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// The object format of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// Names of 40 hexadecimal digits.
    Sha1,
    /// Names of 64 hexadecimal digits.
    Sha256,
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// The content of a file.
    Blob,
    /// A folder.
    Tree,
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
}

impl Hash {
    /// Returns the lower-case hexadecimal digest of these bytes.
    #[must_use]
    pub fn hex(self, bytes: &[u8]) -> String {
        match self {
            Hash::Sha1 => hex::encode(<sha1::Sha1 as sha1::Digest>::digest(bytes)),
            Hash::Sha256 => hex::encode(<sha2::Sha256 as sha2::Digest>::digest(bytes)),
        }
    }
}

impl ObjectKind {
    fn word(self) -> &'static str {
        match self {
            ObjectKind::Blob => "blob",
            ObjectKind::Tree => "tree",
            ObjectKind::Commit => "commit",
            ObjectKind::Tag => "tag",
        }
    }
}

/// Stores an object, unless it is there, and returns its name.
pub(super) fn write(git_dir: &Path, hash: Hash, kind: ObjectKind, body: &[u8]) -> String {
    let mut object = format!("{} {}\0", kind.word(), body.len()).into_bytes();
    object.extend_from_slice(body);
    let id = hash.hex(&object);
    let file = path(git_dir, &id);
    if !file.exists() {
        super::write_file(&file, &compressed(&object));
    }
    id
}

/// Returns the body of an object.
pub(super) fn read(git_dir: &Path, id: &str) -> Vec<u8> {
    let file = fs::read(path(git_dir, id)).expect("an object that this repository has");
    let mut object = Vec::new();
    ZlibDecoder::new(file.as_slice())
        .read_to_end(&mut object)
        .expect("an object that this repository compressed");
    let header = object.iter().position(|&byte| byte == 0);
    object.split_off(header.expect("an object with a header") + 1)
}

/// Returns the place of a loose object.
pub(super) fn path(git_dir: &Path, id: &str) -> PathBuf {
    let (folder, file) = id.split_at(2);
    git_dir.join("objects").join(folder).join(file)
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}
