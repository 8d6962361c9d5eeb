//! What a push would put on a branch: the merge of one request in its forms, and what is none.

use model::digest::{CommitId, Digest};
use sources::git::{self, Landing, Pushed, PushedError};
use std::fs;
use testkit::Repo;

fn id(text: &str) -> CommitId {
    text.parse().unwrap()
}

fn ask(repo: &Repo, old: &str, new: &str) -> Pushed {
    let incoming = git::open(&repo.path()).unwrap().incoming(None).unwrap();
    incoming.pushed(&id(old), &id(new)).unwrap()
}

/// Returns the head that a push names, and the digest of its difference.
fn landing(repo: &Repo, old: &str, new: &str) -> (Option<CommitId>, Digest) {
    match ask(repo, old, new) {
        Pushed::Landing(Landing {
            head, patch_digest, ..
        }) => (head, patch_digest),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_request_lands_in_three_forms_with_one_digest() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").file("b", "1").write();
    for branch in ["request", "squashed"] {
        repo.branch(branch, &base);
    }
    repo.commit().on("request").file("a", "2").write();
    let head = repo.commit().on("request").file("c", "1").write();
    let forward = landing(&repo, &base, &head);
    assert_eq!(forward.0, Some(id(&head)));
    let squashed = repo.commit().on("squashed").file("a", "2").file("c", "1");
    assert_eq!(landing(&repo, &base, &squashed.write()), (None, forward.1));
    // The branch went on elsewhere: the difference of the request is the same.
    let main = repo.commit().file("b", "2").write();
    let merged = repo.merge("main", "request").write();
    assert_eq!(landing(&repo, &main, &merged), forward);
    // What a merge puts in besides shows in its tree, not in the difference of the request.
    repo.branch("main", &main);
    let Pushed::Landing(clean) = ask(&repo, &main, &merged) else {
        panic!("a merge")
    };
    let more = repo.merge("main", "request").file("evil", "1").write();
    let Pushed::Landing(more) = ask(&repo, &main, &more) else {
        panic!("a merge")
    };
    assert_eq!(clean.patch_digest, more.patch_digest);
    assert_ne!(clean.tree, more.tree);
}

#[test]
fn what_takes_commits_away_or_is_not_here_is_no_landing() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").write();
    let tip = repo.commit().file("a", "2").write();
    repo.branch("side", &base);
    let side = repo.commit().on("side").file("b", "1").write();
    assert_eq!(ask(&repo, &tip, &base), Pushed::Rewound);
    assert_eq!(ask(&repo, &tip, &tip), Pushed::Rewound);
    assert_eq!(ask(&repo, &tip, &side), Pushed::Rewound);
    let absent = "1".repeat(40);
    assert!(matches!(ask(&repo, &tip, &absent), Pushed::Unknown(_)));
    let stranger = repo.commit().on("stranger").file("c", "1").write();
    let crossed = repo.commit().parents([tip.clone(), stranger]).write();
    assert_eq!(ask(&repo, &tip, &crossed), Pushed::Crossed);
}

#[test]
fn a_reference_that_replaces_commits_deceives_nobody() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").write();
    repo.branch("side", &base);
    let tip = repo.commit().file("a", "2").write();
    let side = repo.commit().on("side").file("b", "1").write();
    let pretended = repo.commit().on_no_branch().parents([tip.clone()]);
    repo.replace(&side, &pretended.file("b", "1").write());
    assert_eq!(ask(&repo, &tip, &side), Pushed::Rewound);
}

#[test]
fn objects_are_read_from_the_repository_s_own_folders_alone() {
    let repo = Repo::new();
    repo.commit().file("a", "1").write();
    let opened = git::open(&repo.path()).unwrap();
    let foreign = |path: &std::path::Path| {
        let refused = opened.incoming(Some(path)).err().unwrap();
        assert!(matches!(refused, PushedError::Foreign { .. }), "{refused}");
    };
    foreign(&repo.beside("elsewhere"));
    foreign(&repo.git_dir().join("objects"));
    foreign(&repo.git_dir().join("objects/incoming-absent"));
    let link = repo.git_dir().join("objects/incoming-link");
    std::os::unix::fs::symlink(repo.beside("elsewhere"), &link).unwrap();
    foreign(&link);
    let own = repo.git_dir().join("objects/incoming-1");
    fs::create_dir(&own).unwrap();
    assert!(opened.incoming(Some(&own)).is_ok());
}

#[test]
fn a_name_that_leads_to_a_branch_is_followed() {
    let repo = Repo::new();
    repo.commit().file("a", "1").write();
    let alias = repo.git_dir().join("refs/heads/alias");
    fs::write(alias, "ref: refs/heads/main\n").unwrap();
    let circle = repo.git_dir().join("refs/heads/circle");
    fs::write(circle, "ref: refs/heads/circle\n").unwrap();
    let opened = git::open(&repo.path()).unwrap();
    let leads = |name| opened.leads_to(name).ok();
    let main = Some("refs/heads/main".to_owned());
    assert_eq!(leads("refs/heads/main"), main);
    assert_eq!(leads("refs/heads/alias"), main);
    assert_eq!(leads("refs/heads/new"), Some("refs/heads/new".to_owned()));
    assert_eq!(leads("refs/heads/circle"), None);
}
