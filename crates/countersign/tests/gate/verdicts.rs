//! Worked verdicts of others on change management, as records would show the same facts; `docs/verdicts.md` lists them all.

use crate::bodies::Request;
use crate::facts::landed;
use crate::guards::Guards;
use crate::records::SelfReview;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use serde_json::json;

const LISTED: &str = include_str!("../../../../docs/verdicts.md");

/// Checks that a verdict is listed as decided by this rule.
#[track_caller]
fn listed(verdict: &str, rule: &str) {
    let row = LISTED.lines().find(|line| line.contains(verdict));
    assert!(row.is_some_and(|row| row.contains(rule)), "{verdict}");
}

#[test]
fn chg_01_a2_one_protected_repository_is_all_of_it() {
    listed("CHG-01 A2", "CR-1, CR-3");
    let world = World::new("CR-1: in use, CR-3: in use").with(10.0, &Guards::good());
    let world = world.with(10.0, &Request::open());
    world.open(10.0, "CR-1", PASS, "nobody may go around");
    world.open(10.0, "CR-3", PASS, "`unit tests` ran on its head");
}

#[test]
fn chg_02_a2_a_typed_approval_is_none() {
    listed("CHG-02 A2", "CM-2");
    let typed = Request::open()
        .body("Orders failed at night, so this went out at once.\n\nApproved-by: bo\n");
    let world = World::new("CM-2: {parameters: {approvals: 1}}").with(10.0, &typed);
    let world = world.with(31.0, &typed.merged());
    world.landed(
        &landed(),
        "CM-2",
        FAIL,
        "0 of 1 people other than its author",
    );
}

#[test]
fn chg_05_a2_the_founder_reads_it_again_before_it_goes_out() {
    listed("CHG-05 A2", "CR-9");
    let world = World::new("CR-9: in use").with(1.0, &Request::open());
    let before = world.clone().with(20.0, &SelfReview::by("ada"));
    let before = before.with(31.0, &Request::open().merged());
    before.landed(
        &landed(),
        "CR-9",
        PASS,
        "ada read the final difference again",
    );
    let behind = world
        .with(31.0, &Request::open().merged())
        .with(32.0, &SelfReview::by("ada"));
    behind.landed(&landed(), "CR-9", FAIL, "recorded before it landed");
}

#[test]
fn chg_06_a1_the_forges_own_answer_shows_the_protection() {
    listed("CHG-06 A1 (export)", "CR-1, CR-2");
    let classic = Guards::none().classic(&json!({}));
    let world = World::new("CR-1: in use, CR-2: in use").with(10.0, &classic);
    let world = world.with(10.0, &Request::open());
    world.open(
        10.0,
        "CR-1",
        PASS,
        "classic protection, for administrators too",
    );
    world.open(
        10.0,
        "CR-2",
        PASS,
        "classic protection, for administrators too",
    );
}

#[test]
fn chg_06_a1_what_people_say_of_the_protection_shows_nothing() {
    listed("CHG-06 A1 (handbook)", "CR-1, CR-2");
    let said = Request::open().body("The branch is protected, and takes no push.\n");
    let world = World::new("CR-1: in use, CR-2: in use").with(10.0, &said);
    world.open(
        10.0,
        "CR-1",
        UNKNOWN,
        "nothing of the protection was recorded",
    );
    world.open(
        10.0,
        "CR-2",
        UNKNOWN,
        "nothing of the protection was recorded",
    );
}

#[test]
fn chg_06_a2_administrators_are_held_to_it() {
    listed("CHG-06 A2 (capture)", "CR-1");
    listed("CHG-06 A2 (spoken)", "CR-1");
    let check = |enabled: bool, expected, words| {
        let admins =
            json!({"enforce_admins": {"url": "https://api.github.com", "enabled": enabled}});
        let guards = Guards::none().classic(&admins);
        let world = World::new("CR-1: in use")
            .with(10.0, &guards)
            .with(10.0, &Request::open());
        world.open(10.0, "CR-1", expected, words);
    };
    check(true, PASS, "for administrators too");
    check(false, FAIL, "does not hold for administrators");
    let spoken = World::new("CR-1: in use").with(10.0, &Request::open());
    spoken.open(
        10.0,
        "CR-1",
        UNKNOWN,
        "nothing of the protection was recorded",
    );
}
