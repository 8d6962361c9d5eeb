//! What its operator does with the key of a log: looks at it, replaces it, revokes one, gives it up as lost.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ledger::keyfile::{self, KeyFileError, PrivateKey};
use ledger::keys::history::KeyHistory;
use ledger::place::home::{Home, Place};
use ledger::signer::NewKey;
use ledger::signer::agent::{NoPublicKey, public_key};
use ledger::succession::{ChangeError, Occasion};

use super::reader;
use crate::log::LogError;

/// The longest file of a public key that is read.
const MAX_PUBLIC_KEY_BYTES: u64 = 16 << 10;

/// The key of a log as it stands.
#[derive(Debug)]
pub struct KeyStatus {
    /// Where the log is, if machines share it: each that appends needs the key.
    pub shared: Option<String>,
    /// The key in force.
    pub key: String,
    /// Where the private half comes from.
    pub private: PrivateKey,
    /// The keys that the log has had.
    pub keys: KeyHistory,
}

/// Why the operator's wish for a key was not done.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A file of a key cannot be used.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The file of an agent's public key cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of an agent's public key holds none.
    #[error("{} holds no key of an agent that can sign for a log", path.display())]
    NoPublicKey {
        /// The file.
        path: PathBuf,
        /// What is expected.
        source: NoPublicKey,
    },
    /// The key was given to this machine.
    #[error(
        "the log's key is given by {} or {}, and what they give is changed by hand: put its text into {}, readable by you alone, run this without them, and let them give the new text of that file",
        keyfile::VARIABLE, keyfile::COMMAND_VARIABLE, path.display()
    )]
    Given {
        /// Where a key lies that can be changed.
        path: PathBuf,
    },
    /// The key was not changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// What is said of a change, and what it needs of its machine.
pub struct Wish<'w> {
    /// Why, in one line.
    pub reason: Option<&'w str>,
    /// The moment.
    pub now: Timestamp,
    /// Gives 32 random bytes at each call.
    pub entropy: &'w mut dyn FnMut() -> [u8; 32],
}

impl<'w> Wish<'w> {
    fn occasion(&mut self) -> Occasion<'_> {
        Occasion {
            reason: self.reason,
            at: self.now,
            entropy: self.entropy,
        }
    }

    /// Returns the key of an agent, or one that random bytes make.
    fn new_key(&mut self, agent: Option<[u8; 32]>) -> NewKey {
        agent.map_or_else(|| NewKey::Seed((self.entropy)()), NewKey::Agent)
    }
}

/// Returns the key of a log.
pub fn show(home: &Home) -> Result<KeyStatus, KeyError> {
    let reader = reader(home)?;
    let signed = reader.checkpoint().map_err(LogError::from)?;
    let entries = reader.entries(0..signed.checkpoint.size());
    let entries = entries.map_err(LogError::from)?;
    Ok(KeyStatus {
        shared: match &home.place {
            Place::Folder => None,
            place => Some(place.to_string()),
        },
        key: signed.key.to_string(),
        private: match &home.keys.given {
            Some(given) if given.verifier() == signed.key => PrivateKey::Given,
            Some(_) | None => keyfile::private_key(&home.folder, &signed.key)?,
        },
        keys: reader.keys(&entries, &signed.key).map_err(LogError::from)?,
    })
}

/// Returns the public half of an agent's key, from a file as `ssh-keygen` writes it.
pub fn read_agent_key(path: &Path) -> Result<[u8; 32], KeyError> {
    let read = |path: &Path| io::read_to_string(File::open(path)?.take(MAX_PUBLIC_KEY_BYTES));
    let text = read(path).map_err(|source| KeyError::Read {
        path: path.to_owned(),
        source,
    })?;
    public_key(&text).map_err(|source| KeyError::NoPublicKey {
        path: path.to_owned(),
        source,
    })
}

/// Returns a ledger whose key lies in the folder of this machine.
fn here(home: &Home) -> Result<&Home, KeyError> {
    match home.keys.given {
        None => Ok(home),
        Some(_) => Err(KeyError::Given {
            path: keyfile::private_path(&home.folder),
        }),
    }
}

/// Hands the log over to a new key: one that an agent holds, by its public half, else one in a file.
pub fn rotate(
    home: &Home,
    agent: Option<[u8; 32]>,
    mut wish: Wish<'_>,
) -> Result<KeyStatus, KeyError> {
    let new = wish.new_key(agent);
    let mut ledger = here(home)?.open().map_err(LogError::from)?;
    ledger.rotate(&new, &home.keys, wish.occasion())?;
    show(home)
}

/// Declares an earlier key to be no longer believed from a leaf on.
pub fn revoke(
    home: &Home,
    key: &str,
    since: Option<u64>,
    mut wish: Wish<'_>,
) -> Result<KeyStatus, KeyError> {
    let mut ledger = here(home)?.open().map_err(LogError::from)?;
    ledger.revoke(key, since, wish.occasion())?;
    show(home)
}

/// Lets a new key take over a log whose private key is gone.
pub fn lost(
    home: &Home,
    agent: Option<[u8; 32]>,
    mut wish: Wish<'_>,
) -> Result<KeyStatus, KeyError> {
    let new = wish.new_key(agent);
    here(home)?.take_over_lost(&new, wish.occasion())?;
    show(home)
}
