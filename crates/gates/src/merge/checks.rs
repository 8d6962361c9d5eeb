//! CR-5 and CR-6: each check that the program requires passed on the content that landed, before it landed.

use super::sighted::Sighted;
use super::{Case, Moment, fail, pass};
use crate::check::{self, Judged};
use model::change::{Change, Landed};
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
    /// Who recorded this later leaf looked at the branch when the report was there, and it was still without the change.
    Before(u64),
    /// The change has not landed.
    Open,
    /// Nobody looked at the branch without the change later, nor before with it.
    Unclear,
    /// This earlier leaf shows the branch with the change.
    After(u64),
}

/// Reports by the commit of the change on whose content they are, in the order of their leaves.
pub type Checks<'a> = BTreeMap<&'a CommitId, Vec<Checked<'a>>>;

/// Returns the reports on the content of each change. What was observed before the looks are unbroken may not be all that
/// was seen.
pub(super) fn checks<'a>(
    changes: &'a [Change],
    runs: &'a [CheckRun],
    sighted: &Sighted<'_>,
) -> Checks<'a> {
    let mut by_tree: BTreeMap<&CommitId, Vec<&CheckRun>> = BTreeMap::new();
    for run in runs {
        by_tree.entry(&run.tree).or_default().push(run);
    }
    let received = |run: &CheckRun, change: &Change| received(run, change, sighted);
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

fn received(run: &CheckRun, change: &Change, sighted: &Sighted<'_>) -> Received {
    let (at, landed) = (sighted.before(run.leaf), sighted.before_it_landed(change));
    let Some(unlanded) = sighted.sightings.get(at..landed) else {
        return Received::After(sighted.sightings[landed].leaf);
    };
    let looked_later = |it: &&Sighting| it.looked_behind > run.leaf && sighted.lacks(it, change);
    match unlanded.iter().find(looked_later) {
        Some(without) if run.leaf >= sighted.unbroken_from && !is_dated_after(run, change) => {
            Received::Before(without.leaf)
        }
        Some(_) | None => Received::Unclear,
    }
}

/// A clone that was not fetched lacks the change longer than the branch did. What a merge was tested with came before it
/// was made, by its own date, which may prove a miss.
fn is_dated_after(run: &CheckRun, change: &Change) -> bool {
    match change.landed {
        Landed::RequestMerge | Landed::Squash | Landed::BranchMerge | Landed::Root => {
            run.at > change.committed_at
        }
        // It may have landed long after it was written.
        Landed::NotEvidenced => false,
    }
}

/// Returns the decision on every kind of check that is required; the worst of them decides.
pub(super) fn decide(case: &Case<'_>, required: &BTreeSet<CheckKind>) -> Decision {
    if required.is_empty() {
        return super::unknown("the program requires no check");
    }
    if case.change.tree.is_none() && matches!(case.moment, Moment::Open { .. }) {
        return super::unknown(
            "what would land is not known here: update the branch of the request, or fetch its trial merge",
        );
    }
    if case.change.tree.is_none() {
        return super::unknown("the commit names no tree that could have been checked");
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
        return super::unknown(reason);
    }
    // Whoever appends to the log could have typed the report.
    pass(
        reasons(Outcome::Pass).unwrap_or_default(),
        AssuranceGrade::Attested,
    )
}

/// A report fails the check even where another one passes it, unless a later one says that it stands in for it: two jobs
/// of one matrix write the same name, and one of them failed. What came after the change had landed is told, and decides
/// nothing.
fn of_kind(case: &Case<'_>, kind: CheckKind) -> Judged {
    let of_kind = case
        .checks
        .iter()
        .filter(|checked| checked.run.kind.is_none_or(|of| of == kind));
    let is_late = |one: &&Checked<'_>| matches!(one.received, Received::After(_));
    let (late, counted): (Vec<&Checked<'_>>, Vec<&Checked<'_>>) = of_kind.partition(is_late);
    let is_here = |leaf: &u64| counted.iter().any(|one| one.run.leaf == *leaf);
    let replaced: BTreeMap<u64, u64> = counted
        .iter()
        .filter_map(|one| Some((one.run.supersedes.filter(is_here)?, one.run.leaf)))
        .filter(|(before, by)| before < by)
        .collect();
    let standing = counted
        .iter()
        .filter(|one| !replaced.contains_key(&one.run.leaf));
    let judged = standing.map(|one| of_report(case, kind, one));
    let worst = judged.min_by_key(|one| match one.outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::Pass => 2,
    });
    let (outcome, mut reason) = match (worst, late.first()) {
        (Some(worst), _) => (worst.outcome, worst.reason),
        (None, Some(late)) => {
            let leaf = late.run.leaf;
            let reason = format!("leaf {leaf} reports it, after the change had landed");
            return unknown(kind, reason);
        }
        (None, None) => {
            let reason = match case.moment {
                Moment::Landed => "no report of it on the content that landed was recorded",
                Moment::Open { .. } => "no report of it on the content that would land is recorded",
            };
            return unknown(kind, reason.to_owned());
        }
    };
    for (before, by) in replaced {
        reason = format!("{reason}; leaf {by} stands in for leaf {before}");
    }
    for one in late {
        if of_report(case, kind, one).outcome == Outcome::Fail {
            let leaf = one.run.leaf;
            reason = format!("{reason}; leaf {leaf} failed it after the change had landed");
        }
    }
    match (outcome, case.unread_checks) {
        (Outcome::Pass, true) => {
            let reason = format!("{reason}, but the log holds reports that cannot be read");
            unknown(kind, reason)
        }
        (Outcome::Pass | Outcome::Fail | Outcome::Unknown, _) => Judged {
            outcome,
            reason: format!("{kind}: {reason}"),
        },
    }
}

fn unknown(kind: CheckKind, reason: String) -> Judged {
    Judged {
        outcome: Outcome::Unknown,
        reason: format!("{kind}: {reason}"),
    }
}

fn of_report(case: &Case<'_>, kind: CheckKind, checked: &Checked<'_>) -> Judged {
    let run = checked.run;
    let thresholds = &case.rules.thresholds;
    let Judged { outcome, reason } = check::judge(kind, &run.commit, &run.report, thresholds);
    let (outcome, when) = match (outcome, checked.received) {
        (Outcome::Pass, Received::Before(without)) => (
            Outcome::Pass,
            format!(", and leaf {without} saw the branch without the change later"),
        ),
        (Outcome::Pass, Received::Open) => (Outcome::Pass, String::new()),
        (Outcome::Pass, Received::Unclear | Received::After(_)) => (
            Outcome::Unknown,
            ", but nobody is known to have seen the branch without the change later".to_owned(),
        ),
        (Outcome::Fail | Outcome::Unknown, _) => (outcome, String::new()),
    };
    Judged {
        outcome,
        reason: format!("leaf {}: {reason}{when}", run.leaf),
    }
}
