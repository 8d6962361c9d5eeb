//! Pairs of duties that one principal should not hold.

use super::super::read::Reader;
use super::super::record::Record;
use super::super::wire::{self, ProgramFile, Text};
use super::duties::{self, Functions};
use super::plain;
use crate::catalogue;
use crate::program::{Conflict, FunctionName};

/// Returns the catalogue's conflicts, replaced pair by pair and followed by the organisation's own.
pub(super) fn conflicts(
    file: &ProgramFile,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Vec<Conflict> {
    let keep = |flag: &super::super::tree::Placed<bool>| flag.value;
    let shipped = &catalogue::shipped().conflicts;
    let mut conflicts = match file.conflicts_from_catalogue.as_ref().is_none_or(keep) {
        true => shipped.clone(),
        false => Vec::new(),
    };
    let mut own: Vec<Conflict> = Vec::new();
    let entries = file.conflicts.iter().flatten();
    for entry in entries.filter(|entry| !entry.asked()) {
        let Some(between) = pair(entry, functions, reader) else {
            continue;
        };
        if own.iter().any(|known| joins(known, &between)) {
            reader.fault(entry.place(), "this pair is declared twice", None);
        } else if let Some(conflict) = conflict(entry, between, shipped, reader) {
            own.push(conflict);
        }
    }
    for conflict in own {
        let pair = [conflict.first.clone(), conflict.second.clone()];
        match conflicts.iter_mut().find(|known| joins(known, &pair)) {
            Some(known) => *known = conflict,
            None => conflicts.push(conflict),
        }
    }
    conflicts
}

/// Returns whether the conflict is between these two, in either order.
pub(super) fn joins(conflict: &Conflict, [a, b]: &[FunctionName; 2]) -> bool {
    let pair = (&conflict.first, &conflict.second);
    pair == (a, b) || pair == (b, a)
}

fn pair(
    entry: &wire::Conflict,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Option<[FunctionName; 2]> {
    two(entry.between.as_deref()?, entry.place(), functions, reader)
}

/// Returns two different functions, or notes what is wrong with the list.
pub(super) fn two(
    list: &[Text],
    place: &super::super::tree::Place,
    functions: &Functions,
    reader: &mut Reader<'_>,
) -> Option<[FunctionName; 2]> {
    let named: Vec<Option<FunctionName>> = list
        .iter()
        .map(|text| duties::function(text, functions, reader))
        .collect();
    let [first, second] = named.as_slice() else {
        let place = list.first().map_or(place, |text| &text.place);
        let message = format!(
            "a conflict is between two functions, here are {}",
            list.len()
        );
        reader.fault(place, message, None);
        return None;
    };
    let pair = [first.clone()?, second.clone()?];
    if pair[0] == pair[1] {
        let message = format!("`{}` cannot conflict with itself", pair[0]);
        reader.fault(&list[1].place, message, None);
        return None;
    }
    Some(pair)
}

fn conflict(
    entry: &wire::Conflict,
    between: [FunctionName; 2],
    shipped: &[Conflict],
    reader: &mut Reader<'_>,
) -> Option<Conflict> {
    let known = shipped.iter().find(|known| joins(known, &between));
    let risk = entry.risk.as_ref().map(|risk| risk.value);
    let rationale = plain(entry.rationale.as_ref());
    let needed = |missing: &str| format!("a conflict of your own needs `{missing}`");
    let risk = risk.or(known.map(|known| known.risk));
    let rationale = rationale.or(known.map(|known| known.rationale.clone()));
    if risk.is_none() {
        reader.fault(entry.place(), needed("risk"), None);
    }
    if rationale.is_none() {
        reader.fault(entry.place(), needed("rationale"), None);
    }
    // The order says which duty checks the other, and a pair that ships has one.
    let [first, second] = match known {
        Some(known) => [known.first.clone(), known.second.clone()],
        None => between,
    };
    Some(Conflict {
        first,
        second,
        risk: risk?,
        rationale: rationale?,
    })
}
