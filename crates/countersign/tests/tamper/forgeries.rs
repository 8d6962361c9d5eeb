//! The operator holds the key of the log: whatever was forged is appended and signed as the real thing would be.

use crate::company::{Company, chain, entropy, now, refused, write};
use countersign::assemble::{self, Recorded, Register};
use countersign::earlier::{Earlier, earlier};
use countersign::evidence::{self, Chunk};
use countersign::log::Log;
use countersign::outsiders::standing::standing;
use countersign::program::FILE_NAME;
use countersign::record::{DecisionsRecord, FileRecord, ReportRecord};
use countersign::verify::{self, KeyOrigin, VerifyError};
use gates::package::PackageFault;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::place::home::Home;
use model::change::{Change, Landed, SignatureCheck, SignatureKind};
use model::digest::Digest;
use model::outcome::{LogGrade, Outcome};
use model::period::Period;
use model::population::{Observation, population_sha256};
use model::program_file;
use model::report::{AuditReport, ProgramOrigin, WindowsReport};
use std::fs;
use tempfile::TempDir;

/// What an operator puts in the place of the facts, the decisions and the files.
struct Forgery {
    program: String,
    observation: Observation,
    changes: Vec<Change>,
    report: AuditReport,
    decisions: DecisionsRecord,
    earlier: Earlier,
    record: ReportRecord,
}

/// What is forged, from the facts up to the record of the files.
#[derive(Default)]
struct Changed {
    facts: Option<fn(&mut Observation, &mut Vec<Change>)>,
    report: Option<fn(&mut AuditReport)>,
    decisions: Option<fn(&mut DecisionsRecord)>,
    record: Option<fn(&mut ReportRecord)>,
}

#[test]
fn a_deviation_that_was_taken_out_of_the_page_is_missed() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    let path = copy.path().join("audit.json");
    let text = fs::read(&path).expect("audit.json");
    let mut report: AuditReport = serde_json::from_slice(&text).expect("a report");
    acquit(&mut report);
    fs::write(&path, audit_json(&report)).expect("the forged page");
    let error = refused(copy.path(), "a deviation less");
    let named = matches!(&error, VerifyError::Byte { file, .. } if file.ends_with("audit.json"));
    assert!(named, "{}", chain(&error));
}

#[test]
fn decisions_forged_with_the_real_key_are_made_again() {
    check_decided(
        "deviations",
        Changed {
            report: Some(acquit),
            ..Changed::default()
        },
    );
    check_decided(
        "decisions",
        Changed {
            report: Some(|report| {
                for change in &mut report.changes {
                    for decision in change.decisions.values_mut() {
                        decision.outcome = Outcome::Pass;
                    }
                }
            }),
            ..Changed::default()
        },
    );
    check_decided(
        "conclusions",
        Changed {
            report: Some(|report| report.conclusions.truncate(1)),
            ..Changed::default()
        },
    );
    check_decided(
        "totals",
        Changed {
            report: Some(|report| report.totals.self_merged = 0),
            ..Changed::default()
        },
    );
}

#[test]
fn pages_forged_with_the_real_key_are_rendered_again() {
    // The decisions in the log are the honest ones; only the page, its digest and the report's record are not.
    let company = Company::audited(&Period::all());
    let honest = |decisions: &mut DecisionsRecord, company: &Company| {
        decisions.exceptions_sha256 = assemble::exceptions_sha256(&company.report.exceptions);
        decisions.register_sha256 = Register::of(&company.report.changes).sha256();
        decisions
            .conclusions
            .clone_from(&company.report.conclusions);
    };
    let mut forgery = Forgery::of(
        &company,
        &Changed {
            report: Some(acquit),
            ..Changed::default()
        },
    );
    honest(&mut forgery.decisions, &company);
    let folder = forgery.publish(&company, &Changed::default());
    let error = refused(folder.path(), "a forged page");
    let named = matches!(&error, VerifyError::Byte { file, .. } if file.ends_with("audit.json"));
    assert!(named, "{}", chain(&error));
}

#[test]
fn a_change_that_was_taken_out_leaves_a_hole() {
    // The counts and the hash of the population are forged to fit.
    let error = forged(&Period::all(), |observation, changes| {
        changes.remove(5);
        refit(observation, changes);
    });
    assert!(
        matches!(
            error,
            Some(VerifyError::Facts(PackageFault::Whole {
                expected: 12,
                found: 11
            }))
        ),
        "{error:?}"
    );
    let error = forged(&Period::all(), |observation, changes| {
        changes.remove(5);
        renumber(observation, changes);
    });
    assert!(
        matches!(error, Some(VerifyError::Facts(PackageFault::Chain { .. }))),
        "{error:?}"
    );
    let error = forged(&Period::all(), |observation, changes| {
        changes.pop();
        renumber(observation, changes);
    });
    assert!(
        matches!(error, Some(VerifyError::Facts(PackageFault::Head { .. }))),
        "{error:?}"
    );
}

#[test]
fn facts_that_no_history_has_are_found() {
    let error = forged(&Period::all(), |_, changes| {
        changes[5].landed = Landed::RequestMerge;
    });
    let named = matches!(
        error,
        Some(VerifyError::Facts(PackageFault::Landed { parents: 1, .. }))
    );
    assert!(named, "{error:?}");
    // The beginning of the history is taken out, and the rest renumbered.
    let error = forged(&Period::all(), |observation, changes| {
        changes.remove(0);
        renumber(observation, changes);
    });
    let named = matches!(
        error,
        Some(VerifyError::Facts(PackageFault::Beginning { .. }))
    );
    assert!(named, "{error:?}");
}

#[test]
fn facts_that_do_not_fit_the_record_of_their_retrieval_are_found() {
    let error = forged(&Period::all(), |_, changes| {
        changes.remove(5);
    });
    assert!(
        matches!(error, Some(VerifyError::Facts(PackageFault::Count { .. }))),
        "{error:?}"
    );
    let error = forged(&Period::all(), |_, changes| {
        changes[5].commit = changes[4].commit.clone()
    });
    assert!(
        matches!(
            error,
            Some(VerifyError::Facts(PackageFault::Population { .. }))
        ),
        "{error:?}"
    );
    let error = forged(&year(), |_, changes| {
        changes[5].committed_at = "2025-01-05T00:00:00Z".parse().expect("a moment");
    });
    assert!(
        matches!(error, Some(VerifyError::Facts(PackageFault::Period { .. }))),
        "{error:?}"
    );
    let error = forged(&Period::all(), |_, changes| {
        changes[5].parents = vec![changes[2].commit.clone()];
    });
    assert!(
        matches!(error, Some(VerifyError::Facts(PackageFault::Chain { .. }))),
        "{error:?}"
    );
}

/// Known limits, and why the report calls its log `self`: an operator who forges facts before he records them is
/// found by comparing the facts with the repository, or by somebody outside who signed the log in between.
#[test]
fn facts_forged_before_they_were_recorded_are_beyond_an_offline_check() {
    let signed = forged(&Period::all(), |_, changes| {
        changes[5].signature.kind = SignatureKind::Ssh;
        changes[5].signature.check = SignatureCheck::Valid;
    });
    assert!(signed.is_none(), "{signed:?}");
    // In a bounded period a gap is a change whose date lies outside, and the date of an absent one is not known.
    let taken_out = forged(&year(), |observation, changes| {
        changes.remove(5);
        refit(observation, changes);
    });
    assert!(taken_out.is_none(), "{taken_out:?}");
    // The whole end of the history, with every trace of it.
    let cut = forged(&Period::all(), |observation, changes| {
        changes.pop();
        renumber(observation, changes);
        observation.head = changes.last().expect("a change").commit.clone();
    });
    assert!(cut.is_none(), "{cut:?}");
}

/// An operator would leave out the one that saw what is gone: nothing may then be concluded as if it had been read.
#[test]
fn no_earlier_observation_is_left_out_in_silence() {
    let company = Company::audited(&Period::all());
    let mut forgery = Forgery::of(&company, &Changed::default());
    assert_eq!(forgery.earlier.observations.len(), 2);
    forgery.earlier.observations.pop_first();
    let folder = forgery.publish(&company, &Changed::default());
    let error = refused(folder.path(), "an observation less");
    let named = matches!(&error, VerifyError::Decided { what } if *what == "conclusions");
    assert!(named, "{}", chain(&error));
}

#[test]
fn a_window_that_the_records_do_not_show_is_found() {
    let known_from = |report: &mut AuditReport| report.windows.known_from = vec!["looks".into()];
    check_decided(
        "exception windows",
        Changed {
            report: Some(known_from),
            decisions: Some(|decisions| {
                let windows = WindowsReport {
                    known_from: vec!["looks".into()],
                    ..WindowsReport::default()
                };
                decisions.windows_sha256 = assemble::windows_sha256(&windows);
            }),
            ..Changed::default()
        },
    );
}

#[test]
fn records_that_contradict_their_log_are_refused() {
    check_record("Contradicted", |record| {
        record.log_root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
    });
    check_record("Contradicted", |record| record.log_size += 1000);
    check_record("Version", |record| record.version += 1);
    check_record("Unlisted", |record| {
        record
            .files
            .insert("../outside".into(), FileRecord::of(b""));
    });
    check_record("Unlisted", |record| {
        record
            .files
            .insert("/etc/hostname".into(), FileRecord::of(b""));
    });
    check_record("Hash", |record| {
        record
            .files
            .insert("index.html".into(), FileRecord::of(b"another page"));
    });
    check_record("TooLong", |record| {
        let page = record.files.get_mut("index.html").expect("the page");
        page.bytes = u64::MAX;
    });
}

#[test]
fn a_log_of_another_key_is_trusted_by_nobody_who_has_the_real_one() {
    let company = Company::audited(&Period::all());
    let key = fs::read_to_string(company.folder().join("ledger/log.vkey")).expect("the key");
    let trusted = [key];
    let verified = verify::verify(&company.folder(), &trusted, now()).expect("the real log");
    assert_eq!(verified.key, KeyOrigin::Verifier);

    // The same facts in a new log.
    let other = tempfile::tempdir().expect("a temporary folder");
    let mut count = 200;
    let mut entropy = entropy(&mut count);
    let log = Log::open_or_create(&Home::in_folder(other.path()), &mut entropy).expect("a new log");
    let forgery = Forgery::on(&log, &company, &Changed::default());
    let folder = forgery.publish_to(log, &Changed::default());
    let verified = verify::verify(folder.path(), &[], now()).expect("it fits itself");
    assert_eq!(verified.key, KeyOrigin::AuditedCompany);
    let error = verify::verify(folder.path(), &trusted, now()).expect_err("another key");
    assert!(matches!(error, VerifyError::UntrustedKey { .. }), "{error}");
}

impl Forgery {
    fn of(company: &Company, changed: &Changed) -> Forgery {
        Forgery::on(&operators_log(company), company, changed)
    }

    /// Returns what a log gets to hold next.
    fn on(log: &Log, company: &Company, changed: &Changed) -> Forgery {
        let honest = &company.report;
        let program = fs::read_to_string(company.folder().join(FILE_NAME)).expect("the program");
        let (mut observation, mut changes) = facts(company);
        if let Some(change) = changed.facts {
            change(&mut observation, &mut changes);
        }
        let entries = log.entries().expect("the leaves");
        let parsed = program_file::parse("the program", &program).expect("a program");
        let earlier = earlier(log.reader(), &entries, &observation, &parsed);
        let earlier = earlier.expect("what was before");
        let signed = log.reader().checkpoint().expect("the checkpoint");
        let keys = log.reader().keys(&entries, &signed.key).expect("one key");
        let leaves = (&entries[..], &keys);
        let outside = standing(log.reader(), leaves, &parsed, &[], honest.generated_at);
        let chunks = evidence::chunks(&changes);
        observation.chunks = chunks.iter().map(|chunk| chunk.sha256).collect();
        let counts: Vec<(Digest, usize)> = chunks
            .iter()
            .map(|chunk| (chunk.sha256, chunk.changes))
            .collect();
        let mut report = assemble::assemble(&Recorded {
            countersign: &honest.countersign,
            generated_at: honest.generated_at,
            program: &parsed,
            program_origin: ProgramOrigin::File,
            program_sha256: Digest::of(program.as_bytes()),
            observation: &observation,
            changes: &changes,
            evidence: &evidence::digest_of_each(&counts),
            earlier: &earlier,
            outside: &outside.expect("no outsider"),
        })
        .expect("a report");
        if let Some(change) = changed.report {
            change(&mut report);
        }
        let mut decisions = decisions(&report, &observation);
        if let Some(change) = changed.decisions {
            change(&mut decisions);
        }
        Forgery {
            program,
            observation,
            changes,
            report,
            decisions,
            earlier,
            record: ReportRecord {
                version: 1,
                decisions_sha256: Digest::of(b""),
                log_size: 0,
                log_root: String::new(),
                files: [].into(),
            },
        }
    }

    /// Appends with the operator's own key.
    fn publish(self, company: &Company, changed: &Changed) -> TempDir {
        self.publish_to(operators_log(company), changed)
    }

    fn publish_to(mut self, mut log: Log, changed: &Changed) -> TempDir {
        let mut count = 150;
        let mut entropy = entropy(&mut count);
        let at = self.report.generated_at;
        let json = |value: Result<Vec<u8>, serde_json::Error>| value.expect("JSON");
        let observation = json(serde_json::to_vec(&self.observation));
        let decisions = json(serde_json::to_vec(&self.decisions));
        let leaves = [
            (LeafKind::Program, self.program.clone().into_bytes()),
            (LeafKind::Observation, observation),
            (LeafKind::Decisions, decisions),
        ];
        let payloads: Vec<Digest> = leaves.iter().map(|(_, bytes)| Digest::of(bytes)).collect();
        let leaves = leaves.map(|(kind, bytes)| NewLeaf::new(kind, bytes));
        let appended = log
            .append(leaves.into(), at, &mut entropy)
            .expect("a forged batch");
        self.report.log = verify::log_report(&appended, self.report.log);
        let files = self.files();
        self.record.decisions_sha256 = payloads[2];
        self.record.log_size = appended.size;
        self.record.log_root = appended.root.clone();
        let named = files
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), FileRecord::of(bytes)));
        self.record.files = named.collect();
        if let Some(change) = changed.record {
            change(&mut self.record);
        }
        let record = json(serde_json::to_vec(&self.record));
        let leaf = NewLeaf::new(LeafKind::Report, record);
        let last = log
            .append(vec![leaf], at, &mut entropy)
            .expect("a forged record");

        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, bytes) in files {
            write(&folder.path().join(name), &bytes);
        }
        for Chunk { sha256, bytes, .. } in evidence::chunks(&self.changes) {
            let name = format!("evidence/{}", evidence::file_name(&sha256));
            write(&folder.path().join(name), &bytes);
        }
        let own = appended.leaves.into_iter().chain(last.leaves);
        let payloads = own
            .chain(self.earlier.observations.iter().copied())
            .collect();
        log.export(&folder.path().join("ledger"), &payloads)
            .expect("a copy of the log");
        folder
    }

    fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        vec![
            ("audit.json", audit_json(&self.report)),
            (
                "changes.csv",
                documents::csv::changes(&self.report).expect("a table"),
            ),
            (
                "index.html",
                documents::html::audit(&self.report).into_bytes(),
            ),
            (FILE_NAME, self.program.clone().into_bytes()),
        ]
    }
}

fn audit_json(report: &AuditReport) -> Vec<u8> {
    assemble::audit_json(report, &Register::of(&report.changes))
}

fn operators_log(company: &Company) -> Log {
    let mut count = 100;
    let mut entropy = entropy(&mut count);
    Log::open_or_create(&Home::in_folder(company.ledger()), &mut entropy)
        .expect("the operator's log")
}

/// Returns what was recorded; the observation comes from the log, as the operator would take it.
fn facts(company: &Company) -> (Observation, Vec<Change>) {
    let log = operators_log(company);
    let mut leaves = log.entries().expect("the leaves");
    leaves.retain(|entry| entry.leaf.kind == LeafKind::Observation);
    let payloads = log.reader().payloads_of(&leaves).expect("the observations");
    let (_, last) = payloads.last_key_value().expect("an observation");
    let observation: Observation = serde_json::from_slice(&last.bytes).expect("an observation");
    let folder = company.folder().join("evidence");
    let read = |sha256| evidence::read(&folder, sha256).expect("a chunk");
    let changes = observation.chunks.iter().flat_map(read).collect();
    (observation, changes)
}

fn decisions(report: &AuditReport, observation: &Observation) -> DecisionsRecord {
    let observation = serde_json::to_vec(observation).expect("JSON");
    DecisionsRecord {
        version: 1,
        countersign: report.countersign.clone(),
        generated_at: report.generated_at,
        program_origin: report.program.origin,
        program_sha256: report.program.sha256,
        observation_sha256: Digest::of(&observation),
        conclusions: report.conclusions.clone(),
        exceptions_sha256: assemble::exceptions_sha256(&report.exceptions),
        windows_sha256: assemble::windows_sha256(&report.windows),
        totals: report.totals.clone(),
        register_sha256: Register::of(&report.changes).sha256(),
    }
}

/// Drops the first exception and lets its decision pass.
fn acquit(report: &mut AuditReport) {
    let dropped = report.exceptions.remove(0);
    let change = report
        .changes
        .iter_mut()
        .find(|change| change.commit == dropped.commit)
        .expect("the change of the exception");
    let decision = change.decisions.get_mut(&dropped.control);
    decision.expect("its decision").outcome = Outcome::Pass;
}

fn refit(observation: &mut Observation, changes: &[Change]) {
    observation.changes = changes.len() as u64;
    observation.population_sha256 = population_sha256(changes.iter().map(|change| &change.commit));
}

fn renumber(observation: &mut Observation, changes: &mut [Change]) {
    for (position, change) in (0..).zip(changes.iter_mut()) {
        change.position = position;
    }
    observation.first_parent_commits = changes.len() as u64;
    refit(observation, changes);
}

fn year() -> Period {
    Period::parse("2026").expect("a period")
}

/// Returns what verification finds in a report that follows honestly from forged facts.
fn forged(period: &Period, facts: fn(&mut Observation, &mut Vec<Change>)) -> Option<VerifyError> {
    let company = Company::audited(period);
    let changed = Changed {
        facts: Some(facts),
        ..Changed::default()
    };
    let folder = Forgery::of(&company, &changed).publish(&company, &changed);
    let answer = verify::verify(folder.path(), &[], now());
    if let Ok(verified) = &answer {
        assert_eq!(verified.report.log.grade_claimed, LogGrade::SelfSigned);
        assert_eq!(verified.key, KeyOrigin::AuditedCompany);
    }
    answer.err()
}

fn check_decided(expected: &str, changed: Changed) {
    let company = Company::audited(&Period::all());
    let folder = Forgery::of(&company, &changed).publish(&company, &changed);
    let error = refused(folder.path(), expected);
    let found = matches!(&error, VerifyError::Decided { what } if *what == expected);
    assert!(found, "{expected}: {}", chain(&error));
}

/// Checks that a forged record of the files is refused with an error of this name.
fn check_record(expected: &str, record: fn(&mut ReportRecord)) {
    let company = Company::audited(&Period::all());
    let changed = Changed {
        record: Some(record),
        ..Changed::default()
    };
    let folder = Forgery::of(&company, &changed).publish(&company, &changed);
    let error = refused(folder.path(), expected);
    let name = format!("{error:?}");
    assert!(name.starts_with(expected), "{expected}: {name}");
}
