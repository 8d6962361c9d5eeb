//! Publishing: tree and signed checkpoint, made from what was committed.

use std::sync::PoisonError;
use std::time::Duration;

use tlog::key::VerifierKey;
use tlog::merkle::Hash;
use tlog::tile::Tile;

use crate::Ledger;
use crate::append::AppendError;
use crate::edge::Edge;
use crate::keyfile;
use crate::keys::walk::{self, CommittedLeaf, Handovers};
use crate::open;
use crate::read::{CHECKPOINT, ReadError, SignedCheckpoint};
use crate::signer::LogKey;
use crate::store::files::segment;
use crate::store::{Head, StoreError};
use crate::succession::keeper::Keeper;
use crate::tiles;

/// How often a checkpoint by no known key is looked at again.
pub(crate) const HANDOVER_LOOKS: u32 = 3;

/// The time between two of these looks.
pub(crate) const HANDOVER_WAIT: Duration = Duration::from_millis(50);

/// Tiles are handed to the store in portions of so many.
const PORTION: usize = 512;

/// How far this process has grown the tree.
#[derive(Debug)]
pub(crate) struct Grown {
    edge: Edge,
    /// The last key that took the log over in the commits that were seen.
    key: Option<VerifierKey>,
}

impl Ledger {
    /// Returns the checkpoint of everything that was committed, once its tree can be read.
    ///
    /// Every step may be repeated, by this process or any other: tiles follow from the commits, byte for byte, and
    /// the checkpoint is only ever replaced by one of a larger tree that extends it.
    pub fn publish(&self) -> Result<SignedCheckpoint, AppendError> {
        self.publish_from(None)
    }

    /// As [`Ledger::publish`], for who knows that the log reaches this end at least, and need not ask the store.
    pub(crate) fn publish_from(
        &self,
        mut end: Option<Head>,
    ) -> Result<SignedCheckpoint, AppendError> {
        let mut kept = self.grown.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let head = match end.take() {
                Some(head) => head,
                None => self.store.head()?,
            };
            let (bytes, signed) = self.checkpoint_bytes()?;
            let size = signed.checkpoint.size();
            if size > head.size {
                end = Some(self.end_reaching(size)?);
                continue;
            }
            let known = kept.take().filter(|known| known.edge.size() <= size);
            let is_whole = known
                .as_ref()
                .is_some_and(|known| known.edge.size() == head.size && head.size == size);
            let grown = self.grow(known, &head, &signed)?;
            let root = grown.edge.root();
            let in_force = grown.key.clone().unwrap_or_else(|| signed.key.clone());
            *kept = Some(grown);
            let is_by_key_in_force = signed.key == in_force;
            if is_whole && is_by_key_in_force {
                return Ok(signed);
            }
            // Whoever stole the key before may have signed the tree that hands the log over.
            let published = match head.size == size && is_by_key_in_force {
                true => signed,
                false => self.sign(&in_force, head.size, root)?,
            };
            let text = published.note.to_string().into_bytes();
            if self.store.publish(Some(&bytes), &text)? {
                self.settle(&text, head.size)?;
                return Ok(published);
            }
        }
    }

    /// Whoever holds only a key that was replaced must not sign: the tree may hold the record of that already.
    fn sign(
        &self,
        in_force: &VerifierKey,
        size: u64,
        root: Hash,
    ) -> Result<SignedCheckpoint, AppendError> {
        let id = in_force.id();
        let key = self.keys.of(in_force);
        let key = key.ok_or(AppendError::KeyReplaced { id })?;
        Ok(open::sign(key, size, root)?)
    }

    /// Returns the checkpoint as it is now, or the error that the key was replaced since the log was opened.
    pub fn checkpoint(&self) -> Result<SignedCheckpoint, AppendError> {
        Ok(self.checkpoint_bytes()?.1)
    }

    /// Where machines share a log, refuses to append behind a commit that hands it over to a key which this one lacks.
    /// In a folder a process that was overtaken lets its leaf be signed for by the next one there.
    pub(crate) fn refuse_replaced_key(&self, head: &Head) -> Result<(), AppendError> {
        let Some(Keeper::Machine(_)) = self.keeper else {
            return Ok(());
        };
        if self.has_looked_at(head) {
            return Ok(());
        }
        let in_force = self.in_force(*head)?.1;
        match self.keys.of(&in_force) {
            Some(_) => Ok(()),
            None => Err(AppendError::KeyReplaced { id: in_force.id() }),
        }
    }

    /// Returns whether this process grew the tree up to this end, under a key that it holds.
    fn has_looked_at(&self, head: &Head) -> bool {
        let grown = self.grown.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = grown.as_ref();
        let grown = grown.filter(|grown| grown.edge.size() == head.size);
        grown.is_some_and(|grown| {
            let key = grown.key.as_ref();
            key.is_none_or(|key| self.keys.of(key).is_some())
        })
    }

    /// Returns the end of the log, or a later one, and the key that is to sign it, after every commit that nobody
    /// signed for was looked at; nothing is written.
    pub(crate) fn in_force(&self, mut head: Head) -> Result<(Head, VerifierKey), AppendError> {
        let (_, signed) = self.checkpoint_bytes()?;
        let size = signed.checkpoint.size();
        if size > head.size {
            head = self.end_reaching(size)?;
        }
        let from = match self.must_look_at_all(&signed) {
            true => 0,
            false => size,
        };
        let mut handovers = Handovers::behind(&*self.store, &signed, None);
        handovers.look_through(from..head.size)?;
        let in_force = handovers.ended()?.unwrap_or(signed.key);
        Ok((head, in_force))
    }

    /// Where machines share a log, a checkpoint is believed by its signature. Not so where this machine's key did not make
    /// it, or is being replaced: then the records tell whether the one that did is in force.
    fn must_look_at_all(&self, signed: &SignedCheckpoint) -> bool {
        let Some(Keeper::Machine(_)) = self.keeper else {
            return false;
        };
        let current = self.keys.current.as_ref().map(LogKey::verifier);
        self.keys.heir.is_some() || current.as_ref() != Some(&signed.key)
    }

    /// Returns the checkpoint, or the error that the key was replaced since the log was opened.
    pub(crate) fn checkpoint_bytes(&self) -> Result<(Vec<u8>, SignedCheckpoint), AppendError> {
        let mut read = self.checkpoint_bytes_once();
        // Checkpoint and keys are not read at one moment: between two looks a key may have got its name.
        for _ in 0..HANDOVER_LOOKS {
            if !matches!(read, Err(AppendError::Read(ReadError::Checkpoint { .. }))) {
                break;
            }
            std::thread::sleep(HANDOVER_WAIT);
            read = self.checkpoint_bytes_once();
        }
        read
    }

    fn checkpoint_bytes_once(&self) -> Result<(Vec<u8>, SignedCheckpoint), AppendError> {
        let error = match self.reader.checkpoint_bytes() {
            Err(error @ ReadError::Checkpoint { .. }) => error,
            read => return Ok(read?),
        };
        let followed = self.reader.followed_where_sound()?;
        let signer = followed.map(|reader| reader.log().clone());
        let (now, next) = match self.keeper {
            // The public key that lies there is the first one: nothing but the records proves which came after it.
            Some(Keeper::Machine(_)) => (signer, None),
            // A folder names the key in force, and the key that is to follow signs before it has that name.
            Some(Keeper::Folder(_)) | None => {
                // The other way round a key that gets its name meanwhile would be in neither place.
                let next = keyfile::read_next_public(self.reader.folder()).ok();
                let public = || keyfile::read_public_in(&*self.store).ok();
                (signer.or_else(public), next)
            }
        };
        let mut both = next.flatten().into_iter().chain(now);
        match both.find(|key| self.keys.of(key).is_none()) {
            Some(now) => Err(AppendError::KeyReplaced { id: now.id() }),
            None => Err(error.into()),
        }
    }

    /// What is settled is not looked at again when the ledger is opened, so no erasure may be left undone in it.
    fn settle(&self, checkpoint: &[u8], size: u64) -> Result<(), StoreError> {
        if self.store.is_settling_due(size)? {
            self.finish_erasures(self.settled_size()?, size)?;
            self.store.settle(checkpoint, size)?;
        }
        Ok(())
    }

    /// Makes the whole tree again from the commits, which must lead to the checkpoint.
    pub fn rebuild(&self) -> Result<SignedCheckpoint, AppendError> {
        self.store.unsettle()?;
        *self.grown.lock().unwrap_or_else(PoisonError::into_inner) = Some(Grown {
            edge: Edge::empty(),
            key: None,
        });
        let signed = self.publish()?;
        self.mend_narrower(signed.checkpoint.size())?;
        // Once all of it is there: whoever reads meanwhile, or after a crash, misses no tile.
        self.store.tidy(signed.checkpoint.size())?;
        Ok(signed)
    }

    /// Returns the end of the log. Others may have committed and signed since it was last looked for, and a checkpoint
    /// must not be replaced by one of a smaller tree.
    fn end_reaching(&self, signed: u64) -> Result<Head, StoreError> {
        let head = self.store.head()?;
        match head.size < signed {
            true => Err(StoreError::Shorter {
                place: self.store.place(segment::FOLDER),
                found: head.size,
                signed,
            }),
            false => Ok(head),
        }
    }

    /// Returns the edge of the whole log, after writing the tiles behind a known one.
    fn grow(
        &self,
        known: Option<Grown>,
        head: &Head,
        signed: &SignedCheckpoint,
    ) -> Result<Grown, AppendError> {
        let Grown { edge, key } = match known {
            Some(known) => known,
            None if self.must_look_at_all(signed) => Grown {
                edge: Edge::empty(),
                key: None,
            },
            None => Grown {
                edge: self.settled_edge(signed.checkpoint.size())?,
                key: None,
            },
        };
        let before = edge.size();
        let mut growth = Growth::new(edge, Handovers::behind(&*self.store, signed, key), signed);
        self.store
            .commits(before, head.size, &mut |commit, payload_keys| {
                for (index, leaf) in walk::leaves(&commit, &payload_keys) {
                    growth.push(index, leaf)?;
                }
                match growth.objects.len() >= PORTION {
                    true => self.store.write(&std::mem::take(&mut growth.objects)),
                    false => Ok(()),
                }
            })?;
        refuse_other_root(growth.root_then, signed)?;
        let key = growth.handovers.ended()?;
        let (edge, mut objects) = (growth.edge, growth.objects);
        if edge.size() > before {
            objects.extend(named(edge.partial()?));
            self.store.write(&objects)?;
        }
        Ok(Grown { edge, key })
    }

    /// Returns the leaves of the last tree that is durable.
    pub(crate) fn settled_size(&self) -> Result<u64, StoreError> {
        let bytes = self.store.settled()?.unwrap_or_default();
        let settled = self.reader.open_checkpoint(CHECKPOINT, &bytes);
        Ok(settled.map_or(0, |settled| settled.checkpoint.size()))
    }

    /// Returns the edge of the last tree that is durable; where that cannot be read, all is made again.
    fn settled_edge(&self, size: u64) -> Result<Edge, AppendError> {
        let Some(bytes) = self.store.settled()? else {
            return Ok(Edge::empty());
        };
        let settled = self.reader.open_checkpoint(CHECKPOINT, &bytes);
        let edge = settled.and_then(|settled| Edge::read(&self.reader, &settled));
        Ok(edge
            .ok()
            .filter(|edge| edge.size() <= size)
            .unwrap_or_else(Edge::empty))
    }
}

/// A tree that grows by the commits behind it, and what is to be written of them.
struct Growth<'s> {
    edge: Edge,
    handovers: Handovers<'s>,
    objects: Vec<(String, Vec<u8>)>,
    /// The leaves that were signed for.
    signed: u64,
    /// The root over these, once so many leaves were seen.
    root_then: Option<Hash>,
}

impl<'s> Growth<'s> {
    fn new(edge: Edge, handovers: Handovers<'s>, signed: &SignedCheckpoint) -> Growth<'s> {
        let signed = signed.checkpoint.size();
        Growth {
            root_then: (edge.size() == signed).then(|| edge.root()),
            objects: Vec::new(),
            edge,
            handovers,
            signed,
        }
    }

    /// A commit may begin before the edge.
    fn push(&mut self, index: u64, leaf: CommittedLeaf<'_>) -> Result<(), StoreError> {
        if index < self.edge.size() {
            return Ok(());
        }
        let record = self.handovers.follow(index, leaf);
        self.objects.extend(record);
        let filled = self.edge.push(&leaf.0.leaf)?;
        self.objects.extend(named(filled));
        if self.edge.size() == self.signed {
            self.root_then = Some(self.edge.root());
        }
        Ok(())
    }
}

fn named(
    tiles: impl IntoIterator<Item = (Tile, Vec<u8>)>,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    let tiles = tiles.into_iter();
    tiles.map(|(tile, bytes)| (tiles::name(tile), bytes))
}

/// The log may only grow: what was signed before must be what the commits lead to.
fn refuse_other_root(found: Option<Hash>, signed: &SignedCheckpoint) -> Result<(), ReadError> {
    let root = *signed.checkpoint.root();
    match found {
        Some(computed) if computed != root => Err(ReadError::Edge { computed, root }),
        _ => Ok(()),
    }
}
