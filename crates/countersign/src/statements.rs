//! What people stated and signed, in the log.

use ledger::leaf::LeafKind;
use ledger::read::{Entry, ReadError, Reader};
use model::program::Program;
use model::request::dossier::ForgeFacts;
use model::statement::{NAMESPACE, Statement, StatementRecord, VERSION};
use sources::git::SignatureChecker as _;

use crate::checker::Checker;

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
    facts: &mut ForgeFacts,
    reader: &Reader,
    entries: &[Entry],
    program: &Program,
    repository: &str,
) -> Result<(), ReadError> {
    let of_people: Vec<Entry> = entries
        .iter()
        .filter(|entry| entry.leaf.kind == LeafKind::Statement)
        .cloned()
        .collect();
    if of_people.is_empty() {
        return Ok(());
    }
    let mut payloads = reader.payloads_of(&of_people)?;
    let clocked = crate::earlier::clocked(entries, LeafKind::Statement);
    // A key that cannot be used is told where the program is read; nothing verifies then.
    let checker = Checker::in_namespace(&program.principals, NAMESPACE).ok();
    for entry in &of_people {
        let payload = payloads.remove(&entry.index);
        let parsed = payload.as_ref().and_then(|kept| parse(&kept.bytes));
        let (Some((record, signed, signature)), Some(checker)) = (parsed, &checker) else {
            facts.unread_statements.insert(entry.index);
            continue;
        };
        if record.repository == repository {
            facts.statements.push(Statement {
                leaf: entry.index,
                at: clocked.get(&entry.index).copied().unwrap_or(entry.leaf.at),
                signature: checker.check(signature, signed),
                record,
            });
        }
    }
    Ok(())
}
