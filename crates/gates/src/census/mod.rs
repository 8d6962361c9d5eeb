//! The whole judgement of a population of changes: register, totals, exceptions, conclusions, matrix.

mod conclusions;
mod people;
mod register;

pub use self::conclusions::rewritten;

use self::conclusions::Causes;
use crate::directory::Directory;
use crate::merge::{self, Receipts, Requests};
use crate::outside::LogFacts;
use crate::rules::{self, Rules};
use jiff::Timestamp;
use model::change::Change;
use model::check::CheckRun;
use model::digest::Digest;
use model::population::{Observation, Sighting};
use model::program::Program;
use model::report::{ChangeReport, ControlReport, ExceptionReport, PrincipalReport, Totals};
use model::request::dossier::ForgeFacts;
use std::collections::{BTreeMap, BTreeSet};

/// The facts of one audit.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The retrieval.
    pub observation: &'a Observation,
    /// The changes, oldest first.
    pub changes: &'a [Change],
    /// Earlier observations of the same branch.
    pub sightings: &'a [Sighting],
    /// The first leaf from which on every observation of the branch is among the sightings.
    pub unbroken_from: u64,
    /// Earlier observations that cannot be read: any of them could have seen what is gone.
    pub unread: u64,
    /// Reports on the content of commits, in the order of their leaves.
    pub checks: &'a [CheckRun],
    /// Records of such reports that cannot be read: any of them could have failed.
    pub unread_checks: u64,
    /// What the log holds of the repository at its forge.
    pub forge: &'a ForgeFacts,
    /// When the audit ran.
    pub now: Timestamp,
}

/// What the rules say of a population.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The change register, oldest first.
    pub changes: Vec<ChangeReport>,
    /// Proposed conclusions, worst first.
    pub conclusions: Vec<ControlReport>,
    /// Deviations, oldest first.
    pub exceptions: Vec<ExceptionReport>,
    /// Counts.
    pub totals: Totals,
    /// Those who act.
    pub principals: Vec<PrincipalReport>,
    /// Identities that belong to no principal, with the changes each appears in.
    pub unknown_identities: BTreeMap<String, u64>,
    /// Accounts of nobody in the program that let requests land, with the numbers of these.
    pub strange_mergers: BTreeMap<String, BTreeSet<u64>>,
}

/// Returns what the log holds of the request of each change.
pub fn requests<'a>(facts: &Facts<'a>) -> Requests<'a> {
    Requests::of(facts.changes, facts.forge, facts.sightings)
}

/// Returns what our own receipts show of each change.
pub fn receipts<'a>(facts: &Facts<'a>) -> Receipts<'a> {
    let sightings = (facts.sightings, facts.unbroken_from);
    let checks = (facts.checks, facts.unread_checks > 0);
    merge::receipts(facts.changes, sightings, checks)
}

/// Returns the rows of some changes, in their order; no row rests on another, so that several callers may share a
/// population. `evidence` holds the digest of each change's chunk.
pub fn register(
    changes: &[Change],
    evidence: &[Digest],
    (receipts, requests, log): (&Receipts<'_>, &Requests<'_>, Option<&LogFacts<'_>>),
    directory: &Directory<'_>,
    rules: &Rules,
) -> Vec<ChangeReport> {
    assert_eq!(changes.len(), evidence.len(), "a digest for each change");
    let row = |(change, evidence): (&Change, &Digest)| {
        let shown = register::Shown {
            wait: receipts.waits.get(&change.commit).copied(),
            checks: receipts
                .checks
                .get(&change.commit)
                .map_or(&[], Vec::as_slice),
            unread_checks: receipts.unread_checks,
            requests,
            log,
        };
        register::row(change, &shown, *evidence, directory, rules)
    };
    changes.iter().zip(evidence).map(row).collect()
}

/// Returns what the rules say of a population with these rows.
pub fn judge(
    program: &Program,
    directory: &Directory<'_>,
    (facts, requests): (&Facts<'_>, &Requests<'_>),
    changes: Vec<ChangeReport>,
) -> Judgement {
    let causes = Causes::new(&program.causes);
    Judgement {
        conclusions: conclusions::conclusions(
            program,
            &changes,
            &causes,
            &conclusions::standing(facts),
            rules::Forge::of(facts.forge),
        ),
        exceptions: conclusions::exceptions(&changes, &causes),
        totals: register::totals(&changes, &facts.observation.all_commits),
        principals: people::principals(program, facts.changes, &changes, requests, directory),
        unknown_identities: people::unknown_identities(facts.changes, requests, directory),
        strange_mergers: people::strange_mergers(facts.changes, requests, directory),
        changes,
    }
}
