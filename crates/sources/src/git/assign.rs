//! Says which change brought a commit in.

use super::facts::{Facts, commit_id, owned, timestamp};
use super::graph::{Graph, State};
use super::message::AssistantSet;
use gix::ObjectId;
use model::change::{Brought, Change, Signature, SignatureGroup};
use model::identity::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// Facts of all commits that were read.
pub(super) struct Known<'a> {
    /// The commits.
    pub(super) graph: &'a Graph,
    /// Their facts, by number.
    pub(super) facts: &'a [Option<Facts>],
    /// Identities by number.
    pub(super) identities: &'a [Identity],
    /// Signatures by number.
    pub(super) signatures: &'a [Signature],
}

/// What a change brought in besides itself.
#[derive(Default)]
pub(super) struct Taken {
    nodes: Vec<u32>,
    /// Whether some of it may be absent from the repository.
    is_cut: bool,
}

/// Marks commits with the oldest change that reaches them.
pub(super) struct Assignment {
    is_taken: Vec<bool>,
    pending: Vec<u32>,
}

impl Assignment {
    /// Returns an assignment in which no commit is taken.
    pub(super) fn new(graph: &Graph) -> Assignment {
        Assignment {
            is_taken: vec![false; graph.len() as usize],
            pending: Vec::new(),
        }
    }

    /// Returns the commits that the next change brought in; the changes MUST be named oldest first.
    pub(super) fn take(&mut self, graph: &Graph, change: u32) -> Taken {
        let mut taken = Taken::default();
        self.pending.extend_from_slice(graph.parents(change));
        while let Some(node) = self.pending.pop() {
            taken.is_cut |= graph.state(node) == State::Absent;
            let is_taken = &mut self.is_taken[node as usize];
            if graph.state(node) == State::Side && !*is_taken {
                *is_taken = true;
                taken.is_cut |= graph.is_cut(node);
                taken.nodes.push(node);
                self.pending.extend_from_slice(graph.parents(node));
            }
        }
        taken
    }
}

impl Known<'_> {
    /// Completes a change with the commits that it brought in.
    pub(super) fn complete(&self, change: &mut Change, taken: &Taken) {
        // Without a merge the one parent is the change before.
        let absent = taken.is_cut && change.parents.len() > 1;
        change.brought.absent = absent;
        let commits: Vec<(ObjectId, Facts)> = taken
            .nodes
            .iter()
            .filter_map(|&node| Some((self.graph.id(node), self.facts[node as usize]?)))
            .collect();
        self.bring(change, &commits);
    }

    /// Gives a change the commits that it brought in, as far as there are any.
    pub(super) fn bring(&self, change: &mut Change, commits: &[(ObjectId, Facts)]) {
        if commits.is_empty() {
            return;
        }
        let authors: BTreeSet<u32> = commits.iter().map(|(_, facts)| facts.author).collect();
        let identities = authors.iter().map(|&number| self.identity(number));
        change.authors = identities.collect();
        change.authors.sort_unstable();
        let sets = commits.iter().map(|(_, facts)| facts.assistants);
        change.brought_assistants = owned(sets.fold(AssistantSet::default(), AssistantSet::union));
        change.brought = self.brought(commits, change.brought.absent);
    }

    fn brought(&self, commits: &[(ObjectId, Facts)], absent: bool) -> Brought {
        let mut groups: BTreeMap<(u32, u32), Vec<(i64, ObjectId)>> = BTreeMap::new();
        for (id, facts) in commits {
            let group = groups
                .entry((facts.committer, facts.signature))
                .or_default();
            group.push((facts.committed_at, *id));
        }
        let newest = commits.iter().map(|(_, facts)| facts.committed_at).max();
        let mut signatures: Vec<SignatureGroup> = groups
            .into_iter()
            .filter_map(|(numbers, commits)| self.group(numbers, &commits))
            .collect();
        signatures.sort_by(|one, two| key(one).cmp(&key(two)));
        Brought {
            commits: u32::try_from(commits.len()).unwrap_or(u32::MAX),
            absent,
            last_committed_at: newest.map(timestamp),
            signatures,
        }
    }

    fn group(&self, numbers: (u32, u32), commits: &[(i64, ObjectId)]) -> Option<SignatureGroup> {
        let (committer, signature) = numbers;
        let (_, newest) = commits.iter().max()?;
        Some(SignatureGroup {
            committer: self.identity(committer),
            signature: self.signatures[signature as usize].clone(),
            commits: u32::try_from(commits.len()).unwrap_or(u32::MAX),
            newest: commit_id(*newest),
        })
    }

    fn identity(&self, number: u32) -> Identity {
        self.identities[number as usize].clone()
    }
}

/// Numbers depend on which thread was first, so the order is that of the values.
fn key(group: &SignatureGroup) -> impl Ord + '_ {
    let Signature {
        kind,
        check,
        key,
        by_forge,
    } = &group.signature;
    (&group.committer, kind, check, key, by_forge)
}
