//! Each single bit of a token decides, or changes nothing that the token proves.

use signatures::timestamp::{Imprint, Token, parse_response};

use crate::support::{fixture, sha256, sha384, token, trusted};

#[test]
fn no_bit_changes_what_an_rsa_token_proves() {
    check("rsa.tsr", &sha256(), "root", 1);
}

#[test]
fn no_bit_changes_what_an_ecdsa_token_proves() {
    check("p256.tsr", &sha256(), "root", 1);
}

#[test]
fn no_byte_changes_what_a_slower_token_proves() {
    check("p384.tsr", &sha384(), "root384", 9);
}

#[test]
fn no_part_of_an_answer_passes_for_the_whole() {
    let answer = fixture("timestamp/p256.tsr");
    for end in 0..answer.len() {
        assert!(parse_response(&answer[..end]).is_err(), "{end} bytes");
    }
}

/// Flips every `step`th bit in turn: refused, or the same to the last field.
fn check(file: &str, imprint: &Imprint, root: &str, step: usize) {
    let trust = trusted(&[root]);
    let good = token(file);
    let proved = good.verify(imprint, None, &trust).unwrap();
    let mut unchanged = 0;
    for bit in (0..good.bytes().len() * 8).step_by(step) {
        let mut bytes = good.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Ok(token) = Token::parse(&bytes) else {
            continue;
        };
        if let Ok(other) = token.verify(imprint, None, &trust) {
            assert_eq!(other, proved, "{file}, bit {bit}");
            unchanged += 1;
        }
    }
    // The list of hashes before the content, which nothing is taken from.
    assert!(unchanged < 200, "{file}: {unchanged} bits decide nothing");
}
