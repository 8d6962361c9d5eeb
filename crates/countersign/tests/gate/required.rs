//! CR-3: checks are required, and each of them ran.

use crate::bodies::{Request, Said};
use crate::facts::{landed, push, touching};
use crate::guards::{Guards, required};
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::Change;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::ControlId;
use serde_json::{Value, json};

/// GitHub Actions.
const ACTIONS: Option<u64> = Some(15368);

fn world() -> World {
    World::new("CR-3: in use")
}

/// Checks the rule on a request while it is open.
#[track_caller]
fn open(guards: &Guards, request: &Request, expected: Outcome, words: &str) {
    let world = world().with(10.0, guards).with(10.0, request);
    world.open(10.0, "CR-3", expected, words);
}

/// Checks the rule on a request that landed after 30 hours.
#[track_caller]
fn merged(guards: &Guards, request: &Request, expected: Outcome, words: &str) {
    let world = world().with(10.0, guards).with(29.9, request);
    let world = world.with(31.0, guards);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CR-3", expected, words);
}

/// Checks it both ways.
#[track_caller]
fn check(guards: &Guards, request: &Request, expected: Outcome, words: &str) {
    open(guards, request, expected, words);
    merged(guards, request, expected, words);
}

fn one(change: &Value) -> Request {
    Request::open().unchecked().run("unit tests", change)
}

#[test]
fn checks_are_required() {
    let good = Guards::good;
    check(
        &good(),
        &Request::open(),
        PASS,
        "`unit tests` ran on its head",
    );
    let none = good().without("required_status_checks");
    check(
        &none,
        &Request::open(),
        FAIL,
        "no ruleset in force asks for checks",
    );
    check(
        &good().requires(&[]),
        &Request::open(),
        FAIL,
        "asks for checks",
    );
    for mode in ["always", "pull_request", "exempt"] {
        let around = good().bypass("RepositoryRole", mode);
        check(&around, &Request::open(), FAIL, "may go around ruleset 1");
    }
    check(
        &good().lacks("bypass_actors"),
        &Request::open(),
        UNKNOWN,
        "who may go around",
    );
    let classic = |change| Guards::none().classic(&change);
    open(
        &classic(json!({})),
        &Request::open(),
        PASS,
        "classic protection",
    );
    let no_check = classic(json!({"required_status_checks": null}));
    open(&no_check, &Request::open(), FAIL, "requires no check");
}

#[test]
fn every_required_check_ran() {
    let both =
        Guards::good().requires(&[required("unit tests", ACTIONS), required("lint", ACTIONS)]);
    check(
        &both,
        &Request::open().passed("lint"),
        PASS,
        "ran on its head",
    );
    open(&both, &Request::open(), UNKNOWN, "no run of `lint`");
    merged(
        &both,
        &Request::open(),
        FAIL,
        "`lint` is required and never ran",
    );
    let renamed = Request::open().unchecked().passed("Unit tests");
    open(&Guards::good(), &renamed, UNKNOWN, "no run of `unit tests`");
    merged(
        &Guards::good(),
        &renamed,
        FAIL,
        "`unit tests` is required and never ran",
    );
}

#[test]
fn a_check_ends_as_a_success() {
    let endings = [
        "failure",
        "neutral",
        "skipped",
        "cancelled",
        "timed_out",
        "action_required",
        "stale",
        "splendid",
    ];
    for word in endings {
        check(
            &Guards::good(),
            &one(&json!({"conclusion": word})),
            FAIL,
            &format!("ended as {word}"),
        );
    }
    for word in ["queued", "in_progress", "waiting", "pending", "requested"] {
        let run = one(&json!({"status": word, "conclusion": null, "completed_at": null}));
        open(&Guards::good(), &run, UNKNOWN, "has not ended");
        merged(&Guards::good(), &run, FAIL, "had not ended when it landed");
    }
    check(
        &Guards::good(),
        &one(&json!({"conclusion": null})),
        UNKNOWN,
        "does not say how it ended",
    );
    let odd = one(&json!({"status": "thinking", "conclusion": null}));
    check(&Guards::good(), &odd, UNKNOWN, "does not say how it ended");
}

#[test]
fn a_check_is_of_its_app() {
    let other = one(&json!({"app": {"id": 77, "slug": "green-light"}}));
    check(&Guards::good(), &other, FAIL, "by another app than the one");
    check(
        &Guards::good(),
        &one(&json!({"app": null})),
        FAIL,
        "by another app",
    );
    let of_any = Guards::good().requires(&[required("unit tests", None)]);
    check(&of_any, &other, PASS, "ran on its head");
    let both = other.run("unit tests", &json!({"conclusion": "failure"}));
    check(&Guards::good(), &both, FAIL, "ended as failure");
}

#[test]
fn a_status_is_no_check_of_an_app() {
    let status = |state, hours| {
        Request::open()
            .unchecked()
            .status("unit tests", state, hours)
    };
    let of_any = Guards::good().requires(&[required("unit tests", None)]);
    check(
        &Guards::good(),
        &status("success", 2.0),
        FAIL,
        "anybody who may push can set",
    );
    check(&of_any, &status("success", 2.0), PASS, "ran on its head");
    check(&of_any, &status("pending", 2.0), FAIL, "says pending");
    check(&of_any, &status("failure", 2.0), FAIL, "says failure");
    let again = status("success", 2.0).status("unit tests", "error", 3.0);
    check(&of_any, &again, FAIL, "says error");
    merged(
        &of_any,
        &status("success", 30.5),
        FAIL,
        "only after it had landed",
    );
    let mended = status("failure", 2.0).status("unit tests", "success", 30.5);
    merged(&of_any, &mended, FAIL, "says failure");
}

#[test]
fn a_check_after_the_merge_is_late() {
    let late = |began: f64, ended: f64| json!({"started_at": at(began), "completed_at": at(ended)});
    let good = Guards::good();
    merged(&good, &one(&late(29.0, 30.5)), FAIL, "after it had landed");
    merged(
        &good,
        &one(&late(30.2, 30.5)),
        FAIL,
        "ran only after it had landed",
    );
    let again = one(&late(1.0, 2.0)).run("unit tests", &late(30.2, 30.5));
    merged(&good, &again, PASS, "ran on its head");
    let silent = one(&json!({"completed_at": null}));
    merged(&good, &silent, UNKNOWN, "does not say when it ended");
}

#[test]
fn a_check_that_came_to_light_behind_the_merge_may_have_been_posted_then() {
    let good = Guards::good();
    let landed_behind = |open: &Request| {
        let world = world().with(10.0, &good).with(29.9, open);
        let world = world.with(31.0, &good);
        world.with(31.0, &Request::open().merged())
    };
    let closed = landed_behind(&Request::open().unchecked());
    closed.landed(
        &landed(),
        "CR-3",
        UNKNOWN,
        "no record of the request while it was open",
    );
    // Nor does its id alone tell how it ended then.
    let red = one(&json!({"conclusion": "failure"}));
    landed_behind(&red).landed(
        &landed(),
        "CR-3",
        FAIL,
        "had ended as failure while the request was open",
    );
    let running = json!({"status": "in_progress", "conclusion": null, "completed_at": null});
    landed_behind(&one(&running)).landed(&landed(), "CR-3", UNKNOWN, "shows how run");
    let never = world().with(10.0, &good).with(31.0, &good);
    let never = never.with(31.0, &Request::open().merged());
    never.landed(
        &landed(),
        "CR-3",
        UNKNOWN,
        "no record of the request while it was open",
    );
}

#[test]
fn a_run_stands_in_for_one_that_had_ended() {
    let failed = json!({"conclusion": "failure"});
    let run = |began: f64| json!({"started_at": at(began), "completed_at": at(9.0)});
    let good = Guards::good();
    check(
        &good,
        &one(&failed).run("unit tests", &run(1.5)),
        PASS,
        "ran on its head",
    );
    // Two jobs of one name, beside each other.
    check(
        &good,
        &one(&failed).run("unit tests", &run(1.2)),
        FAIL,
        "ended as failure",
    );
    check(
        &good,
        &one(&json!({})).run("unit tests", &failed),
        FAIL,
        "ended as failure",
    );
    let of_another = one(&json!({"head_sha": crate::facts::id('f').to_string()}));
    open(&good, &of_another, UNKNOWN, "no run of `unit tests`");
}

#[test]
fn runs_that_are_not_whole_are_unknown() {
    let good = Guards::good();
    let runs = Question::CheckRuns;
    check(
        &good,
        &Request::open().says(runs, Said::Withheld),
        UNKNOWN,
        "the token may not see it",
    );
    let cut = Said::Body(json!({"total_count": 9, "check_runs": []}));
    check(
        &good,
        &Request::open().says(runs, cut),
        UNKNOWN,
        "not all runs of checks were listed",
    );
    let statuses = Request::open()
        .unchecked()
        .says(Question::Statuses, Said::CutShort);
    check(&good, &statuses, UNKNOWN, "not all of it came");
    let world = world().with(10.0, &good).with(31.0, &good);
    world.landed(&push(), "CR-3", UNKNOWN, "no record of a request says");
}

#[test]
fn the_gate_does_not_wait_for_itself() {
    let own = Guards::good().requires(&[required("countersign", ACTIONS)]);
    let gate = || world().called("countersign").with(10.0, &own);
    let asked = gate().with(10.0, &Request::open());
    asked.open(
        10.0,
        "CR-3",
        PASS,
        "`countersign` is the answer of this gate",
    );
    let good = Guards::good();
    let other = world().called("countersign").with(10.0, &good);
    let other = other.with(10.0, &Request::open());
    other.open(10.0, "CR-3", FAIL, "is not among the required ones");
    merged(
        &own,
        &Request::open(),
        FAIL,
        "`countersign` is required and never ran",
    );
    merged(
        &own,
        &Request::open().passed("countersign"),
        PASS,
        "ran on its head",
    );
}

#[test]
fn a_change_of_the_workflow_judges_itself() {
    let path = ".github/workflows/ci.yml";
    let world = world()
        .with(10.0, &Guards::good())
        .with(29.9, &Request::open())
        .with(31.0, &Guards::good())
        .with(31.0, &Request::open().merged());
    let change = touching(path, landed());
    let words = "and it changes .github/workflows/ci.yml, which says how checks run";
    world.landed(&change, "CR-3", PASS, words);
    let grade = |change: &Change| {
        let rows = world.rows(std::slice::from_ref(change));
        rows[0].decisions[&ControlId("CR-3".into())].grade
    };
    assert_eq!(grade(&change), AssuranceGrade::Attested);
    assert_eq!(grade(&landed()), AssuranceGrade::Collected);
    for path in [
        ".github/actions/test/run.sh",
        ".github",
        ".github/workflows",
        "tools/build/action.yml",
        "action.yaml",
        ".gitlab-ci.yml",
        ".gitlab/ci/test.yml",
    ] {
        assert_eq!(grade(&touching(path, landed())), AssuranceGrade::Attested);
    }
    for path in ["github/workflows/ci.yml", "docs/action.yml.md", ".gith"] {
        assert_eq!(grade(&touching(path, landed())), AssuranceGrade::Collected);
    }
    let unread = Change {
        paths_read: false,
        ..landed()
    };
    world.landed(&unread, "CR-3", PASS, "which files it changes is not known");
    assert_eq!(grade(&unread), AssuranceGrade::Attested);
}
