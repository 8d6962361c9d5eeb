//! CR-8: the request stayed open for the wait of its risk class.

use super::checks::{self, Checks};
use super::sighted::{Sighted, contains};
use super::{Case, Moment, RequestCase, fail, pass, unknown};
use crate::interval::{self, Belief, Record};
use jiff::{SignedDuration, Timestamp};
use model::change::{Change, Landed};
use model::check::CheckRun;
use model::digest::CommitId;
use model::outcome::{AssuranceGrade, LogGrade};
use model::population::Sighting;
use model::program::ByRisk;
use model::report::Decision;
use std::collections::BTreeMap;

/// What our own receipts show: the request's final head existed by `seen_at`,
/// and at `absent_at` it had not landed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When our ledger first received the final head of the request.
    pub seen_at: Timestamp,
    /// The leaf that shows it.
    pub seen_leaf: u64,
    /// When our ledger last received the protected branch without the change.
    pub absent_at: Timestamp,
    /// The leaf that shows it.
    pub absent_leaf: u64,
}

/// Waits by the commit of the change.
pub type Waits = BTreeMap<CommitId, Wait>;

impl Wait {
    /// Returns the hours that the receipts prove.
    pub fn hours(&self) -> f64 {
        (self.absent_at.as_second() - self.seen_at.as_second()) as f64 / 3600.0
    }
}

/// What our own receipts show of changes.
#[derive(Debug)]
pub struct Receipts<'a> {
    /// Their waiting periods.
    pub waits: Waits,
    /// The reports on their content.
    pub checks: Checks<'a>,
    /// Whether there are reports that cannot be read.
    pub unread_checks: bool,
}

/// Returns what the sightings of a repository and the reports on its content, both in the order of their leaves, show of
/// each change. Observations before the leaf `unbroken_from` may not be all that were made.
pub fn receipts<'a>(
    changes: &'a [Change],
    (sightings, unbroken_from): (&[Sighting], u64),
    (runs, unread_checks): (&'a [CheckRun], bool),
) -> Receipts<'a> {
    let sighted = Sighted::new(changes, (sightings, unbroken_from));
    Receipts {
        waits: waits(changes, &sighted),
        checks: checks::checks(changes, runs, &sighted),
        unread_checks,
    }
}

/// What follows a sighting of the landed change shows nothing: the change was taken back and landed again.
fn waits(changes: &[Change], sighted: &Sighted<'_>) -> Waits {
    let mut first_seen: BTreeMap<&CommitId, &Sighting> = BTreeMap::new();
    // What was not read could have shown that the change had landed: no wait reaches across it.
    for sighting in sighted.from(sighted.unbroken_from) {
        for tip in sighting.refs.values() {
            first_seen.entry(tip).or_insert(sighting);
        }
    }
    let wait = |change: &Change| wait(change, &first_seen, sighted);
    changes
        .iter()
        .filter_map(|change| Some((change.commit.clone(), wait(change)?)))
        .collect()
}

/// A clone that was not fetched lacks the change longer than the branch did, so that the merge's own date ends the wait.
fn wait(
    change: &Change,
    first_seen: &BTreeMap<&CommitId, &Sighting>,
    sighted: &Sighted<'_>,
) -> Option<Wait> {
    let seen = first_seen.get(change.request_head()?)?;
    let absent = sighted
        .from(seen.leaf)
        .iter()
        .take_while(|sighting| !contains(sighting, change))
        .filter(|sighting| sighted.lacks(sighting, change))
        .max_by_key(|sighting| sighting.at)?;
    Some(Wait {
        seen_at: seen.at,
        seen_leaf: seen.leaf,
        absent_at: absent.at.min(change.committed_at),
        absent_leaf: absent.leaf,
    })
}

pub(super) fn decide(case: &Case<'_>) -> Decision {
    decide_for(case, case.rules.wait_hours)
}

/// Returns how long something lasted, for people: `25.0 h`, or `12 min` of less than an hour.
pub(super) fn lasted(hours: f64) -> String {
    match hours.abs() < 1.0 {
        true => format!("{:.0} min", down(hours * 60.0)),
        false => format!("{:.1} h", down(hours * 10.0) / 10.0),
    }
}

/// What falls short by a little is not told as enough.
fn down(count: f64) -> f64 {
    (count + 1e-6).floor()
}

/// Returns the decision for a wait of other hours than CR-8's.
pub(super) fn decide_for(case: &Case<'_>, hours_by_risk: ByRisk) -> Decision {
    let needed = hours_by_risk.of(case.risk);
    let risk = case.risk;
    if let Some(decision) = by_request(case, needed) {
        return decision;
    }
    if let Some(wait) = case.wait.filter(|wait| wait.hours() >= needed) {
        if let Some(why) = is_more_than_its_head(case.change) {
            let waited = lasted(wait.hours());
            return unknown(format!("its head waited {waited}, {why}"));
        }
        return pass(
            format!(
                "our receipts show its final head at leaf {} and the branch still without it {} later at leaf {}; {risk} risk asks for {needed} h",
                wait.seen_leaf,
                lasted(wait.hours()),
                wait.absent_leaf
            ),
            AssuranceGrade::Attested,
        );
    }
    match case.change.open_hours() {
        Some(hours) if (0.0..needed).contains(&hours) => fail(format!(
            "merged {hours} after its last commit by the committers' own clocks; {risk} risk asks for {needed} h",
            hours = lasted(hours),
        )),
        Some(hours) if hours < 0.0 => {
            unknown("its last commit is dated after its merge: the committers' clocks disagree")
        }
        Some(hours) => unknown(format!(
            "open for {hours} by the committers' own clocks, which may prove a miss, never a pass",
            hours = lasted(hours),
        )),
        None => without_hours(case),
    }
}

/// Returns why what landed may be more than the head that waited: a merge can hold what neither of its parents has.
fn is_more_than_its_head(change: &Change) -> Option<String> {
    match change.merged_paths {
        Some(0) => None,
        Some(count) => {
            let (files, hold) = match count {
                1 => ("file", "was"),
                _ => ("files", "were"),
            };
            Some(format!(
                "and {count} {files} that its merge holds otherwise {hold} seen by nobody before it landed"
            ))
        }
        None => Some(
            "and nobody can tell whether its merge holds more: collect from a whole clone"
                .to_owned(),
        ),
    }
}

/// Returns whether records show what the request would have brought, and none of them what landed.
fn is_other(case: &Case<'_>, request: &RequestCase<'_>) -> bool {
    let Some(landed) = case.change.patch_digest else {
        return false;
    };
    let open = request
        .dossiers
        .iter()
        .filter(|it| it.request.merge.is_none());
    let proposals = open.filter_map(|it| it.proposal.as_ref().ok());
    let mut shown = proposals.filter_map(|it| it.change.patch_digest).peekable();
    shown.peek().is_some() && shown.all(|patch| patch != landed)
}

/// Returns what the record of the request shows; nothing where that does not tell how a landed change waited.
fn by_request(case: &Case<'_>, needed: f64) -> Option<Decision> {
    let request = case.request?;
    let risk = case.risk;
    let hours =
        |from: Timestamp, to: Timestamp| (to.as_second() - from.as_second()) as f64 / 3600.0;
    match (case.moment, request.first_seen, request.merge()) {
        (Moment::Open { .. }, None, _) => Some(unknown(match &request.dossier.proposal {
            Err(why) => format!("its difference cannot be told: {why}"),
            Ok(_) => "no record shows its difference".to_owned(),
        })),
        (Moment::Open { now }, Some(seen), _) => {
            let hours = hours(seen.at, now);
            let first = format!(
                "leaf {} first showed this difference at {}",
                seen.leaf,
                wait_ends(seen.at, 0.0)
            );
            Some(match hours >= needed {
                true => {
                    let reason = format!(
                        "{first}, {} ago; {risk} risk asks for {needed} h",
                        lasted(hours)
                    );
                    waited(case, &request, needed, reason)
                }
                false => fail(format!(
                    "{first}; {risk} risk asks for {needed} h: it waits until {}, then run the gate again",
                    wait_ends(seen.at, needed)
                )),
            })
        }
        (Moment::Landed, _, None) => None,
        (Moment::Landed, seen, Some(merge)) => {
            let created = request.dossier.request.created_at;
            let open = hours(created, merge.at);
            if open < needed {
                return Some(fail(format!(
                    "the forge says that it was opened {open} before it was merged; {risk} risk asks for {needed} h",
                    open = lasted(open),
                )));
            }
            let other = request
                .other_seen
                .map(|other| (other, hours(other.at, merge.at)));
            if let Some((other, before)) = other.filter(|(_, before)| *before < needed) {
                return Some(fail(format!(
                    "leaf {} still showed another difference {before} before it was merged; {risk} risk asks for {needed} h",
                    other.leaf,
                    before = lasted(before),
                )));
            }
            let Some(seen) = seen else {
                return is_other(case, &request).then(|| {
                    unknown("its records show other differences, and none of them what landed")
                });
            };
            let hours = hours(seen.at, merge.at);
            (hours >= needed).then(|| {
                let reason = format!(
                    "leaf {} showed what landed {hours} before the forge merged it; {risk} risk asks for {needed} h",
                    seen.leaf,
                    hours = lasted(hours),
                );
                waited(case, &request, needed, reason)
            })
        }
    }
}

/// Returns the hours that lie between the first sight of the patch and the last, by the clocks of outsiders alone.
///
/// Somebody outside signed the first by one time, and the last commits to a signature of a later one.
fn outside_hours(case: &Case<'_>, request: &RequestCase<'_>) -> Option<f64> {
    let (log, seen, last) = (case.log?, request.first_seen?, request.last_seen?);
    let first = Record {
        leaf: seen.leaf,
        after: None,
    };
    let interval = interval::interval(log, first, last, Belief::Claimed);
    let at_least = interval.at_least()?;
    (interval.grade() > LogGrade::SelfSigned).then(|| at_least.as_secs_f64() / 3600.0)
}

/// Returns the pass of a wait, on outsiders' clocks where the program asks for them and they prove it.
fn waited(case: &Case<'_>, request: &RequestCase<'_>, needed: f64, reason: String) -> Decision {
    let asked = ["CR-8", "CM-2"].map(|control| case.rules.minimum_grade(control));
    if asked == [AssuranceGrade::Attested; 2] {
        return pass(reason, AssuranceGrade::Attested);
    }
    match outside_hours(case, request) {
        Some(hours) if hours >= needed => pass(
            format!(
                "{reason}; by outsiders' clocks at least {} lie between",
                lasted(hours)
            ),
            AssuranceGrade::Independent,
        ),
        Some(hours) => pass(
            format!(
                "{reason}; by outsiders' clocks only {} are shown: have the log signed outside again",
                lasted(hours)
            ),
            AssuranceGrade::Attested,
        ),
        None => pass(
            format!(
                "{reason}; outsiders have not signed both sides of it: `countersign ledger cosign`"
            ),
            AssuranceGrade::Attested,
        ),
    }
}

/// Returns the end of a wait, in whole seconds as waits are measured.
pub fn wait_ends(from: Timestamp, hours: f64) -> Timestamp {
    let seconds = (hours * 3600.0).ceil() as i64;
    let from = Timestamp::from_second(from.as_second()).unwrap_or(from);
    from.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

fn without_hours(case: &Case<'_>) -> Decision {
    match case.change.landed {
        Landed::NotEvidenced if case.rules.requests_leave_a_trace() => fail(
            "no request stayed open: the commit names none, and the program says that each leaves its number",
        ),
        Landed::Squash => unknown("a squash does not show when the request's last commit was made"),
        Landed::RequestMerge | Landed::BranchMerge | Landed::NotEvidenced | Landed::Root => {
            unknown("git does not show a request whose wait could be measured")
        }
    }
}
