//! The texts that a commit holds, within limits.

use model::digest::CommitId;
use sources::git::{self, Within};
use testkit::Repo;

const PLENTY: Within = Within {
    entries: 1_000,
    bytes: 1 << 20,
    file_bytes: 1 << 16,
};

fn read(repo: &Repo, tip: &str, near: &[&str], within: Within) -> Vec<String> {
    let tip: CommitId = tip.parse().unwrap();
    let mut found = Vec::new();
    let repo = git::open(&repo.path()).unwrap();
    repo.each_text(&tip, near, within, |path, text| {
        found.push(format!("{path} {}", text.len()));
    });
    found
}

#[test]
fn texts_are_read_those_beside_the_change_first() {
    let repo = Repo::new();
    let tip = repo
        .commit()
        .file("a/one.rs", "1")
        .file("b/c/two.rs", "22")
        .file("b/d/three.rs", "333")
        .file("top", "4444")
        .file("z/logo", "\0\0")
        .write();
    let all = ["top 4", "a/one.rs 1", "b/c/two.rs 2", "b/d/three.rs 3"];
    assert_eq!(read(&repo, &tip, &[], PLENTY), all);
    let near = ["top 4", "b/d/three.rs 3", "b/c/two.rs 2", "a/one.rs 1"];
    assert_eq!(read(&repo, &tip, &["b/d/new.rs"], PLENTY), near);
    let missing = "7".repeat(40);
    assert_eq!(read(&repo, &missing, &[], PLENTY), Vec::<String>::new());
}

#[test]
fn so_much_is_read_and_no_more() {
    let repo = Repo::new();
    let mut commit = repo.commit();
    for it in 0..50 {
        commit = commit.file(&format!("{it}.rs"), "x".repeat(it));
    }
    let tip = commit.write();
    let count = |within: Within| read(&repo, &tip, &[], within).len();
    assert_eq!(count(PLENTY), 50);
    assert_eq!(
        count(Within {
            entries: 7,
            ..PLENTY
        }),
        7
    );
    assert_eq!(
        count(Within {
            file_bytes: 9,
            ..PLENTY
        }),
        10
    );
    let sum = |within: Within| -> usize {
        let read = read(&repo, &tip, &[], within);
        let sizes = read.iter().filter_map(|it| it.split(' ').next_back());
        sizes.filter_map(|it| it.parse::<usize>().ok()).sum()
    };
    assert!(
        sum(Within {
            bytes: 100,
            ..PLENTY
        }) <= 100
    );
}
