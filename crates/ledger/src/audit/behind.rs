//! What was committed behind the checkpoint of an audited log that machines share: it may hand the log over.

use crate::audit::{AuditError, Audited};
use crate::keys::walk::{self, Handovers};
use crate::read::Reader;
use crate::store::Head;

/// Returns the end of the log, where its commits are there and machines share it. It is looked for before the
/// checkpoint is read: whoever signs meanwhile signs for what is behind the end, too.
pub(super) fn end(reader: &Reader) -> Result<Option<Head>, AuditError> {
    match &reader.records {
        Some(records) if reader.store.keeps_public_key() => Ok(Some(records.head()?)),
        Some(_) | None => Ok(None),
    }
}

/// Refuses a checkpoint by a key that handed the log over before so many leaves: whoever stole that key can sign a tree
/// that ends before its handover. What is no record of a key there was not signed for, and is left alone.
pub(super) fn refuse_handed_over(
    reader: &Reader,
    audited: &Audited,
    end: Option<Head>,
) -> Result<(), AuditError> {
    let (Some(records), Some(end)) = (&reader.records, end) else {
        return Ok(());
    };
    let size = audited.signed.checkpoint.size();
    if size >= end.size {
        return Ok(());
    }
    let mut handovers = Handovers::behind(&audited.signed, None);
    records.commits(size, end.size, &mut |commit, payload_keys| {
        for (index, leaf) in walk::leaves(&commit, &payload_keys) {
            handovers.follow(index, leaf);
        }
        Ok(())
    })?;
    match handovers.unsigned() {
        Some((leaf, key)) => Err(AuditError::HandedOver {
            leaf,
            signer: audited.signed.key.id(),
            id: key.id(),
        }),
        None => Ok(()),
    }
}
