//! Tokens that OpenSSL was made to sign, and that prove nothing.

use std::error::Error;

use signatures::timestamp::{CertificateError, Token, TrustedCertificate};

use crate::support::{fixture, token, verify};

/// Returns an error and its sources, as a line.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

fn refused(file: &str, trust: &[&str], expect: &str) {
    let error = verify(file, trust).unwrap_err();
    assert_eq!(told(&error), expect, "{file}");
}

fn unreadable(file: &str, expect: &str) {
    let error = Token::parse(&fixture(&format!("timestamp/{file}"))).unwrap_err();
    assert_eq!(told(&error), expect, "{file}");
}

#[test]
fn an_authority_that_nobody_trusts() {
    refused(
        "rsa.tsr",
        &["other_root"],
        "the certificate of the authority is not trusted: no certificate at hand issued \
         `CN=rsa,O=Example Time`, and it is not trusted itself",
    );
    refused(
        "p256.tsr",
        &[],
        "the certificate of the authority is not trusted: no certificate at hand issued \
         `CN=issuer,O=Example Time`, and it is not trusted itself",
    );
    refused(
        "rsa.tsr",
        &["p256"],
        "the certificate of the authority is not trusted: no certificate at hand issued \
         `CN=rsa,O=Example Time`, and it is not trusted itself",
    );
}

#[test]
fn a_certificate_that_was_not_valid_at_the_time_of_the_token() {
    for (file, name) in [
        ("expired", "expired"),
        ("early", "rsa"),
        ("too_late", "rsa"),
        ("issuer_expired", "issuer_expired.issuer"),
    ] {
        let text = format!(
            "the certificate of the authority is not trusted: the certificate \
             `CN={name},O=Example Time` was not valid at the time of the timestamp"
        );
        refused(&format!("{file}.tst"), &["root"], &text);
    }
}

#[test]
fn a_certificate_that_is_not_for_timestamps_alone() {
    for name in [
        "no_purpose",
        "purpose_not_critical",
        "two_purposes",
        "key_usage",
    ] {
        let text =
            format!("the certificate `CN={name},O=Example Time` is not one for timestamps alone");
        refused(&format!("{name}.tst"), &["root"], &text);
    }
}

#[test]
fn a_chain_over_what_may_not_issue() {
    for (name, text) in [
        ("issuer_not_ca", "may not issue certificates"),
        ("issuer_no_sign", "may not issue certificates"),
        ("issuer_other_purpose", "may not issue for timestamps"),
    ] {
        let text = format!(
            "the certificate of the authority is not trusted: \
             the certificate `CN={name}.issuer,O=Example Time` {text}"
        );
        refused(&format!("{name}.tst"), &["root"], &text);
    }
    refused(
        "path_length.tst",
        &["root"],
        "the certificate of the authority is not trusted: \
         the certificate `CN=issuer,O=Example Time` allows fewer certificates below it",
    );
}

#[test]
fn weak_or_unknown_cryptography() {
    for (file, text) in [
        ("short", "the key has 1024 bits, fewer than 2048"),
        (
            "p521",
            "the key is on the curve 1.3.132.0.35, and only P-256 and P-384 are known here",
        ),
        (
            "pss",
            "algorithms with parameters, as RSA-PSS, are refused: ask the authority for RSA (PKCS #1 v1.5) or ECDSA",
        ),
    ] {
        let text = format!("the token is not signed by its certificate: {text}");
        refused(&format!("{file}.tst"), &["root"], &text);
    }
    refused(
        "issuer_sha1.tst",
        &["root"],
        "the certificate of the authority is not trusted: the certificate \
         `CN=issuer_sha1.issuer,O=Example Time` is not signed by its issuer: \
         the algorithm 1.2.840.113549.1.1.5 is refused, for only SHA-2 with RSA (PKCS #1 v1.5) \
         or ECDSA is known here",
    );
    refused(
        "weak_binding.tsr",
        &["root"],
        "the signature does not bind the token: the token names its certificate by SHA-1 alone \
         (RFC 2634), for which collisions can be made: ask the authority for tokens that name it by \
         SHA-2 (RFC 5816)",
    );
    unreadable(
        "sha1.tst",
        "the hash 1.3.14.3.2.26 is refused: it is not SHA-256, SHA-384 or SHA-512",
    );
}

#[test]
fn another_form_than_the_standards() {
    unreadable("two_signers.tst", "the token has 2 signatures, not one");
    unreadable(
        "content_type.tst",
        "the content is of type 1.2.3.4, not a signed timestamp",
    );
    unreadable("version.tst", "the timestamp is of another version");
    unreadable("critical.tst", "the critical extension 1.2.3.5 is unknown");
    refused(
        "critical_extension.tst",
        &["root"],
        "the certificate of the authority is not trusted: the certificate \
         `CN=critical_extension,O=Example Time` has the critical extension 1.2.3.4, which is unknown",
    );
    refused(
        "other_name.tst",
        &["root"],
        "the token names another authority than `CN=rsa,O=Example Time`",
    );
}

#[test]
fn a_token_with_anything_behind_it() {
    let mut bytes = token("rsa.tsr").bytes().to_vec();
    bytes.push(0);
    let error = Token::parse(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "the token cannot be read");
}

#[test]
fn what_is_no_certificate() {
    let check = |bytes: &[u8], expect| {
        assert_eq!(TrustedCertificate::parse(bytes).unwrap_err(), expect);
    };
    let pem = fixture("timestamp/root.pem");
    check(b"", CertificateError::Malformed);
    check(&pem[..pem.len() / 2], CertificateError::Pem);
    check(&[pem.clone(), pem].concat(), CertificateError::Pem);
    let bytes = 40_000;
    check(&vec![0x30; bytes], CertificateError::TooLong { bytes });
}
