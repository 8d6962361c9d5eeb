//! The commit and the tree that a name such as `HEAD` leads to.

use super::branch::Branch;
use super::facts::commit_id;
use super::open::Repo;
use gix::ObjectId;
use gix::objs::tree::EntryKind;
use model::digest::CommitId;

/// A commit with its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitId,
    /// Its tree.
    pub tree: CommitId,
}

/// The largest file that is read at a commit.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Where a path is looked up.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// What a commit holds.
    Commit(&'a CommitId),
    /// A tree.
    Tree(&'a CommitId),
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtPath {
    /// A file, with its bytes.
    File(Vec<u8>),
    /// A file that is longer than it may be.
    TooLong {
        /// Its length.
        bytes: u64,
    },
    /// A symbolic link, which is not followed.
    Link,
    /// A folder.
    Folder,
    /// A commit of another repository.
    Submodule,
    /// Nothing.
    Nothing,
}

/// A file at a commit that is there and cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be read at the commit: {why}")]
pub struct FileError {
    path: String,
    why: String,
}

/// A name that leads to no commit.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` names no commit of the repository")]
pub struct RevisionError {
    name: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Repo {
    /// Returns a file as it stands at the tip of a branch; `None` where there is none.
    pub fn file(&self, branch: &Branch, path: &str) -> Result<Option<Vec<u8>>, FileError> {
        self.file_at(&commit_id(branch.tip), path)
    }

    /// Returns a file as it stands at a commit; `None` where there is none.
    pub fn file_at(&self, commit: &CommitId, path: &str) -> Result<Option<Vec<u8>>, FileError> {
        let fail = |why: String| FileError {
            path: path.to_owned(),
            why,
        };
        let repo = self.local();
        let commit = repo.find_commit(ObjectId::from_bytes_or_panic(commit.as_bytes()));
        let tree = commit.map_err(|error| fail(error.to_string()))?;
        let tree = tree.tree().map_err(|error| fail(error.to_string()))?;
        let entry = tree.lookup_entry_by_path(path);
        let Some(entry) = entry.map_err(|error| fail(error.to_string()))? else {
            return Ok(None);
        };
        if !entry.mode().is_blob() {
            return Err(fail("it is no file".to_owned()));
        }
        let header = repo.find_header(entry.oid());
        let bytes = header.map_err(|error| fail(error.to_string()))?.size();
        if bytes > MAX_FILE_BYTES {
            return Err(fail(format!("it has more than {MAX_FILE_BYTES} bytes")));
        }
        let blob = entry.object().map_err(|error| fail(error.to_string()))?;
        Ok(Some(blob.detach().data))
    }

    /// Returns what lies at a path of a content; a file longer than so many bytes is not read.
    pub fn at_path(
        &self,
        content: Content<'_>,
        path: &str,
        max_bytes: u64,
    ) -> Result<AtPath, FileError> {
        let fail = |error: &dyn std::error::Error| FileError {
            path: path.to_owned(),
            why: error.to_string(),
        };
        let repo = self.local();
        let object = |id: &CommitId| {
            let id = ObjectId::from_bytes_or_panic(id.as_bytes());
            // A forge may tell of one of the other hash, which no object here has.
            (id.kind() == repo.object_hash())
                .then_some(id)
                .ok_or_else(|| FileError {
                    path: path.to_owned(),
                    why: format!("{id} is no name of an object in this repository"),
                })
        };
        let tree = match content {
            Content::Commit(commit) => {
                let commit = repo.find_commit(object(commit)?);
                let commit = commit.map_err(|error| fail(&error))?;
                commit.tree().map_err(|error| fail(&error))?
            }
            Content::Tree(tree) => {
                let tree = repo.find_tree(object(tree)?);
                tree.map_err(|error| fail(&error))?
            }
        };
        let entry = tree.lookup_entry_by_path(path);
        let Some(entry) = entry.map_err(|error| fail(&error))? else {
            return Ok(AtPath::Nothing);
        };
        match entry.mode().kind() {
            EntryKind::Tree => return Ok(AtPath::Folder),
            EntryKind::Link => return Ok(AtPath::Link),
            EntryKind::Commit => return Ok(AtPath::Submodule),
            EntryKind::Blob | EntryKind::BlobExecutable => {}
        }
        let header = repo.find_header(entry.oid());
        let bytes = header.map_err(|error| fail(&error))?.size();
        if bytes > max_bytes {
            return Ok(AtPath::TooLong { bytes });
        }
        let blob = entry.object().map_err(|error| fail(&error))?;
        Ok(AtPath::File(blob.detach().data))
    }

    /// Returns the commit that a name leads to, as `git rev-parse` reads it.
    pub fn revision(&self, name: &str) -> Result<Revision, RevisionError> {
        let fail = |source: Box<dyn std::error::Error + Send + Sync>| RevisionError {
            name: name.to_owned(),
            source,
        };
        let repo = self.local();
        let found = repo
            .rev_parse_single(name)
            .map_err(|error| fail(error.into()))?;
        let object = found.object().map_err(|error| fail(error.into()))?;
        let commit = object
            .peel_to_commit()
            .map_err(|error| fail(error.into()))?;
        let tree = commit.tree_id().map_err(|error| fail(error.into()))?;
        Ok(Revision {
            commit: commit_id(commit.id),
            tree: commit_id(tree.detach()),
        })
    }
}
