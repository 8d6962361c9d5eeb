//! The rules on a change, each decided with its reason: on one that reached the protected branch, and on one that is to.

mod ai_review;
mod approval;
pub(crate) mod at_forge;
mod audit_log;
mod checks;
pub mod dispositions;
pub mod gate;
mod history;
mod landing;
mod landings;
mod levels;
mod pipelines;
mod products;
pub mod protect;
mod protection;
mod pushes;
mod request;
mod required;
mod review;
mod self_review;
mod sighted;
mod signing;
mod stand_in;
mod ticket;
mod waiting;
pub mod windows;
mod writers;

pub use self::checks::{Checked, Checks, Received};
pub use self::request::{GuardsCase, Landing, Moment, RequestCase, Requests, Seen, case};
pub use self::required::CI_FILES;
pub use self::signing::{Verdict, verdict};
pub use self::waiting::{Receipts, Wait, Waits, receipts, wait_ends};

use crate::directory::Directory;
use crate::outside::LogFacts;
use crate::rules::Rules;
use model::change::Change;
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::program::ControlId;
use model::report::Decision;
use model::request::dossier::Dossier;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What is known of one change when it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The facts.
    pub change: &'a Change,
    /// The higher of the declared class and the one that the paths imply.
    pub risk: Risk,
    /// What our own receipts show of its waiting period.
    pub wait: Option<Wait>,
    /// The reports on its content, in the order of their leaves.
    pub checks: &'a [Checked<'a>],
    /// Whether the log holds reports that cannot be read: any of them may be on this content, and may have failed.
    pub unread_checks: bool,
    /// Its request, where the log holds it.
    pub request: Option<RequestCase<'a>>,
    /// How the forge says that it landed.
    pub landing: Landing,
    /// What was seen of the protection of the branch, where the forge was asked.
    pub guards: Option<GuardsCase<'a>>,
    /// Whether it has landed.
    pub moment: Moment,
    /// The log and those who signed it outside, where a wait may rest on their clocks.
    pub log: Option<&'a LogFacts<'a>>,
    /// The name of the check as which the gate itself answers.
    pub own_check: &'a str,
    /// Who is who.
    pub directory: &'a Directory<'a>,
    /// The parameters.
    pub rules: &'a Rules,
}

/// Returns the decision of each rule on one change.
pub fn decide(case: &Case<'_>) -> BTreeMap<ControlId, Decision> {
    let rules = case.rules;
    let checks = |required: &Option<_>| Some(checks::decide(case, required.as_ref()?));
    let asked = |control, decide: fn(&Case<'_>) -> Decision| {
        rules.asks_of_the_forge(control).then(|| decide(case))
    };
    let decided = [
        ("CM-1", asked("CM-1", ticket::decide)),
        ("CM-2", Some(approval::decide(case))),
        ("CR-1", asked("CR-1", protection::requests_only)),
        ("CR-2", asked("CR-2", protection::history_kept)),
        ("CR-3", asked("CR-3", protection::checks_required)),
        ("CR-7", asked("CR-7", review::decide)),
        ("CR-9", asked("CR-9", self_review::decide)),
        ("CR-10", Some(signing::decide(case))),
        ("CR-4", Some(landing::decide(case))),
        ("CR-5", checks(&rules.required_checks)),
        ("CR-6", checks(&rules.required_coverage)),
        ("CR-8", Some(waiting::decide(case))),
    ];
    let decided = decided
        .into_iter()
        .filter_map(|(control, decision)| Some((control, decision?)));
    let named = |(control, decision): (&str, Decision)| {
        let decision = read_whole(case, control, decision);
        (ControlId(control.into()), graded(control, decision, rules))
    };
    decided.map(named).collect()
}

/// Returns the class of a change: the highest that its paths imply, or that its message, its request or a ticket declares.
pub fn risk(rules: &Rules, change: &Change, request: Option<&RequestCase<'_>>) -> Risk {
    let of_ticket = ticket_risk(request).map_or(Risk::Low, |(risk, _)| risk);
    risk_but_for_tickets(rules, change, request).max(of_ticket)
}

/// Returns the first ticket that declares the class, by the name that the request gives it; none where the class were the
/// same without tickets.
pub fn raising_ticket<'r>(
    rules: &Rules,
    change: &Change,
    request: Option<&RequestCase<'r>>,
) -> Option<&'r str> {
    let otherwise = risk_but_for_tickets(rules, change, request);
    let highest = ticket_risk(request).filter(|(risk, _)| *risk > otherwise);
    highest.map(|(_, name)| name)
}

fn risk_but_for_tickets(rules: &Rules, change: &Change, request: Option<&RequestCase<'_>>) -> Risk {
    let declared = dossiers(request).filter_map(|dossier| dossier.said.declared_risk);
    rules
        .risk_class(change)
        .max(declared.max().unwrap_or(Risk::Low))
}

/// Returns the highest class that a ticket declares, and the first ticket that does.
fn ticket_risk<'r>(request: Option<&RequestCase<'r>>) -> Option<(Risk, &'r str)> {
    let tickets = dossiers(request).flat_map(|dossier| &dossier.tickets);
    let declared =
        tickets.filter_map(|(name, ticket)| Some((ticket.known().ok()?.risk?, name.as_str())));
    declared.max_by_key(|(risk, name)| (*risk, Reverse(*name)))
}

/// What was declared while it was open is not taken back behind the merge.
fn dossiers<'r>(request: Option<&RequestCase<'r>>) -> impl Iterator<Item = &'r Dossier> {
    let dossiers = request.map(|request| [Some(request.dossier), request.while_open()]);
    dossiers.into_iter().flatten().flatten()
}

/// Why nothing is said of a merge whose commits are absent.
const COMMITS_ABSENT: &str = "not all commits that it merged are in the repository";

/// Returns whether commits that a merge brought in are absent: who wrote and signed those is unknown.
pub(crate) fn commits_are_absent(change: &Change) -> bool {
    change.brought.absent || (change.parents.len() > 1 && change.brought.commits == 0)
}

/// The rules on what has landed that pass because no record shows otherwise.
const BY_ABSENCE: [&str; 7] = ["CM-1", "CM-2", "CR-1", "CR-2", "CR-3", "CR-7", "CR-9"];

/// A record that cannot be read may have been the objection, the failed gate or the weakened protection.
fn read_whole(case: &Case<'_>, control: &str, decision: Decision) -> Decision {
    let unread = match case.moment {
        Moment::Landed => {
            let of_request = case.request.and_then(|request| request.unread_before());
            match control {
                "CR-1" | "CR-2" => unread_since(case),
                "CR-3" => of_request.or_else(|| unread_since(case)),
                _ => of_request,
            }
        }
        // What is open is decided on what this very run recorded.
        Moment::Open { .. } => None,
    };
    match (unread, decision.outcome) {
        (Some(leaf), Outcome::Pass) if BY_ABSENCE.contains(&control) => unknown(format!(
            "{}, but leaf {leaf}, a record of the forge or of the gate, cannot be read",
            decision.reason
        )),
        (_, Outcome::Pass | Outcome::Fail | Outcome::Unknown) => decision,
    }
}

/// Returns a record behind the look before it landed that cannot be read: what tells of a push that went around the
/// protection may come at any time behind it.
fn unread_since(case: &Case<'_>) -> Option<u64> {
    let guards = case.guards?;
    let before = guards.before?;
    guards.unread.range(before.leaf..).next().copied()
}

/// A pass on weaker evidence than the program asks for is no pass.
fn graded(control: &str, decision: Decision, rules: &Rules) -> Decision {
    let minimum = rules.minimum_grade(control);
    if decision.outcome != Outcome::Pass || decision.grade >= minimum {
        return decision;
    }
    let reason = format!(
        "{}; the program asks for evidence of grade {minimum} and this is {}",
        decision.reason, decision.grade
    );
    Decision {
        outcome: Outcome::Unknown,
        reason,
        ..decision
    }
}

fn pass(reason: impl Into<String>, grade: AssuranceGrade) -> Decision {
    Decision {
        outcome: Outcome::Pass,
        reason: reason.into(),
        grade,
    }
}

fn fail(reason: impl Into<String>) -> Decision {
    Decision {
        outcome: Outcome::Fail,
        reason: reason.into(),
        grade: AssuranceGrade::Attested,
    }
}

fn unknown(reason: impl Into<String>) -> Decision {
    Decision {
        outcome: Outcome::Unknown,
        reason: reason.into(),
        grade: AssuranceGrade::Attested,
    }
}
