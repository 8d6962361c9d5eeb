//! The remote that a ledger is shared through.

use std::fmt;

use crate::store::git::error::GitError;

/// The address of a git repository, as `git push` takes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Remote {
    address: String,
}

impl Remote {
    /// Returns the remote with this address; whether anything is there shows later.
    pub fn new(address: &str) -> Result<Remote, GitError> {
        let remote = Remote {
            address: address.to_owned(),
        };
        // One that begins with a dash would be read as an option.
        match address.is_empty() || address.starts_with('-') || address.contains(char::is_control) {
            true => Err(GitError::Address {
                address: remote.to_string(),
            }),
            false => Ok(remote),
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Returns what git said, with the address as it may be shown.
    pub(super) fn redacted(&self, said: &str) -> String {
        said.replace(&self.address, &self.to_string())
    }
}

/// Shows the address without user name and password, which may be a token.
impl fmt::Display for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.address.split_once("://") else {
            return formatter.write_str(&self.address);
        };
        let host_end = rest.find('/').unwrap_or(rest.len());
        let host = rest[..host_end].rfind('@').map_or(0, |at| at + 1);
        write!(formatter, "{scheme}://{}", &rest[host..])
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Remote({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Remote;

    #[test]
    fn no_password_is_shown() {
        for (address, shown) in [
            (
                "https://robin:secret@git.example/a/b",
                "https://git.example/a/b",
            ),
            ("https://secret@git.example", "https://git.example"),
            ("https://git.example/@a", "https://git.example/@a"),
            ("git@git.example:a/b", "git@git.example:a/b"),
            ("/srv/a@b", "/srv/a@b"),
        ] {
            let remote = Remote::new(address).unwrap();
            assert_eq!(remote.to_string(), shown);
            assert_eq!(
                remote.redacted(&format!("no {address} there")),
                format!("no {shown} there")
            );
            assert_eq!(format!("{remote:?}"), format!("Remote({shown})"));
        }
    }

    #[test]
    fn what_would_be_read_as_an_option_is_no_address() {
        for address in ["", "--upload-pack=x", "a\nb"] {
            assert!(Remote::new(address).is_err(), "{address:?}");
        }
    }
}
