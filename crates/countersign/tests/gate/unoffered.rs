//! A plan that no longer offers what another look shows on.

use crate::bodies::{Request, Said};
use crate::facts::landed;
use crate::guards::Guards;
use crate::world::World;
use crate::{PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::program::ControlId;

fn unoffered() -> Guards {
    let of_plan = |guards: Guards, question| guards.says(question, Said::NotOffered);
    [Question::Rules, Question::Protection]
        .into_iter()
        .fold(Guards::good(), of_plan)
}

fn world() -> World {
    World::new("CR-1: in use, CR-2: in use, CR-3: in use")
}

#[test]
fn what_was_taken_away_between_two_looks_is_a_window() {
    let world = world().with(10.0, &Guards::good()).with(29.5, &unoffered());
    let world = world.with(30.5, &Guards::good());
    let world = world.with(31.0, &Request::open().merged());
    let windows = world.windows(&[landed()]).windows;
    assert!(!windows.is_empty());
    assert!(
        windows.iter().any(|window| !window.inside.is_empty()),
        "{windows:?}"
    );
    let row = world.rows(&[landed()]).remove(0);
    assert_ne!(row.decisions[&ControlId("CR-1".into())].outcome, PASS);
}

#[test]
fn a_plan_that_never_offered_it_is_no_window() {
    let world = world().with(10.0, &unoffered()).with(30.5, &unoffered());
    let world = world.with(31.0, &Request::open().merged());
    assert!(world.windows(&[landed()]).windows.is_empty());
    world.landed(&landed(), "CR-1", UNKNOWN, "the plan offers no ruleset");
}
