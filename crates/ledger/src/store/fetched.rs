//! A log whose public tree somebody else serves.

use std::fmt;
use std::io;
use std::path::PathBuf;

use tlog::key::VerifierKey;

use crate::file::{FileError, failed};
use crate::keyfile;
use crate::store::Objects;

/// Returns the first bytes under a name, at most as many as it is told, or nothing when there is no such name.
pub type Get = Box<dyn Fn(&str, u64) -> io::Result<Option<Vec<u8>>> + Send + Sync>;

/// A place that is only read, name by name.
pub(crate) struct Fetched {
    place: PathBuf,
    /// The key of the log. C2SP tlog-tiles serves none: whoever asks got it elsewhere.
    public: String,
    get: Get,
}

impl Fetched {
    pub(crate) fn new(place: &str, log: &VerifierKey, get: Get) -> Fetched {
        let (place, public) = (PathBuf::from(place), keyfile::public_text(log));
        Fetched { place, public, get }
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fetched({})", self.place.display())
    }
}

impl Objects for Fetched {
    fn keeps_public_key(&self) -> bool {
        true
    }

    fn place(&self, name: &str) -> PathBuf {
        self.place.join(served(name))
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        let bytes = match name {
            keyfile::PUBLIC => Some(self.public.clone().into_bytes()),
            name => (self.get)(served(name), limit).map_err(failed("fetch", &self.place(name)))?,
        };
        Ok(bytes.map(|mut bytes| {
            bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            bytes
        }))
    }

    fn list(&self, _folder: &str) -> Result<Vec<String>, FileError> {
        Ok(Vec::new())
    }
}

/// C2SP tlog-tiles: the checkpoint and the tiles lie directly below the address; a ledger has a folder for them.
fn served(name: &str) -> &str {
    name.strip_prefix("ledger/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use tlog::key::{KeyName, SignerKey};

    use super::Fetched;
    use crate::store::Objects;

    #[test]
    fn more_bytes_than_were_asked_for_are_cut_off() {
        let name = KeyName::new("log.example").unwrap();
        let log = SignerKey::from_seed(name, &[7; 32]).verifier();
        let fetched = Fetched::new(
            "https://log.example",
            &log,
            Box::new(|_, _| Ok(Some(vec![7; 100]))),
        );
        assert_eq!(fetched.read_start("x", 3).unwrap(), Some(vec![7; 3]));
        assert!(fetched.read("x", 99).is_err());
    }
}
