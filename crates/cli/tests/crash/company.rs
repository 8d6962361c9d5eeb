//! A repository with its ledger in it and its report beside it, and what must hold of both at any moment.

use countersign::verify;
use jiff::Timestamp;
use ledger::Ledger;
use ledger::audit::Payloads;
use ledger::leaf::LeafKind::{Decisions, Observation, Program, Report};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use testkit::Repo;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
";

pub(crate) struct Company {
    repo: Repo,
}

impl Company {
    pub(crate) fn new() -> Company {
        let repo = Repo::new();
        repo.write_file("countersign.yaml", PROGRAM);
        for number in 0..20 {
            let commit = repo.commit().file("src/part.txt", format!("{number}\n"));
            commit.message(format!("Change {number}\n")).write();
        }
        Company { repo }
    }

    /// Adds a change, so that the next audit has evidence of its own to keep.
    pub(crate) fn change(&self, number: usize) {
        let commit = self.repo.commit();
        commit.message(format!("Change again {number}\n")).write();
    }

    /// Starts the real binary.
    pub(crate) fn audit(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["audit", "--period", "all", "--out"])
            .arg(self.report())
            .arg(self.repo.path())
            .env_clear()
            .env("HOME", self.repo.beside("home"))
            .current_dir(self.repo.beside("home"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started")
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.repo.beside("out").join("report")
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.repo.path().join(".countersign")
    }

    /// Returns the names that killed runs left.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let folders = [self.repo.beside("out"), self.ledger().join("evidence")];
        let mut names: Vec<String> = folders.iter().flat_map(|folder| names(folder)).collect();
        names.retain(|name| name.contains(".partial-"));
        names
    }

    /// Leaves what a killed run leaves, whatever the moment at which the others here were killed.
    pub(crate) fn leave_behind(&self) {
        let staged = self.repo.beside("out").join(".report.partial-abc/evidence");
        fs::create_dir_all(&staged).expect("a staged report");
        fs::write(staged.join("x.jsonl"), "{").expect("half a chunk");
        let evidence = self.ledger().join("evidence");
        fs::create_dir_all(&evidence).expect("the evidence");
        fs::write(evidence.join(".partial-abc"), "{").expect("half a chunk");
    }

    /// A report verifies or is not there; the log is whole after the next opening, and so is each batch in it.
    /// Returns how many reports the log holds.
    pub(crate) fn holds(&self, when: &str) -> usize {
        if self.report().exists()
            && let Err(error) = verify::verify(&self.report(), &[], Timestamp::UNIX_EPOCH)
        {
            panic!("{when}: the report does not hold: {error:#?}");
        }
        match self.ledger().exists() {
            true => self.log_holds(when),
            false => 0,
        }
    }

    fn log_holds(&self, when: &str) -> usize {
        let opened = Ledger::open_or_create(&self.ledger(), "countersign.local/test", [7; 32]);
        let ledger = opened.unwrap_or_else(|error| panic!("{when}: {error:#?}"));
        let audited = ledger.audit(&Payloads::AllPresent);
        let audited = audited.unwrap_or_else(|error| panic!("{when}: {error:#?}"));
        let kinds: Vec<_> = audited
            .entries
            .iter()
            .map(|entry| entry.leaf.kind)
            .collect();
        let mut rest = kinds.as_slice();
        while !rest.is_empty() {
            rest = match rest {
                [Program, Observation, Decisions, rest @ ..] | [Report, rest @ ..] => rest,
                _ => panic!("{when}: a part of a batch: {kinds:?}"),
            };
        }
        kinds.iter().filter(|kind| **kind == Report).count()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}
