//! The checks that a branch requires, and whether each of them ran on the head of a request.

use super::{Case, Moment, RequestCase, fail, unknown};
use jiff::Timestamp;
use model::change::Change;
use model::outcome::Outcome;
use model::report::Decision;
use model::request::check::{CheckRun, CommitStatus};
use model::request::dossier::{Doubt, Gated, Guards};
use model::request::rules::{RequiredCheck, Rule};
use model::request::words::{CheckConclusion, CheckStatus, StatusState};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the checks that are required, wherever that is said.
pub(super) fn required(guards: &Guards) -> BTreeSet<RequiredCheck> {
    let rules = guards.rules.known().ok().into_iter().flatten();
    let of_rules = rules.filter_map(|rule| match &rule.rule {
        Rule::RequiredStatusChecks { checks, .. } => Some(checks),
        Rule::Creation
        | Rule::Update
        | Rule::Deletion
        | Rule::NonFastForward
        | Rule::RequiredLinearHistory
        | Rule::RequiredSignatures
        | Rule::PullRequest(_)
        | Rule::Other(_) => None,
    });
    let classic = guards
        .classic
        .known()
        .ok()
        .and_then(|classic| classic.as_ref());
    let classic = classic.and_then(|classic| classic.checks.as_ref());
    let of_classic = classic.map(|checks| &checks.checks);
    of_rules.chain(of_classic).flatten().cloned().collect()
}

/// Returns that each required check ran on the head of the request, or what speaks against it.
pub(super) fn ran(case: &Case<'_>, guards: &Guards) -> Result<String, Decision> {
    let required = required(guards);
    let names: Vec<String> = required
        .iter()
        .map(|check| format!("`{}`", check.context))
        .collect();
    let Some(request) = case.request else {
        return Err(unknown(format!(
            "{} must pass; no record of its request shows that they ran",
            names.join(", ")
        )));
    };
    gated(case, &request)?;
    let is_asked = matches!(case.moment, Moment::Open { .. }) && !case.own_check.is_empty();
    if is_asked && own(case, &required).is_none() {
        return Err(fail(format!(
            "the gate's own check `{}` is not among the required ones that are pinned to an app: {}",
            case.own_check,
            names.join(", ")
        )));
    }
    for check in &required {
        // The gate's own answer is not there while it is being found.
        if check.context == case.own_check && matches!(case.moment, Moment::Open { .. }) {
            continue;
        }
        judge_check(case, check, &request)?;
    }
    let awaited: Vec<String> = names
        .into_iter()
        .filter(|name| !is_asked || *name != format!("`{}`", case.own_check))
        .collect();
    Ok(match awaited.is_empty() {
        true => format!("`{}` is the answer of this gate", case.own_check),
        false => format!("{} ran on its head", awaited.join(", ")),
    })
}

/// Where CI reads how checks run: folders, and a file.
pub const CI_FILES: [&str; 4] = [
    ".github/workflows/",
    ".github/actions/",
    ".gitlab-ci.yml",
    ".gitlab/ci/",
];
/// An action of the repository itself, in whatever folder.
const ACTIONS: [&str; 2] = ["action.yml", "action.yaml"];

/// Returns whether a path is of a file by which checks run, or of a link in the place of a folder of such files.
fn is_of_ci(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let holds = |file: &&str| {
        file.strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    ACTIONS.contains(&name)
        || CI_FILES.iter().any(|file| path.starts_with(file))
        || CI_FILES.iter().any(holds)
}

/// Returns by what a change says how its own checks run, or that nobody can tell whether it does.
pub(super) fn rewritten_judge(change: &Change) -> Option<String> {
    if !change.paths_read {
        return Some(
            "which files it changes is not known, those that say how checks run too".to_owned(),
        );
    }
    let path = change.paths.iter().find(|path| is_of_ci(path))?;
    Some(format!("it changes {path}, which says how checks run"))
}

/// What landed against the last answer of the gate went around it.
pub(super) fn gated(case: &Case<'_>, request: &RequestCase<'_>) -> Result<(), Decision> {
    let patch = case.change.patch_digest.as_ref();
    match (case.moment, request.last_gate(patch)) {
        (Moment::Landed, Some(gated)) if gated.outcome != Outcome::Pass => Err(fail(format!(
            "leaf {}: the gate last answered {} about it, and it landed all the same",
            gated.leaf, gated.outcome
        ))),
        (Moment::Landed, Some(gated)) => match &gated.doubt {
            Some(doubt) => Err(doubted(gated.leaf, doubt)),
            // Nor does an answer by another program, or as another check, take that one's no back.
            None if let Some(no) = request.unanswered_no(gated) => Err(unknown(format!(
                "leaf {}: the gate passed it, but leaf {} said {} by another program or as another check, which never passed it",
                gated.leaf, no.leaf, no.outcome
            ))),
            // Whoever lands the change could have written a weaker one.
            None if gated.by_file => Err(unknown(format!(
                "leaf {}: the gate was asked by a program in a file, and not by that of the branch",
                gated.leaf
            ))),
            None => Ok(()),
        },
        // A green run under the gate's name is no answer of it.
        (Moment::Landed, None) if is_since_the_gate(request) => Err(unknown(
            "the gate answered about other requests before, and never about this difference",
        )),
        (Moment::Landed, None) | (Moment::Open { .. }, _) => Ok(()),
    }
}

/// Returns whether the gate had answered about any request when this one landed.
fn is_since_the_gate(request: &RequestCase<'_>) -> bool {
    let landed = request.merge().map(|merge| merge.at);
    landed
        .zip(request.gate_since)
        .is_some_and(|(landed, since)| since < landed)
}

fn doubted(leaf: u64, doubt: &Doubt) -> Decision {
    let reason = format!(
        "leaf {leaf}: the gate's record says pass, which does not follow from the records before it: {}",
        doubt.reason
    );
    match doubt.outcome {
        Outcome::Fail => fail(reason),
        Outcome::Pass | Outcome::Unknown => unknown(reason),
    }
}

/// A gate whose answer nobody awaits blocks nothing, and one under a name that anybody may report is none.
fn own<'a>(case: &Case<'_>, required: &'a BTreeSet<RequiredCheck>) -> Option<&'a RequiredCheck> {
    let mut required = required.iter();
    required.find(|check| check.context == case.own_check && check.app.is_some())
}

fn judge_check(
    case: &Case<'_>,
    check: &RequiredCheck,
    request: &RequestCase<'_>,
) -> Result<(), Decision> {
    let name = &check.context;
    let runs = match request.dossier.checks.known() {
        Ok(runs) if runs.is_whole() => &runs.items,
        Ok(_) => {
            return Err(unknown(format!(
                "`{name}`: not all runs of checks were listed"
            )));
        }
        Err(why) => return Err(unknown(format!("`{name}`: {why}"))),
    };
    let head = &request.dossier.request.head.commit;
    let is_named = |run: &&CheckRun| run.name == *name && run.head == *head;
    let named: Vec<&CheckRun> = runs.iter().filter(is_named).collect();
    let by_app = |run: &&CheckRun| {
        let app = run.app.as_ref().map(|app| app.id);
        check.app.is_none() || check.app == app
    };
    let own: Vec<&CheckRun> = named.iter().copied().filter(by_app).collect();
    if own.is_empty() && !named.is_empty() {
        return Err(fail(format!(
            "`{name}` was reported by another app than the one that it is pinned to"
        )));
    }
    if own.is_empty() {
        return status(check, request, case);
    }
    let merged = request.merge().map(|merge| merge.at);
    let began_late = |run: &&CheckRun| matches!((run.started_at, merged), (Some(at), Some(merged)) if at > merged);
    let in_time: Vec<&CheckRun> = own.into_iter().filter(|run| !began_late(run)).collect();
    if in_time.is_empty() {
        return Err(fail(format!("`{name}` ran only after it had landed")));
    }
    let is_standing = |run: &&CheckRun| !is_repeated(run, &in_time);
    let standing: Vec<&CheckRun> = in_time.iter().copied().filter(is_standing).collect();
    for run in &standing {
        ended_well(case, run, merged)?;
    }
    seen_in_time(case, check, request, &standing)
}

/// Whoever posts a run says when it began and ended: one that no record shows while the request was open may have been
/// posted afterwards. The gate's own run follows its record.
fn seen_in_time(
    case: &Case<'_>,
    check: &RequiredCheck,
    request: &RequestCase<'_>,
    runs: &[&CheckRun],
) -> Result<(), Decision> {
    let gated = request.last_gate(case.change.patch_digest.as_ref());
    let has_passed = |it: &&Gated| it.outcome == Outcome::Pass && it.doubt.is_none() && !it.by_file;
    let gated = gated.filter(has_passed);
    let is_own = gated.is_some_and(|it| it.own_check == check.context);
    if matches!(case.moment, Moment::Open { .. }) || is_own {
        return Ok(());
    }
    let listed = request.open().filter_map(|it| it.checks.known().ok());
    let listed = listed.flat_map(|runs| &runs.items);
    // Its conclusion and its end may be written anew behind the merge, too.
    let seen: BTreeMap<u64, &CheckRun> = listed.map(|run| (run.id, run)).collect();
    let name = &check.context;
    for run in runs {
        match seen.get(&run.id).map(|seen| &seen.conclusion) {
            Some(Some(CheckConclusion::Success)) => {}
            Some(Some(other)) => {
                return Err(fail(format!(
                    "`{name}`: run {} had ended as {} while the request was open",
                    run.id,
                    String::from(other.clone())
                )));
            }
            Some(None) => {
                return Err(unknown(format!(
                    "`{name}`: no record of the request while it was open shows how run {} ended, which says itself that it ended in time",
                    run.id
                )));
            }
            None => {
                return Err(unknown(format!(
                    "`{name}`: no record of the request while it was open shows run {}, which says itself that it ended in time",
                    run.id
                )));
            }
        }
    }
    Ok(())
}

/// A run stands in for an earlier one only where it began when that one had ended: two jobs of one name run beside each
/// other, and each of them counts.
pub(super) fn is_repeated(run: &CheckRun, among: &[&CheckRun]) -> bool {
    let Some(ended) = run.completed_at else {
        return false;
    };
    let began_behind = |other: &&CheckRun| other.started_at.is_some_and(|began| began >= ended);
    among
        .iter()
        .any(|other| other.id > run.id && began_behind(other))
}

pub(super) fn ended_well(
    case: &Case<'_>,
    run: &CheckRun,
    merged: Option<Timestamp>,
) -> Result<(), Decision> {
    let name = &run.name;
    match (&run.status, &run.conclusion, case.moment) {
        (CheckStatus::Completed, Some(CheckConclusion::Success), Moment::Landed) => {
            match (run.completed_at, merged) {
                (Some(ended), Some(merged)) if ended <= merged => Ok(()),
                (Some(ended), Some(merged)) => Err(fail(format!(
                    "`{name}` ended at {ended}, after it had landed at {merged}"
                ))),
                (None, _) | (_, None) => {
                    Err(unknown(format!("`{name}` does not say when it ended")))
                }
            }
        }
        (CheckStatus::Completed, Some(CheckConclusion::Success), Moment::Open { .. }) => Ok(()),
        (CheckStatus::Completed, Some(other), _) => Err(fail(format!(
            "`{name}` ended as {}",
            String::from(other.clone())
        ))),
        (CheckStatus::Completed, None, _) | (CheckStatus::Other(_), _, _) => {
            Err(unknown(format!("`{name}` does not say how it ended")))
        }
        (_, _, Moment::Open { .. }) => Err(unknown(format!("`{name}` has not ended"))),
        (_, _, Moment::Landed) => Err(fail(format!("`{name}` had not ended when it landed"))),
    }
}

/// The older form of a check: anybody who may push can set one, so that a check that is pinned to an app is none.
fn status(
    check: &RequiredCheck,
    request: &RequestCase<'_>,
    case: &Case<'_>,
) -> Result<(), Decision> {
    let name = &check.context;
    let absent = || match case.moment {
        Moment::Open { .. } => unknown(format!("no run of `{name}` on the head was reported")),
        Moment::Landed => fail(format!("`{name}` is required and never ran on its head")),
    };
    let statuses = match request.dossier.statuses.known() {
        Ok(statuses) => statuses,
        Err(why) => return Err(unknown(format!("`{name}`: {why}"))),
    };
    let merged = request.merge().map(|merge| merge.at);
    let in_time = |at: Timestamp| merged.is_none_or(|merged| at <= merged);
    let of_name = statuses.iter().filter(|status| status.context == *name);
    let (early, late): (Vec<&CommitStatus>, Vec<&CommitStatus>) =
        of_name.partition(|status| in_time(status.updated_at));
    match early.into_iter().max_by_key(|status| status.updated_at) {
        Some(_) if check.app.is_some() => Err(fail(format!(
            "`{name}` is a status that anybody who may push can set, and not of the app that it is pinned to"
        ))),
        Some(status) if status.state == StatusState::Success => Ok(()),
        Some(status) => Err(fail(format!(
            "`{name}` says {}",
            String::from(status.state.clone())
        ))),
        None if !late.is_empty() => Err(fail(format!("`{name}` was set only after it had landed"))),
        None => Err(absent()),
    }
}
