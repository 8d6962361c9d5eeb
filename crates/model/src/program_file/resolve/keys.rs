//! The outer form of addresses, accounts and keys. The `signatures` crate reads keys in full.

use super::super::read::{Reader, short};
use super::super::wire::Text;

const SSH_KEY_TYPES: [&str; 7] = [
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// Base64 digits of the shortest body, of an Ed25519 key.
const SSH_BODY_CHARS: usize = 68;

const OPENPGP_HEAD: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const OPENPGP_TAIL: &str = "-----END PGP PUBLIC KEY BLOCK-----";

/// Returns the address in lower case.
pub(super) fn address(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let address = text.value.trim();
    let (local, host) = address.split_once('@').unwrap_or_default();
    if local.is_empty() || host.is_empty() || address.contains(char::is_whitespace) {
        let message = format!("`{}` is not an e-mail address", short(address));
        reader.fault(&text.place, message, None);
        return None;
    }
    Some(address.to_lowercase())
}

/// Returns the account in lower case.
pub(super) fn account(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let account = text.value.trim();
    let (system, name) = account.split_once(':').unwrap_or_default();
    if system.is_empty() || name.is_empty() || account.contains(char::is_whitespace) {
        let message = format!("`{}` is not an account", short(account));
        let mend = "write the system before it, as in `github:ada`".to_owned();
        reader.fault(&text.place, message, mend);
        return None;
    }
    Some(account.to_lowercase())
}

/// Returns the type and the body of the key, without its comment.
pub(super) fn ssh_key(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let mut parts = text.value.split_whitespace();
    let (kind, body) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    if SSH_KEY_TYPES.contains(&kind) && is_ssh_body(body) {
        return Some(format!("{kind} {body}"));
    }
    let message = format!("`{}` is not an SSH public key", short(text.value.trim()));
    let mend = "write one line as in a `.pub` file: `ssh-ed25519 AAAA…`".to_owned();
    reader.fault(&text.place, message, mend);
    None
}

/// Every body begins with the length of its type's name (RFC 4253, section 6.6).
fn is_ssh_body(body: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    body.starts_with("AAAA")
        && body.len() >= SSH_BODY_CHARS
        && body.len().is_multiple_of(4)
        && body.bytes().all(digit)
}

/// Returns the armoured key without white space at its ends.
pub(super) fn openpgp_key(text: &Text, reader: &mut Reader<'_>) -> Option<String> {
    let key = text.value.trim();
    if key.starts_with(OPENPGP_HEAD) && key.ends_with(OPENPGP_TAIL) {
        return Some(key.to_owned());
    }
    let mend = format!("paste it whole below `|`, from `{OPENPGP_HEAD}` on");
    reader.fault(
        &text.place,
        "this is not an armoured OpenPGP public key",
        mend,
    );
    None
}
