//! A bucket with Object Lock, and clients of it.

use std::future::Future;

use object_store::ObjectStore;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{PutMode, PutOptions, PutResult, UpdateVersion};
use testkit::Counterparts;
use testkit::seaweed::{Identity, Seaweed};

use crate::retention::Retaining;
use crate::signed::Signed;

pub(crate) const BUCKET: &str = "ledger";

/// A store of the test's own, with one locked bucket.
pub(crate) struct Bucket {
    seaweed: Seaweed,
}

impl Bucket {
    pub(crate) fn find(test: &str) -> Option<Bucket> {
        let seaweed = Seaweed::start(&Counterparts::find(test)?);
        seaweed.create_locked_bucket(BUCKET);
        Some(Bucket { seaweed })
    }

    /// Returns the client that the crate makes, which knows nothing of Object Lock.
    pub(crate) fn client(&self, who: Identity) -> AmazonS3 {
        self.builder(who).build().unwrap()
    }

    /// Returns the same client with a connector that adds what a put asks for.
    pub(crate) fn retaining_client(&self, who: Identity) -> AmazonS3 {
        let connector = Retaining::new(who);
        self.builder(who)
            .with_http_connector(connector)
            .build()
            .unwrap()
    }

    /// Returns what sends requests that the crate has no word for.
    pub(crate) fn signed(&self, who: Identity) -> Signed {
        Signed::new(who, format!("{}/{BUCKET}", self.seaweed.endpoint()))
    }

    fn builder(&self, who: Identity) -> AmazonS3Builder {
        AmazonS3Builder::new()
            .with_endpoint(self.seaweed.endpoint())
            .with_allow_http(true)
            .with_region("us-east-1")
            .with_bucket_name(BUCKET)
            .with_access_key_id(who.access_key)
            .with_secret_access_key(who.secret_key)
    }
}

pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

pub(crate) async fn put(
    store: &AmazonS3,
    key: &str,
    bytes: &str,
    options: impl Into<PutOptions>,
) -> object_store::Result<PutResult> {
    let bytes = bytes.to_owned().into();
    store
        .put_opts(&Path::from(key), bytes, options.into())
        .await
}

/// Returns the mode that replaces exactly what an earlier put left.
pub(crate) fn replacing(before: &PutResult) -> PutMode {
    PutMode::Update(UpdateVersion {
        e_tag: before.e_tag.clone(),
        version: None,
    })
}
