//! Every program in `examples/`, and this repository's own.

use crate::told;
use gates::satisfiable::prove;
use model::program_file;
use std::path::Path;

fn example(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(path)).unwrap();
    let program =
        program_file::parse(path, &text).unwrap_or_else(|faults| panic!("{path}: {faults}"));
    told(&prove(&program).unwrap())
}

#[test]
fn every_example_is_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut found: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, ["first-three-hires", "solo-saas", "three-founders"]);
}

#[test]
fn one_person_passes_alone_but_for_high_risk() {
    insta::assert_snapshot!(example("examples/solo-saas/countersign.yaml"), @r"
    low ada: ada writes, ada signs, ada justifies, ada self-reviews after 4 h
    medium ada: ada writes, ada signs, ada justifies, ada assesses the risk, ada self-reviews after 24 h
    high ada: ada writes, ada signs, noor reviews from outside, ada self-reviews after 24 h
    ");
}

#[test]
fn three_founders_and_their_agents_pass() {
    insta::assert_snapshot!(example("examples/three-founders/countersign.yaml"), @r"
    low teo: teo writes, teo signs, teo justifies, reader reviews as an AI, it lands after 1 h
    low suri: suri writes, suri signs, suri justifies, reader reviews as an AI, it lands after 1 h
    low scribe: scribe writes, scribe signs, mira justifies, reader reviews as an AI, it lands after 1 h
    medium teo: teo writes, teo signs, teo justifies, suri assesses the risk, reader reviews as an AI, it lands after 24 h
    medium suri: suri writes, suri signs, suri justifies, suri assesses the risk, reader reviews as an AI, it lands after 24 h
    medium scribe: scribe writes, scribe signs, mira justifies, suri assesses the risk, reader reviews as an AI, it lands after 24 h
    high teo: teo writes, teo signs, hale reviews from outside, reader reviews as an AI, it lands after 24 h
    high suri: suri writes, suri signs, hale reviews from outside, reader reviews as an AI, it lands after 24 h
    high scribe: scribe writes, scribe signs, hale reviews from outside, reader reviews as an AI, it lands after 24 h
    ");
}

#[test]
fn a_founder_without_a_key_is_locked_out() {
    insta::assert_snapshot!(example("examples/first-three-hires/countersign.yaml"), @r"
    low ines: NO: CR-9 needs a self-review signed by `ines`; no SSH key of `ines` is listed
      add the public half of an SSH key under `ssh_keys`
    medium ines: NO: CR-9 needs a self-review signed by `ines`; no SSH key of `ines` is listed
      add the public half of an SSH key under `ssh_keys`
    high ines: NO: CR-9 needs a self-review signed by `ines`; no SSH key of `ines` is listed
      add the public half of an SSH key under `ssh_keys`
    note: the program names the forge of no repository: `gate merge` has nobody to ask there until `forge` stands in the repository's entry
    ");
}

#[test]
fn this_repository_has_not_answered_yet() {
    insta::assert_snapshot!(example("countersign.yaml"), @"not proven: no rule of the merge gate is in use");
}
