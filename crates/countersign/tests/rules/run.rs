//! Runs the library on a repository and a program, at a moment that the test chooses.

use crate::keys;
use countersign::assemble::{self, Recorded};
use countersign::audit::{self, Audited};
use countersign::collect::{self, CollectError, Collected, Request};
use countersign::home::Machine;
use jiff::Timestamp;
use model::outcome::Outcome;
use model::program::ControlId;
use model::report::{AuditReport, ChangeReport, ControlReport, Decision};
use sources::git::Silent;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use testkit::Repo;

/// When the first commit of a repository was made, by its committer's clock.
pub(crate) const T0: i64 = 1_767_603_600;
pub(crate) const HOUR: i64 = 3600;
/// After the period of the programs here.
pub(crate) const AFTER: &str = "2026-07-02T00:00:00Z";

/// How the forge lets requests land, so that each leaves its number.
pub(crate) const TRACED: &str = ", merge_methods: [merge, squash]";

/// Returns the program of three people and a bot; `methods` stands in the repository's entry, `more` at the end.
pub(crate) fn program(methods: &str, more: &str) -> String {
    let [ada, bo, noor] = [keys::ada(), keys::bo(), keys::noor()].map(|key| key.line());
    format!(
        "\
version: 1
organisation: {{name: Larkspur Metrics}}
period: 2026-H1
repositories:
  - {{name: shop{methods}}}
principals:
  - id: ada
    name: Ada Marsh
    emails: [ada@larkspur.example, ada.marsh@mail.example]
    accounts: [\"github:adamarsh\"]
    ssh_keys: [\"{ada}\"]
  - {{id: bo, name: Bo Reyes, emails: [bo@larkspur.example], ssh_keys: [\"{bo}\"]}}
  - id: noor
    name: Noor Haddad
    kind: outsider
    emails: [noor@haddad.example]
    ssh_keys: [\"{noor}\"]
  - {{id: ferry, name: Ferry, kind: automation, accounts: [\"github:ferry[bot]\"]}}
assignments: {{ada: all}}
risk_classes: {{high: [\"infra/**\"], medium: [\"app/**\"], low: [\"docs/**\"], otherwise: low}}
{more}"
    )
}

/// Returns the report on a repository under a program, taken after the period.
pub(crate) fn report(repo: &Repo, program: &str) -> AuditReport {
    report_of(&repo.path(), &place(repo, program))
}

/// Returns the report on a folder under the program in a file.
pub(crate) fn report_of(repository: &Path, program: &Path) -> AuditReport {
    let now = AFTER.parse().unwrap();
    let mut entropy = fixed_entropy();
    let mut request = request(repository, program, now, &mut entropy);
    let found = collect::find(&request).unwrap();
    let collected = collect::fetch(found, &mut request).unwrap();
    assemble::assemble(&Recorded {
        countersign: audit::COUNTERSIGN,
        generated_at: now,
        program: &collected.loaded.program,
        program_origin: collected.loaded.origin,
        program_sha256: collected.loaded.sha256(),
        observation: &collected.observation,
        changes: &collected.changes,
        evidence: &collected.evidence_of_each(),
        earlier: &collected.earlier,
        outside: &collected.outside,
    })
    .unwrap()
}

/// Appends what a repository shows at a moment to its ledger.
pub(crate) fn collect(repo: &Repo, program: &str, seconds: i64) -> Collected {
    try_collect(&repo.path(), &place(repo, program), seconds).unwrap()
}

pub(crate) fn try_collect(
    repository: &Path,
    program: &Path,
    seconds: i64,
) -> Result<Collected, CollectError> {
    let now = Timestamp::from_second(seconds).unwrap();
    collect::collect(request(repository, program, now, &mut fixed_entropy()))
}

/// Audits a repository, report folder and all, after the period.
pub(crate) fn audit(repo: &Repo, program: &str) -> Audited {
    let program = place(repo, program);
    let out = repo.beside("out").join("report");
    let now = AFTER.parse().unwrap();
    let mut entropy = fixed_entropy();
    audit::audit(request(&repo.path(), &program, now, &mut entropy), &out).unwrap()
}

/// A machine that brings nothing to a ledger in a folder.
static NOTHING: LazyLock<Machine> = LazyLock::new(Machine::default);

/// Puts the text of a program beside the repository, and with it the ledger.
pub(crate) fn place(repo: &Repo, program: &str) -> PathBuf {
    let file = repo.beside("program").join("countersign.yaml");
    std::fs::write(&file, program).unwrap();
    file
}

fn request<'a>(
    repository: &'a Path,
    program: &'a Path,
    now: Timestamp,
    entropy: &'a mut dyn FnMut() -> [u8; 32],
) -> Request<'a> {
    Request {
        repository,
        program: Some(program),
        branch: None,
        period: None,
        ledger: None,
        machine: &NOTHING,
        now,
        threads: 2,
        cosign: false,
        forge: None,
        begun: &|_| {},
        progress: &Silent,
        entropy,
    }
}

fn fixed_entropy() -> impl FnMut() -> [u8; 32] {
    let mut drawn = 0;
    move || {
        drawn += 1;
        [drawn; 32]
    }
}

/// Starts a request: a branch from where `main` stands.
pub(crate) fn open_request(repo: &Repo, branch: &str) {
    repo.branch(branch, &repo.tip("main"));
}

/// Returns the row of a commit.
pub(crate) fn row<'r>(report: &'r AuditReport, commit: &str) -> &'r ChangeReport {
    let is = |row: &&ChangeReport| row.commit.to_string() == commit;
    report.changes.iter().find(is).unwrap()
}

/// Returns the decision of a control on a commit.
pub(crate) fn decision<'r>(report: &'r AuditReport, commit: &str, control: &str) -> &'r Decision {
    &row(report, commit).decisions[&ControlId(control.into())]
}

/// Returns what is concluded of a control.
pub(crate) fn conclusion<'r>(report: &'r AuditReport, control: &str) -> &'r ControlReport {
    let is = |conclusion: &&ControlReport| conclusion.control.0 == control;
    report.conclusions.iter().find(is).unwrap()
}

/// Asserts an outcome, and that its reason holds these words.
#[track_caller]
pub(crate) fn check(decision: &Decision, outcome: Outcome, words: &str) {
    assert_eq!(decision.outcome, outcome, "{decision:?}");
    assert!(decision.reason.contains(words), "{decision:?}");
}
