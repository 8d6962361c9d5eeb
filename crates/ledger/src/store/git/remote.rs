//! The remote that a ledger is shared through.

use std::fmt;
use std::path::Path;

use crate::store::git::command::Git;
use crate::store::git::error::{GitError, Said};

/// Answers git's question for a login from two variables, so that no list of processes shows it.
const HELPER: &str = "!f() { test \"$1\" = get && \
    printf 'username=%s\\npassword=%s\\n' \"$COUNTERSIGN_GIT_USER\" \"$COUNTERSIGN_GIT_PASSWORD\"; }; f";

const USER: &str = "COUNTERSIGN_GIT_USER";
const PASSWORD: &str = "COUNTERSIGN_GIT_PASSWORD";

/// Settings of a repository by which its own git reaches its remotes; not `url.*`, which the address has obeyed already
/// and whose name may hold a password.
const REACHING: &str = r"^(credential|http)\.|^core\.(askpass|gitproxy|sshcommand)$";

/// The address of a git repository, as `git push` takes it, and how to log in there.
#[derive(Clone, PartialEq, Eq)]
pub struct Remote {
    /// Without user name and password, where these are of HTTP.
    address: String,
    login: Option<Login>,
    /// By name, each with its value.
    settings: Vec<(String, String)>,
}

#[derive(Clone, PartialEq, Eq)]
struct Login {
    user: String,
    password: String,
}

impl Remote {
    /// Returns the remote with this address; whether anything is there shows later.
    ///
    /// User name and password of an address of HTTP reach git in the environment alone.
    pub fn new(address: &str) -> Result<Remote, GitError> {
        if hides_login(address) {
            return Err(GitError::Login);
        }
        let plain = Remote {
            address: address.to_owned(),
            login: None,
            settings: Vec::new(),
        };
        let wrong = || GitError::Address {
            address: plain.to_string(),
        };
        // One that begins with a dash would be read as an option.
        if address.is_empty() || address.starts_with('-') || address.contains(char::is_control) {
            return Err(wrong());
        }
        let Some((scheme, user, rest)) = parts(address) else {
            return Ok(plain);
        };
        match scheme {
            "http" | "https" => Ok(Remote {
                address: format!("{scheme}://{rest}"),
                login: Some(login(user).ok_or_else(wrong)?),
                settings: Vec::new(),
            }),
            // No other transport asks for a password that stands in an address.
            _ if user.contains(':') => Err(wrong()),
            _ => Ok(plain),
        }
    }

    /// Returns the remote that a repository calls by a name, reached as that repository's own git reaches it.
    pub fn named(repository: &Path, name: &str) -> Result<Remote, GitError> {
        let git = Git::in_directory(repository.to_owned());
        let address = git.ask(&["remote", "get-url", "--", name], b"")?;
        if !address.success {
            return Err(GitError::NoRemote {
                name: name.to_owned(),
                repository: repository.to_owned(),
                source: Said(address.said),
            });
        }
        let address = String::from_utf8_lossy(&address.output);
        let list = [
            "config",
            "--local",
            "--includes",
            "--null",
            "--get-regexp",
            REACHING,
        ];
        let found = git.ask(&list, b"")?.output;
        let found = String::from_utf8_lossy(&found);
        let settings = found
            .split_terminator('\0')
            .filter_map(|line| line.split_once('\n'));
        let mut remote = Remote::new(address.trim_end_matches('\n'))?;
        remote.settings = settings
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Ok(remote)
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the options of git by which it reaches the remote, and the variables that they refer to.
    pub(super) fn access(&self) -> (Vec<String>, Vec<(String, &str)>) {
        let (mut options, mut variables) = (Vec::new(), Vec::new());
        for (number, (name, value)) in self.settings.iter().enumerate() {
            let variable = format!("COUNTERSIGN_GIT_SETTING_{number}");
            options.push(format!("--config-env={name}={variable}"));
            variables.push((variable, value.as_str()));
        }
        if let Some(login) = &self.login {
            // Without the empty one before it, a helper of the user's would be asked first, and told to keep this one.
            options.extend(["-c", "credential.helper=", "-c"].map(str::to_owned));
            options.push(format!("credential.helper={HELPER}"));
            variables.push((USER.to_owned(), &login.user));
            variables.push((PASSWORD.to_owned(), &login.password));
        }
        (options, variables)
    }

    /// Returns what git said, without what may not be shown.
    pub(super) fn redacted(&self, said: &str) -> String {
        let Some(Login { user, password }) = &self.login else {
            return said.to_owned();
        };
        // A token often stands where a user name would.
        let secret = [password, user].into_iter().find(|it| !it.is_empty());
        secret.map_or(said.to_owned(), |secret| said.replace(secret, "…"))
    }
}

/// Returns whether an address may hold a password where none is looked for, so that it would be shown: before an `@`
/// behind a slash that nobody escaped, or in the short form `host:path`.
fn hides_login(address: &str) -> bool {
    if address.starts_with(['/', '.']) {
        return false;
    }
    match address.split_once("://") {
        Some((_, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            host.contains(':') && path.contains('@')
        }
        None => address
            .split_once('@')
            .is_some_and(|(before, _)| before.contains(':')),
    }
}

/// Returns scheme, login, and host with path of an address that has a login.
fn parts(address: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let host_end = rest.find('/').unwrap_or(rest.len());
    let at = rest[..host_end].rfind('@')?;
    Some((scheme, &rest[..at], &rest[at + 1..]))
}

fn login(text: &str) -> Option<Login> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Some(Login {
        user: unescaped(user)?,
        password: unescaped(password)?,
    })
}

/// Returns the text behind `%41` and its like (RFC 3986 section 2.1); a line break would end git's answer.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        bytes.push(match byte {
            b'%' => {
                let (digits, behind) = rest.split_at_checked(2)?;
                rest = behind;
                u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?
            }
            byte => *byte,
        });
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains(char::is_control)).then_some(text)
}

/// Shows the address without user name and password, which may be a token.
impl fmt::Display for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match parts(&self.address) {
            Some((scheme, _, rest)) => write!(formatter, "{scheme}://{rest}"),
            None => formatter.write_str(&self.address),
        }
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
    fn no_password_is_shown_or_stands_in_an_argument() {
        for (address, shown) in [
            (
                "https://robin:sec%72et@git.example/a/b",
                "https://git.example/a/b",
            ),
            ("https://secret@git.example", "https://git.example"),
            ("https://git.example/@a", "https://git.example/@a"),
            ("git@git.example:a/b", "git@git.example:a/b"),
            ("git@git.example:a@b", "git@git.example:a@b"),
            ("/srv/a:b@c", "/srv/a:b@c"),
            ("ssh://git@git.example/a", "ssh://git.example/a"),
            ("/srv/a@b", "/srv/a@b"),
        ] {
            let remote = Remote::new(address).unwrap();
            assert_eq!(remote.to_string(), shown);
            assert_eq!(format!("{remote:?}"), format!("Remote({shown})"));
            let (options, variables) = remote.access();
            let visible = format!("{} {options:?}", remote.address());
            assert!(!visible.contains("secret"), "{visible}");
            assert_eq!(
                variables.iter().any(|(_, value)| *value == "secret"),
                address.contains("sec"),
                "{address}"
            );
            assert!(!remote.redacted("fatal: secret").contains("secret") || variables.is_empty());
        }
    }

    #[test]
    fn what_would_be_read_as_an_option_or_never_be_used_is_no_address() {
        for address in [
            "",
            "--upload-pack=x",
            "a\nb",
            "https://a:b%0ac@git.example",
            "https://a:%4@git.example",
            "ssh://robin:secret@git.example/a",
            "https://robin:sec/secret@git.example/a",
            "https://robin:sec@secret/secret@git.example/a",
            "robin:secret@git.example:a",
            "https:/robin:secret@git.example/a",
        ] {
            let error = Remote::new(address).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
