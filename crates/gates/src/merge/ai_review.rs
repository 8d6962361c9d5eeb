//! CR-7 by what `countersign review` recorded of the final difference: whether it ran, what it found, and what became of that.

use super::dispositions::{Findings, findings};
use super::review::{REVIEW, authors};
use super::stand_in;
use super::writers::writers;
use super::{Case, Moment, RequestCase, fail, pass, unknown};
use crate::review::calibration::{Standing, standing};
use crate::review::independence::{Independence, independence};
use jiff::Timestamp;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::{Principal, PrincipalKind};
use model::report::Decision;
use model::review::{Finding, ReviewOutcome, Reviewed};
use std::collections::BTreeSet;

/// The most reasons that are told.
const MAX_NAMED: usize = 3;

/// Returns what follows from the recorded reviews of the final difference; `None` where the log holds none.
pub(super) fn decide(case: &Case<'_>, request: &RequestCase<'_>) -> Option<Decision> {
    if request.unread_reviews {
        return Some(unknown("the log holds AI reviews that cannot be read"));
    }
    let (reviews, earlier) = of_it(case, request);
    // What any of them found stands, whatever a later one says.
    let all: Vec<&Reviewed> = earlier.iter().chain(&reviews).copied().collect();
    let findings = findings(case, request, &all);
    if !findings.open.is_empty() {
        return Some(fail(findings.told(case)));
    }
    if reviews.is_empty() {
        return None;
    }
    let (written_by, has_stranger) = authors(case);
    let mut counts = Vec::new();
    let mut refused = None;
    let mut uncalibrated = None;
    for review in reviews {
        match reviewer(case, review, &written_by) {
            Ok(by) => match calibrated(case, request, review) {
                Ok(leaf) => counts.push((review, by, leaf)),
                Err(decision) => uncalibrated = Some(decision),
            },
            Err(why) => refused = Some(format!("leaf {}: {why}", review.leaf)),
        }
    }
    let last_run = counts.iter().rev().find(|(review, ..)| ran(review));
    let Some((review, by, calibration)) = last_run else {
        let unavailable: Vec<_> = counts
            .iter()
            .map(|(review, by, _)| (*review, *by))
            .collect();
        let in_place = stand_in::decide(case, request, &unavailable);
        let last = counts.last().map(|(review, ..)| why(review));
        // A review that ran says more of what is to be done than one that did not.
        let decided =
            in_place.filter(|it| it.outcome != Outcome::Unknown || uncalibrated.is_none());
        if let Some(decision) = decided.or(uncalibrated) {
            return Some(decision);
        }
        return Some(unknown(last.or(refused).unwrap_or_default()));
    };
    if has_stranger {
        let why = "an author of it is nobody in the program, and may be the reviewer itself";
        return Some(unknown(format!("leaf {}: {why}", review.leaf)));
    }
    if request.unread_sessions {
        return Some(unknown(
            "the log holds AI coding sessions that cannot be read",
        ));
    }
    let writers = writers(case, request, &written_by);
    // What is behind the agent now may not be what was asked.
    let asked = match other_model(review, by) {
        Some(_) => review.then.as_deref().unwrap_or(by),
        None => by,
    };
    let (stands, nearest) = independence(asked, &writers);
    let beside = nearest.map_or_else(String::new, |it| format!(" as {}", it.by));
    let least = case.rules.review.independence;
    let reason = format!(
        "leaf {}: {} {}, independence {stands}{beside}, configured by {}{}{}",
        review.leaf,
        by.id,
        said(case, review),
        configured(review),
        calibration.map_or_else(String::new, |leaf| format!(", calibrated in leaf {leaf}")),
        answered(&findings)
    );
    let grade = match findings.answered.is_empty() {
        true => AssuranceGrade::Collected,
        false => AssuranceGrade::Attested,
    };
    Some(match (stands >= least, stands) {
        (true, _) => pass(reason, grade),
        (false, Independence::Unknown) => {
            unknown(format!("{reason}, and the program asks for {least}"))
        }
        (false, _) => fail(format!("{reason}, and the program asks for {least}")),
    })
}

fn ran(review: &Reviewed) -> bool {
    match review.outcome {
        ReviewOutcome::Clean | ReviewOutcome::Findings => true,
        ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
    }
}

/// Returns the leaf that shows how whoever gave a review does, where the program asks; what is decided where it does not rely
/// on them.
fn calibrated(
    case: &Case<'_>,
    request: &RequestCase<'_>,
    review: &Reviewed,
) -> Result<Option<u64>, Decision> {
    let bar = case.rules.review.bar.as_ref();
    let Some(bar) = bar.filter(|_| ran(review)) else {
        return Ok(None);
    };
    let mut calibration = None;
    let asked = (bar, case.rules.review.severity);
    let whose = format!("leaf {}: the review by {}", review.leaf, review.reviewer);
    for manner in &review.manners {
        let moment = (review.leaf, review.at);
        match standing(asked, request.calibrations, manner, moment) {
            Standing::Relied(leaf) => calibration = Some(leaf),
            Standing::Refused(why) => return Err(fail(format!("{whose} is refused: {why}"))),
            Standing::Unknown(why) => {
                let mend = format!(
                    "run `countersign review calibrate --by {}`, and the review again",
                    review.reviewer
                );
                return Err(unknown(format!("{whose} does not count: {why}; {mend}")));
            }
        }
    }
    Ok(calibration)
}

/// Returns the reviews of the final difference and those of earlier ones of its request, each that came before it landed, by
/// the forge's clock and by the order of the log.
fn of_it<'a>(case: &Case<'a>, request: &RequestCase<'a>) -> (Vec<&'a Reviewed>, Vec<&'a Reviewed>) {
    let patch = case.change.patch_digest;
    let in_time = before_it_landed(case, request);
    let until = request.until;
    let counts = |review: &&Reviewed| review.leaf < until && in_time(review.leaf, review.at);
    let of_patch = patch.as_ref().map(|patch| request.reviews.of_patch(patch));
    let of_patch = of_patch.unwrap_or_default().iter().filter(counts);
    let of_request = request.reviews.of_request(request.dossier.request.number);
    let earlier = of_request
        .filter(|review| Some(review.patch_digest) != patch)
        .filter(counts);
    (of_patch.collect(), earlier.collect())
}

/// Returns whether what a leaf holds came before the change landed.
pub(super) fn before_it_landed<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
) -> impl Fn(u64, Timestamp) -> bool + Copy + use<'a> {
    let merged = request.merge().map(|merge| merge.at);
    let mut dossiers = request.dossiers.iter();
    let landed = dossiers.find(|dossier| dossier.request.merge.is_some());
    let landed = landed.map(|dossier| dossier.leaf);
    let moment = case.moment;
    move |leaf, at| match moment {
        Moment::Open { .. } => true,
        Moment::Landed => {
            merged.is_some_and(|merged| at <= merged) && landed.is_none_or(|landed| leaf < landed)
        }
    }
}

/// Returns the agent that reviewed, or why its word does not count.
fn reviewer<'p>(
    case: &Case<'p>,
    review: &Reviewed,
    authors: &BTreeSet<&str>,
) -> Result<&'p Principal, String> {
    let id = &review.reviewer;
    let Some(by) = case.directory.principal(id) else {
        return Err(format!("{id}, who reviewed it, is nobody in the program"));
    };
    if by.kind != PrincipalKind::Agent || by.reviewer.is_none() {
        return Err(format!("{id} is no reviewer of the program"));
    }
    if authors.contains(id.as_str()) {
        return Err(format!("{id} reviewed what it wrote"));
    }
    if !case.directory.holds(by, REVIEW) {
        return Err(format!("{id} does not hold `{REVIEW}`"));
    }
    match other_model(review, by) {
        Some(other)
            if review
                .then
                .as_deref()
                .is_none_or(|then| other_model(review, then).is_some()) =>
        {
            Err(format!(
                "{} answered, and the program names another model for {id}, then and now as far as the log shows it",
                other.escape_debug()
            ))
        }
        Some(_) | None => Ok(by),
    }
}

/// Returns a model that answered and is not the one of an agent.
fn other_model<'a>(review: &'a Reviewed, agent: &Principal) -> Option<&'a str> {
    let asked = agent.reviewer.as_ref().map(|it| it.model.as_str());
    let mut models = review.models.iter().map(String::as_str);
    models.find(|model| Some(*model) != asked)
}

fn why(review: &Reviewed) -> String {
    let why: Vec<&str> = review
        .why
        .iter()
        .take(MAX_NAMED)
        .map(String::as_str)
        .collect();
    let outcome = match review.outcome {
        ReviewOutcome::Refused => "refused",
        ReviewOutcome::Unavailable | ReviewOutcome::Clean | ReviewOutcome::Findings => {
            "unavailable"
        }
    };
    format!(
        "leaf {}: the review by {} was {outcome}: {}",
        review.leaf,
        review.reviewer,
        why.join("; ")
    )
}

fn said(case: &Case<'_>, review: &Reviewed) -> String {
    if review.findings.is_empty() {
        return "found nothing".to_owned();
    }
    let grave = |finding: &&Finding| finding.severity >= case.rules.review.severity;
    match review.findings.iter().filter(grave).count() {
        0 => format!("found nothing of {} severity", case.rules.review.severity),
        count => format!("found {count}, each of which is answered"),
    }
}

/// Returns who changed the program last that names the reviewer.
fn configured(review: &Reviewed) -> String {
    match &review.configured {
        Some(last) => format!(
            "{} in {} at {}",
            last.by.name.escape_debug(),
            last.commit.short(),
            last.at
        ),
        None => "nobody that a branch shows".to_owned(),
    }
}

/// Returns who answered findings, where any had to be.
fn answered(findings: &Findings<'_>) -> String {
    let by = findings.answered.iter();
    let by: Vec<String> = by.map(|(leaf, by)| format!("{by} (leaf {leaf})")).collect();
    match by.is_empty() {
        true => String::new(),
        false => format!(", findings answered by {}", by.join(", ")),
    }
}
