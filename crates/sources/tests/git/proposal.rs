//! What a request would bring: its patch digest, its commits and the tree that would land.

use crate::census;
use model::change::Proposal;
use model::digest::CommitId;
use sources::git::{self, NoKeys, Proposed, Wanted};
use std::collections::BTreeSet;
use testkit::Repo;

fn id(text: &str) -> CommitId {
    text.parse().unwrap()
}

fn ask(repo: &Repo, base: &str, head: &str, trial: Option<&str>) -> Proposed {
    let (base, head, trial) = (id(base), id(head), trial.map(id));
    let wanted = Wanted {
        base: &base,
        head: &head,
        trial: trial.as_ref(),
        request: 7,
        checker: &NoKeys,
        forge_addresses: &BTreeSet::new(),
    };
    git::proposed(&git::open(&repo.path()).unwrap(), &wanted).unwrap()
}

fn known(repo: &Repo, base: &str, head: &str) -> Proposal {
    match ask(repo, base, head, None) {
        Proposed::Known(proposal) => *proposal,
        Proposed::Unknown(why) => panic!("{why}"),
    }
}

#[test]
fn what_lands_has_the_digest_and_the_tree_of_what_was_proposed() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").file("b", "1").write();
    repo.branch("feature", &base);
    repo.commit()
        .on("feature")
        .author("Bea Holt", "bea@larkspur.example", 1_770_000_000)
        .file("a", "2")
        .write();
    let head = repo.commit().on("feature").file("c/d", "1").write();
    let proposal = known(&repo, &base, &head);
    assert_eq!(proposal.change.paths, ["a", "c/d"]);
    assert_eq!(proposal.change.brought.commits, 2);
    assert_eq!(proposal.merge_base, id(&base));
    repo.merge("main", "feature")
        .message("Merge pull request #7 from bea/feature\n")
        .write();
    let landed = census(&repo).changes.pop().unwrap();
    assert!(landed.patch_digest.is_some());
    assert_eq!(landed.patch_digest, proposal.change.patch_digest);
    assert_eq!(landed.tree, proposal.change.tree);
    assert_eq!(landed.authors, proposal.change.authors);
    assert_eq!(landed.brought, proposal.change.brought);
}

#[test]
fn a_rebase_over_other_files_keeps_the_digest_and_nothing_else_does() {
    let repo = Repo::new();
    let old = repo.commit().file("a", "1").file("b", "1").write();
    let new = repo.commit().file("b", "2").write();
    let touching = repo.commit().file("a", "base").write();
    let on = |base: &str, name: &str| {
        repo.branch(name, base);
        repo.commit().on(name)
    };
    let first = on(&old, "first").file("a", "2").write();
    let digest = |base: &str, head: &str| known(&repo, base, head).change.patch_digest.unwrap();
    let before = digest(&old, &first);
    assert_eq!(before, digest(&new, &first), "the branch moved on");
    let rebased = on(&new, "rebased").file("a", "2").write();
    assert_eq!(before, digest(&new, &rebased));
    let others = [
        digest(&touching, &on(&touching, "over").file("a", "2").write()),
        digest(&old, &on(&old, "space").file("a", "2 ").write()),
        digest(&old, &on(&old, "mode").executable("a", "2").write()),
        digest(&old, &on(&old, "more").file("a", "2").file("c", "").write()),
        digest(&old, &on(&old, "path").remove("a").file("aa", "2").write()),
        digest(&old, &old),
    ];
    let distinct: BTreeSet<_> = others.iter().chain([&before]).collect();
    assert_eq!(distinct.len(), others.len() + 1);
}

#[test]
fn a_branch_that_moved_on_leaves_the_merge_to_the_forge() {
    let repo = Repo::new();
    let old = repo.commit().file("a", "1").write();
    repo.branch("feature", &old);
    let head = repo.commit().on("feature").file("a", "2").write();
    let base = repo.commit().file("b", "1").write();
    assert_eq!(known(&repo, &base, &head).change.tree, None);
    let trial = repo.merge("main", "feature").on_no_branch().write();
    let tree = |trial: &str| match ask(&repo, &base, &head, Some(trial)) {
        Proposed::Known(proposal) => proposal.change.tree,
        Proposed::Unknown(why) => panic!("{why}"),
    };
    assert!(tree(&trial).is_some());
    // A commit with other parents is no merge of these two.
    assert_eq!(tree(&head), None);
    assert_eq!(tree(&"7".repeat(40)), None);
}

#[test]
fn what_the_repository_lacks_is_unknown() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").write();
    let check = |head: &str, expect: &str| match ask(&repo, &base, head, None) {
        Proposed::Unknown(why) => assert!(why.contains(expect), "{why}"),
        Proposed::Known(found) => panic!("{found:?}"),
    };
    check(&"7".repeat(40), "fetch the request");
    let strange = repo.commit().on_no_branch().parents::<String>([]).write();
    check(&strange, "no commit in common");
    let head = repo.commit().write();
    repo.shallow([&base]);
    check(&head, "shallow");
}
