//! Repositories of every form come to the same decisions, or are refused by name.

use crate::run::{T0, conclusion, place, program, report, report_of, try_collect};
use model::outcome::Conclusion;
use std::error::Error;
use testkit::{Hash, Layout, Repo};

/// A squash that passes and a push that fails, on whatever branch `HEAD` names.
fn filled(repo: Repo) -> Repo {
    repo.commit().write();
    repo.commit().message("Mend (#7)\n").write();
    repo.commit().message("Straight to main\n").write();
    repo
}

#[track_caller]
fn check(report: &model::report::AuditReport) {
    let found = conclusion(report, "CR-4");
    assert_eq!((found.passed, found.failed, found.unknown), (1, 1, 1));
    assert_eq!(found.proposed, Conclusion::Ineffective);
    assert!(report.population.incomplete.is_empty());
}

fn traced() -> String {
    program(crate::run::TRACED, "")
}

#[test]
fn bare_and_sha256() {
    for layout in [Layout::Worktree, Layout::Bare] {
        for hash in [Hash::Sha1, Hash::Sha256] {
            check(&report(&filled(Repo::with(layout, hash)), &traced()));
        }
    }
}

#[test]
fn a_linked_worktree() {
    let repo = filled(Repo::new());
    let folder = repo.linked_worktree("second", "main");
    check(&report_of(&folder, &place(&repo, &traced())));
}

#[test]
fn a_folder_inside_the_files() {
    let repo = filled(Repo::new());
    repo.write_file("deep/inside/file", "");
    let folder = repo.path().join("deep/inside");
    check(&report_of(&folder, &place(&repo, &traced())));
}

#[test]
fn a_renamed_default_branch() {
    let repo = filled(Repo::new());
    repo.rename_branch("main", "trunk");
    repo.head("trunk");
    let report = report(&repo, &traced());
    check(&report);
    assert_eq!(report.population.query.branch, "trunk");
}

#[test]
fn the_branch_of_the_program_that_is_not_there_is_refused_by_name() {
    let repo = filled(Repo::new());
    refused(&repo, &program(", branch: release", ""), "release");
}

#[test]
fn an_empty_repository_is_refused_by_name() {
    refused(&Repo::new(), &traced(), "the repository is empty");
}

#[track_caller]
fn refused(repo: &Repo, program: &str, name: &str) {
    let file = place(repo, program);
    let error = try_collect(&repo.path(), &file, T0).err().unwrap();
    let source = error.source().unwrap().to_string();
    assert!(source.contains(name), "{source}");
}
