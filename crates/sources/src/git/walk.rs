//! Finds every commit that the branch reaches, its first-parent chain first.

use super::batch::{Batch, Below, CHAIN_BATCH, NEW_BATCH, SIDE_BATCH};
use super::census::CensusError;
use super::graph::{Graph, State};
use super::header::Commit;
use super::objects::Objects;
use super::progress::Progress;
use super::reader;
use gix::ObjectId;
use std::collections::BTreeSet;

/// Commits that an earlier reading knows.
pub(super) trait Known: Sync {
    /// Returns the tip that was read then.
    fn tip(&self) -> Option<ObjectId>;

    /// Returns whether the tip reached this commit.
    fn contains(&self, id: &ObjectId) -> bool;
}

/// Knows nothing.
pub(super) struct Nothing;

impl Known for Nothing {
    fn tip(&self) -> Option<ObjectId> {
        None
    }

    fn contains(&self, _id: &ObjectId) -> bool {
        false
    }
}

/// Walks a repository in one thread and hands on what it reads.
pub(super) struct Walk<'a, 'p> {
    /// Reads commits.
    pub(super) objects: &'a mut Objects<'p>,
    /// Commits whose parents a shallow clone cut off.
    pub(super) boundary: &'a BTreeSet<ObjectId>,
    /// What need not be read again.
    pub(super) known: &'a dyn Known,
    /// Who is told.
    pub(super) progress: &'a dyn Progress,
    /// Batches of the chain that are not yet certain to be of use.
    pub(super) waiting: Vec<Batch>,
    /// Takes the commits.
    pub(super) hand_on: &'a mut dyn FnMut(Batch),
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Found {
    /// The commits.
    pub(super) graph: Graph,
    /// The first-parent chain, newest first.
    pub(super) chain: Vec<u32>,
    /// Whether the chain ended at the tip that was known.
    pub(super) met_known_tip: bool,
    /// Whether commits are missing that no shallow clone accounts for.
    pub(super) misses_commits: bool,
}

impl Walk<'_, '_> {
    /// Returns every commit that `tip` reaches and that is not known.
    ///
    /// Where something is known, nothing is handed on before it is certain to be of use.
    pub(super) fn from(&mut self, tip: ObjectId) -> Result<Found, CensusError> {
        let mut found = Found::default();
        self.chain(tip, &mut found)?;
        if self.known.tip().is_none() || found.met_known_tip {
            let waiting = std::mem::take(&mut self.waiting);
            waiting.into_iter().for_each(|batch| self.hand_on(batch));
            self.sides(&mut found)?;
        }
        Ok(found)
    }

    fn chain(&mut self, tip: ObjectId, found: &mut Found) -> Result<(), CensusError> {
        let mut batch = Batch::default();
        let mut object = Vec::new();
        let mut next = Some(tip);
        let mut below = Below::Nothing;
        while let Some(id) = next {
            if !self.read(id, &mut object)? {
                found.misses_commits = true;
                below = Below::Absent;
                break;
            }
            let commit = Commit::parse(&object);
            // What the known tip reaches cannot reach it: a chain that meets another known commit misses the tip.
            if self.known.contains(&id) {
                found.met_known_tip = self.known.tip() == Some(id);
                below = below_is(&commit);
                break;
            }
            if batch.len() == self.enough() {
                self.end(std::mem::take(&mut batch), below_is(&commit));
            }
            let node = self.link(found, id, &commit)?;
            batch.push(node, id, &object);
            (next, below) = self.first_parent(id, &commit);
        }
        self.end(batch, below);
        Ok(())
    }

    fn enough(&self) -> usize {
        match self.known.tip() {
            None => CHAIN_BATCH,
            Some(_) => NEW_BATCH,
        }
    }

    fn end(&mut self, mut batch: Batch, below: Below) {
        batch.below = Some(below);
        match self.known.tip() {
            None => self.hand_on(batch),
            Some(_) => self.waiting.push(batch),
        }
    }

    /// A commit cannot be its own ancestor, so one that seems to be is not what its id says.
    fn link(
        &mut self,
        found: &mut Found,
        id: ObjectId,
        commit: &Commit<'_>,
    ) -> Result<u32, CensusError> {
        let node = found.graph.number(id);
        if found.graph.state(node) == State::Chain {
            return Err(CensusError::Altered { id });
        }
        self.add(found, id, commit, State::Chain);
        found.chain.push(node);
        Ok(node)
    }

    /// Returns where the chain goes on, or what lies below the commit where it ends.
    fn first_parent(&self, id: ObjectId, commit: &Commit<'_>) -> (Option<ObjectId>, Below) {
        match commit.parents().next() {
            None => (None, Below::Nothing),
            Some(_) if self.boundary.contains(&id) => (None, Below::Absent),
            Some(hex) => (ObjectId::from_hex(hex).ok(), Below::Absent),
        }
    }

    fn sides(&mut self, found: &mut Found) -> Result<(), CensusError> {
        let mut batch = Batch::default();
        let mut object = Vec::new();
        let mut node = 0;
        while node < found.graph.len() {
            if found.graph.state(node) == State::Named {
                self.side(node, found, &mut object, &mut batch)?;
            }
            node += 1;
        }
        self.hand_on(batch);
        Ok(())
    }

    fn side(
        &mut self,
        node: u32,
        found: &mut Found,
        object: &mut Vec<u8>,
        batch: &mut Batch,
    ) -> Result<(), CensusError> {
        let id = found.graph.id(node);
        if !self.read(id, object)? {
            found.graph.set(node, State::Absent);
            found.misses_commits = true;
            return Ok(());
        }
        self.add(found, id, &Commit::parse(object), State::Side);
        batch.push(node, id, object);
        if batch.len() == SIDE_BATCH {
            self.hand_on(std::mem::take(batch));
        }
        Ok(())
    }

    fn read(&mut self, id: ObjectId, object: &mut Vec<u8>) -> Result<bool, CensusError> {
        Ok(self.objects.commit(id, object)?)
    }

    fn add(&mut self, found: &mut Found, id: ObjectId, commit: &Commit<'_>, state: State) {
        let node = found.graph.number(id);
        found.graph.set(node, state);
        let mut parents = commit
            .parents()
            .filter_map(|hex| ObjectId::from_hex(hex).ok());
        if !self.boundary.contains(&id) {
            let unknown = parents.filter(|parent| !self.known.contains(parent));
            found.graph.set_parents(node, unknown);
        } else if parents.next().is_some() {
            found.graph.cut(node);
        }
    }

    fn hand_on(&mut self, batch: Batch) {
        self.progress.found(batch.len() as u64);
        if batch.len() > 0 {
            (self.hand_on)(batch);
        }
    }
}

fn below_is(parent: &Commit<'_>) -> Below {
    reader::tree(parent).map_or(Below::Absent, Below::Tree)
}
