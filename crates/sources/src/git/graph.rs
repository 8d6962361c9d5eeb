//! The commits that were found and who their parents are.

use gix::ObjectId;
use gix::hashtable::HashMap;
use std::ops::Range;

/// Commits by number, in the order in which they were found.
#[derive(Default)]
pub(super) struct Graph {
    numbers: HashMap<ObjectId, u32>,
    nodes: Vec<Node>,
    parents: Vec<u32>,
}

struct Node {
    id: ObjectId,
    parents: Range<u32>,
    state: State,
    is_cut: bool,
}

/// What is known of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// A commit names it as a parent.
    Named,
    /// It was read, and is on the first-parent chain.
    Chain,
    /// It was read, and is not on the chain.
    Side,
    /// The repository does not have it, or it lies below the boundary of a shallow clone.
    Absent,
}

impl Graph {
    /// Returns the number of a commit, a new one if it was not named before.
    pub(super) fn number(&mut self, id: ObjectId) -> u32 {
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(id).or_insert_with(|| {
            self.nodes.push(Node {
                id,
                parents: 0..0,
                state: State::Named,
                is_cut: false,
            });
            next
        })
    }

    /// Returns how many commits were named.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Returns a commit's id.
    pub(super) fn id(&self, node: u32) -> ObjectId {
        self.nodes[node as usize].id
    }

    /// Returns what is known of a commit.
    pub(super) fn state(&self, node: u32) -> State {
        self.nodes[node as usize].state
    }

    /// Says what is known of a commit.
    pub(super) fn set(&mut self, node: u32, state: State) {
        self.nodes[node as usize].state = state;
    }

    /// Says that a commit has parents, which a shallow clone does not have.
    pub(super) fn cut(&mut self, node: u32) {
        self.nodes[node as usize].is_cut = true;
    }

    /// Returns whether a commit's parents are not in a shallow clone.
    pub(super) fn is_cut(&self, node: u32) -> bool {
        self.nodes[node as usize].is_cut
    }

    /// Sets the parents of a commit, its first parent first.
    pub(super) fn set_parents(&mut self, node: u32, parents: impl Iterator<Item = ObjectId>) {
        let start = self.parents.len() as u32;
        for parent in parents {
            let number = self.number(parent);
            self.parents.push(number);
        }
        self.nodes[node as usize].parents = start..self.parents.len() as u32;
    }

    /// Returns the parents of a commit that was read.
    pub(super) fn parents(&self, node: u32) -> &[u32] {
        let Range { start, end } = self.nodes[node as usize].parents;
        &self.parents[start as usize..end as usize]
    }
}
