//! What people stated and signed, in the log.

pub mod signed;

use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::program::Program;
use model::statement::{NAMESPACE, Statement, StatementRecord, VERSION};
use sources::git::SignatureChecker as _;

use crate::checker::Checker;
use crate::forge::facts::{Read, of_kind};

/// Returns the payload of a statement: the signed line, and behind it the armoured signature.
pub fn payload(record: &[u8], signature: &[u8]) -> Vec<u8> {
    [record, b"\n", signature].concat()
}

/// Returns the bytes that are signed.
pub fn bytes(record: &StatementRecord) -> Vec<u8> {
    serde_json::to_vec(record).expect("a record has text keys only")
}

/// Returns the record that a payload is, with the bytes that are signed and the signature.
pub fn parse(payload: &[u8]) -> Option<(StatementRecord, &[u8], &[u8])> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (signed, signature) = (&payload[..end], &payload[end + 1..]);
    let record: StatementRecord = serde_json::from_slice(signed).ok()?;
    (record.version == VERSION).then_some((record, signed, signature))
}

/// Adds the statements among these leaves that are of a repository.
pub(crate) fn enter(
    whole: &mut Read,
    reader: &Reader,
    entries: &[Entry],
    program: &Program,
    repository: &str,
) -> Result<(), ReadError> {
    let of_people = of_kind(entries, LeafKind::Statement);
    if of_people.is_empty() {
        return Ok(());
    }
    let clocked = crate::earlier::clocked(entries, LeafKind::Statement);
    // A key that cannot be used is told where the program is read; nothing verifies then.
    let checker = Checker::in_namespace(&program.principals, NAMESPACE).ok();
    let read = |entry: &Entry, kept: Option<Kept>| {
        let parsed = kept.as_ref().and_then(|kept| parse(&kept.bytes));
        let statement = parsed.zip(checker.as_ref());
        let statement = statement.map(|((record, signed, signature), checker)| {
            let signature =
                (record.repository == repository).then(|| checker.check(signature, signed));
            (record, signature)
        });
        let at = clocked.get(&entry.index).copied();
        let place = (entry.index, at.unwrap_or(entry.leaf.at));
        (place, kept.is_some(), statement)
    };
    reader.each_payload(&of_people, read, |((leaf, at), is_here, statement)| {
        whole.enter(leaf, is_here);
        let facts = &mut whole.facts;
        match statement {
            Some((record, Some(signature))) => {
                let of_request = facts.statements.entry(record.request).or_default();
                of_request.push(Statement {
                    leaf,
                    at,
                    signature,
                    record,
                });
            }
            Some((_, None)) => {}
            None => drop(facts.unread_statements.insert(leaf)),
        }
    })
}
