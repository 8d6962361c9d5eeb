//! Objects of a repository, read straight from its packs with the bases of deltas kept at hand.

mod bases;
mod delta;
mod packs;

pub(super) use self::packs::Packs;

use self::bases::Bases;
use gix::ObjectId;
use gix::objs::{Find as _, Kind};
use gix::odb::pack::data::entry::Header;
use std::rc::Rc;

/// The largest commit or tree that is read.
pub const MAX_OBJECT_BYTES: u64 = 64 << 20;
/// The longest chain of deltas that is followed; git itself writes 4095 at most.
pub const MAX_DELTA_CHAIN: usize = 4096;

/// Bytes of bases that are kept for reading trees: those of a history are deltas of each other, so the last few
/// hundred suffice.
pub(super) const TREE_BASES: usize = 24 << 20;
/// Bytes of bases that are kept for reading commits, of which few are deltas.
pub(super) const COMMIT_BASES: usize = 2 << 20;

/// An object that is there and cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store has it, but not in a form that can be read.
    #[error("object {id} cannot be read")]
    Unreadable {
        /// The object.
        id: ObjectId,
        /// What git's object store says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Its bytes in the pack fit no object.
    #[error("object {id} is corrupt: {why}")]
    Corrupt {
        /// The object.
        id: ObjectId,
        /// What does not fit.
        why: &'static str,
    },
    /// It is larger than any commit or tree that is read.
    #[error("object {id} has {bytes} bytes, more than the {MAX_OBJECT_BYTES} that are read")]
    TooLarge {
        /// The object.
        id: ObjectId,
        /// Its size.
        bytes: u64,
    },
}

/// A reader of objects for one thread.
pub(super) struct Objects<'a> {
    packs: &'a Packs,
    newest_hit: usize,
    others: gix::OdbHandle,
    bases: Bases,
    inflate: gix::zlib::Inflate,
}

/// The bytes of an object, shared with the cache of bases.
pub(super) type Bytes = Rc<Vec<u8>>;

enum Fault {
    /// The object store has to be asked, since the pack refers to an object outside.
    Elsewhere,
    Corrupt(&'static str),
    TooLarge(u64),
}

impl<'a> Objects<'a> {
    /// Returns a reader of the packs, and of `others` for objects that are not in a pack.
    ///
    /// What `refs/replace` substitutes is not followed, and no pack is expected to appear meanwhile.
    pub(super) fn new(
        packs: &'a Packs,
        mut others: gix::Repository,
        kept_bytes: usize,
    ) -> Objects<'a> {
        others.objects.ignore_replacements = true;
        others.objects.refresh_never();
        Objects {
            packs,
            newest_hit: 0,
            others: others.objects,
            bases: Bases::new(kept_bytes),
            inflate: gix::zlib::Inflate::default(),
        }
    }

    /// Reads a commit into `out`; `None` where the repository has no such commit.
    pub(super) fn commit(&mut self, id: ObjectId, out: &mut Vec<u8>) -> Result<bool, ReadError> {
        out.clear();
        let found = match self.find(&id) {
            Some((pack, offset)) => self.unpack_into(pack, offset, out),
            None => Err(Fault::Elsewhere),
        };
        let kind = match found {
            Ok(kind) => Some(kind),
            Err(fault) => self.elsewhere(id, fault, out)?,
        };
        Ok(kind == Some(Kind::Commit))
    }

    /// Returns a tree; `None` where the repository has no such tree.
    pub(super) fn tree(&mut self, id: ObjectId) -> Result<Option<Bytes>, ReadError> {
        let found = match self.find(&id) {
            Some((pack, offset)) => self.unpack(pack, offset),
            None => Err(Fault::Elsewhere),
        };
        let (kind, bytes) = match found {
            Ok(object) => object,
            Err(fault) => {
                let mut out = Vec::new();
                match self.elsewhere(id, fault, &mut out)? {
                    Some(kind) => (kind, Rc::new(out)),
                    None => return Ok(None),
                }
            }
        };
        Ok((kind == Kind::Tree).then_some(bytes))
    }

    fn find(&mut self, id: &ObjectId) -> Option<(usize, u64)> {
        let count = self.packs.len();
        let order = (self.newest_hit..count).chain(0..self.newest_hit);
        for pack in order {
            if let Some(offset) = self.packs.offset(pack, id) {
                self.newest_hit = pack;
                return Some((pack, offset));
            }
        }
        None
    }

    fn elsewhere(
        &mut self,
        id: ObjectId,
        fault: Fault,
        out: &mut Vec<u8>,
    ) -> Result<Option<Kind>, ReadError> {
        match fault {
            Fault::Elsewhere => {}
            Fault::Corrupt(why) => return Err(ReadError::Corrupt { id, why }),
            Fault::TooLarge(bytes) => return Err(ReadError::TooLarge { id, bytes }),
        }
        let found = self.others.try_find(&id, out);
        let kind = found.map(|object| object.map(|object| object.kind));
        kind.map_err(|error| ReadError::Unreadable {
            id,
            source: error.into(),
        })
    }

    /// Most commits are no deltas and are read once, so they need not pass through the cache.
    fn unpack_into(&mut self, pack: usize, offset: u64, out: &mut Vec<u8>) -> Result<Kind, Fault> {
        let entry = self.packs.entry(pack, offset)?;
        if let Some(kind) = entry.header.as_kind() {
            self.packs.inflate(pack, &entry, &mut self.inflate, out)?;
            return Ok(kind);
        }
        let (kind, bytes) = self.unpack(pack, offset)?;
        out.extend_from_slice(&bytes);
        Ok(kind)
    }

    fn unpack(&mut self, pack: usize, offset: u64) -> Result<(Kind, Bytes), Fault> {
        let mut deltas = Vec::new();
        let mut at = offset;
        let (kind, mut bytes) = loop {
            if let Some(object) = self.bases.get(pack, at) {
                break object;
            }
            let entry = self.packs.entry(pack, at)?;
            let mut out = Vec::new();
            self.packs
                .inflate(pack, &entry, &mut self.inflate, &mut out)?;
            match entry.header {
                Header::OfsDelta { base_distance } => {
                    deltas.push((at, out));
                    at = at
                        .checked_sub(base_distance)
                        .ok_or(Fault::Corrupt("its base lies before the pack"))?;
                }
                Header::RefDelta { base_id } => {
                    deltas.push((at, out));
                    at = self.packs.offset(pack, &base_id).ok_or(Fault::Elsewhere)?;
                }
                Header::Commit | Header::Tree | Header::Blob | Header::Tag => {
                    let kind = entry
                        .header
                        .as_kind()
                        .ok_or(Fault::Corrupt("it has no kind"))?;
                    break self.bases.put(pack, at, kind, out);
                }
            }
            if deltas.len() > MAX_DELTA_CHAIN {
                return Err(Fault::Corrupt("its chain of deltas is too long"));
            }
        };
        for (at, delta) in deltas.into_iter().rev() {
            let result = delta::apply(&bytes, &delta, |bytes| self.bases.room(bytes))?;
            (_, bytes) = self.bases.put(pack, at, kind, result);
        }
        Ok((kind, bytes))
    }
}
