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

check!(unknown_function, "assignments: {ada: [code authoring, deployment]}\n", @r"
error: unknown function `deployment`
 --> countersign.yaml:5:37
  |
5 | assignments: {ada: [code authoring, deployment]}
  |                                     ^^^^^^^^^^
  |
  = help: did you mean `production deployment`?
");

check!(
    repository_named_like_a_path,
    "repositories:\n- {name: ../app}\n- {name: larkspur/app}\n- {name: .app}\n",
    @r"
    error: `../app` cannot name a repository: its report's folder has this name
     --> countersign.yaml:6:10
      |
    6 | - {name: ../app}
      |          ^^^^^^
      |
      = help: leave out slashes and a leading dot; where it lies is its `path`

    error: `larkspur/app` cannot name a repository: its report's folder has this
           name
     --> countersign.yaml:7:10
      |
    7 | - {name: larkspur/app}
      |          ^^^^^^^^^^^^
      |
      = help: leave out slashes and a leading dot; where it lies is its `path`

    error: `.app` cannot name a repository: its report's folder has this name
     --> countersign.yaml:8:10
      |
    8 | - {name: .app}
      |          ^^^^
      |
      = help: leave out slashes and a leading dot; where it lies is its `path`
    "
);

check!(unknown_principal, "- id: bo\nassignments:\n  adda: [code authoring]\n", @r"
error: unknown principal `adda`
 --> countersign.yaml:7:3
  |
7 |   adda: [code authoring]
  |   ^^^^
  |
  = help: did you mean `ada`?
");

check!(unknown_key, "  email: [ada@larkspur.example]\n", @r"
error: unknown key `email`
 --> countersign.yaml:5:3
  |
5 |   email: [ada@larkspur.example]
  |   ^^^^^
  |
  = help: did you mean `emails`?
");

check!(key_without_a_likeness, "colour: blue\n", @r"
error: unknown key `colour`
 --> countersign.yaml:5:1
  |
5 | colour: blue
  | ^^^^^^
  |
  = help: the keys here are version, organisation, frameworks, period,
          repositories, environments, tools, principals, functions,
          assignments, conflicts, conflicts_from_catalogue, controls,
          risk_classes, cadences, hiring_plan, causes, forge_addresses, ledger,
          ledger_retention_days, witnesses, timestamp_authorities,
          outside_silence_hours
");

check!(conflict_of_a_function_with_itself, "conflicts: [{between: [code authoring, code authoring], risk: high, rationale: so}]\n", @r"
error: `code authoring` cannot conflict with itself
 --> countersign.yaml:5:40
  |
5 | conflicts: [{between: [code authoring, code authoring], risk: high, ratio...
  |                                        ^^^^^^^^^^^^^^
");

check!(conflict_of_three, "conflicts: [{between: [code authoring, access approval, risk assessment], risk: high, rationale: so}]\n", @r"
error: a conflict is between two functions, here are 3
 --> countersign.yaml:5:24
  |
5 | conflicts: [{between: [code authoring, access approval, risk assessment],...
  |                        ^^^^^^^^^^^^^^
");

check!(own_conflict_without_its_reason, "conflicts:\n  - between: [code authoring, access approval]\n", @r"
error: a conflict of your own needs `risk`
 --> countersign.yaml:6:5
  |
6 |   - between: [code authoring, access approval]
  |     ^^^^^^^

error: a conflict of your own needs `rationale`
 --> countersign.yaml:6:5
  |
6 |   - between: [code authoring, access approval]
  |     ^^^^^^^
");

check!(same_conflict_twice, "conflicts:\n- {between: [code authoring, code review and approval]}\n- {between: [code review and approval, code authoring]}\n", @r"
error: this pair is declared twice
 --> countersign.yaml:7:3
  |
7 | - {between: [code review and approval, code authoring]}
  |   ^
");

check!(unknown_control, "controls:\n  CR-44: in use\n", @r"
error: unknown control `CR-44`
 --> countersign.yaml:6:3
  |
6 |   CR-44: in use
  |   ^^^^^
  |
  = help: did you mean `CR-4`?
");

check!(unknown_criterion, "frameworks: {soc2: [CC8.1, CC8.2], iso27001: [A.8.35, 8.32]}\n", @r"
error: unknown SOC 2 criterion `CC8.2`
 --> countersign.yaml:5:28
  |
5 | frameworks: {soc2: [CC8.1, CC8.2], iso27001: [A.8.35, 8.32]}
  |                            ^^^^^
  |
  = help: did you mean `CC8.1`?

error: unknown ISO 27001:2022 control `A.8.35`
 --> countersign.yaml:5:47
  |
5 | frameworks: {soc2: [CC8.1, CC8.2], iso27001: [A.8.35, 8.32]}
  |                                               ^^^^^^
  |
  = help: did you mean `A.8.3`?

error: unknown ISO 27001:2022 control `8.32`
 --> countersign.yaml:5:55
  |
5 | frameworks: {soc2: [CC8.1, CC8.2], iso27001: [A.8.35, 8.32]}
  |                                                       ^^^^
");

check!(bad_period, "period: 2026-Q5\n", @r"
error: `2026-Q5` is not a period: no such form or no such date; write all, 2026,
       2026-H1, 2026-Q2, 2026-05 or 2026-01-01..2026-07-01
 --> countersign.yaml:5:9
  |
5 | period: 2026-Q5
  |         ^^^^^^^
");

check!(bad_glob, "risk_classes: {high: [\"infra/{a,b\"]}\n", @r#"
error: `infra/{a,b` is not a path pattern: unclosed alternate group; missing '}'
       (maybe escape '{' with '[{]'?)
 --> countersign.yaml:5:23
  |
5 | risk_classes: {high: ["infra/{a,b"]}
  |                       ^^^^^^^^^^^^
"#);

check!(duplicate_ids, "- id: ada\nrepositories: [{name: app}, {name: app}]\nfunctions: [{name: x}, {name: x}]\n", @r"
error: principal `ada` is declared twice
 --> countersign.yaml:5:7
  |
5 | - id: ada
  |       ^^^

error: repository `app` is declared twice
 --> countersign.yaml:6:36
  |
6 | repositories: [{name: app}, {name: app}]
  |                                    ^^^

error: function `x` is declared twice
 --> countersign.yaml:7:31
  |
7 | functions: [{name: x}, {name: x}]
  |                               ^
");

check!(one_address_of_two_principals, "  emails: [ada@larkspur.example]\n- id: bo\n  emails: [Ada@Larkspur.example]\n", @r"
error: address `Ada@Larkspur.example` is claimed by `ada` and by `bo`
 --> countersign.yaml:7:12
  |
7 |   emails: [Ada@Larkspur.example]
  |            ^^^^^^^^^^^^^^^^^^^^
  |
  = help: one human is one principal, with all accounts, addresses and keys
");

check!(one_account_and_one_key_of_two_principals, "  accounts: [github:ada]\n  ssh_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA laptop]\n- id: owl\n  kind: agent\n  accounts: [github:Ada]\n  ssh_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA server]\n", @r"
error: account `github:Ada` is claimed by `ada` and by `owl`
 --> countersign.yaml:9:14
  |
9 |   accounts: [github:Ada]
  |              ^^^^^^^^^^
  |
  = help: one human is one principal, with all accounts, addresses and keys

error: SSH key `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAA…` is claimed by
       `ada` and by `owl`
  --> countersign.yaml:10:14
   |
10 | ...: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA server]
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: one human is one principal, with all accounts, addresses and keys
");

check!(a_forge_is_nobody, "  emails: [noreply@github.com]\n", @r"
error: `noreply@github.com` is a forge's address, not a principal's
 --> countersign.yaml:5:12
  |
5 |   emails: [noreply@github.com]
  |            ^^^^^^^^^^^^^^^^^^
");

check!(keys_that_are_none, "  ssh_keys: [ssh-dss AAAAB3Nz, /home/ada/.ssh/id.pub]\n  openpgp_keys: [\"0xDEADBEEF\"]\n", @r#"
error: `ssh-dss AAAAB3Nz` is not an SSH public key
 --> countersign.yaml:5:14
  |
5 |   ssh_keys: [ssh-dss AAAAB3Nz, /home/ada/.ssh/id.pub]
  |              ^^^^^^^^^^^^^^^^
  |
  = help: write one line as in a `.pub` file: `ssh-ed25519 AAAA…`

error: `/home/ada/.ssh/id.pub` is not an SSH public key
 --> countersign.yaml:5:32
  |
5 |   ssh_keys: [ssh-dss AAAAB3Nz, /home/ada/.ssh/id.pub]
  |                                ^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write one line as in a `.pub` file: `ssh-ed25519 AAAA…`

error: this is not an armoured OpenPGP public key
 --> countersign.yaml:6:18
  |
6 |   openpgp_keys: ["0xDEADBEEF"]
  |                  ^^^^^^^^^^^^
  |
  = help: paste it whole below `|`, from `-----BEGIN PGP PUBLIC KEY BLOCK-----`
          on
"#);

check!(account_without_a_system, "  accounts: [ada]\n  emails: [ada]\n", @r"
error: `ada` is not an account
 --> countersign.yaml:5:14
  |
5 |   accounts: [ada]
  |              ^^^
  |
  = help: write the system before it, as in `github:ada`

error: `ada` is not an e-mail address
 --> countersign.yaml:6:12
  |
6 |   emails: [ada]
  |            ^^^
");

check!(bad_id, "- id: Bo Larsen\n", @r"
error: `Bo Larsen` is not a principal's id
 --> countersign.yaml:5:7
  |
5 | - id: Bo Larsen
  |       ^^^^^^^^^
  |
  = help: write at most 64 lower-case letters, digits, `-`, `_` or `.`
");

check!(unknown_kind, "  kind: robot\n", @r"
error: expected one of human, agent, automation, outsider, found `robot`
 --> countersign.yaml:5:9
  |
5 |   kind: robot
  |         ^^^^^
");

check!(unknown_cadence, "cadences: {control_reviews: quarterly, access_review: sometimes}\n", @r"
error: unknown cadence `control_reviews`
 --> countersign.yaml:5:12
  |
5 | cadences: {control_reviews: quarterly, access_review: sometimes}
  |            ^^^^^^^^^^^^^^^
  |
  = help: did you mean `control_review`?

error: expected one of continuous, per_change, per_deployment, on_occurrence,
       daily, weekly, monthly, quarterly, annual, found `sometimes`
 --> countersign.yaml:5:55
  |
5 | cadences: {control_reviews: quarterly, access_review: sometimes}
  |                                                       ^^^^^^^^^
");

check!(parameter_of_the_wrong_type, "controls:\n  CR-8: {parameters: {wait_hours: a day}}\n  CR-6: {parameters: {minimum_coverage: {low: 1, medium: 2, high: 3}}}\n", @r"
error: `wait_hours` is a number, or one each for low, medium and high
 --> countersign.yaml:6:35
  |
6 |   CR-8: {parameters: {wait_hours: a day}}
  |                                   ^^^^^
  |
  = help: Hours between the last change of the content and the merge, by risk
          class.

error: `minimum_coverage` is a number
 --> countersign.yaml:7:41
  |
7 |   CR-6: {parameters: {minimum_coverage: {low: 1, medium: 2, high: 3}}}
  |                                         ^
  |
  = help: The least line coverage, in percent.
");

check!(parameter_without_a_meaning, "controls:\n  CR-8: {parameters: {wait_hour: 4}}\n  CR-1: {parameters: {speed: 4}}\n", @r"
error: CR-8 has no parameter `wait_hour`
 --> countersign.yaml:6:23
  |
6 |   CR-8: {parameters: {wait_hour: 4}}
  |                       ^^^^^^^^^
  |
  = help: did you mean `wait_hours`?

error: CR-1 has no parameter `speed`
 --> countersign.yaml:7:23
  |
7 |   CR-1: {parameters: {speed: 4}}
  |                       ^^^^^
");

check!(number_out_of_range, "controls: {CR-6: {parameters: {minimum_coverage: 120}}}\n", @r"
error: `minimum_coverage` is out of range: 120
 --> countersign.yaml:5:50
  |
5 | controls: {CR-6: {parameters: {minimum_coverage: 120}}}
  |                                                  ^^^
  |
  = help: write 0 to 100
");

check!(word_that_is_no_value, "controls: {CR-4: {parameters: {minimum_grade: independant}}}\n", @r"
error: `independant` is no value of `minimum_grade`
 --> countersign.yaml:5:47
  |
5 | controls: {CR-4: {parameters: {minimum_grade: independant}}}
  |                                               ^^^^^^^^^^^
  |
  = help: did you mean `independent`?
");

check!(words_of_a_list, "controls: {CR-5: {parameters: {required_checks: 'lint, sats, smoke'}}}\n", @r"
error: `sats` is no value of `required_checks`
 --> countersign.yaml:5:49
  |
5 | controls: {CR-5: {parameters: {required_checks: 'lint, sats, smoke'}}}
  |                                                 ^^^^^^^^^^^^^^^^^^^
  |
  = help: did you mean `sast`?

error: `smoke` is no value of `required_checks`
 --> countersign.yaml:5:49
  |
5 | controls: {CR-5: {parameters: {required_checks: 'lint, sats, smoke'}}}
  |                                                 ^^^^^^^^^^^^^^^^^^^
  |
  = help: write one or more of unit_tests, integration_tests, lint,
          static_analysis, sast, dast, dependency_scan, secret_scan,
          container_scan, iac_scan
");

check!(incomplete_by_risk, "controls: {CR-8: {parameters: {wait_hours: {low: 1, high: 2}}}}\n", @r"
error: `medium` is missing
 --> countersign.yaml:5:44
  |
5 | controls: {CR-8: {parameters: {wait_hours: {low: 1, high: 2}}}}
  |                                            ^
  |
  = help: add `medium: …`
");

check!(control_that_compensates_no_conflict, "controls: {CR-4: {compensates: [[code authoring, access approval]]}}\n", @r"
error: `code authoring` and `access approval` are no conflict here
 --> countersign.yaml:5:34
  |
5 | controls: {CR-4: {compensates: [[code authoring, access approval]]}}
  |                                  ^^^^^^^^^^^^^^
  |
  = help: declare the pair under `conflicts`
");

check!(yes_is_not_in_use, "controls: {CR-4: true}\n", @r"
error: expected one of in use, not in use, found `true`
 --> countersign.yaml:5:18
  |
5 | controls: {CR-4: true}
  |                  ^^^^
");

check!(wrong_types, "assignments: {ada: everything}\nrepositories: app\ntools: [github]\nconflicts_from_catalogue: 3\n", @r"
error: expected `all` or a list of functions, found `everything`
 --> countersign.yaml:5:20
  |
5 | assignments: {ada: everything}
  |                    ^^^^^^^^^^

error: expected a list, found `app`
 --> countersign.yaml:6:15
  |
6 | repositories: app
  |               ^^^

error: expected a mapping, found a list
 --> countersign.yaml:7:8
  |
7 | tools: [github]
  |        ^

error: expected true or false, found `3`
 --> countersign.yaml:8:27
  |
8 | conflicts_from_catalogue: 3
  |                           ^
");

check!(hire_without_known_duties, "hiring_plan:\n- {role: gardener}\n- {role: x, takes: [code authoring], shares: [code authoring], planned: soon}\n", @r"
error: the duties of `gardener` are not known
 --> countersign.yaml:6:10
  |
6 | - {role: gardener}
  |          ^^^^^^^^
  |
  = help: list what the hire `takes` and `shares`

error: `code authoring` is both taken and shared
 --> countersign.yaml:7:47
  |
7 | - {role: x, takes: [code authoring], shares: [code authoring], planned: s...
  |                                               ^^^^^^^^^^^^^^

error: `soon` is not a period: no such form or no such date; write all, 2026,
       2026-H1, 2026-Q2, 2026-05 or 2026-01-01..2026-07-01
 --> countersign.yaml:7:73
  |
7 | ...ares: [code authoring], planned: soon}
  |                                     ^^^^
");

check!(cause_of_nothing, "causes: [{control: CR-99, change: HEAD, cause: \"\"}]\n", @r#"
error: unknown control `CR-99`
 --> countersign.yaml:5:20
  |
5 | causes: [{control: CR-99, change: HEAD, cause: ""}]
  |                    ^^^^^
  |
  = help: did you mean `CR-9`?

error: `HEAD` does not name a commit
 --> countersign.yaml:5:35
  |
5 | causes: [{control: CR-99, change: HEAD, cause: ""}]
  |                                   ^^^^
  |
  = help: write at least twelve of its hexadecimal digits

error: the cause is empty
 --> countersign.yaml:5:48
  |
5 | causes: [{control: CR-99, change: HEAD, cause: ""}]
  |                                                ^^
"#);

check!(everything_at_once, "  kind: robot\n  emails: [ada]\nperiod: soon\nassignments: {bo: [x]}\ncontrols: {CR-0: in use}\n", @r"
error: expected one of human, agent, automation, outsider, found `robot`
 --> countersign.yaml:5:9
  |
5 |   kind: robot
  |         ^^^^^

error: `ada` is not an e-mail address
 --> countersign.yaml:6:12
  |
6 |   emails: [ada]
  |            ^^^

error: `soon` is not a period: no such form or no such date; write all, 2026,
       2026-H1, 2026-Q2, 2026-05 or 2026-01-01..2026-07-01
 --> countersign.yaml:7:9
  |
7 | period: soon
  |         ^^^^

error: unknown principal `bo`
 --> countersign.yaml:8:15
  |
8 | assignments: {bo: [x]}
  |               ^^
  |
  = help: declare it under `principals`

error: unknown function `x`
 --> countersign.yaml:8:20
  |
8 | assignments: {bo: [x]}
  |                    ^
  |
  = help: declare it under `functions`, or see the catalogue's names

error: unknown control `CR-0`
 --> countersign.yaml:9:12
  |
9 | controls: {CR-0: in use}
  |            ^^^^
  |
  = help: did you mean `CR-10`?
");

check_file!(empty_organisation_name, "version: 1\norganisation: {name: \" \", head_count: 0}\nprincipals: []\n", @r#"
error: `principals` is empty
 --> countersign.yaml:1:1
  |
1 | version: 1
  | ^^^^^^^

error: the organisation's name is empty
 --> countersign.yaml:2:22
  |
2 | organisation: {name: " ", head_count: 0}
  |                      ^^^

error: a head count of 0 is nobody
 --> countersign.yaml:2:39
  |
2 | organisation: {name: " ", head_count: 0}
  |                                       ^
"#);

check_file!(missing_keys, "version: 1\norganisation: {}\nprincipals:\n- name: Ada\n", @r"
error: `name` is missing
 --> countersign.yaml:2:15
  |
2 | organisation: {}
  |               ^
  |
  = help: add `name: …`

error: `id` is missing
 --> countersign.yaml:4:3
  |
4 | - name: Ada
  |   ^^^^
  |
  = help: add `id: …`
");

check_file!(no_version, "organisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n", @r"
error: `version` is missing
 --> countersign.yaml:1:1
  |
1 | organisation: {name: Larkspur Metrics}
  | ^^^^^^^^^^^^
  |
  = help: add `version: …`
");

check_file!(older_version, "version: 0\norganisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n", @r"
error: there is no schema version 0
 --> countersign.yaml:1:10
  |
1 | version: 0
  |          ^
  |
  = help: write `version: 1`
");

check_file!(newer_version, "version: 2\norganization: {title: x}\n", @r"
error: schema version 2 is newer than this Countersign understands (1)
 --> countersign.yaml:1:10
  |
1 | version: 2
  |          ^
");

check_file!(empty_file, "# nothing yet\n", @r"
error: the file is empty
 --> countersign.yaml:1:1
  |
1 | # nothing yet
  | ^
  |
  = help: begin with `version: 1`
");

check_file!(not_a_mapping, "- version: 1\n", @r"
error: expected a mapping with `version`, `organisation` and `principals`, found
       a list
 --> countersign.yaml:1:1
  |
1 | - version: 1
  | ^
");

check_file!(duplicate_key, "version: 1\norganisation: {name: a}\norganisation: {name: b}\n", @r"
error: duplicate key `organisation`
 --> countersign.yaml:3:1
  |
3 | organisation: {name: b}
  | ^^^^^^^^^^^^
  |
  = help: keep one of them
");

check_file!(tab_in_the_indentation, "version: 1\norganisation:\n\tname: a\n", @r"
error: a tab in the indentation
 --> countersign.yaml:3:1
  |
3 |     name: a
  | ^^^^
  |
  = help: indent with spaces; YAML allows no tabs there
");

check_file!(tab_that_continues_a_text, "version: 1\n\torganisation: {name: a}\n", @r"
error: a tab in the indentation
 --> countersign.yaml:2:1
  |
2 |     organisation: {name: a}
  | ^^^^
  |
  = help: indent with spaces; YAML allows no tabs there
");

check_file!(tab_beside_another_fault, "version: 1\nversion: 1\n\t\n", @r"
error: duplicate key `version`
 --> countersign.yaml:2:1
  |
2 | version: 1
  | ^^^^^^^
  |
  = help: keep one of them
");

check_file!(second_document, "version: 1\n---\nversion: 1\n", @r"
error: a second YAML document begins here
 --> countersign.yaml:3:1
  |
3 | version: 1
  | ^
  |
  = help: keep one document; remove `---`
");

check_file!(unclosed_bracket, "version: 1\norganisation: {name: a\n", @r"
error: this is not YAML: unclosed bracket '{'
 --> countersign.yaml:2:15
  |
2 | organisation: {name: a
  |               ^
");

check_file!(two_values_on_a_line, "version: 1\norganisation: name: a\n", @r"
error: this is not YAML: mapping values are not allowed in this context
 --> countersign.yaml:2:19
  |
2 | organisation: name: a
  |                   ^
  |
  = help: quote a text that contains `: `
");

check_file!(unknown_alias, "version: 1\norganisation: *company\n", @r"
error: this is not YAML: alias references unknown anchor
 --> countersign.yaml:2:15
  |
2 | organisation: *company
  |               ^
");

check_file!(merge_keys_are_not_known, "version: 1\norganisation: {<<: {name: a}}\nprincipals: [{id: ada}]\n", @r"
error: `name` is missing
 --> countersign.yaml:2:15
  |
2 | organisation: {<<: {name: a}}
  |               ^
  |
  = help: add `name: …`

error: unknown key `<<`
 --> countersign.yaml:2:16
  |
2 | organisation: {<<: {name: a}}
  |                ^^
  |
  = help: the keys here are name, head_count
");

#[test]
fn a_file_that_is_too_large() {
    let text = format!("{HEAD}# {}\n", "x".repeat(MAX_BYTES));
    insta::assert_snapshot!(bad(&text), @r"
    error: the file has 1048651 bytes, more than 1048576
    --> countersign.yaml
    ");
}

#[test]
fn a_file_that_is_too_deep() {
    let text = format!("version: {}{}\n", "[".repeat(40), "]".repeat(40));
    insta::assert_snapshot!(bad(&text), @r"
    error: the file nests deeper than 32 levels
     --> countersign.yaml:1:41
      |
    1 | version: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]...
      |                                         ^
    ");
}

#[test]
fn anchors_that_explode() {
    let mut text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let below = level - 1;
        let aliases = vec![format!("*a{below}"); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    insta::assert_snapshot!(bad(&text), @r"
    error: the file expands to more values than a program can have
     --> countersign.yaml:6:30
      |
    6 | a4: &a4 [*a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3, *a3]
      |                              ^^^
    ");
}

#[test]
fn a_text_that_repeats_a_large_anchor() {
    let aliases = "*a, ".repeat(100);
    let text = format!(
        "version: 1\nx: &a {}\ny: [{aliases}]\n",
        "z".repeat(100_000)
    );
    insta::assert_snapshot!(bad(&text), @r"
    error: the file expands to more text than a program can have
     --> countersign.yaml:3:81
      |
    3 | ..., *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, ...
      |                                      ^^
    ");
}

#[test]
fn a_long_line_is_shown_around_its_fault() {
    let many = "code authoring, ".repeat(50);
    let text = format!("{HEAD}assignments: {{ada: [{many}deployment, {many}]}}\n");
    insta::assert_snapshot!(bad(&text), @r"
    error: unknown function `deployment`
     --> countersign.yaml:5:821
      |
    5 | ...de authoring, code authoring, deployment, code authoring, code authori...
      |                                  ^^^^^^^^^^
      |
      = help: did you mean `production deployment`?
    ");
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
    insta::assert_debug_snapshot!(faults.list(), @r#"
    [
        Fault {
            line: 5,
            column: 37,
            length: 10,
            message: "unknown function `deployment`",
            mend: Some(
                "did you mean `production deployment`?",
            ),
            path: "assignments.ada[1]",
        },
    ]
    "#);
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

#[test]
fn columns_count_characters() {
    let text = format!("{HEAD}organisation_: 1 # é\nfunctions: [{{name: \"é\", nam: é}}]\n");
    let faults = parse("countersign.yaml", &text).unwrap_err();
    insta::assert_snapshot!(faults.render(Colour::Plain), @r#"
    error: unknown key `organisation_`
     --> countersign.yaml:5:1
      |
    5 | organisation_: 1 # é
      | ^^^^^^^^^^^^^
      |
      = help: did you mean `organisation`?

    error: unknown key `nam`
     --> countersign.yaml:6:25
      |
    6 | functions: [{name: "é", nam: é}]
      |                         ^^^
      |
      = help: did you mean `name`?
    "#);
}

#[test]
fn one_line_of_a_mebibyte_is_shown_in_part() {
    let many = "\"x\",".repeat(MAX_BYTES / 5);
    let text = format!("{HEAD}tools: {{forge: {{{many}}}}}\n");
    assert!(bad(&text).len() < 2_000);
}

check!(
    fallbacks_of_a_reviewer,
    "- {id: scout, kind: agent, reviewer: {wire: openai, model: owl-4, context_tokens: 32000, fallback: [scout, nobody, ada, finch, finch, outsider]}}\n- {id: finch, kind: agent, reviewer: {wire: openai, model: jay-1, context_tokens: 32000}}\n",
    @"
    error: `scout` is asked in its own place
     --> countersign.yaml:5:101
      |
    5 | ...ntext_tokens: 32000, fallback: [scout, nobody, ada, finch, finch, outs...
      |                                    ^^^^^
      |
      = help: it is asked again as often as `retries` says

    error: no principal is called `nobody`
     --> countersign.yaml:5:108
      |
    5 | ...okens: 32000, fallback: [scout, nobody, ada, finch, finch, outsider]}}
      |                                    ^^^^^^
      |
      = help: write the id of another agent with a `reviewer`, or `outsider`

    error: `ada` is no agent that is asked to review
     --> countersign.yaml:5:116
      |
    5 | ...32000, fallback: [scout, nobody, ada, finch, finch, outsider]}}
      |                                     ^^^
      |
      = help: give it a `reviewer`

    error: `finch` is listed twice
     --> countersign.yaml:5:128
      |
    5 | ...ck: [scout, nobody, ada, finch, finch, outsider]}}
      |                                    ^^^^^
      |
      = help: remove it here

    error: no principal is an outsider
     --> countersign.yaml:5:135
      |
    5 | ...ut, nobody, ada, finch, finch, outsider]}}
      |                                   ^^^^^^^^
      |
      = help: add one with `kind: outsider`
    "
);
