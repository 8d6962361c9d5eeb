//! Where a ledger is kept, as people write it.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::store::git::error::GitError;
use crate::store::git::remote::Remote;

pub mod home;

/// Where a ledger is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `DIR`: a folder of this machine.
    Folder(PathBuf),
    /// `git+URL`: a git remote.
    Remote(Remote),
    /// `git+NAME`: the remote that the audited repository calls so.
    NamedRemote(String),
    /// `s3://BUCKET/PREFIX`: a bucket of an object store.
    Bucket {
        /// The bucket.
        bucket: String,
        /// What all names in it begin with.
        prefix: String,
    },
}

/// Why a text is no place of a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Nothing is named.
    #[error(
        "an empty text names no ledger: write a folder, `git+URL`, `git+NAME` for a remote of the repository, or `s3://BUCKET/PREFIX`"
    )]
    Empty,
    /// It begins like an address, but no ledger can be there.
    #[error(
        "no ledger is kept at `{scheme}://…`: write a folder, `git+https://…`, `git+ssh://…`, `git+NAME` for a remote of the repository, or `s3://BUCKET/PREFIX`"
    )]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// The address of a bucket holds something else, perhaps a secret.
    #[error(
        "the address of a bucket is `s3://BUCKET/PREFIX`, of letters, digits and `._-/`: keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    Bucket,
    /// The name of a remote is none.
    #[error("`{name}` is no name of a git remote: `git remote` lists them")]
    Name {
        /// What was given.
        name: String,
    },
    /// The address of a remote is none.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Location {
    /// Returns the place that a text names; a folder is relative to `base`.
    pub fn parse(text: &OsStr, base: &Path) -> Result<Location, LocationError> {
        let Some(known) = text.to_str() else {
            return Ok(Location::Folder(base.join(text)));
        };
        if known.is_empty() {
            return Err(LocationError::Empty);
        }
        if let Some(remote) = known.strip_prefix("git+") {
            return of_git(remote);
        }
        if let Some(rest) = known.strip_prefix("s3://") {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
            if !rest.bytes().all(is_plain) {
                return Err(LocationError::Bucket);
            }
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            return Ok(Location::Bucket {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
            });
        }
        match known.split_once("://") {
            Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                let scheme = scheme.to_owned();
                Err(LocationError::Scheme { scheme })
            }
            _ => Ok(Location::Folder(base.join(known))),
        }
    }
}

fn of_git(text: &str) -> Result<Location, LocationError> {
    if let Some((scheme, _)) = text.split_once("://") {
        return match scheme {
            "https" | "http" | "ssh" | "git" | "file" => Ok(Location::Remote(Remote::new(text)?)),
            scheme => {
                let scheme = format!("git+{scheme}");
                Err(LocationError::Scheme { scheme })
            }
        };
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_name = !text.is_empty() && text.bytes().all(is_plain) && !text.starts_with(['-', '/']);
    match text.contains(':') {
        // As in `git@git.example:team/shop`.
        true => Ok(Location::Remote(Remote::new(text)?)),
        // Where the scheme was forgotten, a token may stand before the host.
        false if text.contains('@') => Err(LocationError::Git(GitError::Login)),
        false if is_name => Ok(Location::NamedRemote(text.to_owned())),
        false => Err(LocationError::Name {
            name: text.escape_debug().to_string(),
        }),
    }
}

/// Shows a place as it is written, without user name and password.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Folder(folder) => write!(formatter, "{}", folder.display()),
            Location::Remote(remote) => write!(formatter, "git+{remote}"),
            Location::NamedRemote(name) => write!(formatter, "git+{name}"),
            Location::Bucket { bucket, prefix } => write!(formatter, "s3://{bucket}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Location;

    #[test]
    fn a_place_is_a_folder_a_remote_or_a_bucket() {
        for (text, shown) in [
            ("ledger", "base/ledger"),
            ("/srv/a:b", "/srv/a:b"),
            (
                "git+https://a:secret@git.example/x",
                "git+https://git.example/x",
            ),
            ("git+ssh://git@git.example/x", "git+ssh://git.example/x"),
            ("git+git@git.example:x", "git+git@git.example:x"),
            ("git+file:///srv/x", "git+file:///srv/x"),
            ("git+origin", "git+origin"),
            ("s3://logs/shop", "s3://logs/shop"),
            ("s3://logs", "s3://logs/"),
        ] {
            let location = Location::parse(text.as_ref(), Path::new("base")).unwrap();
            assert_eq!(location.to_string(), shown);
            assert!(!format!("{location:?}").contains("secret"));
        }
        for text in [
            "https://a:secret@log.example",
            "gs://logs",
            "git+",
            "git+-x",
            "git+ext://sh",
            "git+https://a:secret%zz@git.example/x",
            "git+https://a:sec/secret@git.example/x",
            "git+a:secret@git.example:x",
            "git+ghp_secret@git.example/o/r",
            "s3://AKIA:secret@logs/shop",
            "s3://AKIA:sec/secret@logs",
            "s3://logs?key=secret",
        ] {
            let error = Location::parse(text.as_ref(), Path::new("base")).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
