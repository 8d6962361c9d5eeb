//! Calibrations in the log: the record in one line, and behind it the answers of each case as they came.

use super::cases::cases;
use super::corpus::corpus;
use crate::forge::facts::{Read, of_kind};
use crate::log::{Log, LogError};
use crate::reviews;
use gates::review::calibration::measured;
use jiff::Timestamp;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::calibration::{Calibrated, CalibrationRecord, Calibrations, Case, CaseRecord, VERSION};
use model::digest::Digest;
use model::review::Answered;
use std::sync::LazyLock;

/// The most cases of a record that is read.
const MAX_CASES: usize = 5_000;

/// Returns the payload of a calibration.
pub fn payload(record: &CalibrationRecord, answers: &[Vec<u8>]) -> Vec<u8> {
    let mut payload = serde_json::to_vec(record).expect("a record has text keys only");
    payload.push(b'\n');
    payload.extend(answers.iter().flatten());
    payload
}

/// Returns the record that a payload is, with the bytes of the answers of each case.
///
/// One that asked the reviewer otherwise than it says, or names cases of this corpus that are none of it, is no record.
pub fn parse(payload: &[u8]) -> Option<(CalibrationRecord, Vec<Vec<&[u8]>>)> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (head, mut rest) = (&payload[..end], &payload[end + 1..]);
    let record: CalibrationRecord = serde_json::from_slice(head).ok()?;
    (record.version == VERSION && record.cases.len() <= MAX_CASES).then_some(())?;
    let mut answers = Vec::with_capacity(record.cases.len());
    for case in &record.cases {
        is_of(&record, case).then_some(())?;
        let mut of_case = Vec::with_capacity(case.review.answers.len());
        for answered in &case.review.answers {
            let (bytes, after) = rest.split_at_checked(answered.bytes)?;
            let is_whole = answered.sha256 == Digest::of(bytes);
            (is_whole && is_asked_so(&record, answered)).then_some(())?;
            of_case.push(bytes);
            rest = after;
        }
        answers.push(of_case);
    }
    (rest.is_empty() && is_of_corpus(&record)).then_some((record, answers))
}

fn is_of(record: &CalibrationRecord, case: &CaseRecord) -> bool {
    let review = &case.review;
    review.prompt_sha256 == record.manner.prompt_sha256 && review.reviewer == record.reviewer
}

fn is_asked_so(record: &CalibrationRecord, answered: &Answered) -> bool {
    let manner = &record.manner;
    answered.address == manner.address
        && answered.wire == manner.wire
        && answered.model == manner.model
        && answered.parameters == manner.parameters
}

/// The cases of the corpus that ships, each with the digest of its change.
static SHIPPED: LazyLock<Vec<(Case, Digest)>> = LazyLock::new(|| {
    let cases = cases(corpus()).into_iter();
    cases
        .map(|shown| (shown.case, shown.patch.digest))
        .collect()
});

/// Returns whether a record that names the corpus of this program has its cases; of another it tells them itself.
fn is_of_corpus(record: &CalibrationRecord) -> bool {
    if record.corpus_sha256 != corpus().digest {
        return true;
    }
    let told = record.cases.iter();
    let told = told.map(|it| (&it.case, &it.review.patch_digest));
    told.eq(SHIPPED.iter().map(|(case, digest)| (case, digest)))
}

/// Returns what a recorded calibration shows.
pub fn calibrated(
    (leaf, at): (u64, Timestamp),
    record: &CalibrationRecord,
    answers: &[Vec<&[u8]>],
) -> Calibrated {
    let both = record.cases.iter().zip(answers);
    let cases = both.map(|(case, answers)| {
        let heard = reviews::heard(&case.review, answers);
        measured(case, &heard)
    });
    Calibrated {
        leaf,
        at,
        manner: record.manner.clone(),
        corpus_sha256: record.corpus_sha256,
        cases: cases.collect(),
    }
}

/// Returns the calibrations that a log holds.
pub(crate) fn all(log: &Log) -> Result<Calibrations, LogError> {
    let mut whole = Read::default();
    enter(&mut whole, log.reader(), &log.entries()?)?;
    Ok(whole.facts.calibrations)
}

/// Adds the calibrations among these leaves.
pub(crate) fn enter(whole: &mut Read, reader: &Reader, entries: &[Entry]) -> Result<(), ReadError> {
    let of_calibrations = of_kind(entries, LeafKind::Calibration);
    if of_calibrations.is_empty() {
        return Ok(());
    }
    let clocked = crate::earlier::clocked(entries, LeafKind::Calibration);
    let read = |entry: &Entry, kept: Option<Kept>| {
        let at = clocked.get(&entry.index).copied();
        let place = (entry.index, at.unwrap_or(entry.leaf.at));
        let parsed = kept.as_ref().and_then(|kept| parse(&kept.bytes));
        let found = parsed.map(|(record, answers)| calibrated(place, &record, &answers));
        let found = found.ok_or(place.1);
        (entry.index, kept.is_some(), found)
    };
    reader.each_payload(&of_calibrations, read, |(leaf, is_here, found)| {
        whole.enter(leaf, is_here);
        match found {
            Ok(calibrated) => whole.facts.calibrations.read.push(calibrated),
            Err(at) => drop(whole.facts.calibrations.unread.insert(leaf, at)),
        }
    })
}
