//! How changes landed and what was received before, on generated years, against the form that tries everything.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod generated;
#[path = "../satisfiable/numbers.rs"]
mod numbers;
mod plain;

use gates::merge::{Requests, receipts};
use generated::Year;
use std::collections::BTreeMap;

const YEARS: u64 = 2_000;

#[test]
fn one_way_along_the_branch_agrees_with_trying_everything() {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..YEARS {
        let year = Year::generated(seed);
        let requests = Requests::of(&year.changes, &year.facts, &year.sightings);
        for at in 0..year.changes.len() {
            let landing = requests.landing(&year.changes[at]);
            assert_eq!(
                landing,
                plain::landing(&year, at),
                "seed {seed}, change {at}"
            );
            let kind = format!("{landing:?}");
            let kind = kind.split(['(', ' ']).next().unwrap().to_owned();
            *seen.entry(kind).or_default() += 1;
        }
    }
    for kind in ["Request", "Elsewhere", "Perhaps", "Push", "Unknown"] {
        assert!(
            seen.get(kind).is_some_and(|count| *count >= 500),
            "{seen:?}"
        );
    }
}

#[test]
fn receipts_agree_with_looking_at_every_sighting() {
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..YEARS {
        let year = Year::generated(seed);
        let sightings = (year.sightings.as_slice(), year.unbroken_from);
        let found = receipts(&year.changes, sightings, (&year.runs, false));
        for change in &year.changes {
            let place = format!("seed {seed}, change {}", change.position);
            let wait = plain::wait(&year, change);
            assert_eq!(found.waits.get(&change.commit).copied(), wait, "{place}");
            *seen.entry(format!("wait {}", wait.is_some())).or_default() += 1;
            let checked = found.checks.get(&change.commit);
            let checked = checked.map_or(&[][..], Vec::as_slice).iter();
            let leaves: Vec<_> = checked.map(|it| (it.run.leaf, it.received)).collect();
            assert_eq!(leaves, plain::received(&year, change), "{place}");
            for (_, received) in leaves {
                let kind = format!("{received:?}");
                *seen
                    .entry(kind.split('(').next().unwrap().to_owned())
                    .or_default() += 1;
            }
        }
    }
    for kind in ["wait true", "wait false", "Before", "After", "Unclear"] {
        assert!(
            seen.get(kind).is_some_and(|count| *count >= 500),
            "{seen:?}"
        );
    }
}

#[test]
fn what_the_gate_said_last_of_a_request_is_found_among_all_that_it_said() {
    let mut answered = 0;
    for seed in 0..YEARS {
        let year = Year::generated(seed);
        let requests = Requests::of(&year.changes, &year.facts, &year.sightings);
        for change in &year.changes {
            let Some(request) = requests.request(change) else {
                continue;
            };
            let found = request.last_gate(change.patch_digest.as_ref());
            assert_eq!(
                found,
                plain::last_gate(&year, &request, change),
                "seed {seed}"
            );
            answered += u64::from(found.is_some());
        }
    }
    assert!(answered >= 200, "{answered}");
}
