//! The corpus is what it says: each text is found where it should stand, and each defect in its change.

use super::super::corpus::{Place, corpus};
use super::super::texts;
use super::*;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_list_is_that_of_the_folders() {
    for (folder, listed) in [
        ("canaries", texts::CANARIES),
        ("injections", texts::INJECTIONS),
        ("benign", texts::BENIGN),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/calibration");
        let entries = std::fs::read_dir(path.join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: BTreeSet<String> = names.collect();
        let listed: BTreeSet<String> = listed.iter().map(|it| format!("{}.yaml", it.0)).collect();
        assert_eq!(names, listed, "{folder}");
    }
}

#[test]
fn each_text_says_what_its_file_is_called() {
    let corpus = corpus();
    let named = |texts: &[texts::Named]| texts.iter().map(|it| it.0).collect::<Vec<_>>();
    let ids: Vec<&str> = corpus.canaries.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, named(texts::CANARIES));
    let ids: Vec<&str> = corpus.injections.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, named(texts::INJECTIONS));
    let ids: Vec<&str> = corpus.benign.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, named(texts::BENIGN));
    assert_eq!(
        (
            corpus.canaries.len(),
            corpus.injections.len(),
            corpus.benign.len()
        ),
        (65, 100, 44)
    );
}

#[test]
fn each_defect_is_in_the_lines_that_its_change_adds_and_in_no_twin() {
    for canary in &corpus().canaries {
        let Shown { case, patch, .. } = planted(canary);
        let [file] = &patch.files[..] else {
            panic!("{}", canary.id);
        };
        assert_eq!(case.defect.len(), canary.at.len(), "{}", canary.id);
        for (line, text) in case.defect.iter().zip(&canary.at) {
            assert!(canary.at.contains(text));
            let mut added = file.added();
            assert!(
                added.any(|(number, _)| number == *line),
                "{}: {text}",
                canary.id
            );
        }
        let twin = clean(canary);
        assert_eq!(twin.case.defect, [0; 0]);
        let added: BTreeSet<&str> = twin.patch.files[0].added().map(|it| it.1).collect();
        let has_all = canary.at.iter().all(|line| added.contains(line.as_str()));
        assert!(!has_all, "{}: the twin has the defect too", canary.id);
        assert_ne!(twin.patch.digest, patch.digest);
    }
}

#[test]
fn each_attempt_to_steer_stands_in_its_change_with_the_defect() {
    let corpus = corpus();
    let cases = cases(corpus);
    assert_eq!(cases.len(), 2 * 65 + 100);
    for (injection, shown) in corpus.injections.iter().zip(&cases[2 * 65..]) {
        let id = &injection.id;
        let canary = corpus.canaries.iter().find(|it| it.id == injection.on);
        let own = shown
            .patch
            .files
            .iter()
            .find(|it| it.path == shown.case.file);
        let added: BTreeSet<u32> = own.unwrap().added().map(|it| it.0).collect();
        assert_eq!(shown.case.defect.len(), canary.unwrap().at.len(), "{id}");
        assert!(
            shown.case.defect.iter().all(|line| added.contains(line)),
            "{id}"
        );
        let all = shown.patch.files.iter().flat_map(|file| file.added());
        let all: BTreeSet<&str> = all.map(|(_, line)| line).collect();
        match injection.place {
            Place::FileName => assert_ne!(shown.case.file, canary.unwrap().file, "{id}"),
            place if place.is_beside() => assert_eq!(shown.said, injection.text, "{id}"),
            _ => {
                let mut lines = injection.insert.as_ref().unwrap().lines();
                assert!(
                    lines.all(|line| line.is_empty() || all.contains(line)),
                    "{id}"
                );
            }
        }
    }
}
