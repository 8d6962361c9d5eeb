//! The payloads of a log, out of its commits or out of the files of a copy.

use std::collections::BTreeMap;

use crate::leaf::LeafKind;
use crate::payload::{self, SALT_BYTES, Stored};
use crate::read::{Entry, Kept, ReadError, Reader};
use crate::seal::{Key, Sealed};
use crate::store::Store;
use model::digest::Digest;
use rayon::prelude::*;

/// Payloads that are opened at once.
const AT_ONCE: usize = 32;

impl Reader {
    /// Returns the payload of an entry, or nothing when it was erased or never kept.
    pub fn payload(&self, entry: &Entry) -> Result<Option<Vec<u8>>, ReadError> {
        let mut kept = self.payloads_of(std::slice::from_ref(entry))?;
        Ok(kept.remove(&entry.index).map(|kept| kept.bytes))
    }

    /// Returns the payloads of these entries, by index, but for those that were erased or never kept.
    pub fn payloads_of(&self, entries: &[Entry]) -> Result<BTreeMap<u64, Kept>, ReadError> {
        let stored = self.stored(entries)?.into_iter();
        Ok(stored
            .map(|(index, file)| (index, Kept::of(file)))
            .collect())
    }

    /// Hands on what is read of the payload of each of these entries, which are in their order; of one that was erased or
    /// never kept, what is read of nothing.
    ///
    /// The records are passed once, some payloads at a time are opened on all cores, and no other is held.
    pub fn each_payload<T: Send>(
        &self,
        entries: &[Entry],
        read: impl Fn(&Entry, Option<Kept>) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> Result<(), ReadError> {
        let Some(records) = &self.records else {
            for some in entries.chunks(AT_ONCE) {
                let each = some.par_iter().map(|entry| {
                    let file = self.exported_one(entry)?;
                    Ok::<T, ReadError>(read(entry, file.map(Kept::of)))
                });
                let each: Vec<Result<T, ReadError>> = each.collect();
                each.into_iter().try_for_each(|one| one.map(&mut take))?;
            }
            return Ok(());
        };
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(());
        };
        let (mut rest, mut pending, mut damaged) = (entries, Vec::new(), None);
        records.commits(first.index, last.index + 1, &mut |commit, keys| {
            for (index, (new, key)) in (commit.base..).zip(commit.leaves.into_iter().zip(keys)) {
                let at = rest.partition_point(|entry| entry.index < index);
                let (absent, behind) = rest.split_at(at);
                pending.extend(absent.iter().map(|entry| (entry, None)));
                rest = behind;
                if let Some((entry, behind)) = rest.split_first()
                    && entry.index == index
                {
                    let sealed = (!key.is_destroyed()).then_some((new.sealed, key));
                    pending.push((entry, sealed));
                    rest = behind;
                }
                if pending.len() >= AT_ONCE {
                    damaged = damaged.or(opened(&mut pending, &read, &mut take));
                }
            }
            Ok(())
        })?;
        pending.extend(rest.iter().map(|entry| (entry, None)));
        match damaged.or(opened(&mut pending, &read, &mut take)) {
            Some(index) => Err(ReadError::SealedPayload { index }),
            None => Ok(()),
        }
    }

    /// Returns salts and payloads of these entries, by index, but for those that were erased or never kept.
    pub(crate) fn stored(&self, entries: &[Entry]) -> Result<BTreeMap<u64, Vec<u8>>, ReadError> {
        let Some(records) = &self.records else {
            return self.exported(entries);
        };
        let mut stored = unsealed(&**records, entries)?;
        for entry in entries {
            if entry.leaf.kind == LeafKind::Key && !stored.contains_key(&entry.index) {
                let public = self.exported_one(entry)?;
                stored.extend(public.map(|file| (entry.index, file)));
            }
        }
        Ok(stored)
    }

    fn exported(&self, entries: &[Entry]) -> Result<BTreeMap<u64, Vec<u8>>, ReadError> {
        let mut stored = BTreeMap::new();
        for entry in entries {
            if let Some(file) = self.exported_one(entry)? {
                stored.insert(entry.index, file);
            }
        }
        Ok(stored)
    }

    /// A record of a key may also lie beside the tiles, which is all that a served log has.
    fn exported_one(&self, entry: &Entry) -> Result<Option<Vec<u8>>, ReadError> {
        let commitment = entry.leaf.payload;
        let (name, public) = (
            payload::name(&commitment.salted_sha256),
            payload::public_name(&commitment.salted_sha256),
        );
        let of_key = (entry.leaf.kind == LeafKind::Key).then_some(public);
        for name in std::iter::once(name).chain(of_key) {
            let limit = SALT_BYTES as u64 + commitment.bytes + 1;
            let Some(file) = self.store.read_start(&name, limit)? else {
                continue;
            };
            if Stored::parse(&file).map(Stored::commitment) != Some(commitment) {
                let path = self.store.place(&name);
                return Err(ReadError::Payload { path });
            }
            return Ok(Some(file));
        }
        Ok(None)
    }
}

impl Kept {
    fn of(mut file: Vec<u8>) -> Kept {
        file.drain(..SALT_BYTES);
        Kept {
            sha256: Digest::of(&file),
            bytes: file,
        }
    }
}

/// Opens what is pending on all cores and hands it on in its order, up to the first that is damaged, whose index it returns.
fn opened<T: Send>(
    pending: &mut Vec<(&Entry, Option<(Sealed, Key)>)>,
    read: &(impl Fn(&Entry, Option<Kept>) -> T + Sync),
    take: &mut impl FnMut(T),
) -> Option<u64> {
    let open = |(entry, sealed): (&Entry, Option<(Sealed, Key)>)| {
        let Some((sealed, key)) = sealed else {
            return Ok(read(entry, None));
        };
        let file = sealed.open(&key, &entry.leaf.payload).ok_or(entry.index)?;
        Ok(read(entry, Some(Kept::of(file))))
    };
    let all: Vec<Result<T, u64>> = std::mem::take(pending).into_par_iter().map(open).collect();
    let handed_on = all.into_iter().try_for_each(|one| one.map(&mut *take));
    handed_on.err()
}

fn unsealed(records: &dyn Store, entries: &[Entry]) -> Result<BTreeMap<u64, Vec<u8>>, ReadError> {
    let wanted: BTreeMap<u64, &Entry> = entries.iter().map(|entry| (entry.index, entry)).collect();
    let mut stored = BTreeMap::new();
    let mut damaged = None;
    let (Some(first), Some(last)) = (wanted.keys().next(), wanted.keys().last()) else {
        return Ok(stored);
    };
    records.commits(*first, last + 1, &mut |commit, keys| {
        for (index, (new, key)) in (commit.base..).zip(commit.leaves.iter().zip(&keys)) {
            let Some(entry) = wanted.get(&index).filter(|_| !key.is_destroyed()) else {
                continue;
            };
            match new.sealed.open(key, &entry.leaf.payload) {
                Some(file) => drop(stored.insert(index, file)),
                None => damaged = damaged.or(Some(index)),
            }
        }
        Ok(())
    })?;
    match damaged {
        Some(index) => Err(ReadError::SealedPayload { index }),
        None => Ok(stored),
    }
}
