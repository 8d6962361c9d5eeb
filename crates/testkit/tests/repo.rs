//! git itself accepts the repositories that the testkit writes.

use std::path::Path;
use std::process::Command;

use testkit::{Hash, Layout, Repo};

/// Runs git in a folder, with no configuration from outside, and returns what it printed.
#[expect(clippy::print_stderr, reason = "a test that cannot run says so")]
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .inspect_err(|error| eprintln!("skipped, git cannot be run: {error}"))
        .ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "git {arguments:?}: {stderr}");
    Some(stdout)
}

/// Asserts what git prints, after it found no fault in the repository.
fn check(repo: &Repo, arguments: &[&str], expect: &str) {
    let Some(faults) = git(&repo.path(), &["fsck", "--strict", "--no-dangling"]) else {
        return;
    };
    assert_eq!(faults, "");
    let printed = git(&repo.path(), arguments).expect("git was there a moment ago");
    assert_eq!(printed, expect);
}

#[test]
fn a_commit_carries_what_it_was_given() {
    let repo = Repo::new();
    repo.commit()
        .author("Ada Marsh", "ada@larkspur.example", 1_767_603_600)
        .committer("Forge", "noreply@forge.example", 1_767_603_660)
        .message("Say hello\n\nSigned-off-by: Ada\n")
        .file("README.md", "hello\n")
        .write();
    check(
        &repo,
        &["log", "--format=%an|%ae|%at|%cn|%ct|%s|%b", "--name-status"],
        "Ada Marsh|ada@larkspur.example|1767603600|Forge|1767603660|Say hello|Signed-off-by: Ada\n\n\nA\tREADME.md\n",
    );
}

#[test]
fn the_same_calls_give_the_same_names() {
    let write = |repo: Repo| repo.commit().file("a", "b").write();
    assert_eq!(write(Repo::new()), write(Repo::default()));
}

#[test]
fn trees_are_in_the_order_of_git() {
    let repo = Repo::new();
    repo.commit()
        .file("a/x", "1")
        .file("a.b", "2")
        .file("a0", "3")
        .file("deep/er/y", "4")
        .executable("run", "#!/bin/sh\n")
        .symlink("link", "run")
        .write();
    check(
        &repo,
        &["ls-tree", "-r", "--format=%(objectmode) %(path)", "main"],
        "100644 a.b\n100644 a/x\n100644 a0\n100644 deep/er/y\n120000 link\n100755 run\n",
    );
}

#[test]
fn files_are_inherited_and_removed() {
    let repo = Repo::new();
    repo.commit().file("keep", "1").file("drop", "2").write();
    repo.commit().remove("drop").file("new", "3").write();
    check(
        &repo,
        &["diff", "--name-status", "main~", "main"],
        "D\tdrop\nA\tnew\n",
    );
}

#[test]
fn the_third_commit_inherits_from_the_second() {
    let repo = Repo::new();
    for name in ["a", "b", "c"] {
        repo.commit().file(name, "").write();
    }
    check(&repo, &["ls-tree", "--name-only", "main"], "a\nb\nc\n");
}

#[test]
fn an_emptied_folder_disappears() {
    let repo = Repo::new();
    repo.commit().file("folder/only", "1").file("x", "").write();
    repo.commit().remove("folder/only").write();
    check(&repo, &["ls-tree", "--name-only", "main"], "x\n");
}

#[test]
fn a_merge_takes_the_changes_of_both_sides() {
    let repo = Repo::new();
    let base = repo.commit().file("old", "1").file("both", "1").write();
    repo.branch("topic", &base);
    repo.commit()
        .on("topic")
        .remove("old")
        .file("t", "2")
        .write();
    repo.commit().on("main").file("m", "3").write();
    repo.merge("main", "topic")
        .message("Merge pull request #1 from larkspur/topic\n")
        .write();
    check(&repo, &["ls-tree", "--name-only", "main"], "both\nm\nt\n");
    check(
        &repo,
        &["log", "--first-parent", "--format=%p|%s", "-1", "main^2"],
        &format!("{}|Change something\n", &base[..7]),
    );
}

#[test]
fn a_signature_covers_the_commit_without_it() {
    let repo = Repo::new();
    let mut covered = Vec::new();
    let id = repo
        .commit()
        .signed(|bytes| {
            covered = bytes.to_vec();
            "-----BEGIN SSH SIGNATURE-----\n\nAAAA\n-----END SSH SIGNATURE-----\n".to_owned()
        })
        .write();
    let written = String::from_utf8(repo.read_object(&id)).unwrap();
    let header = "gpgsig -----BEGIN SSH SIGNATURE-----\n \n AAAA\n -----END SSH SIGNATURE-----\n";
    assert!(written.contains(header), "{written}");
    assert_eq!(written.replace(header, "").as_bytes(), covered);
    check(&repo, &["cat-file", "-t", &id], "commit\n");
}

#[test]
fn a_sha256_repository_is_one() {
    let repo = Repo::with(Layout::Bare, Hash::Sha256);
    let id = repo.commit().file("a/b", "c").write();
    assert_eq!(id.len(), 64);
    check(
        &repo,
        &["rev-parse", "--show-object-format", "main"],
        &format!("sha256\n{id}\n"),
    );
}

#[test]
fn a_bare_repository_is_one() {
    let repo = Repo::with(Layout::Bare, Hash::Sha1);
    repo.commit().write();
    check(&repo, &["rev-parse", "--is-bare-repository"], "true\n");
}

#[test]
fn an_empty_repository_is_one() {
    check(&Repo::new(), &["rev-list", "--all"], "");
}

#[test]
fn messages_are_not_touched() {
    let repo = Repo::new();
    let id = repo
        .commit()
        .encoding("ISO-8859-1")
        .message(b"Gr\xfc\xdfe")
        .write();
    assert!(
        repo.read_object(&id)
            .ends_with(b"\nencoding ISO-8859-1\n\nGr\xfc\xdfe")
    );
    check(&repo, &["log", "--format=%s"], "Grüße\n");
}

#[test]
fn raw_bytes_are_a_commit_if_git_can_read_them() {
    let repo = Repo::new();
    let first = repo.commit().write();
    let again = repo.raw_commit(repo.read_object(&first));
    assert_eq!(first, again);
}

#[test]
fn a_shallow_boundary_hides_the_parents() {
    let repo = Repo::new();
    let first = repo.commit().write();
    let second = repo.commit().write();
    repo.shallow([&second]);
    repo.remove_object(&first);
    check(&repo, &["rev-list", "--count", "main"], "1\n");
}

#[test]
fn a_graft_gives_other_parents() {
    let repo = Repo::new();
    let first = repo.commit().write();
    repo.commit().write();
    let third = repo.commit().write();
    repo.graft(&third, [&first]);
    check(&repo, &["rev-list", "--count", "main"], "2\n");
}

#[test]
fn a_replacement_stands_in() {
    let repo = Repo::new();
    let shown = repo.commit().message("shown\n").write();
    let hidden = repo.commit().parents([&shown]).message("hidden\n").write();
    repo.replace(&hidden, &shown);
    check(&repo, &["log", "--format=%s"], "shown\n");
}

#[test]
fn tags_remotes_and_heads_resolve() {
    let repo = Repo::new();
    let id = repo.commit().on("trunk").write();
    repo.rename_branch("trunk", "stable");
    repo.head("stable");
    repo.tag("v1", &id, 1_767_690_000, "One\n");
    repo.remote(
        "origin",
        "https://forge.example/larkspur.git",
        "stable",
        &id,
    );
    check(
        &repo,
        &["for-each-ref", "--format=%(refname) %(objecttype)"],
        "refs/heads/stable commit\nrefs/remotes/origin/HEAD commit\n\
         refs/remotes/origin/stable commit\nrefs/tags/v1 tag\n",
    );
    repo.detach_head(&id);
    check(&repo, &["rev-parse", "HEAD"], &format!("{id}\n"));
}

#[test]
fn a_linked_worktree_shares_the_objects() {
    let repo = Repo::new();
    let id = repo.commit().write();
    repo.branch("topic", &id);
    let folder = repo.linked_worktree("second", "topic");
    if let Some(printed) = git(&folder, &["rev-parse", "--abbrev-ref", "HEAD"]) {
        assert_eq!(printed, "topic\n");
    }
}

#[test]
fn a_checkout_leaves_the_files_of_head() {
    let repo = Repo::new();
    let id = repo
        .commit()
        .file("a/b", "c")
        .submodule("sub", &"1".repeat(40))
        .write();
    repo.checkout();
    repo.write_file("untracked", "d");
    let read = |name: &str| std::fs::read_to_string(repo.path().join(name)).unwrap();
    assert_eq!(
        (read("a/b"), read("untracked")),
        ("c".to_owned(), "d".to_owned())
    );
    assert_eq!(repo.tip("main"), id);
}
