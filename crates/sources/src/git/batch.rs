//! Commits on their way from the thread that finds them to those that read them.

use gix::ObjectId;

/// Commits of the first-parent chain in one batch.
pub(super) const CHAIN_BATCH: usize = 128;
/// The same where most of it is known: few are left, and every thread is to have some.
pub(super) const NEW_BATCH: usize = 16;
/// Other commits in one batch.
pub(super) const SIDE_BATCH: usize = 512;

/// Raw commits, newest first, in one allocation.
#[derive(Default)]
pub(super) struct Batch {
    nodes: Vec<u32>,
    ids: Vec<ObjectId>,
    ends: Vec<usize>,
    bytes: Vec<u8>,
    /// What lies below, for commits of the chain.
    pub(super) below: Option<Below>,
}

/// What lies below the last commit of a batch of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// Nothing: it is a root.
    Nothing,
    /// A first parent with this tree.
    Tree(ObjectId),
    /// A first parent that is not there.
    Absent,
}

/// One commit of a batch.
pub(super) struct Raw<'a> {
    /// Its number in the graph.
    pub(super) node: u32,
    /// Its id.
    pub(super) id: ObjectId,
    /// Its bytes.
    pub(super) object: &'a [u8],
}

impl Batch {
    /// Adds a commit.
    pub(super) fn push(&mut self, node: u32, id: ObjectId, object: &[u8]) {
        self.nodes.push(node);
        self.ids.push(id);
        self.bytes.extend_from_slice(object);
        self.ends.push(self.bytes.len());
    }

    /// Returns how many commits there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the commits.
    pub(super) fn commits(&self) -> impl Iterator<Item = Raw<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends);
        let named = self.nodes.iter().zip(&self.ids).zip(ranges);
        named.map(|((&node, &id), (start, &end))| Raw {
            node,
            id,
            object: &self.bytes[start..end],
        })
    }
}
