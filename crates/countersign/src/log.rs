//! The ledger as an audit writes it, and the copy of it that a report carries.

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::{AppendError, NewLeaf};
use ledger::audit::{AuditError, Audited, Payloads};
use ledger::export::ExportError;
use ledger::leaf::LeafKind;
use ledger::open::OpenError;
use ledger::read::{Entry, ReadError, Reader};
use model::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A ledger that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Nothing can be appended.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be copied.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// It does not hold.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A payload that is needed was erased or never kept.
    #[error("the payload of leaf {leaf} is absent")]
    NoPayload {
        /// The leaf.
        leaf: u64,
    },
}

/// A ledger that is written.
#[derive(Debug)]
pub struct Log {
    ledger: Ledger,
}

/// Where a batch stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The log's name.
    pub origin: String,
    /// Its verifier key.
    pub key: String,
    /// Leaves after the batch.
    pub size: u64,
    /// The root hash of the tree of that size, base64.
    pub root: String,
    /// The index of each leaf of the batch.
    pub leaves: Vec<u64>,
}

impl Log {
    /// Returns the ledger in a folder; a new one gets a random name and key.
    pub fn open_or_create(
        folder: &Path,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Log, LogError> {
        let name: String = entropy()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let origin = format!("countersign.local/{name}");
        Ok(Log {
            ledger: Ledger::open_or_create(folder, &origin, entropy())?,
        })
    }

    /// Returns the folder of the ledger.
    pub fn folder(&self) -> &Path {
        self.ledger.reader().folder()
    }

    /// Appends a batch: all of it or nothing.
    pub fn append(
        &mut self,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Appended, LogError> {
        let receipts = self.ledger.append(batch, at, entropy)?;
        let checkpoint = &receipts.signed.checkpoint;
        Ok(Appended {
            origin: checkpoint.origin().to_owned(),
            key: self.ledger.reader().log().to_string(),
            size: checkpoint.size(),
            root: checkpoint.root().to_string(),
            leaves: receipts
                .receipts
                .iter()
                .map(|receipt| receipt.index)
                .collect(),
        })
    }

    /// Returns the leaves of a kind with their payloads, oldest first.
    pub fn records(&self, kind: LeafKind) -> Result<Vec<Record>, LogError> {
        let reader = self.ledger.reader();
        let size = reader.checkpoint()?.checkpoint.size();
        let entries: Vec<Entry> = reader
            .entries(0..size)?
            .into_iter()
            .filter(|entry| entry.leaf.kind == kind)
            .collect();
        if entries.is_empty() {
            return Ok(vec![]);
        }
        let stored = reader.payloads()?;
        let record = |entry: Entry| {
            let sha256 = stored
                .get(&entry.leaf.payload.salted_sha256)
                .map(|payload| payload.sha256);
            let payload = sha256
                .map(|sha256| reader.payload(&sha256))
                .transpose()?
                .flatten();
            let payload = payload.ok_or(LogError::NoPayload { leaf: entry.index })?;
            Ok(Record {
                leaf: entry.index,
                at: entry.leaf.at,
                kind,
                payload,
            })
        };
        entries.into_iter().map(record).collect()
    }

    /// Copies the public part of the ledger and the payloads with these digests.
    pub fn export(&self, to: &Path, payloads: &BTreeSet<Digest>) -> Result<(), LogError> {
        let payloads = payloads
            .iter()
            .map(|sha256| ledger::digest::Digest::from_bytes(*sha256.as_bytes()))
            .collect();
        self.ledger.reader().export(to, &payloads)?;
        Ok(())
    }
}

/// Returns where a payload lies below the folder of a ledger.
pub fn payload_name(sha256: &Digest) -> String {
    ledger::payload::name(&ledger::digest::Digest::from_bytes(*sha256.as_bytes()))
}

/// A leaf with its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The index of the leaf.
    pub leaf: u64,
    /// The moment that the appending machine claims.
    pub at: Timestamp,
    /// What the payload is.
    pub kind: LeafKind,
    /// The payload.
    pub payload: Vec<u8>,
}

/// The copy of a ledger that a report carries, after every byte of it was hashed.
#[derive(Debug)]
pub struct Package {
    reader: Reader,
    audited: Audited,
    records: BTreeMap<u64, Record>,
}

impl Package {
    /// Returns the copy in a folder, or what does not fit in it.
    pub fn open(folder: &Path) -> Result<Package, LogError> {
        let reader = Reader::open(folder)?;
        let audited = ledger::audit(folder, reader.log(), &Payloads::Listed(BTreeSet::new()))?;
        let mut records = BTreeMap::new();
        for entry in &audited.entries {
            let Some(stored) = audited.payloads.get(&entry.leaf.payload.salted_sha256) else {
                continue;
            };
            if let Some(payload) = reader.payload(&stored.sha256)? {
                let record = Record {
                    leaf: entry.index,
                    at: entry.leaf.at,
                    kind: entry.leaf.kind,
                    payload,
                };
                records.insert(entry.index, record);
            }
        }
        Ok(Package {
            reader,
            audited,
            records,
        })
    }

    /// Returns the log's name.
    pub fn origin(&self) -> &str {
        self.audited.signed.checkpoint.origin()
    }

    /// Returns the log's verifier key, as the copy holds it.
    pub fn key(&self) -> String {
        self.reader.log().to_string()
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.audited.signed.checkpoint.size()
    }

    /// Returns the root hash of the tree of the first `size` leaves, base64.
    pub fn root_at(&self, size: u64) -> Option<String> {
        self.audited.root_at(size).map(|root| root.to_string())
    }

    /// Returns the files that belong to the copy, by their paths below its folder.
    pub fn files(&self) -> BTreeSet<String> {
        self.audited.files()
    }

    /// Returns the newest record of a kind whose payload is here: another run may have appended since.
    pub fn newest_present(&self, kind: LeafKind) -> Option<&Record> {
        self.records
            .values()
            .rev()
            .find(|record| record.kind == kind)
    }

    /// Returns the record of a leaf, if its payload is here.
    pub fn record(&self, leaf: u64) -> Option<&Record> {
        self.records.get(&leaf)
    }

    /// Returns the newest record of a kind, among the first `size` leaves, whose payload has this digest.
    pub fn newest(&self, kind: LeafKind, sha256: &Digest, size: u64) -> Option<&Record> {
        self.records
            .range(..size)
            .map(|(_, record)| record)
            .rev()
            .find(|record| record.kind == kind && Digest::of(&record.payload) == *sha256)
    }
}
