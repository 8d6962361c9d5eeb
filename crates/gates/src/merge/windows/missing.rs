//! What is not evidenced, so that there may be windows that nobody knows of.

use super::super::history::Between;
use model::request::dossier::{ForgeFacts, Guards};
use model::request::hook::{Done, Happened, Hooked};
use std::collections::BTreeMap;

/// Returns why there may be windows that nobody knows of.
pub(super) fn missing(facts: &ForgeFacts, betweens: &[Between]) -> Vec<String> {
    let Some(first) = facts.guards.first() else {
        return vec![
            "nothing of the protection was recorded: `countersign collect` asks the forge"
                .to_owned(),
        ];
    };
    let mut missing = vec![format!(
        "what protected {} before {}, the first look at it (leaf {})",
        first.branch, first.at, first.leaf
    )];
    missing.extend(untold(facts, betweens));
    let is_classic = |it: &Guards| it.classic.known().is_ok_and(Option::is_some);
    let is_untold = betweens.iter().any(|it| it.classic.is_err());
    if is_untold && facts.guards.iter().any(is_classic) {
        let why = "classic protection keeps no history: what it said between two looks is known from webhooks alone";
        missing.push(why.to_owned());
    }
    missing.extend(facts.hooks.iter().filter_map(timeless));
    missing.extend(unread(facts));
    missing
}

/// Returns that some records cannot be read: one that was erased may have shown a window.
fn unread(facts: &ForgeFacts) -> Option<String> {
    let first = facts.unread.first()?;
    let more = facts.unread.len() - 1;
    let more = match more {
        0 => String::new(),
        1 => ", nor can one later record".to_owned(),
        more => format!(", nor can {more} later records"),
    };
    Some(format!(
        "what leaf {first} said, a record of the forge or of the gate that cannot be read{more}"
    ))
}

/// Returns what is not known to have come between two looks, each reason once.
fn untold(facts: &ForgeFacts, betweens: &[Between]) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<(u64, u64)>> = BTreeMap::new();
    let looks = facts.guards.iter().zip(facts.guards.iter().skip(1));
    for (between, (before, after)) in betweens.iter().zip(looks) {
        let whole = between.whole.as_ref().err();
        let unclear = between
            .steps
            .iter()
            .filter_map(|step| step.unclear.as_ref());
        for why in whole.into_iter().chain(unclear) {
            let pairs = reasons.entry(why).or_default();
            pairs.push((before.leaf, after.leaf));
        }
    }
    let told = reasons.into_iter().filter_map(|(why, pairs)| {
        let (first, more) = pairs.split_first()?;
        let more = match more.len() {
            0 => String::new(),
            1 => ", and once between later looks".to_owned(),
            more => format!(", and {more} times between later looks"),
        };
        Some((
            (first.0, why),
            format!("between leaves {} and {}{more}: {why}", first.0, first.1),
        ))
    });
    let in_order: BTreeMap<(u64, &str), String> = told.collect();
    in_order.into_values().collect()
}

/// Returns what a delivery tells of which nobody says when it happened.
fn timeless(hooked: &Hooked) -> Option<String> {
    let what = match &hooked.happened {
        Happened::ClassicTurned { on: false } => {
            "the classic protection of every branch was turned off"
        }
        Happened::Classic {
            done: Done::Deleted,
            ..
        } => "a classic protection was taken away",
        Happened::Ruleset {
            done: Done::Deleted,
            ..
        } => "a ruleset was taken away",
        Happened::ClassicTurned { on: true }
        | Happened::Classic { .. }
        | Happened::Ruleset { .. }
        | Happened::Push(_)
        | Happened::Other => return None,
    };
    Some(format!(
        "when {what}, at some time before {} (leaf {})",
        hooked.at, hooked.leaf
    ))
}
