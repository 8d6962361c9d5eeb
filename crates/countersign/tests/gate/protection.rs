//! CR-1 and CR-2: the branch takes requests only, and keeps its history.

use crate::bodies::{Request, Said};
use crate::facts::{id, landed, push};
use crate::guards::Guards;
use crate::lists::List;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::{Change, Landed};
use model::outcome::Outcome;
use model::program::ControlId;
use serde_json::{Value, json};

fn world() -> World {
    World::new("CR-1: in use, CR-2: in use")
}

/// Checks a rule on an open request, of protection that was recorded just before.
#[track_caller]
fn open(control: &str, guards: &Guards, expected: Outcome, words: &str) {
    let world = world().with(10.0, guards).with(10.0, &Request::open());
    world.open(10.5, control, expected, words);
}

/// Checks a rule on what landed between two looks at the protection.
#[track_caller]
fn between(control: &str, before: &Guards, after: &Guards, expected: Outcome, words: &str) {
    let world = world().with(10.0, before).with(31.0, after);
    let world = world.with(31.0, &Request::open().merged());
    world.landed(&landed(), control, expected, words);
}

/// Checks a rule both ways, of protection that stayed as it was.
#[track_caller]
fn check(control: &str, guards: &Guards, expected: Outcome, words: &str) {
    open(control, guards, expected, words);
    between(control, guards, guards, expected, words);
}

#[test]
fn rules_that_nobody_may_go_around() {
    let nobody = "by ruleset 1, which nobody may go around";
    check("CR-1", &Guards::good(), PASS, nobody);
    check("CR-2", &Guards::good(), PASS, nobody);
    let without = |kind| Guards::good().without(kind);
    check(
        "CR-1",
        &without("pull_request"),
        FAIL,
        "no ruleset in force asks for a request",
    );
    check(
        "CR-2",
        &without("non_fast_forward"),
        FAIL,
        "asks for no force push",
    );
    check("CR-2", &without("deletion"), FAIL, "asks for no deletion");
    check("CR-1", &without("deletion"), PASS, nobody);
    check("CR-1", &Guards::none(), FAIL, "no classic protection");
}

#[test]
fn somebody_may_go_around() {
    for kind in [
        "RepositoryRole",
        "OrganizationAdmin",
        "Team",
        "Integration",
        "DeployKey",
        "User",
    ] {
        for mode in ["always", "exempt", "on_sundays"] {
            let guards = Guards::good().bypass(kind, mode);
            check("CR-1", &guards, FAIL, "may go around ruleset 1");
            check("CR-2", &guards, FAIL, "may go around ruleset 1");
        }
        // By a request alone: it is one still, and history stays.
        check(
            "CR-1",
            &Guards::good().bypass(kind, "pull_request"),
            PASS,
            "by ruleset 1",
        );
        check(
            "CR-2",
            &Guards::good().bypass(kind, "pull_request"),
            PASS,
            "by ruleset 1",
        );
    }
}

#[test]
fn a_ruleset_that_is_only_tried_protects_nothing() {
    for enforcement in ["evaluate", "disabled", "perhaps"] {
        let guards = Guards::good().field("enforcement", json!(enforcement));
        check("CR-1", &guards, FAIL, "ruleset 1 is not in force");
        check("CR-2", &guards, FAIL, "ruleset 1 is not in force");
    }
}

#[test]
fn what_is_withheld_is_unknown() {
    let good = Guards::good;
    let actors = good().lacks("bypass_actors");
    check(
        "CR-1",
        &actors,
        UNKNOWN,
        "who may go around ruleset 1: the token may not see it",
    );
    let ruleset = Question::Ruleset { id: 1 };
    let withheld = |question| good().says(question, Said::Withheld);
    check(
        "CR-1",
        &withheld(ruleset),
        UNKNOWN,
        "ruleset 1: the token may not see it",
    );
    check(
        "CR-2",
        &withheld(Question::Rules),
        UNKNOWN,
        "rules of the branch: ",
    );
    check(
        "CR-2",
        &good().says(Question::Rules, Said::CutShort),
        UNKNOWN,
        "not all of it came",
    );
    let neither = Guards::none().says(Question::Protection, Said::Withheld);
    check(
        "CR-1",
        &neither,
        UNKNOWN,
        "classic protection: the token may not see it",
    );
    check(
        "CR-1",
        &withheld(Question::RuleSuites),
        PASS,
        "nobody may go around",
    );
}

#[test]
fn a_plan_without_protection_shows_none() {
    let offered = |guards: Guards, question| guards.says(question, Said::NotOffered);
    let neither = offered(
        offered(Guards::good(), Question::Rules),
        Question::Protection,
    );
    for control in ["CR-1", "CR-2"] {
        let words = "the plan offers no ruleset; the plan offers no classic protection";
        check(control, &neither, UNKNOWN, words);
        // What a rule asks of classic protection may still be shown.
        let classic = offered(Guards::none().classic(&json!({})), Question::Rules);
        open(control, &classic, PASS, "classic protection");
    }
    // A plan with rulesets, of which none is in force.
    let classic = offered(Guards::none(), Question::Protection);
    check(
        "CR-1",
        &classic,
        FAIL,
        "the plan offers no classic protection",
    );
    let withheld = neither.says(Question::Protection, Said::Withheld);
    check(
        "CR-1",
        &withheld,
        UNKNOWN,
        "the plan offers no ruleset; classic protection: the token",
    );
}

#[test]
fn classic_protection_holds_for_administrators_too() {
    let open = |control, change: &Value, expected, words| {
        open(control, &Guards::none().classic(change), expected, words);
    };
    open(
        "CR-1",
        &json!({}),
        PASS,
        "classic protection, for administrators too",
    );
    open(
        "CR-2",
        &json!({}),
        PASS,
        "classic protection, for administrators too",
    );
    let off = json!({"enforce_admins": {"url": "https://api.github.com", "enabled": false}});
    open("CR-1", &off, FAIL, "does not hold for administrators");
    open("CR-2", &off, FAIL, "does not hold for administrators");
    open(
        "CR-1",
        &json!({"required_pull_request_reviews": null}),
        FAIL,
        "takes pushes",
    );
    let allowances = json!({"users": [{"login": "adamarsh"}], "teams": [], "apps": []});
    let reviews = json!({"dismiss_stale_reviews": false, "require_code_owner_reviews": false,
        "bypass_pull_request_allowances": allowances});
    open(
        "CR-1",
        &json!({"required_pull_request_reviews": reviews}),
        FAIL,
        "some who need no request",
    );
    open(
        "CR-2",
        &json!({"allow_force_pushes": {"enabled": true}}),
        FAIL,
        "be force-pushed",
    );
    open(
        "CR-2",
        &json!({"allow_deletions": {"enabled": true}}),
        FAIL,
        "be deleted",
    );
    open(
        "CR-2",
        &json!({"allow_deletions": null}),
        UNKNOWN,
        "does not say",
    );
}

#[test]
fn a_ruleset_and_classic_protection_keep_history_together() {
    let half = Guards::good().without("deletion");
    let pushes = json!({"allow_force_pushes": {"enabled": true}});
    let words = "classic protection, for administrators too";
    open("CR-2", &half.clone().classic(&pushes), PASS, words);
    let neither = json!({"allow_deletions": {"enabled": true}});
    open("CR-2", &half.clone().classic(&neither), FAIL, "be deleted");
    let together = half.classic(&pushes);
    between("CR-2", &together, &together, UNKNOWN, "keeps no history");
}

#[test]
fn a_record_is_fresh_for_an_hour() {
    let at = |hours: f64, guards: &Guards| {
        let world = world().with(10.0, guards).with(hours, &Request::open());
        move |expected, words| world.open(hours, "CR-1", expected, words)
    };
    at(11.0, &Guards::good())(PASS, "nobody may go around");
    at(11.1, &Guards::good())(UNKNOWN, "that was 1.1 h ago");
    at(11.1, &Guards::none())(UNKNOWN, "that was 1.1 h ago");
    let never = world().with(10.0, &Request::open());
    never.open(
        10.0,
        "CR-1",
        UNKNOWN,
        "nothing of the protection was recorded",
    );
}

#[test]
fn what_changed_between_two_looks_is_unknown() {
    let (good, none) = (Guards::good(), Guards::none());
    let changed = good.clone().changed(20.0);
    between(
        "CR-1",
        &good,
        &changed,
        UNKNOWN,
        "ruleset 1 was changed between them, at 2026-01-06T05:00:00Z",
    );
    between("CR-2", &good, &none, UNKNOWN, "which of them held");
    between("CR-2", &none, &good, UNKNOWN, "which of them held");
    let silent = good.clone().lacks("updated_at");
    between("CR-1", &silent, &silent, UNKNOWN, "is not known of both");
    let version = |hours| json!([{"version_id": 4, "actor": {"id": 8, "type": "User"}, "updated_at": crate::world::at(hours)}]);
    let versions = |hours| {
        let question = Question::RulesetVersions { id: 1 };
        silent.clone().says(question, Said::Body(version(hours)))
    };
    between(
        "CR-1",
        &versions(-9.0),
        &versions(-9.0),
        PASS,
        "nobody may go around",
    );
    between(
        "CR-1",
        &versions(-9.0),
        &versions(20.0),
        UNKNOWN,
        "was changed between them",
    );
    let classic = none.classic(&json!({}));
    between("CR-1", &classic, &classic, UNKNOWN, "keeps no history");
    // A ruleset that asks for something else is no history of classic protection.
    let beside = Guards::good().without("pull_request").classic(&json!({}));
    between("CR-1", &beside, &beside, UNKNOWN, "keeps no history");
}

#[test]
fn two_looks_are_needed() {
    let merged = Request::open().merged();
    let before = world().with(10.0, &Guards::good()).with(31.0, &merged);
    before.landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "nothing was recorded since the change landed",
    );
    let after = world().with(31.0, &Guards::good()).with(31.0, &merged);
    after.landed(&landed(), "CR-1", UNKNOWN, "before the change landed");
    let off = world().with(10.0, &Guards::none()).with(31.0, &merged);
    off.landed(&landed(), "CR-1", UNKNOWN, "nothing was recorded since");
    let elsewhere = world()
        .with(10.0, &Guards::good().branch("next"))
        .with(31.0, &merged);
    elsewhere.landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "nothing of the protection was recorded",
    );
}

#[test]
fn the_forge_says_who_went_around() {
    let suite = |reference, commit, result| Guards::good().suite(reference, commit, result);
    let check = |after: &Guards, expected, words| {
        between("CR-1", &Guards::good(), after, expected, words);
        between("CR-2", &Guards::good(), after, expected, words);
    };
    check(
        &suite("refs/heads/main", 'c', "bypass"),
        FAIL,
        "adamarsh went around the rules",
    );
    check(
        &suite("refs/heads/main", 'c', "pass"),
        PASS,
        "nobody may go around",
    );
    check(
        &suite("refs/heads/main", 'f', "bypass"),
        PASS,
        "nobody may go around",
    );
    check(
        &suite("refs/heads/next", 'c', "bypass"),
        PASS,
        "nobody may go around",
    );
    // Any later look shows it, and a suite is of all that its push brought.
    let around = suite("refs/heads/main", 'd', "bypass");
    let world = world().with(10.0, &Guards::good());
    let world = world.with(31.0, &Guards::good()).with(40.0, &around);
    let world = world.with(31.0, &Request::open().merged());
    let tip = Change {
        parents: vec![id('e')],
        position: push().position + 1,
        ..push()
    };
    let below = Change {
        commit: id('e'),
        ..push()
    };
    let rows = world.rows(&[below, tip]);
    for row in rows {
        let decision = &row.decisions[&ControlId("CR-1".into())];
        assert_eq!(decision.outcome, FAIL, "{decision:?}");
    }
}

#[test]
fn the_committers_clock_chooses_no_protection() {
    let world = world()
        .with(10.0, &Guards::good())
        .with(31.0, &Guards::good());
    world.landed(&push(), "CR-1", UNKNOWN, "no record of a request says");
    world.landed(&push(), "CR-2", UNKNOWN, "no record of a request says");
    let listed = world.observed(31.0).with(31.0, &List::new());
    listed.landed(&push(), "CR-1", FAIL, "it took this very change as a push");
    listed.landed(&push(), "CR-2", UNKNOWN, "no record of a request says");
    let root = Change {
        parents: vec![],
        landed: Landed::Root,
        ..push()
    };
    listed.landed(&root, "CR-1", UNKNOWN, "no record of a request says");
}
