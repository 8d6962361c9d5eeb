//! Repositories of every form, opened or refused by name.

use crate::{census, only, try_census};
use sources::git;
use testkit::{Hash, Layout, Repo};

/// Asserts the error of a census, by what it says.
fn check(repo: &Repo, branch: Option<&'static str>, expect: &str) {
    let result = try_census(&repo.path(), &|options| options.branch = branch);
    assert_eq!(result.unwrap_err().to_string(), expect);
}

#[test]
fn a_folder_that_is_no_repository_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let message = |path: &std::path::Path| git::open(path).err().unwrap().to_string();
    assert!(message(folder.path()).ends_with("is not in a git repository"));
    assert!(message(&folder.path().join("absent")).ends_with("is no folder"));
}

#[test]
fn a_broken_repository_is_refused() {
    let repo = Repo::new();
    repo.write_git_file("config", b"[core\n");
    let error = git::open(&repo.path()).err().unwrap().to_string();
    assert!(error.ends_with("cannot be opened"), "{error}");
}

#[test]
fn an_empty_repository_is_refused() {
    check(
        &Repo::new(),
        None,
        "the repository is empty: no branch has a commit",
    );
    check(
        &Repo::new(),
        Some("main"),
        "the repository is empty: no branch has a commit",
    );
}

#[test]
fn a_renamed_branch_is_named() {
    let repo = Repo::new();
    repo.commit().write();
    repo.rename_branch("main", "trunk");
    check(
        &repo,
        None,
        "HEAD names the branch `main`, which does not exist; there are: trunk",
    );
    check(
        &repo,
        Some("main"),
        "there is no branch `main`; there are: trunk",
    );
    check(
        &repo,
        Some("no such\nname"),
        "there is no branch `no such\nname`; there are: trunk",
    );
}

#[test]
fn a_detached_head_is_refused() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.detach_head(&id);
    check(
        &repo,
        None,
        "HEAD is on a commit, not on a branch; there are: main",
    );
}

#[test]
fn a_branch_of_nothing_is_refused() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.remove_object(&id);
    check(&repo, None, "the branch `main` leads to no commit");
}

#[test]
fn branches_are_named_in_many_ways() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.commit().write();
    repo.remote(
        "origin",
        "https://forge.example/larkspur/shop.git",
        "next",
        &id,
    );
    for (name, full_name, changes) in [
        ("main", "refs/heads/main", 2),
        ("refs/heads/main", "refs/heads/main", 2),
        ("next", "refs/remotes/origin/next", 1),
        ("origin/next", "refs/remotes/origin/next", 1),
    ] {
        let branch = git::open(&repo.path()).unwrap().branch(Some(name)).unwrap();
        assert_eq!(branch.full_name, full_name);
        let census = try_census(&repo.path(), &|options| options.branch = Some(name)).unwrap();
        assert_eq!(census.observation.changes, changes, "{name}");
    }
}

#[test]
fn every_branch_is_recorded() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.branch("topic", &id);
    repo.tag("v1", &id, 1_767_690_000, "One\n");
    repo.remote(
        "origin",
        "https://forge.example/larkspur/shop.git",
        "main",
        &id,
    );
    let census = census(&repo);
    let names: Vec<_> = census.observation.refs.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "refs/heads/main",
            "refs/heads/topic",
            "refs/remotes/origin/main"
        ]
    );
    assert_eq!(census.observation.head.to_string(), id);
}

#[test]
fn bare_repositories_and_worktrees_are_read() {
    for layout in [Layout::Bare, Layout::Worktree] {
        let repo = Repo::with(layout, Hash::Sha1);
        let id = repo.commit().file("a", "").write();
        assert_eq!(only(&census(&repo)).commit.to_string(), id);
    }
}

#[test]
fn a_linked_worktree_has_its_own_head() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.branch("topic", &id);
    repo.commit().write();
    let folder = repo.linked_worktree("second", "topic");
    let census = try_census(&folder, &|_| {}).unwrap();
    assert_eq!(census.observation.query.branch, "topic");
    assert_eq!(only(&census).commit.to_string(), id);
}

#[test]
fn a_folder_inside_is_enough() {
    let repo = Repo::new();
    repo.commit().file("deep/er/a", "").write();
    repo.checkout();
    let census = try_census(&repo.path().join("deep/er"), &|_| {}).unwrap();
    assert_eq!(census.changes.len(), 1);
}

#[test]
fn a_sha256_repository_is_read() {
    let repo = Repo::with(Layout::Worktree, Hash::Sha256);
    repo.commit().file("a", "1").write();
    let id = repo
        .commit()
        .file("b", "1")
        .signed(|_| "-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----\n".to_owned())
        .write();
    let census = census(&repo);
    assert_eq!(census.observation.query.object_format, "sha256");
    assert_eq!(census.changes[1].commit.to_string(), id);
    assert_eq!(census.changes[1].paths, ["b"]);
    assert_eq!(census.observation.all_commits.signature.ssh, 1);
}
