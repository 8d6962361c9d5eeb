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
use crate::disk::{Access, LocalDisk};
use crate::file::failed;
use crate::keyfile::{self, MAX_KEY_BYTES};
use crate::lock;
use crate::open::{OpenError, sign};
use crate::read::CHECKPOINT;
use crate::stage::Stage;
use crate::store::object::bucket::{Bucket, Condition, Kept};
use crate::store::object::failure::BucketError;
use crate::store::object::place::{Credentials, Lock, Place};
use crate::store::object::request::{Patience, Service};
use crate::store::object::{BucketStore, Writer};
use crate::store::{Objects, StoreError};

const CONNECT_SECONDS: u64 = 10;

/// Up to where erasures are finished.
const ERASED: &str = "erased";

/// Leaves behind which it is noted anew how far erasures are finished.
const ERASED_LEAVES: u64 = 64;

/// Where a ledger lies, and as whom it is used.
#[derive(Debug)]
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
    /// The folder of this machine holds the private key of the log, and nothing else. Every machine that appends has
    /// the same one: without it, a log that exists is not appended to.
    pub fn open_or_create_in_bucket(
        folder: &Path,
        origin: &str,
        seed: [u8; 32],
        settings: Settings,
    ) -> Result<Ledger, OpenError> {
        let Settings {
            place,
            credentials,
            lock,
            writer,
        } = settings;
        let options = ClientOptions::new()
            // `Place` lets only loopback be spoken to in the clear.
            .with_allow_http(true)
            .with_timeout_disabled()
            .with_connect_timeout(Duration::from_secs(CONNECT_SECONDS));
        let called = place.called("");
        let client = ReqwestConnector::default().connect(&options);
        let client = client.map_err(|source| BucketError::Request {
            place: called,
            source: Box::new(source),
        });
        let service = Service {
            client: client.map_err(unusable(&place))?,
            place,
            credentials,
            patience: Patience::USUAL,
        };
        open(folder, origin, seed, Bucket { service, lock }, writer)
    }
}

/// Returns the ledger in a bucket that requests can reach.
pub(super) fn open(
    folder: &Path,
    origin: &str,
    seed: [u8; 32],
    bucket: Bucket,
    writer: Writer,
) -> Result<Ledger, OpenError> {
    std::fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let new = SignerKey::from_seed(KeyName::new(origin)?, &seed);
    let known = keyfile::read_private(folder)?;
    let name = known.as_ref().unwrap_or(&new).verifier().name().clone();
    let store =
        BucketStore::new(bucket, name, writer).map_err(failed("start what asks for", folder))?;
    store
        .run(store.bucket.check_lock())
        .map_err(store.failed("use", ""))?;
    let key = match known {
        Some(key) => key,
        None => store.begin(folder, new)?,
    };
    store.run(store.create_log(&key))?;
    let store = Arc::new(store);
    let ledger = Ledger::over(folder, key, store.clone(), None)?;
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
    /// Puts a new private key into a folder, unless the bucket holds a log already.
    fn begin(&self, folder: &Path, new: SignerKey) -> Result<SignerKey, OpenError> {
        if self.read(keyfile::PUBLIC, MAX_KEY_BYTES)?.is_some() {
            let path = folder.join(keyfile::PRIVATE);
            return Err(OpenError::KeyLost { path });
        }
        let _lock = lock::exclusive(folder)?;
        if let Some(key) = keyfile::read_private(folder)? {
            return Ok(key);
        }
        let mut stage = Stage::new(&LocalDisk, folder);
        // The folder stands in a repository, where a key must not be committed by accident.
        stage.write(".gitignore", b"*\n", Access::Everyone)?;
        let private = keyfile::private_text(&new);
        stage.write(keyfile::PRIVATE, private.as_bytes(), Access::Owner)?;
        stage.sync()?;
        Ok(new)
    }

    /// Puts public key and empty checkpoint where there are none, and checks that the log is the one of this key.
    async fn create_log(&self, key: &SignerKey) -> Result<(), OpenError> {
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
            return Err(OpenError::OtherPublicKey { path });
        }
        if let Lock::Until(_) = self.bucket.lock {
            // A service that does not know the lock takes the put and locks nothing.
            let locked = self.bucket.locked_until(keyfile::PUBLIC).await;
            if locked
                .map_err(self.failed("look at", keyfile::PUBLIC))?
                .is_none()
            {
                let place = self.bucket.service.called(None);
                let error = BucketError::NotLocked { place };
                return Err(self.failed("use", "")(error).into());
            }
        }
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
