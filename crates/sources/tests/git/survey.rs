//! What a repository shows for a draft.

use sources::git::{self, Survey};
use std::collections::BTreeSet;
use testkit::Repo;

fn check(found: &BTreeSet<String>, expect: &[&str]) {
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expect);
}

fn survey(repo: &Repo) -> Survey {
    git::survey(&git::open(&repo.path()).unwrap(), None).unwrap()
}

#[test]
fn a_repository_shows_its_tools() {
    let repo = Repo::new();
    let id = repo
        .commit()
        .file(
            ".github/workflows/ci.yml",
            "steps:\n- uses: gitleaks/gitleaks-action@v2\n- run: npm audit\n",
        )
        .file(".pre-commit-config.yaml", "hooks:\n- id: hadolint\n")
        .file(
            ".mailmap",
            "Ada Marsh <ada@larkspur.example> <ada@old.example>\n",
        )
        .file("Dockerfile", "FROM scratch\n")
        .file("infra/main.tf", "")
        .file("Cargo.lock", "")
        .file("deny.toml", "")
        .write();
    repo.remote("origin", "git@github.com:larkspur/shop.git", "main", &id);
    let survey = survey(&repo);
    check(&survey.forges, &["github"]);
    check(&survey.ci, &["GitHub Actions"]);
    check(&survey.infrastructure, &["Terraform"]);
    check(&survey.containers, &["Docker"]);
    check(&survey.lock_files, &["cargo"]);
    check(
        &survey.scanners,
        &[
            "cargo deny",
            "gitleaks",
            "hadolint",
            "npm audit",
            "pre-commit",
        ],
    );
    assert_eq!(survey.mailmap.len(), 1);
    assert_eq!((&*survey.name, &*survey.branch), ("repo", "main"));
}

#[test]
fn a_bare_history_shows_nothing() {
    let repo = Repo::new();
    let commit = repo.commit().file("a", "").write();
    let object = String::from_utf8(repo.read_object(&commit)).unwrap();
    repo.remove_object(&object["tree ".len()..][..40]);
    let found = survey(&repo);
    let nothing = Survey {
        name: found.name.clone(),
        branch: found.branch.clone(),
        ..Survey::default()
    };
    assert_eq!(found, nothing);
}
