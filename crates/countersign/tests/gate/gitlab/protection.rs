//! CR-1 and CR-2 by protected branches, and what shows that they stayed.

use super::bodies::{Merge, Project, protected};
use super::world;
use crate::bodies::Said;
use crate::facts::landed;
use crate::world::at;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::{Value, json};

/// Checks a rule on an open request.
#[track_caller]
fn open(control: &str, project: &Project, expected: Outcome, words: &str) {
    let world = world(&format!("{control}: in use")).with(10.0, project);
    world
        .with(10.0, &Merge::open())
        .open(10.5, control, expected, words);
}

/// Checks a rule on what landed between two looks.
#[track_caller]
fn between(before: &Project, after: &Project, expected: Outcome, words: &str) {
    for control in ["CR-1", "CR-2"] {
        let world = world(&format!("{control}: in use")).with(10.0, before);
        let world = world.with(31.0, after).with(31.0, &Merge::open().merged());
        world.landed(&landed(), control, expected, words);
    }
}

fn forced(mut branch: Value) -> Value {
    branch["allow_force_push"] = json!(true);
    branch
}

fn pushed(levels: Value) -> Value {
    let mut branch = protected("main", 0);
    branch["push_access_levels"] = levels;
    branch
}

#[test]
fn nobody_pushes_and_nobody_forces() {
    let good = Project::good();
    open(
        "CR-1",
        &good,
        PASS,
        "nobody may push to it, by protected branch `main`",
    );
    open("CR-2", &good, PASS, "nobody can delete the default branch");
    let covered = good.branches(&[protected("m*n", 0)]);
    open("CR-1", &covered, PASS, "by protected branch `m*n`");
    for branches in [
        vec![],
        vec![protected("Main", 0), protected("release/*", 0)],
    ] {
        let none = Project::good().branches(&branches);
        open("CR-1", &none, FAIL, "no protected branch covers it");
        open("CR-2", &none, FAIL, "no protected branch covers it");
    }
}

#[test]
fn the_most_permissive_pattern_decides() {
    let check = |level, who| {
        let project = Project::good().branches(&[protected("main", 0), protected("*", level)]);
        let words = format!("{who} may push, by protected branch `*`");
        open("CR-1", &project, FAIL, &words);
    };
    check(30, "every developer");
    check(40, "every maintainer");
    check(60, "every administrator");
    check(35, "everybody of level 35");
    let project = Project::good().branches(&[protected("main", 0), forced(protected("ma*", 0))]);
    open(
        "CR-2",
        &project,
        FAIL,
        "protected branch `ma*` lets those who may push force it",
    );
    let elsewhere = Project::good().branches(&[protected("main", 0), forced(protected("dev", 40))]);
    open("CR-1", &elsewhere, PASS, "by protected branch `main`");
    open("CR-2", &elsewhere, PASS, "by protected branch `main`");
}

#[test]
fn one_of_several_who_may_push_is_enough() {
    let check = |levels, expected, words| {
        let project = Project::good().branches(&[pushed(levels)]);
        open("CR-1", &project, expected, words);
    };
    let nobody = json!({"access_level": 0});
    check(
        json!([nobody, {"access_level": 40, "user_id": 8}]),
        FAIL,
        "account 8 may push",
    );
    check(
        json!([{"access_level": 40, "group_id": 9}]),
        FAIL,
        "group 9 may push",
    );
    check(
        json!([nobody, {"access_level": 40, "deploy_key_id": 3}]),
        FAIL,
        "deploy key 3 may push",
    );
    check(json!([]), UNKNOWN, "does not say who may push");
}

#[test]
fn only_the_default_branch_cannot_be_deleted() {
    let other = Project::good().set("default_branch", json!("next"));
    open(
        "CR-2",
        &other,
        FAIL,
        "maintainers may delete it on the web page, for the default branch is next",
    );
    open("CR-1", &other, PASS, "nobody may push");
    let hidden = Project::good().says(Question::Settings, Said::Withheld);
    open("CR-2", &hidden, UNKNOWN, "whether it is the default branch");
}

#[test]
fn what_is_withheld_or_not_whole_is_unknown() {
    for said in [Said::Withheld, Said::CutShort] {
        let project = Project::good().says(Question::ProtectedBranches, said);
        open("CR-1", &project, UNKNOWN, "protected branches: ");
        open("CR-2", &project, UNKNOWN, "protected branches: ");
    }
}

#[test]
fn between_two_looks_only_the_audit_log_tells() {
    let (good, audited) = (Project::good, Project::audited);
    between(
        &good(),
        &good(),
        UNKNOWN,
        "no history of the protection is readable, so that it may have been off in between: audit events: the token may \
         not see it",
    );
    between(&audited(), &audited(), PASS, "leaves 0 and 1: ");
    between(&audited(), &good(), UNKNOWN, "no history");
    let released = audited().event(2, "release_created");
    between(&audited(), &released, PASS, "leaves 0 and 1: ");
    let toggled = audited()
        .event(2, "protected_branch_removed")
        .event(3, "protected_branch_created");
    between(
        &audited(),
        &toggled,
        UNKNOWN,
        "audit event 2 (protected_branch_removed) came between them",
    );
    // An event that nobody named may be anything.
    between(&audited(), &audited().event(2, ""), UNKNOWN, "event 2");
    between(&toggled, &audited(), UNKNOWN, "lacks event 2");
    between(&toggled, &toggled, PASS, "leaves 0 and 1: ");
    // Recorded by a clock that is behind: the look came after the landing.
    let late = toggled.event_at(30.5, 4, "release_created");
    between(
        &late,
        &late,
        UNKNOWN,
        "shows an audit event at 2026-01-06T15:30:00Z",
    );
    // Another pattern came without an event: the log does not tell all.
    let other = audited().branches(&[protected("m*n", 0)]);
    between(&audited(), &other, UNKNOWN, "they differ");
    let unprotected = |project: Project| project.branches(&[]);
    between(
        &unprotected(audited()),
        &unprotected(audited()),
        FAIL,
        "no protected branch",
    );
    between(
        &audited(),
        &unprotected(audited()),
        UNKNOWN,
        "which of them held when it landed is unknown",
    );
}

#[test]
fn an_audit_log_that_may_not_be_whole_tells_nothing() {
    let hidden = || Project::audited().says(Question::DeployKeys, Said::Withheld);
    between(
        &hidden(),
        &hidden(),
        UNKNOWN,
        "whether the audit log was shown whole",
    );
    let group = json!({"id": 2, "kind": "group", "full_path": "larkspur"});
    let of_group = || Project::audited().set("namespace", group.clone());
    between(
        &of_group(),
        &of_group(),
        UNKNOWN,
        "audit events of group larkspur: it was not asked",
    );
    let read = |events: &[Value]| {
        let question = Question::GroupAuditEvents { parts: 1 };
        of_group().says(question, Said::Body(json!(events)))
    };
    let event = |name: &str| json!({"id": 5, "author_id": 8, "event_name": name, "created_at": at(12.0), "details": {}});
    between(&read(&[]), &read(&[]), PASS, "leaves 0 and 1: ");
    between(
        &read(&[]),
        &read(&[event("member_created")]),
        PASS,
        "leaves 0 and 1: ",
    );
    between(
        &read(&[]),
        &read(&[event("protected_branch_created")]),
        UNKNOWN,
        "audit event 5 of group larkspur (protected_branch_created) came between them",
    );
    between(
        &read(&[event("project_created")]),
        &read(&[]),
        UNKNOWN,
        "the audit log of group larkspur lacks event 5",
    );
    // Each group above it counts.
    let below = json!({"id": 2, "kind": "group", "full_path": "larkspur/web"});
    let one = read(&[]).set("namespace", below);
    between(
        &one,
        &one,
        UNKNOWN,
        "audit events of group larkspur/web: it was not asked",
    );
}
