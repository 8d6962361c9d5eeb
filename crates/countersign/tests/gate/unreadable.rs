//! Records that cannot be read, and records of something else: neither is ever evidence.

use crate::bodies::Request;
use crate::facts::landed;
use crate::guards::Guards;
use crate::records::Bytes;
use crate::world::{Recorded, World};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Kept;
use ledger::leaf::LeafKind;
use model::digest::Digest;

/// Ways in which a record is none of this repository, or of no repository.
const SPOILT: [fn(&mut Kept); 8] = [
    |kept| kept.record.version = 2,
    |kept| kept.pages.truncate(9),
    |kept| kept.pages.push(b' '),
    |kept| kept.pages[0] = b' ',
    |kept| kept.record.repository = "till".to_owned(),
    |kept| kept.record.at_forge = "larkspur/decoy".to_owned(),
    |kept| kept.record.base = "https://forge.larkspur.example".to_owned(),
    |kept| kept.record.forge = "another".to_owned(),
];

#[test]
fn a_spoilt_record_of_a_request_is_none() {
    let world = World::new("CM-1: in use, CR-4: in use");
    for edit in SPOILT {
        let request = Request::open().edited(edit);
        assert_eq!(world.clone().with(10.0, &request).answer(10.0), None);
        let merged = Request::open().merged().edited(edit);
        let world = world
            .clone()
            .with(10.0, &Guards::good())
            .with(31.0, &merged);
        world.landed(&landed(), "CM-1", UNKNOWN, "no record of its request");
    }
}

#[test]
fn a_spoilt_record_of_the_protection_is_none() {
    for edit in SPOILT {
        let guards = Guards::good().edited(edit);
        let world = World::new("CR-1: in use").with(10.0, &guards);
        let world = world.with(10.0, &Request::open());
        world.open(
            10.0,
            "CR-1",
            UNKNOWN,
            "nothing of the protection was recorded",
        );
    }
}

#[test]
fn a_spoilt_record_hides_no_later_one() {
    let world = World::new("CR-1: in use").with(10.0, &Request::open());
    let after = |edit| {
        world
            .clone()
            .with(10.0, &Guards::none())
            .with(10.5, &Guards::good().edited(edit))
    };
    for edit in SPOILT {
        after(edit).open(10.5, "CR-1", FAIL, "leaf 1: no ruleset in force");
    }
    let kept = world
        .with(10.0, &Guards::none())
        .with(10.5, &Guards::good());
    kept.open(10.5, "CR-1", PASS, "leaf 2: ");
}

#[test]
fn a_record_says_the_number_that_was_asked_for() {
    let mut request = Request::open();
    request.about = 8;
    let world = World::new("CR-4: in use").with(10.0, &request);
    assert_eq!(world.answer(10.0), None);
}

#[test]
fn bytes_that_are_no_record_are_unread() {
    let (_, payload) = Request::open().leaf(10.0);
    let world = World::new("CR-4: in use");
    for bytes in [
        b"".to_vec(),
        b"\n".to_vec(),
        b"{}\n".to_vec(),
        payload[..payload.len() - 1].to_vec(),
    ] {
        let bytes = Bytes(LeafKind::Forge, bytes);
        assert_eq!(world.clone().with(10.0, &bytes).answer(10.0), None);
    }
    // The same bytes as a leaf of another kind are no record of a forge.
    let other = Bytes(LeafKind::Observation, payload);
    assert_eq!(world.with(10.0, &other).answer(10.0), None);
}

#[test]
fn a_digest_is_of_its_bytes() {
    let forged = Request::open().edited(|kept| {
        let text = String::from_utf8(kept.pages.clone()).unwrap();
        kept.pages = text.replace("CI run 12", "CI run 13").into_bytes();
        assert_ne!(Digest::of(&kept.pages), Digest::of(text.as_bytes()));
    });
    assert_eq!(
        World::new("CM-1: in use").with(10.0, &forged).answer(10.0),
        None
    );
}

#[test]
fn a_leaf_of_a_clock_that_was_ahead_is_named_with_what_to_do() {
    let ahead = Bytes(LeafKind::Program, b"version: 1\n".to_vec());
    let world = World::new("CR-4: in use").with(9.0, &Request::open());
    world.open(9.0, "CR-4", PASS, "is open to main");
    let world = world.with(500.5, &ahead).with(10.0, &Request::open());
    let words = "leaf 1 claims the time 2026-01-26T05:30:00Z, which has not come, and no later leaf counts as earlier: set the \
                 clock of the machine that wrote it right";
    world.open(10.0, "CR-4", UNKNOWN, words);
    world.open(500.5, "CR-4", PASS, "is open to main");
    let words = "the request was read 1.5 h ago, at leaf 2";
    world.open(502.0, "CR-4", UNKNOWN, words);
}
