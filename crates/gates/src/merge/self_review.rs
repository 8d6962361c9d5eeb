//! CR-9: after the wait the author read the final difference again and wrote it down.

use super::review::authors;
use super::{Case, Moment, RequestCase, fail, pass, signing, unknown};
use model::outcome::{AssuranceGrade, Outcome};
use model::program::{PrincipalId, PrincipalKind};
use model::report::{Decision, SignatureVerdict};
use model::statement::{Statement, StatementKind};
use std::collections::BTreeSet;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return unknown("no record of its request, to which a self-review is bound");
    };
    if case.change.patch_digest.is_none() {
        return unknown("its difference cannot be told, to which a self-review is bound");
    }
    let (mut last, mut early, mut refused) = (None, None, None);
    for statement in of_it(case, &request) {
        match judge(case, statement) {
            Judged::Says(decision) => (last, early) = (Some(decision), None),
            Judged::Early(decision) => early = Some(decision),
            Judged::CountsNot(decision) => refused = Some(decision),
        }
    }
    let has_passed = |decision: &Decision| decision.outcome == Outcome::Pass;
    // An objection that was answered since, though too early, is not what is to be done about.
    let decision = match (last, early) {
        (Some(last), _) if has_passed(&last) => Some(last),
        (last, early) => early.or(last).or(refused),
    };
    match decision {
        Some(decision) if decision.outcome == Outcome::Pass && request.unread_statements => {
            unknown(format!(
                "{}, but the log holds statements that cannot be read",
                decision.reason
            ))
        }
        Some(decision) => decision,
        None if request.unread_statements => unknown(
            "no self-review of it is here, and the log holds statements that cannot be read",
        ),
        None => fail(match case.moment {
            Moment::Open { .. } => format!(
                "no self-review of this difference: once the wait is over, run `countersign self-review --request {}`",
                request.dossier.request.number
            ),
            Moment::Landed => {
                "no self-review of what landed was recorded before it landed".to_owned()
            }
        }),
    }
}

/// Returns who signed self-reviews of this difference with their own keys: they answer for it.
pub(super) fn signers<'a>(case: &Case<'a>, request: &RequestCase<'a>) -> BTreeSet<&'a str> {
    of_it(case, request)
        .filter(|statement| is_signed(case, statement))
        .map(|statement| statement.record.principal.as_str())
        .collect()
}

/// Returns the self-reviews of a difference that came before it landed, by the forge's clock and by the order of the log.
fn of_it<'a>(
    case: &Case<'a>,
    request: &RequestCase<'a>,
) -> impl Iterator<Item = &'a Statement> + use<'a> {
    let patch = case.change.patch_digest;
    let merged = request.merge().map(|merge| merge.at);
    let mut dossiers = request.dossiers.iter();
    let landed = dossiers.find(|dossier| dossier.request.merge.is_some());
    let landed = landed.map(|dossier| dossier.leaf);
    let moment = case.moment;
    let in_time = move |statement: &Statement| match moment {
        Moment::Open { .. } => true,
        Moment::Landed => {
            merged.is_some_and(|merged| statement.at <= merged)
                && landed.is_none_or(|landed| statement.leaf < landed)
        }
    };
    request.statements.iter().filter(move |statement| {
        let record = &statement.record;
        record.kind == StatementKind::SelfReview
            && Some(record.patch_digest) == patch
            && in_time(statement)
    })
}

/// What becomes of one statement.
enum Judged {
    /// It is who should read it again that speaks: the last word counts.
    Says(Decision),
    /// It would have, and came before the wait was over.
    Early(Decision),
    /// It decides nothing, and this is why.
    CountsNot(Decision),
}

fn is_signed(case: &Case<'_>, statement: &Statement) -> bool {
    let signed = signing::verdict(&statement.signature, case.directory);
    signed.verdict == SignatureVerdict::Valid
        && signed.signer.as_ref() == Some(&statement.record.principal)
}

fn judge(case: &Case<'_>, statement: &Statement) -> Judged {
    let record = &statement.record;
    let (leaf, who) = (statement.leaf, &record.principal);
    if !is_signed(case, statement) {
        return Judged::CountsNot(fail(format!(
            "leaf {leaf}: the signature is not that of {who}"
        )));
    }
    if let Err(refused) = reads_for_its_author(case, statement) {
        return Judged::CountsNot(refused);
    }
    if let Some(point) = record.answers.iter().find(|point| !point.holds) {
        return Judged::Says(fail(format!(
            "leaf {leaf}: {who} found that it does not hold: {}",
            point.asked
        )));
    }
    match waited(case, statement) {
        Ok(hours) => Judged::Says(pass(
            format!(
                "leaf {leaf}: {who} read the final difference again, {hours:.1} h after it was first seen"
            ),
            AssuranceGrade::Attested,
        )),
        Err(refused) => Judged::Early(refused),
    }
}

/// Returns the hours between the first sight of the difference and a statement, which must be the whole wait.
fn waited(case: &Case<'_>, statement: &Statement) -> Result<f64, Decision> {
    let (leaf, who) = (statement.leaf, &statement.record.principal);
    let Some(seen) = case.request.and_then(|request| request.first_seen) else {
        return Err(unknown(format!(
            "leaf {leaf}: when its difference was first seen is not recorded"
        )));
    };
    let hours = (statement.at.as_second() - seen.at.as_second()) as f64 / 3600.0;
    let needed = case.rules.whole_wait_hours(case.risk);
    if statement.leaf < seen.leaf {
        return Err(fail(format!(
            "leaf {leaf}: {who} wrote it before leaf {}, since when the difference is seen anew: read it again",
            seen.leaf
        )));
    }
    if hours < needed {
        return Err(fail(format!(
            "leaf {leaf}: {who} wrote it {hours:.1} h after the difference was first seen; {} risk asks for {needed} h",
            case.risk
        )));
    }
    Ok(hours)
}

/// A person reads again what they wrote; what only agents wrote is read by a person of the organisation.
fn reads_for_its_author(case: &Case<'_>, statement: &Statement) -> Result<(), Decision> {
    let (leaf, who) = (statement.leaf, &statement.record.principal);
    let (authors, has_stranger) = authors(case);
    let is = |id: &str, kinds: &[PrincipalKind]| {
        let principal = PrincipalId::new(id).and_then(|id| case.directory.principal(&id));
        principal.is_some_and(|it| kinds.contains(&it.kind))
    };
    let is_person = |id: &str| is(id, &[PrincipalKind::Human, PrincipalKind::Outsider]);
    let is_human = |id: &str| is(id, &[PrincipalKind::Human]);
    match (is_human(who.as_str()), authors.contains(who.as_str())) {
        (_, true) if is_person(who.as_str()) => Ok(()),
        (false, _) => Err(fail(format!(
            "leaf {leaf}: {who} is no person of the organisation"
        ))),
        (true, true) => Ok(()),
        (true, false) if authors.iter().any(|id| is_person(id)) => Err(fail(format!(
            "leaf {leaf}: {who} is no author of it, and its author has not read it again"
        ))),
        (true, false) if has_stranger => Err(unknown(format!(
            "leaf {leaf}: an author of it is nobody in the program"
        ))),
        (true, false) => Ok(()),
    }
}
