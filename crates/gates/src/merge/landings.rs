//! How the forge says that each change of a branch landed: as a request, as a part of one, or as none.

use super::Landing;
use super::request::case;
use model::change::{Change, SignatureCheck};
use model::digest::CommitId;
use model::population::Sighting;
use model::program::ForgeKind;
use model::request::Merge;
use model::request::dossier::{Dossier, ForgeFacts};
use std::collections::BTreeMap;

/// The most commits of one rebased request that are looked for.
const MAX_REBASED: usize = 250;

/// A merged request by the commit as which it landed.
struct Merged {
    number: u64,
    /// How many commits it had, where it was read.
    commits: Option<u64>,
    /// Whether it was to land on the branch that counts.
    is_to_branch: bool,
    /// Whether it landed as the very head that it had.
    is_own_head: bool,
    /// Whether the records contradict each other: another request landed as this commit too, or this one otherwise.
    is_contradicted: bool,
}

/// The next change along the branch as which a request landed.
struct Next<'a> {
    at: usize,
    change: &'a Change,
    merged: &'a Merged,
    /// Whether that one commit brought the whole difference of its request, once somebody asked.
    is_whole: Option<bool>,
}

/// Returns how each of these changes landed, which are in their order along the branch, the oldest first.
///
/// One way back along the branch is enough: a change that no request names can only belong to the next one that is named.
pub(super) fn landings<'a>(
    changes: &'a [Change],
    facts: &ForgeFacts,
    sightings: &[Sighting],
) -> BTreeMap<&'a CommitId, Landing> {
    let landed = landed(facts);
    let listed = Listed::last(facts, sightings);
    let mut next: Option<Next<'_>> = None;
    let mut landings = BTreeMap::new();
    for (at, change) in changes.iter().enumerate().rev() {
        let landing = match landed.get(&change.commit) {
            Some(merged) => {
                next = Some(Next {
                    at,
                    change,
                    merged,
                    is_whole: None,
                });
                named((change, merged), facts)
            }
            None => next
                .as_mut()
                .and_then(|next| match is_part(change, next, facts) {
                    true => Some(named((change, next.merged), facts)),
                    false => rebased(next.at - at, next, facts),
                })
                .unwrap_or_else(|| unnamed(change, listed)),
        };
        landings.insert(&change.commit, landing);
    }
    landings
}

fn landed(facts: &ForgeFacts) -> BTreeMap<&CommitId, Merged> {
    let mut landed = BTreeMap::new();
    let lists = facts
        .lists
        .iter()
        .filter_map(|list| list.requests.known().ok());
    for listed in lists.flatten().filter(|it| it.merged_at.is_some()) {
        if let Some(commit) = &listed.merge_commit {
            let merged = Merged {
                number: listed.number,
                commits: None,
                is_to_branch: listed.base_branch == facts.branch,
                is_own_head: *commit == listed.head,
                is_contradicted: false,
            };
            enter(&mut landed, commit, merged);
        }
    }
    for them in facts.requests.values() {
        let Some(dossier) = them.last() else { continue };
        if let Some(merge) = &dossier.request.merge {
            let merged = Merged {
                number: dossier.request.number,
                commits: dossier.request.commit_count,
                is_to_branch: dossier.request.base.branch == facts.branch,
                is_own_head: merge.commit == dossier.request.head.commit,
                is_contradicted: merges(them)
                    .any(|it| (it.at, &it.commit) != (merge.at, &merge.commit)),
            };
            enter(&mut landed, &merge.commit, merged);
        }
    }
    landed
}

fn enter<'a>(landed: &mut BTreeMap<&'a CommitId, Merged>, commit: &'a CommitId, merged: Merged) {
    let known = landed.get(commit);
    let is_another =
        known.is_some_and(|known| known.is_contradicted || known.number != merged.number);
    let is_contradicted = merged.is_contradicted || is_another;
    landed.insert(
        commit,
        Merged {
            is_contradicted,
            ..merged
        },
    );
}

fn merges(dossiers: &[Dossier]) -> impl Iterator<Item = &Merge> {
    dossiers.iter().filter_map(|it| it.request.merge.as_ref())
}

/// GitHub makes a commit of its own whichever way it merges: there a head that landed as it is was pushed, as was a merge
/// without a signature where it signs those that it makes.
fn named((change, merged): (&Change, &Merged), facts: &ForgeFacts) -> Landing {
    if merged.is_contradicted {
        return Landing::Unknown;
    }
    let makes_commits = facts.forge.as_deref() == Some(ForgeKind::Github.name());
    let is_unsigned = change.signature.check == SignatureCheck::Absent;
    let is_by_hand = facts.signs_merges && change.parents.len() > 1 && is_unsigned;
    let is_pushed = makes_commits && (merged.is_own_head || is_by_hand);
    match (merged.is_to_branch, is_pushed) {
        (true, false) => Landing::Request(merged.number),
        (true, true) => Landing::Pushed(merged.number),
        (false, _) => Landing::Elsewhere(merged.number),
    }
}

/// A request of several commits that was rebased lands as all of them, and names the last.
fn rebased(steps: usize, next: &mut Next<'_>, facts: &ForgeFacts) -> Option<Landing> {
    let Next { change, merged, .. } = *next;
    let reaches = merged.commits.is_none_or(|commits| commits > steps as u64);
    if steps > MAX_REBASED || change.parents.len() != 1 || !reaches {
        return None;
    }
    let is_whole = next
        .is_whole
        .get_or_insert_with(|| is_all_of_it(change, merged.number, facts));
    (!*is_whole).then_some(Landing::Perhaps(merged.number))
}

/// Returns whether a commit is one of a request that was fast-forwarded: the branch then holds the request's own commits.
fn is_part(change: &Change, next: &Next<'_>, facts: &ForgeFacts) -> bool {
    let dossiers = facts.requests.get(&next.merged.number);
    dossiers.and_then(|them| them.last()).is_some_and(|it| {
        let merged = it.request.merge.as_ref().map(|merge| &merge.commit);
        let commits = it.commits.known().ok().into_iter().flatten();
        merged == Some(&it.request.head.commit)
            && commits.map(|it| &it.id).any(|id| *id == change.commit)
    })
}

/// Returns whether one commit brought the whole difference of a request: then it was squashed, and no other is of it.
fn is_all_of_it(change: &Change, number: u64, facts: &ForgeFacts) -> bool {
    let request = case(facts, number, change.patch_digest.as_ref());
    request.is_some_and(|request| request.first_seen.is_some())
}

fn unnamed(change: &Change, listed: Option<Listed>) -> Landing {
    match listed {
        Some(listed) if listed.positions > u64::from(change.position) => {
            Landing::Push { list: listed.leaf }
        }
        Some(_) | None => Landing::Unknown,
    }
}

/// The last whole list of requests.
#[derive(Debug, Clone, Copy)]
struct Listed {
    leaf: u64,
    /// Changes that the branch is known to have held when the forge was asked.
    positions: u64,
}

impl Listed {
    fn last(facts: &ForgeFacts, sightings: &[Sighting]) -> Option<Listed> {
        let mut newest_first = facts.lists.iter().rev();
        let list = newest_first.find(|list| list.requests.known().is_ok())?;
        let before = sightings.iter().filter(|it| it.leaf < list.looked_behind);
        let positions = before.map(|sighting| sighting.first_parent_commits).max();
        Some(Listed {
            leaf: list.leaf,
            positions: positions.unwrap_or_default(),
        })
    }
}
