//! The one question that is asked of an SSH agent: to sign with an Ed25519 key (draft-ietf-sshm-ssh-agent).

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest answer that is read; a signature takes 88 bytes.
pub const MAX_ANSWER_BYTES: usize = 1024;

/// An agent may ask a person first, or wait for a touch of a hardware key.
const PATIENCE: Duration = Duration::from_secs(60);

/// RFC 8709, section 4: the name of keys and signatures.
const ED25519: &[u8] = b"ssh-ed25519";

/// draft-ietf-sshm-ssh-agent, section 6.1, "Message numbers".
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
const FAILURE: u8 = 5;

/// Why an agent did not sign.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// It cannot be talked to.
    #[error("it cannot be talked to")]
    Io(#[from] io::Error),
    /// It refuses, most often because it does not hold the key.
    #[error(
        "it refuses: it does not hold the key, or its owner said no (`ssh-add -L` lists what it holds)"
    )]
    Refused,
    /// It answered something else.
    #[error("its answer is no signature of an ssh-ed25519 key")]
    Answer,
}

/// A line is no public key that an agent could sign with for a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no public key of the form `ssh-ed25519 AAAA…`: a log is signed with Ed25519 and no other kind of key"
)]
pub struct NoPublicKey;

/// Returns the signature of a key that the agent behind a socket holds.
pub(crate) fn sign(socket: &Path, public: &[u8; 32], data: &[u8]) -> Result<[u8; 64], AgentError> {
    let mut agent = UnixStream::connect(socket)?;
    agent.set_read_timeout(Some(PATIENCE))?;
    agent.set_write_timeout(Some(PATIENCE))?;
    agent.write_all(&request(public, data))?;
    let mut length = [0; 4];
    agent.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_ANSWER_BYTES {
        return Err(AgentError::Answer);
    }
    let mut answer = vec![0; length];
    agent.read_exact(&mut answer)?;
    signature(&answer)
}

/// Returns the key of a line as `ssh-keygen` writes it into a `.pub` file.
pub fn public_key(line: &str) -> Result<[u8; 32], NoPublicKey> {
    let mut words = line.split_whitespace();
    let (Some("ssh-ed25519"), Some(blob)) = (words.next(), words.next()) else {
        return Err(NoPublicKey);
    };
    let blob = STANDARD.decode(blob).map_err(|_| NoPublicKey)?;
    pair(&blob).ok_or(NoPublicKey)
}

/// Returns the signature of an answer, without the length before it.
pub fn signature(answer: &[u8]) -> Result<[u8; 64], AgentError> {
    match answer.split_first() {
        Some((&SIGN_RESPONSE, rest)) => match string(rest) {
            Some((blob, [])) => pair(blob).ok_or(AgentError::Answer),
            Some(_) | None => Err(AgentError::Answer),
        },
        Some((&FAILURE, _)) => Err(AgentError::Refused),
        Some(_) | None => Err(AgentError::Answer),
    }
}

/// The message with its length: key, data and no flags.
fn request(public: &[u8; 32], data: &[u8]) -> Vec<u8> {
    let mut key = Vec::new();
    put(&mut key, ED25519);
    put(&mut key, public);
    let mut message = vec![SIGN_REQUEST];
    put(&mut message, &key);
    put(&mut message, data);
    message.extend(0_u32.to_be_bytes());
    let mut sent = Vec::new();
    put(&mut sent, &message);
    sent
}

/// Returns the bytes behind the name `ssh-ed25519`, of which there must be so many.
fn pair<const N: usize>(blob: &[u8]) -> Option<[u8; N]> {
    let (name, rest) = string(blob)?;
    let (bytes, end) = string(rest)?;
    let fits = name == ED25519 && end.is_empty();
    fits.then(|| bytes.try_into().ok()).flatten()
}

/// RFC 4251, section 5: a `string` is its length in four bytes, then its bytes.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

fn put(message: &mut Vec<u8>, string: &[u8]) {
    message.extend((string.len() as u32).to_be_bytes());
    message.extend_from_slice(string);
}

#[cfg(test)]
mod tests;
