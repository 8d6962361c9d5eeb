//! CR-7 by what `countersign review` recorded of the final difference: whether it ran, what it found, and what became of that.

use super::review::{REVIEW, authors};
use super::{Case, Moment, RequestCase, fail, pass, signing, unknown};
use crate::review::independence::{Independence, independence};
use jiff::Timestamp;
use model::outcome::AssuranceGrade;
use model::program::{Principal, PrincipalKind};
use model::report::{Decision, SignatureVerdict};
use model::review::{Finding, ReviewOutcome, Reviewed};
use model::statement::{Disposition, Statement, StatementKind};
use std::collections::{BTreeMap, BTreeSet};

/// The most findings that a reason names.
const MAX_NAMED: usize = 3;

/// Returns what follows from the recorded reviews of the final difference; `None` where the log holds none.
pub(super) fn decide(case: &Case<'_>, request: &RequestCase<'_>) -> Option<Decision> {
    if request.unread_reviews {
        return Some(unknown("the log holds AI reviews that cannot be read"));
    }
    let reviews: Vec<&Reviewed> = of_it(case, request).collect();
    if reviews.is_empty() {
        return None;
    }
    let (written_by, has_stranger) = authors(case);
    let mut counts = Vec::new();
    let mut refused = None;
    for review in reviews {
        match reviewer(case, review, &written_by) {
            Ok(by) => counts.push((review, by)),
            Err(why) => refused = Some(format!("leaf {}: {why}", review.leaf)),
        }
    }
    // What any of them found stands, whatever a later one says.
    let open = open(case, request, &counts);
    if !open.is_empty() {
        return Some(fail(told(case, &open)));
    }
    let ran = counts
        .iter()
        .rev()
        .find(|(review, _)| match review.outcome {
            ReviewOutcome::Clean | ReviewOutcome::Findings => true,
            ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
        });
    let Some((review, by)) = ran else {
        let last = counts.last().map(|(review, _)| why(review));
        return Some(unknown(last.or(refused).unwrap_or_default()));
    };
    if has_stranger {
        let why = "an author of it is nobody in the program, and may be the reviewer itself";
        return Some(unknown(format!("leaf {}: {why}", review.leaf)));
    }
    let principals = case.directory.principals();
    let wrote: Vec<&Principal> = principals
        .iter()
        .filter(|it| written_by.contains(it.id.as_str()))
        .collect();
    let stands = independence(by, &wrote);
    let least = case.rules.review.independence;
    let reason = format!(
        "leaf {}: {} {}, independence {stands}",
        review.leaf,
        by.id,
        said(case, review)
    );
    Some(match (stands >= least, stands) {
        (true, _) => pass(reason, AssuranceGrade::Collected),
        (false, Independence::Unknown) => {
            unknown(format!("{reason}, and the program asks for {least}"))
        }
        (false, _) => fail(format!("{reason}, and the program asks for {least}")),
    })
}

/// Returns the reviews of a difference that came before it landed, by the forge's clock and by the order of the log.
fn of_it<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
) -> impl Iterator<Item = &'a Reviewed> + use<'a> {
    let patch = case.change.patch_digest;
    let in_time = before_it_landed(case, request);
    let of_patch = move |review: &&Reviewed| Some(review.patch_digest) == patch;
    request
        .reviews
        .iter()
        .filter(of_patch)
        .filter(move |review| in_time(review.leaf, review.at))
}

/// Returns whether what a leaf holds came before the change landed.
fn before_it_landed<'a>(
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
    let asked = by.reviewer.as_ref().map(|it| it.model.as_str());
    match review
        .models
        .iter()
        .find(|model| Some(model.as_str()) != asked)
    {
        Some(other) => Err(format!(
            "{} answered, and the program names another model for {id}",
            other.escape_debug()
        )),
        None => Ok(by),
    }
}

/// Returns the findings that must be answered and are not, each with the name by which that is done.
fn open<'a>(
    case: &Case<'_>,
    request: &RequestCase<'_>,
    reviews: &[(&'a Reviewed, &Principal)],
) -> BTreeMap<String, (u64, &'a Finding)> {
    let Some(patch) = case.change.patch_digest else {
        return BTreeMap::new();
    };
    let answered: BTreeSet<&str> = dispositions(case, request)
        .map(|disposition| disposition.finding.as_str())
        .collect();
    let mut open = BTreeMap::new();
    for (review, _) in reviews {
        let grave = |finding: &&Finding| finding.severity >= case.rules.review.severity;
        for finding in review.findings.iter().filter(grave) {
            let name = finding.name(&patch);
            if !answered.contains(name.as_str()) {
                open.entry(name).or_insert((review.leaf, finding));
            }
        }
    }
    open
}

/// Returns what people signed of findings in this difference.
fn dispositions<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
) -> impl Iterator<Item = &'a Disposition> {
    let patch = case.change.patch_digest;
    let in_time = before_it_landed(case, request);
    let directory = case.directory;
    let counts = move |statement: &&Statement| {
        let record = &statement.record;
        let signed = signing::verdict(&statement.signature, directory);
        let is_own = signed.verdict == SignatureVerdict::Valid
            && signed.signer.as_ref() == Some(&record.principal);
        let by = directory.principal(&record.principal);
        record.kind == StatementKind::Disposition
            && Some(record.patch_digest) == patch
            && in_time(statement.leaf, statement.at)
            && is_own
            && by.is_some_and(super::review::is_person)
    };
    let statements = request.statements.iter().filter(counts);
    statements.flat_map(|statement| &statement.record.dispositions)
}

fn told(case: &Case<'_>, open: &BTreeMap<String, (u64, &Finding)>) -> String {
    let place = |finding: &Finding| match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("{}:{line}", file.escape_debug()),
        (Some(file), None) => file.escape_debug().to_string(),
        (None, _) => "beside the difference".to_owned(),
    };
    let named = open.iter().take(MAX_NAMED).map(|(name, (leaf, finding))| {
        format!(
            "{name} (leaf {leaf}, {}, {}: {})",
            finding.severity,
            place(finding),
            finding.claim.escape_debug()
        )
    });
    let named: Vec<String> = named.collect();
    let more = match open.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let noun = if open.len() == 1 {
        "finding"
    } else {
        "findings"
    };
    format!(
        "{} {noun} of {} severity or graver without an answer: {}{more}",
        open.len(),
        case.rules.review.severity,
        named.join(", ")
    )
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
