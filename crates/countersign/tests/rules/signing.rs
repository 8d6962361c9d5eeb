//! CR-10: commits are signed by a key that belongs to their principal.

use crate::keys::{self, Key};
use crate::run::{check, decision, open_request, program, report, row};
use model::change::SignatureKind;
use model::outcome::Outcome;
use model::report::SignatureVerdict;
use testkit::{CommitBuilder, Hash, Layout, Repo};

const WEB_FLOW_SQUASH: &[u8] = include_bytes!("fixtures/web_flow_squash.commit");

/// A root commit by Ada, signed with a key.
fn signed(key: &Key) -> (Repo, String) {
    let repo = Repo::new();
    let commit = repo.commit().signed(|bytes| key.sign(bytes)).write();
    (repo, commit)
}

#[test]
fn signed_by_the_committers_own_key_passes() {
    let (repo, commit) = signed(&keys::ada());
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &commit, "CR-10"),
        Outcome::Pass,
        "its principal's key",
    );
    let signature = &row(&report, &commit).signature;
    assert_eq!(signature.verdict, SignatureVerdict::Valid);
    assert_eq!(signature.signer.as_ref().unwrap().as_str(), "ada");
    assert_eq!(report.totals.signature.ssh, 1);
}

#[test]
fn the_signature_of_a_sha256_repository_passes() {
    let repo = Repo::with(Layout::Bare, Hash::Sha256);
    let commit = repo
        .commit()
        .signed(|bytes| keys::ada().sign(bytes))
        .write();
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &commit, "CR-10"),
        Outcome::Pass,
        "its principal's key",
    );
}

#[test]
fn unsigned_fails() {
    let repo = Repo::new();
    let commit = repo.commit().write();
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &commit, "CR-10"),
        Outcome::Fail,
        "not signed",
    );
    assert_eq!(row(&report, &commit).signature.kind, SignatureKind::None);
}

#[test]
fn the_key_of_another_principal_fails() {
    let (repo, commit) = signed(&keys::bo());
    let report = report(&repo, &program("", ""));
    let words = "committed by ada, signed with the key of bo";
    check(decision(&report, &commit, "CR-10"), Outcome::Fail, words);
}

#[test]
fn a_changed_commit_fails() {
    let (repo, commit) = signed(&keys::ada());
    let mut bytes = repo.read_object(&commit);
    bytes.extend(b"and more\n");
    let changed = repo.raw_commit(bytes);
    repo.branch("main", &changed);
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &changed, "CR-10"),
        Outcome::Fail,
        "the signature is invalid",
    );
}

#[test]
fn a_signature_moved_from_another_commit_fails() {
    let repo = Repo::new();
    let other = keys::ada().sign(b"another commit");
    let commit = repo.commit().signed(|_| other).write();
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &commit, "CR-10"),
        Outcome::Fail,
        "the signature is invalid",
    );
}

#[test]
fn one_unsigned_commit_of_a_request_fails_the_change() {
    let repo = Repo::new();
    repo.commit().write();
    open_request(&repo, "topic");
    let sign = |bytes: &[u8]| keys::ada().sign(bytes);
    repo.commit().on("topic").signed(sign).write();
    let unsigned = repo.commit().on("topic").file("docs/a", "2").write();
    repo.commit()
        .on("topic")
        .file("docs/a", "3")
        .signed(sign)
        .write();
    let merge = repo
        .merge("main", "topic")
        .message("Merge pull request #7 from l/t\n");
    let merge = merge.signed(sign).write();
    let report = report(&repo, &program("", ""));
    let words = format!("commit {}: not signed", &unsigned[..12]);
    check(decision(&report, &merge, "CR-10"), Outcome::Fail, &words);
}

#[test]
fn a_key_of_nobody_is_unknown() {
    let (repo, commit) = signed(&keys::stranger());
    let report = report(&repo, &program("", ""));
    let words = "signed by a key of nobody in the program";
    check(decision(&report, &commit, "CR-10"), Outcome::Unknown, words);
    let verdict = row(&report, &commit).signature.verdict;
    assert_eq!(verdict, SignatureVerdict::ValidUnknownKey);
}

#[test]
fn a_known_key_under_an_unknown_address_is_unknown() {
    let repo = Repo::new();
    let commit = repo
        .commit()
        .author("Ada Marsh", "ada@elsewhere.example", 1_767_603_600)
        .signed(|bytes| keys::ada().sign(bytes))
        .write();
    let report = report(&repo, &program("", ""));
    let words = "Ada Marsh <ada@elsewhere.example> is nobody in the program";
    check(decision(&report, &commit, "CR-10"), Outcome::Unknown, words);
}

#[test]
fn the_forges_signature_alone_is_unknown() {
    let repo = Repo::new();
    let commit = repo.raw_commit(WEB_FLOW_SQUASH);
    repo.branch("main", &commit);
    let text = program("", "").replace("2026-H1", "2025");
    let report = report(&repo, &text);
    let words = "only the forge signed it";
    check(decision(&report, &commit, "CR-10"), Outcome::Unknown, words);
    assert_eq!(
        row(&report, &commit).signature.verdict,
        SignatureVerdict::Valid
    );
    let signature = report.totals.signature;
    assert_eq!((signature.openpgp, signature.by_forge), (1, 1));
}

#[test]
fn what_the_forge_alone_signed_inside_a_request_is_no_principals() {
    let repo = Repo::new();
    let root = repo
        .commit()
        .signed(|bytes| keys::ada().sign(bytes))
        .write();
    let by_forge = repo.raw_commit(WEB_FLOW_SQUASH);
    let merge = repo
        .commit()
        .parents([root, by_forge])
        .message("Merge pull request #7 from l/t\n")
        .signed(|bytes| keys::ada().sign(bytes))
        .write();
    let report = report(&repo, &program("", ""));
    let words = "only the forge signed it";
    check(decision(&report, &merge, "CR-10"), Outcome::Unknown, words);
}

#[test]
fn a_signed_merge_of_commits_that_are_missing_is_unknown() {
    let repo = Repo::new();
    let root = repo.commit().write();
    let merge = repo
        .commit()
        .parents([root.clone(), "1".repeat(40)])
        .signed(|bytes| keys::ada().sign(bytes))
        .write();
    let report = report(&repo, &program("", ""));
    let words = "not all commits that it merged are in the repository";
    check(decision(&report, &merge, "CR-10"), Outcome::Unknown, words);
    assert!(row(&report, &merge).commits_absent);
    assert!(!row(&report, &root).commits_absent);
}

/// The last commit of a request says nothing of the ones before it.
#[test]
fn a_signed_merge_is_unknown_while_one_of_its_commits_is_absent() {
    let whole = "every commit (3) is signed by its principal's key";
    check_merge(|_, _| (), Outcome::Pass, whole);
    let absent = "not all commits that it merged are in the repository";
    check_merge(
        |repo, [_, last]| repo.shallow([last]),
        Outcome::Unknown,
        absent,
    );
    check_merge(
        |repo, [first, _]| repo.remove_object(first),
        Outcome::Unknown,
        absent,
    );
}

/// Checks what is said of a signed merge of two signed commits, after something happened to them.
fn check_merge(spoil: fn(&Repo, [&String; 2]), outcome: Outcome, words: &str) {
    let repo = Repo::new();
    let signed = |commit: CommitBuilder<'_>| commit.signed(|bytes| keys::ada().sign(bytes)).write();
    let root = signed(repo.commit());
    let first = signed(repo.commit().on("topic").parents([&root]));
    let last = signed(repo.commit().on("topic").parents([&first]));
    let merge = signed(repo.commit().on("main").parents([&root, &last]));
    spoil(&repo, [&first, &last]);
    let report = report(&repo, &program("", ""));
    check(decision(&report, &merge, "CR-10"), outcome, words);
}
