//! What the gate answered before a change landed, and answers that somebody typed.

use crate::bodies::{Request, Said};
use crate::facts::{id, landed};
use crate::guards::Guards;
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use countersign::gate::GateRecord;
use countersign::gate::scene::ProgramFrom;
use model::digest::Digest;
use model::outcome::Outcome;
use model::program::ControlId;

/// A request that breaks CM-1 or keeps it, up to the moment before the gate is asked.
fn asked(ticket: &str) -> World {
    World::new("CM-1: in use, CR-3: in use")
        .with(28.0, &Guards::good())
        .with(28.0, &request(ticket))
}

fn request(ticket: &str) -> Request {
    match ticket {
        "" => Request::open(),
        text => Request::open().ticket(text),
    }
}

/// Checks CR-3 on the change that landed behind it.
#[track_caller]
fn check(world: World, expected: Outcome, words: &str) {
    let world = world.with(31.0, &Guards::good());
    let world = world.with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-3", expected, words);
}

fn pass(record: &mut GateRecord) {
    record.outcome = PASS;
    for decision in record.rules.values_mut() {
        decision.outcome = PASS;
    }
}

#[test]
fn what_landed_as_the_gate_passed_it() {
    check(asked("").gated(28.0, |_| {}), PASS, "ran on its head");
    check(
        asked("Send them.").gated(28.0, |_| {}),
        FAIL,
        "the gate last answered fail about it",
    );
}

#[test]
fn what_landed_unasked_once_the_gate_was_in_use_is_unknown() {
    let of_another = |hours| asked("").gated(hours, |record| record.request = 8);
    check(
        of_another(28.0),
        UNKNOWN,
        "the gate answered about other requests before, and never about this difference",
    );
    // It came later.
    check(of_another(30.5), PASS, "ran on its head");
    let another_difference = asked("").gated(28.0, |record| {
        record.patch_digest = Some(Digest::of(b"another"));
    });
    check(another_difference, UNKNOWN, "never about this difference");
}

#[test]
fn a_pass_that_somebody_typed_is_none() {
    let failed = || asked("Send them.").gated(28.0, |_| {});
    check(
        failed().gated(28.5, pass),
        FAIL,
        "leaf 5: the gate's record says pass, which does not follow from the records before it: CM-1: ",
    );
    // One that names no rule at all is none either.
    let bare = |record: &mut GateRecord| {
        record.outcome = PASS;
        record.rules.clear();
    };
    check(failed().gated(28.5, bare), FAIL, "does not follow");
    let other_head = |record: &mut GateRecord| record.head = id('f');
    check(
        asked("").gated(28.0, other_head),
        FAIL,
        "they show another difference",
    );
    let by_file = |record: &mut GateRecord| {
        record.program_from = ProgramFrom::File("weak.yaml".to_owned());
    };
    check(
        asked("").gated(28.0, by_file),
        UNKNOWN,
        "leaf 3: the gate was asked by a program in a file",
    );
    // The request was read 5 hours before.
    check(asked("").gated(33.0, pass), UNKNOWN, "was read 5.0 h ago");
}

#[test]
fn a_pass_that_cannot_be_decided_again_is_unknown() {
    let elsewhere = |record: &mut GateRecord| record.program_sha256 = Digest::of(b"another");
    check(
        asked("").gated(28.0, elsewhere),
        UNKNOWN,
        "the program that it names is not among them",
    );
    let spoilt = Request::open().edited(|kept| kept.pages.truncate(9));
    let world = World::new("CM-1: in use, CR-3: in use")
        .with(27.0, &spoilt)
        .with(28.0, &Guards::good())
        .with(28.0, &request("Send them."))
        .gated(28.0, pass);
    check(world, UNKNOWN, "and leaf 0 cannot be read");
    let later = |record: &mut GateRecord| record.version = 2;
    check(asked("").gated(28.0, later), UNKNOWN, "cannot be read");
}

#[test]
fn a_stricter_program_since_takes_no_pass_back() {
    let world = asked("").gated(28.0, |_| {});
    let stricter = world.but("CM-1: in use", "CM-1: in use, CR-9: in use");
    let stricter = stricter.with(31.0, &Guards::good());
    let stricter = stricter.with(31.0, &Request::open().merged());
    let rows = stricter.rows(&[landed()]);
    let decision = |control: &str| &rows[0].decisions[&ControlId(control.into())];
    assert_eq!(decision("CR-3").outcome, PASS, "{:?}", decision("CR-3"));
    assert_ne!(decision("CR-9").outcome, PASS);
}

#[test]
fn another_program_and_another_name_take_no_answer_back() {
    // By a program that asks for no ticket, typed into the log beside its answer.
    let weak = World::new("CR-3: in use");
    let failed = asked("Send them.").gated(28.0, |_| {});
    let typed = failed.gated_by(28.5, &weak, pass);
    check(
        typed,
        UNKNOWN,
        "leaf 3 said fail by another program or as another check, which never passed it",
    );
    // As another check, which the forge requires too.
    let as_itself = World::new("CR-3: in use")
        .called("countersign")
        .with(28.0, &Guards::good())
        .with(28.0, &Request::open())
        .gated(28.0, |_| {});
    let renamed = as_itself.called("unit tests").gated(28.0, |_| {});
    check(renamed, UNKNOWN, "as another check");
}

#[test]
fn a_typed_pass_is_of_its_moment_and_its_tree() {
    let later = |record: &mut GateRecord| record.at = at(28.9);
    check(
        asked("").gated(28.0, later),
        UNKNOWN,
        "it is for 2026-01-06T13:54:00Z, and was received at 2026-01-06T13:00:00Z",
    );
    let other_tree = |record: &mut GateRecord| record.merged_tree = Some(id('f'));
    check(
        asked("").gated(28.0, other_tree),
        FAIL,
        "they show another difference",
    );
}

#[test]
fn a_wait_that_outsiders_measure_is_left_out_and_no_other() {
    let controls = "CR-3: in use, CR-8: {parameters: {wait_hours: {low: 4, medium: 24, high: 24}, minimum_grade: independent}}";
    let world = |from: f64| {
        World::new(controls)
            .with(from, &Request::open())
            .with(28.0, &Guards::good())
            .with(28.0, &Request::open())
            .gated(28.0, pass)
    };
    check(world(1.0), PASS, "ran on its head");
    // Our own receipts show that nobody waited.
    check(
        world(28.0),
        FAIL,
        "does not follow from the records before it: CR-8: ",
    );
}

#[test]
fn a_pass_by_outsiders_follows_from_the_records_but_for_the_wait() {
    let controls = "CR-3: in use, CM-2: {parameters: {approvals: 1, minimum_grade: collected}}";
    let world = |request: &Request| {
        World::new(controls)
            .with(1.0, request)
            .with(28.0, &Guards::good())
            .with(28.0, request)
            .gated(28.0, pass)
    };
    let withheld = Request::open().says(Question::Reviews, Said::Withheld);
    let words = "does not follow from the records before it: CM-2: ";
    check(world(&withheld), UNKNOWN, words);
    check(
        world(&Request::open().approved("boreyes")),
        PASS,
        "ran on its head",
    );
}
