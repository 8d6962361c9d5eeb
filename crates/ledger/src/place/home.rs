//! What a machine opens a ledger with, wherever that is kept: a folder of its own, a key, and who it is elsewhere.

use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;
use tlog::key::{KeyError, SignerKey};

use crate::Ledger;
use crate::file::FileError;
use crate::keyfile;
use crate::open::OpenError;
use crate::read::{ReadError, Reader};
use crate::signer::{KeySources, NewKey};
use crate::store::git::remote::Remote;
#[cfg(feature = "object-store")]
use crate::store::object::{
    open::Settings,
    place::{Credentials, Lock, PlaceError},
};
use crate::succession::{ChangeError, Occasion};
use crate::tiles;

/// A ledger as one machine reaches it.
#[derive(Debug, Clone)]
pub struct Home {
    /// The folder of the ledger, or what the machine keeps of one that lies elsewhere.
    pub folder: PathBuf,
    /// Where it is.
    pub place: Place,
    /// Where the key of the log may lie besides the folder.
    pub keys: KeySources,
}

/// Where a ledger is, with what it takes to ask there.
#[derive(Debug, Clone)]
pub enum Place {
    /// In the folder of the machine.
    Folder,
    /// On a git remote.
    Remote(Remote),
    /// In a bucket.
    #[cfg(feature = "object-store")]
    Bucket(Box<Settings>),
}

/// Who asks an object store, and where, as the usual variables say; `Debug` shows no secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cloud {
    /// `AWS_ENDPOINT_URL`; that of AWS where there is none.
    pub endpoint: Option<String>,
    /// `AWS_REGION`.
    pub region: Option<String>,
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: Option<String>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: Option<String>,
    /// `AWS_SESSION_TOKEN`, where the keys expire.
    pub session_token: Option<String>,
    /// Random bytes, other ones in each process.
    pub writer: [u8; 16],
}

/// Why nothing can be asked of a bucket.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// This build cannot.
    #[error(
        "this build of Countersign speaks to no bucket: use one with the feature `object-store`"
    )]
    NotBuilt,
    /// A variable is not set.
    #[error("{variable} is not set, and a ledger in a bucket needs it")]
    Unset {
        /// Which.
        variable: &'static str,
    },
    /// Place or credentials are none.
    #[cfg(feature = "object-store")]
    #[error("the bucket cannot be asked")]
    Place(#[from] PlaceError),
}

/// Returns the private key that a text holds, as `log.key` does; the error says nothing of the text.
pub fn parse_key(text: &str) -> Result<SignerKey, GivenKeyError> {
    text.trim()
        .parse()
        .map_err(|_: KeyError| GivenKeyError::NoKey)
}

/// Why a key that was given cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GivenKeyError {
    /// It is no key.
    #[error("it is not the private key of a log, as log.key holds it")]
    NoKey,
}

impl Place {
    /// Returns the place in a bucket; what is written there now is locked for so many days, or not at all for none.
    #[cfg(feature = "object-store")]
    pub fn bucket(
        (bucket, prefix): (&str, &str),
        cloud: &Cloud,
        retention_days: u32,
        now: Timestamp,
    ) -> Result<Place, CloudError> {
        use crate::store::object::place::Place as Address;
        let region = set(&cloud.region, "AWS_REGION")?;
        let place = match &cloud.endpoint {
            Some(endpoint) => Address::new(endpoint, region, bucket, prefix),
            None => Address::of_aws(region, bucket, prefix),
        };
        let credentials = Credentials::new(
            set(&cloud.key_id, "AWS_ACCESS_KEY_ID")?,
            set(&cloud.secret_key, "AWS_SECRET_ACCESS_KEY")?,
            cloud.session_token.as_deref(),
        );
        let lock = match retention_days {
            0 => Lock::None,
            days => Lock::for_days(now, days)?,
        };
        Ok(Place::Bucket(Box::new(Settings {
            place: place?,
            credentials: credentials?,
            lock,
            writer: cloud.writer,
        })))
    }

    /// Returns an error: this build speaks to no bucket.
    #[cfg(not(feature = "object-store"))]
    pub fn bucket(
        _: (&str, &str),
        _: &Cloud,
        _retention_days: u32,
        _now: Timestamp,
    ) -> Result<Place, CloudError> {
        Err(CloudError::NotBuilt)
    }
}

#[cfg(feature = "object-store")]
fn set<'v>(value: &'v Option<String>, variable: &'static str) -> Result<&'v str, CloudError> {
    value.as_deref().ok_or(CloudError::Unset { variable })
}

impl Home {
    /// Returns the ledger in a folder of this machine, with the key that lies there.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Home {
        Home {
            folder: folder.into(),
            place: Place::Folder,
            keys: KeySources::default(),
        }
    }

    /// Returns the ledger, created with this origin and seed where there is none; a key that was given begins none.
    pub fn open_or_create(&self, origin: &str, seed: [u8; 32]) -> Result<Ledger, OpenError> {
        if self.keys.given.is_some() {
            return self.open();
        }
        match &self.place {
            Place::Folder => Ledger::open_or_create_with(&self.folder, origin, seed, &self.keys),
            Place::Remote(remote) => {
                let new = (origin, seed);
                Ledger::open_or_create_shared_with(&self.folder, remote, new, &self.keys)
            }
            #[cfg(feature = "object-store")]
            Place::Bucket(settings) => {
                let (folder, keys) = (&self.folder, &self.keys);
                Ledger::open_or_create_in_bucket(folder, origin, seed, settings, keys)
            }
        }
    }

    /// Returns the ledger, which must be there.
    pub fn open(&self) -> Result<Ledger, OpenError> {
        match &self.place {
            Place::Folder => Ledger::open_with(&self.folder, &self.keys),
            Place::Remote(remote) => Ledger::open_shared_with(&self.folder, remote, &self.keys),
            #[cfg(feature = "object-store")]
            Place::Bucket(settings) => Ledger::open_in_bucket(&self.folder, settings, &self.keys),
        }
    }

    /// Lets a new key take over the log, whose private key is gone.
    pub fn take_over_lost(
        &self,
        new: &NewKey,
        occasion: Occasion<'_>,
    ) -> Result<Ledger, ChangeError> {
        let (folder, keys) = (&self.folder, (new, &self.keys));
        match &self.place {
            Place::Folder => Ledger::take_over_lost(folder, new, &self.keys, occasion),
            Place::Remote(remote) => Ledger::take_over_lost_shared(folder, remote, keys, occasion),
            #[cfg(feature = "object-store")]
            Place::Bucket(settings) => {
                Ledger::take_over_lost_in_bucket(folder, settings, keys, occasion)
            }
        }
    }

    /// Returns what reads the ledger, or the copy of one; nothing where there is none. No key is needed.
    pub fn find(&self) -> Result<Option<Reader>, OpenError> {
        match &self.place {
            Place::Folder => {
                match Reader::open(&self.folder) {
                    Ok(reader) => Ok(Some(reader)),
                    // Without a tile another process may just begin it, and its key comes behind the checkpoint.
                    Err(ReadError::Key(keyfile::KeyFileError::File(FileError::Missing {
                        ..
                    }))) if !self.folder.join(tiles::FOLDER).is_dir() => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Place::Remote(remote) => Reader::find_shared(&self.folder, remote),
            #[cfg(feature = "object-store")]
            Place::Bucket(settings) => Reader::find_in_bucket(&self.folder, settings),
        }
    }

    /// Returns what reads the ledger, which must be there.
    pub fn reader(&self) -> Result<Reader, OpenError> {
        match self.find()? {
            Some(reader) => Ok(reader),
            None => match &self.place {
                Place::Folder => Err(OpenError::Absent {
                    path: self.folder.clone(),
                }),
                place => Err(OpenError::Nothing {
                    place: place.to_string(),
                }),
            },
        }
    }
}

/// Shows the place as it is written.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder => formatter.write_str("the folder of this machine"),
            Place::Remote(remote) => write!(formatter, "{remote}"),
            #[cfg(feature = "object-store")]
            Place::Bucket(settings) => write!(formatter, "{}", settings.place),
        }
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cloud(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::parse_key;

    #[test]
    fn a_text_that_is_no_key_is_not_repeated() {
        for text in ["", "secret", "PRIVATE+KEY+secret+1+2", "a+b+secret"] {
            let error = parse_key(text).unwrap_err();
            assert!(!format!("{error:?} {error}").contains("secret"));
        }
    }
}
