//! Records what a forge sent by itself: deliveries of a webhook that were kept in files.
//!
//! Its secret is the operator's too, so what it signs is collected and no more. Number, event and moment of a delivery stand
//! in headers that nothing signs: the same body is recorded once, whatever they say.

use super::facts::each;
use super::record::{About, Kept, Question};
use crate::collect::{self, CollectError, Request};
use crate::gate::GateError;
use crate::log::{Log, LogError};
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, ReadError, Reader};
use model::digest::Digest;
use model::program::RepositoryForge;
use sources::forge::answer::Unreadable;
use sources::forge::delivery::{BadDelivery, Delivery, without_end};
use sources::{github, gitlab};
use std::collections::BTreeSet;

/// The most bytes of a file: the largest payload, and headers before it.
pub const MAX_DELIVERY_BYTES: usize = github::webhook::MAX_PAYLOAD_BYTES + (64 << 10);

/// The longest name of an event, or number of a delivery.
const MAX_NAME_CHARS: usize = 100;

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
pub struct Wish<'a> {
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
        source: BadHook,
    },
}

/// Why a file is no delivery that counts.
#[derive(Debug, thiserror::Error)]
pub enum BadHook {
    /// It is in no form that is known.
    #[error(transparent)]
    Form(#[from] BadDelivery),
    /// It is too long.
    #[error("it has more than {} bytes", github::webhook::MAX_PAYLOAD_BYTES)]
    TooLong,
    /// Headers and options say it twice.
    #[error("it has headers of its own, and says by itself what the options say")]
    SaidTwice,
    /// A header is missing.
    #[error("it does not say {what}: no header {header}")]
    Absent {
        /// What is missing.
        what: &'static str,
        /// The header.
        header: &'static str,
    },
    /// It is too long to be a name.
    #[error("what stands in {header} is no line of at most {MAX_NAME_CHARS} characters")]
    Name {
        /// The header.
        header: &'static str,
    },
    /// No forge sends such an event.
    #[error("{forge} sends no event `{event}`")]
    Event {
        /// The forge.
        forge: &'static str,
        /// The name.
        event: String,
    },
    /// The signature is not written as one.
    #[error("the header X-Hub-Signature-256 is not `sha256=` and 64 hexadecimal characters")]
    Malformed,
    /// The signature is of something else.
    #[error("the signature is not of this body by this secret")]
    Signature,
    /// The token is another.
    #[error("the header X-Gitlab-Token is not the token of this webhook")]
    Token,
    /// The body cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It is about another repository, or about none.
    #[error("it is about {}, and not about {wanted}", found.as_deref().unwrap_or("no repository"))]
    Repository {
        /// The repository that it names.
        found: Option<String>,
        /// The one of the program.
        wanted: String,
    },
}

/// A delivery that counts.
#[derive(Debug)]
struct Checked {
    event: String,
    delivery: Option<String>,
    body: Vec<u8>,
}

/// Records deliveries of the forge's webhook; where one does not count, none is recorded.
pub fn record(
    mut request: Request<'_>,
    secret: &Secret,
    given: Given<'_>,
    wishes: &[Wish<'_>],
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
    for wish in wishes {
        let one = check(forge, secret, given, wish.bytes);
        checked.push(one.map_err(|source| match source {
            Refused::Secret => WebhookError::NoSecret,
            Refused::Bad(source) => WebhookError::Bad {
                name: wish.name.to_owned(),
                source,
            },
        })?);
    }
    let mut log = Log::open_or_create(&found.home, request.entropy)?;
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

/// Why a file does not count.
#[derive(Debug)]
enum Refused {
    Secret,
    Bad(BadHook),
}

impl<E: Into<BadHook>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Bad(error.into())
    }
}

fn check(
    forge: &RepositoryForge,
    secret: &Secret,
    given: Given<'_>,
    bytes: &[u8],
) -> Result<Checked, Refused> {
    if bytes.len() > MAX_DELIVERY_BYTES {
        return Err(BadHook::TooLong.into());
    }
    let delivery = Delivery::parse(bytes)?;
    if given.is_some() && !delivery.is_bare() {
        return Err(BadHook::SaidTwice.into());
    }
    if delivery.body.len() > github::webhook::MAX_PAYLOAD_BYTES {
        return Err(BadHook::TooLong.into());
    }
    match forge.kind.name() {
        "gitlab" => of_gitlab(forge, secret, given, &delivery),
        _ => of_github(forge, secret, given, &delivery),
    }
}

fn of_github(
    forge: &RepositoryForge,
    secret: &Secret,
    given: Given<'_>,
    delivery: &Delivery<'_>,
) -> Result<Checked, Refused> {
    use github::webhook::{DELIVERY_HEADER, EVENT_HEADER, SIGNATURE_HEADER};
    let secret = github::webhook::Secret::new(&secret.0).map_err(|_| Refused::Secret)?;
    let signature = given
        .signature
        .or_else(|| delivery.header(SIGNATURE_HEADER));
    let signature = signature.ok_or(BadHook::Absent {
        what: "what signs it",
        header: "X-Hub-Signature-256 (--signature)",
    })?;
    let body = signed(&secret, delivery.body, signature)?;
    let event = given.event.or_else(|| delivery.header(EVENT_HEADER));
    let event = event.ok_or(BadHook::Absent {
        what: "which event it is",
        header: "X-GitHub-Event (--event)",
    })?;
    if !github::webhook::is_event(event) {
        return Err(BadHook::Event {
            forge: "GitHub",
            event: event.chars().take(MAX_NAME_CHARS).collect(),
        }
        .into());
    }
    github::webhook::happened(event, body)?;
    let about = github::webhook::payload(body)?.repository;
    is_of(forge, about.map(|it| it.full_name))?;
    let number = given.delivery.or_else(|| delivery.header(DELIVERY_HEADER));
    Ok(Checked {
        event: event.to_owned(),
        delivery: name(number, "X-GitHub-Delivery")?,
        body: body.to_vec(),
    })
}

/// Returns the body that was signed: an editor ends a file with a line feed that was not sent.
fn signed<'a>(
    secret: &github::webhook::Secret,
    body: &'a [u8],
    signature: &str,
) -> Result<&'a [u8], BadHook> {
    use github::webhook::BadSignature;
    let wrong = |error| match error {
        BadSignature::Malformed => BadHook::Malformed,
        BadSignature::Wrong => BadHook::Signature,
        BadSignature::TooLong => BadHook::TooLong,
    };
    match secret.verify(body, signature) {
        Ok(()) => Ok(body),
        Err(BadSignature::Wrong) => {
            let body = without_end(body);
            secret.verify(body, signature).map(|()| body).map_err(wrong)
        }
        Err(error) => Err(wrong(error)),
    }
}

/// The token is the secret itself: it is taken from the headers of a delivery only, and never kept.
fn of_gitlab(
    forge: &RepositoryForge,
    secret: &Secret,
    given: Given<'_>,
    delivery: &Delivery<'_>,
) -> Result<Checked, Refused> {
    use gitlab::webhook::{BadToken, DELIVERY_HEADER, EVENT_HEADER, TOKEN_HEADER};
    let secret = gitlab::webhook::Secret::new(&secret.0).map_err(|_| Refused::Secret)?;
    let token = delivery.header(TOKEN_HEADER).ok_or(BadHook::Absent {
        what: "the token that came with it",
        header: "X-Gitlab-Token",
    })?;
    let body = without_end(delivery.body);
    secret.verify(body, token).map_err(|error| match error {
        BadToken::Wrong => BadHook::Token,
        BadToken::TooLong => BadHook::TooLong,
    })?;
    let event = given.event.or_else(|| delivery.header(EVENT_HEADER));
    let event = event.ok_or(BadHook::Absent {
        what: "which event it is",
        header: "X-Gitlab-Event",
    })?;
    if !event.ends_with(" Hook") {
        return Err(BadHook::Event {
            forge: "GitLab",
            event: event.chars().take(MAX_NAME_CHARS).collect(),
        }
        .into());
    }
    let about = gitlab::webhook::payload(body)?.project;
    is_of(forge, about.map(|it| it.path))?;
    let number = given.delivery.or_else(|| delivery.header(DELIVERY_HEADER));
    let event = name(Some(event), "X-Gitlab-Event")?.unwrap_or_default();
    Ok(Checked {
        event,
        delivery: name(number, "X-Gitlab-Event-UUID")?,
        body: body.to_vec(),
    })
}

fn is_of(forge: &RepositoryForge, found: Option<String>) -> Result<(), BadHook> {
    let wanted = &forge.repository;
    match found {
        Some(found) if found.eq_ignore_ascii_case(wanted) => Ok(()),
        found => Err(BadHook::Repository {
            found,
            wanted: wanted.clone(),
        }),
    }
}

fn name(text: Option<&str>, header: &'static str) -> Result<Option<String>, BadHook> {
    let Some(text) = text else {
        return Ok(None);
    };
    let is_line = text.chars().count() <= MAX_NAME_CHARS && !text.contains(char::is_control);
    match is_line {
        true => Ok(Some(text.to_owned())),
        false => Err(BadHook::Name { header }),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadHook, Checked, Delivery, Given, Refused, Secret, of_gitlab};
    use model::program::{ForgeKind, RepositoryForge};

    const BODY: &str = r#"{"object_kind":"push","ref":"refs/heads/main","before":"6dcb09b5b57875f334f61aebed695e2e4193db5e","after":"893f768e172fb1bc9c5d6f3dd48557e45f14e01d","user_id":8,"user_username":"adamarsh","project":{"id":3,"path_with_namespace":"larkspur/shop"}}"#;

    fn check(head: &str, secret: &str) -> Result<Checked, Refused> {
        let forge = RepositoryForge {
            kind: ForgeKind::Github,
            repository: "larkspur/shop".to_owned(),
            api: "https://gitlab.example/api/v4".to_owned(),
        };
        let text = format!("{head}\n\n{BODY}\n");
        let delivery = Delivery::parse(text.as_bytes()).unwrap();
        let secret = Secret::new(secret.as_bytes().to_vec());
        of_gitlab(&forge, &secret, Given::default(), &delivery)
    }

    #[test]
    fn the_token_of_gitlab_is_compared_and_never_kept() {
        let head = "X-Gitlab-Event: Push Hook\nX-Gitlab-Token: hunter2\nX-Gitlab-Event-UUID: 7";
        let checked = check(head, "hunter2").unwrap();
        assert_eq!(checked.event, "Push Hook");
        assert_eq!(checked.delivery.as_deref(), Some("7"));
        assert_eq!(checked.body, BODY.as_bytes());
        let refused = |head, secret| match check(head, secret) {
            Err(Refused::Bad(bad)) => bad,
            other => panic!("{other:?}"),
        };
        assert!(matches!(refused(head, "hunter3"), BadHook::Token));
        let absent = refused("X-Gitlab-Event: Push Hook", "hunter2");
        assert!(matches!(
            absent,
            BadHook::Absent {
                header: "X-Gitlab-Token",
                ..
            }
        ));
        let event = refused("X-Gitlab-Event: push\nX-Gitlab-Token: hunter2", "hunter2");
        assert!(matches!(
            event,
            BadHook::Event {
                forge: "GitLab",
                ..
            }
        ));
        assert!(matches!(check(head, ""), Err(Refused::Secret)));
    }
}
