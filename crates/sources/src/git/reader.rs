//! Reads batches of commits: re-hashes them, takes their facts, compares their trees.

use super::batch::{Batch, Below, Raw};
use super::census::CensusError;
use super::diff::{self, DiffError};
use super::facts::{FactReader, Facts};
use super::header::Commit;
use super::objects::Objects;
use gix::ObjectId;
use model::change::Change;
use model::digest::CommitId;

/// Reads batches in one thread.
pub(super) struct Reader<'a> {
    /// Reads trees.
    pub(super) objects: Objects<'a>,
    /// Reads facts.
    pub(super) facts: FactReader<'a>,
    /// Changes from this second on are read in full.
    pub(super) from: Option<i64>,
}

/// What batches told.
#[derive(Default)]
pub(super) struct Told {
    /// Facts of commits by number.
    pub(super) facts: Vec<(u32, Facts)>,
    /// Changes by the number of their commit.
    pub(super) changes: Vec<(u32, Change)>,
    /// Whether a tree was missing.
    pub(super) misses_trees: bool,
}

impl Told {
    /// Returns what several threads were told.
    pub(super) fn of_all(tolds: Vec<Told>) -> Told {
        let mut all = Told::default();
        for told in tolds {
            all.facts.extend(told.facts);
            all.changes.extend(told.changes);
            all.misses_trees |= told.misses_trees;
        }
        all
    }
}

impl Reader<'_> {
    /// Reads one batch.
    pub(super) fn read(&mut self, batch: &Batch, told: &mut Told) -> Result<(), CensusError> {
        match batch.below {
            Some(below) => self.read_chain(batch, below, told),
            None => self.read_side(batch, told),
        }
    }

    fn read_side(&mut self, batch: &Batch, told: &mut Told) -> Result<(), CensusError> {
        for raw in batch.commits() {
            verify(&raw)?;
            let facts = self.facts.facts(&raw, &Commit::parse(raw.object));
            told.facts.push((raw.node, facts));
        }
        Ok(())
    }

    fn read_chain(
        &mut self,
        batch: &Batch,
        below: Below,
        told: &mut Told,
    ) -> Result<(), CensusError> {
        let commits: Vec<(Raw<'_>, Commit<'_>)> = batch
            .commits()
            .map(|raw| {
                let commit = Commit::parse(raw.object);
                (raw, commit)
            })
            .collect();
        for (at, (raw, commit)) in commits.iter().enumerate() {
            verify(raw)?;
            let below = match commits.get(at + 1) {
                Some((_, parent)) => tree(parent).map_or(Below::Absent, Below::Tree),
                None => below,
            };
            self.read_change(raw, commit, below, told)?;
        }
        Ok(())
    }

    fn read_change(
        &mut self,
        raw: &Raw<'_>,
        commit: &Commit<'_>,
        below: Below,
        told: &mut Told,
    ) -> Result<(), CensusError> {
        let committed_at = super::person::Person::parse(commit.committer).seconds;
        if self.from.is_some_and(|from| committed_at < from) {
            let facts = self.facts.facts(raw, commit);
            told.facts.push((raw.node, facts));
            return Ok(());
        }
        let (facts, mut change) = self.facts.change(raw, commit);
        let paths = self.paths(raw.id, tree(commit), below)?;
        // A first parent that is absent was noticed by whoever looked for it.
        told.misses_trees |= !paths.complete && below != Below::Absent;
        change.paths_read = paths.complete;
        change.patch_digest = paths.patch_digest();
        change.merged_paths = self.merged_paths(raw.id, &change, &paths)?;
        change.paths = paths.paths;
        told.facts.push((raw.node, facts));
        told.changes.push((raw.node, change));
        Ok(())
    }

    fn merged_paths(
        &mut self,
        commit: ObjectId,
        change: &Change,
        paths: &diff::Paths,
    ) -> Result<Option<u32>, CensusError> {
        let head = change.request_head().filter(|_| paths.complete);
        let head = head.and_then(|head| ObjectId::try_from(head.as_bytes()).ok());
        let Some(head) = head else { return Ok(None) };
        let fail = |source: DiffError| CensusError::Paths { commit, source };
        let mut bytes = Vec::new();
        let is_here = self.objects.commit(head, &mut bytes);
        if !is_here.map_err(|error| fail(error.into()))? {
            return Ok(None);
        }
        let Some(head) = tree(&Commit::parse(&bytes)) else {
            return Ok(None);
        };
        // What landed as it was is compared with nothing.
        if change.tree.as_ref().map(CommitId::as_bytes) == Some(head.as_slice()) {
            return Ok(Some(0));
        }
        diff::unlike(&mut self.objects, &paths.touched(), head).map_err(fail)
    }

    fn paths(
        &mut self,
        commit: ObjectId,
        tree: Option<ObjectId>,
        below: Below,
    ) -> Result<diff::Paths, CensusError> {
        let (old, new) = match (below, tree) {
            (Below::Absent, _) | (_, None) => return Ok(diff::Paths::default()),
            (Below::Nothing, Some(new)) => (None, new),
            (Below::Tree(old), Some(new)) => (Some(old), new),
        };
        let paths = diff::paths(&mut self.objects, old, new);
        paths.map_err(|source| CensusError::Paths { commit, source })
    }
}

/// Returns the id of a commit's tree.
pub(super) fn tree(commit: &Commit<'_>) -> Option<ObjectId> {
    ObjectId::from_hex(commit.tree).ok()
}

/// The object store does not hash what it reads, and evidence is what its id says.
pub(super) fn verify(raw: &Raw<'_>) -> Result<(), CensusError> {
    let hash = gix::objs::compute_hash(raw.id.kind(), gix::objs::Kind::Commit, raw.object);
    match hash {
        Ok(actual) if actual == raw.id => Ok(()),
        Ok(_) | Err(_) => Err(CensusError::Altered { id: raw.id }),
    }
}
