//! The census of the changes of one branch.

use super::branch::BranchError;
use super::diff::DiffError;
use super::objects::ReadError;
use super::open::{RefsError, Repo};
use super::population;
use super::progress::Progress;
use super::reading::{self, Reading};
use super::signature::SignatureChecker;
use gix::ObjectId;
use model::change::Change;
use model::digest::Digest;
use model::period::Period;
use model::population::{Incomplete, Observation, population_sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// What to read and how.
pub struct Options<'a> {
    /// The branch, else that of `HEAD`.
    pub branch: Option<&'a str>,
    /// The period; the committer's clock puts a change into it.
    pub period: &'a Period,
    /// The repository's name in the program, else that of its folder.
    pub repository_name: &'a str,
    /// Who checks signatures.
    pub checker: &'a dyn SignatureChecker,
    /// Digest of the keys that `checker` has: facts that were cached under another digest are read again.
    pub keys_sha256: Digest,
    /// Addresses under which forges other than GitHub commit for their users.
    pub forge_addresses: &'a BTreeSet<String>,
    /// A folder for derived facts, which may be deleted at any time.
    pub cache: Option<&'a Path>,
    /// How many threads read; 0 counts as 1.
    pub threads: usize,
    /// Who is told how far the reading has come.
    pub progress: &'a dyn Progress,
}

/// The changes of a branch in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Census {
    /// The observation, without the digests of the chunks that will hold the changes.
    pub observation: Observation,
    /// The changes, oldest first along the branch.
    pub changes: Vec<Change>,
}

/// A census that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum CensusError {
    /// The branch cannot be chosen.
    #[error(transparent)]
    Branch(#[from] BranchError),
    /// The references cannot be read.
    #[error(transparent)]
    Refs(#[from] RefsError),
    /// A commit cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The tip of the branch is not in the repository.
    #[error("commit {id}, the tip of the branch, is missing")]
    NoTip {
        /// The tip.
        id: ObjectId,
    },
    /// A commit's bytes do not hash to its id.
    #[error("commit {id} is not what its id says: its bytes have another hash")]
    Altered {
        /// The commit.
        id: ObjectId,
    },
    /// The paths of a change cannot be told.
    #[error("the paths of commit {commit} cannot be told")]
    Paths {
        /// The commit.
        commit: ObjectId,
        /// Why.
        source: DiffError,
    },
}

/// Returns the changes of a branch in a period.
///
/// Objects that are absent make the observation incomplete; objects that are there and not what they should be
/// are errors.
pub fn fetch(repo: &Repo, options: &Options<'_>) -> Result<Census, CensusError> {
    let branch = repo.branch(options.branch)?;
    let mut incomplete = repo.rewritten()?;
    let Reading {
        changes,
        all_commits,
        first_parent_commits,
        misses_objects,
    } = reading::read(repo, &branch, options)?;
    if misses_objects {
        incomplete.insert(Incomplete::MissingObjects);
    }
    let mut changes = changes;
    changes.retain(|change| options.period.contains(change.committed_at));
    let observation = Observation {
        version: 1,
        query: population::query(repo, &branch, options),
        head: super::facts::commit_id(branch.tip),
        first_parent_commits,
        refs: repo.branches()?,
        incomplete: incomplete.into_iter().collect(),
        changes: changes.len() as u64,
        population_sha256: population_sha256(changes.iter().map(|change| &change.commit)),
        chunks: Vec::new(),
        all_commits,
        keys_sha256: options.keys_sha256,
        log_size: 0,
    };
    Ok(Census {
        observation,
        changes,
    })
}
