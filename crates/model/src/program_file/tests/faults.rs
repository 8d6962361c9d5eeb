//! What each fault looks like to the person who made it.

use super::*;

/// Checks what is said about lines after a valid head.
macro_rules! check {
    ($name:ident, $rest:expr, @$expect:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(bad(&format!("{HEAD}{}", $rest)), @$expect);
        }
    };
}

/// Checks what is said about a whole file.
macro_rules! check_file {
    ($name:ident, $text:expr, @$expect:literal) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(bad($text), @$expect);
        }
    };
}

check!(unknown_function, "assignments: {ada: [code authoring, deployment]}\n", @"");

check!(unknown_principal, "- id: bo\nassignments:\n  adda: [code authoring]\n", @"");

check!(unknown_key, "  email: [ada@larkspur.example]\n", @"");

check!(key_without_a_likeness, "colour: blue\n", @"");

check!(conflict_of_a_function_with_itself, "conflicts: [{between: [code authoring, code authoring], risk: high, rationale: so}]\n", @"");

check!(conflict_of_three, "conflicts: [{between: [code authoring, access approval, risk assessment], risk: high, rationale: so}]\n", @"");

check!(own_conflict_without_its_reason, "conflicts:\n  - between: [code authoring, access approval]\n", @"");

check!(same_conflict_twice, "conflicts:\n- {between: [code authoring, code review and approval]}\n- {between: [code review and approval, code authoring]}\n", @"");

check!(unknown_control, "controls:\n  CR-44: in use\n", @"");

check!(unknown_criterion, "frameworks: {soc2: [CC8.1, CC8.2], iso27001: [A.8.35, 8.32]}\n", @"");

check!(bad_period, "period: 2026-Q5\n", @"");

check!(bad_glob, "risk_classes: {high: [\"infra/{a,b\"]}\n", @"");

check!(duplicate_ids, "- id: ada\nrepositories: [{name: app}, {name: app}]\nfunctions: [{name: x}, {name: x}]\n", @"");

check!(one_address_of_two_principals, "  emails: [ada@larkspur.example]\n- id: bo\n  emails: [Ada@Larkspur.example]\n", @"");

check!(one_account_and_one_key_of_two_principals, "  accounts: [github:ada]\n  ssh_keys: [ssh-ed25519 AAAAC3Nz laptop]\n- id: owl\n  kind: agent\n  accounts: [github:Ada]\n  ssh_keys: [ssh-ed25519 AAAAC3Nz server]\n", @"");

check!(a_forge_is_nobody, "  emails: [noreply@github.com]\n", @"");

check!(keys_that_are_none, "  ssh_keys: [ssh-dss AAAAB3Nz, /home/ada/.ssh/id.pub]\n  openpgp_keys: [\"0xDEADBEEF\"]\n", @"");

check!(account_without_a_system, "  accounts: [ada]\n  emails: [ada]\n", @"");

check!(bad_id, "- id: Bo Larsen\n", @"");

check!(unknown_kind, "  kind: robot\n", @"");

check!(unknown_cadence, "cadences: {control_reviews: quarterly, access_review: sometimes}\n", @"");

check!(parameter_of_the_wrong_type, "controls:\n  CR-8: {parameters: {wait_hours: a day}}\n  CR-6: {parameters: {minimum_coverage: {low: 1, medium: 2, high: 3}}}\n", @"");

check!(parameter_without_a_meaning, "controls:\n  CR-8: {parameters: {wait_hour: 4}}\n  CR-1: {parameters: {speed: 4}}\n", @"");

check!(number_out_of_range, "controls: {CR-6: {parameters: {minimum_coverage: 120}}}\n", @"");

check!(word_that_is_no_value, "controls: {CR-4: {parameters: {minimum_grade: independant}}}\n", @"");

check!(incomplete_by_risk, "controls: {CR-8: {parameters: {wait_hours: {low: 1, high: 2}}}}\n", @"");

check!(control_that_compensates_no_conflict, "controls: {CR-4: {compensates: [[code authoring, access approval]]}}\n", @"");

check!(yes_is_not_in_use, "controls: {CR-4: true}\n", @"");

check!(wrong_types, "assignments: {ada: everything}\nrepositories: app\ntools: [github]\nconflicts_from_catalogue: 3\n", @"");

check!(hire_without_known_duties, "hiring_plan:\n- {role: gardener}\n- {role: x, takes: [code authoring], shares: [code authoring], planned: soon}\n", @"");

check!(cause_of_nothing, "causes: [{control: CR-99, change: HEAD, cause: \"\"}]\n", @"");

check!(everything_at_once, "  kind: robot\n  emails: [ada]\nperiod: soon\nassignments: {bo: [x]}\ncontrols: {CR-0: in use}\n", @"");

check_file!(empty_organisation_name, "version: 1\norganisation: {name: \" \", head_count: 0}\nprincipals: []\n", @"");

check_file!(missing_keys, "version: 1\norganisation: {}\nprincipals:\n- name: Ada\n", @"");

check_file!(no_version, "organisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n", @"");

check_file!(older_version, "version: 0\norganisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n", @"");

check_file!(newer_version, "version: 2\norganization: {title: x}\n", @"");

check_file!(empty_file, "# nothing yet\n", @"");

check_file!(not_a_mapping, "- version: 1\n", @"");

check_file!(duplicate_key, "version: 1\norganisation: {name: a}\norganisation: {name: b}\n", @"");

check_file!(tab_in_the_indentation, "version: 1\norganisation:\n\tname: a\n", @"");

check_file!(second_document, "version: 1\n---\nversion: 1\n", @"");

check_file!(unclosed_bracket, "version: 1\norganisation: {name: a\n", @"");

check_file!(two_values_on_a_line, "version: 1\norganisation: name: a\n", @"");

check_file!(unknown_alias, "version: 1\norganisation: *company\n", @"");

check_file!(merge_keys_are_not_known, "version: 1\norganisation: {<<: {name: a}}\nprincipals: [{id: ada}]\n", @"");

#[test]
fn a_file_that_is_too_large() {
    let text = format!("{HEAD}# {}\n", "x".repeat(MAX_BYTES));
    insta::assert_snapshot!(bad(&text), @"");
}

#[test]
fn a_file_that_is_too_deep() {
    let text = format!("version: {}{}\n", "[".repeat(40), "]".repeat(40));
    insta::assert_snapshot!(bad(&text), @"");
}

#[test]
fn anchors_that_explode() {
    let mut text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = level - 1;
        let aliases = vec![format!("*a{below}"); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    insta::assert_snapshot!(bad(&text), @"");
}

#[test]
fn a_text_that_repeats_a_large_anchor() {
    let aliases = "*a, ".repeat(100);
    let text = format!(
        "version: 1\nx: &a {}\ny: [{aliases}]\n",
        "z".repeat(100_000)
    );
    insta::assert_snapshot!(bad(&text), @"");
}

#[test]
fn a_long_line_is_shown_around_its_fault() {
    let many = "code authoring, ".repeat(50);
    let text = format!("{HEAD}assignments: {{ada: [{many}deployment, {many}]}}\n");
    insta::assert_snapshot!(bad(&text), @"");
}

#[test]
fn a_hundred_faults_are_shown_and_the_rest_counted() {
    let many = "x, ".repeat(130);
    let text = format!("{HEAD}assignments: {{ada: [{many}]}}\n");
    let faults = parse("countersign.yaml", &text).unwrap_err();
    assert_eq!(faults.list().len(), 130);
    assert!(faults.render(Colour::Plain).ends_with("… and 30 more"));
}

#[test]
fn a_fault_says_where_it_is() {
    let text = format!("{HEAD}assignments: {{ada: [code authoring, deployment]}}\n");
    let faults = parse("countersign.yaml", &text).unwrap_err();
    insta::assert_debug_snapshot!(faults.list(), @"");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let text = format!("{HEAD}period: soon\n");
    let faults = parse("countersign.yaml", &text).unwrap_err();
    let coloured = faults.render(Colour::Ansi);
    let mut plain = String::new();
    for (index, part) in coloured.split("\u{1b}[").enumerate() {
        plain.push_str(if index == 0 {
            part
        } else {
            part.split_once('m').unwrap().1
        });
    }
    assert_eq!(plain, faults.render(Colour::Plain));
}
