//! The report from recorded facts: pure, so that an audit and a verification come to the same bytes.

mod limits;

use self::limits::{limits, warnings};
use crate::earlier::Earlier;
use crate::outsiders::standing::LogStanding;
use gates::census::{self, Facts};
use gates::directory::{Directory, DirectoryError};
use gates::merge::{Receipts, Requests, windows};
use gates::outside::LogFacts;
use gates::rules::{Forge, Rules, RulesError};
use jiff::Timestamp;
use model::change::Change;
use model::digest::Digest;
use model::matrix;
use model::outcome::Conclusion;
use model::plan;
use model::population::Observation;
use model::program::{ControlId, Program};
use model::report::{
    AuditReport, ChangeReport, ExceptionReport, LogReport, PopulationReport, ProgramOrigin,
    ProgramSource, VERSION, WindowsReport,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows that one thread decides or writes before it takes others.
const LINES_AT_ONCE: usize = 512;

/// Everything that a report rests on, as it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// The version of Countersign that decided.
    pub countersign: &'a str,
    /// When it ran.
    pub generated_at: Timestamp,
    /// The program.
    pub program: &'a Program,
    /// Where it came from.
    pub program_origin: ProgramOrigin,
    /// SHA-256 of its text.
    pub program_sha256: Digest,
    /// The retrieval.
    pub observation: &'a Observation,
    /// The changes, oldest first.
    pub changes: &'a [Change],
    /// The digest of each change's chunk.
    pub evidence: &'a [Digest],
    /// What the log held before.
    pub earlier: &'a Earlier,
    /// How the log stood with those outside before.
    pub outside: &'a LogStanding,
}

/// A program that cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// A key cannot be read.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A pattern cannot be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
}

/// Returns the report without its place in the log, which is only known once the decisions are appended.
pub fn assemble(recorded: &Recorded<'_>) -> Result<AuditReport, AssembleError> {
    let Recorded {
        program,
        observation,
        ..
    } = *recorded;
    let directory = Directory::new(program)?;
    let forge = Forge::of(&recorded.earlier.forge);
    let rules = Rules::new(program, &observation.query.repository, forge)?;
    let facts = Facts {
        observation,
        changes: recorded.changes,
        sightings: &recorded.earlier.sightings,
        unbroken_from: recorded.earlier.unbroken_from,
        unread: recorded.earlier.unread,
        checks: &recorded.earlier.checks,
        unread_checks: recorded.earlier.unread_checks.len() as u64,
        forge: &recorded.earlier.forge,
        now: recorded.generated_at,
    };
    let outside = recorded.outside;
    let log = outside.log(program, recorded.generated_at);
    let requests = census::requests(&facts);
    let shown = (&census::receipts(&facts), &requests, Some(&log));
    let rows = rows(recorded, shown, &directory, &rules);
    let judged = census::judge(program, &directory, (&facts, &requests), rows);
    let concluded: BTreeMap<ControlId, Conclusion> = judged
        .conclusions
        .iter()
        .map(|report| (report.control.clone(), report.proposed))
        .collect();
    Ok(AuditReport {
        version: VERSION,
        countersign: recorded.countersign.into(),
        generated_at: recorded.generated_at,
        organisation: program.organisation.name.clone(),
        head_count: program.organisation.head_count,
        frameworks: program.frameworks.clone(),
        program: program_source(recorded),
        population: population(recorded),
        log: unplaced(recorded),
        warnings: warnings(recorded, &judged.strange_mergers),
        limits: limits(recorded),
        conclusions: judged.conclusions,
        exceptions: judged.exceptions,
        windows: windows::found(&recorded.earlier.forge, recorded.changes, &requests, &rules),
        matrix: matrix::compute(program, &concluded),
        plan: plan::compute(program, &program.hiring_plan),
        principals: judged.principals,
        unknown_identities: judged.unknown_identities,
        totals: judged.totals,
        changes: judged.changes,
    })
}

/// Each thread decides a share, with a directory of its own.
fn rows(
    recorded: &Recorded<'_>,
    shown: (&Receipts<'_>, &Requests<'_>, Option<&LogFacts<'_>>),
    directory: &Directory<'_>,
    rules: &Rules,
) -> Vec<ChangeReport> {
    let changes = recorded.changes.par_chunks(LINES_AT_ONCE);
    let shares = changes.zip(recorded.evidence.par_chunks(LINES_AT_ONCE));
    let decide = |directory: &mut Directory<'_>, (changes, evidence)| {
        census::register(changes, evidence, shown, directory, rules)
    };
    let rows: Vec<Vec<ChangeReport>> = shares.map_with(directory.clone(), decide).collect();
    rows.into_iter().flatten().collect()
}

/// The rows of a report's register as `audit.json` holds them, made once: they are most of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register(Vec<u8>);

impl Register {
    /// Returns the rows of these changes.
    pub fn of(changes: &[ChangeReport]) -> Register {
        Register(lines(changes))
    }

    /// Returns the digest of the rows.
    pub fn sha256(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// Returns the digest of the deviations: each as JSON without spaces, a comma and a line feed between two.
pub fn exceptions_sha256(exceptions: &[ExceptionReport]) -> Digest {
    Digest::of(&lines(exceptions))
}

/// Returns the digest of the exception windows, as JSON without spaces.
pub fn windows_sha256(windows: &WindowsReport) -> Digest {
    Digest::of(&serde_json::to_vec(windows).expect("windows have text keys only"))
}

/// Returns `audit.json`: everything else indented, and one line a change.
pub fn audit_json(report: &AuditReport, register: &Register) -> Vec<u8> {
    let head = AuditReport {
        changes: vec![],
        ..clone_without_changes(report)
    };
    let mut bytes =
        serde_json::to_vec_pretty(&head).expect("a report has no map with other keys than text");
    let end = b"[]\n}";
    debug_assert!(
        bytes.ends_with(end),
        "the register is the last field of a report"
    );
    bytes.truncate(bytes.len() - end.len());
    let end = b"\n  ]\n}\n";
    bytes.reserve_exact(2 + register.0.len() + end.len());
    bytes.extend_from_slice(b"[\n");
    bytes.extend_from_slice(&register.0);
    bytes.extend_from_slice(end);
    bytes
}

/// Returns rows as JSON, a comma and a line feed between two.
fn lines<T: Serialize + Sync>(rows: &[T]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = rows.par_chunks(LINES_AT_ONCE).map(lines_in_order).collect();
    parts.join(&b",\n"[..])
}

fn lines_in_order<T: Serialize>(rows: &[T]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * 1024);
    for row in rows {
        if !bytes.is_empty() {
            bytes.extend_from_slice(b",\n");
        }
        serde_json::to_writer(&mut bytes, row).expect("a row has no map with other keys than text");
    }
    bytes
}

fn clone_without_changes(report: &AuditReport) -> AuditReport {
    AuditReport {
        version: report.version,
        countersign: report.countersign.clone(),
        generated_at: report.generated_at,
        organisation: report.organisation.clone(),
        head_count: report.head_count,
        frameworks: report.frameworks.clone(),
        program: report.program.clone(),
        population: report.population.clone(),
        log: report.log.clone(),
        warnings: report.warnings.clone(),
        limits: report.limits.clone(),
        conclusions: report.conclusions.clone(),
        exceptions: report.exceptions.clone(),
        windows: report.windows.clone(),
        matrix: report.matrix.clone(),
        plan: report.plan.clone(),
        principals: report.principals.clone(),
        unknown_identities: report.unknown_identities.clone(),
        totals: report.totals.clone(),
        changes: vec![],
    }
}

fn program_source(recorded: &Recorded<'_>) -> ProgramSource {
    ProgramSource {
        origin: recorded.program_origin,
        sha256: recorded.program_sha256,
        questions: recorded.program.questions.clone(),
    }
}

fn population(recorded: &Recorded<'_>) -> PopulationReport {
    let observation = recorded.observation;
    PopulationReport {
        query: observation.query.clone(),
        basis:
            "The committer date of its commit on the protected branch puts a change into the period; its committer typed it."
                .into(),
        head: observation.head.clone(),
        count: observation.changes,
        sha256: observation.population_sha256,
        incomplete: observation.incomplete.clone(),
        period_over: observation.query.period.is_over(recorded.generated_at),
        second_source: None,
        representation: None,
    }
}

fn unplaced(recorded: &Recorded<'_>) -> LogReport {
    LogReport {
        origin: String::new(),
        key: String::new(),
        grade_claimed: recorded.outside.assurance.standing.claimed,
        outside: recorded.outside.report(),
        size: 0,
        root: String::new(),
        program_leaf: 0,
        observation_leaf: 0,
        decisions_leaf: 0,
    }
}
