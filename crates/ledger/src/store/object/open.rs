//! Opening a ledger in a bucket, and creating it: the private key stays in a folder of this machine.

use std::path::Path;
use std::sync::Arc;

use object_store::ClientOptions;
use object_store::client::{HttpConnector, ReqwestConnector};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle;

use crate::Ledger;
use crate::disk::LocalDisk;
use crate::file::failed;
use crate::keyfile::{self, MAX_KEY_BYTES};
use crate::lock;
use crate::open::machine::Machine;
use crate::open::{OpenError, sign};
use crate::own;
use crate::own::key::OwnKey;
use crate::read::{CHECKPOINT, Reader};
use crate::signer::{KeySources, LogKey, NewKey};
use crate::store::object::bucket::{Bucket, Condition, Kept};
use crate::store::object::failure::BucketError;
use crate::store::object::memory::Memory;
use crate::store::object::place::{Credentials, Lock, Place};
use crate::store::object::request::{Patience, Service};
use crate::store::object::{BucketStore, Writer};
use crate::store::{Objects, Store, StoreError};
use crate::succession::{ChangeError, Occasion};

const CONNECT_SECONDS: u64 = 10;

/// Up to where erasures are finished.
const ERASED: &str = "erased";

/// Leaves behind which it is noted anew how far erasures are finished.
const ERASED_LEAVES: u64 = 64;

/// The name of a log whose key was not read yet.
const UNREAD: &str = "countersign.local/unread";

/// Where a ledger lies, and as whom it is used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The place in a bucket.
    pub place: Place,
    /// Who asks.
    pub credentials: Credentials,
    /// How long what is written now is kept.
    pub lock: Lock,
    /// Random bytes, other ones in each process.
    pub writer: Writer,
}

#[derive(Debug, Serialize, Deserialize)]
struct Erased {
    v: u32,
    size: u64,
}

impl Ledger {
    /// Returns the ledger in a bucket, created with this origin and seed when there is none.
    ///
    /// The folder of this machine holds the private key of the log and what was seen of it. A machine that has a key
    /// begins no second log with it: if the bucket has none any more, that is an error.
    pub fn open_or_create_in_bucket(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
        settings: &Settings,
        sources: &KeySources,
    ) -> Result<Ledger, OpenError> {
        let new = SignerKey::from_seed(KeyName::new(origin)?, &seed);
        let (bucket, writer) = (settings.bucket()?, settings.writer);
        open_or_create(folder, (new.into(), sources), bucket, writer)
    }

    /// Returns the ledger in a bucket, with the key that was given to this machine, else with the one in its folder.
    pub fn open_in_bucket(
        folder: &Path,
        settings: &Settings,
        sources: &KeySources,
    ) -> Result<Ledger, OpenError> {
        own::prepare(folder)?;
        open_with(folder, sources, settings.bucket()?, settings.writer)
    }

    /// Lets a new key take over a log in a bucket whose private key is gone.
    ///
    /// No other machine can be asked whether it still has that key: whoever calls knows that none has.
    pub fn take_over_lost_in_bucket(
        folder: &Path,
        settings: &Settings,
        (new, sources): (&NewKey, &KeySources),
        occasion: Occasion<'_>,
    ) -> Result<Ledger, ChangeError> {
        own::prepare(folder)?;
        let bucket = settings.bucket().map_err(OpenError::from)?;
        let store = Arc::new(begun(folder, bucket, settings.writer)?);
        let machine = machine(folder, sources, &store);
        Ledger::take_over_shared(machine, store, new, occasion)
    }
}

impl Reader {
    /// Returns a reader of the ledger in a bucket, with the public key that lies there; nothing where none is and none
    /// was seen.
    ///
    /// Credentials that may read are enough, and the folder of this machine needs no key.
    pub fn find_in_bucket(folder: &Path, settings: &Settings) -> Result<Option<Reader>, OpenError> {
        own::prepare(folder)?;
        find(folder, settings.bucket()?, settings.writer)
    }
}

impl Settings {
    fn bucket(&self) -> Result<Bucket, StoreError> {
        let options = ClientOptions::new()
            // `Place` lets only loopback be spoken to in the clear.
            .with_allow_http(true)
            .with_timeout_disabled()
            .with_connect_timeout(Duration::from_secs(CONNECT_SECONDS));
        let client = ReqwestConnector::default().connect(&options);
        let client = client.map_err(|source| BucketError::Request {
            place: self.place.called(""),
            source: Box::new(source),
        });
        let service = Service {
            client: client.map_err(unusable(&self.place))?,
            place: self.place.clone(),
            credentials: self.credentials.clone(),
            patience: Patience::USUAL,
        };
        let lock = self.lock;
        Ok(Bucket { service, lock })
    }
}

/// Returns the ledger in a bucket that requests can reach, begun with a new key where neither it nor a key is there.
pub(super) fn open_or_create(
    folder: &Path,
    (new, sources): (LogKey, &KeySources),
    bucket: Bucket,
    writer: Writer,
) -> Result<Ledger, OpenError> {
    own::prepare(folder)?;
    let creating = lock::creating(folder)?;
    if own::has_key(folder) {
        drop(creating);
        return open_with(folder, sources, bucket, writer);
    }
    let store = store(folder, new.verifier().name(), bucket, writer)?;
    store.check_lock()?;
    if store.has_log()? && !own::has_begun(folder) {
        return Err(own::no_key(folder, &store.called()));
    }
    let key = own::key_to_begin(folder, new)?;
    let store = store.of(key.verifier().name().clone());
    let begun = store.run(store.create_log(&key));
    if let Err(OpenError::OtherPublicKey { .. }) = begun {
        own::drop_begun(folder)?;
    }
    begun?;
    own::keep_begun(folder)?;
    drop(creating);
    over(folder, sources, store)
}

/// Returns the ledger in a bucket that requests can reach.
pub(super) fn open_with(
    folder: &Path,
    sources: &KeySources,
    bucket: Bucket,
    writer: Writer,
) -> Result<Ledger, OpenError> {
    let held = OwnKey::new(folder, Box::new(LocalDisk)).held(sources)?;
    let Some(key) = held.current.or(held.heir) else {
        let place = bucket.service.place.called("");
        return Err(own::no_key(folder, &place));
    };
    let store = begun(folder, bucket, writer)?;
    match keyfile::read_public_in(&store)? == key.verifier() {
        true => store.run(store.create_log(&key))?,
        false => store.run(store.refuse_unlocked())?,
    }
    over(folder, sources, store)
}

/// Returns the store of a log that is there.
fn begun(folder: &Path, bucket: Bucket, writer: Writer) -> Result<BucketStore, OpenError> {
    let store = store(folder, &KeyName::new(UNREAD)?, bucket, writer)?;
    store.check_lock()?;
    if !store.has_log()? {
        let place = store.called();
        return Err(OpenError::NoLog { place });
    }
    let first = keyfile::read_public_in(&store)?;
    Ok(store.of(first.name().clone()))
}

fn machine<'m>(folder: &'m Path, sources: &'m KeySources, store: &BucketStore) -> Machine<'m> {
    Machine::new(folder, Box::new(LocalDisk), sources, store.called())
}

/// Returns what reads a bucket that requests can reach.
pub(super) fn find(
    folder: &Path,
    bucket: Bucket,
    writer: Writer,
) -> Result<Option<Reader>, OpenError> {
    let unread = KeyName::new(UNREAD)?;
    let store = store(folder, &unread, bucket, writer)?;
    if !store.has_log()? {
        return Ok(None);
    }
    let log = keyfile::read_public_in(&store)?;
    let store = store.of(log.name().clone());
    // What this machine saw of the log must be there still.
    store.head()?;
    let reader = Reader::appending(folder, log, Arc::new(store));
    Ok(Some(reader.under_key_in_force()?))
}

fn store(
    folder: &Path,
    origin: &KeyName,
    bucket: Bucket,
    writer: Writer,
) -> Result<BucketStore, OpenError> {
    let memory = own::memory(folder, &bucket.service.place.unmistakable())?;
    let store = BucketStore::new(bucket, origin.clone(), writer);
    let store = store.map_err(failed("start what asks for", folder))?;
    Ok(store.remembering(&memory))
}

fn over(folder: &Path, sources: &KeySources, store: BucketStore) -> Result<Ledger, OpenError> {
    let store = Arc::new(store);
    let machine = machine(folder, sources, &store);
    let ledger = Ledger::over_shared(machine, store.clone(), None)?;
    store.run(store.finish_destroying())?;
    let (from, end) = (
        store.run(store.erased())?,
        ledger.reader.checkpoint()?.checkpoint.size(),
    );
    ledger.finish_erasures(from.min(end), end)?;
    if end >= from + ERASED_LEAVES {
        store.run(store.note_erased(end))?;
    }
    Ok(ledger)
}

impl BucketStore {
    /// Returns how errors call the place.
    fn called(&self) -> String {
        self.bucket.service.place.called("")
    }

    fn check_lock(&self) -> Result<(), StoreError> {
        let checked = self.run(self.bucket.check_lock());
        checked.map_err(self.failed("use", ""))
    }

    /// Returns whether somebody began a log, here or as this machine saw.
    fn has_log(&self) -> Result<bool, StoreError> {
        if self.read(keyfile::PUBLIC, MAX_KEY_BYTES)?.is_some() {
            return Ok(true);
        }
        let seen = self.memory.as_ref().map(Memory::load).transpose()?;
        match seen.flatten() {
            Some(seen) => Err(self.shorter(0, seen.head().size)),
            None => Ok(false),
        }
    }

    /// Puts public key and empty checkpoint where there are none, and checks that the log is the one of this key.
    async fn create_log(&self, key: &LogKey) -> Result<(), OpenError> {
        let public = format!("{}\n", key.verifier());
        let mut found = self.start(keyfile::PUBLIC, MAX_KEY_BYTES).await?;
        if found.is_none() {
            let put = self
                .bucket
                .put(
                    keyfile::PUBLIC,
                    public.as_bytes(),
                    &Condition::Absent,
                    Kept::Locked,
                )
                .await;
            put.map_err(self.failed("write", keyfile::PUBLIC))?;
            // Another machine may have been first.
            found = self.start(keyfile::PUBLIC, MAX_KEY_BYTES).await?;
        }
        if found.as_deref() != Some(public.as_bytes()) {
            let path = self.place(keyfile::PUBLIC);
            let own = keyfile::PRIVATE;
            return Err(OpenError::OtherPublicKey { path, own });
        }
        self.refuse_unlocked().await?;
        if self.start(CHECKPOINT, 1).await?.is_none() {
            let note = sign(key, 0, merkle::empty_root())?.note.to_string();
            let put = self
                .bucket
                .put(
                    CHECKPOINT,
                    note.as_bytes(),
                    &Condition::Absent,
                    Kept::Locked,
                )
                .await;
            put.map_err(self.failed("write", CHECKPOINT))?;
        }
        Ok(())
    }

    /// A service that does not know the lock takes the put and locks nothing.
    async fn refuse_unlocked(&self) -> Result<(), OpenError> {
        let Lock::Until(_) = self.bucket.lock else {
            return Ok(());
        };
        let locked = self.bucket.locked_until(keyfile::PUBLIC).await;
        let locked = locked.map_err(self.failed("look at", keyfile::PUBLIC))?;
        match locked {
            Some(_) => Ok(()),
            None => {
                let place = self.bucket.service.called(None);
                let error = BucketError::NotLocked { place };
                Err(self.failed("use", "")(error).into())
            }
        }
    }

    /// Returns the leaves before which every erasure that is recorded was carried out.
    async fn erased(&self) -> Result<u64, StoreError> {
        let now = self.bucket.start(ERASED, MAX_KEY_BYTES).await;
        let now = now.map_err(self.failed("read", ERASED))?;
        let erased: Option<Erased> = now.and_then(|now| serde_json::from_slice(&now.bytes).ok());
        Ok(erased
            .filter(|erased| erased.v == 1)
            .map_or(0, |erased| erased.size))
    }

    async fn note_erased(&self, size: u64) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(&Erased { v: 1, size }).expect("it is two numbers");
        let now = self
            .bucket
            .start(ERASED, MAX_KEY_BYTES)
            .await
            .map_err(self.failed("read", ERASED))?;
        let condition = now.map_or(Condition::Absent, |now| Condition::Matches(now.e_tag));
        // Where another process was faster, the next one to open notes it.
        let put = self
            .bucket
            .put(ERASED, &bytes, &condition, Kept::Free)
            .await;
        put.map_err(self.failed("write", ERASED)).map(drop)
    }
}

fn unusable(place: &Place) -> impl FnOnce(BucketError) -> StoreError + use<> {
    let path = place.called("").into();
    move |error| {
        StoreError::File(crate::file::FileError::Io {
            action: "use",
            path,
            source: std::io::Error::other(error),
        })
    }
}
