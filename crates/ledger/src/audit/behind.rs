//! What was committed behind the checkpoint of an audited log that machines share: it may hand the log over.

use crate::audit::{AuditError, Audited};
use crate::keys::walk::{Behind, Handovers};
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

/// Refuses a checkpoint by a key that handed the log over before so many leaves, or may have: whoever stole that key can
/// sign a tree that ends before its handover.
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
    let mut handovers = Handovers::behind(&**records, &audited.signed, None);
    handovers.look_through(size..end.size)?;
    let signer = audited.signed.key.id();
    match handovers.behind_checkpoint() {
        Behind::Kept => Ok(()),
        Behind::HandedOver(leaf, id) => Err(AuditError::HandedOver { leaf, signer, id }),
        Behind::Unread(leaf) => Err(AuditError::UnreadHandover { leaf, signer }),
    }
}
