//! What a branch tells, read anew or continued from what is kept.

use super::assign::{Assignment, Known as KnownFacts};
use super::branch::Branch;
use super::cache::{Cache, Fresh, Span, Stored};
use super::census::{CensusError, Options};
use super::context::Context;
use super::facts::Facts;
use super::graph::Graph;
use super::open::Repo;
use super::population;
use super::reader::Told;
use super::walk::{Found, Nothing};
use gix::ObjectId;
use model::change::Change;
use model::population::AllCommits;
use std::collections::HashMap;

/// What a branch told, whatever the period.
pub(super) struct Reading {
    /// Every change from the period's begin on, and maybe older ones, oldest first.
    pub(super) changes: Vec<Change>,
    /// Counts over every commit.
    pub(super) all_commits: AllCommits,
    /// First-parent commits.
    pub(super) first_parent_commits: u64,
    /// Whether an object was missing.
    pub(super) misses_objects: bool,
}

/// Reads a branch, as far as it was not read before.
pub(super) fn read(
    repo: &Repo,
    branch: &Branch,
    options: &Options<'_>,
) -> Result<Reading, CensusError> {
    let cache = Cache::of(repo, branch, options);
    let span = Span {
        from: options.period.from.map(population::second_from),
        to: options.period.to.map(population::second_from),
    };
    let stored = cache.as_ref().and_then(|cache| cache.load(span));
    if let (Some(cache), Some(stored)) = (&cache, stored)
        && let Some(reading) = continued(repo, branch, options, cache, stored)?
    {
        return Ok(reading);
    }
    let context = Context::new(repo, options, span.from);
    let (found, told) = context.read(branch.tip, &Nothing)?;
    if found.chain.is_empty() {
        return Err(CensusError::NoTip { id: branch.tip });
    }
    let (reading, ids) = Reading::of(&context, found, told);
    if let Some(cache) = cache.filter(|_| !reading.misses_objects && context.boundary.is_empty()) {
        cache.store(reading.fresh(branch.tip, span.from, 0, ids), None);
    }
    Ok(reading)
}

/// Returns what the branch tells, reading what is new; `None` where its history was rewritten.
fn continued(
    repo: &Repo,
    branch: &Branch,
    options: &Options<'_>,
    cache: &Cache,
    stored: Stored,
) -> Result<Option<Reading>, CensusError> {
    let Stored { head, changes } = stored;
    let mut reading = Reading {
        changes,
        all_commits: head.all_commits.clone(),
        first_parent_commits: head.first_parent_commits,
        misses_objects: false,
    };
    if head.tip() == Some(branch.tip) {
        return Ok(Some(reading));
    }
    let Some(known) = cache.known(&head) else {
        return Ok(None);
    };
    let context = Context::new(repo, options, head.from);
    let (found, told) = context.read(branch.tip, &known)?;
    if !found.met_known_tip {
        return Ok(None);
    }
    let (newer, ids) = Reading::of(&context, found, told);
    let older_changes = reading.changes.len();
    reading.append(newer);
    if !reading.misses_objects && context.boundary.is_empty() {
        let fresh = reading.fresh(branch.tip, head.from, older_changes, ids);
        cache.store(fresh, Some((&head, &known)));
    }
    Ok(Some(reading))
}

impl Reading {
    /// Returns what was read, and the ids of all commits that were.
    fn of(context: &Context<'_>, found: Found, told: Told) -> (Reading, Vec<ObjectId>) {
        let (identities, signatures) = context.interned.values();
        let facts = by_number(&found.graph, &told.facts);
        let known = KnownFacts {
            graph: &found.graph,
            facts: &facts,
            identities: &identities,
            signatures: &signatures,
        };
        let reading = Reading {
            all_commits: all_commits(&known),
            changes: changes(&known, &found.chain, told.changes),
            first_parent_commits: found.chain.len() as u64,
            misses_objects: found.misses_commits || told.misses_trees,
        };
        let ids = told.facts.iter().map(|(node, _)| found.graph.id(*node));
        (reading, ids.collect())
    }

    fn append(&mut self, mut newer: Reading) {
        let below = u32::try_from(self.first_parent_commits).unwrap_or(u32::MAX);
        for change in &mut newer.changes {
            change.position = change.position.saturating_add(below);
        }
        self.changes.append(&mut newer.changes);
        self.first_parent_commits += newer.first_parent_commits;
        self.misses_objects |= newer.misses_objects;
        add(&mut self.all_commits, newer.all_commits);
    }

    fn fresh(
        &self,
        tip: ObjectId,
        from: Option<i64>,
        older_changes: usize,
        new_ids: Vec<ObjectId>,
    ) -> Fresh<'_> {
        Fresh {
            tip,
            from,
            first_parent_commits: self.first_parent_commits,
            all_commits: &self.all_commits,
            new_changes: &self.changes[older_changes..],
            new_ids,
        }
    }
}

fn add(all: &mut AllCommits, newer: AllCommits) {
    let (sum, signature) = (&mut all.signature, newer.signature);
    sum.ssh += signature.ssh;
    sum.openpgp += signature.openpgp;
    sum.x509 += signature.x509;
    sum.other += signature.other;
    sum.none += signature.none;
    sum.by_forge += signature.by_forge;
    all.commits += newer.commits;
    all.embedded_tags += newer.embedded_tags;
    for (name, commits) in newer.assistants {
        *all.assistants.entry(name).or_default() += commits;
    }
}

fn by_number(graph: &Graph, told: &[(u32, Facts)]) -> Vec<Option<Facts>> {
    let mut facts = vec![None; graph.len() as usize];
    for (node, fact) in told {
        facts[*node as usize] = Some(*fact);
    }
    facts
}

/// Every change of the chain claims its commits, but only those that were read in full are returned.
fn changes(known: &KnownFacts<'_>, chain: &[u32], told: Vec<(u32, Change)>) -> Vec<Change> {
    let mut told: HashMap<u32, Change> = told.into_iter().collect();
    let mut assignment = Assignment::new(known.graph);
    let mut changes = Vec::with_capacity(told.len());
    for (position, &node) in (0..).zip(chain.iter().rev()) {
        let taken = assignment.take(known.graph, node);
        if let Some(mut change) = told.remove(&node) {
            change.position = position;
            known.complete(&mut change, &taken);
            changes.push(change);
        }
    }
    changes
}

fn all_commits(known: &KnownFacts<'_>) -> AllCommits {
    let mut all = AllCommits::default();
    for facts in known.facts.iter().flatten() {
        let signature = &known.signatures[facts.signature as usize];
        all.commits += 1;
        all.signature.count(signature.kind, signature.by_forge);
        all.embedded_tags += u64::from(facts.embedded_tag);
        for name in facts.assistants.names() {
            *all.assistants.entry(name.to_owned()).or_default() += 1;
        }
    }
    all
}
