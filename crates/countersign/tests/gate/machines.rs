//! Ways around by machines: workflows that approve by themselves, and products that review, are nobody's second pair of eyes.

use crate::bodies::{Request, Said};
use crate::facts::landed;
use crate::gitlab;
use crate::gitlab::bodies::Merge;
use crate::world::{Recorded, World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::{Value, json};

const ONE_APPROVAL: &str = "CM-2: {parameters: {approvals: 1}}, CR-7: in use";

/// Checks a rule on a request while it is open, and after it landed unchanged.
#[track_caller]
fn check_in(
    world: &World,
    (open, merged): (&impl Recorded, &impl Recorded),
    control: &str,
    (expected, words): (Outcome, &str),
) {
    let world = world.clone().with(10.0, open);
    world.open(10.0, control, expected, words);
    let world = world.with(31.0, merged);
    world.landed(&landed(), control, expected, words);
}

#[track_caller]
fn check(request: &Request, control: &str, expected: Outcome, words: &str) {
    let both = (request, &request.clone().merged());
    check_in(&World::new(ONE_APPROVAL), both, control, (expected, words));
}

#[test]
fn a_workflow_that_approves_by_itself_is_no_second_human() {
    for (login, who) in [
        ("github-actions[bot]", "is the account of a machine"),
        ("release-helper[bot]", "is the account of a machine"),
        ("passer-by", "is nobody in the program"),
    ] {
        let request = Request::open().approved(login);
        check(&request, "CM-2", FAIL, "0 of 1 people other than");
        check(&request, "CM-2", FAIL, &format!("{login} {who}"));
        check(&request, "CR-7", UNKNOWN, "no agent of the program");
    }
    // What the program calls an agent or a bot.
    for login in ["scout[bot]", "ferry[bot]"] {
        let request = Request::open().approved(login);
        check(&request, "CM-2", FAIL, "0 of 1 people other than");
    }
    let with_a_human = Request::open()
        .approved("github-actions[bot]")
        .approved("boreyes");
    check(&with_a_human, "CM-2", PASS, "approved by bo");
}

#[test]
fn a_machine_is_no_human_whoever_the_program_says_it_belongs_to() {
    let lent_by = |controls: &str, to: &str| {
        let own = format!("\"github:{to}\"");
        World::new(controls).but(&own, &format!("{own}, \"github:github-actions[bot]\""))
    };
    let lent = |to: &str| lent_by(ONE_APPROVAL, to);
    let check = |to: &str, request: &Request, expected, words| {
        let both = (request, &request.clone().merged());
        check_in(&lent(to), both, "CM-2", (expected, words));
    };
    let approved = Request::open().approved("github-actions[bot]");
    let words = "github-actions[bot] is the account of a machine";
    check("boreyes", &approved, FAIL, words);
    check("noorh", &approved, FAIL, words);
    // It takes no objection of its human back, and no approval.
    let objects = Request::open()
        .review("boreyes", "CHANGES_REQUESTED", 'b', 10.0)
        .review("github-actions[bot]", "APPROVED", 'b', 11.0);
    check("boreyes", &objects, FAIL, "bo asks for changes");
    let both = approved.approved("boreyes");
    check("boreyes", &both, PASS, "approved by bo");
    // An outsider's machine is no outsider.
    let high = lent_by("CM-2: in use", "noorh");
    let request = Request::open()
        .body("The shop sends a receipt for each order.\n\nRisk: high\n")
        .approved("github-actions[bot]");
    let words = "no outsider of the program has approved the final head";
    high.with(10.0, &request).open(10.0, "CM-2", FAIL, words);
}

#[test]
fn a_bot_of_a_project_at_gitlab_is_no_second_human() {
    let bot = "project_3_bot_4ffca233d8298ea1";
    let request = Merge::open().approved(bot, 10.0);
    let world = |controls| gitlab::world(controls).with(0.0, &Merge::open());
    let both = (&request, &request.clone().merged());
    let words = format!("{bot} is the account of a machine");
    check_in(&world(ONE_APPROVAL), both, "CM-2", (FAIL, &words));
    let lent = world(ONE_APPROVAL).but(
        "\"gitlab:boreyes\"",
        &format!("\"gitlab:boreyes\", \"gitlab:{bot}\""),
    );
    check_in(&lent, both, "CM-2", (FAIL, &words));
    let words = format!("which is no pass: {bot} approved bbbbbbbbbbbb, the last commit");
    check_in(&world(ONE_APPROVAL), both, "CR-7", (UNKNOWN, &words));
}

#[test]
fn reviews_by_products_are_told_and_decide_nothing() {
    for (login, state, told) in [
        (
            "copilot-pull-request-reviewer[bot]",
            "COMMENTED",
            "GitHub Copilot (copilot-pull-request-reviewer[bot]) reviewed bbbbbbbbbbbb, the last commit",
        ),
        (
            "coderabbitai[bot]",
            "APPROVED",
            "CodeRabbit (coderabbitai[bot]) approved bbbbbbbbbbbb, the last commit",
        ),
        (
            "qodo-merge-pro[bot]",
            "CHANGES_REQUESTED",
            "Qodo Merge (qodo-merge-pro[bot]) asked for changes to bbbbbbbbbbbb, the last commit",
        ),
        (
            "reviewer-of-nobody[bot]",
            "APPROVED",
            "reviewer-of-nobody[bot] approved bbbbbbbbbbbb, the last commit",
        ),
    ] {
        let request = Request::open().review(login, state, 'b', 10.0);
        let words = format!("; evidence of other products, which is no pass: {told}");
        check(&request, "CR-7", UNKNOWN, &words);
        check(&request, "CM-2", FAIL, "0 of 1 people other than");
        // Beside the recorded review it changes nothing.
        let scout = request.clone().approved("scout[bot]");
        check(&scout, "CR-7", PASS, "scout found nothing to change");
        check(&scout, "CR-7", PASS, &words);
    }
    let older = Request::open().review("coderabbitai[bot]", "APPROVED", 'f', 9.0);
    let words = "approved ffffffffffff, not the last commit";
    check(&older, "CR-7", UNKNOWN, words);
}

/// Returns a comment on a request as GitHub tells of it.
fn comment(login: &str, hours: f64) -> Value {
    json!({
        "id": 1, "user": {"id": 9, "login": login, "type": "Bot"}, "body": "PR Reviewer Guide",
        "created_at": at(hours), "updated_at": at(hours), "performed_via_github_app": null,
    })
}

#[test]
fn a_product_that_comments_names_no_commit() {
    let commented = |hours| {
        let comments = json!([comment("qodo-merge-pro[bot]", hours)]);
        Request::open().says(Question::Comments, Said::Body(comments))
    };
    let words = "no pass: Qodo Merge (qodo-merge-pro[bot]) wrote a comment";
    check(&commented(10.0), "CR-7", UNKNOWN, words);
    // Beside a line.
    let beside = Request::open().field("review_comments", json!(1));
    let comments = Said::Body(json!([comment("qodo-merge-pro[bot]", 10.0)]));
    let told = beside.clone().says(Question::LineComments, comments);
    check(&told, "CR-7", UNKNOWN, words);
    let words = "; what other products commented is not known: ";
    check(&beside, "CR-7", UNKNOWN, words);
    let withheld = Request::open().says(Question::Comments, Said::Withheld);
    check(&withheld, "CR-7", UNKNOWN, words);
    let approved = withheld.approved("scout[bot]");
    check(&approved, "CR-7", PASS, words);
    // What came behind the merge is no evidence of it.
    let world = World::new(ONE_APPROVAL).with(10.0, &Request::open());
    let late = world.with(31.0, &commented(30.5).merged());
    let rows = late.rows(&[landed()]);
    let decision = &rows[0].decisions[&model::program::ControlId("CR-7".into())];
    assert!(!decision.reason.contains("Qodo"), "{decision:?}");
}
