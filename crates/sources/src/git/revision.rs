//! The commit and the tree that a name such as `HEAD` leads to.

use super::facts::commit_id;
use super::open::Repo;
use model::digest::CommitId;

/// A commit with its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitId,
    /// Its tree.
    pub tree: CommitId,
}

/// A name that leads to no commit.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` names no commit of the repository")]
pub struct RevisionError {
    name: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Repo {
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
