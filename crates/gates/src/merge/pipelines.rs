//! The pipeline of a request at GitLab, which stands where other forges require checks by their names.

use super::required::{ended_well, gated, is_repeated};
use super::{Case, Moment, RequestCase, fail, unknown};
use model::report::Decision;
use model::request::check::{CheckRun, Pipeline};
use model::request::words::{CheckConclusion, CheckStatus, PipelineStatus};

/// What a passed pipeline of GitLab does not show.
const UNPINNED: &str =
    "GitLab pins no job to an app: whoever writes the request writes the jobs of its pipeline";

/// Returns that the pipeline of the request ran as it should, or what speaks against it.
pub(super) fn ran(case: &Case<'_>) -> Result<String, Decision> {
    let Some(request) = case.request else {
        return Err(unknown(
            "no record of its request shows that a pipeline ran",
        ));
    };
    gated(case, &request)?;
    let pipelines = match &request.dossier.pipelines {
        Some(pipelines) => pipelines
            .known()
            .map_err(|why| unknown(format!("pipelines: {why}")))?,
        None => return Err(unknown("its pipelines were not asked for")),
    };
    let Some(pipeline) = request.dossier.request.pipeline(pipelines) else {
        return Err(none(case, pipelines));
    };
    let jobs = match request.dossier.checks.known() {
        Ok(jobs) => &jobs.items,
        Err(why) => return Err(unknown(format!("jobs of pipeline {}: {why}", pipeline.id))),
    };
    match case.moment {
        Moment::Open { .. } => open(case, pipeline, jobs),
        Moment::Landed => landed(case, &request, pipeline, jobs),
    }
}

fn none(case: &Case<'_>, pipelines: &[Pipeline]) -> Decision {
    // The commit of such a merge is of no record, so that nobody can say which head it tried.
    let tried = pipelines.iter().find(|it| it.reference.ends_with("/merge"));
    match (case.moment, tried) {
        (Moment::Open { .. }, _) => unknown("no pipeline ran on its head"),
        (Moment::Landed, Some(tried)) => unknown(format!(
            "pipeline {} ran on a merge that was only tried, and of which head is unknown",
            tried.id
        )),
        (Moment::Landed, None) => fail("it landed without a pipeline on its head"),
    }
}

/// GitLab itself waits for what has not ended; the gate's own job must be among what it waits for.
fn open(case: &Case<'_>, pipeline: &Pipeline, jobs: &[CheckRun]) -> Result<String, Decision> {
    let (own, others): (Vec<&CheckRun>, Vec<&CheckRun>) =
        jobs.iter().partition(|job| job.name == case.own_check);
    let (name, id) = (case.own_check, pipeline.id);
    let awaited = |job: &&CheckRun| job.may_fail == Some(false);
    if !name.is_empty() && !own.iter().any(awaited) {
        return Err(match own.iter().any(|job| job.may_fail.is_none()) {
            true => unknown(format!("whether the gate's own job `{name}` may fail")),
            false => fail(format!(
                "the gate's own job `{name}` is none that pipeline {id} must pass: nobody awaits its answer"
            )),
        });
    }
    let counting: Vec<&CheckRun> = others.into_iter().filter(counts).collect();
    let mut standing = counting
        .iter()
        .filter(|job| !is_repeated(job, &counting_of(job, &counting)));
    if let Some(job) = standing.find(|job| ended_badly(job)) {
        return Err(fail(format!(
            "`{}` of pipeline {id} did not pass",
            job.name
        )));
    }
    Ok(match name.is_empty() {
        true => format!("pipeline {id} is on its head; {UNPINNED}"),
        false => format!("`{name}` is a job of pipeline {id}; {UNPINNED}"),
    })
}

fn landed(
    case: &Case<'_>,
    request: &RequestCase<'_>,
    pipeline: &Pipeline,
    jobs: &[CheckRun],
) -> Result<String, Decision> {
    let merged = request.merge().map(|merge| merge.at);
    let (id, word) = (pipeline.id, String::from(pipeline.status.clone()));
    let is_later = merged.is_none_or(|merged| pipeline.updated_at > merged);
    match (&pipeline.status, is_later) {
        (PipelineStatus::Success, _) => {}
        (_, true) => {
            return Err(unknown(format!(
                "pipeline {id} is {word}, and was changed after it had landed"
            )));
        }
        (_, false) => return Err(fail(format!("it landed while pipeline {id} was {word}"))),
    }
    let counting: Vec<&CheckRun> = jobs.iter().filter(counts).collect();
    if counting.is_empty() {
        return Err(fail(format!("pipeline {id} has no job that must pass")));
    }
    for job in &counting {
        if !is_repeated(job, &counting_of(job, &counting)) {
            ended_well(case, job, merged)?;
        }
    }
    Ok(format!("pipeline {id} passed on its head; {UNPINNED}"))
}

/// A job that may fail is awaited by nobody.
fn counts(job: &&CheckRun) -> bool {
    job.may_fail != Some(true)
}

fn counting_of<'a>(job: &CheckRun, among: &[&'a CheckRun]) -> Vec<&'a CheckRun> {
    let of_name = among.iter().filter(|other| other.name == job.name);
    of_name.copied().collect()
}

fn ended_badly(job: &CheckRun) -> bool {
    job.status == CheckStatus::Completed && job.conclusion != Some(CheckConclusion::Success)
}
