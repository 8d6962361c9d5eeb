//! Questions, answers, and what good tokens prove.

use std::time::Duration;

use signatures::timestamp::{
    Imprint, MAX_RESPONSE_BYTES, ResponseError, TrustedCertificate, VerifyError, parse_response,
    request,
};

use crate::support::{fixture, sha256, sha384, sha512, token, trusted, verify};

/// Returns the nonce of a question that OpenSSL made, which its last field follows.
fn nonce(query: &[u8]) -> u64 {
    let body = query.strip_suffix(&[0x01, 0x01, 0xff]).unwrap();
    let at = (4..=11).find(|length| {
        let from = body.len() - length;
        body[from..].starts_with(&[0x02, (length - 2) as u8])
    });
    let number = &body[body.len() - at.unwrap() + 2..];
    number
        .iter()
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[test]
fn a_question_is_the_one_that_openssl_asks() {
    for (name, imprint) in [
        ("rsa", sha256()),
        ("rsa512", sha512()),
        ("p256", sha256()),
        ("p384", sha384()),
    ] {
        let query = fixture(&format!("timestamp/{name}.tsq"));
        assert_eq!(request(&imprint, nonce(&query)), query, "{name}");
    }
}

#[test]
fn a_nonce_keeps_its_sign() {
    for (nonce, encoded) in [
        (0, &[0x02, 1, 0][..]),
        (0x80, &[0x02, 2, 0, 0x80]),
        (
            u64::MAX,
            &[0x02, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255],
        ),
    ] {
        let asked = request(&sha256(), nonce);
        let asked = asked.strip_suffix(&[0x01, 0x01, 0xff]).unwrap();
        assert!(asked.ends_with(encoded), "{nonce}");
        assert_eq!(usize::from(asked[1]), asked.len() + 3 - 2);
    }
}

#[test]
fn every_kind_of_key_and_hash_verifies() {
    for (name, imprint, root) in [
        ("rsa", sha256(), "root"),
        ("rsa512", sha512(), "root"),
        ("p256", sha256(), "root"),
        ("p384", sha384(), "root384"),
    ] {
        let nonce = nonce(&fixture(&format!("timestamp/{name}.tsq")));
        let trust = trusted(&["other_root", root]);
        let token = token(&format!("{name}.tsr"));
        let proved = token.verify(&imprint, Some(nonce), &trust).unwrap();
        let authority = name.strip_suffix("512").unwrap_or(name);
        assert_eq!(proved.authority, format!("CN={authority},O=Example Time"));
        assert_eq!(proved.policy, "1.2.3.4.1");
        assert_eq!(proved.accuracy, Some(Duration::from_micros(1_500_100)));
        assert_eq!(proved.trusted_sha256, trust[1].sha256());
        assert_eq!(proved, token.verify(&imprint, None, &trust).unwrap());
        let other = token.verify(&imprint, Some(nonce ^ 1), &trust);
        assert_eq!(other, Err(VerifyError::OtherNonce), "{name}");
    }
}

#[test]
fn a_fraction_of_a_second_counts() {
    let proved = token("rsa512.tsr").verify(&sha512(), None, &trusted(&["root"]));
    assert_ne!(proved.unwrap().time.subsec_nanosecond(), 0);
}

#[test]
fn the_time_number_and_accuracy_are_those_of_the_token() {
    let proved = verify("by_key_id.tst", &["root"]).unwrap();
    assert_eq!(proved.time.to_string(), "2026-03-05T14:30:00Z");
    assert_eq!(proved.serial, "07");
    assert_eq!(proved.accuracy, None);
}

#[test]
fn any_certificate_of_the_chain_can_be_the_trusted_one() {
    for name in ["p256", "issuer", "root"] {
        let proved = verify("p256.tsr", &[name]).unwrap();
        let [certificate] = trusted(&[name]).try_into().unwrap();
        let certificate: TrustedCertificate = certificate;
        assert_eq!(proved.trusted_sha256, certificate.sha256(), "{name}");
    }
}

#[test]
fn a_certificate_that_did_not_come_with_the_token_is_taken_from_the_trusted() {
    let refused = verify("no_certificate.tst", &["root"]);
    assert_eq!(refused, Err(VerifyError::NoCertificate));
    let proved = verify("no_certificate.tst", &["root", "rsa"]).unwrap();
    assert_eq!(proved.trusted_sha256, proved.certificate_sha256);
}

#[test]
fn a_certificate_counts_in_its_first_and_last_second() {
    for (file, time) in [
        ("first_second.tst", "2020-01-01T00:00:00Z"),
        ("last_second.tst", "2040-01-01T00:00:00Z"),
    ] {
        assert_eq!(verify(file, &["root"]).unwrap().time.to_string(), time);
    }
}

#[test]
fn another_digest_is_not_stamped() {
    for imprint in [Imprint::of(b"something else"), sha384(), sha512()] {
        let refused = token("rsa.tsr").verify(&imprint, None, &trusted(&["root"]));
        assert_eq!(refused, Err(VerifyError::OtherImprint));
    }
}

#[test]
fn a_refusal_tells_its_reasons() {
    let error = parse_response(&fixture("timestamp/refused.tsr")).unwrap_err();
    let text = "the authority refused with status 2; \
                Message digest algorithm is not supported.; algorithm unknown or unsupported";
    assert_eq!(error.to_string(), text);
}

#[test]
fn what_is_no_answer_is_told() {
    assert_eq!(parse_response(b""), Err(ResponseError::Malformed));
    assert_eq!(parse_response(b"<html>"), Err(ResponseError::Malformed));
    let granted = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00];
    assert_eq!(parse_response(&granted), Err(ResponseError::NoToken));
    let mut trailing = fixture("timestamp/rsa.tsr");
    trailing.push(0);
    assert_eq!(parse_response(&trailing), Err(ResponseError::Malformed));
    let bytes = MAX_RESPONSE_BYTES + 1;
    let long = vec![0; bytes];
    assert_eq!(parse_response(&long), Err(ResponseError::TooLong { bytes }));
}
