//! CR-4: as which commit a merge request landed.

use super::bodies::Merge;
use super::world;
use crate::facts::{id, landed, push};
use crate::{FAIL, PASS, UNKNOWN};
use model::change::Change;
use model::program::ControlId;
use serde_json::{Value, json};

#[test]
fn an_open_request_is_open() {
    let check = |request: Merge, expected, words| {
        let world = world("CR-4: in use").with(10.0, &request);
        world.open(10.5, "CR-4", expected, words);
    };
    check(Merge::open(), PASS, "request 7 is open to main");
    let draft = Merge::open().field("draft", json!(true));
    check(draft, FAIL, "request 7 is a draft");
    // While it lands it is neither open nor closed.
    let locked = Merge::open().field("state", json!("locked"));
    check(locked, FAIL, "request 7 is not open");
}

#[test]
fn a_merge_a_squash_and_a_fast_forward() {
    let commit = |digit| json!(id(digit).to_string());
    let check = |merge: Value, squash: Value, on_branch| {
        let merged = Merge::open().merged_as(merge, squash);
        let world = world("CR-4: in use").with(10.0, &Merge::open());
        let change = Change {
            commit: id(on_branch),
            ..landed()
        };
        world
            .with(31.0, &merged)
            .landed(&change, "CR-4", PASS, "request 7 landed as it");
    };
    check(commit('c'), Value::Null, 'c');
    // Squashed first, and then merged.
    check(commit('c'), commit('d'), 'c');
    check(Value::Null, commit('d'), 'd');
    check(Value::Null, Value::Null, 'b');
}

#[test]
fn every_commit_of_a_fast_forward_is_of_the_request() {
    let check = |merge: Value, expected, words| {
        let merged = Merge::open().commit('9').merged_as(merge, Value::Null);
        let world = world("CR-4: in use").with(31.0, &merged);
        let alone = |digit, position, parent| Change {
            commit: id(digit),
            position,
            parents: vec![id(parent)],
            ..push()
        };
        let rows = world.rows(&[alone('9', 1, 'a'), alone('b', 2, '9')]);
        let decision = &rows[0].decisions[&ControlId("CR-4".into())];
        assert_eq!(decision.outcome, expected, "{decision:?}");
        assert!(decision.reason.contains(words), "{decision:?}");
    };
    check(Value::Null, PASS, "request 7 landed as it");
    // A merge of it is another commit than its head.
    check(json!(id('c').to_string()), UNKNOWN, "a direct push");
}

#[test]
fn a_push_is_none_of_them() {
    let world = world("CR-4: in use").with(31.0, &Merge::open().merged());
    world.landed(
        &push(),
        "CR-4",
        UNKNOWN,
        "a direct push or a rebased request",
    );
}
