//! Filling seats: whether demands can be met together, and the smallest sets of those that cannot.

use super::demands::{Demand, Seat};
use model::program::PrincipalId;
use model::satisfiable::{Finding, Rule, RuleSet};
use std::collections::BTreeMap;

/// Contradictions of one size that are told.
const MOST_SETS: usize = 8;

/// A seat and who sits there.
pub(super) struct Seated<'a> {
    /// The rule that asks for it.
    pub(super) rule: &'a Rule,
    /// Who does it; nobody where a machine does.
    pub(super) who: Option<&'a PrincipalId>,
    /// What is done.
    pub(super) does: &'a str,
}

/// Returns who sits where, or `None` where a seat stays empty. In seats that one may have beside others sits the author,
/// else who answers for the change, whose seat is the last of those that are alone.
pub(super) fn fill<'a>(
    demands: &[&'a Demand<'a>],
    author: &'a PrincipalId,
) -> Option<Vec<Seated<'a>>> {
    let of = |demand: &&'a Demand<'a>| -> Vec<(&'a Rule, &'a Seat<'a>)> {
        let demand = *demand;
        demand
            .seats
            .iter()
            .map(|seat| (&demand.rule, seat))
            .collect()
    };
    let seats: Vec<(&Rule, &Seat<'_>)> = demands.iter().flat_map(of).collect();
    let alone = fill_alone(&seats)?;
    let mut seated = Vec::new();
    for (index, (rule, seat)) in seats.into_iter().enumerate() {
        let who = match (&seat.candidates, alone.get(&index)) {
            (None, _) => None,
            (Some(_), Some(who)) => Some(*who),
            (Some(candidates), None) => Some(preferred(candidates, author, &alone)?),
        };
        seated.push(Seated {
            rule,
            who,
            does: &seat.does,
        });
    }
    Some(seated)
}

fn preferred<'a>(
    candidates: &[&'a PrincipalId],
    author: &'a PrincipalId,
    alone: &BTreeMap<usize, &'a PrincipalId>,
) -> Option<&'a PrincipalId> {
    let mut liked = std::iter::once(author).chain(alone.values().rev().copied());
    let fitting = liked.find(|one| candidates.contains(one));
    fitting.or_else(|| candidates.first().copied())
}

/// Returns who sits in the seats of which nobody may have two, by seat.
fn fill_alone<'a>(seats: &[(&'a Rule, &'a Seat<'a>)]) -> Option<BTreeMap<usize, &'a PrincipalId>> {
    let mut taken: BTreeMap<&PrincipalId, usize> = BTreeMap::new();
    for (index, (_, seat)) in seats.iter().enumerate() {
        if seat.alone && !seat_one(index, seats, &mut taken, &mut Vec::new()) {
            return None;
        }
    }
    Some(taken.into_iter().map(|(who, seat)| (seat, who)).collect())
}

/// Finds somebody for a seat, moving those who sit already where they can sit elsewhere (an augmenting path).
fn seat_one<'a>(
    index: usize,
    seats: &[(&'a Rule, &'a Seat<'a>)],
    taken: &mut BTreeMap<&'a PrincipalId, usize>,
    tried: &mut Vec<&'a PrincipalId>,
) -> bool {
    let Some((_, seat)) = seats.get(index) else {
        return false;
    };
    for who in seat.candidates.iter().flatten().copied() {
        if tried.contains(&who) {
            continue;
        }
        tried.push(who);
        let before = taken.get(who).copied();
        if before.is_none_or(|other| seat_one(other, seats, taken, tried)) {
            taken.insert(who, index);
            return true;
        }
    }
    false
}

/// Returns the smallest sets of demands that cannot be met together.
pub(super) fn contradiction(demands: &[Demand<'_>], author: &PrincipalId) -> Finding {
    let mut sets = Vec::new();
    for size in 1..=demands.len() {
        let chosen = of_size(size, demands);
        sets = chosen
            .into_iter()
            .filter(|set| fill(set, author).is_none())
            .collect();
        if !sets.is_empty() {
            break;
        }
    }
    Finding::Contradiction {
        further: sets.len().saturating_sub(MOST_SETS) as u64,
        sets: sets.iter().take(MOST_SETS).map(|set| told(set)).collect(),
    }
}

/// Returns every choice of so many demands, in their order.
fn of_size<'a>(size: usize, demands: &'a [Demand<'a>]) -> Vec<Vec<&'a Demand<'a>>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let mut choices = Vec::new();
    for (index, first) in demands.iter().enumerate() {
        for mut rest in of_size(size - 1, &demands[index + 1..]) {
            rest.insert(0, first);
            choices.push(rest);
        }
    }
    choices
}

fn told(set: &[&Demand<'_>]) -> RuleSet {
    let needs: Vec<String> = set
        .iter()
        .map(|demand| format!("{} needs {}", demand.rule, demand.needs))
        .collect();
    let found = once(set.iter().map(|demand| demand.found.as_str()));
    let twice = match set.len() {
        1 => "",
        _ => ", and nobody counts twice",
    };
    RuleSet {
        rules: set.iter().map(|demand| demand.rule.clone()).collect(),
        why: format!("{}; {found}{twice}", needs.join(", and ")),
        mend: once(set.iter().map(|demand| demand.mend.as_str())),
    }
}

/// Returns the texts, each once.
fn once<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut told: Vec<&str> = Vec::new();
    for text in texts {
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told.join("; ")
}
