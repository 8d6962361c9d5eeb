//! CR-3 by the pipeline that must succeed.

use super::bodies::{Merge, Project, protected};
use super::world;
use crate::bodies::Said;
use crate::facts::{id, landed};
use crate::world::at;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::ControlId;
use serde_json::json;

/// Checks the rule on an open request, where the gate answers as the job `countersign`.
#[track_caller]
fn open(project: &Project, request: &Merge, expected: Outcome, words: &str) {
    let world = world("CR-3: in use").called("countersign");
    let world = world.with(10.0, project).with(10.0, request);
    world.open(10.5, "CR-3", expected, words);
}

/// Checks the rule on what landed, between two looks that an audit log joins.
#[track_caller]
fn merged(request: &Merge, expected: Outcome, words: &str) {
    let project = Project::audited();
    let world = world("CR-3: in use").with(10.0, &project);
    let world = world
        .with(31.0, &project)
        .with(31.0, &request.clone().merged());
    world.landed(&landed(), "CR-3", expected, words);
}

#[test]
fn pipelines_must_succeed() {
    let check = |project: Project, expected, words| {
        open(&project, &Merge::open(), expected, words);
    };
    let good = Project::good;
    check(good(), PASS, "a request lands only behind its pipeline");
    check(good(), PASS, "GitLab pins no job to an app");
    let needs = "only_allow_merge_if_pipeline_succeeds";
    check(good().set(needs, json!(false)), FAIL, "without a pipeline");
    check(good().lacks(needs), UNKNOWN, "does not say");
    let skipped = "allow_merge_on_skipped_pipeline";
    check(good().set(skipped, json!(true)), FAIL, "was skipped");
    check(good().lacks(skipped), UNKNOWN, "does not say");
    let pushed = good().branches(&[protected("main", 40)]);
    check(pushed, FAIL, "every maintainer may push");
    let hidden = good().says(Question::Settings, Said::Withheld);
    check(hidden, UNKNOWN, "how requests may land");
}

#[test]
fn a_pass_is_attested() {
    let world = world("CR-3: in use").with(10.0, &Project::good());
    let answer = world.with(10.0, &Merge::open()).answer(10.5).unwrap();
    let decision = &answer.rules[&ControlId("CR-3".into())];
    assert_eq!(
        (decision.outcome, decision.grade),
        (PASS, AssuranceGrade::Attested)
    );
}

#[test]
fn the_gate_is_a_job_that_is_awaited() {
    let good = Project::good();
    let of = |change| Merge::open().jobless().job("countersign", &change);
    let running = json!({"status": "running", "finished_at": null});
    open(
        &good,
        &of(running),
        PASS,
        "`countersign` is a job of pipeline 31",
    );
    // A gate that runs again has failed before.
    open(
        &good,
        &of(json!({"status": "failed"})),
        PASS,
        "`countersign`",
    );
    let may = json!({"allow_failure": true});
    open(&good, &of(may), FAIL, "nobody awaits its answer");
    let unsaid = json!({"allow_failure": null});
    open(&good, &of(unsaid), UNKNOWN, "whether the gate's own job");
    let other = Merge::open().jobless().job("unit tests", &json!({}));
    open(&good, &other, FAIL, "nobody awaits its answer");
    open(
        &good,
        &Merge::open().unpiped(),
        UNKNOWN,
        "no pipeline ran on its head",
    );
}

#[test]
fn another_job_of_an_open_request() {
    let good = Project::good();
    let of = |change| Merge::open().job("lint", &change);
    let waits = json!({"status": "pending", "started_at": null, "finished_at": null});
    open(&good, &of(waits), PASS, "pipeline 31");
    let failed = json!({"status": "failed"});
    open(
        &good,
        &of(failed.clone()),
        FAIL,
        "`lint` of pipeline 31 did not pass",
    );
    let again = json!({"started_at": at(2.0), "finished_at": at(2.5)});
    open(&good, &of(failed).job("lint", &again), PASS, "pipeline 31");
    let may = json!({"status": "failed", "allow_failure": true});
    open(&good, &of(may), PASS, "pipeline 31");
    let hidden = Merge::open().says(Question::Pipelines, Said::Withheld);
    open(
        &good,
        &hidden,
        UNKNOWN,
        "pipelines: the token may not see it",
    );
    let jobs = Question::Jobs { pipeline: 31 };
    let cut = Merge::open().says(jobs, Said::CutShort);
    open(
        &good,
        &cut,
        UNKNOWN,
        "jobs of pipeline 31: not all of it came",
    );
}

#[test]
fn what_landed_had_a_pipeline_that_passed() {
    merged(&Merge::open(), PASS, "pipeline 31 passed on its head");
    let none = Merge::open().unpiped();
    merged(&none, FAIL, "it landed without a pipeline on its head");
    let of = |change| none.clone().pipeline(31, &change);
    let failed = of(json!({"status": "failed"}));
    merged(&failed, FAIL, "it landed while pipeline 31 was failed");
    let running = of(json!({"status": "running"}));
    merged(&running, FAIL, "it landed while pipeline 31 was running");
    let late = of(json!({"status": "failed", "updated_at": at(30.5)}));
    merged(&late, UNKNOWN, "was changed after it had landed");
    let of_other = of(json!({"sha": id('d').to_string()}));
    merged(&of_other, FAIL, "without a pipeline on its head");
    let tried = of(json!({"sha": id('d').to_string(), "ref": "refs/merge-requests/7/merge"}));
    merged(&tried, UNKNOWN, "ran on a merge that was only tried");
    let behind = of(json!({"created_at": at(30.5)}));
    merged(&behind, FAIL, "without a pipeline on its head");
    let hidden = Merge::open().says(Question::Pipelines, Said::Withheld);
    merged(&hidden, UNKNOWN, "pipelines: the token may not see it");
}

#[test]
fn what_landed_had_jobs_that_had_ended() {
    let of = |change| Merge::open().job("lint", &change);
    let late = json!({"started_at": at(29.0), "finished_at": at(30.5)});
    merged(&of(late), FAIL, "after it had landed");
    let running = json!({"status": "running", "finished_at": null});
    merged(&of(running), FAIL, "had not ended when it landed");
    merged(
        &of(json!({"finished_at": null})),
        UNKNOWN,
        "does not say when it ended",
    );
    merged(&of(json!({"status": "skipped"})), FAIL, "ended as skipped");
    let may = json!({"status": "failed", "allow_failure": true});
    merged(&of(may.clone()), PASS, "pipeline 31 passed");
    let only = Merge::open().jobless().job("lint", &may);
    merged(&only, FAIL, "has no job that must pass");
    let manual = json!({"status": "manual", "finished_at": null});
    merged(&of(manual), UNKNOWN, "does not say how it ended");
}
