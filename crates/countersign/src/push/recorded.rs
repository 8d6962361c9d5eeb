//! What the gate answered, as the log holds it.

use crate::gate::GateRecord;
use crate::log::LogError;
use ledger::audit::Payloads;
use ledger::leaf::LeafKind;
use ledger::read::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// What the gate answered on one branch.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// The last record on each request, with its leaf.
    pub(super) last: BTreeMap<u64, (u64, GateRecord)>,
    /// The last record that was erased or is of another version: it may have taken an earlier one back.
    pub(super) unread: Option<u64>,
}

impl Recorded {
    /// Returns what the gate answered, after every leaf of the log was hashed again.
    pub(super) fn read(
        reader: &Reader,
        repository: &str,
        branch: &str,
    ) -> Result<Recorded, LogError> {
        let audited = reader.audit(&Payloads::Listed(BTreeSet::new()))?;
        let mut entries = audited.entries.clone();
        entries.retain(|entry| entry.leaf.kind == LeafKind::Gate);
        let payloads = reader.following(&audited).payloads_of(&entries)?;
        let mut recorded = Recorded::default();
        for entry in &entries {
            let payload = payloads.get(&entry.index);
            let record =
                payload.and_then(|kept| serde_json::from_slice::<GateRecord>(&kept.bytes).ok());
            match record {
                Some(record) if record.repository == repository && record.branch == branch => {
                    recorded.last.insert(record.request, (entry.index, record));
                }
                Some(_) => {}
                None => recorded.unread = Some(entry.index),
            }
        }
        Ok(recorded)
    }
}
