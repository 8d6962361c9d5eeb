//! CM-2: approval by risk class: a written reason, then a wait and a risk assessment, then an outsider.

use super::{COMMITS_ABSENT, Case, commits_are_absent, fail, pass, signing, unknown, waiting};
use model::change::{Change, Landed};
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::program::{ByRisk, PrincipalKind};
use model::report::{Decision, SignatureVerdict};

/// Words below the subject that make a written justification.
const JUSTIFICATION_WORDS: u32 = 5;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    match case.risk {
        Risk::Low => justified(case),
        Risk::Medium => justified_and_assessed(case),
        Risk::High => reviewed_outside(case),
    }
}

fn justified(case: &Case<'_>) -> Decision {
    let change = case.change;
    let risk = case.risk;
    if change.body_words >= JUSTIFICATION_WORDS {
        return pass(
            format!("{risk} risk, with its justification in the message"),
            AssuranceGrade::Attested,
        );
    }
    if let Some(ticket) = change.tickets.first() {
        return unknown(format!(
            "{risk} risk; its message names {ticket}, which may hold the justification"
        ));
    }
    match change.landed {
        Landed::NotEvidenced if case.rules.requests_leave_a_trace() => fail(format!(
            "{risk} risk, without a justification in the message and without a request that could hold one"
        )),
        Landed::NotEvidenced
        | Landed::RequestMerge
        | Landed::Squash
        | Landed::BranchMerge
        | Landed::Root => unknown(format!(
            "{risk} risk; its message holds no justification, the request or the ticket may"
        )),
    }
}

/// The weaker of the two answers.
fn justified_and_assessed(case: &Case<'_>) -> Decision {
    let (justified, assessed) = (justified(case), assessed(case));
    match (assessed.outcome, justified.outcome) {
        (Outcome::Fail, _) | (Outcome::Unknown, Outcome::Pass | Outcome::Unknown) => assessed,
        (_, Outcome::Fail) | (Outcome::Pass, Outcome::Unknown) => justified,
        (Outcome::Pass, Outcome::Pass) => assessed,
    }
}

fn assessed(case: &Case<'_>) -> Decision {
    let hours = case.rules.medium_wait_hours;
    let wait = waiting::decide_for(
        case,
        ByRisk {
            low: hours,
            medium: hours,
            high: hours,
        },
    );
    match (wait.outcome, case.change.risk_assessment) {
        (Outcome::Fail, _) => wait,
        (Outcome::Pass, true) => pass(
            format!("medium risk, assessed in the message; {}", wait.reason),
            wait.grade,
        ),
        (Outcome::Unknown, true) => unknown(format!(
            "medium risk, assessed in the message; {}",
            wait.reason
        )),
        (Outcome::Pass | Outcome::Unknown, false) => unknown(
            "medium risk; its message holds no risk assessment, the request or the ticket may",
        ),
    }
}

fn reviewed_outside(case: &Case<'_>) -> Decision {
    let signed = signing::verdict(&case.change.signature, case.directory);
    let outsider = signed
        .signer
        .filter(|_| signed.verdict == SignatureVerdict::Valid && case.change.parents.len() > 1)
        .and_then(|id| case.directory.principal(&id))
        .filter(|principal| principal.kind == PrincipalKind::Outsider);
    match outsider {
        Some(_) if commits_are_absent(case.change) => {
            unknown(format!("high risk; {COMMITS_ABSENT}"))
        }
        Some(outsider) if wrote(case, case.change, outsider.id.as_str()) => fail(format!(
            "high risk; {} is an author of it and cannot be its outside review",
            outsider.id
        )),
        // Whose key it is rests on the program, which the operator wrote.
        Some(outsider) => pass(
            format!(
                "high risk; the key that the program gives to the outsider {} signed the merge",
                outsider.id
            ),
            AssuranceGrade::Attested,
        ),
        None => unknown(
            "high risk; no outsider's signature in git, a record of an outside review can show one",
        ),
    }
}

fn wrote(case: &Case<'_>, change: &Change, outsider: &str) -> bool {
    let is = |identity| {
        case.directory
            .principal_of(identity)
            .is_some_and(|author| author.id.as_str() == outsider)
    };
    change.authors.iter().chain(&change.co_authors).any(is)
}
