//! Witnesses and timestamp authorities in the program.

use super::*;
use crate::outsiders::Relation;

/// Keys for cosignatures, Ed25519: byte 0x04 and the key.
const KEY: &str = "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
const OTHER_KEY: &str = "BCECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";

const AUTHORITY: &str = "timestamp_authorities:
- name: Quayside Time
  url: https://time.quayside.example/tsr
  certificate: |
    -----BEGIN CERTIFICATE-----
    MIIB
    -----END CERTIFICATE-----
";

fn witness(name: &str, key: &str, run_by: &str, relation: &str) -> String {
    format!(
        "- name: {name}\n  key: {name}.example/w+00c0ffee+{key}\n  run_by: {run_by}\n  relation: {relation}\n"
    )
}

fn program(rest: &str) -> Program {
    good(&format!("{HEAD}{rest}"))
}

/// Returns the remarks that this part of a program brings.
fn remarks(rest: &str) -> String {
    let before = lint(&program(""));
    let told = lint(&program(rest)).into_iter();
    let new = told.filter(|remark| !before.contains(remark));
    let lines: Vec<String> = new
        .map(|remark| format!("{:?}: {}", remark.severity, remark.text))
        .collect();
    lines.join("\n")
}

#[test]
fn nobody_is_an_outsider_until_the_program_says_so() {
    let outsiders = program("").outsiders;
    assert_eq!(outsiders, crate::outsiders::Outsiders::default());
    assert_eq!(outsiders.silence_hours, 24);
    assert_eq!(remarks(""), "");
}

#[test]
fn a_witness_and_an_authority_are_read() {
    let witness = witness("noor", KEY, "Haddad Advisory", "outside");
    let program = program(&format!(
        "outside_silence_hours: 48\nwitnesses:\n{witness}{AUTHORITY}"
    ));
    let outsiders = &program.outsiders;
    assert_eq!(outsiders.silence_hours, 48);
    let witness = &outsiders.witnesses[0];
    assert_eq!(witness.name, "noor");
    assert_eq!(witness.key, format!("noor.example/w+00c0ffee+{KEY}"));
    assert_eq!(witness.run_by, "Haddad Advisory");
    assert_eq!(witness.relation, Relation::Outside);
    let authority = &outsiders.timestamp_authorities[0];
    assert_eq!(authority.url, "https://time.quayside.example/tsr");
    assert_eq!(authority.run_by, "Quayside Time");
    assert_eq!(authority.relation, Relation::Outside);
    assert!(authority.certificate.ends_with("-----END CERTIFICATE-----"));
    assert_eq!(remarks(AUTHORITY), "");
}

#[test]
fn a_key_of_the_longer_type_is_read() {
    let key = format!("Bg{}A=", "A".repeat(1748));
    let rest = format!("witnesses:\n{}", witness("noor", &key, "Haddad", "outside"));
    assert_eq!(program(&rest).outsiders.witnesses.len(), 1);
}

#[test]
fn who_is_of_the_organisation_counts_as_own() {
    let people = "  name: Ada Marsh\n- {id: noor, kind: outsider}\n- {id: bo, kind: human}\n";
    let program = program(people);
    for run_by in [
        "Larkspur Metrics",
        "larkspur  metrics",
        "ada",
        "ADA MARSH",
        "bo",
    ] {
        let relation = program.relation(run_by, Relation::Outside);
        assert_eq!(relation, Relation::Own, "{run_by}");
    }
    for declared in [Relation::Outside, Relation::Reciprocal, Relation::Own] {
        assert_eq!(program.relation("noor", declared), declared);
        assert_eq!(program.relation("Haddad Advisory", declared), declared);
    }
}

#[test]
fn what_counts_as_nobody_and_what_is_disclosed_is_remarked() {
    let own = witness("ours", KEY, "Larkspur Metrics", "outside");
    let other = witness("theirs", OTHER_KEY, "Pollard Data", "reciprocal");
    insta::assert_snapshot!(remarks(&format!("witnesses:\n{own}")), @r"
    Warning: `ours` counts as nobody: `Larkspur Metrics`, who runs it, is of this organisation
    Warning: the log keeps the grade `self`: the organisation runs whoever signs it
    ");
    insta::assert_snapshot!(remarks(&format!("witnesses:\n{own}{other}")), @r"
    Warning: `ours` counts as nobody: `Larkspur Metrics`, who runs it, is of this organisation
    Note: reports disclose that the log of whoever runs `theirs` is witnessed in return
    ");
    insta::assert_snapshot!(remarks("outside_silence_hours: 169\n"), @"Warning: nobody outside need sign the log for 169 hours, in which it could be made anew");
    assert_eq!(remarks("outside_silence_hours: 168\n"), "");
}

#[test]
fn a_name_or_a_key_twice_is_a_fault() {
    let one = witness("noor", KEY, "Haddad Advisory", "outside");
    let text = format!("{HEAD}witnesses:\n{one}{one}{AUTHORITY}- name: noor\n");
    insta::assert_snapshot!(bad(&text), @r"
    error: outsider `noor` is declared twice
      --> countersign.yaml:10:9
       |
    10 | - name: noor
       |         ^^^^

    error: the key `BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g` is declared twice
      --> countersign.yaml:11:8
       |
    11 |   key: noor.example/w+00c0ffee+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: `url` is missing
      --> countersign.yaml:21:3
       |
    21 | - name: noor
       |   ^^^^
       |
       = help: add `url: …`

    error: `certificate` is missing
      --> countersign.yaml:21:3
       |
    21 | - name: noor
       |   ^^^^
       |
       = help: add `certificate: …`

    error: outsider `noor` is declared twice
      --> countersign.yaml:21:9
       |
    21 | - name: noor
       |         ^^^^
    ");
}

#[test]
fn what_cannot_be_an_outsider_is_a_fault() {
    let log_key = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g";
    let log = witness("noor", log_key, "\"\"", "friendly");
    let rest = "timestamp_authorities:\n- {name: T, url: time.example, certificate: MIIB}\n";
    let text = format!("{HEAD}witnesses:\n{log}{rest}outside_silence_hours: 0\n");
    insta::assert_snapshot!(bad(&text), @r#"
    error: `noor.example/w+00c0ffee+AQECAwQFBgcICQoLDA0ODxAR…` is not the key of a
           witness
     --> countersign.yaml:7:8
      |
    7 |   key: noor.example/w+00c0ffee+AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `name+id+key` as the witness shows it, for cosignatures; the
              key of a log is another

    error: who runs the witness is empty
     --> countersign.yaml:8:11
      |
    8 |   run_by: ""
      |           ^^

    error: expected one of outside, reciprocal, own, found `friendly`
     --> countersign.yaml:9:13
      |
    9 |   relation: friendly
      |             ^^^^^^^^

    error: `time.example` is not the address of a server
      --> countersign.yaml:11:18
       |
    11 | - {name: T, url: time.example, certificate: MIIB}
       |                  ^^^^^^^^^^^^
       |
       = help: write it whole, as in `https://time.example.com/tsr`

    error: this is not one certificate in PEM
      --> countersign.yaml:11:45
       |
    11 | - {name: T, url: time.example, certificate: MIIB}
       |                                             ^^^^
       |
       = help: paste it below `|`, from `-----BEGIN CERTIFICATE-----` on

    error: a silence of 0 hours would leave no record with an outside signature
      --> countersign.yaml:12:24
       |
    12 | outside_silence_hours: 0
       |                        ^
       |
       = help: without this it is 24
    "#);
}
