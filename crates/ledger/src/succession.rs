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
//!
//! Where machines share the log, the public key in the store stays, and the leaf at which the record is tried is noted
//! before: a commit may arrive after the process that sent it died ([`crate::own::key`]).

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tlog::key::VerifierKey;
use tlog::merkle;

use crate::Ledger;
use crate::append::{self, AppendError, Entropy, Receipt, Receipts};
use crate::disk::{Disk, LocalDisk};
use crate::keyfile;
use crate::keys::history::KeyHistory;
use crate::keys::record::{KeyChange, KeyRecord, KeyRecordError};
use crate::lock;
use crate::open::{OpenError, SignError};
use crate::payload::PayloadRef;
use crate::read::{Entry, ReadError};
use crate::signer::{self, HeldKeys, KeySources, LogKey, NewKey};
use crate::store::Head;
use crate::store::files::FilesStore;
pub use crate::succession::error::ChangeError;
use crate::succession::keeper::Keeper;

mod ending;
mod error;
pub(crate) mod keeper;
mod shared;

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

impl Ledger {
    /// Hands the log over to a new key, which signs it from here on; both keys sign the record.
    pub fn rotate(
        &mut self,
        new: &NewKey,
        sources: &KeySources,
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        self.keeper()?;
        let _changing = lock::creating(self.reader.folder())?;
        // Fails where another process replaced the key since this one opened the ledger.
        self.publish()?;
        let from = self.reader.checkpoint()?.key;
        let id = from.id();
        let current = self.keys.of(&from).cloned();
        let current = current.ok_or(ChangeError::Overtaken { id })?;
        let heir = self.heir(&from, new, sources)?;
        let to = heir.verifier();
        let signers = [current, heir.clone()];
        self.hand_over(
            &KeyChange::Rotation { from, to },
            (heir, &signers),
            occasion,
        )
    }

    /// Declares an earlier key of the log, by [`KeyHistory::named`], to be no longer believed from a leaf on; without a leaf, from the
    /// one behind its handover on.
    pub fn revoke(
        &mut self,
        wanted: &str,
        since: Option<u64>,
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        self.keeper()?;
        let _changing = lock::creating(self.reader.folder())?;
        self.publish()?;
        let history = self.history()?;
        let by = history.current().clone();
        let key = history.named(wanted).cloned();
        let key = key.ok_or_else(|| ChangeError::UnknownKey {
            wanted: wanted.to_owned(),
        })?;
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
        let home = Arc::new(FilesStore::new(folder, from.name().clone(), disk, 0));
        let keys = HeldKeys::default();
        let mut ledger = Ledger::unpublished(folder, (from.clone(), keys), home.clone());
        ledger.keeper = Some(Keeper::Folder(home));
        ledger.take_over(from, new, sources, occasion)?;
        Ok(ledger)
    }

    /// Lets a new key follow one that is gone.
    fn take_over(
        &mut self,
        from: VerifierKey,
        new: &NewKey,
        sources: &KeySources,
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        let heir = self.heir(&from, new, sources)?;
        let to = heir.verifier();
        let signers = [heir.clone()];
        self.hand_over(&KeyChange::Loss { from, to }, (heir, &signers), occasion)
    }

    /// Returns the keys that the log has had.
    pub fn history(&self) -> Result<KeyHistory, ReadError> {
        let signed = self.reader.checkpoint()?;
        let entries = self.reader.entries(0..signed.checkpoint.size())?;
        self.reader.keys(&entries, &signed.key)
    }

    fn keeper(&self) -> Result<&Keeper, ChangeError> {
        self.keeper.as_ref().ok_or(ChangeError::Given)
    }

    /// Returns the key that is to follow: the one whose record may still arrive, if that is of the same sort.
    fn heir(
        &self,
        from: &VerifierKey,
        new: &NewKey,
        sources: &KeySources,
    ) -> Result<LogKey, ChangeError> {
        let wanted = LogKey::new(from.name().clone(), new, sources)?;
        match (&self.keys.heir, &wanted) {
            (None, _) => Ok(wanted),
            (Some(staged @ LogKey::Seed(_)), LogKey::Seed(_)) => Ok(staged.clone()),
            (Some(staged), _) if staged.verifier() == wanted.verifier() => Ok(wanted),
            (Some(_), _) => Err(ChangeError::Pending),
        }
    }

    /// Lets a key follow by the record of that, and gives it its name.
    fn hand_over(
        &mut self,
        change: &KeyChange,
        (heir, signers): (LogKey, &[LogKey]),
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        self.refuse_known(&heir.verifier())?;
        // Asked before anything is written: an agent may refuse.
        let asked = record_of(0, change, occasion.reason)?.to_string();
        signer::sign(&asked, &[&heir]).map_err(SignError::from)?;
        self.keeper()?.stage(&heir)?;
        let public = heir.verifier();
        self.take_heir(heir);
        let receipts = match self.record(change, signers, occasion) {
            Err(overtaken @ ChangeError::Overtaken { .. }) => match self.arrived(&public)? {
                Some(receipts) => receipts,
                None => {
                    // What cannot be removed now, the next to open the ledger removes.
                    let _left_over = self.drop_heir();
                    return Err(overtaken);
                }
            },
            recorded => recorded?,
        };
        self.name_heir()?;
        Ok(receipts)
    }

    /// Returns the receipt of the record by which this key took the log over, if an earlier attempt of this machine to
    /// append it arrived meanwhile.
    fn arrived(&self, heir: &VerifierKey) -> Result<Option<Receipts>, ChangeError> {
        match self.in_force(self.store.head()?) {
            Ok((_, in_force)) if in_force == *heir => {}
            Ok(_) | Err(AppendError::KeyReplaced { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let signed = self.publish()?;
        let history = self.history()?;
        let mut changes = history.changes().iter().map(|change| &change.record);
        let record = changes.find(|record| record.change.successor() == Some(heir));
        let Some(leaf) = record.map(|record| record.leaf) else {
            return Ok(None);
        };
        let entries = self.reader.entries(leaf..leaf + 1)?;
        let mut kept = self.reader.payloads_of(&entries)?;
        let receipt = |entry: Entry| {
            let commitment = entry.leaf.payload;
            let sha256 = kept.remove(&entry.index)?.sha256;
            Some(Receipt {
                index: entry.index,
                hash: merkle::leaf_hash(&entry.bytes),
                leaf: entry.leaf,
                payload: PayloadRef { sha256, commitment },
            })
        };
        let receipts = entries.into_iter().filter_map(receipt).collect();
        Ok(Some(Receipts { receipts, signed }))
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

    /// Appends the record at the leaf that it names, behind commits that were all looked at: none of them may have
    /// replaced the key that the record is about.
    fn record(
        &self,
        change: &KeyChange,
        signers: &[LogKey],
        occasion: Occasion<'_>,
    ) -> Result<Receipts, ChangeError> {
        let signers: Vec<&LogKey> = signers.iter().collect();
        for _ in 0..ATTEMPTS {
            let end = self.end_under(change.actor())?;
            let text = record_of(end.size, change, occasion.reason)?.to_string();
            let note = signer::sign(&text, &signers).map_err(SignError::from)?;
            let leaf_of = KeyRecord::to_leaf(&note);
            // A record that does not hold would stop every verification for ever.
            KeyRecord::parse(&leaf_of.payload)?;
            let prepared = append::prepare(0, leaf_of, occasion.at, occasion.entropy)?;
            if change.successor().is_some() {
                self.keeper()?.note_trial(end.size)?;
            }
            match self.commit_at(&end, vec![prepared]) {
                Ok((receipts, end)) => {
                    let signed = self.publish_from(Some(end));
                    let signed = signed.map_err(ChangeError::Append)?;
                    return Ok(Receipts { receipts, signed });
                }
                Err(AppendError::Grown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ChangeError::Busy)
    }

    /// Returns the end of the log, if this key is to sign all of it.
    fn end_under(&self, key: &VerifierKey) -> Result<Head, ChangeError> {
        let (end, in_force) = self.in_force(self.store.head()?)?;
        match in_force == *key {
            true => Ok(end),
            false => Err(ChangeError::Overtaken { id: in_force.id() }),
        }
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
