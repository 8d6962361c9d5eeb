//! Records what a forge sent by itself: deliveries of a webhook that were kept in files.
//!
//! Its secret is the operator's too, so what it signs is collected and no more. Number, event and moment of a delivery stand
//! in headers that nothing signs: the same body is recorded once, whatever they say.

use super::facts::each;
use super::record::{About, Kept, Question};
use crate::collect::{self, CollectError, Request};
use crate::gate::GateError;
use crate::log::LogError;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, ReadError, Reader};
use model::digest::Digest;
use model::program::RepositoryForge;
use sources::github;
use std::collections::BTreeSet;

mod check;

pub use check::DeliveryFault;
use check::{Checked, Refused, check};

/// The most bytes of a file: the largest payload, and headers before it.
pub const MAX_DELIVERY_BYTES: usize = github::webhook::MAX_PAYLOAD_BYTES + (64 << 10);

/// The secret of a webhook, which nothing shows.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Returns the secret that these bytes are.
    pub fn new(bytes: Vec<u8>) -> Secret {
        Secret(bytes)
    }
}

/// What the operator says of a body that was kept without its headers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// The name of the event.
    pub event: Option<&'a str>,
    /// The number of the delivery.
    pub delivery: Option<&'a str>,
    /// What the header with the signature said.
    pub signature: Option<&'a str>,
}

impl Given<'_> {
    /// Returns whether anything is said.
    pub fn is_some(&self) -> bool {
        self.event.or(self.delivery).or(self.signature).is_some()
    }
}

/// One file.
#[derive(Debug)]
pub struct DeliveryFile<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// What became of the files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The leaves of what was recorded.
    pub leaves: Vec<u64>,
    /// Files whose body the log held, or that say the same as another one.
    pub known: u64,
}

/// A file that is not recorded, and the others with it.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Repository, program or ledger cannot be used.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The program names no forge.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The secret is none.
    #[error("the secret of the webhook is empty or too long")]
    NoSecret,
    /// A file is no delivery that counts.
    #[error("{name} is not recorded")]
    Bad {
        /// The file.
        name: String,
        /// Why.
        source: DeliveryFault,
    },
}

/// Records deliveries of the forge's webhook; where one does not count, none is recorded.
pub fn record(
    mut request: Request<'_>,
    secret: &Secret,
    given: Given<'_>,
    files: &[DeliveryFile<'_>],
) -> Result<Recorded, WebhookError> {
    let found = collect::find(&request)?;
    let (program, named) = collect::program_of(&found, &request)?;
    let mut entries = program.repositories.iter();
    let entry = entries.find(|entry| entry.name == named);
    let forge = entry.and_then(|entry| entry.forge.as_ref());
    let forge = forge.ok_or_else(|| GateError::NoForge {
        repository: named.clone(),
    })?;
    let mut checked = Vec::new();
    for file in files {
        let one = check(forge, secret, given, file.bytes);
        checked.push(one.map_err(|source| match source {
            Refused::Secret => WebhookError::NoSecret,
            Refused::Bad(source) => WebhookError::Bad {
                name: file.name.to_owned(),
                source,
            },
        })?);
    }
    let mut log = collect::open_log(&found.home, &mut request)?;
    loop {
        let entries = log.entries()?;
        let known = known(log.reader(), &entries, (&named, forge));
        let mut known = known.map_err(LogError::from)?;
        let new = checked.iter().filter(|it| known.insert(digest(&it.body)));
        let kept = new.map(|it| kept(it, forge, (&named, entries.len() as u64), request.now));
        let leaves: Vec<NewLeaf> = kept.collect();
        let count = leaves.len() as u64;
        if leaves.is_empty() {
            return Ok(Recorded {
                leaves: Vec::new(),
                known: checked.len() as u64,
            });
        }
        let size = entries.len() as u64;
        let appended = log.append_at(size, leaves, request.now, &mut request.entropy)?;
        if let Some(appended) = appended {
            return Ok(Recorded {
                leaves: appended.leaves,
                known: checked.len() as u64 - count,
            });
        }
    }
}

fn digest(body: &[u8]) -> Digest {
    Digest::of(body)
}

/// Returns the digests of the bodies that the log holds of this repository, as they came.
fn known(
    reader: &Reader,
    entries: &[Entry],
    (named, forge): (&str, &RepositoryForge),
) -> Result<BTreeSet<Digest>, ReadError> {
    let mut known = BTreeSet::new();
    let head = |_: &Entry, _, payload: &[u8]| Kept::head(payload);
    each(reader, entries, head, |found| {
        if let Some(kept) = found.held
            && kept.is_of(named, forge)
            && let About::Webhook { body_sha256, .. } = kept.record.about
        {
            known.insert(body_sha256);
        }
    })?;
    Ok(known)
}

fn kept(
    checked: &Checked,
    forge: &RepositoryForge,
    (named, log_size): (&str, u64),
    now: jiff::Timestamp,
) -> NewLeaf {
    let about = About::Webhook {
        event: checked.event.clone(),
        delivery: checked.delivery.clone(),
        body_sha256: digest(&checked.body),
    };
    let RepositoryForge {
        kind,
        repository,
        api,
    } = forge;
    let mut kept = Kept::new(kind.name(), api, repository, named, about);
    kept.add_body(Question::Payload, now, checked.body.clone());
    kept.record.log_size = log_size;
    NewLeaf::new(LeafKind::Forge, kept.payload())
}
