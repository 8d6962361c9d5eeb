//! Who gets a change through the merge gate, and why nobody does.

use super::table::wrapped;
use crate::visible::visible;
use model::outcome::Risk;
use model::program::PrincipalId;
use model::satisfiable::{Answer, Finding, Proof, RuleSet, Step};
use std::collections::BTreeSet;

/// Contradictions that are told; the others are in the JSON.
const MOST_TOLD: usize = 12;

/// Classes of risk.
const CLASSES: usize = 3;

pub(super) fn render(proof: &Proof) -> String {
    let mut text = String::from("Through the merge gate:\n");
    if let Some(why) = &proof.not_proven {
        text.push_str(&item(2, &format!("not proven: {why}")));
    }
    for way in ways(proof) {
        text.push_str(&item(2, &way));
    }
    for note in &proof.notes {
        text.push_str(&item(2, &format!("note: {note}")));
    }
    let faults = faults(proof);
    for fault in faults.iter().take(MOST_TOLD) {
        let changes = fault.changes(proof);
        text.push_str(&item(
            2,
            &format!("fail: {changes} passes: {}", fault.set.why),
        ));
        text.push_str(&item(4, &format!("mend: {}", fault.set.mend)));
    }
    match untold(proof, &faults) {
        0 => {}
        more => text.push_str(&item(2, &format!("and {more} more, see --format json"))),
    }
    text
}

fn item(indent: usize, said: &str) -> String {
    wrapped(
        &format!("{}{}", " ".repeat(indent), visible(said)),
        indent + 2,
    )
}

/// Returns a line for each class and kind of author: the first one's way, and who else gets through.
fn ways(proof: &Proof) -> Vec<String> {
    let mut ways: Vec<(&Answer, &[Step], Vec<&str>)> = Vec::new();
    for answer in &proof.answers {
        let Finding::Passes { steps, .. } = &answer.finding else {
            continue;
        };
        let alike =
            |first: &Answer| (first.risk, first.author_kind) == (answer.risk, answer.author_kind);
        match ways.iter_mut().find(|(first, _, _)| alike(first)) {
            Some((_, _, others)) => others.push(answer.author.as_str()),
            None => ways.push((answer, steps, Vec::new())),
        }
    }
    let way = |(first, steps, others): (&Answer, &[Step], Vec<&str>)| {
        let likewise = match others.as_slice() {
            [] => String::new(),
            others => format!("; likewise {}", listed(others, "and")),
        };
        format!("{}: {}{likewise}", first.risk, clauses(steps))
    };
    ways.into_iter().map(way).collect()
}

/// Returns what each does, in the order in which they first do something: `ada writes and signs; bo approves`.
fn clauses(steps: &[Step]) -> String {
    let mut told: Vec<(Option<&PrincipalId>, Vec<&str>)> = Vec::new();
    for step in steps {
        let who = step.who.as_ref();
        let known = |one: &Option<&PrincipalId>| who.is_some() && *one == who;
        match told.iter_mut().find(|(one, _)| known(one)) {
            Some((_, does)) => does.push(&step.does),
            None => told.push((who, vec![&step.does])),
        }
    }
    let clause = |(who, does): &(Option<&PrincipalId>, Vec<&str>)| match who {
        Some(who) => format!("{who} {}", listed(does, "and")),
        None => listed(does, "and"),
    };
    let clauses: Vec<String> = told.iter().map(clause).collect();
    clauses.join("; ")
}

/// A contradiction, and the changes that it keeps out: of each of these classes by each of these authors.
struct Fault<'a> {
    set: &'a RuleSet,
    classes: Vec<Risk>,
    authors: Vec<&'a PrincipalId>,
}

impl Fault<'_> {
    /// Returns the changes as a sentence begins with them: `no change of high risk by ada`.
    fn changes(&self, proof: &Proof) -> String {
        let all: BTreeSet<&PrincipalId> = proof.answers.iter().map(|it| &it.author).collect();
        let of = match self.classes.len() {
            CLASSES => String::new(),
            _ => format!(" of {} risk", listed(&self.classes, "or")),
        };
        let by = match self.authors.len() == all.len() {
            true => String::new(),
            false => format!(" by {}", listed(&self.authors, "or")),
        };
        format!("no change{of}{by}")
    }
}

/// Returns each contradiction once.
fn faults(proof: &Proof) -> Vec<Fault<'_>> {
    let mut faults: Vec<Fault<'_>> = Vec::new();
    for one in faults_of_each(proof) {
        let same = |it: &&mut Fault<'_>| it.set == one.set && it.classes == one.classes;
        match faults.iter_mut().find(same) {
            Some(fault) => fault.authors.extend(one.authors),
            None => faults.push(one),
        }
    }
    faults
}

/// Returns each contradiction of each author with its classes.
fn faults_of_each(proof: &Proof) -> Vec<Fault<'_>> {
    let mut faults: Vec<Fault<'_>> = Vec::new();
    for answer in &proof.answers {
        let Finding::Contradiction { sets, .. } = &answer.finding else {
            continue;
        };
        for set in sets {
            let same = |it: &&mut Fault<'_>| it.set == set && it.authors == [&answer.author];
            match faults.iter_mut().find(same) {
                Some(fault) => fault.classes.push(answer.risk),
                None => faults.push(Fault {
                    set,
                    classes: vec![answer.risk],
                    authors: vec![&answer.author],
                }),
            }
        }
    }
    faults
}

fn untold(proof: &Proof, faults: &[Fault<'_>]) -> u64 {
    let further = proof.answers.iter().map(|answer| match answer.finding {
        Finding::Contradiction { further, .. } => further,
        Finding::Passes { .. } => 0,
    });
    faults.len().saturating_sub(MOST_TOLD) as u64 + further.sum::<u64>()
}

/// Returns `a, b and c`.
fn listed<T: ToString>(items: &[T], last: &str) -> String {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    match texts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
