//! The deviation rule, case by case: what may be concluded from which outcomes.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use gates::deviation::{Item, Standing, conclude};
use jiff::Timestamp;
use model::outcome::{Conclusion, Outcome};

const DAY: i64 = 24 * 3600;

/// A population that a second source confirms, taken after the period was over.
fn complete() -> Standing {
    Standing {
        gaps: vec![],
        period_over: true,
        second_source: Some("the forge's own list".into()),
        representation: None,
    }
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + day * DAY).unwrap()
}

fn pass(day: i64) -> Item {
    Item {
        at: at(day),
        outcome: Outcome::Pass,
        cause: None,
    }
}

fn unknown(day: i64) -> Item {
    Item {
        outcome: Outcome::Unknown,
        ..pass(day)
    }
}

fn fail(day: i64, cause: Option<&str>) -> Item {
    Item {
        outcome: Outcome::Fail,
        cause: cause.map(Into::into),
        ..pass(day)
    }
}

fn passes(count: i64) -> Vec<Item> {
    (0..count).map(pass).collect()
}

#[track_caller]
fn check(items: &[Item], standing: &Standing, expected: Conclusion, reason: &str) {
    let concluded = conclude(items, standing);
    assert_eq!(concluded.conclusion, expected, "{concluded:?}");
    assert!(
        concluded.reasons.iter().any(|given| given.contains(reason)),
        "{concluded:?}"
    );
}

#[test]
fn nothing_in_the_period_is_no_pass() {
    check(&[], &complete(), Conclusion::NotOccurring, "not a pass");
}

#[test]
fn all_passed_and_complete_is_effective() {
    check(
        &passes(40),
        &complete(),
        Conclusion::Effective,
        "all 40 items passed",
    );
    let represented = Standing {
        second_source: None,
        representation: Some("signed".into()),
        ..complete()
    };
    check(
        &passes(40),
        &represented,
        Conclusion::Effective,
        "all 40 items passed",
    );
}

#[test]
fn without_a_second_source_nothing_is_effective() {
    let standing = Standing {
        second_source: None,
        ..complete()
    };
    check(
        &passes(40),
        &standing,
        Conclusion::NotEvidenced,
        "no second source",
    );
}

#[test]
fn a_population_taken_too_early_or_with_holes_is_not_evidenced() {
    let open = Standing {
        period_over: false,
        ..complete()
    };
    check(&passes(40), &open, Conclusion::NotEvidenced, "was not over");
    let shallow = Standing {
        gaps: vec!["the clone is shallow".into()],
        ..complete()
    };
    check(&passes(40), &shallow, Conclusion::NotEvidenced, "shallow");
}

#[test]
fn one_unknown_caps_the_conclusion() {
    let mut items = passes(40);
    items.push(unknown(40));
    check(
        &items,
        &complete(),
        Conclusion::NotEvidenced,
        "1 of 41 items cannot be decided",
    );
}

#[test]
fn an_isolated_deviation_with_its_cause_is_an_exception() {
    let mut items = passes(40);
    items.push(fail(40, Some("the runner was down")));
    check(
        &items,
        &complete(),
        Conclusion::EffectiveWithExceptions,
        "1 isolated of 41",
    );
}

#[test]
fn a_deviation_without_a_cause_waits_for_one() {
    let mut items = passes(40);
    items.push(fail(40, None));
    check(
        &items,
        &complete(),
        Conclusion::NotEvidenced,
        "without a recorded cause",
    );
}

#[test]
fn in_a_small_population_a_deviation_needs_a_human_reason() {
    let mut items = passes(10);
    items.push(fail(10, None));
    check(
        &items,
        &complete(),
        Conclusion::Ineffective,
        "so few items bear no rate",
    );
    items[10] = fail(10, Some("the runner was down"));
    check(
        &items,
        &complete(),
        Conclusion::EffectiveWithExceptions,
        "1 isolated of 11",
    );
}

#[test]
fn five_percent_is_borne_and_more_is_not() {
    let mut items = passes(19);
    items.push(fail(100, Some("a")));
    check(
        &items,
        &complete(),
        Conclusion::EffectiveWithExceptions,
        "1 isolated of 20",
    );
    items.push(fail(200, Some("b")));
    check(
        &items,
        &complete(),
        Conclusion::Ineffective,
        "more than 5 %",
    );
}

#[test]
fn unknown_items_stay_in_the_denominator() {
    let mut items: Vec<Item> = (0..19).map(unknown).collect();
    items.push(fail(100, Some("a")));
    check(&items, &complete(), Conclusion::NotEvidenced, "19 of 20");
}

#[test]
fn a_recurring_cause_is_ineffective() {
    let mut items = passes(100);
    items.extend([fail(10, Some("In a hurry")), fail(90, Some("in a hurry "))]);
    check(
        &items,
        &complete(),
        Conclusion::Ineffective,
        "recurred 2 times",
    );
}

#[test]
fn deviations_that_concentrate_are_ineffective() {
    let mut items = passes(100);
    items.extend([
        fail(10, Some("a")),
        fail(13, Some("b")),
        fail(17, Some("c")),
    ]);
    check(
        &items,
        &complete(),
        Conclusion::Ineffective,
        "within 7 days",
    );
    items[102] = fail(18, Some("c"));
    check(
        &items,
        &complete(),
        Conclusion::EffectiveWithExceptions,
        "3 isolated",
    );
}

#[test]
fn deviations_that_persist_are_ineffective() {
    let mut items = passes(100);
    items.extend([
        fail(10, Some("a")),
        fail(40, Some("b")),
        fail(70, Some("c")),
    ]);
    check(
        &items,
        &complete(),
        Conclusion::Ineffective,
        "months in a row",
    );
}

#[test]
fn deviations_alone_make_a_control_ineffective_whatever_is_unknown() {
    let mut items: Vec<Item> = (0..30).map(unknown).collect();
    items.extend([fail(10, Some("a")), fail(40, Some("a"))]);
    let standing = Standing {
        second_source: None,
        ..complete()
    };
    check(&items, &standing, Conclusion::Ineffective, "recurred");
}
