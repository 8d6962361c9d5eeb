//! The records of a log's keys, read out of a ledger or a copy of one.

use tlog::key::VerifierKey;

use crate::keys::history::KeyHistory;
use crate::keys::record::KeyRecord;
use crate::leaf::LeafKind;
use crate::read::{Entry, ReadError, Reader};

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
        let of_keys: Vec<Entry> = of_keys.cloned().collect();
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
        Ok(KeyHistory::new(signer, records)?)
    }
}
