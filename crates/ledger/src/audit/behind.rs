//! What was committed behind the checkpoint of an audited log that machines share: it may hand the log over.

use std::time::Duration;

use tlog::note::MAX_NOTE_BYTES;

use crate::audit::{AuditError, Audited};
use crate::keys::walk::{Behind, Handovers};
use crate::read::{CHECKPOINT, Reader, SignedCheckpoint};
use crate::store::StoreError;

/// How often a checkpoint is looked for that covers what was committed.
const LOOKS: u32 = 10;

/// The time between two looks.
const WAIT: Duration = Duration::from_millis(200);

/// Returns the end of the log, where its commits are there. It is looked for before the checkpoint is read: whoever signs
/// meanwhile signs for what is behind the end, too.
pub(super) fn end(reader: &Reader) -> Result<u64, StoreError> {
    let Some(records) = &reader.records else {
        return Ok(0);
    };
    records.visible_size(reader.claimed_size(&checkpoint_bytes(reader)?))
}

/// Waits for whoever just committed and is about to sign for it. Where nobody does, the audit says so.
pub(crate) fn wait(reader: &Reader) -> Result<(), StoreError> {
    let _signed = is_signed_by_now(reader, end(reader)?)?;
    Ok(())
}

/// Returns whether a checkpoint that claims so many leaves is there, at once or soon.
pub(crate) fn is_signed_by_now(reader: &Reader, leaves: u64) -> Result<bool, StoreError> {
    for _ in 0..LOOKS {
        let signed = reader.claimed_size(&checkpoint_bytes(reader)?);
        // What is no checkpoint is told by the audit.
        if signed >= leaves || signed == 0 {
            return Ok(signed >= leaves);
        }
        std::thread::sleep(WAIT);
        // On a remote, what is there now is fetched with its end.
        end(reader)?;
    }
    Ok(false)
}

/// Returns the leaves that the checkpoint claims now; on a remote it is fetched.
pub(crate) fn claimed(reader: &Reader) -> Result<u64, StoreError> {
    end(reader)?;
    Ok(reader.claimed_size(&checkpoint_bytes(reader)?))
}

/// Returns the leaves behind a checkpoint that were committed, and that nobody signed for.
pub(super) fn unsigned(signed: &SignedCheckpoint, end: u64) -> u64 {
    end.saturating_sub(signed.checkpoint.size())
}

fn checkpoint_bytes(reader: &Reader) -> Result<Vec<u8>, StoreError> {
    let bytes = reader.store.read(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
    Ok(bytes.unwrap_or_default())
}

/// Refuses a checkpoint by a key that handed the log over before so many leaves, or may have: whoever stole that key can
/// sign a tree that ends before its handover.
pub(super) fn refuse_handed_over(
    reader: &Reader,
    audited: &Audited,
    end: u64,
) -> Result<(), AuditError> {
    let Some(records) = &reader.records else {
        return Ok(());
    };
    // In a folder the key in force lies beside the log, and is compared with the one that signed.
    if !reader.store.keeps_public_key() {
        return Ok(());
    }
    let size = audited.signed.checkpoint.size();
    if size >= end {
        return Ok(());
    }
    let mut handovers = Handovers::behind(&**records, &audited.signed, None);
    handovers.look_through(size..end)?;
    let signer = audited.signed.key.id();
    match handovers.behind_checkpoint() {
        Behind::Kept => Ok(()),
        Behind::HandedOver(leaf, id) => Err(AuditError::HandedOver { leaf, signer, id }),
        Behind::Unread(leaf) => Err(AuditError::UnreadHandover { leaf, signer }),
    }
}
