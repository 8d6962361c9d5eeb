//! From a key that is believed in to the one that signs the log, by the records between the two.

use tlog::checkpoint::Checkpoint;
use tlog::key::VerifierKey;
use tlog::note::{MAX_NOTE_BYTES, Note};
use tlog::tile::{self, Tile};

use crate::file::FileError;
use crate::keys::history::KeyHistory;
use crate::keys::reading::Records;
use crate::leaf::{Leaf, LeafKind};
use crate::read::{CHECKPOINT, Entry, ReadError, Reader};

/// The longest log that is looked through for its keys on the word of a checkpoint whose signer is not known yet.
const MAX_LEAVES: u64 = 1 << 26;

/// The most changes of keys that are followed.
const MAX_CHANGES: usize = 4096;

impl Reader {
    /// Returns a reader of the same place under the key that signed the checkpoint, if the records of the log lead to
    /// that key by way of the one that this reader believes in.
    ///
    /// Only signatures were verified: whether the signed tree has these records, and whether the one key vouches for
    /// the other, an audit tells.
    pub fn followed(&self) -> Result<Option<Reader>, ReadError> {
        let bytes = self.store.read(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
        let bytes = bytes.unwrap_or_default();
        if self.open_bytes(&bytes).is_ok() {
            return Ok(Some(self.clone()));
        }
        let Some(of_keys) = self.key_entries(self.claimed_size(&bytes))? else {
            return Ok(None);
        };
        let records = self.key_records(of_keys)?;
        let Some(last) = last_successor(&records) else {
            return Ok(None);
        };
        let leads = KeyHistory::new(&last, records)?
            .keys()
            .any(|key| key == self.log());
        let reader = self.believing(last, None);
        let signed = reader.open_bytes(&bytes);
        Ok((leads && signed.is_ok()).then_some(reader))
    }

    /// Returns what [`Reader::followed`] returns, or nothing where what lies there is at fault: the audit tells why. A
    /// place that cannot be read is at no fault.
    pub(crate) fn followed_where_sound(&self) -> Result<Option<Reader>, ReadError> {
        match self.followed() {
            Err(error @ (ReadError::File(_) | ReadError::Store(_))) => Err(error),
            followed => Ok(followed.ok().flatten()),
        }
    }

    /// Returns the reader that [`Reader::followed`] returns; where there is none, whoever reads is told why.
    pub(crate) fn under_key_in_force(self) -> Result<Reader, ReadError> {
        Ok(self.followed_where_sound()?.unwrap_or(self))
    }

    /// Returns the leaves that a checkpoint of this log claims, whoever signed it.
    pub(crate) fn claimed_size(&self, bytes: &[u8]) -> u64 {
        let note = Note::parse(bytes).ok();
        let claimed = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
        let of_this_log = claimed.filter(|it| it.origin() == self.log().name().as_str());
        of_this_log.map_or(0, |checkpoint| checkpoint.size())
    }

    /// Returns the entries of keys; nothing where there are more than are followed, or no such tree.
    fn key_entries(&self, size: u64) -> Result<Option<Vec<Entry>>, ReadError> {
        let mut of_keys = Vec::new();
        if size > MAX_LEAVES {
            return Ok(None);
        }
        for tile in tile::bundles(0..size, size) {
            match self.keys_in(tile) {
                Ok(found) => of_keys.extend(found),
                // What does not fit is blamed by who knows the key.
                Err(
                    ReadError::File(FileError::Missing { .. } | FileError::TooLong { .. })
                    | ReadError::Bundle { .. }
                    | ReadError::Leaf { .. },
                ) => return Ok(None),
                Err(error) => return Err(error),
            }
            if of_keys.len() > MAX_CHANGES {
                return Ok(None);
            }
        }
        Ok(Some(of_keys))
    }

    fn keys_in(&self, bundle: Tile) -> Result<Vec<Entry>, ReadError> {
        let first = bundle.index * u64::from(tile::FULL_WIDTH);
        let mut of_keys = Vec::new();
        for (index, bytes) in (first..).zip(self.bundle(bundle)?) {
            if let Some(leaf) = key_leaf(index, &bytes)? {
                let bytes = bytes.into();
                of_keys.push(Entry { index, leaf, bytes });
            }
        }
        Ok(of_keys)
    }
}

/// Returns the leaf of these bytes, if it is one of a key. Most are something else, and are not parsed.
pub(crate) fn key_leaf(index: u64, bytes: &[u8]) -> Result<Option<Leaf>, ReadError> {
    let mark = br#""kind":"key""#;
    if !bytes.windows(mark.len()).any(|window| window == mark) {
        return Ok(None);
    }
    let leaf = Leaf::parse(bytes).map_err(|source| ReadError::Leaf { index, source })?;
    Ok((leaf.kind == LeafKind::Key).then_some(leaf))
}

fn last_successor(records: &Records) -> Option<VerifierKey> {
    let mut last_first = records.iter().rev();
    last_first.find_map(|(_, _, record)| record.change.successor().cloned())
}
