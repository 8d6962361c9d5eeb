//! What signs for a log: a private key in a file, or one that an SSH agent holds.

use std::fmt;
use std::path::{Path, PathBuf};

use tlog::key::{KeyError, KeyName, SignerKey, VerifierKey};
use tlog::note::{Note, NoteError, Signature};

use crate::keyfile;
use crate::signer::agent::AgentError;

pub mod agent;

/// What the line of a key in an agent begins with; the verifier key follows.
const AGENT_PREFIX: &str = "agent ";

/// Where private keys may lie besides their file; the edge of the program knows.
#[derive(Debug, Clone, Default)]
pub struct KeySources {
    /// The key itself, where it was given otherwise than by a file in the folder; it comes before that file.
    pub given: Option<SignerKey>,
    /// The variable that gave it.
    pub given_by: Option<&'static str>,
    /// The socket of an SSH agent.
    pub agent: Option<PathBuf>,
}

impl KeySources {
    /// Returns what errors call the place of the key that is used.
    pub(crate) fn named(&self) -> &'static str {
        match (&self.given, self.given_by) {
            (None, _) => keyfile::PRIVATE,
            (Some(_), Some(variable)) => variable,
            (Some(_), None) => "the key that was given",
        }
    }
}

/// A key that is to sign for a log from now on.
#[derive(Clone, PartialEq, Eq)]
pub enum NewKey {
    /// The key that these 32 random bytes make, kept in a file.
    Seed([u8; 32]),
    /// The public half of an Ed25519 key that an SSH agent holds.
    Agent([u8; 32]),
}

impl fmt::Debug for NewKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NewKey(…)")
    }
}

/// The key of a log that this machine can sign with.
#[derive(Debug, Clone)]
pub(crate) enum LogKey {
    /// Here.
    Seed(SignerKey),
    /// In the agent behind a socket, if there is one.
    Agent {
        key: VerifierKey,
        socket: Option<PathBuf>,
    },
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The key lies in an agent, and no agent runs.
    #[error(
        "the log's key lies in an SSH agent, and SSH_AUTH_SOCK names none: start one with `eval $(ssh-agent)` and add the key with `ssh-add`"
    )]
    NoAgent,
    /// The agent did not sign.
    #[error("the SSH agent behind {} does not sign with the log's key", socket.display())]
    Agent {
        /// Its socket.
        socket: PathBuf,
        /// Why.
        source: AgentError,
    },
    /// The agent signed with something else.
    #[error("what the SSH agent behind {} answered is no signature of the log's key", socket.display())]
    Forged {
        /// Its socket.
        socket: PathBuf,
    },
}

/// Why a text could not be signed into a note.
#[derive(Debug, thiserror::Error)]
pub enum NoteSignError {
    /// A key did not sign.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The text fits no note.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// The keys that this machine can sign with: the one in force, and one that is to follow it.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldKeys {
    pub(crate) current: Option<LogKey>,
    pub(crate) heir: Option<LogKey>,
}

impl HeldKeys {
    /// Returns the key with this public half, if it is held.
    pub(crate) fn of(&self, key: &VerifierKey) -> Option<&LogKey> {
        let mut held = self.current.iter().chain(&self.heir);
        held.find(|held| held.verifier() == *key)
    }
}

impl LogKey {
    /// Returns the key of a log of this name.
    pub(crate) fn new(
        name: KeyName,
        new: &NewKey,
        sources: &KeySources,
    ) -> Result<LogKey, KeyError> {
        Ok(match new {
            NewKey::Seed(seed) => LogKey::Seed(SignerKey::from_seed(name, seed)),
            NewKey::Agent(public) => LogKey::Agent {
                key: VerifierKey::from_public_bytes(name, public)?,
                socket: sources.agent.clone(),
            },
        })
    }

    /// Returns the key that a line in a file names.
    pub(crate) fn parse(line: &str, sources: &KeySources) -> Result<LogKey, KeyError> {
        match line.strip_prefix(AGENT_PREFIX) {
            Some(key) => Ok(LogKey::Agent {
                key: key.trim().parse()?,
                socket: sources.agent.clone(),
            }),
            None => Ok(LogKey::Seed(line.parse()?)),
        }
    }

    /// Returns the line that [`LogKey::parse`] reads.
    pub(crate) fn line(&self) -> String {
        match self {
            LogKey::Seed(key) => key.to_secret_text(),
            LogKey::Agent { key, .. } => format!("{AGENT_PREFIX}{key}"),
        }
    }

    /// Returns the public half.
    pub(crate) fn verifier(&self) -> VerifierKey {
        match self {
            LogKey::Seed(key) => key.verifier(),
            LogKey::Agent { key, .. } => key.clone(),
        }
    }

    /// Returns the signature line of the key over a text.
    pub(crate) fn signature(&self, text: &str) -> Result<Signature, SignerError> {
        let bytes = match self {
            LogKey::Seed(key) => key.sign(text).to_vec(),
            LogKey::Agent { key, socket } => {
                let socket = socket.as_deref().ok_or(SignerError::NoAgent)?;
                of_agent(key, socket, text)?
            }
        };
        Ok(Signature::by(&self.verifier(), bytes))
    }
}

impl From<SignerKey> for LogKey {
    fn from(key: SignerKey) -> LogKey {
        LogKey::Seed(key)
    }
}

/// Returns a text with the signatures of all these keys.
pub(crate) fn sign(text: &str, keys: &[&LogKey]) -> Result<Note, NoteSignError> {
    let lines: Result<Vec<Signature>, SignerError> =
        keys.iter().map(|key| key.signature(text)).collect();
    Ok(Note::of(text, lines?)?)
}

/// A key in an agent signs what is asked of it, so a signature that does not verify is the agent's fault.
fn of_agent(key: &VerifierKey, socket: &Path, text: &str) -> Result<Vec<u8>, SignerError> {
    let signed = agent::sign(socket, key.public_bytes(), text.as_bytes());
    let signature = signed.map_err(|source| SignerError::Agent {
        socket: socket.to_owned(),
        source,
    })?;
    match key.accepts(text, &signature) {
        true => Ok(signature.to_vec()),
        false => Err(SignerError::Forged {
            socket: socket.to_owned(),
        }),
    }
}
