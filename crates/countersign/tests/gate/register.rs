//! What the register says of a change from the forge's own records: who opened it, who let it land, what had passed.

use crate::UNKNOWN;
use crate::bodies::{Request, account};
use crate::facts::{identity, landed, patch, push};
use crate::guards::Guards;
use crate::lists::List;
use crate::world::{World, at};
use countersign::gate::scene::ProgramFrom;
use gates::census::Judgement;
use model::change::Change;
use model::digest::Digest;
use model::outcome::Outcome;
use model::report::ChangeReport;
use model::report::at_forge::{AtForge, LandedAtForge};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn row(world: &World, change: &Change) -> ChangeReport {
    world.rows(std::slice::from_ref(change)).remove(0)
}

fn said(world: &World, change: &Change) -> AtForge {
    row(world, change).at_forge.unwrap()
}

fn world() -> World {
    World::new("CR-4: in use")
}

#[test]
fn a_request_that_landed() {
    let open = Request::open()
        .unchecked()
        .passed("unit")
        .run("lint", &json!({"conclusion": "failure"}))
        .run("scan", &json!({"app": null}))
        .status("deploy", "success", 2.0)
        .status("docs", "pending", 2.0);
    let late = open.clone().passed("late").merged();
    let world = world().with(1.0, &open).with(31.0, &late);
    let row = row(&world, &landed());
    let said = row.at_forge.unwrap();
    assert_eq!(
        (said.landed, said.request),
        (LandedAtForge::Request, Some(7))
    );
    assert_eq!(said.opened_by.as_deref(), Some("ada"));
    assert_eq!(said.merged_by.as_deref(), Some("ada"));
    assert_eq!(said.merged_at, "2026-01-06T15:00:00Z".parse().ok());
    let passed = said.passed.unwrap();
    let passed: Vec<&str> = passed.iter().map(String::as_str).collect();
    assert_eq!(passed, ["deploy", "scan", "unit (github-actions)"]);
    assert_eq!(said.patch_digest, Some(patch("receipts")));
    assert_eq!(said.gate, None);
    assert_eq!(
        (row.merger.as_deref(), row.self_merged),
        (Some("ada"), Some(true))
    );
}

#[test]
fn what_the_gate_answered_last() {
    let gated = |outcome| {
        let world = world().with(1.0, &Request::open());
        let world = world.gated(2.0, |gate| gate.outcome = outcome);
        said(&world.with(31.0, &Request::open().merged()), &landed()).gate
    };
    for outcome in [Outcome::Pass, Outcome::Fail, Outcome::Unknown] {
        assert_eq!(gated(outcome), Some(outcome));
    }
    let of_file = world().with(1.0, &Request::open()).gated(2.0, |gate| {
        gate.program_from = ProgramFrom::File("weak.yaml".to_owned());
    });
    let of_file = of_file.with(31.0, &Request::open().merged());
    assert_eq!(said(&of_file, &landed()).gate, None);
    let another = world().with(1.0, &Request::open());
    let another = another.gated(2.0, |gate| gate.patch_digest = Some(Digest::of(b"another")));
    let another = another.with(31.0, &Request::open().merged());
    assert_eq!(said(&another, &landed()).gate, None);
}

#[test]
fn who_let_it_land_is_the_one_whom_the_forge_names() {
    let by = |account| {
        let merged = Request::open().merged().field("merged_by", account);
        row(&world().with(31.0, &merged), &landed())
    };
    let other = by(account("boreyes"));
    assert_eq!(
        (other.merger.as_deref(), other.self_merged),
        (Some("bo"), Some(false))
    );
    let stranger = by(account("zed"));
    assert_eq!(stranger.merger.as_deref(), Some("unknown: github:zed"));
    assert_eq!(stranger.self_merged, None);
    let nobody = by(json!(null));
    assert_eq!(nobody.at_forge.unwrap().merged_by, None);
}

#[test]
fn accounts_of_nobody_are_unknown_identities_and_what_they_let_land_is_told() {
    let strange = |opener: &str, merger: &str| {
        let merged = Request::open().merged().field("user", account(opener));
        let merged = merged.field("merged_by", account(merger));
        world().with(31.0, &merged).judged(&[landed()])
    };
    let told = strange("adamarsh", "zed");
    assert_eq!(told.unknown_identities["github:zed"], 1);
    let requests = BTreeMap::from([("github:zed".to_owned(), BTreeSet::from([7]))]);
    assert_eq!(told.strange_mergers, requests);
    let counts = |judged: &Judgement, id: &str| {
        let row = judged.principals.iter().find(|it| it.id.as_str() == id);
        row.map(|it| (it.merged, it.self_merged)).unwrap()
    };
    assert_eq!(
        counts(&told, "ada"),
        (0, 0),
        "git's committer let nothing land"
    );
    // Who does both appears in one change.
    assert_eq!(strange("zed", "zed").unknown_identities["github:zed"], 1);
    let opened = strange("zed", "boreyes");
    assert_eq!(opened.unknown_identities["github:zed"], 1);
    assert!(opened.strange_mergers.is_empty());
    assert_eq!(counts(&opened, "bo"), (1, 0));
    let known = strange("adamarsh", "adamarsh");
    assert!(
        !known
            .unknown_identities
            .keys()
            .any(|it| it.starts_with("github:"))
    );
    assert_eq!(counts(&known, "ada"), (1, 1));
    let nobody = Request::open().merged().field("merged_by", json!(null));
    let nobody = world().with(31.0, &nobody).judged(&[landed()]);
    assert!(nobody.strange_mergers.is_empty());
}

#[test]
fn what_landed_otherwise() {
    let world = |list: List| world().observed(31.0).with(31.0, &list);
    let pushed = said(&world(List::new()), &push());
    assert_eq!((pushed.landed, pushed.request), (LandedAtForge::Push, None));
    assert_eq!((pushed.opened_by, pushed.merged_by), (None, None));
    let elsewhere = said(&world(List::new().merged(7, 'd', "next")), &push());
    assert_eq!(
        (elsewhere.landed, elsewhere.request),
        (LandedAtForge::OtherBranch, Some(7))
    );
    // In the list alone, it was never read who.
    let listed = said(&world(List::new().merged(7, 'c', "main")), &landed());
    assert_eq!(
        (listed.landed, listed.request),
        (LandedAtForge::Request, Some(7))
    );
    assert_eq!((listed.opened_by, listed.passed), (None, None));
    assert_eq!(row(&World::new("CR-4: in use"), &push()).at_forge, None);
}

#[test]
fn of_runs_and_statuses_of_one_name_the_last_counts() {
    let passed = |request: &Request| {
        let world = world().with(3.6, request);
        let said = said(&world.with(31.0, &request.clone().merged()), &landed());
        said.passed.unwrap().into_iter().collect::<Vec<String>>()
    };
    let status = Request::open().unchecked().status("unit", "failure", 3.0);
    assert!(passed(&status.clone().status("unit", "success", 2.0)).is_empty());
    assert_eq!(passed(&status.status("unit", "success", 3.5)), ["unit"]);
    let again = json!({"completed_at": at(3.5), "conclusion": "failure"});
    let runs = Request::open().unchecked().passed("unit");
    assert!(passed(&runs.clone().run("unit", &again)).is_empty());
    let running = json!({"status": "in_progress", "conclusion": null, "completed_at": null});
    assert!(passed(&runs.run("unit", &running)).is_empty());
    // What a later record shows overturns what an earlier one did.
    let early = Request::open().unchecked().passed("unit");
    let late = early.clone().run("unit", &again);
    let world = world().with(2.0, &early).with(3.6, &late);
    let said = said(&world.with(31.0, &late.merged()), &landed());
    assert_eq!(said.passed, Some(BTreeSet::new()));
}

#[test]
fn a_pass_that_counts_for_nothing_is_not_shown() {
    let typed = World::new("CM-1: in use, CR-3: in use").with(1.0, &Guards::good());
    let typed = typed.with(1.0, &Request::open().body("No ticket."));
    let typed = typed.gated(1.0, |gate| gate.outcome = Outcome::Pass);
    let typed = typed.with(31.0, &Request::open().body("No ticket.").merged());
    assert_eq!(said(&typed, &landed()).gate, None);
    let strict = World::new("CM-1: in use, CR-3: in use").with(1.0, &Guards::good());
    let strict = strict.with(1.0, &Request::open().body("No ticket."));
    let strict = strict.gated(1.0, |_| ());
    let weaker = strict.gated_by(1.0, &World::new("CR-4: in use"), |_| ());
    let weaker = weaker.with(31.0, &Request::open().body("No ticket.").merged());
    assert_eq!(said(&weaker, &landed()).gate, None);
}

#[test]
fn a_machine_is_nobody_who_lets_a_change_land() {
    let bot = |login: &str| json!({"id": 41898282, "login": login, "type": "Bot"});
    let by = |world: World, login: &str| {
        let merged = Request::open().merged().field("merged_by", bot(login));
        let row = row(&world.with(31.0, &merged), &landed());
        (row.merger.unwrap(), row.self_merged)
    };
    let lent = "\"github:boreyes\", \"github:github-actions[bot]\"";
    let lent = world().but("\"github:boreyes\"", lent);
    let unknown = "unknown: github:github-actions[bot]".to_owned();
    assert_eq!(by(lent, "github-actions[bot]"), (unknown, None));
    assert_eq!(by(world(), "ferry[bot]"), ("ferry".to_owned(), None));
}

#[test]
fn whoever_opens_and_lands_a_change_of_another_may_have_typed_them() {
    let change = Change {
        author: identity("bo"),
        authors: vec![identity("bo")],
        ..landed()
    };
    let world = world().with(31.0, &Request::open().merged());
    assert_eq!(row(&world, &change).self_merged, None);
}

#[test]
fn records_that_differ_on_who_let_it_land_show_nothing() {
    let merged = Request::open().merged();
    let other = merged.clone().field("merged_by", account("boreyes"));
    let world = World::new("CR-3: in use").with(10.0, &Guards::good());
    let world = world
        .with(29.0, &Request::open())
        .with(31.0, &Guards::good());
    let world = world.with(31.0, &merged).with(32.0, &other);
    world.landed(&landed(), "CR-3", UNKNOWN, "");
}
