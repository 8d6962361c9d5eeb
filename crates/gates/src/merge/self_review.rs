//! CR-9: after the wait the author read the final difference again and wrote it down.

use super::review::authors;
use super::{Case, Moment, fail, pass, signing, unknown};
use model::outcome::AssuranceGrade;
use model::program::{PrincipalId, PrincipalKind};
use model::report::{Decision, SignatureVerdict};
use model::statement::{Statement, StatementKind};

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return unknown("no record of its request, to which a self-review is bound");
    };
    let Some(patch) = &case.change.patch_digest else {
        return unknown("its difference cannot be told, to which a self-review is bound");
    };
    let merged = request.merge().map(|merge| merge.at);
    let is_of_it = |statement: &&Statement| {
        let record = &statement.record;
        let in_time = match case.moment {
            Moment::Open { .. } => true,
            Moment::Landed => merged.is_some_and(|merged| statement.at <= merged),
        };
        record.kind == StatementKind::SelfReview
            && record.request == request.dossier.request.number
            && record.patch_digest == *patch
            && in_time
    };
    let mut found = request.statements.iter().filter(is_of_it).peekable();
    let absent = found.peek().is_none();
    let (mut best, mut open): (Option<Decision>, Option<Decision>) = (None, None);
    for statement in found {
        match judge(case, statement) {
            Ok(passed) => best = Some(passed),
            Err(refused) => open = Some(refused),
        }
    }
    if let Some(decision) = best.or(open) {
        return decision;
    }
    debug_assert!(absent, "each statement was judged");
    if request.unread {
        return unknown(
            "no self-review of it is here, and the log holds statements that cannot be read",
        );
    }
    fail(match case.moment {
        Moment::Open { .. } => format!(
            "no self-review of this difference: once the wait is over, run `countersign self-review --request {}`",
            request.dossier.request.number
        ),
        Moment::Landed => "no self-review of what landed was recorded before it landed".to_owned(),
    })
}

fn judge(case: &Case<'_>, statement: &Statement) -> Result<Decision, Decision> {
    let record = &statement.record;
    let (leaf, who) = (statement.leaf, &record.principal);
    let signed = signing::verdict(&statement.signature, case.directory);
    let by_them = signed.verdict == SignatureVerdict::Valid && signed.signer.as_ref() == Some(who);
    if !by_them {
        return Err(fail(format!(
            "leaf {leaf}: the signature is not that of {who}"
        )));
    }
    reads_for_its_author(case, statement)?;
    let waited = case.request.and_then(|request| request.first_seen);
    let Some(seen) = waited else {
        return Err(unknown(format!(
            "leaf {leaf}: when its difference was first seen is not recorded"
        )));
    };
    let hours = (statement.at.as_second() - seen.at.as_second()) as f64 / 3600.0;
    let needed = case.rules.wait_hours.of(case.risk);
    if statement.leaf < seen.leaf || hours < needed {
        return Err(fail(format!(
            "leaf {leaf}: {who} wrote it {hours:.1} h after the difference was first seen; {} risk asks for {needed} h",
            case.risk
        )));
    }
    if let Some(point) = record.answers.iter().find(|point| !point.holds) {
        return Err(fail(format!(
            "leaf {leaf}: {who} found that it does not hold: {}",
            point.asked
        )));
    }
    Ok(pass(
        format!(
            "leaf {leaf}: {who} read the final difference again, {hours:.1} h after it was first seen"
        ),
        AssuranceGrade::Attested,
    ))
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
