//! The records of a log's keys, read out of a ledger or a copy of one.

use jiff::Timestamp;
use tlog::key::VerifierKey;

use crate::keys::history::KeyHistory;
use crate::keys::record::{KeyRecord, KeyRecordError, MAX_RECORD_BYTES};
use crate::leaf::LeafKind;
use crate::read::{Entry, ReadError, Reader};

/// Records with the leaves that hold them, and the times that these claim.
pub(super) type Records = Vec<(u64, Timestamp, KeyRecord)>;

impl Reader {
    /// Returns whether another reader believes in the same keys: where a key is replaced meanwhile, it does not.
    pub fn believes_as(&self, other: &Reader) -> bool {
        self.log() == other.log() && self.heir == other.heir
    }

    /// Returns the keys that the log has had by the records among all its entries; `signer` signed the whole log.
    pub fn keys(&self, entries: &[Entry], signer: &VerifierKey) -> Result<KeyHistory, ReadError> {
        let of_keys = entries
            .iter()
            .filter(|entry| entry.leaf.kind == LeafKind::Key);
        let records = self.key_records(of_keys.cloned().collect())?;
        Ok(KeyHistory::new(signer, records)?)
    }

    /// Returns what these leaves of keys record.
    pub(super) fn key_records(&self, of_keys: Vec<Entry>) -> Result<Records, ReadError> {
        refuse_long(&of_keys)?;
        let mut kept = self.payloads_of(&of_keys)?;
        let mut records = Vec::new();
        for Entry { index, leaf, .. } in of_keys {
            let kept = kept
                .remove(&index)
                .ok_or(ReadError::NoKeyRecord { index })?;
            let record = KeyRecord::parse(&kept.bytes);
            let record = record.map_err(|source| ReadError::KeyRecord {
                index,
                source: Box::new(source),
            })?;
            records.push((index, leaf.at, record));
        }
        Ok(records)
    }
}

/// Nothing is fetched that no record is as long as.
fn refuse_long(of_keys: &[Entry]) -> Result<(), ReadError> {
    for entry in of_keys {
        let bytes = usize::try_from(entry.leaf.payload.bytes).unwrap_or(usize::MAX);
        if bytes > MAX_RECORD_BYTES {
            return Err(ReadError::KeyRecord {
                index: entry.index,
                source: Box::new(KeyRecordError::TooLong { bytes }),
            });
        }
    }
    Ok(())
}
