//! What the gate answered, as the log holds it.

use crate::checks;
use crate::forge::facts::facts;
use crate::gate::{GateRecord, again};
use crate::log::LogError;
use ledger::audit::Payloads;
use ledger::leaf::LeafKind;
use ledger::read::Reader;
use model::program::Program;
use model::request::dossier::Doubt;
use std::collections::{BTreeMap, BTreeSet};

/// What the gate answered on one branch.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// The last record on each request, with its leaf.
    pub(super) last: BTreeMap<u64, (u64, GateRecord)>,
    /// Why passes do not count that do not follow from the records before them.
    pub(super) doubts: BTreeMap<u64, Doubt>,
    /// The last record that was erased or is of another version: it may have taken an earlier one back.
    pub(super) unread: Option<u64>,
}

impl Recorded {
    /// Returns what the gate answered, after every leaf of the log was hashed again.
    pub(super) fn read(
        reader: &Reader,
        program: &Program,
        (repository, branch): (&str, &str),
    ) -> Result<Recorded, LogError> {
        let audited = reader.audit(&Payloads::Listed(BTreeSet::new()))?;
        let reader = reader.following(&audited);
        let mut of_gates = audited.entries.clone();
        of_gates.retain(|entry| entry.leaf.kind == LeafKind::Gate);
        let payloads = reader.payloads_of(&of_gates)?;
        let mut recorded = Recorded::default();
        for entry in &of_gates {
            let payload = payloads.get(&entry.index);
            let record = payload.and_then(|kept| GateRecord::parse(&kept.bytes));
            match record {
                Some(record) if record.repository == repository && record.branch == branch => {
                    recorded.last.insert(record.request, (entry.index, record));
                }
                Some(_) => {}
                None => recorded.unread = Some(entry.index),
            }
        }
        if !recorded.last.is_empty() {
            let entries = &audited.entries;
            let mut facts = facts(&reader, entries, program, (repository, branch))?.facts;
            let (checks, unread) = checks::read(&reader, entries)?;
            again::decide(&mut facts, &reader, entries, repository, (&checks, &unread))?;
            let gates = facts.gates.into_values().flatten();
            let doubts = gates.filter_map(|gated| Some((gated.leaf, gated.doubt?)));
            recorded.doubts = doubts.collect();
        }
        Ok(recorded)
    }
}
