//! The passes of the gate that a log holds, each decided again from the records before it.
//!
//! Whoever appends to the log can type one: what it says counts only where it follows from what the log held then.

use crate::outsiders::said::{is_short, parsed};
use gates::directory::Directory;
use gates::merge::gate::{self, Question};
use gates::rules::{Forge, Rules};
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::check::CheckRun;
use model::digest::{CommitId, Digest};
use model::outcome::Outcome;
use model::program::Program;
use model::request::dossier::{Doubt, ForgeFacts, Gated};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The records of the program before an answer among which the one is looked for that it names.
const LOOKED_THROUGH: usize = 32;

/// Reports of checks, in the order of their leaves, and the leaves of those that cannot be read.
pub type Checks<'a> = (&'a [CheckRun], &'a BTreeSet<u64>);

/// Notes on each pass of the gate why it does not count, where it does not; returns the leaves of the programs that were read.
pub fn decide(
    facts: &mut ForgeFacts,
    reader: &Reader,
    entries: &[Entry],
    repository: &str,
    checks: Checks<'_>,
) -> Result<BTreeSet<u64>, ReadError> {
    let passes: Vec<&Gated> = facts
        .gates
        .values()
        .flatten()
        .filter(|gated| gated.outcome == Outcome::Pass)
        .collect();
    if passes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let named: Vec<(u64, Digest)> = passes
        .iter()
        .map(|it| (it.leaf, it.program_sha256))
        .collect();
    let (programs, leaves) = programs(reader, entries, &named)?;
    let by_tree = by_tree(checks.0);
    let mut doubts: BTreeMap<u64, Doubt> = BTreeMap::new();
    for (sha256, of_program) in by_program(&passes) {
        match programs.get(&sha256) {
            Some(program) => {
                let again = Again {
                    facts,
                    by_tree: &by_tree,
                    unread_checks: checks.1,
                    program,
                };
                doubts.extend(again.doubts(repository, &of_program));
            }
            None => {
                let reason = "the program that it names is not among them".to_owned();
                let doubt = Doubt {
                    outcome: Outcome::Unknown,
                    reason,
                };
                doubts.extend(of_program.iter().map(|it| (it.leaf, doubt.clone())));
            }
        }
    }
    for gated in facts.gates.values_mut().flatten() {
        gated.doubt = doubts.remove(&gated.leaf);
    }
    Ok(leaves)
}

fn by_tree(checks: &[CheckRun]) -> BTreeMap<&CommitId, Vec<CheckRun>> {
    let mut by_tree: BTreeMap<&CommitId, Vec<CheckRun>> = BTreeMap::new();
    for run in checks {
        by_tree.entry(&run.tree).or_default().push(run.clone());
    }
    by_tree
}

fn by_program<'a>(passes: &[&'a Gated]) -> BTreeMap<Digest, Vec<&'a Gated>> {
    let mut by_program: BTreeMap<Digest, Vec<&Gated>> = BTreeMap::new();
    for gated in passes {
        let of_program = by_program.entry(gated.program_sha256).or_default();
        of_program.push(gated);
    }
    by_program
}

/// What one program's passes are decided with.
struct Again<'a> {
    facts: &'a ForgeFacts,
    by_tree: &'a BTreeMap<&'a CommitId, Vec<CheckRun>>,
    unread_checks: &'a BTreeSet<u64>,
    program: &'a Program,
}

impl Again<'_> {
    fn doubts(&self, repository: &str, passes: &[&Gated]) -> Vec<(u64, Doubt)> {
        let rules = Rules::new(self.program, repository, Forge::Asked);
        let (Ok(rules), Ok(directory)) = (rules, Directory::new(self.program)) else {
            let doubt = Doubt {
                outcome: Outcome::Unknown,
                reason: "the program that it names cannot be applied".to_owned(),
            };
            return passes.iter().map(|it| (it.leaf, doubt.clone())).collect();
        };
        let decide = |directory: &mut Directory<'_>, gated: &&Gated| {
            Some((gated.leaf, self.doubt(gated, directory, &rules)?))
        };
        let passes = passes.par_iter().map_with(directory, decide);
        passes.flatten().collect()
    }

    fn doubt(&self, gated: &Gated, directory: &Directory<'_>, rules: &Rules) -> Option<Doubt> {
        let dossiers = self.facts.requests.get(&gated.request);
        let before = dossiers.into_iter().flatten();
        let shown = before.rev().find(|it| it.leaf < gated.leaf);
        let tree = shown.and_then(|it| it.proposal.as_ref().ok()?.change.tree.as_ref());
        let checks = tree.and_then(|tree| self.by_tree.get(tree));
        let unread_checks = self.unread_checks.range(..gated.leaf);
        let question = Question {
            number: gated.request,
            forge: self.facts,
            checks: checks.map_or(&[], Vec::as_slice),
            unread_checks: unread_checks.count() > 0,
            log: None,
            own_check: &gated.own_check,
            now: gated.at,
            until: gated.leaf,
        };
        gate::doubt(gated, &question, self.program, directory, rules)
    }
}

/// The programs by their digests, and the leaves that hold them.
pub(crate) type Programs = (BTreeMap<Digest, Program>, BTreeSet<u64>);

/// Returns the programs that these leaves name, and the leaves of those: the last ones before each.
pub(crate) fn programs(
    reader: &Reader,
    entries: &[Entry],
    by: &[(u64, Digest)],
) -> Result<Programs, ReadError> {
    let of_programs = entries
        .iter()
        .filter(|it| it.leaf.kind == LeafKind::Program);
    let recorded: Vec<&Entry> = of_programs.filter(|it| is_short(it)).collect();
    let mut programs = (BTreeMap::new(), BTreeSet::new());
    // Each command records the program just before its own record; other machines may come between.
    for (from, to) in [(0, 1), (1, LOOKED_THROUGH)] {
        let wanted = by
            .iter()
            .filter(|(_, sha256)| !programs.0.contains_key(sha256));
        let near: BTreeMap<u64, &Entry> = wanted
            .flat_map(|(leaf, _)| {
                let before = recorded.partition_point(|it| it.index < *leaf);
                let near = recorded[..before].iter().rev().skip(from).take(to - from);
                near.map(|entry| (entry.index, *entry))
            })
            .collect();
        let near: Vec<Entry> = near.into_values().cloned().collect();
        let named: BTreeSet<Digest> = by.iter().map(|(_, sha256)| *sha256).collect();
        let read = |entry: &Entry, kept: Option<Kept>| {
            let kept = kept.filter(|kept| named.contains(&kept.sha256));
            kept.map(|kept| (entry.index, kept))
        };
        reader.each_payload(&near, read, |found| {
            if let Some((leaf, kept)) = found
                && !programs.0.contains_key(&kept.sha256)
            {
                let sha256 = kept.sha256;
                if let Some(program) = parsed(kept.bytes) {
                    programs.0.insert(sha256, program);
                    programs.1.insert(leaf);
                }
            }
        })?;
    }
    Ok(programs)
}
