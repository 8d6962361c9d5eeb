//! A person's own SSH key, by which statements are signed.

use crate::error::CliError;
use crate::exit::Exit;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Returns the file of the key that signs: the one that is named, else git's.
pub(super) fn key(named: Option<&Path>, repository: &Path) -> Result<PathBuf, CliError> {
    if let Some(key) = named {
        return Ok(key.to_owned());
    }
    let mut git = Command::new("git");
    git.arg("-C").arg(repository);
    let configured = git
        .args(["config", "--type=path", "user.signingkey"])
        .output();
    let text = configured.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match text {
        Ok(text) if !text.is_empty() && Path::new(&text).exists() => Ok(text.into()),
        Ok(_) | Err(_) => Err(CliError::new(
            Exit::Usage,
            "no key is named, and git's user.signingkey is no file",
        )
        .hint("name your SSH key with --key FILE; its public half stands in the program")),
    }
}

/// Returns the public half, which lies beside the private one.
pub(super) fn public(key: &Path) -> Result<String, CliError> {
    let mut beside = key.as_os_str().to_owned();
    beside.push(".pub");
    let is_public = key.extension().is_some_and(|it| it == "pub");
    let file = match is_public {
        true => key.to_owned(),
        false => PathBuf::from(beside),
    };
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let message = format!("cannot read the public key {}: {error}", file.display());
        CliError::new(Exit::Usage, message)
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Signs as git does: with OpenSSH, which knows agents and security keys.
pub(super) fn sign(key: &Path, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-Y", "sign", "-n", model::statement::NAMESPACE, "-f"]);
    let keygen = keygen.arg(key).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = keygen
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("ssh-keygen cannot be run: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(bytes).map_err(|error| error.to_string())?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
