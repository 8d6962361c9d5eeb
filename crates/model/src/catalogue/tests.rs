//! What the shipped catalogue must hold.

use super::*;
use crate::check::CheckKind;
use crate::program::Organisation;
use std::collections::BTreeSet;

fn filled() -> Vec<Control> {
    let organisation = Organisation {
        name: "Larkspur Metrics".into(),
        head_count: 1,
    };
    shipped()
        .controls
        .values()
        .map(|template| {
            let mut control = template.control();
            control.fill(&organisation);
            control
        })
        .collect()
}

fn texts(control: &Control) -> Vec<&str> {
    let rows = control.evidence.iter();
    let cells = rows.flat_map(|row| [&row.evidence, &row.source, &row.frequency]);
    [
        &control.title,
        &control.risk_statement,
        &control.justification,
        &control.description,
    ]
    .into_iter()
    .chain(cells)
    .map(String::as_str)
    .collect()
}

#[test]
fn every_control_of_the_catalogue_ships() {
    let areas = [
        ("AC", 8),
        ("CM", 5),
        ("CR", 11),
        ("DP", 9),
        ("GV", 12),
        ("IC", 3),
        ("IN", 4),
        ("MO", 7),
    ];
    let expected: Vec<String> = areas
        .iter()
        .flat_map(|(area, count)| (1..=*count).map(move |number| format!("{area}-{number}")))
        .collect();
    let ids: Vec<String> = shipped().controls.keys().map(ToString::to_string).collect();
    assert_eq!(ids, expected);
}

#[test]
fn twelve_pairs_have_their_risk_and_reason() {
    let catalogue = shipped();
    assert_eq!(catalogue.conflicts.len(), 12);
    let duties: BTreeSet<_> = catalogue
        .conflicts
        .iter()
        .flat_map(|conflict| [&conflict.first, &conflict.second])
        .collect();
    assert_eq!(duties, catalogue.functions.keys().collect());
    assert!(
        catalogue
            .conflicts
            .iter()
            .all(|conflict| conflict.rationale.len() > 40)
    );
}

#[test]
fn every_pair_has_a_control_that_compensates_it() {
    for conflict in &shipped().conflicts {
        let covered = filled().iter().any(|control| control.covers(conflict));
        assert!(covered, "{} / {}", conflict.first, conflict.second);
    }
}

#[test]
fn what_a_control_compensates_is_a_conflict() {
    for control in filled() {
        assert!(!control.compensates.is_empty(), "{}", control.id);
        for [a, b] in &control.compensates {
            let known = shipped()
                .conflicts
                .iter()
                .any(|conflict| (&conflict.first, &conflict.second) == (a, b));
            assert!(known, "{}: {a} / {b}", control.id);
        }
    }
}

#[test]
fn no_placeholder_survives() {
    for control in filled() {
        for text in texts(&control) {
            assert!(
                !text.contains(['{', '}', '[', '\n']),
                "{}: {text}",
                control.id
            );
        }
    }
}

#[test]
fn cr_5_may_require_every_kind_of_check_but_coverage() {
    let control = &shipped().controls[&ControlId("CR-5".into())];
    let allowed = &control.parameters["required_checks"].each_of;
    let mut kinds = CheckKind::ALL.to_vec();
    kinds.retain(|kind| *kind != CheckKind::Coverage);
    let kinds: Vec<&str> = kinds.into_iter().map(CheckKind::name).collect();
    assert_eq!(*allowed, kinds);
}

#[test]
fn every_parameter_is_named_in_a_text_and_within_its_range() {
    for template in shipped().controls.values() {
        let said = texts(&template.control()).join(" ");
        for (name, rule) in &template.parameters {
            assert!(
                said.contains(&format!("{{{name}")),
                "{} {name}",
                template.id
            );
            assert!(!rule.about.is_empty(), "{} {name}", template.id);
            if let (Parameter::Number(number), Some(least)) = (&rule.default, rule.minimum) {
                assert!(*number >= least, "{} {name}", template.id);
            }
        }
    }
}

#[test]
fn every_control_has_its_four_components_and_a_criterion_of_each_framework() {
    for control in filled() {
        let id = &control.id;
        assert!(texts(&control).iter().all(|text| !text.is_empty()), "{id}");
        assert!(!control.evidence.is_empty(), "{id}");
        assert!(!control.evidenced_by.is_empty(), "{id}");
        assert!(!control.criteria.soc2.is_empty(), "{id}");
        assert!(!control.criteria.iso27001.is_empty(), "{id}");
        assert!(control.justification.contains(" 1"), "{id}: no head count");
    }
}

#[test]
fn schedules_are_cadences() {
    for template in shipped().controls.values() {
        if let Some(schedule) = &template.schedule {
            assert!(shipped().cadences.contains_key(schedule), "{}", template.id);
        }
    }
}

#[test]
fn roles_hold_known_duties() {
    for role in &shipped().roles {
        for duty in role.takes.union(&role.shares) {
            assert!(
                shipped().functions.contains_key(duty),
                "{}: {duty}",
                role.role
            );
        }
    }
}

#[test]
fn controls_come_in_the_order_of_their_numbers() {
    let id = |text: &str| ControlId(text.into());
    assert!(id("CR-2") < id("CR-10"));
    assert!(id("AC-8") < id("CM-1"));
}
