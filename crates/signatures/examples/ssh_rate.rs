//! Prints how fast `Keyring::check` is beside bare Ed25519 verification, alternated over five rounds.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use std::hint::black_box;
use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use sha2::{Digest, Sha512};
use signatures::{Check, KeySources, Keyring};

const KEY: &str = include_str!("../tests/fixtures/ssh/ed25519.pub");
const SIGNATURE: &str = include_str!("../tests/fixtures/ssh/ed25519.sig");
const PAYLOAD: &[u8] = include_bytes!("../tests/fixtures/payload.txt");
const ROUNDS: usize = 5;
const CHECKS: usize = 5_000;

fn main() {
    let strange = Keyring::default();
    let known = Keyring::new(KeySources {
        ssh: &[KEY],
        ..KeySources::default()
    })
    .expect("a good key");
    let (key, data, signature) = bare_parts();
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let bare = rate(|| key.verify(black_box(&data), &signature).is_ok());
        let strange = rate(|| is_valid(&strange));
        let known = rate(|| is_valid(&known));
        for (all, one) in rates.iter_mut().zip([bare, strange, known]) {
            all.push(one);
        }
    }
    let [bare, strange, known] = rates.map(median);
    println!("ed25519: {bare:.0} a second");
    println!("ssh: {known:.0} a second with a known key");
    println!("ssh of a key not known: {strange:.0} a second");
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn is_valid(keyring: &Keyring) -> bool {
    keyring
        .check(black_box(SIGNATURE.as_bytes()), black_box(PAYLOAD))
        .check
        == Check::Valid
}

fn rate(verify: impl Fn() -> bool) -> f64 {
    let start = Instant::now();
    let verified = (0..CHECKS).filter(|_| verify()).count();
    assert_eq!(verified, CHECKS);
    CHECKS as f64 / start.elapsed().as_secs_f64()
}

/// Returns what is left of a check when the parsing is taken away.
fn bare_parts() -> (VerifyingKey, Vec<u8>, Signature) {
    let key = STANDARD
        .decode(KEY.split(' ').nth(1).expect("a key"))
        .expect("base64");
    let lines: String = SIGNATURE
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let blob = STANDARD.decode(lines).expect("base64");
    let point = key.last_chunk().expect("a point");
    let signature = blob.last_chunk().expect("a signature");
    let mut data = b"SSHSIG\0\0\0\x03git\0\0\0\0\0\0\0\x06sha512\0\0\0\x40".to_vec();
    data.extend_from_slice(&Sha512::digest(PAYLOAD));
    (
        VerifyingKey::from_bytes(point).expect("on the curve"),
        data,
        Signature::from_bytes(signature),
    )
}
