//! Signatures as commits carry them.

use crate::{census, options};
use model::change::{Signature, SignatureCheck, SignatureKind};
use model::period::Period;
use sources::git::{self, SignatureChecker};
use std::sync::Mutex;
use testkit::Repo;

const SSH: &str = "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n";
const PGP: &str = "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
const CMS: &str = "-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n";

/// Keeps what it is asked, and says that everything is valid.
#[derive(Default)]
struct Witness(Mutex<Vec<(Vec<u8>, Vec<u8>)>>);

impl SignatureChecker for Witness {
    fn check(&self, armored: &[u8], signed_bytes: &[u8]) -> Signature {
        let asked = (armored.to_vec(), signed_bytes.to_vec());
        self.0.lock().unwrap().push(asked);
        Signature {
            kind: git::kind(armored),
            check: SignatureCheck::Valid,
            key: Some("K".into()),
            by_forge: true,
        }
    }
}

#[test]
fn kinds_are_counted() {
    let repo = Repo::new();
    for armour in [SSH, PGP, CMS, "what else\n"] {
        repo.commit().signed(|_| armour.to_owned()).write();
    }
    repo.commit().write();
    let census = census(&repo);
    let kinds: Vec<_> = census
        .changes
        .iter()
        .map(|change| change.signature.kind)
        .collect();
    let expect = [
        SignatureKind::Ssh,
        SignatureKind::Openpgp,
        SignatureKind::X509,
        SignatureKind::Other,
        SignatureKind::None,
    ];
    assert_eq!(kinds, expect);
    let totals = census.observation.all_commits.signature;
    let counts = [
        totals.ssh,
        totals.openpgp,
        totals.x509,
        totals.other,
        totals.none,
        totals.by_forge,
    ];
    assert_eq!(counts, [1, 1, 1, 1, 1, 0]);
}

#[test]
fn the_checker_sees_what_was_signed_and_each_once() {
    let repo = Repo::new();
    let mut signed = Vec::new();
    let sign = |bytes: &[u8]| {
        signed = bytes.to_vec();
        SSH.to_owned()
    };
    repo.commit()
        .header("mergetag", "object x\ngpgsig y\n\nz")
        .signed(sign)
        .write();
    let witness = Witness::default();
    let (period, addresses) = (Period::all(), Default::default());
    let mut options = options(&period, &addresses);
    options.checker = &witness;
    let census = git::fetch(&git::open(&repo.path()).unwrap(), &options).unwrap();
    assert_eq!(
        *witness.0.lock().unwrap(),
        [(SSH.as_bytes().to_vec(), signed)]
    );
    assert_eq!(census.changes[0].signature.key.as_deref(), Some("K"));
    assert_eq!(census.observation.all_commits.signature.by_forge, 1);
    assert_eq!(census.observation.all_commits.embedded_tags, 1);
}

#[test]
fn an_embedded_tag_is_not_the_commits_signature() {
    let repo = Repo::new();
    let tag = format!("object 1\ntype commit\ntag v1\ntagger a <a> 1 +0\n\nv1\n{PGP}");
    repo.commit().header("mergetag", tag).write();
    let census = census(&repo);
    assert!(census.changes[0].embedded_tag);
    assert_eq!(census.changes[0].signature, Signature::absent());
}

#[test]
fn brought_commits_are_grouped_by_committer_and_signature() {
    let repo = Repo::new();
    let base = repo.commit().write();
    repo.branch("topic", &base);
    let commit = |name, at, armour: &str| {
        let builder = repo.commit().on("topic").author(name, "x@x", at);
        match armour {
            "" => builder.write(),
            armour => builder.signed(|_| armour.to_owned()).write(),
        }
    };
    commit("Bea", 1_767_700_000, SSH);
    let newest = commit("Bea", 1_767_700_009, SSH);
    commit("Bea", 1_767_700_005, SSH);
    commit("Bea", 1_767_700_001, "");
    commit("Ada", 1_767_700_002, PGP);
    repo.merge("main", "topic")
        .message("Merge branch 'topic'")
        .write();
    let census = census(&repo);
    let brought = &census.changes[1].brought;
    let groups: Vec<_> = brought
        .signatures
        .iter()
        .map(|group| (&*group.committer.name, group.signature.kind, group.commits))
        .collect();
    let expect = [
        ("Ada", SignatureKind::Openpgp, 1),
        ("Bea", SignatureKind::Ssh, 3),
        ("Bea", SignatureKind::None, 1),
    ];
    assert_eq!(groups, expect);
    assert_eq!(brought.signatures[1].newest.to_string(), newest);
    assert_eq!(brought.commits, 5);
}
