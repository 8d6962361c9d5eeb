//! Whether a file holds a delivery that counts: its form, what signs it, and which repository it is about.

use super::{Given, MAX_DELIVERY_BYTES, Secret};
use model::program::{ForgeKind, RepositoryForge};
use sources::forge::answer::Unreadable;
use sources::forge::delivery::{BadDelivery, Delivery, without_end};
use sources::{github, gitlab};

/// The longest name of an event, or number of a delivery.
const MAX_NAME_CHARS: usize = 100;

/// Why a file is no delivery that counts.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryFault {
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
pub(super) struct Checked {
    pub(super) event: String,
    pub(super) delivery: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Why a file does not count.
#[derive(Debug)]
pub(super) enum Refused {
    Secret,
    Bad(DeliveryFault),
}

impl<E: Into<DeliveryFault>> From<E> for Refused {
    fn from(error: E) -> Refused {
        Refused::Bad(error.into())
    }
}

/// Returns the delivery in a file, if it counts.
pub(super) fn check(
    forge: &RepositoryForge,
    secret: &Secret,
    given: Given<'_>,
    bytes: &[u8],
) -> Result<Checked, Refused> {
    if bytes.len() > MAX_DELIVERY_BYTES {
        return Err(DeliveryFault::TooLong.into());
    }
    let delivery = Delivery::parse(bytes)?;
    if given.is_some() && !delivery.is_bare() {
        return Err(DeliveryFault::SaidTwice.into());
    }
    if delivery.body.len() > github::webhook::MAX_PAYLOAD_BYTES {
        return Err(DeliveryFault::TooLong.into());
    }
    match forge.kind {
        ForgeKind::Github => {
            use github::webhook::{DELIVERY_HEADER, EVENT_HEADER, SIGNATURE_HEADER};
            let delivery = delivery
                .with(EVENT_HEADER, given.event)
                .with(DELIVERY_HEADER, given.delivery)
                .with(SIGNATURE_HEADER, given.signature);
            of_github(forge, secret, &delivery)
        }
        ForgeKind::Gitlab => {
            use gitlab::webhook::{DELIVERY_HEADER, EVENT_HEADER};
            let delivery = delivery
                .with(EVENT_HEADER, given.event)
                .with(DELIVERY_HEADER, given.delivery);
            of_gitlab(forge, secret, &delivery)
        }
    }
}

fn of_github(
    forge: &RepositoryForge,
    secret: &Secret,
    delivery: &Delivery<'_>,
) -> Result<Checked, Refused> {
    use github::webhook::{DELIVERY_HEADER, EVENT_HEADER, SIGNATURE_HEADER};
    let secret = github::webhook::Secret::new(&secret.0).map_err(|_| Refused::Secret)?;
    let signature = delivery.header(SIGNATURE_HEADER);
    let signature = signature.ok_or(DeliveryFault::Absent {
        what: "what signs it",
        header: "X-Hub-Signature-256 (--signature)",
    })?;
    let body = signed(&secret, delivery.body, signature)?;
    let event = delivery.header(EVENT_HEADER).ok_or(DeliveryFault::Absent {
        what: "which event it is",
        header: "X-GitHub-Event (--event)",
    })?;
    if !github::webhook::is_event(event) {
        return Err(DeliveryFault::Event {
            forge: "GitHub",
            event: event.chars().take(MAX_NAME_CHARS).collect(),
        }
        .into());
    }
    github::webhook::happened(event, body)?;
    let about = github::webhook::payload(body)?.repository;
    is_of(forge, about.map(|it| it.full_name))?;
    let number = delivery.header(DELIVERY_HEADER);
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
) -> Result<&'a [u8], DeliveryFault> {
    use github::webhook::BadSignature;
    let wrong = |error| match error {
        BadSignature::Malformed => DeliveryFault::Malformed,
        BadSignature::Wrong => DeliveryFault::Signature,
        BadSignature::TooLong => DeliveryFault::TooLong,
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
    delivery: &Delivery<'_>,
) -> Result<Checked, Refused> {
    use gitlab::webhook::{BadToken, DELIVERY_HEADER, EVENT_HEADER, TOKEN_HEADER};
    let secret = gitlab::webhook::Secret::new(&secret.0).map_err(|_| Refused::Secret)?;
    let token = delivery.header(TOKEN_HEADER).ok_or(DeliveryFault::Absent {
        what: "the token that came with it",
        header: "X-Gitlab-Token",
    })?;
    let body = without_end(delivery.body);
    secret.verify(body, token).map_err(|error| match error {
        BadToken::Wrong => DeliveryFault::Token,
        BadToken::TooLong => DeliveryFault::TooLong,
    })?;
    let event = delivery.header(EVENT_HEADER).ok_or(DeliveryFault::Absent {
        what: "which event it is",
        header: "X-Gitlab-Event",
    })?;
    if !event.ends_with(" Hook") {
        return Err(DeliveryFault::Event {
            forge: "GitLab",
            event: event.chars().take(MAX_NAME_CHARS).collect(),
        }
        .into());
    }
    let about = gitlab::webhook::payload(body)?.project;
    is_of(forge, about.map(|it| it.path))?;
    let number = delivery.header(DELIVERY_HEADER);
    let event = name(Some(event), "X-Gitlab-Event")?.unwrap_or_default();
    Ok(Checked {
        event,
        delivery: name(number, "X-Gitlab-Event-UUID")?,
        body: body.to_vec(),
    })
}

fn is_of(forge: &RepositoryForge, found: Option<String>) -> Result<(), DeliveryFault> {
    let wanted = &forge.repository;
    match found {
        Some(found) if found.eq_ignore_ascii_case(wanted) => Ok(()),
        found => Err(DeliveryFault::Repository {
            found,
            wanted: wanted.clone(),
        }),
    }
}

fn name(text: Option<&str>, header: &'static str) -> Result<Option<String>, DeliveryFault> {
    let Some(text) = text else {
        return Ok(None);
    };
    let is_line = text.chars().count() <= MAX_NAME_CHARS && !text.contains(char::is_control);
    match is_line {
        true => Ok(Some(text.to_owned())),
        false => Err(DeliveryFault::Name { header }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Checked, DeliveryFault, Given, Refused, Secret};
    use model::program::{ForgeKind, RepositoryForge};

    const BODY: &str = r#"{"object_kind":"push","ref":"refs/heads/main","before":"6dcb09b5b57875f334f61aebed695e2e4193db5e","after":"893f768e172fb1bc9c5d6f3dd48557e45f14e01d","user_id":8,"user_username":"adamarsh","project":{"id":3,"path_with_namespace":"larkspur/shop"}}"#;

    fn check(head: &str, secret: &str) -> Result<Checked, Refused> {
        let forge = RepositoryForge {
            kind: ForgeKind::Gitlab,
            repository: "larkspur/shop".to_owned(),
            api: "https://gitlab.example/api/v4".to_owned(),
        };
        let text = format!("{head}\n\n{BODY}\n");
        let secret = Secret::new(secret.as_bytes().to_vec());
        super::check(&forge, &secret, Given::default(), text.as_bytes())
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
        assert!(matches!(refused(head, "hunter3"), DeliveryFault::Token));
        let absent = refused("X-Gitlab-Event: Push Hook", "hunter2");
        assert!(matches!(
            absent,
            DeliveryFault::Absent {
                header: "X-Gitlab-Token",
                ..
            }
        ));
        let event = refused("X-Gitlab-Event: push\nX-Gitlab-Token: hunter2", "hunter2");
        assert!(matches!(
            event,
            DeliveryFault::Event {
                forge: "GitLab",
                ..
            }
        ));
        assert!(matches!(check(head, ""), Err(Refused::Secret)));
    }
}
