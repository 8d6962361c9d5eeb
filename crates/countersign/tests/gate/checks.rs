//! CR-5 and CR-6: the checks that the program requires passed on the content that is to land.

use crate::bodies::Request;
use crate::facts::{landed, proposed};
use crate::records::{Bytes, Report};
use crate::world::{Recorded, World};
use crate::{FAIL, PASS, UNKNOWN};
use ledger::leaf::LeafKind;
use model::change::Change;
use model::outcome::Outcome;

fn world() -> World {
    World::new("CR-5: {parameters: {required_checks: unit_tests}}, CR-6: in use")
        .with(10.0, &Request::open())
}

#[track_caller]
fn check(control: &str, report: &Report, expected: Outcome, words: &str) {
    world()
        .with(10.0, report)
        .open(10.0, control, expected, words);
}

#[test]
fn reports_on_the_content_of_an_open_request() {
    check("CR-5", &Report::tests(0), PASS, "leaf 1: ");
    check("CR-5", &Report::tests(2), FAIL, "leaf 1: ");
    check("CR-6", &Report::coverage(3), PASS, "leaf 1: ");
    check("CR-6", &Report::coverage(0), FAIL, "leaf 1: ");
    for control in ["CR-5", "CR-6"] {
        world().open(10.0, control, UNKNOWN, "no report of it");
    }
    let broken = Report {
        file: "<testsuite".to_owned(),
        ..Report::tests(0)
    };
    check("CR-5", &broken, UNKNOWN, "leaf 1: ");
    let elsewhere = Report {
        tree: 'f',
        ..Report::tests(0)
    };
    check("CR-5", &elsewhere, UNKNOWN, "no report of it");
}

#[test]
fn a_failed_report_is_not_outvoted() {
    let both = world()
        .with(10.0, &Report::tests(1))
        .with(10.0, &Report::tests(0));
    both.open(10.0, "CR-5", FAIL, "leaf 1: ");
    let unread = Bytes(LeafKind::Check, b"{}\n".to_vec());
    let unread = world().with(10.0, &Report::tests(0)).with(10.0, &unread);
    unread.open(10.0, "CR-5", UNKNOWN, "reports that cannot be read");
}

#[test]
fn what_a_tool_printed_is_held_to_its_digest() {
    let world = || {
        World::new("CR-5: {parameters: {required_checks: secret_scan}}")
            .with(10.0, &Request::open())
    };
    let report = Report::secrets();
    let whole = world().with(10.0, &report);
    whole.open(10.0, "CR-5", PASS, "leaf 1: nothing was found");
    let unprinted = Report {
        log: None,
        ..report.clone()
    };
    let unprinted = world().with(10.0, &unprinted);
    unprinted.open(10.0, "CR-5", UNKNOWN, "--tool-log");
    let (kind, payload) = report.leaf(10.0);
    let text = String::from_utf8(payload).unwrap();
    let altered = text.replace("~1234 bytes", "~9234 bytes");
    let shorter = text.replace("no leaks found", "none");
    for changed in [altered, shorter] {
        let changed = Bytes(kind, changed.into_bytes());
        let changed = world().with(10.0, &report).with(10.0, &changed);
        changed.open(10.0, "CR-5", UNKNOWN, "reports that cannot be read");
    }
}

#[test]
fn a_tree_that_nobody_can_tell_has_no_report() {
    let crossed = Change {
        tree: None,
        ..proposed()
    };
    let world = World::new("CR-5: {parameters: {required_checks: unit_tests}}");
    let world = world.with(10.0, &Request::open().brings(crossed));
    let world = world.with(10.0, &Report::tests(0));
    world.open(10.0, "CR-5", UNKNOWN, "what would land is not known here");
    let world = world.with(31.0, &Request::open().merged());
    world.landed(
        &landed(),
        "CR-5",
        UNKNOWN,
        "nobody is known to have seen the branch without",
    );
}
