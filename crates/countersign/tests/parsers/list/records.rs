//! What the log's leaves and the report hold as JSON.

use super::history::{census, history};
use super::owned;
use countersign::assemble;
use countersign::evidence;
use countersign::gate::GateRecord;
use countersign::record::{DecisionsRecord, FileRecord, ReportRecord};
use model::change::Change;
use model::digest::Digest;
use model::population::Observation;
use model::report::AuditReport;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const REPORT: &[u8] = include_bytes!("../../../../documents/tests/all/larkspur/report.json");
const OPEN: &[u8] = b"[[[[[[[[";

/// The payloads of leaves, and a line of evidence.
pub fn record(bytes: &[u8]) {
    again::<Change>(bytes);
    again::<Observation>(bytes);
    again::<DecisionsRecord>(bytes);
    again::<ReportRecord>(bytes);
    again::<GateRecord>(bytes);
}

/// `audit.json`.
pub fn audit_json(bytes: &[u8]) {
    let _report = serde_json::from_slice::<AuditReport>(bytes);
}

/// A chunk of evidence: JSON lines, one change each.
pub fn evidence(bytes: &[u8]) {
    if let Ok(changes) = evidence::parse(bytes) {
        let chunks = evidence::chunks(&changes);
        let read: Vec<Change> = chunks
            .iter()
            .flat_map(|chunk| evidence::parse(&chunk.bytes).expect("what was written is read"))
            .collect();
        assert_eq!(read, changes);
    }
}

/// What is read is written in a form that reads the same.
fn again<T: DeserializeOwned + Serialize>(bytes: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(bytes) {
        let written = json(&read);
        let again: T = serde_json::from_slice(&written).expect("what was written is read");
        assert_eq!(json(&again), written);
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("a record has no map with other keys than text")
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let census = census(&history(), None);
    let report: AuditReport = serde_json::from_slice(REPORT).expect("a report");
    let decisions = DecisionsRecord {
        version: 1,
        countersign: report.countersign,
        generated_at: report.generated_at,
        program_origin: report.program.origin,
        program_sha256: report.program.sha256,
        observation_sha256: Digest::of(b"observation"),
        conclusions: report.conclusions.into_iter().take(2).collect(),
        exceptions_sha256: assemble::exceptions_sha256(&report.exceptions),
        windows_sha256: assemble::windows_sha256(&report.windows),
        totals: report.totals,
        register_sha256: Digest::of(b"register"),
    };
    let files = ReportRecord {
        version: 1,
        decisions_sha256: Digest::of(b"decisions"),
        log_size: 3,
        log_root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".to_owned(),
        files: BTreeMap::from([("audit.json".to_owned(), FileRecord::of(b"{}"))]),
    };
    let mut seeds = vec![
        json(&census.observation),
        json(&decisions),
        json(&files),
        OPEN.to_vec(),
    ];
    seeds.extend(census.changes.iter().map(json));
    seeds
}

pub(super) fn chunks() -> Vec<Vec<u8>> {
    let chunks = evidence::chunks(&census(&history(), None).changes);
    let mut seeds = owned(&[b"{}\n\n[]\n", OPEN]);
    seeds.extend(chunks.into_iter().map(|chunk| chunk.bytes));
    seeds
}

pub(super) fn reports() -> Vec<Vec<u8>> {
    owned(&[REPORT, OPEN])
}
