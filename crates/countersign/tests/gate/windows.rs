//! Exception windows: what was weakened between two looks, and what landed meanwhile.

use crate::bodies::{Request, Said};
use crate::facts::{landed, push};
use crate::guards::{Guards, required, rule_of};
use crate::hooks::Hook;
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::Change;
use model::outcome::Outcome;
use serde_json::{Value, json};

/// What a ruleset says that protects as it should, since this hour.
fn ruleset(hours: f64) -> Value {
    let request = json!({
        "required_approving_review_count": 0, "dismiss_stale_reviews_on_push": false,
        "require_code_owner_review": false, "require_last_push_approval": false,
        "required_review_thread_resolution": false,
    });
    let checks = json!({"required_status_checks": [required("unit tests", Some(15368))],
        "strict_required_status_checks_policy": false});
    json!({
        "id": 1, "name": "main", "target": "branch", "source_type": "Repository", "source": "larkspur/shop",
        "enforcement": "active", "bypass_actors": [], "updated_at": at(hours),
        "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
        "rules": [rule_of("deletion", None), rule_of("non_fast_forward", None),
            rule_of("pull_request", Some(request)), rule_of("required_status_checks", Some(checks))],
    })
}

/// Returns it with another value in a field.
fn but(mut ruleset: Value, field: &str, value: Value) -> Value {
    ruleset[field] = value;
    ruleset
}

fn off(hours: f64) -> Value {
    but(ruleset(hours), "enforcement", json!("disabled"))
}

/// Returns a look that shows these versions, from 3 on, each since its hour, with what it said where that is recorded.
fn versions(listed: &[(f64, Option<Value>)]) -> Guards {
    let last = listed.last().expect("a version").0;
    let version = |number: usize, hours: f64| json!({"version_id": number, "actor": {"id": 8, "type": "User"}, "updated_at": at(hours)});
    let numbered = || (3..).zip(listed);
    let mut list: Vec<Value> = numbered()
        .map(|(number, (hours, _))| version(number, *hours))
        .collect();
    list.reverse();
    let asked = Question::RulesetVersions { id: 1 };
    let mut guards = Guards::good()
        .changed(last)
        .says(asked, Said::Body(json!(list)));
    for (number, (hours, content)) in numbered() {
        if let Some(content) = content {
            let mut body = version(number, *hours);
            body["state"] = content.clone();
            let question = Question::RulesetVersion {
                id: 1,
                version: number as u64,
            };
            guards = guards.says(question, Said::Body(body));
        }
    }
    guards
}

/// What was there at the look before.
const THEN: (f64, Option<Value>) = (-500.0, None);

fn world(before: &Guards, after: &Guards) -> World {
    let world = World::new("CR-1: in use, CR-2: in use, CR-3: in use");
    world.with(10.0, before).with(31.0, after)
}

/// Checks CR-1 on request 7, which landed at hour 30 between a good look and this one.
#[track_caller]
fn check(after: &Guards, expected: Outcome, words: &str) {
    let world = world(&Guards::good(), after).with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-1", expected, words);
}

#[test]
fn a_change_that_landed_while_the_protection_was_off_fails() {
    let after = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let words = "in a window without protection, since 2026-01-06T14:00:00Z (version 4 of ruleset 1, leaf 1) until \
         2026-01-06T15:30:00Z (version 5 of ruleset 1, leaf 1): no ruleset in force asks for a request";
    check(&after, FAIL, words);
    let world = world(&Guards::good(), &after).with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-2", FAIL, "asks for no force push");
    let someone = json!([{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]);
    let around = but(ruleset(29.0), "bypass_actors", someone);
    check(
        &versions(&[THEN, (29.0, Some(around)), (30.5, None)]),
        FAIL,
        "repositoryrole 5 may go around ruleset 1",
    );
    let elsewhere = json!({"ref_name": {"include": ["refs/heads/next"], "exclude": []}});
    let elsewhere = but(ruleset(29.0), "conditions", elsewhere);
    check(
        &versions(&[THEN, (29.0, Some(elsewhere)), (30.5, None)]),
        FAIL,
        "no ruleset in force",
    );
}

#[test]
fn one_that_landed_outside_of_every_window_passes() {
    let before = versions(&[THEN, (20.0, Some(off(20.0))), (21.0, None)]);
    check(
        &before,
        PASS,
        "it was changed 2 times between them, and protected when it landed",
    );
    let behind = versions(&[THEN, (30.1, Some(off(30.1))), (30.5, None)]);
    check(&behind, PASS, "nobody may go around");
    let renamed = but(ruleset(29.0), "name", json!("trunk"));
    check(
        &versions(&[THEN, (29.0, Some(renamed)), (30.5, None)]),
        PASS,
        "changed 2 times",
    );
    check(&versions(&[THEN, (29.0, None)]), PASS, "changed once");
}

#[test]
fn a_ruleset_that_was_off_covered_nothing_whatever_its_pattern() {
    let pattern = json!({"ref_name": {"include": ["refs/heads/ma*"], "exclude": []}});
    let off = but(off(29.0), "conditions", pattern);
    let after = versions(&[THEN, (29.0, Some(off)), (30.5, None)]);
    check(&after, FAIL, "no ruleset in force asks for a request");
}

#[test]
fn what_nobody_recorded_is_unknown() {
    let gap = versions(&[THEN, (29.0, None), (30.5, None)]);
    check(
        &gap,
        UNKNOWN,
        "what version 4 of ruleset 1 said is not recorded",
    );
    check(
        &versions(&[THEN, (20.0, None), (21.0, None)]),
        PASS,
        "protected when it landed",
    );
    let short = versions(&[(20.0, Some(off(20.0))), (21.0, None)]);
    check(&short, UNKNOWN, "its versions do not reach from leaf 0 on");
    let pattern = json!({"ref_name": {"include": ["refs/heads/ma*"], "exclude": []}});
    let pattern = but(ruleset(29.0), "conditions", pattern);
    let unclear = versions(&[THEN, (29.0, Some(pattern)), (30.5, None)]);
    check(
        &unclear,
        UNKNOWN,
        "whether ruleset 1 covered main is not known",
    );
}

#[test]
fn within_one_second_what_came_first_is_unknown() {
    let back = versions(&[THEN, (29.0, Some(off(29.0))), (30.0, None)]);
    check(&back, UNKNOWN, "in the very second in which it landed");
    let gone = versions(&[THEN, (30.0, Some(off(30.0))), (30.5, None)]);
    check(&gone, FAIL, "since 2026-01-06T15:00:00Z");
    let both = versions(&[THEN, (30.0, Some(off(30.0))), (30.0, None)]);
    check(&both, UNKNOWN, "in the very second in which it landed");
}

#[test]
fn a_ruleset_that_came_between_two_looks_protects_from_then_on() {
    let made = |hours, landed_at| {
        let after = versions(&[(hours, None)]);
        let merged = Request::open().merged_at(landed_at);
        world(&Guards::none(), &after).with(31.0, &merged)
    };
    made(20.0, 30.0).landed(&landed(), "CR-1", PASS, "protected when it landed");
    made(20.0, 15.0).landed(
        &landed(),
        "CR-1",
        FAIL,
        "at leaf 0 (leaf 0) until 2026-01-06T05:00:00Z",
    );
}

#[test]
fn a_check_that_was_not_required_for_a_while_is_a_window_of_cr_3() {
    let other = json!({"required_status_checks": [required("spelling", None)], "strict_required_status_checks_policy": false});
    let mut weak = ruleset(29.0);
    weak["rules"][3] = rule_of("required_status_checks", Some(other));
    let after = versions(&[THEN, (29.0, Some(weak)), (30.5, None)]);
    let world = world(&Guards::good(), &after).with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-1", PASS, "nobody may go around");
    world.landed(
        &landed(),
        "CR-3",
        FAIL,
        "no longer required, or not from its app: `unit tests`",
    );
}

#[test]
fn webhooks_tell_of_rulesets_whose_history_is_withheld() {
    let after = Guards::good().changed(30.5);
    let hook = |ruleset: &Value| {
        let world = world(&Guards::good(), &after).with(31.0, &Request::open().merged());
        world.with(31.0, &Hook::ruleset("edited", ruleset))
    };
    hook(&off(29.0)).landed(
        &landed(),
        "CR-1",
        FAIL,
        "(a webhook on ruleset 1, leaf 3) until 2026-01-06T15:30:00Z (leaf 1)",
    );
    // Other deliveries may be missing.
    hook(&ruleset(29.0)).landed(&landed(), "CR-1", UNKNOWN, "its versions are not known");
    hook(&off(30.2)).landed(&landed(), "CR-1", UNKNOWN, "its versions are not known");
    let taken = world(&Guards::good(), &after).with(31.0, &Request::open().merged());
    let taken = taken.with(31.0, &Hook::ruleset("deleted", &ruleset(-500.0)));
    taken.landed(&landed(), "CR-1", UNKNOWN, "its versions are not known");
}

#[test]
fn webhooks_tell_of_classic_protection() {
    let classic = Guards::none().classic(&json!({}));
    let told = |hooks: &[Hook]| {
        let world = world(&classic, &classic).with(31.0, &Request::open().merged());
        hooks
            .iter()
            .fold(world, |world, hook| world.with(31.0, hook))
    };
    let [off, on] = [Hook::classic(29.0, false), Hook::classic(29.5, true)];
    let weak = told(std::slice::from_ref(&off));
    weak.landed(&landed(), "CR-1", FAIL, "classic protection takes pushes");
    weak.landed(
        &landed(),
        "CR-2",
        FAIL,
        "a webhook on classic protection, leaf 3",
    );
    told(&[off, on]).landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "a webhook alone tells that a window without protection had ended, since 2026-01-06T14:00:00Z",
    );
    told(&[]).landed(&landed(), "CR-1", UNKNOWN, "keeps no history");
    told(&[Hook::classic(30.2, false)]).landed(&landed(), "CR-1", UNKNOWN, "keeps no history");
}

#[test]
fn a_forced_push_keeps_no_history() {
    let good = Guards::good();
    let pushed = |hook: &Hook| world(&good, &good).with(31.0, hook);
    let forced = pushed(&Hook::push("refs/heads/main", 'd', 30.0, true));
    forced.landed(
        &push(),
        "CR-2",
        FAIL,
        "leaf 2: a push took commits from the branch",
    );
    // Its secret is the operator's, who chooses no moment by it.
    let plain = Hook::push("refs/heads/main", 'd', 30.0, false);
    pushed(&plain).landed(&push(), "CR-2", UNKNOWN, "is told by a webhook alone");
    let elsewhere = pushed(&Hook::push("refs/heads/next", 'd', 30.0, true));
    elsewhere.landed(&push(), "CR-2", UNKNOWN, "no record of a request says");
}

#[test]
fn the_windows_of_a_report() {
    let after = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let world = world(&Guards::good(), &after)
        .with(31.0, &Request::open().merged())
        .with(31.0, &Hook::push("refs/heads/main", 'd', 30.25, true))
        .with(40.0, &Guards::none());
    insta::assert_snapshot!(pretty(&world.windows(&[landed(), push()])), @r#"
    {
      "windows": [
        {
          "controls": [
            "CR-1",
            "CR-2",
            "CR-3"
          ],
          "began": {
            "not_before": "2026-01-06T14:00:00Z",
            "not_after": "2026-01-06T14:00:00Z"
          },
          "ended": {
            "not_before": "2026-01-06T15:30:00Z",
            "not_after": "2026-01-06T15:30:00Z"
          },
          "what": [
            "no ruleset in force asks for a request; no classic protection (version 4 of ruleset 1, leaf 1)",
            "no ruleset in force asks for no force push; no classic protection (version 4 of ruleset 1, leaf 1)",
            "no longer required, or not from its app: `unit tests` (version 4 of ruleset 1, leaf 1)"
          ],
          "inside": [
            {
              "at": "2026-01-06T15:00:00Z",
              "commit": "cccccccccccccccccccccccccccccccccccccccc",
              "request": 7,
              "by": "adamarsh",
              "is_certain": true
            },
            {
              "at": "2026-01-06T15:15:00Z",
              "commit": "dddddddddddddddddddddddddddddddddddddddd",
              "request": null,
              "by": "adamarsh",
              "is_certain": true
            }
          ]
        },
        {
          "controls": [
            "CR-2"
          ],
          "began": {
            "not_before": "2026-01-06T15:15:00Z",
            "not_after": "2026-01-06T15:15:00Z"
          },
          "ended": {
            "not_before": "2026-01-06T15:15:00Z",
            "not_after": "2026-01-06T15:15:00Z"
          },
          "what": [
            "a push took commits from the branch, which was at aaaaaaaaaaaa (leaf 3)"
          ],
          "inside": [
            {
              "at": "2026-01-06T15:15:00Z",
              "commit": "dddddddddddddddddddddddddddddddddddddddd",
              "request": null,
              "by": "adamarsh",
              "is_certain": true
            }
          ]
        },
        {
          "controls": [
            "CR-1",
            "CR-2",
            "CR-3"
          ],
          "began": {
            "not_before": "2026-01-06T16:00:00Z",
            "not_after": "2026-01-07T01:00:00Z"
          },
          "ended": null,
          "what": [
            "no ruleset in force asks for a request; no classic protection (leaf 4)",
            "no ruleset in force asks for no force push; no classic protection (leaf 4)",
            "no ruleset in force asks for checks; no classic protection (leaf 4)"
          ],
          "inside": []
        }
      ],
      "known_from": [
        "our own looks (3, leaves 0 to 4)",
        "versions of rulesets (leaf 1)",
        "pushes that the rules judged (3, leaves 0 to 4)",
        "webhooks (leaf 3)"
      ],
      "missing": [
        "what protected main before 2026-01-05T19:00:00Z, the first look at it (leaf 0)",
        "between leaves 1 and 4: ruleset 1 at leaf 4: it was not read"
      ]
    }
    "#);
}

#[test]
fn without_a_window_a_report_says_what_it_rests_on() {
    let good = Guards::good();
    let world = world(&good, &good);
    let found = world.windows(&[]);
    assert!(found.windows.is_empty());
    insta::assert_snapshot!(pretty(&found), @r#"
    {
      "windows": [],
      "known_from": [
        "our own looks (2, leaves 0 to 1)",
        "pushes that the rules judged (2, leaves 0 to 1)"
      ],
      "missing": [
        "what protected main before 2026-01-05T19:00:00Z, the first look at it (leaf 0)"
      ]
    }
    "#);
    let none = World::new("CR-1: in use").windows(&[]);
    assert!(
        none.missing[0].contains("nothing of the protection was recorded"),
        "{none:?}"
    );
    let untested = World::new("CR-4: in use").windows(&[]);
    assert_eq!(untested, model::report::WindowsReport::default());
}

#[test]
fn a_look_while_it_was_off_does_not_cut_a_window_in_two() {
    let mut off_then = versions(&[THEN, (20.0, Some(off(20.0)))]);
    for kind in [
        "deletion",
        "non_fast_forward",
        "pull_request",
        "required_status_checks",
    ] {
        off_then = off_then.without(kind);
    }
    let off_then = off_then.says(Question::Ruleset { id: 1 }, Said::Body(off(20.0)));
    let on_again = versions(&[THEN, (20.0, Some(off(20.0))), (35.0, None)]);
    let world = world(&Guards::good(), &off_then)
        .with(31.0, &Request::open().merged())
        .with(40.0, &on_again);
    world.landed(&landed(), "CR-1", FAIL, "since 2026-01-06T05:00:00Z");
    let found = world.windows(&[landed()]);
    let [window] = found.windows.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(window.began.not_before, Some(at(20.0)));
    assert_eq!(window.ended.unwrap().not_after, Some(at(35.0)));
    assert!(window.inside[0].is_certain);
    assert_eq!(found.missing.len(), 1, "{found:?}");
}

#[test]
fn what_went_around_the_rules_is_a_window_of_its_own() {
    let bypass = Guards::good().suite("refs/heads/main", 'c', "bypass");
    let found = world(&Guards::good(), &bypass).windows(&[]);
    let [window] = found.windows.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(window.what, ["a push went around the rules (rule suite 9)"]);
    assert_eq!(window.controls.len(), 3);
    assert_eq!(window.inside[0].by.as_deref(), Some("adamarsh"));
}

#[test]
fn a_change_that_landed_before_the_first_look_is_in_no_window_for_certain() {
    let world = World::new("CR-1: in use")
        .with(31.0, &Guards::none())
        .with(31.0, &Request::open().merged());
    let landed: Change = landed();
    let found = world.windows(std::slice::from_ref(&landed));
    let inside = &found.windows[0].inside[0];
    assert_eq!((inside.request, inside.is_certain), (Some(7), false));
}

fn pretty(found: &model::report::WindowsReport) -> String {
    serde_json::to_string_pretty(found).unwrap()
}

#[test]
fn a_ruleset_that_differs_without_a_change_tells_nothing() {
    let uncovered = Guards::good().says(Question::Rules, Said::Body(json!([])));
    check(
        &uncovered,
        UNKNOWN,
        "which of them held when it landed is unknown",
    );
}

#[test]
fn a_pattern_that_follows_the_repository_keeps_no_history() {
    let default = json!({"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}});
    let asked = Question::Ruleset { id: 1 };
    let by_default = || {
        let ruleset = but(ruleset(-500.0), "conditions", default.clone());
        Guards::good().says(asked, Said::Body(ruleset))
    };
    let world = world(&by_default(), &by_default()).with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-1", UNKNOWN, "have it name refs/heads/main");
}

#[test]
fn a_look_that_shows_what_came_after_the_landing_is_none_before_it() {
    // Recorded by a clock that is behind: the ruleset was on again at 30.5.
    let late = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let world = World::new("CR-1: in use")
        .with(10.0, &Guards::good())
        .with(29.9, &late)
        .with(40.0, &late)
        .with(40.0, &Request::open().merged());
    world.landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "the clock of who recorded it was behind",
    );
}

#[test]
fn a_webhook_moves_no_push_out_of_a_window() {
    let after = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let told = |hours| Hook::push("refs/heads/main", 'd', hours, false);
    let one = world(&Guards::good(), &after).with(31.0, &told(30.0));
    one.landed(&push(), "CR-2", FAIL, "in a window without protection");
    let other = world(&Guards::good(), &after).with(31.0, &told(28.0));
    other.landed(&push(), "CR-2", UNKNOWN, "is told by a webhook alone");
    // Two that differ tell nothing.
    let both = other.with(31.0, &told(30.0));
    both.landed(&push(), "CR-2", UNKNOWN, "no record of a request says");
    let found = both.windows(&[push()]);
    assert_eq!(found.windows[0].inside.len(), 1, "{}", pretty(&found));
    // Nor does one of the ruleset, which says that it was on.
    let hidden = Hook::ruleset("edited", &ruleset(29.5));
    let hidden = world(&Guards::good(), &Guards::good().changed(30.5))
        .with(31.0, &Hook::ruleset("edited", &off(29.0)))
        .with(31.0, &hidden)
        .with(31.0, &Request::open().merged());
    hidden.landed(&landed(), "CR-1", UNKNOWN, "a webhook alone tells");
    let found = hidden.windows(&[landed()]);
    let window = &found.windows[0];
    assert_eq!(window.inside.len(), 1, "{}", pretty(&found));
    assert_eq!(window.ended.unwrap().not_after, Some(at(30.5)));
}

#[test]
fn a_record_that_cannot_be_read_may_have_shown_a_window() {
    let good = Guards::good();
    let spoilt = good.clone().edited(|kept| kept.pages.truncate(9));
    let whole = world(&good, &good).with(31.0, &Request::open().merged());
    whole.landed(&landed(), "CR-1", PASS, "nobody may go around");
    let between = World::new("CR-1: in use, CR-2: in use")
        .with(10.0, &good)
        .with(29.0, &spoilt)
        .with(31.0, &good)
        .with(31.0, &Request::open().merged());
    for world in [between, whole.with(40.0, &spoilt)] {
        for control in ["CR-1", "CR-2"] {
            world.landed(&landed(), control, UNKNOWN, "cannot be read");
        }
        let found = world.windows(&[landed()]);
        let missing = found.missing.join("\n");
        assert!(missing.contains("that cannot be read"), "{missing}");
    }
    // One from before the look that shows all that was in force says nothing of what came then.
    let before = World::new("CR-1: in use").with(9.0, &spoilt);
    let before = before.with(10.0, &good).with(31.0, &good);
    let merged = before.with(31.0, &Request::open().merged());
    merged.landed(&landed(), "CR-1", PASS, "nobody may go around");
}

#[test]
fn two_versions_of_one_second_are_not_told_apart() {
    let after = versions(&[THEN, (-500.0, Some(off(-500.0))), (30.5, None)]);
    check(&after, UNKNOWN, "2 versions of ruleset 1 are of");
    let listed = |listed: &[(f64, Option<Value>)]| versions(listed);
    let world = world(&listed(&[THEN]), &listed(&[THEN, THEN]));
    let world = world.with(31.0, &Request::open().merged());
    world.landed(&landed(), "CR-1", UNKNOWN, "was changed more than once at");
}

/// Returns classic protection with an audit log of these events, by their numbers, hours and actions.
fn audited(events: &[(u64, f64, &str)]) -> Guards {
    let event = |(id, hours, action): &(u64, f64, &str)| {
        json!({"_document_id": format!("event-{id}"), "@timestamp": at(*hours).as_millisecond(),
            "action": action, "actor": "adamarsh", "repo": "larkspur/shop"})
    };
    let events: Vec<Value> = events.iter().map(event).collect();
    let classic = Guards::none().classic(&json!({}));
    classic.says(Question::AuditLog, Said::Body(json!(events)))
}

#[test]
fn the_audit_log_tells_that_classic_protection_stayed() {
    let long_ago = (1, -900.0, "protected_branch.create");
    let check = |before: &Guards, after: &Guards, expected, words| {
        let world = world(before, after).with(31.0, &Request::open().merged());
        world.landed(&landed(), "CR-1", expected, words);
    };
    let good = audited(&[long_ago]);
    check(
        &good,
        &good,
        PASS,
        "classic protection, for administrators too",
    );
    let rejected = audited(&[long_ago, (2, 20.0, "protected_branch.rejected_ref_update")]);
    check(&good, &rejected, PASS, "classic protection");
    let without = Guards::none().classic(&json!({}));
    check(&good, &without, UNKNOWN, "keeps no history");
    check(&without, &good, UNKNOWN, "keeps no history");
    let hidden = without.says(Question::AuditLog, Said::Withheld);
    check(
        &good,
        &hidden,
        UNKNOWN,
        "keeps no history, so that it may have been off in between; the audit log: ",
    );
    let off = (2, 29.0, "protected_branch.destroy");
    let on = (3, 30.5, "protected_branch.create");
    let toggled = audited(&[long_ago, off, on]);
    let words = "protected_branch.destroy by adamarsh at 2026-01-06T14:00:00Z, of a branch that it does not name";
    check(&good, &toggled, UNKNOWN, words);
    // The log lags behind.
    let later = world(&good, &good)
        .with(31.0, &Request::open().merged())
        .with(40.0, &toggled);
    later.landed(&landed(), "CR-1", UNKNOWN, words);
    // The look before was recorded by a clock that is behind.
    check(
        &toggled,
        &toggled,
        UNKNOWN,
        "shows an event of the audit log at",
    );
    let long_before = good.clone().edited(|kept| {
        for answer in &mut kept.record.answers {
            answer.at = at(-4000.0);
        }
    });
    let asked_then = good.clone().edited(|kept| {
        for answer in &mut kept.record.answers {
            answer.at = at(31.0);
        }
    });
    let far = World::new("CR-1: in use")
        .with(-4000.0, &long_before)
        .with(31.0, &asked_then);
    let far = far.with(31.0, &Request::open().merged());
    far.landed(&landed(), "CR-1", UNKNOWN, "was asked for what came since");
}

#[test]
fn an_administrator_who_goes_around_is_in_the_audit_log() {
    let around = audited(&[(2, 30.0, "protected_branch.policy_override")]);
    let world = world(&audited(&[]), &around).with(31.0, &Request::open().merged());
    for control in ["CR-1", "CR-2", "CR-3"] {
        world.landed(
            &landed(),
            control,
            FAIL,
            "adamarsh went around the protection of a branch at 2026-01-06T15:00:00Z, as it landed",
        );
    }
    let found = world.windows(&[landed()]);
    assert_eq!(found.windows.len(), 1, "{}", pretty(&found));
    assert_eq!(found.windows[0].inside.len(), 1, "{}", pretty(&found));
    let other = audited(&[(2, 29.0, "protected_branch.policy_override")]);
    let other = self::world(&audited(&[]), &other).with(31.0, &Request::open().merged());
    other.landed(&landed(), "CR-1", PASS, "classic protection");
}

#[test]
fn a_look_that_was_recorded_ahead_of_its_time_is_none_behind_the_landing() {
    // Both looks came before the protection was off; a later one lists that it was.
    let later = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let ahead = World::new("CR-1: in use")
        .with(10.0, &Guards::good())
        .with(40.0, &Guards::good())
        .with(41.0, &Request::open().merged())
        .with(42.0, &later);
    ahead.landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "another look lists version 4 of ruleset 1",
    );
    // A sight of the open request behind it shows that too.
    let open = World::new("CR-1: in use")
        .with(10.0, &Guards::good())
        .with(40.0, &Guards::good())
        .with(41.0, &Request::open())
        .with(41.0, &Request::open().merged());
    open.landed(
        &landed(),
        "CR-1",
        UNKNOWN,
        "nothing was recorded since the change landed",
    );
}

#[test]
fn records_that_contradict_each_other_pass_nothing() {
    let told = versions(&[THEN, (29.0, Some(off(29.0))), (30.5, None)]);
    let lied = versions(&[THEN, (29.0, Some(ruleset(29.0))), (30.5, None)]);
    let world = world(&Guards::good(), &told).with(31.0, &Request::open().merged());
    let contradicted = world.with(32.0, &lied);
    contradicted.landed(&landed(), "CR-1", FAIL, "in a window without protection");
    let other_way = self::world(&Guards::good(), &lied)
        .with(31.0, &Request::open().merged())
        .with(32.0, &told);
    other_way.landed(&landed(), "CR-1", UNKNOWN, "cannot be read");
    let moved = Request::open().merged().field("merged_at", json!(at(28.0)));
    let moved = self::world(&Guards::good(), &told)
        .with(31.0, &Request::open().merged())
        .with(32.0, &moved);
    for control in ["CR-1", "CR-2", "CR-3"] {
        moved.landed(&landed(), control, UNKNOWN, "");
    }
    // Nor does a later moment lengthen a wait.
    let waited = |merged: &[f64]| {
        let world = World::new("CR-8: in use").with(29.0, &Request::open());
        merged.iter().fold(world, |world, hours| {
            let request = Request::open().merged();
            world.with(60.0, &request.field("merged_at", json!(at(*hours))))
        })
    };
    waited(&[59.0]).landed(&landed(), "CR-8", PASS, "");
    waited(&[30.0]).landed(&landed(), "CR-8", UNKNOWN, "");
    waited(&[30.0, 59.0]).landed(&landed(), "CR-8", UNKNOWN, "");
}
