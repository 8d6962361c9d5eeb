//! An invented company with a dozen changes, audited twice, and the report of the second audit.

use countersign::audit;
use countersign::collect::Request;
use countersign::home::Machine;
use countersign::verify::{self, VerifyError};
use jiff::Timestamp;
use ledger::place::Location;
use model::period::Period;
use model::report::AuditReport;
use sources::git::Silent;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testkit::{CommitBuilder, Repo};

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics, head_count: 1}
frameworks:
  soc2: [CC8.1]
repositories:
  - {name: metrics-app, path: ., branch: main}
principals:
  - id: ada
    name: Ada Marsh
    emails: [ada@larkspur.example]
assignments:
  ada: all
";

/// The repository with the ledger and the report beside it.
pub(crate) struct Company {
    repo: Repo,
    pub(crate) report: AuditReport,
}

impl Company {
    /// Returns twelve changes, one of them a request that its only author merged within the hour.
    pub(crate) fn audited(period: &Period) -> Company {
        let repo = Repo::new();
        for number in 0..8 {
            change(&repo, number);
        }
        let mut company = Company::of(repo, period);
        let repo = &company.repo;
        let request = repo.commit().on("import").parents([repo.tip("main")]);
        edit(request, 8);
        repo.merge("main", "import")
            .message("Merge pull request #7 from larkspur/import\n\nRead the import in parts\n")
            .write();
        for number in 9..12 {
            change(repo, number);
        }
        company.report = audit_of(&company.repo, period, 50);
        assert_eq!(company.report.changes.len(), 12);
        assert!(!company.report.exceptions.is_empty(), "a deviation");
        company
    }

    /// Returns the first audit of a repository.
    pub(crate) fn of(repo: Repo, period: &Period) -> Company {
        repo.write_file("countersign.yaml", PROGRAM);
        let report = audit_of(&repo, period, 0);
        Company { repo, report }
    }

    /// Returns the folder of the ledger, with the operator's key.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.repo.beside("ledger")
    }

    /// Returns the folder of the report.
    pub(crate) fn folder(&self) -> PathBuf {
        self.repo.beside("report")
    }

    /// Returns a copy of the report, to be spoilt.
    pub(crate) fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().expect("a temporary folder");
        for name in files(&self.folder()) {
            write(
                &copy.path().join(&name),
                &fs::read(self.folder().join(&name)).expect("a file of the report"),
            );
        }
        copy
    }
}

/// Returns random bytes that no two calls share.
pub(crate) fn entropy(count: &mut u8) -> impl FnMut() -> [u8; 32] {
    move || {
        *count += 1;
        [*count; 32]
    }
}

/// Returns the moment of every audit and verification.
pub(crate) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().expect("a moment")
}

fn audit_of(repo: &Repo, period: &Period, mut count: u8) -> AuditReport {
    let (ledger, out) = (repo.beside("ledger"), repo.beside("report"));
    let entropy = &mut entropy(&mut count);
    let request = Request {
        repository: &repo.path(),
        program: None,
        branch: None,
        period: Some(period.clone()),
        ledger: Some(&Location::Folder(ledger)),
        machine: &Machine::default(),
        now: now(),
        threads: 1,
        cosign: false,
        forge: None,
        begun: &|_| {},
        progress: &Silent,
        entropy,
    };
    audit::audit(request, &out).expect("an audit").report
}

fn change(repo: &Repo, number: u32) {
    edit(repo.commit(), number);
}

fn edit(commit: CommitBuilder<'_>, number: u32) {
    commit
        .file(&format!("src/part-{number}.txt"), format!("{number}\n"))
        .message(format!("Change part {number}\n"))
        .write();
}

/// Returns the paths of all files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = vec![];
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            pending.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let inside = path.strip_prefix(folder).expect("a path inside");
            found.push(inside.display().to_string());
        }
    }
    found.sort();
    found
}

/// Writes a file, and the folders that it lies in.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the file's folder");
    fs::write(path, bytes).expect("the file");
}

/// Returns why a report does not hold.
pub(crate) fn refused(folder: &Path, what: &str) -> VerifyError {
    match verify::verify(folder, &[], now()) {
        Ok(_) => panic!("{what}: nothing was found"),
        Err(error) => error,
    }
}

/// Returns an error and its causes as they are printed.
pub(crate) fn chain(error: &VerifyError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}"));
        source = cause.source();
    }
    text
}
