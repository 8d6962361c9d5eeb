//! CR-5 and CR-6: each check that the program requires passed on the content that landed, before it landed.

use super::{Case, fail, pass, unknown};
use crate::check::{self, Judged};
use model::change::Change;
use model::check::{CheckKind, CheckRun};
use model::digest::CommitId;
use model::outcome::{AssuranceGrade, Outcome};
use model::population::Sighting;
use model::report::Decision;
use std::collections::{BTreeMap, BTreeSet};

/// A report on the content of a change, and when our log received it.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The report.
    pub run: &'a CheckRun,
    /// Whether it came before the change landed.
    pub received: Received,
}

/// When a report came, by our own receipts alone: the report's clock is the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// This later leaf shows the branch still without the change.
    Before(u64),
    /// No later leaf shows the branch without the change, no earlier one with it.
    Unclear,
    /// This earlier leaf shows the branch with the change.
    After(u64),
}

/// Reports by the commit of the change on whose content they are, in the order of their leaves.
pub type Checks<'a> = BTreeMap<&'a CommitId, Vec<Checked<'a>>>;

/// Returns the reports on the content of each change; `lacks` and `holds` tell of a sighting whether it shows the branch
/// without a change, or with it.
pub(super) fn checks<'a>(
    changes: &'a [Change],
    runs: &'a [CheckRun],
    sightings: &[Sighting],
    lacks: impl Fn(&Sighting, &Change) -> bool,
    holds: impl Fn(&Sighting, &Change) -> bool,
) -> Checks<'a> {
    let mut by_tree: BTreeMap<&CommitId, Vec<&CheckRun>> = BTreeMap::new();
    for run in runs {
        by_tree.entry(&run.tree).or_default().push(run);
    }
    let received = |run: &CheckRun, change: &Change| {
        let at = sightings.partition_point(|sighting| sighting.leaf < run.leaf);
        let (before, behind) = sightings.split_at(at);
        let landed = before.iter().find(|sighting| holds(sighting, change));
        let mut without = behind.iter().take_while(|it| !holds(it, change));
        match (landed, without.find(|sighting| lacks(sighting, change))) {
            (Some(landed), _) => Received::After(landed.leaf),
            (None, Some(without)) => Received::Before(without.leaf),
            (None, None) => Received::Unclear,
        }
    };
    let of_change = |change: &'a Change| {
        let runs = by_tree.get(change.tree.as_ref()?)?;
        let checked = runs.iter().map(|&run| Checked {
            run,
            received: received(run, change),
        });
        Some((&change.commit, checked.collect()))
    };
    changes.iter().filter_map(of_change).collect()
}

/// Returns the decision on every kind of check that is required; the worst of them decides.
pub(super) fn decide(case: &Case<'_>, required: &BTreeSet<CheckKind>) -> Decision {
    if required.is_empty() {
        return unknown("the program requires no check");
    }
    if case.change.tree.is_none() {
        return unknown("the commit names no tree that could have been checked");
    }
    let judged: Vec<Judged> = required.iter().map(|kind| of_kind(case, *kind)).collect();
    let reasons = |outcome| {
        let of_outcome = judged.iter().filter(|one| one.outcome == outcome);
        let reasons: Vec<&str> = of_outcome.map(|one| one.reason.as_str()).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    };
    if let Some(reason) = reasons(Outcome::Fail) {
        return fail(reason);
    }
    if let Some(reason) = reasons(Outcome::Unknown) {
        return unknown(reason);
    }
    // Whoever appends to the log could have typed the report.
    pass(
        reasons(Outcome::Pass).unwrap_or_default(),
        AssuranceGrade::Attested,
    )
}

/// A report fails the check even where another one passes it, unless a later one says that it stands in for it: two jobs
/// of one matrix write the same name, and one of them failed.
fn of_kind(case: &Case<'_>, kind: CheckKind) -> Judged {
    let all = case
        .checks
        .iter()
        .filter(|checked| checked.run.kind == kind);
    let all: Vec<&Checked<'_>> = all.collect();
    let later = |one: &&&Checked<'_>| !matches!(one.received, Received::After(_));
    let counted: Vec<&&Checked<'_>> = all.iter().filter(later).collect();
    let replaced: BTreeSet<u64> = counted
        .iter()
        .filter_map(|one| one.run.supersedes.filter(|leaf| *leaf < one.run.leaf))
        .collect();
    let standing = counted
        .iter()
        .filter(|one| !replaced.contains(&one.run.leaf));
    let judged = standing.map(|one| of_report(case, one));
    let worst = judged.min_by_key(|one| match one.outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::Pass => 2,
    });
    let (outcome, reason) = match (worst, all.first()) {
        (Some(worst), _) => (worst.outcome, worst.reason),
        (None, Some(late)) => {
            let leaf = late.run.leaf;
            let reason = format!("leaf {leaf} reports it, after the change had landed");
            (Outcome::Unknown, reason)
        }
        (None, None) => {
            let reason = "no report of it on the content that landed was recorded";
            (Outcome::Unknown, reason.to_owned())
        }
    };
    Judged {
        outcome,
        reason: format!("{kind}: {reason}"),
    }
}

fn of_report(case: &Case<'_>, checked: &Checked<'_>) -> Judged {
    let run = checked.run;
    let thresholds = &case.rules.thresholds;
    let Judged { outcome, reason } = check::judge(run.kind, &run.commit, &run.report, thresholds);
    let instead = match run.supersedes {
        Some(earlier) => format!(", in the place of leaf {earlier}"),
        None => String::new(),
    };
    let (outcome, when) = match (outcome, checked.received) {
        (Outcome::Pass, Received::Before(without)) => (
            Outcome::Pass,
            format!(", and leaf {without} saw the branch without the change later"),
        ),
        (Outcome::Pass, Received::Unclear | Received::After(_)) => (
            Outcome::Unknown,
            ", but no later leaf saw the branch without the change".to_owned(),
        ),
        (Outcome::Fail | Outcome::Unknown, _) => (outcome, String::new()),
    };
    Judged {
        outcome,
        reason: format!("leaf {}{instead}: {reason}{when}", run.leaf),
    }
}
