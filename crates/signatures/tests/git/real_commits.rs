//! Every signed commit of three real repositories.

use std::collections::BTreeMap;

use crate::support::{commits, git_data};
use serde::Deserialize;
use signatures::{Check, Checked, Flaw, GITHUB_WEB_FLOW_KEYS, KeySources, Keyring, ObjectFormat};
use signatures::{openpgp_fingerprints, split_commit};

const GITHUB: [&str; 2] = [
    "968479A1AFF927E37D1A566BB5690EEEBB952194",
    "5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23",
];

fn github_keyring() -> Keyring {
    Keyring::new(KeySources {
        forge: &GITHUB_WEB_FLOW_KEYS,
        ..Default::default()
    })
    .unwrap()
}

fn check(keyring: &Keyring, commit: &[u8]) -> Option<Checked> {
    let split = split_commit(commit, ObjectFormat::Sha1)?;
    Some(keyring.check(&split.signature, &split.signed_bytes))
}

#[derive(Deserialize)]
struct Truth {
    repo: String,
    sha: String,
    valid: bool,
    fpr: Option<String>,
}

/// `ssh-keygen` gave the verdicts of the file.
#[test]
fn ssh_verdicts_and_fingerprints_are_those_of_ssh_keygen() {
    let Some(folder) = git_data() else { return };
    let truth = std::fs::read_to_string(folder.join("ssh_signature_truth.jsonl")).unwrap();
    let truth: Vec<Truth> = truth
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut by_name = BTreeMap::new();
    for repository in ["typst/typst", "simonw/llm"] {
        by_name.extend(commits(&folder, repository));
    }
    let keyring = Keyring::default();
    for line in &truth {
        let checked = check(&keyring, &by_name[&line.sha]).unwrap();
        let context = format!("{} {}", line.repo, line.sha);
        assert_eq!(checked.check == Check::Valid, line.valid, "{context}");
        assert_eq!(checked.key, line.fpr, "{context}");
    }
    assert_eq!(truth.len(), 125);
}

#[test]
fn the_embedded_keys_are_githubs() {
    for (armored, fingerprint) in GITHUB_WEB_FLOW_KEYS.iter().zip(GITHUB) {
        assert_eq!(openpgp_fingerprints(armored).unwrap(), [fingerprint]);
    }
}

/// Counted independently of this crate, from the packets.
const CENSUS: [(&str, &[(&str, usize)]); 3] = [
    (
        "typst/typst",
        &[("by the forge", 2_418), ("valid Ssh", 121)],
    ),
    ("simonw/llm", &[("by the forge", 224), ("valid Ssh", 4)]),
    (
        "dtolnay/syn",
        &[
            ("by the forge", 852),
            ("no key", 2_823),
            ("over SHA1", 1_437),
            ("valid Ssh", 2),
        ],
    ),
];

/// GnuPG finds a sample of every fifteenth good too.
#[test]
fn every_signature_that_claims_githubs_key_verifies_with_it() {
    let Some(folder) = git_data() else { return };
    let keyring = github_keyring();
    for (repository, expect) in CENSUS {
        let mut census = BTreeMap::new();
        for (name, commit) in commits(&folder, repository) {
            let Some(checked) = check(&keyring, &commit) else {
                continue;
            };
            let claims_github = checked
                .key
                .as_deref()
                .is_some_and(|key| GITHUB.contains(&key));
            assert_eq!(
                checked.by_forge, claims_github,
                "{repository} {name} {checked:?}"
            );
            *census.entry(class(&checked)).or_default() += 1;
        }
        let census: Vec<_> = census
            .iter()
            .map(|(class, count)| (class.as_str(), *count))
            .collect();
        assert_eq!(census, expect, "{repository}");
    }
}

fn class(checked: &Checked) -> String {
    match &checked.check {
        Check::Valid if checked.by_forge => "by the forge".to_owned(),
        Check::Valid => format!("valid {:?}", checked.kind),
        Check::NoKey => "no key".to_owned(),
        Check::Invalid(Flaw::WeakHash(hash)) => format!("over {hash}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn one_changed_byte_under_githubs_signature_is_seen() {
    let Some(folder) = git_data() else { return };
    let keyring = github_keyring();
    let is_githubs = |checked: &Checked| checked.by_forge;
    let commits = commits(&folder, "simonw/llm");
    let (_, commit) = commits
        .iter()
        .find(|(_, commit)| check(&keyring, commit).is_some_and(|c| is_githubs(&c)))
        .unwrap();
    let mut forged = commit.clone();
    *forged.last_mut().unwrap() ^= 1;
    let checked = check(&keyring, &forged).unwrap();
    assert_eq!(checked.check, Check::Invalid(Flaw::Mismatch));
    assert!(!checked.by_forge, "it only claims to be the forge's");
    assert!(GITHUB.contains(&checked.key.as_deref().unwrap()));
    let unsupplied = check(&Keyring::default(), commit).unwrap();
    assert_eq!(
        (unsupplied.check, unsupplied.by_forge),
        (Check::NoKey, false)
    );
}
