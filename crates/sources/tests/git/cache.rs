//! A census from the cache says what one without says.

use crate::{census, options, try_census};
use model::digest::Digest;
use model::period::Period;
use sources::git::{self, Census, Progress};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use testkit::Repo;

/// Counts the commits that were read.
#[derive(Default)]
struct Counter(AtomicU64);

impl Progress for Counter {
    fn found(&self, _commits: u64) {}

    fn read(&self, commits: u64) {
        self.0.fetch_add(commits, Ordering::Relaxed);
    }
}

/// Asserts that a census with the cache equals one without, and how many commits it read.
fn check(repo: &Repo, cache: &Path, expect_read: u64) {
    check_period(repo, cache, &Period::all(), expect_read);
}

fn check_period(repo: &Repo, cache: &Path, period: &Period, expect_read: u64) {
    let (cached, read) = cached(repo, cache, period, b"keys");
    let addresses = Default::default();
    let mut options = options(period, &addresses);
    options.keys_sha256 = Digest::of(b"keys");
    let plain = git::fetch(&git::open(&repo.path()).unwrap(), &options).unwrap();
    assert_eq!(cached, plain);
    assert_eq!(read, expect_read, "commits read");
}

fn cached(repo: &Repo, cache: &Path, period: &Period, keys: &[u8]) -> (Census, u64) {
    let (counter, addresses) = (Counter::default(), Default::default());
    let mut options = options(period, &addresses);
    options.keys_sha256 = Digest::of(keys);
    options.cache = Some(cache);
    options.progress = &counter;
    let census = git::fetch(&git::open(&repo.path()).unwrap(), &options).unwrap();
    (census, counter.0.into_inner())
}

/// Five commits, of which two come with a merge.
fn history(repo: &Repo) {
    let base = repo.commit().file("a", "1").write();
    repo.branch("topic", &base);
    repo.commit()
        .on("topic")
        .author("Bea", "b@x", 1_767_700_000)
        .file("b", "1")
        .write();
    repo.commit()
        .on("topic")
        .file("c", "1")
        .message("s\n\nMade-with: Cursor\nTicket: 7\nRisk: high")
        .write();
    repo.commit()
        .file("a", "2")
        .signed(|_| "x\n".into())
        .message("s (#4)\n\nCo-authored-by: Cleo <c@x>")
        .write();
    repo.merge("main", "topic")
        .message("Merge pull request #3 from a/topic")
        .write();
}

/// Ways to damage a file.
const DAMAGES: [fn(&mut Vec<u8>); 3] =
    [|bytes| bytes[0] ^= 1, |bytes| bytes.truncate(3), Vec::clear];

fn files(cache: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(cache).unwrap().flatten() {
        let inside = std::fs::read_dir(folder.path()).unwrap().flatten();
        files.extend(inside.map(|file| file.path()));
    }
    files
}

#[test]
fn only_what_is_new_is_read() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    history(&repo);
    check(&repo, &cache, 5);
    check(&repo, &cache, 0);
    for number in 0..70 {
        let id = repo.commit().file("a", format!("again {number}")).write();
        let side = repo
            .commit()
            .on_no_branch()
            .parents([&repo.tip("topic")])
            .write();
        repo.commit()
            .parents([id, side])
            .message("Merge branch 'side'")
            .write();
        check(&repo, &cache, 3);
    }
    check(&repo, &cache, 0);
}

#[test]
fn rewritten_histories_are_read_anew() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    history(&repo);
    check(&repo, &cache, 5);
    let tip = repo.tip("main");
    let topic = repo.tip("topic");
    let other = repo.commit().parents([&topic]).write();
    check(&repo, &cache, 4);
    // What was the tip before is a side now, and the chain still meets the tip that is known.
    let merge = repo
        .commit()
        .parents([other, tip])
        .message("Merge branch 'main'")
        .write();
    check(&repo, &cache, 3);
    // All that is known is reached, but not along first parents.
    repo.commit()
        .parents([topic, merge])
        .message("Merge branch 'main'")
        .write();
    check(&repo, &cache, 8);
    check(&repo, &cache, 0);
}

#[test]
fn other_keys_branches_and_repositories_do_not_fit() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    history(&repo);
    check(&repo, &cache, 5);
    assert_eq!(cached(&repo, &cache, &Period::all(), b"other keys").1, 5);
    assert_eq!(cached(&repo, &cache, &Period::all(), b"other keys").1, 0);
    let other = Repo::new();
    other.commit().write();
    check(&other, &cache, 1);
    let topic = try_census(&repo.path(), &|options| options.branch = Some("topic")).unwrap();
    assert_eq!(topic.changes.len(), 3);
}

#[test]
fn a_damaged_cache_is_read_anew() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    history(&repo);
    check(&repo, &cache, 5);
    for file in 0..files(&cache).len() {
        for damage in DAMAGES {
            let path = &files(&cache)[file];
            let mut bytes = std::fs::read(path).unwrap();
            damage(&mut bytes);
            std::fs::write(path, bytes).unwrap();
            // With another tip every file of the cache is read.
            let commits = 6 + u64::from(file > 0);
            repo.commit().write();
            let (census, read) = cached(&repo, &cache, &Period::all(), b"keys");
            assert_eq!(
                census.changes,
                crate::census(&repo).changes,
                "{}",
                path.display()
            );
            assert!(read >= commits, "{}", path.display());
        }
    }
}

#[test]
fn a_longer_period_reads_what_is_absent() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    for date in [
        "2025-02-01T00:00:00Z",
        "2025-08-01T00:00:00Z",
        "2026-02-01T00:00:00Z",
    ] {
        let second = date.parse::<jiff::Timestamp>().unwrap().as_second();
        repo.commit().author("Ada", "a@x", second).write();
    }
    let period = |text| Period::parse(text).unwrap();
    check_period(&repo, &cache, &period("2025-H2"), 3);
    check_period(&repo, &cache, &period("2026"), 0);
    check_period(&repo, &cache, &period("2025-H2"), 0);
    check_period(&repo, &cache, &period("2025"), 3);
    repo.commit().write();
    check_period(&repo, &cache, &period("2026"), 1);
    check_period(&repo, &cache, &period("2025"), 0);
    check_period(&repo, &cache, &Period::all(), 4);
    check_period(&repo, &cache, &period("2026"), 0);
}

#[test]
fn an_incomplete_history_is_not_cached() {
    let repo = Repo::new();
    let cache = repo.beside("cache");
    let first = repo.commit().write();
    repo.commit().write();
    repo.remove_object(&first);
    check(&repo, &cache, 1);
    check(&repo, &cache, 1);
    assert_eq!(census(&repo).changes.len(), 1);
}
