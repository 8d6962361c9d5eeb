//! CR-7 where an AI reviewer gave no review: those who are asked in its place, and an outsider last.

use crate::ai_review::{GRAVE, REVIEWER, Review, company};
use crate::bodies::Request;
use crate::facts::landed;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use model::outcome::Outcome;
use model::program::PrincipalId;

/// A company in which these are asked where scout gives no review.
fn world(fallback: &str) -> World {
    let by_ferry = "  - {id: ferry,";
    let finch = REVIEWER.replace("owl", "jay");
    let finch = format!("  - {{id: finch, kind: agent, {finch}}}\n{by_ferry}");
    let duty = "  scout: [code review and approval]\n";
    let duties = format!("{duty}  finch: [code review and approval]\n");
    company("in use")
        .but(
            "context_tokens: 32000",
            &format!("context_tokens: 32000, fallback: [{fallback}]"),
        )
        .but(by_ferry, &finch)
        .but(duty, &duties)
}

/// Checks the rule while the request is open, and after it landed.
#[track_caller]
fn check(world: World, request: &Request, expected: Outcome, words: &str) {
    let open = world.clone().with(9.0, request);
    open.open(9.0, "CR-7", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CR-7", expected, words);
}

fn unavailable() -> Review {
    Review::clean().edited(|it| it.answers[0].status = Some(500))
}

fn by_finch(review: Review) -> Review {
    review.edited(|it| {
        it.reviewer = PrincipalId::new("finch").unwrap();
        it.answers[0].model = "jay-4".to_owned();
    })
}

fn asked(fallback: &str) -> World {
    world(fallback)
        .with(1.0, &Request::open())
        .with(2.0, &unavailable())
}

fn approved() -> Request {
    Request::open().approved("noorh")
}

#[test]
fn an_outsider_approves_in_its_place() {
    check(
        asked("outsider"),
        &approved(),
        PASS,
        "leaf 1: the review by scout was unavailable, and the outsider noor approved the final head in its place",
    );
    check(
        asked("outsider"),
        &Request::open(),
        UNKNOWN,
        "ask an outsider who wrote none of it",
    );
    let objects = Request::open().review("noorh", "CHANGES_REQUESTED", 'b', 8.0);
    check(
        asked("outsider"),
        &objects,
        FAIL,
        "the outsider noor asks for changes",
    );
    let found = Review::finding(&GRAVE);
    let broken = asked("outsider").with(3.0, &found);
    check(broken, &approved(), FAIL, "It pays twice.");
    let clean = asked("outsider").with(3.0, &Review::clean());
    check(clean, &approved(), PASS, "leaf 2: scout found nothing");
}

#[test]
fn no_approval_stands_in_where_the_program_does_not_say_so() {
    let was = "leaf 1: the review by scout was unavailable";
    check(asked(""), &approved(), UNKNOWN, was);
    check(asked("finch"), &approved(), UNKNOWN, was);
    let both = asked("finch").with(3.0, &by_finch(unavailable()));
    check(
        both,
        &approved(),
        UNKNOWN,
        "the review by finch was unavailable",
    );
}

#[test]
fn it_is_an_outsider_with_the_duty_who_wrote_none_of_it() {
    let asks = "ask an outsider who wrote none of it";
    let by_bo = Request::open().approved("boreyes");
    check(asked("outsider"), &by_bo, UNKNOWN, asks);
    let duty = "  noor: [code review and approval]\n";
    check(asked("outsider").but(duty, ""), &approved(), UNKNOWN, asks);
    let wrote = Request::open()
        .commits(vec![crate::bodies::commit("noor", Some("noorh"))], 1)
        .approved("noorh");
    check(asked("outsider"), &wrote, UNKNOWN, asks);
}

#[test]
fn it_is_of_the_final_difference_and_in_time() {
    let other_head = Request::open().review("noorh", "APPROVED", 'd', 8.0);
    check(asked("outsider"), &other_head, UNKNOWN, "ask an outsider");
    let unasked = world("outsider").with(1.0, &Request::open());
    check(unasked, &approved(), UNKNOWN, "");
    let of_draft = world("outsider")
        .with(1.0, &Request::open())
        .with(2.0, &unavailable().of("draft"));
    check(of_draft, &approved(), UNKNOWN, "");
    let late = Request::open()
        .review("noorh", "APPROVED", 'b', 40.0)
        .merged();
    let late = asked("outsider").with(41.0, &late);
    late.landed(&landed(), "CR-7", UNKNOWN, "ask an outsider");
    // What was asked after the change landed was not asked.
    let behind = world("outsider")
        .with(1.0, &Request::open())
        .with(30.5, &unavailable())
        .with(31.0, &approved().merged());
    behind.landed(&landed(), "CR-7", UNKNOWN, "");
}

#[test]
fn everybody_is_asked_before_an_outsider() {
    let both = "finch, outsider";
    check(
        asked(both),
        &approved(),
        UNKNOWN,
        "finch, who is asked before an outsider, gave no answer that counts",
    );
    let with = |review: Review| asked(both).with(3.0, &by_finch(review));
    check(
        with(unavailable()),
        &approved(),
        PASS,
        "the outsider noor approved",
    );
    check(
        with(Review::clean()),
        &Request::open(),
        PASS,
        "leaf 2: finch found nothing",
    );
    check(
        with(Review::finding(&GRAVE)),
        &approved(),
        FAIL,
        "It pays twice.",
    );
    let other_model = unavailable().edited(|it| it.reviewer = PrincipalId::new("finch").unwrap());
    check(
        asked(both).with(3.0, &other_model),
        &approved(),
        UNKNOWN,
        "gave no answer that counts",
    );
}
