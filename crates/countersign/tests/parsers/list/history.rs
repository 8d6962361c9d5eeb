//! A small history with a merged request, and its census.

use model::digest::Digest;
use model::period::Period;
use sources::git::{self, Census, NoKeys, Options, Silent};
use std::collections::BTreeSet;
use std::path::Path;
use testkit::Repo;

pub(super) fn history() -> Repo {
    let repo = Repo::new();
    repo.commit().file("a", "1").message("Begin\n").write();
    let base = repo
        .commit()
        .file("a", "2")
        .message(
            "Mend (#4)\n\nRisk: high\nTicket: LARK-7\nCo-authored-by: Cleo <c@larkspur.example>\n",
        )
        .write();
    repo.branch("topic", &base);
    repo.commit().on("topic").file("b", "1").write();
    let merge = repo.merge("main", "topic");
    merge
        .message("Merge pull request #3 from ada/topic\n")
        .write();
    repo
}

/// Returns the census of all changes, whatever the cache holds.
pub(super) fn census(repo: &Repo, cache: Option<&Path>) -> Census {
    let options = Options {
        branch: None,
        period: &Period::all(),
        repository_name: "larkspur/shop",
        checker: &NoKeys,
        keys_sha256: Digest::of(b"no keys"),
        forge_addresses: &BTreeSet::new(),
        cache,
        threads: 1,
        progress: &Silent,
    };
    git::fetch(&git::open(&repo.path()).expect("a repository"), &options).expect("a census")
}
