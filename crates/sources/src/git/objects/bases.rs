//! Objects that were unpacked a moment ago, since the next ones are deltas of them.

use super::Bytes;
use gix::objs::Kind;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// Buffers that are kept for the next objects, and how large they may be.
const MAX_SPARE: usize = 16;
const MAX_SPARE_BYTES: usize = 256 << 10;

/// A cache by place in the pack that gives what was used since its last turn a second one.
pub(super) struct Bases {
    max_bytes: usize,
    kept: HashMap<(usize, u64), Base>,
    turns: VecDeque<(usize, u64)>,
    bytes: usize,
    /// Room that forgotten objects left.
    spare: Vec<Vec<u8>>,
}

struct Base {
    kind: Kind,
    bytes: Bytes,
    used: bool,
}

impl Bases {
    /// Returns an empty cache of that size.
    pub(super) fn new(max_bytes: usize) -> Bases {
        Bases {
            max_bytes,
            kept: HashMap::new(),
            turns: VecDeque::new(),
            bytes: 0,
            spare: Vec::new(),
        }
    }

    /// Returns an empty buffer for that many bytes: one that a forgotten object left, if one fits well.
    pub(super) fn room(&mut self, bytes: usize) -> Vec<u8> {
        let fits = |spare: &Vec<u8>| (bytes..=2 * bytes).contains(&spare.capacity());
        match self.spare.iter().position(fits) {
            Some(place) => self.spare.swap_remove(place),
            None => Vec::with_capacity(bytes),
        }
    }

    fn leave(&mut self, mut room: Vec<u8>) {
        if self.spare.len() < MAX_SPARE && room.capacity() <= MAX_SPARE_BYTES {
            room.clear();
            self.spare.push(room);
        }
    }

    /// Returns the object at a place.
    pub(super) fn get(&mut self, pack: usize, offset: u64) -> Option<(Kind, Bytes)> {
        let base = self.kept.get_mut(&(pack, offset))?;
        base.used = true;
        Some((base.kind, Rc::clone(&base.bytes)))
    }

    /// Keeps an object and returns it.
    pub(super) fn put(
        &mut self,
        pack: usize,
        offset: u64,
        kind: Kind,
        bytes: Vec<u8>,
    ) -> (Kind, Bytes) {
        let bytes = Rc::new(bytes);
        self.bytes += bytes.len();
        let base = Base {
            kind,
            bytes: Rc::clone(&bytes),
            used: false,
        };
        if let Some(before) = self.kept.insert((pack, offset), base) {
            self.bytes -= before.bytes.len();
        } else {
            self.turns.push_back((pack, offset));
        }
        self.shrink();
        (kind, bytes)
    }

    fn shrink(&mut self) {
        while self.bytes > self.max_bytes {
            let Some(place) = self.turns.pop_front() else {
                return;
            };
            match self.kept.get_mut(&place) {
                Some(base) if base.used => {
                    base.used = false;
                    self.turns.push_back(place);
                }
                Some(_) | None => self.forget(place),
            }
        }
    }

    fn forget(&mut self, place: (usize, u64)) {
        if let Some(base) = self.kept.remove(&place) {
            self.bytes -= base.bytes.len();
            if let Ok(room) = Rc::try_unwrap(base.bytes) {
                self.leave(room);
            }
        }
    }
}
