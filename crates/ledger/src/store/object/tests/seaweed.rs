//! The same on a real object store: machines that write at once or die, and attempts on what is locked.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{Timestamp, ToSpan};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};
use tempfile::TempDir;
use testkit::Counterparts;
use testkit::seaweed::{ADMIN, Identity, Seaweed, WRITER};

use crate::Ledger;
use crate::audit::Payloads;
use crate::erase::Erasure;
use crate::store::Tampering;
use crate::store::object::BucketStore;
use crate::store::object::bucket::{Bucket, Condition, Kept};
use crate::store::object::failure::BucketError;
use crate::store::object::place::{Credentials, Lock, Place};
use crate::store::object::request::{Patience, Request, Service, date, escaped};
use crate::store::object::tests::{append, open_on, payloads_of, try_append};

const BUCKET: &str = "logs";

/// A store of the test's own, with one bucket that can lock.
struct Cloud(Seaweed);

/// Keeps a machine alive for so many requests.
#[derive(Debug)]
struct Dying {
    client: HttpClient,
    left: AtomicU64,
}

impl Cloud {
    fn find(test: &str) -> Option<Cloud> {
        let seaweed = Seaweed::start(&Counterparts::find(test)?);
        seaweed.create_locked_bucket(BUCKET);
        Some(Cloud(seaweed))
    }

    fn bucket(&self, who: Identity, prefix: &str) -> Bucket {
        self.dying(who, prefix, u64::MAX)
    }

    fn dying(&self, who: Identity, prefix: &str, requests: u64) -> Bucket {
        let options = ClientOptions::new().with_allow_http(true);
        let client = ReqwestConnector::default().connect(&options).unwrap();
        let left = AtomicU64::new(requests);
        Bucket {
            service: Service {
                client: HttpClient::new(Dying { client, left }),
                place: Place::new(&self.0.endpoint(), "us-east-1", BUCKET, prefix).unwrap(),
                credentials: Credentials::new(who.access_key, who.secret_key, None).unwrap(),
                patience: match requests {
                    u64::MAX => Patience::USUAL,
                    _ => Patience {
                        attempts: 1,
                        ..Patience::USUAL
                    },
                },
            },
            lock: Lock::for_days(now(), 400).unwrap(),
        }
    }

    /// Returns what asks the bucket as somebody, about one ledger.
    fn store(&self, who: Identity, prefix: &str) -> BucketStore {
        let origin = tlog::key::KeyName::new("countersign.local/attack").unwrap();
        BucketStore::new(self.bucket(who, prefix), origin, [0; 16]).unwrap()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the store compares with its own clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

impl Dying {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let left = self.left.load(Ordering::Relaxed);
        match left {
            0 => Err(HttpError::new(
                HttpErrorKind::Connect,
                io::Error::from(io::ErrorKind::ConnectionRefused),
            )),
            left => {
                self.left.store(left - 1, Ordering::Relaxed);
                self.client.execute(request).await
            }
        }
    }
}

// As `async_trait` writes it out.
impl HttpService for Dying {
    fn call<'s, 'f>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(self.send(request))
    }
}

fn race(cloud: &Cloud, machines: u8, appends: u8) {
    let (folder, prefix) = (TempDir::new().unwrap(), format!("race-of-{machines}"));
    open_on(&folder, cloud.bucket(WRITER, &prefix), 0).unwrap();
    let barrier = Barrier::new(usize::from(machines));
    let promised: BTreeSet<String> = std::thread::scope(|scope| {
        let machine = |number: u8| {
            let (folder, prefix, barrier) = (&folder, &prefix, &barrier);
            let opened = open_on(folder, cloud.bucket(WRITER, prefix), number + 1);
            let mut ledger: Ledger = opened.unwrap();
            scope.spawn(move || {
                barrier.wait();
                let payload = |count| format!("{count} of machine {number}");
                let append = |count| {
                    append(&mut ledger, &[&payload(count)]);
                    payload(count)
                };
                (0..appends).map(append).collect::<Vec<_>>()
            })
        };
        let machines: Vec<_> = (0..machines).map(machine).collect();
        machines
            .into_iter()
            .flat_map(|machine| machine.join().unwrap())
            .collect()
    });
    let ledger = open_on(&folder, cloud.bucket(WRITER, &prefix), 99).unwrap();
    let found = payloads_of(&ledger);
    assert_eq!(found.len(), usize::from(machines) * usize::from(appends));
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), promised);
    assert_eq!(ledger.disturbances(), vec![]);
}

/// Returns the ids of the versions of a name that have bytes.
fn versions_of(store: &BucketStore, name: &str) -> Vec<String> {
    let mut versions = store.bucket.versions(name);
    let next = || store.run(versions.next_with_bytes()).unwrap();
    std::iter::from_fn(next).collect()
}

#[test]
fn two_and_eight_machines_never_fork() {
    let Some(cloud) = Cloud::find("many machines that append to a bucket") else {
        return;
    };
    race(&cloud, 2, 10);
    race(&cloud, 8, 3);
}

#[test]
fn a_machine_that_is_destroyed_at_any_request_leaves_a_whole_log() {
    let Some(cloud) = Cloud::find("a machine that is destroyed while it appends to a bucket")
    else {
        return;
    };
    let mut requests = 0;
    loop {
        let folder = TempDir::new().unwrap();
        let prefix = format!("after-{requests}");
        let opened = open_on(&folder, cloud.dying(WRITER, &prefix, requests), 1);
        let appended =
            opened.map(|mut ledger| try_append(&mut ledger, &["first", "second"]).is_ok());
        let is_promised = appended.unwrap_or(false);
        let mut next = open_on(&folder, cloud.bucket(WRITER, &prefix), 2).unwrap();
        let found = payloads_of(&next);
        assert!(
            found.len() == 2 || found.is_empty() && !is_promised,
            "{requests}: {found:?}"
        );
        append(&mut next, &["third"]);
        assert_eq!(payloads_of(&next).len(), found.len() + 1);
        if is_promised {
            break;
        }
        requests += 1;
    }
    assert!(requests > 10);
}

/// Checks that somebody can neither delete a version nor weaken its lock.
fn stays(store: &BucketStore, name: &str) {
    let bucket = &store.bucket;
    let id = versions_of(store, name).pop().unwrap();
    let deleted = store.run(bucket.destroy_version(name, &id));
    assert!(
        matches!(deleted, Err(BucketError::Denied { .. })),
        "{name}: {deleted:?}"
    );
    for (mode, days) in [("COMPLIANCE", 1), ("GOVERNANCE", 1_000)] {
        let until = date(now() + (24 * days).hours());
        let body = format!(
            "<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>"
        );
        let request = Request {
            method: "PUT",
            name: Some(name),
            query: format!("retention&versionId={}", escaped(&id)),
            headers: vec![("x-amz-bypass-governance-retention", "true".to_owned())],
            body: body.into_bytes(),
            ..Request::default()
        };
        let weakened = store.run(bucket.service.send(request, &[200]));
        assert!(
            matches!(weakened, Err(BucketError::Denied { .. })),
            "{name}: {weakened:?}"
        );
    }
}

#[test]
fn what_was_acknowledged_stays_whoever_tries() {
    let Some(cloud) = Cloud::find("attempts on a log in a bucket") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let payloads: Vec<String> = (0..4).map(|number| format!("payload {number}")).collect();
    let mut ledger = open_on(&folder, cloud.bucket(WRITER, "log"), 1).unwrap();
    for payload in &payloads {
        append(&mut ledger, &[payload]);
    }
    let stores = [cloud.store(WRITER, "log"), cloud.store(ADMIN, "log")];
    let records = stores[0]
        .run(stores[0].bucket.names("records/", ""))
        .unwrap();
    assert_eq!(records.len(), 4);
    for store in &stores {
        for name in
            records
                .iter()
                .map(String::as_str)
                .chain(["state", "ledger/checkpoint", "log.vkey"])
        {
            stays(store, name);
        }
    }
    let writer = &stores[0];
    writer.run(writer.bucket.remove(&records[0])).unwrap();
    let now = writer
        .run(writer.bucket.start(&records[1], 1))
        .unwrap()
        .unwrap();
    let over = Condition::Matches(now.e_tag);
    writer
        .run(writer.bucket.put(&records[1], b"other", &over, Kept::Free))
        .unwrap()
        .unwrap();
    writer.run(writer.bucket.remove("state")).unwrap();
    writer
        .run(writer.bucket.remove("ledger/checkpoint"))
        .unwrap();

    let mut next = open_on(&folder, cloud.bucket(WRITER, "log"), 2).unwrap();
    assert_eq!(payloads_of(&next), payloads);
    let told: Vec<_> = next
        .disturbances()
        .into_iter()
        .map(|told| (told.place, told.tampering))
        .collect();
    let place = |name: &str| {
        cloud
            .bucket(WRITER, "log")
            .service
            .place
            .called(name)
            .into()
    };
    assert_eq!(
        told,
        [
            (place("ledger/checkpoint"), Tampering::Deleted),
            (place(&records[0]), Tampering::Deleted),
            (place(&records[1]), Tampering::Replaced),
            (place("state"), Tampering::Deleted),
        ]
    );
    append(&mut next, &["fifth"]);
    assert_eq!(payloads_of(&next).len(), 5);
}

#[test]
fn a_key_is_destroyed_while_its_record_is_locked() {
    let Some(cloud) = Cloud::find("erasing in a bucket with Object Lock") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut ledger = open_on(&folder, cloud.bucket(WRITER, "log"), 1).unwrap();
    append(&mut ledger, &["first", "second"]);
    let store = cloud.store(WRITER, "log");
    let keys = store
        .run(store.bucket.names("keys/", ""))
        .unwrap()
        .remove(0);
    let before = store
        .run(store.bucket.start(&keys, 64))
        .unwrap()
        .unwrap()
        .bytes;
    let erasure = Erasure::new([0].into(), BTreeSet::new(), "Robin", "asked for");
    ledger
        .erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32])
        .unwrap();
    assert_eq!(versions_of(&store, &keys).len(), 1);
    let after = store
        .run(store.bucket.start(&keys, 64))
        .unwrap()
        .unwrap()
        .bytes;
    assert_eq!(after, [&[0; 32], &before[32..]].concat());
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!((audited.erased.len(), audited.payloads.len()), (1, 2));
    let record = keys.replacen("keys", "records", 1);
    assert_eq!(versions_of(&store, &record).len(), 1);
    stays(&store, &record);
}
