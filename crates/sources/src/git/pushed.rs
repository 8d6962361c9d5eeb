//! What a push would put on a branch, read while git still holds the new objects apart.

use super::batch::Raw;
use super::census::CensusError;
use super::diff::{self, DiffError};
use super::facts::commit_id;
use super::header::Commit;
use super::objects::{COMMIT_BASES, Objects, Packs, ReadError, TREE_BASES};
use super::open::{self, OpenError, RefsError, Repo};
use super::reader::{tree, verify};
use gix::ObjectId;
use gix::refs::TargetRef;
use model::digest::{CommitId, Digest};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Symbolic references that are followed, one to the next; git follows five.
const MAX_SYMBOLIC: usize = 5;

/// A repository with the objects of a push, which git deletes again where the push is refused.
pub struct Incoming {
    repo: Repo,
    /// A repository of no objects of its own, which names the folders of those: nothing is written into the real one,
    /// and no reference of it puts one commit in the place of another.
    _folder: TempDir,
}

/// How a push would move a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// It would take commits away.
    Rewound,
    /// It would merge a side that has no one commit in common with the branch.
    Crossed,
    /// It would land one request.
    Landing(Landing),
    /// The repository does not tell, and why not.
    Unknown(String),
}

/// How a push would land one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// The head of the request; none for a commit that squashed it.
    pub head: Option<CommitId>,
    /// The tree that would lie on the branch.
    pub tree: CommitId,
    /// The digest of the difference that the request makes.
    pub patch_digest: Digest,
}

/// A push that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PushedError {
    /// The objects are not in a folder of the repository's own.
    #[error("{} is no folder of this repository's objects", path.display())]
    Foreign {
        /// What was named.
        path: PathBuf,
    },
    /// They cannot be brought together.
    #[error("the objects of the push cannot be looked at")]
    Folder(#[from] io::Error),
    /// They cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The references cannot be read.
    #[error(transparent)]
    Refs(#[from] RefsError),
    /// An object cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A commit is not what its id says.
    #[error(transparent)]
    Commit(#[from] CensusError),
    /// Two trees cannot be compared.
    #[error("the difference cannot be told")]
    Diff(#[from] DiffError),
    /// The history cannot be walked.
    #[error("the history cannot be walked")]
    Walk(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Repo {
    /// Returns the full name of the reference that a name leads to, through symbolic references; a push to those moves
    /// what they lead to.
    pub fn leads_to(&self, full_name: &str) -> Result<String, RefsError> {
        let repo = self.local();
        let mut name = full_name.to_owned();
        for _ in 0..MAX_SYMBOLIC {
            let found = repo.try_find_reference(name.as_str());
            let Some(reference) = found.map_err(RefsError::new)? else {
                return Ok(name);
            };
            match reference.target() {
                TargetRef::Object(_) => return Ok(name),
                TargetRef::Symbolic(next) => name = next.as_bstr().to_string(),
            }
        }
        Err(RefsError::new(format!("`{full_name}` leads nowhere")))
    }

    /// Returns the repository with what git holds apart during a push, in the folder that `GIT_QUARANTINE_PATH` names.
    ///
    /// That folder must lie in the repository's own folder of objects: no other is read.
    pub fn incoming(&self, quarantine: Option<&Path>) -> Result<Incoming, PushedError> {
        let objects = self.git_folder().join("objects").canonicalize()?;
        let mut alternates = String::new();
        if let Some(quarantine) = quarantine {
            alternates += &line(&inside(quarantine, &objects)?)?;
        }
        alternates += &line(&objects)?;
        let folder = tempfile::Builder::new().prefix("countersign-").tempdir()?;
        for made in ["objects/info", "objects/pack", "refs"] {
            fs::create_dir_all(folder.path().join(made))?;
        }
        fs::write(folder.path().join("HEAD"), "ref: refs/heads/none\n")?;
        fs::write(folder.path().join("config"), config(self.object_format()))?;
        fs::write(folder.path().join("objects/info/alternates"), alternates)?;
        Ok(Incoming {
            repo: open::open(folder.path())?,
            _folder: folder,
        })
    }
}

fn inside(quarantine: &Path, objects: &Path) -> Result<PathBuf, PushedError> {
    let found = quarantine.canonicalize().ok();
    let is_inside = |found: &PathBuf| found != objects && found.starts_with(objects);
    let found = found.filter(|found| is_inside(found) && found.is_dir());
    found.ok_or_else(|| PushedError::Foreign {
        path: quarantine.to_owned(),
    })
}

/// Returns the line of a folder in `alternates`, where git would read quotes and comments.
fn line(folder: &Path) -> Result<String, PushedError> {
    let is_plain = |text: &&str| !text.contains(char::is_control) && !text.starts_with(['"', '#']);
    let text = folder.to_str().filter(is_plain);
    let line = text.map(|text| format!("{text}\n"));
    line.ok_or_else(|| PushedError::Foreign {
        path: folder.to_owned(),
    })
}

fn config(object_format: &str) -> String {
    match object_format {
        "sha256" => "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n".to_owned(),
        _ => "[core]\n\trepositoryformatversion = 0\n\tbare = true\n".to_owned(),
    }
}

impl Incoming {
    /// Returns how a branch would move from one commit to another.
    pub fn pushed(&self, old: &CommitId, new: &CommitId) -> Result<Pushed, PushedError> {
        let reading = Reading {
            repo: self.repo.local(),
            packs: &self.repo.packs(),
        };
        reading.pushed(object_id(old), object_id(new))
    }
}

struct Reading<'a> {
    repo: gix::Repository,
    packs: &'a Packs,
}

/// What a commit says.
struct Said {
    tree: ObjectId,
    parents: Vec<ObjectId>,
}

impl Reading<'_> {
    fn pushed(&self, old: ObjectId, new: ObjectId) -> Result<Pushed, PushedError> {
        let (Some(before), Some(after)) = (self.read(old)?, self.read(new)?) else {
            return unknown("one of its commits is not here, or names no tree");
        };
        if old == new || self.merge_base(old, new)? != Some(old) {
            return Ok(Pushed::Rewound);
        }
        let (head, from, to) = match after.parents.as_slice() {
            // A fast-forward to the head of a request cannot be told from a squashed commit: whoever knows the head can.
            [first] if *first == old => (None, before.tree, after.tree),
            [first, second] if *first == old => {
                let Some(base) = self.merge_base(old, *second)? else {
                    return Ok(Pushed::Crossed);
                };
                let (Some(base), Some(second_said)) = (self.read(base)?, self.read(*second)?)
                else {
                    return unknown("a commit that it merges is not here");
                };
                (Some(*second), base.tree, second_said.tree)
            }
            _ => (Some(new), before.tree, after.tree),
        };
        let mut objects = Objects::new(self.packs, self.repo.clone(), TREE_BASES);
        let found = diff::paths(&mut objects, Some(from), to)?;
        let Some(patch_digest) = found.patch_digest() else {
            return unknown("one of its trees is not here");
        };
        Ok(Pushed::Landing(Landing {
            head: head.map(commit_id),
            tree: commit_id(after.tree),
            patch_digest,
        }))
    }

    /// Returns the last commit that two have in common; none where they crossed or never met.
    fn merge_base(&self, one: ObjectId, other: ObjectId) -> Result<Option<ObjectId>, PushedError> {
        let bases = self.repo.merge_bases_many(one, &[other]);
        let bases = bases.map_err(|error| PushedError::Walk(error.into()))?;
        Ok(match bases.as_slice() {
            [base] => Some(base.detach()),
            _ => None,
        })
    }

    fn read(&self, id: ObjectId) -> Result<Option<Said>, PushedError> {
        let mut objects = Objects::new(self.packs, self.repo.clone(), COMMIT_BASES);
        let mut bytes = Vec::new();
        if !objects.commit(id, &mut bytes)? {
            return Ok(None);
        }
        verify(&Raw {
            node: 0,
            id,
            object: &bytes,
        })?;
        let commit = Commit::parse(&bytes);
        let parents = commit.parents();
        let parents = parents.filter_map(|hex| ObjectId::from_hex(hex).ok());
        Ok(tree(&commit).map(|tree| Said {
            tree,
            parents: parents.collect(),
        }))
    }
}

fn unknown(why: &str) -> Result<Pushed, PushedError> {
    Ok(Pushed::Unknown(why.to_owned()))
}

fn object_id(id: &CommitId) -> ObjectId {
    ObjectId::from_bytes_or_panic(id.as_bytes())
}
