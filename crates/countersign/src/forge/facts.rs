//! What the records of a forge say, as typed facts, parsed again from the bytes each time.

mod github;
mod gitlab;

use super::record::{About, Answer, Kept, ProposalRecord, Question};
use crate::gate::GateRecord;
use crate::statements;
use jiff::Timestamp;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, ReadError, Reader};
use model::change::Proposal;
use model::digest::Digest;
use model::program::{ForgeKind, Program, RepositoryForge};
use model::request::dossier::{ForgeFacts, Gated, Guards, RequestList, Said};
use model::request::{ChangeRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::git::message;

/// Returns what these leaves, the first of a log, hold of a repository at its forge, and the leaves that it rests on.
pub fn facts(
    reader: &Reader,
    entries: &[Entry],
    program: &Program,
    (repository, branch): (&str, &str),
) -> Result<ForgeFacts, ReadError> {
    let mut facts = ForgeFacts {
        branch: branch.to_owned(),
        ..ForgeFacts::default()
    };
    let mut named = program.repositories.iter();
    let at_forge = named.find(|entry| entry.name == repository);
    let at_forge = at_forge.and_then(|entry| entry.forge.as_ref());
    each(reader, entries, |one| match one {
        Found::Kept(leaf, at, kept)
            if kept.record.repository == repository && is_of(&kept, at_forge) =>
        {
            // The answers came after the command began, which is when the leaf says that it was written.
            let asked = kept.record.answers.iter().map(|answer| answer.at).max();
            let at = asked.map_or(at, |asked| asked.max(at));
            let entry = usize::try_from(leaf).ok().and_then(|at| entries.get(at));
            let after = entry.and_then(|entry| entry.leaf.after);
            enter(&mut facts, (leaf, at, after), &kept, branch);
        }
        Found::Kept(..) => {}
        Found::Unread(leaf) => {
            facts.unread.insert(leaf);
        }
    })?;
    statements::enter(&mut facts, reader, entries, program, repository)?;
    gates(&mut facts, reader, entries, repository)?;
    Ok(facts)
}

/// Adds what the gate answered about the repository.
fn gates(
    facts: &mut ForgeFacts,
    reader: &Reader,
    entries: &[Entry],
    repository: &str,
) -> Result<(), ReadError> {
    let is_gate = |entry: &&Entry| entry.leaf.kind == LeafKind::Gate;
    let of_gates: Vec<Entry> = entries.iter().filter(is_gate).cloned().collect();
    let payloads = reader.payloads_of(&of_gates)?;
    for entry in &of_gates {
        let payload = payloads.get(&entry.index);
        let record =
            payload.and_then(|kept| serde_json::from_slice::<GateRecord>(&kept.bytes).ok());
        match record {
            Some(record) if record.repository == repository && record.branch == facts.branch => {
                facts.gates.push(Gated {
                    leaf: entry.index,
                    request: record.request,
                    head: record.head,
                    patch_digest: record.patch_digest,
                    outcome: record.outcome,
                });
            }
            Some(_) => {}
            None => {
                facts.unread.insert(entry.index);
            }
        }
    }
    Ok(())
}

/// What another repository of a forge says shows nothing of this one, whatever the program called it then.
fn is_of(kept: &Kept, at_forge: Option<&RepositoryForge>) -> bool {
    let record = &kept.record;
    at_forge.is_none_or(|forge| {
        record.forge == forge.kind.name()
            && record.base == forge.api
            && record.at_forge.eq_ignore_ascii_case(&forge.repository)
    })
}

/// A record of a forge, or the leaf of one that cannot be read.
pub enum Found {
    /// The leaf, when it was received, and the record.
    Kept(u64, Timestamp, Box<Kept>),
    /// The leaf.
    Unread(u64),
}

/// Records that are held at once.
const AT_ONCE: usize = 32;

/// Hands on the records of forges among these leaves, the first of a log, in their order.
pub fn each(
    reader: &Reader,
    entries: &[Entry],
    mut take: impl FnMut(Found),
) -> Result<(), ReadError> {
    let is_forge = |entry: &&Entry| entry.leaf.kind == LeafKind::Forge;
    let of_forges: Vec<Entry> = entries.iter().filter(is_forge).cloned().collect();
    let clocked = crate::earlier::clocked(entries, LeafKind::Forge);
    for some in of_forges.chunks(AT_ONCE) {
        let mut payloads = reader.payloads_of(some)?;
        for entry in some {
            let payload = payloads.remove(&entry.index);
            let kept = payload.as_ref().and_then(|kept| Kept::parse(&kept.bytes));
            let at = clocked.get(&entry.index).copied().unwrap_or(entry.leaf.at);
            take(match kept {
                Some(kept) => Found::Kept(entry.index, at, Box::new(kept)),
                None => Found::Unread(entry.index),
            });
        }
    }
    Ok(())
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

/// Returns what the description of a request says; it is read as a commit message is.
pub(super) fn said(request: &ChangeRequest) -> Said {
    let text = format!("{}\n\n{}", request.title, request.body.replace('\r', ""));
    let message = message::parse(text.as_bytes(), None, 1);
    Said {
        words: message.body_words,
        declared_risk: message.declared_risk,
        risk_assessment: message.risk_assessment,
        tickets: message.tickets,
    }
}

/// Returns what protects the branch of GitHub, of a record that no leaf holds yet.
pub fn guards_now(kept: &Kept, branch: &str) -> Guards {
    github::guards(0, Timestamp::UNIX_EPOCH, kept, branch)
}

/// Returns what a request would have brought when it was recorded.
fn proposal(kept: &Kept) -> Result<Box<Proposal>, String> {
    match &kept.record.proposal {
        Some(ProposalRecord::Known(proposal)) => Ok(proposal.clone()),
        Some(ProposalRecord::Unknown(why)) => Err(why.clone()),
        None => Err("it was not open any more".to_owned()),
    }
}

fn unread<T>(why: impl Into<String>) -> Readable<T> {
    Readable::Unread { why: why.into() }
}

/// Returns what an answer says; one that is not whole says nothing.
pub(super) fn readable<T>(
    kept: &Kept,
    question: Question,
    reader: impl Fn(&[&[u8]]) -> Result<T, Unreadable>,
) -> Readable<T> {
    let Some((record, bodies)) = kept.answer(question) else {
        return unread("it was not asked");
    };
    match &record.answer {
        Answer::Pages {
            cut_short: Some(why),
            ..
        } => unread(format!("not all of it came: {why}")),
        Answer::Pages {
            cut_short: None, ..
        } => match reader(&bodies) {
            Ok(value) => Readable::Known(value),
            Err(error) => unread(error.to_string()),
        },
        Answer::Absent => unread("there is none"),
        Answer::Withheld { needs } => Readable::Withheld {
            needs: needs.clone(),
        },
        Answer::NotOffered { said } => Readable::NotOffered { said: said.clone() },
    }
}
