//! Answers of witnesses that contradict the log: of each witness one of each kind is kept in it.

use std::collections::BTreeMap;

use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::outside::{Outside, Refusal};
use ledger::read::ReadError;

use super::AskError;

/// Returns the record of an answer, if that contradicts the log.
pub(super) fn leaf(
    ledger: &Ledger,
    witness: &str,
    error: &AskError,
) -> Result<Option<NewLeaf>, ReadError> {
    let Some(refusal) = refusal(witness, error) else {
        return Ok(None);
    };
    let signed = ledger.reader().checkpoint()?;
    let outside = Outside {
        checkpoint: signed.note.only_by(&[&signed.key]),
        token: None,
        refusal: Some(refusal),
    };
    Ok(Some(outside.to_leaf()))
}

/// Returns the leaves that hold what witnesses answer now already, by the witness: an hourly job adds no record each hour,
/// in whatever words a witness refuses.
pub(super) fn kept<'a, T: 'a>(
    ledger: &Ledger,
    answers: impl Iterator<Item = (&'a String, &'a Result<T, AskError>)>,
) -> Result<BTreeMap<String, u64>, ReadError> {
    let refusals = answers.filter_map(|(name, answer)| refusal(name, answer.as_ref().err()?));
    let refusals: Vec<Refusal> = refusals.collect();
    let mut kept = BTreeMap::new();
    if refusals.is_empty() {
        return Ok(kept);
    }
    let reader = ledger.reader();
    let entries = reader.entries(0..reader.checkpoint()?.checkpoint.size())?;
    for (leaf, outside) in reader.outside(&entries)? {
        let before = outside.ok().and_then(|outside| outside.refusal);
        let is_kept = |before: &Refusal| refusals.iter().any(|now| is_alike(before, now));
        if let Some(before) = before.filter(is_kept) {
            kept.entry(before.witness).or_insert(leaf);
        }
    }
    Ok(kept)
}

/// Returns whether both are of one witness, and either of a log with fewer leaves or of another history.
fn is_alike(before: &Refusal, now: &Refusal) -> bool {
    before.witness == now.witness && before.held.is_some() == now.held.is_some()
}

fn refusal(witness: &str, error: &AskError) -> Option<Refusal> {
    let (held, reason) = contradiction(error)?;
    Some(Refusal::new(witness, held, reason))
}

/// Returns the leaves of the other log that an outsider has seen, if it told them, and its words.
pub(super) fn contradiction(error: &AskError) -> Option<(Option<u64>, &str)> {
    match error {
        AskError::AheadOfLog { held, .. } => Some((Some(*held), "")),
        AskError::OtherHistory { reason } => Some((None, reason)),
        AskError::Http(_)
        | AskError::Key(_)
        | AskError::Certificate(_)
        | AskError::Read(_)
        | AskError::Append(_)
        | AskError::Request(_)
        | AskError::Answer(_)
        | AskError::Accept(_)
        | AskError::Response(_)
        | AskError::Token(_)
        | AskError::Refused { .. }
        | AskError::UnknownKey { .. }
        | AskError::Moving => None,
    }
}
