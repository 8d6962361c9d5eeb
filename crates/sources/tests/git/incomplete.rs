//! Histories that are not whole.

use crate::{census, try_census};
use model::change::Landed;
use model::population::Incomplete;
use testkit::Repo;

fn check(repo: &Repo, incomplete: &[Incomplete], changes: u64) {
    let observation = census(repo).observation;
    assert_eq!(observation.incomplete, incomplete);
    assert_eq!(observation.changes, changes);
}

#[test]
fn a_whole_history_is_one() {
    let repo = Repo::new();
    repo.commit().write();
    check(&repo, &[], 1);
}

#[test]
fn a_shallow_boundary_is_no_root() {
    let repo = Repo::new();
    let first = repo.commit().file("a", "1").write();
    let second = repo.commit().file("a", "2").write();
    repo.commit().file("a", "3").write();
    repo.shallow([&second]);
    check(&repo, &[Incomplete::Shallow], 2);
    repo.remove_object(&first);
    check(&repo, &[Incomplete::Shallow], 2);
    let census = census(&repo);
    let boundary = &census.changes[0];
    assert_eq!(
        (boundary.landed, boundary.position),
        (Landed::NotEvidenced, 0)
    );
    assert!(!boundary.paths_read && boundary.paths.is_empty());
    assert_eq!(boundary.parents.len(), 1);
    assert!(census.changes[1].paths_read);
}

#[test]
fn grafts_and_replacements_are_not_followed() {
    let repo = Repo::new();
    let first = repo.commit().message("first").write();
    let second = repo.commit().message("second").write();
    let third = repo.commit().message("third").write();
    repo.graft(&third, [&first]);
    check(&repo, &[Incomplete::Grafts], 3);
    repo.replace(&second, &first);
    check(&repo, &[Incomplete::Grafts, Incomplete::Replaced], 3);
    assert_eq!(census(&repo).changes[1].subject, "second");
}

#[test]
fn a_missing_parent_ends_the_chain() {
    let repo = Repo::new();
    let first = repo.commit().write();
    repo.commit().write();
    repo.remove_object(&first);
    check(&repo, &[Incomplete::MissingObjects], 1);
    assert_eq!(census(&repo).changes[0].landed, Landed::NotEvidenced);
}

#[test]
fn a_missing_side_is_counted_as_far_as_it_is_there() {
    let repo = Repo::new();
    let base = repo.commit().write();
    let lost = repo.commit().on_no_branch().parents([&base]).write();
    let kept = repo.commit().on_no_branch().parents([&lost]).write();
    repo.commit()
        .parents([&base, &kept])
        .message("Merge branch 'x'")
        .write();
    repo.remove_object(&lost);
    check(&repo, &[Incomplete::MissingObjects], 2);
    assert_eq!(census(&repo).changes[1].brought.commits, 1);
}

#[test]
fn a_missing_tree_leaves_the_paths_unknown() {
    let repo = Repo::new();
    repo.commit().file("a/b", "1").write();
    let second = repo.commit().file("a/b", "2").file("c", "1").write();
    let commit = String::from_utf8(repo.read_object(&second)).unwrap();
    repo.remove_object(&commit["tree ".len()..][..40]);
    check(&repo, &[Incomplete::MissingObjects], 2);
    let census = census(&repo);
    let read: Vec<bool> = census
        .changes
        .iter()
        .map(|change| change.paths_read)
        .collect();
    assert_eq!(read, [true, false]);
}

#[test]
fn a_commit_that_is_not_what_its_id_says_is_an_error() {
    let repo = Repo::new();
    let first = repo.commit().message("true").write();
    let other = repo.commit().on_no_branch().message("false").write();
    let objects = repo.git_dir().join("objects");
    let file = |id: &str| objects.join(&id[..2]).join(&id[2..]);
    std::fs::copy(file(&other), file(&first)).unwrap();
    let error = try_census(&repo.path(), &|_| {}).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("commit {first} is not what its id says: its bytes have another hash")
    );
}

#[test]
fn a_commit_that_is_its_own_parent_is_an_error() {
    let repo = Repo::new();
    let first = repo.commit().write();
    let looped = repo
        .commit()
        .on_no_branch()
        .parents([&first])
        .message("loop")
        .write();
    let objects = repo.git_dir().join("objects");
    let file = |id: &str| objects.join(&id[..2]).join(&id[2..]);
    std::fs::copy(file(&looped), file(&first)).unwrap();
    let error = try_census(&repo.path(), &|_| {}).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("commit {first} is not")),
        "{error}"
    );
}

#[test]
fn a_commit_that_cannot_be_read_is_an_error() {
    let repo = Repo::new();
    let first = repo.commit().write();
    repo.commit().write();
    let file = repo
        .git_dir()
        .join("objects")
        .join(&first[..2])
        .join(&first[2..]);
    std::fs::write(file, b"no zlib stream").unwrap();
    let error = try_census(&repo.path(), &|_| {}).unwrap_err().to_string();
    assert_eq!(error, format!("object {first} cannot be read"));
}

#[test]
fn a_malformed_tree_is_an_error() {
    let repo = Repo::new();
    let tree = repo.raw_object(testkit::ObjectKind::Tree, b"100644 a");
    let commit = repo.raw_commit(format!(
        "tree {tree}\nauthor a <a> 1 +0\ncommitter a <a> 1 +0\n\nm"
    ));
    repo.branch("main", &commit);
    let error = try_census(&repo.path(), &|_| {}).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("the paths of commit {commit} cannot be told")
    );
}

#[test]
fn a_commit_of_any_bytes_is_no_panic() {
    let repo = Repo::new();
    for bytes in [
        &b""[..],
        b"\n",
        b"tree",
        b"tree x\nparent y\n\n\xff",
        b"author \xff<\n\n",
    ] {
        let commit = repo.raw_commit(bytes);
        repo.branch("main", &commit);
        let _ = try_census(&repo.path(), &|_| {}).is_ok();
    }
}
