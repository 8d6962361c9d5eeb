//! A small repository and its program, for the commands that need one.

use crate::runner;
use testkit::{Repo, Runner};

pub(crate) const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
period: 2026-Q1
repositories:
  - {name: shop, path: ., merge_methods: [merge, squash]}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

/// Returns a repository with a root, a squash and a direct push, and its program.
pub(crate) fn shop() -> (Repo, Runner) {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.commit().message("Mend the totals (#7)\n").write();
    repo.commit().message("Straight to main\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let runner = runner().in_dir(repo.path());
    (repo, runner)
}
