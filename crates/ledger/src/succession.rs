//! Replacing the key of a log, revoking one, and taking a log over whose key is lost.
//!
//! The life of a handover, and what a crash after each step leaves:
//!
//! 1. The new key is written beside the old one, `log.key.next` and `log.vkey.next`. A crash leaves a key of nothing,
//!    which the next to open the ledger removes.
//! 2. The record is committed. From here on the new key is the log's, and a crash leaves what the next to open the
//!    ledger finishes.
//! 3. The tree is published, signed by the new key; whoever holds only the old one signs nothing any more.
//! 4. Tree and checkpoint are made durable, then the new public key gets its name, then the new private one, which
//!    is the end of the old.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use tlog::key::{KeyError, VerifierKey};

use crate::Ledger;
use crate::append::{self, AppendError, Entropy, Receipts};
use crate::disk::{Disk, LocalDisk};
use crate::file::FileError;
use crate::keyfile::{self, KeyFileError};
use crate::keys::history::KeyHistory;
use crate::keys::record::{KeyChange, KeyRecord, KeyRecordError};
use crate::lock;
use crate::open::{OpenError, SignError};
use crate::read::ReadError;
use crate::signer::{self, HeldKeys, KeySources, LogKey, NewKey};
use crate::store::StoreError;
use crate::store::files::FilesStore;

/// Attempts to commit a record that names its leaf, while others append.
const ATTEMPTS: usize = 64;

/// What is said of a change, whoever makes it.
pub struct Occasion<'o> {
    /// Why, in one line.
    pub reason: Option<&'o str>,
    /// What the machine claims as the time.
    pub at: Timestamp,
    /// A source of random bytes.
    pub entropy: Entropy<'o>,
}

/// Why a key did not change.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The ledger could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file of a key could not be used.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The new key is none.
    #[error("the new key cannot be used")]
    Key(#[from] KeyError),
    /// The record cannot be made.
    #[error(transparent)]
    Record(#[from] KeyRecordError),
    /// The record could not be signed.
    #[error("the record of the key cannot be signed, and nothing has changed")]
    Sign(#[from] SignError),
    /// The record could not be appended, or not signed for.
    #[error(
        "the change of the key is not finished: open the ledger again to learn what became of it"
    )]
    Append(#[from] AppendError),
    /// Others append without a pause.
    #[error("others appended to the log before each of {ATTEMPTS} attempts: try again")]
    Busy,
    /// The log is shared, and its key lies on several machines.
    #[error(
        "the log in {} is shared by several machines, and only the key of a log in a folder of its own can be changed", folder.display()
    )]
    Shared {
        /// The folder.
        folder: PathBuf,
    },
    /// The log had the new key before.
    #[error(
        "the log has or had the key {id:08x} already: a key that went never comes back, so choose another one"
    )]
    NotNew {
        /// Its ID.
        id: u32,
    },
    /// The key is not lost.
    #[error("{} is there, so the key is not lost: replace it with `countersign ledger key rotate`; if it names a key that no agent holds any more, move the file away first", path.display())]
    NotLost {
        /// The file.
        path: PathBuf,
    },
    /// The log has no such key.
    #[error("the log never had a key {wanted}: `countersign ledger key show` lists its keys")]
    UnknownKey {
        /// What was asked for.
        wanted: String,
    },
    /// The key to be revoked is the one in force.
    #[error(
        "{wanted} is the key in force: replace it first with `countersign ledger key rotate`, then revoke it"
    )]
    InForce {
        /// What was asked for.
        wanted: String,
    },
    /// The key signed nothing so late.
    #[error(
        "the key handed the log over in leaf {handover}, so it is revoked from leaf {latest} on at the latest"
    )]
    TooLate {
        /// The leaf of the handover.
        handover: u64,
        /// The latest leaf.
        latest: u64,
    },
}

impl Ledger {
    /// Hands the log over to a new key, which signs it from here on; both keys sign the record.
    pub fn rotate(
        &mut self,
        new: &NewKey,
        sources: &KeySources,
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        let home = self.home()?;
        let _changing = lock::creating(self.reader.folder())?;
        // Fails where another process replaced the key since this one opened the ledger.
        self.publish()?;
        let from = self.reader.log().clone();
        let heir = LogKey::new(from.name().clone(), new, sources)?;
        let to = heir.verifier();
        self.refuse_known(&to)?;
        let current = self.keys.current.clone();
        let record = KeyChange::Rotation { from, to };
        let signers: Vec<LogKey> = current.into_iter().chain([heir.clone()]).collect();
        // Asked before anything is written: an agent may refuse.
        signer::sign(
            &record_of(0, &record, occasion.reason)?.to_string(),
            &[&heir],
        )
        .map_err(SignError::from)?;
        home.stage_key(&heir)?;
        self.take_heir(heir);
        let receipts = self.record(&record, &signers, occasion)?;
        self.name_heir()?;
        Ok(receipts)
    }

    /// Declares an earlier key of the log, `name+id`, to be no longer believed from a leaf on; without a leaf, from the
    /// one behind its handover on.
    pub fn revoke(
        &mut self,
        wanted: &str,
        since: Option<u64>,
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        self.home()?;
        let _changing = lock::creating(self.reader.folder())?;
        self.publish()?;
        let history = self.history()?;
        let by = history.current().clone();
        let key = named(&history, wanted)?;
        if key == by {
            let wanted = wanted.to_owned();
            return Err(ChangeError::InForce { wanted });
        }
        let handover = handover(&history, &key);
        let latest = handover + 1;
        let since = since.unwrap_or(latest);
        if since > latest {
            return Err(ChangeError::TooLate { handover, latest });
        }
        let signers: Vec<LogKey> = self.keys.of(&by).into_iter().cloned().collect();
        let change = KeyChange::Revocation { by, key, since };
        self.record(&change, &signers, occasion)
    }

    /// Takes a log over whose private key is gone; the new key alone signs the record, and the one before does not
    /// vouch for it.
    pub fn take_over_lost(
        folder: &Path,
        new: &NewKey,
        sources: &KeySources,
        occasion: Occasion<'_>,
    ) -> Result<Ledger, ChangeError> {
        Ledger::take_over_on(folder, (new, sources), occasion, Box::new(LocalDisk))
    }

    pub(crate) fn take_over_on(
        folder: &Path,
        (new, sources): (&NewKey, &KeySources),
        occasion: Occasion<'_>,
        disk: Box<dyn Disk>,
    ) -> Result<Ledger, ChangeError> {
        refuse_if_not_lost(folder)?;
        let _changing = lock::creating(folder)?;
        let path = folder.join(keyfile::PRIVATE);
        if path.exists() {
            return Err(ChangeError::NotLost { path });
        }
        let from = keyfile::read_public(folder)?;
        let heir = LogKey::new(from.name().clone(), new, sources)?;
        let to = heir.verifier();
        let home = Arc::new(FilesStore::new(folder, from.name().clone(), disk, 0));
        let keys = HeldKeys::default();
        let mut ledger = Ledger::unpublished(folder, (from.clone(), keys), home.clone());
        ledger.home = Some(home.clone());
        ledger.refuse_known(&to)?;
        let change = KeyChange::Loss { from, to };
        signer::sign(
            &record_of(0, &change, occasion.reason)?.to_string(),
            &[&heir],
        )
        .map_err(SignError::from)?;
        home.stage_key(&heir)?;
        ledger.take_heir(heir.clone());
        ledger.record(&change, &[heir], occasion)?;
        ledger.name_heir()?;
        Ok(ledger)
    }

    /// Returns the keys that the log has had.
    pub fn history(&self) -> Result<KeyHistory, ReadError> {
        let signed = self.reader.checkpoint()?;
        let entries = self.reader.entries(0..signed.checkpoint.size())?;
        self.reader.keys(&entries, &signed.key)
    }

    /// Finishes a handover that was interrupted, or undoes it where its record was not committed. The lock for changes
    /// of the key is held.
    pub(crate) fn finish_change(&mut self) -> Result<(), OpenError> {
        if self.keys.current.is_none() {
            return self.finish_loss();
        }
        self.finish(None)?;
        let signer = self.reader.checkpoint()?.key;
        let heir = self.keys.heir.as_ref().map(LogKey::verifier);
        match heir.is_some_and(|heir| heir == signer) {
            true => self.name_heir(),
            false => self.drop_heir(),
        }
    }

    fn finish_loss(&mut self) -> Result<(), OpenError> {
        let path = self.reader.folder().join(keyfile::PRIVATE);
        match self.finish(None) {
            // What was committed is to be signed by the key that is lost.
            Err(OpenError::Unfinished(error))
                if matches!(*error, AppendError::KeyReplaced { .. }) =>
            {
                self.drop_heir()?;
                return Err(OpenError::KeyLost { path });
            }
            finished => finished?,
        }
        let signer = self.reader.checkpoint()?.key;
        match self.keys.of(&signer).is_some() {
            true => self.name_heir(),
            false => {
                self.drop_heir()?;
                Err(OpenError::KeyLost { path })
            }
        }
    }

    fn home(&self) -> Result<Arc<FilesStore>, ChangeError> {
        let folder = self.reader.folder();
        self.home.clone().ok_or_else(|| ChangeError::Shared {
            folder: folder.to_owned(),
        })
    }

    fn refuse_known(&self, new: &VerifierKey) -> Result<(), ChangeError> {
        let history = self.history()?;
        let id = new.id();
        match history.keys().any(|key| key.id() == id) {
            true => Err(ChangeError::NotNew { id }),
            false => Ok(()),
        }
    }

    fn take_heir(&mut self, heir: LogKey) {
        let log = self.reader.log().clone();
        self.reader = self.reader.believing(log, Some(heir.verifier()));
        self.keys.heir = Some(heir);
    }

    /// Appends the record at the leaf that it names.
    fn record(
        &self,
        change: &KeyChange,
        signers: &[LogKey],
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        let signers: Vec<&LogKey> = signers.iter().collect();
        for _ in 0..ATTEMPTS {
            let leaf = self.store.head()?.size;
            let text = record_of(leaf, change, occasion.reason)?.to_string();
            let note = signer::sign(&text, &signers).map_err(SignError::from)?;
            let leaf_of = KeyRecord::to_leaf(&note);
            let prepared = append::prepare(0, leaf_of, occasion.at, occasion.entropy)?;
            match self.commit(Some(leaf), vec![prepared]) {
                Ok((receipts, end)) => {
                    let signed = self.publish_from(Some(end))?;
                    return Ok(Receipts { receipts, signed });
                }
                Err(AppendError::Grown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ChangeError::Busy)
    }

    /// Ends a handover whose checkpoint is published.
    fn name_heir(&mut self) -> Result<(), OpenError> {
        let Some(heir) = self.keys.heir.clone() else {
            return Ok(());
        };
        let public = heir.verifier();
        if let Some(home) = self.home.clone() {
            let (bytes, signed) = self.reader.checkpoint_bytes()?;
            let size = signed.checkpoint.size();
            self.finish_erasures(self.settled_size()?, size)?;
            home.settle_at_once(&bytes, size)?;
            home.name_key(&public)?;
        }
        self.reader = self.reader.believing(public, None);
        self.keys = HeldKeys {
            current: Some(heir),
            heir: None,
        };
        Ok(())
    }

    fn drop_heir(&mut self) -> Result<(), OpenError> {
        if let Some(home) = &self.home {
            home.drop_staged_key()?;
        }
        let log = self.reader.log().clone();
        self.reader = self.reader.believing(log, None);
        self.keys.heir = None;
        Ok(())
    }
}

/// A handover that was interrupted may have made the key that is missing: then nothing is lost.
fn refuse_if_not_lost(folder: &Path) -> Result<(), ChangeError> {
    match Ledger::open(folder) {
        Ok(_) => Err(ChangeError::NotLost {
            path: folder.join(keyfile::PRIVATE),
        }),
        Err(OpenError::KeyLost { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn record_of(
    leaf: u64,
    change: &KeyChange,
    reason: Option<&str>,
) -> Result<KeyRecord, KeyRecordError> {
    KeyRecord::new(leaf, change.clone(), reason)
}

/// Returns the key that `name+id`, or a whole verifier key, names.
fn named(history: &KeyHistory, wanted: &str) -> Result<VerifierKey, ChangeError> {
    let is_it = |key: &&VerifierKey| {
        let text = key.to_string();
        text == wanted || format!("{}+{:08x}", key.name(), key.id()) == wanted
    };
    let found = history.keys().find(is_it).cloned();
    found.ok_or_else(|| ChangeError::UnknownKey {
        wanted: wanted.to_owned(),
    })
}

/// Returns the leaf in which a key that is not in force handed the log over, or lost it.
fn handover(history: &KeyHistory, key: &VerifierKey) -> u64 {
    let ended = |change: &KeyChange| match change {
        KeyChange::Rotation { from, .. } | KeyChange::Loss { from, .. } => from == key,
        KeyChange::Revocation { .. } => false,
    };
    let changes = history.changes().iter();
    let mut ends = changes.filter(|it| ended(&it.record.change));
    ends.next().map_or(0, |change| change.record.leaf)
}
