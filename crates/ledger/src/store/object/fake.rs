//! A bucket in memory that speaks S3, stricter than real ones: pages are short, what is sent must be signed, and any
//! request can fail, before or after it was carried out.

use std::collections::BTreeMap;
use std::fmt;
use std::future::{Future, ready};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use object_store::HeaderMap;
use object_store::client::{
    HttpClient, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};

use crate::store::object::bucket::Bucket;
use crate::store::object::place::{Credentials, Lock, Place};
use crate::store::object::request::{Patience, Service};
use model::digest::Digest;

mod answer;

const PREFIX: &str = "some/prefix";

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is carried out and answered.
    None,
    /// It is not carried out, and answered with 500.
    Before,
    /// It is carried out, and answered with 500.
    After,
    /// It is carried out, and not answered.
    Lost,
    /// It is not carried out, and answered with 409, as S3 does where others write too.
    Conflict,
}

/// Says of each request of a machine, by its number, what becomes of it.
pub(super) type Plan = Box<dyn FnMut(u64, &str) -> Fault + Send>;

/// A bucket, to which any number of machines have access.
#[derive(Debug, Clone, Default)]
pub(super) struct FakeBucket {
    world: Arc<Mutex<World>>,
}

#[derive(Debug, Default)]
struct World {
    /// The versions of each key, the oldest first.
    objects: BTreeMap<String, Vec<Stored>>,
    versions: u64,
    default_retention: bool,
    has_no_lock: bool,
    /// Pages are as long as those of S3, rather than as short as can be.
    has_long_pages: bool,
    /// A list of versions has a next page behind every page, and nothing on any.
    lists_for_ever: bool,
}

#[derive(Debug, Clone)]
struct Stored {
    id: String,
    /// Nothing in a delete marker.
    bytes: Option<Vec<u8>>,
    until: Option<String>,
}

/// The line between one machine and the bucket.
struct Wire {
    world: Arc<Mutex<World>>,
    plan: Mutex<(u64, Plan)>,
}

impl FakeBucket {
    /// Returns the bucket as a machine sees it, on a line where nothing fails.
    pub(super) fn bucket(&self) -> Bucket {
        self.bucket_with(4, Box::new(|_, _| Fault::None))
    }

    /// Returns the bucket as a machine sees it that makes so many attempts on a line that fails by a plan.
    pub(super) fn bucket_with(&self, attempts: u32, plan: Plan) -> Bucket {
        let wire = Wire {
            world: self.world.clone(),
            plan: Mutex::new((0, plan)),
        };
        Bucket {
            service: Service {
                client: HttpClient::new(wire),
                place: Place::new("https://bucket.example", "r-1", "logs", PREFIX).unwrap(),
                credentials: Credentials::new("id", "secret", None).unwrap(),
                patience: Patience {
                    attempts,
                    pause: Duration::ZERO,
                },
            },
            lock: Lock::Until("2036-01-02T03:04:05Z".parse().unwrap()),
        }
    }

    /// Returns the names below the prefix, also those that are hidden by a delete marker.
    pub(super) fn names(&self, folder: &str) -> Vec<String> {
        let world = self.world();
        let names = world
            .objects
            .keys()
            .filter_map(|key| key.strip_prefix(&format!("{PREFIX}/")));
        names
            .filter(|name| name.starts_with(folder))
            .map(str::to_owned)
            .collect()
    }

    /// Returns the bytes of all versions of a name, the oldest first.
    pub(super) fn versions(&self, name: &str) -> Vec<Option<Vec<u8>>> {
        let world = self.world();
        let versions = world
            .objects
            .get(&format!("{PREFIX}/{name}"))
            .into_iter()
            .flatten();
        versions.map(|stored| stored.bytes.clone()).collect()
    }

    /// Returns whether bytes stand anywhere in the bucket, in any version.
    pub(super) fn has_anywhere(&self, bytes: &[u8]) -> bool {
        let world = self.world();
        let stored = world
            .objects
            .values()
            .flatten()
            .filter_map(|stored| stored.bytes.as_ref());
        stored
            .into_iter()
            .any(|stored| stored.windows(bytes.len()).any(|window| window == bytes))
    }

    /// Puts other bytes over an object, as whoever may write can.
    pub(super) fn replace(&self, name: &str, bytes: &[u8]) {
        self.world()
            .store(&format!("{PREFIX}/{name}"), Some(bytes.to_vec()), None);
    }

    /// Puts a delete marker over an object, as whoever may write can.
    pub(super) fn hide(&self, name: &str) {
        self.world().store(&format!("{PREFIX}/{name}"), None, None);
    }

    /// Destroys an object with all its versions, locked or not, as only who runs the service can.
    pub(super) fn destroy(&self, name: &str) {
        self.world().objects.remove(&format!("{PREFIX}/{name}"));
    }

    /// Lets the bucket lock whatever is put into it, or nothing at all.
    pub(super) fn lock_by_default(&self, whether: bool) {
        let mut world = self.world();
        (world.default_retention, world.has_no_lock) = (whether, !whether);
    }

    /// Puts the same bytes over an object so many times, in a bucket whose pages are as long as those of S3.
    pub(super) fn bury(&self, name: &str, bytes: &[u8], times: usize) {
        self.world().has_long_pages = true;
        for _ in 0..times {
            self.replace(name, bytes);
        }
    }

    /// Lets no list of versions come to an end.
    pub(super) fn list_for_ever(&self) {
        self.world().lists_for_ever = true;
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

impl World {
    fn store(&mut self, key: &str, bytes: Option<Vec<u8>>, until: Option<String>) -> String {
        self.versions += 1;
        let id = format!("v/{:06}", self.versions);
        let stored = Stored {
            id: id.clone(),
            bytes,
            until,
        };
        self.objects.entry(key.to_owned()).or_default().push(stored);
        id
    }

    fn newest(&self, key: &str) -> Option<&Stored> {
        let newest = self.objects.get(key)?.last()?;
        newest.bytes.is_some().then_some(newest)
    }
}

impl Stored {
    /// Equal bytes have equal tags, as in S3.
    fn e_tag(&self) -> String {
        let digest = Digest::of(self.bytes.as_deref().unwrap_or_default()).to_string();
        format!("\"{}\"", &digest[..32])
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Wire")
    }
}

impl Wire {
    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, HttpError> {
        let fault = {
            let mut plan = self.plan.lock().unwrap();
            plan.0 += 1;
            let number = plan.0 - 1;
            (plan.1)(number, &format!("{} {}", request.method(), request.uri()))
        };
        let mut world = self.world.lock().unwrap();
        let broken = || {
            respond(
                500,
                "<Error><Code>InternalError</Code><Message>m</Message></Error>",
            )
        };
        match fault {
            Fault::None => Ok(answer::of(&mut world, request)),
            Fault::Before => Ok(broken()),
            Fault::After => {
                drop(answer::of(&mut world, request));
                Ok(broken())
            }
            Fault::Lost => {
                drop(answer::of(&mut world, request));
                let nothing = io::Error::from(io::ErrorKind::TimedOut);
                Err(HttpError::new(HttpErrorKind::Timeout, nothing))
            }
            Fault::Conflict => Ok(respond(
                409,
                "<Error><Code>ConditionalRequestConflict</Code></Error>",
            )),
        }
    }
}

// As `async_trait` writes it out.
impl HttpService for Wire {
    fn call<'s, 'f>(
        &'s self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(ready(self.answer(&request)))
    }
}

fn respond(status: u16, body: &str) -> HttpResponse {
    respond_with(status, body.as_bytes().to_vec(), HeaderMap::new())
}

fn respond_with(status: u16, body: Vec<u8>, headers: HeaderMap) -> HttpResponse {
    let mut response = HttpResponse::new(HttpResponseBody::from(body));
    *response.status_mut() = status.try_into().unwrap();
    *response.headers_mut() = headers;
    response
}
