//! What a change request would bring, read from a repository that holds its commits.

use super::CensusError;
use super::assign::Known;
use super::batch::Raw;
use super::diff::{self, DiffError};
use super::facts::{FactReader, Facts, commit_id};
use super::graph::Graph;
use super::header::Commit;
use super::interned::Interned;
use super::objects::{COMMIT_BASES, Objects, ReadError, TREE_BASES};
use super::open::Repo;
use super::reader::{tree, verify};
use super::signature::{Header, SignatureChecker};
use gix::ObjectId;
use model::change::{Brought, Change, Landed, Proposal};
use model::digest::CommitId;
use std::collections::{BTreeSet, HashMap};

/// The most commits of one request that are read.
const MAX_COMMITS: usize = 10_000;

/// What is to be read.
pub struct Wanted<'a> {
    /// The tip of the protected branch.
    pub base: &'a CommitId,
    /// The tip of the request.
    pub head: &'a CommitId,
    /// The merge of the two that the forge tried, where it names one.
    pub trial: Option<&'a CommitId>,
    /// The request's number.
    pub request: u64,
    /// Who checks signatures.
    pub checker: &'a dyn SignatureChecker,
    /// Addresses under which forges other than GitHub commit for their users.
    pub forge_addresses: &'a BTreeSet<String>,
}

/// What the repository tells of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    /// What it would bring.
    Known(Box<Proposal>),
    /// The repository does not tell, and why not.
    Unknown(String),
}

/// A request that cannot be read although its objects are there.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// A commit cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A commit is not what its id says, or cannot be compared.
    #[error(transparent)]
    Commit(#[from] CensusError),
    /// Two trees cannot be compared.
    #[error("the difference of the request cannot be told")]
    Diff(#[from] DiffError),
    /// The references cannot be read.
    #[error(transparent)]
    Refs(#[from] super::open::RefsError),
    /// The history cannot be walked.
    #[error("the history of the request cannot be walked")]
    Walk(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Returns what a request would bring if it landed now.
pub fn proposed(repo: &Repo, wanted: &Wanted<'_>) -> Result<Proposed, ProposalError> {
    let rewritten = repo.rewritten()?;
    if let Some(gap) = rewritten.first() {
        return unknown(gap.sentence());
    }
    let reading = Reading {
        repo: repo.local(),
        packs: &repo.packs(),
        wanted,
        interned: Interned::default(),
    };
    reading.proposed()
}

struct Reading<'a> {
    repo: gix::Repository,
    packs: &'a super::objects::Packs,
    wanted: &'a Wanted<'a>,
    interned: Interned,
}

/// A commit with its bytes.
struct Read {
    id: ObjectId,
    bytes: Vec<u8>,
}

impl Read {
    fn raw(&self) -> Raw<'_> {
        Raw {
            node: 0,
            id: self.id,
            object: &self.bytes,
        }
    }

    fn commit(&self) -> Commit<'_> {
        Commit::parse(&self.bytes)
    }
}

fn unknown(why: impl Into<String>) -> Result<Proposed, ProposalError> {
    Ok(Proposed::Unknown(why.into()))
}

fn walk(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProposalError {
    ProposalError::Walk(error.into())
}

impl Reading<'_> {
    fn proposed(&self) -> Result<Proposed, ProposalError> {
        let (base, head) = (object_id(self.wanted.base), object_id(self.wanted.head));
        let (Some(base), Some(head)) = (self.read(base)?, self.read(head)?) else {
            return unknown(format!(
                "the repository lacks {} or {}: fetch the request and its branch",
                self.wanted.base.short(),
                self.wanted.head.short()
            ));
        };
        let bases = self
            .repo
            .merge_bases_many(base.id, &[head.id])
            .map_err(walk)?;
        let [merge_base] = bases.as_slice() else {
            return unknown(match bases.is_empty() {
                true => "the request has no commit in common with its branch",
                false => "the request and its branch crossed: it has several merge bases",
            });
        };
        let Some(merge_base) = self.read(merge_base.detach())? else {
            return unknown("the repository lacks the merge base: fetch the whole history");
        };
        let (Some(old), Some(new)) = (tree(&merge_base.commit()), tree(&head.commit())) else {
            return unknown("a commit of the request names no tree");
        };
        let mut objects = Objects::new(self.packs, self.repo.clone(), TREE_BASES);
        let found = diff::paths(&mut objects, Some(old), new)?;
        if !found.complete {
            return unknown("the repository lacks trees of the request: fetch it whole");
        }
        let Some(mut change) = self.change(&head, base.id)? else {
            return unknown(format!(
                "the request has more than {MAX_COMMITS} commits, or not all of them are here"
            ));
        };
        change.tree = self
            .merged_tree(&base, &head, merge_base.id)?
            .map(commit_id);
        change.paths_read = true;
        change.patch_digest = found.patch_digest();
        change.paths = found.paths;
        Ok(Proposed::Known(Box::new(Proposal {
            base: commit_id(base.id),
            merge_base: commit_id(merge_base.id),
            change,
        })))
    }

    /// Returns the tree that would lie on the branch; `None` where only a merge could tell.
    fn merged_tree(
        &self,
        base: &Read,
        head: &Read,
        merge_base: ObjectId,
    ) -> Result<Option<ObjectId>, ProposalError> {
        if merge_base == base.id {
            return Ok(tree(&head.commit()));
        }
        let Some(trial) = self.wanted.trial else {
            return Ok(None);
        };
        let Some(trial) = self.read(object_id(trial))? else {
            return Ok(None);
        };
        let trial = trial.commit();
        let parents: Vec<ObjectId> = trial
            .parents()
            .filter_map(|hex| ObjectId::from_hex(hex).ok())
            .collect();
        Ok(match parents == [base.id, head.id] {
            true => tree(&trial),
            false => None,
        })
    }

    /// Returns the change but for its paths and tree; `None` where there are too many commits or some are absent.
    fn change(&self, head: &Read, base: ObjectId) -> Result<Option<Change>, ProposalError> {
        let mut reader = self.facts();
        let walk_back = self.repo.rev_walk([head.id]).with_hidden([base]);
        let mut commits: Vec<(ObjectId, Facts)> = Vec::new();
        for found in walk_back.all().map_err(walk)? {
            let id = found.map_err(walk)?.id;
            let Some(read) = self.read(id)? else {
                return Ok(None);
            };
            if commits.len() == MAX_COMMITS {
                return Ok(None);
            }
            verify(&read.raw())?;
            commits.push((id, reader.facts(&read.raw(), &read.commit())));
        }
        let (_, mut change) = reader.change(&head.raw(), &head.commit());
        change.position = u32::MAX;
        change.parents = [base, head.id].map(commit_id).to_vec();
        change.landed = Landed::RequestMerge;
        change.request = Some(self.wanted.request);
        change.merger = None;
        change.brought = Brought::default();
        let (identities, signatures) = self.interned.values();
        let known = Known {
            graph: &Graph::default(),
            facts: &[],
            identities: &identities,
            signatures: &signatures,
        };
        known.bring(&mut change, &commits);
        Ok(Some(change))
    }

    fn facts(&self) -> FactReader<'_> {
        FactReader {
            interned: &self.interned,
            checker: self.wanted.checker,
            forge_addresses: self.wanted.forge_addresses,
            header: match self.repo.object_hash() {
                gix::hash::Kind::Sha256 => Header::Sha256,
                _ => Header::Sha1,
            },
            met: HashMap::new(),
            key: Vec::new(),
        }
    }

    fn read(&self, id: ObjectId) -> Result<Option<Read>, ProposalError> {
        // A forge may tell of one of the other hash, which no object here has.
        if id.kind() != self.repo.object_hash() {
            return Ok(None);
        }
        let mut objects = Objects::new(self.packs, self.repo.clone(), COMMIT_BASES);
        let mut bytes = Vec::new();
        let is_there = objects.commit(id, &mut bytes)?;
        Ok(is_there.then_some(Read { id, bytes }))
    }
}

fn object_id(id: &CommitId) -> ObjectId {
    ObjectId::from_bytes_or_panic(id.as_bytes())
}
