//! The ledger as an audit writes it, and the copy of it that a report carries.

use crate::outsiders::{self, AskError, Asked, Whom};
use crate::steady;
use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::{AppendError, NewLeaf, Receipts};
use ledger::audit::{AuditError, Audited, Erased, Payloads};
use ledger::export::ExportError;
use ledger::keys::history::KeyHistory;
use ledger::leaf::LeafKind;
use ledger::open::OpenError;
use ledger::place::home::Home;
use ledger::read::{Entry, ReadError, Reader, SignedCheckpoint};
use model::digest::Digest;
use model::program::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tlog::frontier::Frontier;
use tlog::merkle::{self, Hash};

/// Entries that are looked through at once, the newest first.
const PORTION: u64 = 4096;

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
}

impl LogError {
    /// Returns whether the ledger is not what was written, rather than that it cannot be reached.
    pub fn is_damage(&self) -> bool {
        match self {
            LogError::Open(error) => error.is_damage(),
            LogError::Append(error) => error.is_damage(),
            LogError::Read(error) => error.is_damage(),
            LogError::Export(error) => error.is_damage(),
            LogError::Audit(error) => error.is_damage(),
        }
    }
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
    /// Returns the ledger; a new one gets a random name and key.
    pub fn open_or_create(
        home: &Home,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Log, LogError> {
        let name: String = entropy()[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let origin = format!("countersign.local/{name}");
        Ok(Log {
            ledger: home.open_or_create(&origin, entropy())?,
        })
    }

    /// Returns the ledger, nothing where there is none.
    pub fn open_if_there(home: &Home) -> Result<Option<Log>, LogError> {
        match home.open() {
            Ok(ledger) => Ok(Some(Log { ledger })),
            Err(OpenError::Absent { .. } | OpenError::Nothing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the folder of the ledger.
    pub fn folder(&self) -> &Path {
        self.ledger.reader().folder()
    }

    /// Returns the log's verifier key.
    pub fn key(&self) -> String {
        self.ledger.reader().log().to_string()
    }

    /// Returns every verifier key that the log has had.
    pub fn keys(&self) -> Result<Vec<String>, LogError> {
        let keys = self.ledger.history()?;
        Ok(keys.keys().map(ToString::to_string).collect())
    }

    /// Appends a batch: all of it or nothing.
    pub fn append(
        &mut self,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Appended, LogError> {
        let batch = self.anchored(batch).map_err(|error| self.told(error))?;
        let receipts = self.ledger.append(batch, at, entropy)?;
        self.appended(&receipts)
    }

    /// Appends a batch that rests on the first `size` leaves, or nothing when there are more by now.
    pub fn append_at(
        &mut self,
        size: u64,
        batch: Vec<NewLeaf>,
        at: Timestamp,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Option<Appended>, LogError> {
        let batch = self.anchored(batch).map_err(|error| self.told(error))?;
        match self.ledger.append_at(size, batch, at, entropy) {
            Ok(receipts) => self.appended(&receipts).map(Some),
            Err(AppendError::Grown { .. }) => {
                // Whoever committed may have died before it published, and nobody would see what the log holds.
                self.ledger.publish()?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Asks every outsider of the program to sign the log as it is now; what they sign is kept in it.
    pub fn cosign(
        &mut self,
        program: &Program,
        at: Timestamp,
        entropy: &mut dyn FnMut() -> [u8; 32],
    ) -> Result<Vec<Asked>, AskError> {
        outsiders::ask_all(&mut self.ledger, program, Whom::Everyone, at, entropy)
    }

    /// Returns the batch, each record of which commits to the last outside signature that the log keeps: it is younger,
    /// for nobody could have computed those bytes.
    fn anchored(&self, mut batch: Vec<NewLeaf>) -> Result<Vec<NewLeaf>, LogError> {
        let last = self.last_outside_signature()?;
        for leaf in &mut batch {
            leaf.after = leaf.after.or(last);
        }
        Ok(batch)
    }

    /// Returns the digest of the last signature of an outsider that the log keeps.
    pub(crate) fn last_outside_signature(&self) -> Result<Option<Digest>, LogError> {
        let reader = self.ledger.reader();
        let mut end = self.checkpoint()?.checkpoint.size();
        while end > 0 {
            let start = end.saturating_sub(PORTION);
            let entries = reader.entries(start..end)?;
            let newest_first = entries.iter().rev();
            for last in newest_first.filter(|it| it.leaf.kind == LeafKind::Outside) {
                let record = reader.outside(std::slice::from_ref(last))?.pop();
                let record = record.and_then(|(_, record)| record.ok());
                // A refusal is no signature.
                if record.as_ref().is_some_and(|it| it.refusal.is_some()) {
                    continue;
                }
                // The log's own signature comes first, and those of outsiders behind it.
                return Ok(record.and_then(|record| record.digests().pop()));
            }
            end = start;
        }
        Ok(None)
    }

    /// The checkpoint may hold what others appended behind the batch.
    fn appended(&self, receipts: &Receipts) -> Result<Appended, LogError> {
        let checkpoint = &receipts.signed.checkpoint;
        let leaves = receipts.receipts.iter().map(|receipt| receipt.index);
        let size = leaves
            .clone()
            .max()
            .map_or(checkpoint.size(), |last| last + 1);
        let root = match size == checkpoint.size() {
            true => *checkpoint.root(),
            false => self.root_at(size)?,
        };
        Ok(Appended {
            origin: checkpoint.origin().to_owned(),
            key: self.key(),
            size,
            root: root.to_string(),
            leaves: leaves.collect(),
        })
    }

    fn root_at(&self, size: u64) -> Result<Hash, LogError> {
        let mut frontier = Frontier::empty();
        for entry in self.ledger.reader().entries(0..size)? {
            frontier.push(merkle::leaf_hash(&entry.bytes));
        }
        Ok(frontier.root())
    }

    /// Returns all leaves.
    pub fn entries(&self) -> Result<Vec<Entry>, LogError> {
        let size = self.checkpoint()?.checkpoint.size();
        Ok(self.ledger.reader().entries(0..size)?)
    }

    /// Returns why the ledger could not be read: where its key was replaced since it was opened, that is why.
    pub(crate) fn told(&self, error: LogError) -> LogError {
        if !matches!(error, LogError::Read(ReadError::Checkpoint { .. })) {
            return error;
        }
        match self.ledger.checkpoint() {
            Err(replaced) => replaced.into(),
            Ok(_) => error,
        }
    }

    /// Returns the checkpoint as it is now.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, LogError> {
        Ok(self.ledger.checkpoint()?)
    }

    /// Returns the ledger, to be read.
    pub fn reader(&self) -> &Reader {
        self.ledger.reader()
    }

    /// Copies the public part of the ledger and the payloads of these leaves.
    pub fn export(&self, to: &Path, payloads: &BTreeSet<u64>) -> Result<(), LogError> {
        self.ledger.reader().export(to, payloads)?;
        Ok(())
    }
}

/// Returns the verifier keys that a ledger has had; none where there is no ledger.
pub(crate) fn keys_of(home: &Home) -> Result<Vec<String>, LogError> {
    if home.find()?.is_none() {
        return Ok(Vec::new());
    }
    steady::ask(home, |reader| {
        let signed = reader.checkpoint()?;
        let entries = reader.entries(0..signed.checkpoint.size())?;
        let keys = reader.keys(&entries, &signed.key)?;
        Ok(keys.keys().map(ToString::to_string).collect())
    })
}

/// A leaf with its payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The index of the leaf.
    pub leaf: u64,
    /// The moment that the appending machine claims.
    pub at: Timestamp,
    /// The payload.
    pub payload: Vec<u8>,
}

/// The copy of a ledger that a report carries, after every byte of it was hashed.
#[derive(Debug)]
pub struct Package {
    reader: Reader,
    audited: Audited,
}

impl Package {
    /// Returns the copy in a folder, or what does not fit in it.
    pub fn open(folder: &Path) -> Result<Package, LogError> {
        let reader = Reader::open(folder)?;
        let audited = ledger::audit(folder, reader.log(), &Payloads::Listed(BTreeSet::new()))?;
        Ok(Package { reader, audited })
    }

    /// Returns what was hashed.
    pub fn audited(&self) -> &Audited {
        &self.audited
    }

    /// Returns the log's name.
    pub fn origin(&self) -> &str {
        self.audited.signed.checkpoint.origin()
    }

    /// Returns the log's verifier key, as the copy holds it.
    pub fn key(&self) -> String {
        self.reader.log().to_string()
    }

    /// Returns the verifier key that signed the log when it had so many leaves.
    pub fn key_at(&self, size: u64) -> String {
        self.audited.keys.at(size).to_string()
    }

    /// Returns the keys that the log has had.
    pub fn keys(&self) -> &KeyHistory {
        &self.audited.keys
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

    /// Returns the copy, to be read.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Returns the leaves whose payloads were erased, with the record of each.
    pub fn erased(&self) -> &BTreeMap<u64, Erased> {
        &self.audited.erased
    }

    /// Returns how many records of erasures are not here: what they erased is unknown.
    pub fn absent_erasures(&self) -> u64 {
        self.audited.absent_erasures()
    }

    /// Returns all leaves.
    pub fn entries(&self) -> &[Entry] {
        &self.audited.entries
    }

    /// Returns the newest record of a kind whose payload is here: another run may have appended since.
    pub fn newest_present(&self, kind: LeafKind) -> Result<Option<Record>, LogError> {
        let mut newest_first = self.audited.entries.iter().rev();
        let here = |entry: &&Entry| entry.leaf.kind == kind && self.is_here(entry);
        newest_first
            .find(here)
            .map_or(Ok(None), |entry| self.read(entry))
    }

    /// Returns the record of a leaf, if it is of this kind and its payload, which has this digest, is here.
    pub fn record(
        &self,
        leaf: u64,
        kind: LeafKind,
        sha256: &Digest,
    ) -> Result<Option<Record>, LogError> {
        let entry = usize::try_from(leaf)
            .ok()
            .and_then(|leaf| self.audited.entries.get(leaf))
            .filter(|entry| entry.leaf.kind == kind && self.is_here(entry));
        let record = entry.map_or(Ok(None), |entry| self.read(entry))?;
        Ok(record.filter(|record| Digest::of(&record.payload) == *sha256))
    }

    /// Returns the file of a leaf's payload, below the folder of the copy.
    pub fn payload_file(&self, leaf: u64) -> Option<String> {
        let entry = self.audited.entries.get(usize::try_from(leaf).ok()?)?;
        Some(ledger::payload::name(&entry.leaf.payload.salted_sha256))
    }

    /// Returns the newest leaf of a kind, whether its payload is here or not.
    pub fn newest(&self, kind: LeafKind) -> Option<u64> {
        let mut newest_first = self.audited.entries.iter().rev();
        Some(newest_first.find(|entry| entry.leaf.kind == kind)?.index)
    }

    fn is_here(&self, entry: &Entry) -> bool {
        let payloads = &self.audited.payloads;
        payloads.contains(&entry.leaf.payload.salted_sha256)
    }

    fn read(&self, entry: &Entry) -> Result<Option<Record>, LogError> {
        let payload = self.reader.payload(entry)?;
        Ok(payload.map(|payload| Record {
            leaf: entry.index,
            at: entry.leaf.at,
            payload,
        }))
    }
}
