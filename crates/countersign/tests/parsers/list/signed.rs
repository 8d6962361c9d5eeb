//! Signatures that others made, and the keys that made them.

use super::{owned, text};
use signatures::timestamp::{Imprint, Token, TrustedCertificate, parse_response};
use signatures::{
    GITHUB_WEB_FLOW_KEYS, KeySources, Keyring, openpgp_fingerprints, ssh_fingerprint,
};
use std::sync::LazyLock;

const PAYLOAD: &[u8] = include_bytes!("../../../../signatures/tests/fixtures/payload.txt");
const SSH_KEY: &[u8] = include_bytes!("../../../../signatures/tests/fixtures/ssh/ed25519.pub");
const PGP_KEY: &[u8] = include_bytes!("../../../../signatures/tests/fixtures/openpgp/ada.pub.asc");

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let (ssh, pgp) = (text(SSH_KEY), text(PGP_KEY));
    let keyring = Keyring::new(KeySources {
        ssh: &[&ssh],
        openpgp: &[&pgp],
        forge: &GITHUB_WEB_FLOW_KEYS,
    });
    keyring.expect("good keys")
});

const ROOT: &[u8] = include_bytes!("../../../../signatures/tests/fixtures/timestamp/root.pem");

static TRUSTED: LazyLock<TrustedCertificate> =
    LazyLock::new(|| TrustedCertificate::parse(ROOT).expect("a good certificate"));

/// The armor of OpenSSH's signatures, and public keys in the form of `authorized_keys`.
pub fn ssh(bytes: &[u8]) {
    let _kind = signatures::kind(bytes);
    let _checked = KEYRING.check(bytes, PAYLOAD);
    let _fingerprint = ssh_fingerprint(&text(bytes));
}

pub(super) fn ssh_seeds() -> Vec<Vec<u8>> {
    owned(&[
        SSH_KEY,
        include_bytes!("../../../../signatures/tests/fixtures/ssh/p256.pub"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/rsa.pub"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/sk_ed25519.pub"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/ed25519.sig"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/p256.sig"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/rsa.sig"),
        include_bytes!("../../../../signatures/tests/fixtures/ssh/sk_ed25519.sig"),
    ])
}

/// OpenPGP signatures and certificates, with and without armor, and a keyring that holds the certificate.
pub fn openpgp(bytes: &[u8]) {
    let _kind = signatures::kind(bytes);
    let _checked = KEYRING.check(bytes, PAYLOAD);
    let key = text(bytes);
    if openpgp_fingerprints(&key).is_ok() {
        let sources = KeySources {
            openpgp: &[&key],
            ..KeySources::default()
        };
        let good = include_bytes!("../../../../signatures/tests/fixtures/openpgp/good.asc");
        let _checked = Keyring::new(sources).map(|keyring| keyring.check(good, PAYLOAD));
    }
}

pub(super) fn openpgp_seeds() -> Vec<Vec<u8>> {
    owned(&[
        PGP_KEY,
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/subkey.pub.asc"),
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/soft.pub.asc"),
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/good.asc"),
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/subkey.asc"),
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/two.asc"),
        include_bytes!("../../../../signatures/tests/fixtures/openpgp/rsa.asc"),
    ])
}

/// Answers of timestamp authorities, their tokens, and certificates in PEM and DER.
pub fn timestamp(bytes: &[u8]) {
    let token = parse_response(bytes).ok().or(Token::parse(bytes).ok());
    if let Some(token) = token {
        assert_eq!(Token::parse(token.bytes()).as_ref(), Ok(&token));
        let trusted = std::slice::from_ref(&*TRUSTED);
        let _proved = token.verify(&Imprint::of(PAYLOAD), None, trusted);
    }
    let _certificate = TrustedCertificate::parse(bytes).map(|trusted| trusted.subject());
}

pub(super) fn timestamp_seeds() -> Vec<Vec<u8>> {
    owned(&[
        ROOT,
        include_bytes!("../../../../signatures/tests/fixtures/timestamp/rsa.tsr"),
        include_bytes!("../../../../signatures/tests/fixtures/timestamp/p256.tsr"),
        include_bytes!("../../../../signatures/tests/fixtures/timestamp/refused.tsr"),
        include_bytes!("../../../../signatures/tests/fixtures/timestamp/by_key_id.tst"),
        include_bytes!("../../../../signatures/tests/fixtures/timestamp/path_length.tst"),
    ])
}
