//! The plain forms: each asks everything that there is, as the rule is written.

use crate::generated::Year;
use gates::merge::{Landing, Received, RequestCase, Wait, case};
use model::change::{Change, Landed};
use model::check::CheckRun;
use model::population::Sighting;
use model::request::dossier::Gated;
use std::collections::BTreeSet;

/// The most commits of one rebased request that are looked for.
const MAX_REBASED: usize = 250;

/// Returns number, count of commits and branch of the merged request that names a commit; what was seen last counts.
fn named(year: &Year, change: &Change) -> Option<(u64, Option<u64>, bool)> {
    let lists = year.facts.lists.iter();
    let listed = lists
        .filter_map(|list| list.requests.known().ok())
        .flatten();
    let listed = listed.filter(|it| it.merged_at.is_some());
    let listed = listed.filter(|it| it.merge_commit.as_ref() == Some(&change.commit));
    let listed: Vec<_> = listed
        .map(|it| (it.number, None, it.base_branch == year.facts.branch))
        .collect();
    let last = year.facts.requests.values().filter_map(|them| them.last());
    let read = last.filter(|it| {
        let merge = it.request.merge.as_ref();
        merge.is_some_and(|merge| merge.commit == change.commit)
    });
    let read = read.map(|it| {
        let is_to_branch = it.request.base.branch == year.facts.branch;
        (it.request.number, it.request.commit_count, is_to_branch)
    });
    listed.into_iter().chain(read).last()
}

/// Returns whether several requests name a commit.
fn is_of_several(year: &Year, change: &Change) -> bool {
    let lists = year.facts.lists.iter();
    let listed = lists
        .filter_map(|list| list.requests.known().ok())
        .flatten();
    let listed = listed.filter(|it| it.merged_at.is_some());
    let listed = listed.filter(|it| it.merge_commit.as_ref() == Some(&change.commit));
    let last = year.facts.requests.values().filter_map(|them| them.last());
    let read = last.filter(|it| {
        let merge = it.request.merge.as_ref();
        merge.is_some_and(|merge| merge.commit == change.commit)
    });
    let numbers = listed
        .map(|it| it.number)
        .chain(read.map(|it| it.request.number));
    numbers.collect::<BTreeSet<u64>>().len() > 1
}

pub(crate) fn landing(year: &Year, at: usize) -> Landing {
    let change = &year.changes[at];
    if is_of_several(year, change) {
        return Landing::Unknown;
    }
    match named(year, change) {
        Some((number, _, true)) => return Landing::Request(number),
        Some((number, _, false)) => return Landing::Elsewhere(number),
        None => {}
    }
    for (steps, later) in (1..).zip(year.changes[at + 1..].iter().take(MAX_REBASED)) {
        match named(year, later) {
            Some((number, commits, _)) if later.parents.len() == 1 => {
                let reaches = commits.is_none_or(|commits| commits > steps);
                let request = case(&year.facts, number, later.patch_digest.as_ref());
                let is_all_of_it = request.is_some_and(|it| it.first_seen.is_some());
                match reaches && !is_all_of_it {
                    true => return Landing::Perhaps(number),
                    false => break,
                }
            }
            Some(_) => break,
            None => {}
        }
    }
    let mut newest_first = year.facts.lists.iter().rev();
    let list = newest_first.find(|list| list.requests.known().is_ok());
    let pushed = list.filter(|list| {
        let mut before = year
            .sightings
            .iter()
            .filter(|it| it.leaf < list.looked_behind);
        before.any(|it| it.first_parent_commits > u64::from(change.position))
    });
    pushed.map_or(Landing::Unknown, |list| Landing::Push { list: list.leaf })
}

fn holds(sighting: &Sighting, change: &Change) -> bool {
    sighting.first_parent_commits > u64::from(change.position)
}

/// The branch without the change, in this very history.
fn lacks(year: &Year, sighting: &Sighting, change: &Change) -> bool {
    let mut changes = year.changes.iter();
    let tip = changes.find(|it| u64::from(it.position) + 1 == sighting.first_parent_commits);
    let first = year.changes.first().unwrap();
    let before = first.parents.first();
    let before = before.filter(|_| u64::from(first.position) == sighting.first_parent_commits);
    let tip = tip.map(|it| &it.commit).or(before);
    !holds(sighting, change) && tip == Some(&sighting.head)
}

pub(crate) fn wait(year: &Year, change: &Change) -> Option<Wait> {
    let unbroken = year
        .sightings
        .iter()
        .filter(|it| it.leaf >= year.unbroken_from);
    let head = change.request_head()?;
    let seen = unbroken
        .clone()
        .find(|it| it.refs.values().any(|tip| tip == head))?;
    let absent = unbroken
        .filter(|it| it.leaf >= seen.leaf)
        .take_while(|it| !holds(it, change))
        .filter(|it| lacks(year, it, change))
        .max_by_key(|it| it.at)?;
    Some(Wait {
        seen_at: seen.at,
        seen_leaf: seen.leaf,
        absent_at: absent.at.min(change.committed_at),
        absent_leaf: absent.leaf,
    })
}

pub(crate) fn received(year: &Year, change: &Change) -> Vec<(u64, Received)> {
    let runs = year
        .runs
        .iter()
        .filter(|run| Some(&run.tree) == change.tree.as_ref());
    runs.map(|run| (run.leaf, received_one(year, run, change)))
        .collect()
}

fn received_one(year: &Year, run: &CheckRun, change: &Change) -> Received {
    let mut before = year.sightings.iter().filter(|it| it.leaf < run.leaf);
    if let Some(landed) = before.find(|it| holds(it, change)) {
        return Received::After(landed.leaf);
    }
    let behind = year.sightings.iter().filter(|it| it.leaf >= run.leaf);
    let mut unlanded = behind.take_while(|it| !holds(it, change));
    let without = unlanded.find(|it| it.looked_behind > run.leaf && lacks(year, it, change));
    let is_dated_after = change.landed != Landed::NotEvidenced && run.at > change.committed_at;
    match without {
        Some(without) if run.leaf >= year.unbroken_from && !is_dated_after => {
            Received::Before(without.leaf)
        }
        Some(_) | None => Received::Unclear,
    }
}

pub(crate) fn last_gate<'a>(
    year: &'a Year,
    request: &RequestCase<'_>,
    change: &Change,
) -> Option<&'a Gated> {
    let number = request.dossier.request.number;
    let mut dossiers = request.dossiers.iter();
    let landed = dossiers
        .find(|it| it.request.merge.is_some())
        .map(|it| it.leaf);
    let all = year.facts.gates.values().flatten();
    let of_it = all.filter(|it| it.request == number && it.patch_digest == change.patch_digest);
    let before = of_it.filter(|it| landed.is_none_or(|landed| it.leaf < landed));
    before.max_by_key(|it| it.leaf)
}
