//! What the records of a forge say, as typed facts, parsed again from the bytes each time.

mod github;
mod gitlab;

pub(super) use self::github::{AUDIT_LOG_SPAN, classic, has_line_comments};
pub(super) use self::gitlab::groups;

use super::record::{About, Kept, ProposalRecord};
use crate::calibration::recorded;
use crate::gate::GateRecord;
use crate::gate::scene::ProgramFrom;
use crate::{reviews, sessions, statements};
use jiff::Timestamp;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept as Payload, ReadError, Reader};
use model::change::Proposal;
use model::digest::{CommitId, Digest};
use model::outcome::Outcome;
use model::program::{ForgeKind, Program};
use model::request::Readable;
use model::request::dossier::{Dossier, ForgeFacts, Gated, Guards, RequestList};
use model::request::rules::RulesetState;
use std::collections::BTreeSet;

/// What the log holds of a repository at its forge.
#[derive(Debug, Default)]
pub struct Read {
    /// The facts.
    pub facts: ForgeFacts,
    /// The records of forges, gates and people whose payloads are here, whatever they are about; others were erased.
    pub present: BTreeSet<u64>,
}

/// Returns what these leaves, the first of a log, hold of a repository at its forge.
pub fn facts(
    reader: &Reader,
    entries: &[Entry],
    program: &Program,
    (repository, branch): (&str, &str),
) -> Result<Read, ReadError> {
    let facts = ForgeFacts {
        branch: branch.to_owned(),
        latest: latest(entries),
        ..ForgeFacts::default()
    };
    let mut whole = Read {
        facts,
        present: BTreeSet::new(),
    };
    let mut named = program.repositories.iter();
    let at_forge = named.find(|entry| entry.name == repository);
    let at_forge = at_forge.and_then(|entry| entry.forge.as_ref());
    let read = |entry: &Entry, at: Timestamp, payload: &[u8]| {
        let kept = Kept::parse(payload)?;
        let mut one = ForgeFacts::default();
        let is_of_it = match at_forge {
            Some(forge) => kept.is_of(repository, forge),
            None => kept.record.repository == repository,
        };
        if is_of_it {
            // The answers came after the command began, which is when the leaf says that it was written.
            let asked = kept.record.answers.iter().map(|answer| answer.at).max();
            let at = asked.map_or(at, |asked| asked.max(at));
            enter(&mut one, (entry.index, at, entry.leaf.after), &kept, branch);
        }
        Some(one)
    };
    each(reader, entries, read, |found| {
        whole.enter(found.leaf, found.is_here);
        match found.held {
            Some(one) => join(&mut whole.facts, one),
            None => drop(whole.facts.unread.insert(found.leaf)),
        }
    })?;
    // A clock that was set back makes no look older than the one before.
    let mut latest = Timestamp::MIN;
    for look in &mut whole.facts.guards {
        latest = latest.max(look.at);
        look.at = latest;
    }
    statements::enter(&mut whole, reader, entries, program, repository)?;
    reviews::enter(&mut whole, reader, entries, repository)?;
    sessions::enter(&mut whole, reader, entries, repository)?;
    recorded::enter(&mut whole, reader, entries)?;
    gates(&mut whole, reader, entries, repository)?;
    let answers = whole.facts.gates.values().flatten();
    whole.facts.gate_since = answers.map(|gated| gated.received_at).min();
    Ok(whole)
}

/// Returns the first leaf that claims the latest time of all.
fn latest(entries: &[Entry]) -> Option<(u64, Timestamp)> {
    let claims = entries.iter().map(|entry| (entry.index, entry.leaf.at));
    claims.reduce(|first, other| if other.1 > first.1 { other } else { first })
}

impl Read {
    pub(crate) fn enter(&mut self, leaf: u64, is_here: bool) {
        if is_here {
            self.present.insert(leaf);
        }
    }
}

/// Adds what the next record holds; what statements and the gate said is read by itself.
fn join(facts: &mut ForgeFacts, one: ForgeFacts) {
    let ForgeFacts {
        forge,
        signs_merges,
        requests,
        guards,
        lists,
        statements: _,
        reviews: _,
        sessions: _,
        calibrations: _,
        gates: _,
        gate_since: _,
        states,
        hooks,
        branch: _,
        latest: _,
        unread,
        unread_statements: _,
        unread_reviews: _,
        unread_sessions: _,
    } = one;
    facts.forge = forge.or(facts.forge.take());
    facts.signs_merges |= signs_merges;
    facts.guards.extend(guards);
    facts.lists.extend(lists);
    facts.hooks.extend(hooks);
    facts.unread.extend(unread);
    for (key, seen) in states {
        match facts.states.get(&key) {
            // A version never changes: one of the two records is none of the forge's.
            Some(known) if !is_the_same(&known.state, &seen.state) => {
                facts.unread.extend([known.leaf, seen.leaf]);
            }
            Some(_) => {}
            None => drop(facts.states.insert(key, seen)),
        }
    }
    for (number, dossiers) in requests {
        let known = facts.requests.entry(number).or_default();
        for dossier in dossiers {
            let landed = known.iter().find(|it| it.request.merge.is_some());
            if let Some(landed) = landed.filter(|it| differ_on_merger(it, &dossier)) {
                facts.unread.extend([landed.leaf, dossier.leaf]);
            }
            // Nor does when a request landed, and as what.
            if let Some(landed) = landed.filter(|it| merged(it) != merged(&dossier)) {
                facts.unread.extend([landed.leaf, dossier.leaf]);
            }
            known.push(dossier);
        }
    }
}

/// An account may be gone later, and never becomes another.
fn differ_on_merger(one: &Dossier, other: &Dossier) -> bool {
    let merger = |it: &Dossier| Some(it.request.merge.as_ref()?.by.as_ref()?.id);
    merger(one)
        .zip(merger(other))
        .is_some_and(|(one, other)| one != other)
}

fn merged(dossier: &Dossier) -> Option<(Timestamp, &CommitId)> {
    let merge = dossier.request.merge.as_ref()?;
    Some((merge.at, &merge.commit))
}

/// Returns whether two records say the same of a version; who may go around it is not shown to every token.
fn is_the_same(one: &RulesetState, other: &RulesetState) -> bool {
    let actors = (
        one.ruleset.bypass_actors.known(),
        other.ruleset.bypass_actors.known(),
    );
    let alike = |state: &RulesetState| {
        let mut state = state.clone();
        state.ruleset.bypass_actors = Readable::Known(Vec::new());
        state
    };
    let are_same_actors = match actors {
        (Ok(one), Ok(other)) => one == other,
        (Err(_), _) | (_, Err(_)) => true,
    };
    are_same_actors && alike(one) == alike(other)
}

/// Adds what the gate answered about the repository.
fn gates(
    whole: &mut Read,
    reader: &Reader,
    entries: &[Entry],
    repository: &str,
) -> Result<(), ReadError> {
    let of_gates = of_kind(entries, LeafKind::Gate);
    let read = |entry: &Entry, kept: Option<Payload>| {
        let record = kept.as_ref();
        let record = record.and_then(|kept| GateRecord::parse(&kept.bytes));
        ((entry.index, entry.leaf.at), kept.is_some(), record)
    };
    reader.each_payload(&of_gates, read, |((leaf, at), is_here, record)| {
        whole.enter(leaf, is_here);
        let facts = &mut whole.facts;
        match record {
            Some(record) if record.repository == repository && record.branch == facts.branch => {
                let of_request = facts.gates.entry(record.request).or_default();
                of_request.push(gated((leaf, at), record));
            }
            Some(_) => {}
            None => drop(facts.unread.insert(leaf)),
        }
    })
}

fn gated((leaf, received_at): (u64, Timestamp), record: GateRecord) -> Gated {
    let rules = record.rules.into_iter();
    let passed = rules.filter(|(_, decision)| decision.outcome == Outcome::Pass);
    Gated {
        leaf,
        request: record.request,
        head: record.head,
        patch_digest: record.patch_digest,
        own_check: record.own_check,
        outcome: record.outcome,
        passed: passed.map(|(control, _)| control).collect(),
        merged_tree: record.merged_tree,
        at: record.at,
        received_at,
        program_sha256: record.program_sha256,
        by_file: matches!(record.program_from, ProgramFrom::File(_)),
        doubt: None,
    }
}

/// What a leaf holds of a forge.
#[derive(Debug)]
pub struct Found<T> {
    /// The leaf.
    pub leaf: u64,
    /// Whether its payload is here.
    pub is_here: bool,
    /// What was read of it; nothing where it cannot be read.
    pub held: Option<T>,
}

/// Hands on what is read of the records of forges among these leaves, the first of a log, in their order: `read` is told
/// the leaf, when it was received, and its payload.
pub fn each<T: Send>(
    reader: &Reader,
    entries: &[Entry],
    read: impl Fn(&Entry, Timestamp, &[u8]) -> Option<T> + Sync,
    take: impl FnMut(Found<T>),
) -> Result<(), ReadError> {
    let of_forges = of_kind(entries, LeafKind::Forge);
    let clocked = crate::earlier::clocked(entries, LeafKind::Forge);
    let found = |entry: &Entry, kept: Option<Payload>| {
        let at = clocked.get(&entry.index).copied();
        let at = at.unwrap_or(entry.leaf.at);
        Found {
            leaf: entry.index,
            is_here: kept.is_some(),
            held: kept.and_then(|kept| read(entry, at, &kept.bytes)),
        }
    };
    reader.each_payload(&of_forges, found, take)
}

/// Returns the leaves of a kind.
pub(crate) fn of_kind(entries: &[Entry], kind: LeafKind) -> Vec<Entry> {
    let of_kind = entries.iter().filter(|entry| entry.leaf.kind == kind);
    of_kind.cloned().collect()
}

fn enter(
    facts: &mut ForgeFacts,
    (leaf, at, after): (u64, Timestamp, Option<Digest>),
    kept: &Kept,
    branch: &str,
) {
    let mut kinds = ForgeKind::ALL.into_iter();
    let Some(kind) = kinds.find(|kind| kind.name() == kept.record.forge) else {
        facts.unread.insert(leaf);
        return;
    };
    // What came by itself shows not that the forge was asked.
    if !matches!(kept.record.about, About::Webhook { .. }) {
        facts.forge = Some(kept.record.forge.clone());
        facts.signs_merges |= kept.record.base.trim_end_matches('/') == ForgeKind::Github.api();
    }
    match &kept.record.about {
        About::Requests => facts.lists.push(RequestList {
            leaf,
            at,
            looked_behind: kept.record.log_size.min(leaf),
            requests: match kind {
                ForgeKind::Github => github::requests(kept),
                ForgeKind::Gitlab => gitlab::requests(kept),
            },
        }),
        About::Request { number, .. } => {
            let dossier = match kind {
                ForgeKind::Github => github::dossier((leaf, at, after), kept),
                ForgeKind::Gitlab => gitlab::dossier((leaf, at, after), kept),
            };
            let Some(dossier) = dossier else {
                facts.unread.insert(leaf);
                return;
            };
            // A record that says another number than it was asked for is none.
            match dossier.request.number == *number {
                true if dossier.request.base.branch == branch => {
                    facts.requests.entry(*number).or_default().push(dossier);
                }
                true => {}
                false => {
                    facts.unread.insert(leaf);
                }
            }
        }
        About::Branch { name } => {
            // A ruleset is one, whatever the branch it was asked about for.
            super::history::enter(&mut facts.states, leaf, kept);
            if name == branch {
                facts.guards.push(match kind {
                    ForgeKind::Github => github::guards(leaf, at, kept, name),
                    ForgeKind::Gitlab => gitlab::guards(leaf, at, kept, name),
                });
            }
        }
        About::Canary { .. } => {}
        About::Webhook { event, .. } => match super::hooked::hooked((leaf, at), event, kept) {
            Some(hooked) => facts.hooks.push(hooked),
            None => {
                facts.unread.insert(leaf);
            }
        },
    }
}

/// Returns what protects the branch, of a record of this forge that no leaf holds yet.
pub fn guards_now(kind: ForgeKind, kept: &Kept, branch: &str) -> Guards {
    match kind {
        ForgeKind::Github => github::guards(0, Timestamp::UNIX_EPOCH, kept, branch),
        ForgeKind::Gitlab => gitlab::guards(0, Timestamp::UNIX_EPOCH, kept, branch),
    }
}

/// Returns what a request would have brought when it was recorded.
fn proposal(kept: &Kept) -> Result<Box<Proposal>, String> {
    match &kept.record.proposal {
        Some(ProposalRecord::Known(proposal)) => Ok(proposal.clone()),
        Some(ProposalRecord::Unknown(why)) => Err(why.clone()),
        None => Err("it was not open any more".to_owned()),
    }
}
