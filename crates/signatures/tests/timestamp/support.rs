//! Fixtures: answers, tokens and certificates.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256, Sha384, Sha512};
use signatures::timestamp::{
    Imprint, Timestamped, Token, TrustedCertificate, VerifyError, parse_response,
};

/// Returns the bytes of a fixture.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let path = folder.join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the token of an answer or a token.
pub(crate) fn token(file: &str) -> Token {
    let bytes = fixture(&format!("timestamp/{file}"));
    match file.ends_with(".tsr") {
        true => parse_response(&bytes).unwrap(),
        false => Token::parse(&bytes).unwrap(),
    }
}

/// Returns certificates to trust.
pub(crate) fn trusted(names: &[&str]) -> Vec<TrustedCertificate> {
    let parse = |name: &&str| {
        let pem = fixture(&format!("timestamp/{name}.pem"));
        TrustedCertificate::parse(&pem).unwrap()
    };
    names.iter().map(parse).collect()
}

/// Returns the SHA-256 of what was stamped.
pub(crate) fn sha256() -> Imprint {
    Imprint::Sha256(Sha256::digest(fixture("payload.txt")).into())
}

/// Returns the SHA-384 of what was stamped.
pub(crate) fn sha384() -> Imprint {
    Imprint::Sha384(Sha384::digest(fixture("payload.txt")).into())
}

/// Returns the SHA-512 of what was stamped.
pub(crate) fn sha512() -> Imprint {
    Imprint::Sha512(Sha512::digest(fixture("payload.txt")).into())
}

/// Returns what a token of `payload.txt` proves to someone who trusts these certificates.
pub(crate) fn verify(file: &str, trust: &[&str]) -> Result<Timestamped, VerifyError> {
    token(file).verify(&sha256(), None, &trusted(trust))
}
