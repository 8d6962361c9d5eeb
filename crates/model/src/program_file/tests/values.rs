//! What a valid program resolves to.

use super::*;
use crate::outcome::Risk;
use crate::program::{Cadence, ControlId, ForgeKind};
use proptest::prelude::*;

fn control(program: &Program, id: &str) -> crate::program::Control {
    program.controls[&ControlId(id.into())].clone()
}

#[test]
fn five_lines_are_a_program() {
    let program = good(HEAD);
    assert_eq!(program.organisation.head_count, 1);
    assert_eq!(program.conflicts.len(), 12);
    assert_eq!(program.controls.len(), 59);
    assert!(program.controls.values().all(|control| !control.in_use));
    let ada = PrincipalId::new("ada").unwrap();
    assert_eq!(program.assignments[&ada].len(), program.functions.len());
    assert_eq!(program.repositories.len(), 0);
    assert_eq!(program.risk_classes.otherwise, Risk::Low);
    assert!(program.forge_addresses.contains("noreply@github.com"));
}

#[test]
fn two_humans_hold_nothing_until_the_program_says_so() {
    let program = good(&format!("{HEAD}- id: bo\n"));
    assert_eq!(program.organisation.head_count, 2);
    assert_eq!(program.assignments.len(), 0);
}

#[test]
fn a_number_is_a_text_where_a_text_is_wanted() {
    let head = "version: 1\norganisation: {name: 1984}\nperiod: 2026\nprincipals: [{id: no}]\n";
    let causes = "causes: [{control: CR-4, change: 012345678901, cause: yes}]\n";
    let program = good(&format!("{head}{causes}"));
    assert_eq!(program.organisation.name, "1984");
    assert_eq!(program.period.as_deref(), Some("2026"));
    assert_eq!(program.principals[0].id.as_str(), "no");
    assert_eq!(program.causes[0].change, "012345678901");
    assert_eq!(program.causes[0].cause, "yes");
}

#[test]
fn questions_are_gathered_and_are_no_faults() {
    let program = good(
        "version: 1
organisation: {name: \"?? what is the company called\", head_count: ?? how many}
principals:
- {id: ada, kind: ?? is this a person}
- ?? who is bot@example.com
assignments:
  ada: [code authoring, ?? does ada deploy]
  ?? who deploys: [production deployment]
controls:
  CR-4: ?? is every change a request
  CR-8: {parameters: {wait_hours: ?? how long}}
  OWN-1: {title: ?? what}
  OWN-2: {title: Two., compensates: [[code authoring, ?? which]]}
conflicts:
- {between: [code authoring, ?? what]}
- {between: [code authoring, access approval], risk: ?? how bad}
hiring_plan: [{role: senior engineer, planned: ?? when}, {role: x, takes: ?? what}]
",
    );
    assert_eq!(program.organisation.name, "unnamed organisation");
    let questions: Vec<String> = program
        .questions
        .iter()
        .map(|question| format!("{}: {}", question.line, question.text))
        .collect();
    insta::assert_snapshot!(questions.join("\n"), @r"
    2: what is the company called
    2: how many
    4: is this a person
    5: who is bot@example.com
    7: does ada deploy
    8: who deploys
    10: is every change a request
    11: how long
    12: what
    13: which
    15: what
    16: how bad
    17: when
    17: what
    ");
    assert!(!control(&program, "CR-4").in_use);
}

#[test]
fn the_same_pair_replaces_what_the_catalogue_says() {
    let program = good(&format!(
        "{HEAD}conflicts: [{{between: [production deployment, code development], risk: low}}]\n"
    ));
    assert_eq!(program.conflicts.len(), 12);
    let own = &program.conflicts[0];
    assert_eq!(
        (own.first.0.as_str(), own.risk),
        ("code development", Risk::Low)
    );
    assert!(own.rationale.starts_with("Whoever builds"));
}

#[test]
fn a_control_is_declared_by_a_word_or_by_what_changes_in_it() {
    let program = good(&format!(
        "{HEAD}controls:
  CR-1: in use
  CR-2: not in use
  CR-6: {{parameters: {{minimum_coverage: 85}}, cadence: per change}}
  CR-8: {{parameters: {{wait_hours: 12}}}}
  CR-9: {{in_use: false, description: Ada reads again.}}
  OWN-1: {{title: Two keys., compensates: [[code authoring, code review and approval]]}}
cadences: {{external_review: annual}}
"
    ));
    let used: Vec<String> = program
        .controls
        .values()
        .filter(|control| control.in_use)
        .map(|control| control.id.to_string())
        .collect();
    assert_eq!(used, ["CR-1", "CR-6", "CR-8", "OWN-1"]);
    let title = control(&program, "CR-8").title;
    assert!(
        title.contains("12 hours at low risk, 12 at medium"),
        "{title}"
    );
    assert_eq!(
        control(&program, "CR-6").title,
        "Test coverage is at least 85 percent."
    );
    assert_eq!(control(&program, "CR-9").description, "Ada reads again.");
    assert_eq!(control(&program, "GV-1").cadence, Cadence::Annual);
    let grade = Parameter::Text("attested".into());
    assert_eq!(control(&program, "CM-2").parameters["minimum_grade"], grade);
}

#[test]
fn an_own_function_is_held_by_who_holds_all() {
    let program = good(&format!(
        "{HEAD}functions: [{{name: data labelling}}]\nassignments: {{ada: all}}\n"
    ));
    let ada = PrincipalId::new("ada").unwrap();
    assert!(program.assignments[&ada].contains(&FunctionName("data labelling".into())));
}

#[test]
fn an_account_belongs_to_one_forge() {
    let program = good(&format!("{HEAD}  accounts: [gitlab:ada]\n"));
    let identity = |address: &str| crate::identity::Identity::new("Ada", address);
    let of = |address: &str| program.principal_of(&identity(address)).is_some();
    assert!(of("12+ada@users.noreply.gitlab.com"));
    assert!(!of("12+ada@users.noreply.github.com"));
}

#[test]
fn requests_are_at_github_or_at_gitlab() {
    let of = |entry: &str| {
        let program = good(&format!("{HEAD}repositories: [{{name: app, {entry}}}]\n"));
        let forge = program.repositories[0].forge.clone().unwrap();
        (forge.kind, forge.repository, forge.api)
    };
    let expect = |kind, path: &str, api: &str| (kind, path.to_owned(), api.to_owned());
    assert_eq!(
        of("forge: \"github:larkspur/app\""),
        expect(ForgeKind::Github, "larkspur/app", "https://api.github.com")
    );
    assert_eq!(
        of("forge: \"gitlab:larkspur/web/app\""),
        expect(
            ForgeKind::Gitlab,
            "larkspur/web/app",
            "https://gitlab.com/api/v4"
        )
    );
    let own = "https://git.larkspur.example/lab/api/v4";
    assert_eq!(
        of(&format!(
            "forge: \"gitlab:larkspur/app\", forge_api: \"{own}\""
        )),
        expect(ForgeKind::Gitlab, "larkspur/app", own)
    );
    for forge in [
        "gitlab:app",
        "gitlab:",
        "gitlab:larkspur//app",
        "gitlab:larkspur/../app",
        "github:larkspur/web/app",
        "gitea:larkspur/app",
        "larkspur/app",
    ] {
        let text = format!("{HEAD}repositories: [{{name: app, forge: \"{forge}\"}}]\n");
        let faults = parse("countersign.yaml", &text).unwrap_err();
        let said = faults.to_string();
        assert!(
            said.contains("names no repository of a forge"),
            "{forge}: {said}"
        );
    }
}

#[test]
fn the_schema_describes_every_key() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.len(), 23);
    for (name, property) in properties {
        assert!(property["description"].is_string(), "{name}");
    }
    let functions = &schema["$defs"]["FunctionName"]["examples"];
    assert!(
        functions
            .as_array()
            .unwrap()
            .contains(&"code authoring".into())
    );
    let controls = &schema["properties"]["controls"]["propertyNames"]["examples"];
    assert!(controls.as_array().unwrap().contains(&"CR-4".into()));
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = parse("countersign.yaml", &text).map_err(|faults| faults.render(Colour::Plain));
    }

    #[test]
    fn no_yaml_panics(text in "([ a-z0-9:{}\\[\\],?*&|>'\"#~-]|\n|\n  |version: 1\n|principals:|conflicts:|controls:|é|\t){0,80}") {
        let _ = parse("countersign.yaml", &text).map_err(|faults| faults.render(Colour::Ansi));
    }

    #[test]
    fn no_mutation_panics(at in 0usize..6000, with in any::<char>()) {
        let mut text = include_str!("../../../../../examples/three-founders/countersign.yaml").to_owned();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.insert(at, with);
        let _ = parse("countersign.yaml", &text).map_err(|faults| faults.render(Colour::Plain));
    }
}
