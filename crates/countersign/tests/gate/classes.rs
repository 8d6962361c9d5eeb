//! CM-2 by class of risk: a written reason, then an assessment and a wait, then an outsider.

use crate::bodies::{Request, Said};
use crate::facts::{landed, proposed, signed_by, touching};
use crate::records::Report;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::Change;
use model::outcome::{Outcome, Risk};

const REASON: &str = "The shop sends a receipt for each order.\n";
const ASSESSED: &str = "The shop sends a receipt for each order.\n\nRisk-Assessment: one page changes, and can be turned back.\n";

fn world() -> World {
    World::new("CM-2: in use")
}

fn of(path: &str) -> Request {
    Request::open().brings(touching(path, proposed()))
}

#[test]
fn what_looks_like_a_comment_hides_no_class() {
    for hides in [
        "",
        "<!-->",
        "```html\n<!--\n```",
        "From now on the shop strips each `<!--` from its receipts.",
        "It strips \\<!-- too.",
        "```",
    ] {
        let body = format!("The shop sends a receipt for each order.\n\n{hides}\n\nRisk: high\n");
        let request = Request::open().body(&body);
        let open = world().with(10.0, &request);
        open.open(10.0, "CM-2", FAIL, "");
        let landed_too = open.with(31.0, &request.merged());
        assert_eq!(
            landed_too.rows(&[landed()])[0].risk_class,
            Risk::High,
            "{body}"
        );
    }
}

#[test]
fn low_risk_asks_for_a_reason() {
    let check = |before: &str, after: &str, expected, words| {
        let world = world().with(10.0, &of("docs/a").body(before));
        let world = world.with(31.0, &of("docs/a").body(after).merged());
        world.landed(&landed(), "CM-2", expected, words);
    };
    check(REASON, REASON, PASS, "with its justification in request 7");
    check(REASON, "", PASS, "with its justification in request 7");
    check("", REASON, UNKNOWN, "may have been written since it landed");
    check("", "", FAIL, "without a justification");
    let open = |text: &str| world().with(10.0, &of("docs/a").body(text));
    open(REASON).open(10.0, "CM-2", PASS, "with its justification in request 7");
    open("").open(10.0, "CM-2", FAIL, "write 5 different words or more");
    for said_nothing in [
        "TBD TBD TBD TBD TBD TBD",
        "a a a a a a",
        "a b c d e f",
        "the the the the the the",
        "# What does this change, and why?",
        "**What does this change, and why?**",
        "- [ ] I have read it all myself again",
        "<? it is what the law asks for ?>",
        "<div title='it is what the law asks for'></div>",
        "[a]: https://larkspur.example\n'it is what the law asks for'",
        "```\nit is what the law asks for\n```",
        "\u{200b} \u{3164} \u{2800} \u{ad} \u{feff}",
    ] {
        open(said_nothing).open(10.0, "CM-2", FAIL, "no justification");
    }
    let nothing = world().with(10.0, &Request::open().brings_nothing());
    nothing.open(
        10.0,
        "CM-2",
        UNKNOWN,
        "cannot be told: the repository lacks its commits",
    );
}

#[test]
fn medium_risk_asks_for_an_assessment_and_a_wait() {
    let open = |text: &str, hours: f64| {
        let request = of("app/a").body(text);
        world().with(0.5, &request).with(hours, &request)
    };
    open(ASSESSED, 25.0).open(25.0, "CM-2", PASS, "assessed in writing");
    open(REASON, 25.0).open(25.0, "CM-2", FAIL, "without a risk assessment");
    open(ASSESSED, 24.0).open(24.0, "CM-2", FAIL, "it waits until 2026-01-06T09:30:00Z");
    let landed = touching("app/a", landed());
    let check = |seen: f64, (before, after): (&str, &str), merged: f64, expected, words| {
        let request = of("app/a");
        let world = world().with(seen, &request.clone().body(before));
        let world = world.with(31.0, &request.body(after).merged_at(merged));
        world.landed(&landed, "CM-2", expected, words);
    };
    check(
        1.0,
        (ASSESSED, ASSESSED),
        30.0,
        PASS,
        "29.0 h before the forge merged it",
    );
    check(
        10.0,
        (ASSESSED, ASSESSED),
        30.0,
        UNKNOWN,
        "assessed in writing",
    );
    check(
        1.0,
        (REASON, ASSESSED),
        30.0,
        UNKNOWN,
        "may have been written since",
    );
    check(
        1.0,
        (REASON, REASON),
        30.0,
        FAIL,
        "without a risk assessment",
    );
    check(
        1.0,
        (ASSESSED, ASSESSED),
        2.0,
        FAIL,
        "opened 2.0 h before it was merged",
    );
}

/// Checks the rule on a request of high risk while it is open, and after it landed unchanged.
#[track_caller]
fn check_high(request: &Request, expected: Outcome, words: &str) {
    let world = world().with(10.0, request);
    world.open(10.0, "CM-2", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&touching("infra/a", landed()), "CM-2", expected, words);
}

#[test]
fn high_risk_asks_for_an_outsider() {
    let open = || of("infra/a");
    check_high(
        &open().approved("noorh"),
        PASS,
        "the outsider noor approved",
    );
    check_high(
        &open().approved("boreyes"),
        FAIL,
        "no outsider of the program",
    );
    check_high(
        &open().approved("scout[bot]"),
        FAIL,
        "no outsider of the program",
    );
    check_high(&open(), FAIL, "no outsider of the program");
    let withheld = open().says(Question::Reviews, Said::Withheld);
    check_high(&withheld, UNKNOWN, "high risk; reviews: ");
    let hers = Request::open().field("user", crate::bodies::account("noorh"));
    let hers = hers
        .brings(touching("infra/a", proposed()))
        .approved("noorh");
    check_high(&hers, FAIL, "noor is an author of it");
}

#[test]
fn an_outsiders_key_counts_on_the_merge_alone() {
    let by_noor = |change: Change| Change {
        signature: signed_by("noor"),
        ..touching("infra/a", change)
    };
    let open = world().with(10.0, &Request::open().brings(by_noor(proposed())));
    open.open(10.0, "CM-2", FAIL, "no outsider of the program");
    open.landed(
        &by_noor(landed()),
        "CM-2",
        PASS,
        "the outsider noor signed the merge",
    );
}

#[test]
fn a_machine_stands_in_where_the_program_accepts_it() {
    let accepted = "CM-2: {parameters: {automated_security_review: accepted}}";
    let check = |more: &str, request: Request, report: Option<Report>, expected, words| {
        let mut world = World::new(&format!("{accepted}{more}")).with(10.0, &request);
        if let Some(report) = report {
            world = world.with(10.0, &report);
        }
        world.open(10.0, "CM-2", expected, words);
    };
    let sast = ", CR-5: {parameters: {required_checks: sast}}";
    let clean = || Some(Report::sast(None));
    check(
        sast,
        of("infra/a"),
        clean(),
        PASS,
        "an automated review stands in",
    );
    check(
        sast,
        of("infra/a"),
        Some(Report::sast(Some("error"))),
        FAIL,
        "stands in",
    );
    check(
        sast,
        of("infra/a"),
        None,
        UNKNOWN,
        "neither an outsider nor a machine",
    );
    check(
        "",
        of("infra/a"),
        clean(),
        UNKNOWN,
        "CR-5 does not require `sast`",
    );
    let agent = of("infra/a").approved("scout[bot]");
    check(
        ", CR-7: in use",
        agent.clone(),
        None,
        PASS,
        "scout found nothing to change",
    );
    check("", agent, None, UNKNOWN, "CR-7 is not in use");
    let asks = of("infra/a").review("scout[bot]", "CHANGES_REQUESTED", 'b', 10.0);
    check(", CR-7: in use", asks, None, FAIL, "scout asks for changes");
}

#[test]
fn the_class_is_the_highest_that_anybody_declares() {
    let risk = |request: &Request| world().with(10.0, request).answer(10.0).unwrap().risk;
    assert_eq!(risk(&of("docs/a")), Risk::Low);
    assert_eq!(risk(&of("app/a")), Risk::Medium);
    assert_eq!(
        risk(&of("docs/a").body("Reason\n\nRisk: high\n")),
        Risk::High
    );
    let ticket = crate::bodies::WHOLE.replace("Low", "Medium");
    assert_eq!(risk(&of("docs/a").ticket(&ticket)), Risk::Medium);
    assert_eq!(
        risk(&of("infra/a").body("Reason\n\nRisk: low\n")),
        Risk::High
    );
    let raised_by = |request: &Request| {
        let answer = world().with(10.0, request).answer(10.0).unwrap();
        answer.raised_by
    };
    let by_ticket = of("docs/a").ticket(&ticket);
    assert_eq!(raised_by(&by_ticket).as_deref(), Some("#5"));
    assert_eq!(raised_by(&of("app/a").ticket(&ticket)), None);
    assert_eq!(raised_by(&of("docs/a")), None);
    let before = of("docs/a").body("Reason\n\nRisk: high\n");
    let after = of("docs/a").body(REASON).merged();
    let rows = world()
        .with(10.0, &before)
        .with(31.0, &after)
        .rows(&[landed()]);
    assert_eq!(rows[0].risk_class, Risk::High);
}
