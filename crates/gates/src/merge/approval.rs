//! CM-2: approval by risk class: a written reason, then a wait and a risk assessment, then an outsider.

use super::checks;
use super::review::{self, Word};
use super::{
    COMMITS_ABSENT, Case, Moment, RequestCase, commits_are_absent, fail, pass, self_review,
    signing, unknown, waiting,
};
use model::change::{Change, Landed};
use model::check::CheckKind;
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::program::{ByRisk, Principal, PrincipalKind};
use model::report::{Decision, SignatureVerdict};
use model::request::dossier::Dossier;
use model::request::words::ReviewState;

/// Different words below the subject that make a written justification.
const JUSTIFICATION_WORDS: u32 = 5;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let own = of_class(case);
    match approvals(case) {
        Some(approvals) => weaker(own, approvals),
        None => own,
    }
}

/// Returns the worse of two answers, the second where both are alike.
fn weaker(first: Decision, second: Decision) -> Decision {
    match (first.outcome, second.outcome) {
        (Outcome::Fail, Outcome::Pass | Outcome::Unknown) | (Outcome::Unknown, Outcome::Pass) => {
            first
        }
        (Outcome::Pass, Outcome::Pass) => Decision {
            reason: format!("{}; {}", first.reason, second.reason),
            grade: first.grade.min(second.grade),
            ..first
        },
        (_, Outcome::Fail) | (Outcome::Pass | Outcome::Unknown, Outcome::Unknown) => second,
    }
}

/// Returns whether as many people as the program asks for, none of them its author, approved the final head; nothing where
/// it asks for nobody and nobody objects.
fn approvals(case: &Case<'_>) -> Option<Decision> {
    let needed = case.rules.approvals.of(case.risk).ceil() as usize;
    let Some(request) = case.request else {
        let reason = "no record of its request shows who approved it";
        return (needed > 0).then(|| unknown(reason));
    };
    // Where nobody's approval is asked for, somebody may still object.
    if let Err(why) = request.dossier.reviews.known() {
        return Some(unknown(format!("{} risk; reviews: {why}", case.risk)));
    }
    let (words, strangers) = match review::words(case, &request) {
        Ok(found) => found,
        Err(why) => {
            let counts = needed > 0 || review::is_objected(case, &request);
            return counts.then(|| unknown(format!("reviews: {why}")));
        }
    };
    let (authors, has_stranger) = review::authors(case);
    let people: Vec<&Word<'_, '_>> = words
        .iter()
        .filter(|word| review::is_person(word.principal))
        .collect();
    let objects = |word: &&&Word<'_, '_>| word.review.state == ReviewState::ChangesRequested;
    if let Some(word) = people.iter().find(objects) {
        return Some(fail(format!(
            "{} asks for changes to the final head",
            word.principal.id
        )));
    }
    let is_lost = |word: &&&Word<'_, '_>| review::is_lost(&request, word.review);
    let lost = people.iter().find(is_lost).map(|word| {
        unknown(format!(
            "a review by {} was dismissed, and no record shows what it said",
            word.principal.id
        ))
    });
    if needed == 0 {
        return lost;
    }
    let approved = people
        .iter()
        .filter(|word| word.review.state == ReviewState::Approved)
        .filter(|word| may_approve(case, word.principal));
    let answers_for_it = self_review::signers(case, &request);
    let (own, others): (Vec<&str>, Vec<&str>) = approved
        .map(|word| word.principal.id.as_str())
        .partition(|id| authors.contains(id) || answers_for_it.contains(id));
    if others.len() >= needed {
        return Some(match (has_stranger, lost) {
            (true, _) => {
                unknown("an author of it is nobody in the program, and may be who approved it")
            }
            (false, Some(lost)) => lost,
            (false, None) => pass(
                format!("approved by {}", others.join(", ")),
                AssuranceGrade::Collected,
            ),
        });
    }
    let mut reason = format!(
        "{} of {needed} people other than its author approved the final head",
        others.len()
    );
    if let Some(own) = own.first() {
        reason = format!("{reason}; {own} wrote it or answers for it");
    }
    if let Some(stranger) = strangers.first() {
        let who = match stranger.is_machine() {
            true => "the account of a machine",
            false => "nobody in the program",
        };
        reason = format!("{reason}; {} is {who}", stranger.login);
    }
    Some(fail(reason))
}

/// Those may who hold a duty for it; where nobody holds any duty, everybody.
fn may_approve(case: &Case<'_>, principal: &Principal) -> bool {
    let directory = case.directory;
    let holds = |duty| directory.holds(principal, duty);
    directory.assigns_nothing() || [review::REVIEW, "change approval"].into_iter().any(holds)
}

fn of_class(case: &Case<'_>) -> Decision {
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
    if let Some(request) = case.request {
        return by_description(case, &request);
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

/// A description can be edited after the merge, so that what is read behind it proves nothing.
fn by_description(case: &Case<'_>, request: &RequestCase<'_>) -> Decision {
    let holds_it = |dossier: &Dossier| dossier.said.words >= JUSTIFICATION_WORDS;
    let (risk, number) = (case.risk, request.dossier.request.number);
    if request.while_open().is_some_and(holds_it) {
        return pass(
            format!("{risk} risk, with its justification in request {number}"),
            AssuranceGrade::Attested,
        );
    }
    match (holds_it(request.dossier), case.moment) {
        (true, _) => unknown(format!(
            "{risk} risk; no record shows that the justification in request {number} was there while it was open: it may have been written since it landed"
        )),
        (false, Moment::Open { .. }) => fail(format!(
            "{risk} risk, and no justification: write {JUSTIFICATION_WORDS} different words or more into the description of request {number}"
        )),
        (false, Moment::Landed) => fail(format!(
            "{risk} risk, without a justification in its message or in request {number}"
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
    let said = case.request.map(|request| &request.dossier.said);
    let while_open = case.request.and_then(|request| request.while_open());
    let is_assessed =
        case.change.risk_assessment || while_open.is_some_and(|it| it.said.risk_assessment);
    let is_late = !is_assessed && said.is_some_and(|said| said.risk_assessment);
    match (wait.outcome, is_assessed) {
        (Outcome::Fail, _) => wait,
        (Outcome::Pass, true) => pass(
            format!("medium risk, assessed in writing; {}", wait.reason),
            wait.grade,
        ),
        (Outcome::Unknown, true) => {
            unknown(format!("medium risk, assessed in writing; {}", wait.reason))
        }
        (Outcome::Pass | Outcome::Unknown, false) if is_late => unknown(
            "medium risk; no record shows that its assessment was there while the request was open: it may have been written since it landed",
        ),
        (Outcome::Pass | Outcome::Unknown, false) if said.is_some() => fail(
            "medium risk, without a risk assessment: write `Risk-Assessment: …` below the description of the request",
        ),
        (Outcome::Pass | Outcome::Unknown, false) => unknown(
            "medium risk; its message holds no risk assessment, the request or the ticket may",
        ),
    }
}

fn reviewed_outside(case: &Case<'_>) -> Decision {
    let signed = signing::verdict(&case.change.signature, case.directory);
    let outsider = signed
        .signer
        .filter(|_| signed.verdict == SignatureVerdict::Valid && is_merge(case))
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
        None => by_outsider(case),
    }
}

/// What is open has no merge yet that somebody could have signed: the signature is that of its last commit.
fn is_merge(case: &Case<'_>) -> bool {
    case.moment == Moment::Landed && case.change.parents.len() > 1
}

/// Returns whether somebody outside approved the final head at the forge.
fn by_outsider(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return unknown(
            "high risk; no outsider's signature in git, a record of an outside review can show one",
        );
    };
    let words = match review::words(case, &request) {
        Ok((words, _)) => words,
        Err(why) => return unknown(format!("high risk; reviews: {why}")),
    };
    let (authors, has_stranger) = review::authors(case);
    let outside = |word: &&Word<'_, '_>| {
        word.principal.kind == PrincipalKind::Outsider && word.review.state == ReviewState::Approved
    };
    let approved: Vec<&str> = words
        .iter()
        .filter(outside)
        .map(|word| word.principal.id.as_str())
        .collect();
    match approved.iter().find(|id| !authors.contains(*id)) {
        Some(_) if has_stranger => unknown("high risk; an author of it is nobody in the program"),
        Some(outsider) => pass(
            format!("high risk; the outsider {outsider} approved the final head at the forge"),
            AssuranceGrade::Collected,
        ),
        None if case.rules.automated_review => by_machine(case),
        None => fail(match (approved.first(), case.moment) {
            (Some(outsider), _) => format!(
                "high risk; {outsider} is an author of it and cannot be its outside review"
            ),
            (None, Moment::Open { .. }) => {
                "high risk; no outsider of the program has approved the final head: ask one to review the request".to_owned()
            }
            (None, Moment::Landed) => {
                "high risk; no outsider of the program had approved what landed".to_owned()
            }
        }),
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

/// The program lets an automated security review stand in: SAST on the content where CR-5 requires it, or with CR-7 an
/// agent that did not write it.
fn by_machine(case: &Case<'_>) -> Decision {
    let required = case.rules.required_checks.as_ref();
    let sast = match required.is_some_and(|kinds| kinds.contains(&CheckKind::Sast)) {
        true => checks::decide(case, &[CheckKind::Sast].into()),
        false => unknown("CR-5 does not require `sast`"),
    };
    let agent = match case.rules.asks_of_the_forge("CR-7") {
        true => review::by_agent(case),
        false => unknown("CR-7 is not in use"),
    };
    // Nobody outside vouches for either.
    let stands_in = |decision: Decision| Decision {
        reason: format!(
            "high risk; an automated review stands in for an outsider: {}",
            decision.reason
        ),
        grade: AssuranceGrade::Attested,
        ..decision
    };
    match (sast.outcome, agent.outcome) {
        (Outcome::Fail, _) => stands_in(sast),
        (_, Outcome::Fail) | (Outcome::Unknown, Outcome::Pass) => stands_in(agent),
        (Outcome::Pass, Outcome::Pass | Outcome::Unknown) => stands_in(sast),
        (Outcome::Unknown, Outcome::Unknown) => unknown(format!(
            "high risk; neither an outsider nor a machine reviewed it: {}; {}",
            sast.reason, agent.reason
        )),
    }
}
