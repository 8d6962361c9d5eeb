//! A company with a log, and what its keys were.

use std::fs;

use testkit::{Repo, Runner};

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

/// A company whose log has two leaves.
pub(crate) struct Company {
    pub(crate) repo: Repo,
    pub(crate) ada: Runner,
}

impl Company {
    pub(crate) fn new() -> Company {
        Company::on(|runner| runner)
    }

    /// As [`Company::new`], with a runner that is made ready first.
    pub(crate) fn on(ready: impl FnOnce(Runner) -> Runner) -> Company {
        let repo = Repo::new();
        repo.commit().message("Begin\n").write();
        repo.write_file("countersign.yaml", PROGRAM);
        let ada = ready(Runner::new(env!("CARGO_BIN_EXE_countersign"))).in_dir(repo.path());
        let company = Company { repo, ada };
        company.says(&["collect"], 0);
        company
    }

    /// Returns what a command says, lines that were folded in one.
    pub(crate) fn says(&self, arguments: &[&str], code: i32) -> String {
        let run = self.ada.run(arguments).expect_code(code);
        format!("{}{}", run.stdout, run.stderr).replace("\n  ", " ")
    }

    pub(crate) fn file(&self, name: &str) -> String {
        let file = self.repo.path().join(".countersign").join(name);
        fs::read_to_string(file).unwrap().trim_end().to_owned()
    }

    /// Returns the key in force.
    pub(crate) fn key(&self) -> String {
        self.file("log.vkey")
    }

    /// Returns what a verification says to somebody who trusts these keys.
    pub(crate) fn verified_by(&self, keys: &[&str], code: i32) -> String {
        self.repo.write_file("trusted", keys.join("\n"));
        self.says(&["ledger", "verify", "--trust", "trusted"], code)
    }
}

/// Returns name and ID of a key.
pub(crate) fn name_and_id(key: &str) -> &str {
    let id = key.find('+').unwrap() + 1;
    &key[..id + 8]
}
