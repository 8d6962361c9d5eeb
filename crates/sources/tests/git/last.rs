//! Who changed a file last along the first parents of a commit.

use model::digest::CommitId;
use model::review::Configured;
use sources::git;
use testkit::Repo;

const FILE: &str = "countersign.yaml";

fn last(repo: &Repo, tip: &str) -> Option<Configured> {
    let tip: CommitId = tip.parse().unwrap();
    git::open(&repo.path()).unwrap().last_change(&tip, FILE)
}

#[test]
fn it_is_the_last_commit_that_changed_the_file_and_its_author() {
    let repo = Repo::new();
    repo.commit().file(FILE, "1").write();
    let bea = repo
        .commit()
        .author("Bea Holt", "bea@larkspur.example", 1_770_000_000)
        .file(FILE, "2")
        .write();
    let later = repo.commit().file("a", "1").write();
    let found = last(&repo, &later).unwrap();
    assert_eq!(found.commit.to_string(), bea);
    assert_eq!(&*found.by.name, "Bea Holt");
    assert_eq!(&*found.by.address, "bea@larkspur.example");
    assert_eq!(last(&repo, &bea).unwrap(), found);
}

#[test]
fn a_merge_brings_what_its_branch_changed() {
    let repo = Repo::new();
    let base = repo.commit().file(FILE, "1").write();
    repo.branch("feature", &base);
    repo.commit().on("feature").file(FILE, "2").write();
    let merge = repo.merge("main", "feature").write();
    assert_eq!(last(&repo, &merge).unwrap().commit.to_string(), merge);
}

#[test]
fn the_first_commit_may_be_the_last_one_that_changed_it() {
    let repo = Repo::new();
    let first = repo.commit().file(FILE, "1").write();
    let tip = repo.commit().file("a", "1").write();
    assert_eq!(last(&repo, &tip).unwrap().commit.to_string(), first);
}

#[test]
fn nobody_changed_what_is_not_there() {
    let repo = Repo::new();
    let tip = repo.commit().file("a", "1").write();
    assert_eq!(last(&repo, &tip), None);
}

#[test]
fn a_shallow_clone_does_not_tell_who_changed_it_before() {
    let repo = Repo::new();
    let first = repo.commit().file(FILE, "1").write();
    let cut = repo.commit().file("a", "1").write();
    let tip = repo.commit().file("a", "2").write();
    repo.remove_object(&first);
    repo.shallow([&cut]);
    assert_eq!(last(&repo, &tip), None);
}
