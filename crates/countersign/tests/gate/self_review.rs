//! CR-9: after the wait the author read the final difference again.

use crate::bodies::{Request, account, commit};
use crate::facts::{brought, identity, landed, patch, proposed, signed_by_the_forge};
use crate::records::{Bytes, SelfReview};
use crate::world::{Recorded, World};
use crate::{FAIL, PASS, UNKNOWN};
use ledger::leaf::LeafKind;
use model::change::Change;
use model::outcome::Outcome;

/// A company whose changes of low risk wait 4 hours; the request was seen after one.
fn world() -> World {
    World::new("CR-8: in use, CR-9: in use").with(1.0, &Request::open())
}

/// Checks the rule with a statement at this hour, while the request is open and after it landed.
#[track_caller]
fn check(hours: f64, statement: &SelfReview, expected: Outcome, words: &str) {
    let world = world().with(hours, statement);
    let open = world.clone().with(hours, &Request::open());
    open.open(hours, "CR-9", expected, words);
    let world = world.with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-9", expected, words);
}

#[test]
fn the_author_reads_it_again_after_the_wait() {
    let ada = || SelfReview::by("ada");
    check(
        6.0,
        &ada(),
        PASS,
        "ada read the final difference again, 5.0 h after",
    );
    check(4.9, &ada(), FAIL, "low risk asks for 4 h");
    check(6.0, &ada().of("more"), FAIL, "no self-review of");
    check(
        6.0,
        &ada().denied(),
        FAIL,
        "it does not hold: every input is checked",
    );
    check(6.0, &SelfReview::by("bo"), FAIL, "bo is no author of it");
    check(
        6.0,
        &SelfReview::by("scout"),
        FAIL,
        "the signature is not that of scout",
    );
    let mut other = ada();
    other.record.request = 8;
    check(6.0, &other, FAIL, "no self-review of");
    let mut elsewhere = ada();
    elsewhere.record.repository = "till".to_owned();
    check(6.0, &elsewhere, FAIL, "no self-review of");
}

#[test]
fn a_self_review_is_signed_by_its_author() {
    let key = |key| SelfReview {
        key,
        ..SelfReview::by("ada")
    };
    check(6.0, &key("bo"), FAIL, "the signature is not that of ada");
    check(
        6.0,
        &key("mallory"),
        FAIL,
        "the signature is not that of ada",
    );
    let as_commit = SelfReview {
        namespace: "git",
        ..SelfReview::by("ada")
    };
    check(6.0, &as_commit, FAIL, "the signature is not that of ada");
}

#[test]
fn the_last_word_counts() {
    let ada = SelfReview::by("ada");
    let both = |first: &SelfReview, second: &SelfReview| {
        let world = world().with(6.0, first).with(7.0, second);
        world.with(7.0, &Request::open())
    };
    both(&ada, &ada.clone().denied()).open(7.0, "CR-9", FAIL, "it does not hold");
    both(&ada.clone().denied(), &ada).open(7.0, "CR-9", PASS, "ada read the final");
    let forged = SelfReview {
        key: "mallory",
        ..ada.clone()
    };
    both(&ada, &forged).open(7.0, "CR-9", PASS, "ada read the final");
    let early = world()
        .with(2.0, &ada)
        .with(6.0, &ada)
        .with(6.0, &Request::open());
    early.open(6.0, "CR-9", PASS, "leaf 2: ada read the final");
}

#[test]
fn what_comes_after_the_merge_is_late() {
    let ada = SelfReview::by("ada");
    let after = world()
        .with(30.5, &ada)
        .with(31.0, &Request::open().merged());
    after.landed(&landed(), "CR-9", FAIL, "recorded before it landed");
    // The clock was set back, and the log shows the merge before the statement.
    let behind = world()
        .with(20.0, &Request::open().merged())
        .with(20.0, &ada);
    behind.landed(&landed(), "CR-9", FAIL, "recorded before it landed");
}

#[test]
fn what_only_a_machine_wrote_is_read_by_a_person_of_the_organisation() {
    let change = Change {
        authors: vec![identity("scout")],
        brought: brought("scout", signed_by_the_forge()),
        ..proposed()
    };
    let by = |change: Change, login| {
        let commits = vec![commit("scout", None)];
        let request = Request::open().brings(change).commits(commits, 1);
        request.field("user", account(login))
    };
    let check = |request: &Request, who, expected, words| {
        let world = World::new("CR-8: in use, CR-9: in use").with(1.0, request);
        let world = world.with(6.0, &SelfReview::by(who)).with(6.0, request);
        world.open(6.0, "CR-9", expected, words);
    };
    let machine = by(change.clone(), "scout[bot]");
    check(&machine, "bo", PASS, "bo read the final difference again");
    check(
        &machine,
        "noor",
        FAIL,
        "noor is no person of the organisation",
    );
    check(
        &by(change.clone(), "adamarsh"),
        "bo",
        FAIL,
        "its author has not read it again",
    );
    let of_nobody = Change {
        authors: vec![identity("mallory")],
        ..change
    };
    check(
        &by(of_nobody, "scout[bot]"),
        "bo",
        UNKNOWN,
        "an author of it is nobody",
    );
}

#[test]
fn the_whole_wait_of_all_rules_comes_first() {
    let medium = Request::open().brings(Change {
        paths: vec!["app/a".to_owned()],
        ..proposed()
    });
    let check = |controls: &str, hours: f64, expected, words| {
        let world = World::new(controls).with(1.0, &medium);
        let world = world
            .with(hours, &SelfReview::by("ada"))
            .with(hours, &medium);
        world.open(hours, "CR-9", expected, words);
    };
    let short = "CR-8: {parameters: {wait_hours: 4}}, CR-9: in use";
    check(short, 6.0, PASS, "ada read the final difference");
    check(
        &format!("{short}, CM-2: in use"),
        6.0,
        FAIL,
        "medium risk asks for 24 h",
    );
    check("CR-9: in use", 2.0, PASS, "ada read the final difference");
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let (_, payload) = SelfReview::by("ada").leaf(6.0);
    let broken = Bytes(LeafKind::Statement, payload[..payload.len() / 3].to_vec());
    let open = |world: World| world.with(7.0, &Request::open());
    open(world().with(6.0, &broken)).open(7.0, "CR-9", UNKNOWN, "statements that cannot be read");
    let both = world().with(6.0, &SelfReview::by("ada")).with(6.5, &broken);
    open(both).open(7.0, "CR-9", UNKNOWN, "statements that cannot be read");
    let unseen = World::new("CR-9: in use").with(6.0, &SelfReview::by("ada"));
    let unseen = unseen.with(31.0, &Request::open().merged());
    unseen.landed(
        &landed(),
        "CR-9",
        UNKNOWN,
        "when its difference was first seen",
    );
    let untold = Change {
        patch_digest: None,
        ..landed()
    };
    unseen.landed(&untold, "CR-9", UNKNOWN, "its difference cannot be told");
    let nobody = Change {
        patch_digest: Some(patch("more")),
        ..landed()
    };
    unseen.landed(&nobody, "CR-9", FAIL, "no self-review of what landed");
    World::new("CR-9: in use")
        .with(10.0, &Request::open())
        .open(
            10.0,
            "CR-9",
            FAIL,
            "run `countersign self-review --request 7`",
        );
}
