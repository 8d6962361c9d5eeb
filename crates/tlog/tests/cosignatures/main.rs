//! Cosignatures against those that OpenSSL made, and against the rules of C2SP tlog-cosignature.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use tlog::checkpoint::{self, Checkpoint};
use tlog::cosignature::key::{Algorithm, CosignerKey, CosigningKey};
use tlog::cosignature::{CosignError, CosignatureError, MAX_TIME, cosign, verify};
use tlog::key::{KeyError, KeyName, SignerKey, VerifierKey};
use tlog::merkle;
use tlog::note::{Note, Signature, VerifyError};

/// The moment of the cosignatures by OpenSSL; the second of them is a second later.
const TIME: u64 = 1_767_225_600;
/// A checkpoint of 258 leaves by the log of seed 1, cosigned by the Ed25519 key of seed 2 and the ML-DSA-44 key of seed 3.
const NOTE: &str = include_str!("openssl.note");
/// The log's key and the cosigners'.
const KEYS: &str = include_str!("openssl.vkeys");
/// The same checkpoint with an ML-DSA-44 cosignature of time zero.
const UNTIMED: &str = include_str!("untimed.note");

const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::MlDsa44];

fn log() -> SignerKey {
    SignerKey::from_seed(KeyName::new("log.example/ada").unwrap(), &[1; 32])
}

fn key(name: &str, algorithm: Algorithm, seed: u8) -> CosigningKey {
    CosigningKey::from_seed(KeyName::new(name).unwrap(), algorithm, &[seed; 32]).unwrap()
}

fn witness(algorithm: Algorithm) -> CosigningKey {
    let seed = match algorithm {
        Algorithm::Ed25519 => 2,
        Algorithm::MlDsa44 => 3,
    };
    key("witness.example/bo", algorithm, seed)
}

fn cosigners() -> [CosignerKey; 2] {
    BOTH.map(|algorithm| witness(algorithm).cosigner())
}

fn checkpoint_of(size: u64) -> Note {
    let root = merkle::leaf_hash(b"");
    let checkpoint = Checkpoint::new("log.example/ada", size, root).unwrap();
    Note::sign(&checkpoint.to_string(), &log()).unwrap()
}

fn parse(note: &str) -> Note {
    Note::parse(note.as_bytes()).unwrap()
}

fn cosigned(note: Note, time: u64, key: &CosigningKey) -> Note {
    let line = cosign(&note, time, key).unwrap();
    note.with_signature(line).unwrap()
}

#[test]
fn a_seed_makes_the_key_that_openssl_makes_of_it() {
    let [ed25519, ml_dsa] = cosigners();
    let made = format!("{}\n{ed25519}\n{ml_dsa}\n", log().verifier());
    assert_eq!(made, KEYS);
}

#[test]
fn what_openssl_signed_is_verified() {
    let note = parse(NOTE);
    let known = cosigners();
    let found = verify(&note, &known).unwrap();
    let who: Vec<_> = found.iter().map(|one| (one.cosigner, one.time)).collect();
    assert_eq!(who, [(&known[0], TIME), (&known[1], TIME + 1)]);
    assert_eq!(found[1].line, &note.signatures()[2]);
    let log: VerifierKey = KEYS.lines().next().unwrap().parse().unwrap();
    let (checkpoint, _) = checkpoint::open(NOTE.as_bytes(), &log).unwrap();
    assert_eq!(checkpoint.size(), 258);
}

#[test]
fn ed25519_signs_as_openssl_does() {
    let line = cosign(&checkpoint_of(258), TIME, &witness(Algorithm::Ed25519));
    assert_eq!(line.as_ref(), Ok(&parse(NOTE).signatures()[1]));
}

#[test]
fn changing_any_byte_of_a_cosigned_note_leaves_it_not_cosigned() {
    let known = cosigners();
    for offset in 0..NOTE.len() {
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[offset] ^= 1;
        let Ok(note) = Note::parse(&bytes) else {
            continue;
        };
        let both = verify(&note, &known).is_ok_and(|found| found.len() == 2);
        let of_log = note.signatures()[0] != parse(NOTE).signatures()[0];
        assert!(!both || of_log, "byte {offset}");
    }
}

#[test]
fn own_cosignatures_are_verified_at_every_time_that_may_be_stated() {
    for (algorithm, time) in BOTH.into_iter().flat_map(|it| [(it, 1), (it, MAX_TIME)]) {
        let key = witness(algorithm);
        let note = cosigned(checkpoint_of(3), time, &key);
        let known = [key.cosigner()];
        assert_eq!(verify(&note, &known).unwrap()[0].time, time);
        for time in [0, MAX_TIME + 1] {
            let refused = cosign(&note, time, &key);
            assert_eq!(refused, Err(CosignError::Time { time }));
        }
    }
}

#[test]
fn a_time_beyond_the_latest_refuses_the_note() {
    let line = parse(NOTE).signatures()[1].clone();
    let bytes = [&u64::MAX.to_be_bytes(), &line.bytes[8..]].concat();
    let line = Signature { bytes, ..line };
    let note = checkpoint_of(258).with_signature(line).unwrap();
    let known = cosigners();
    let refused = verify(&note, &known).unwrap_err();
    assert!(
        matches!(refused, CosignatureError::Time { time: u64::MAX, .. }),
        "{refused:?}"
    );
}

#[test]
fn time_zero_states_no_time_and_spoils_no_other_cosignature() {
    let (note, known) = (parse(UNTIMED), cosigners());
    assert_eq!(verify(&note, &known), Err(CosignatureError::NoneKnown));
    let note = cosigned(note, TIME, &witness(Algorithm::MlDsa44));
    let times = verify(&note, &known).unwrap();
    assert_eq!(times.iter().map(|one| one.time).collect::<Vec<_>>(), [TIME]);
    // It is still a signature, which must not be false.
    let mut line = parse(UNTIMED).signatures()[0].clone();
    line.bytes[100] ^= 1;
    let note = note.with_signature(line).unwrap();
    let refused = verify(&note, &known).unwrap_err();
    assert!(
        matches!(refused, CosignatureError::Signature(_)),
        "{refused:?}"
    );
}

#[test]
fn one_false_cosignature_of_a_known_cosigner_refuses_the_note() {
    for algorithm in BOTH {
        let key = witness(algorithm);
        let elsewhere = cosign(&checkpoint_of(4), TIME, &key).unwrap();
        let note = cosigned(checkpoint_of(3), TIME, &key);
        let known = [key.cosigner()];
        assert!(verify(&note, &known).is_ok());
        let short = Signature {
            bytes: elsewhere.bytes[..7].to_vec(),
            ..elsewhere.clone()
        };
        for line in [elsewhere, short] {
            let forged = note.clone().with_signature(line).unwrap();
            let refused = verify(&forged, &known).unwrap_err();
            let VerifyError::Forged { name, .. } = signature_error(refused) else {
                panic!("{algorithm:?}");
            };
            assert_eq!(name.as_str(), "witness.example/bo");
        }
    }
}

fn signature_error(error: CosignatureError) -> VerifyError {
    match error {
        CosignatureError::Signature(error) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_cosigners_and_logs_are_ignored() {
    let note = cosigned(checkpoint_of(3), TIME, &witness(Algorithm::Ed25519));
    let stranger = [key("witness.example/bo", Algorithm::Ed25519, 9).cosigner()];
    assert_eq!(verify(&note, &stranger), Err(CosignatureError::NoneKnown));
    let (note, known) = (checkpoint_of(3), cosigners());
    assert_eq!(verify(&note, &known), Err(CosignatureError::NoneKnown));
}

#[test]
fn each_time_of_a_cosigner_is_returned_once() {
    let key = witness(Algorithm::MlDsa44);
    let note = cosigned(cosigned(checkpoint_of(3), 7, &key), 7, &key);
    let note = cosigned(note, 9, &key);
    let known = [key.cosigner()];
    let found = verify(&note, &known).unwrap();
    assert_eq!(found.iter().map(|one| one.time).collect::<Vec<_>>(), [7, 9]);
}

#[test]
fn two_names_for_one_ed25519_key_are_refused() {
    let names = ["witness.example/bo", "witness.example/eve"];
    let known = names.map(|name| key(name, Algorithm::Ed25519, 2).cosigner());
    let note = parse(NOTE);
    let refused = verify(&note, &known).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the cosigners witness.example/bo and witness.example/eve have the same Ed25519 key"
    );
    // What ML-DSA-44 signs names the cosigner.
    let known = names.map(|name| key(name, Algorithm::MlDsa44, 3).cosigner());
    assert!(verify(&note, &known).is_ok());
}

#[test]
fn keys_return_from_their_texts() {
    for key in BOTH.map(witness) {
        let public = key.cosigner();
        assert_eq!(public.to_string().parse(), Ok(public.clone()));
        let secret = key.to_secret_text();
        let again: CosigningKey = secret.parse().unwrap();
        assert_eq!(again.to_secret_text(), secret);
        assert_eq!(format!("{key:?}"), format!("CosigningKey({public})"));
    }
    let secret = witness(Algorithm::Ed25519).to_secret_text();
    let expected =
        "PRIVATE+KEY+witness.example/bo+c9997c65+BAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC";
    assert_eq!(secret, expected);
}

#[test]
fn a_key_of_a_log_is_none_of_a_cosigner_nor_the_other_way_round() {
    let log = log().verifier().to_string();
    let refused = log.parse::<CosignerKey>().unwrap_err().to_string();
    assert_eq!(
        refused,
        "the key of log.example/ada has signature type 0x01, and only 0x04 or 0x06 (cosignatures) is known here"
    );
    for cosigner in cosigners() {
        let refused = cosigner.to_string().parse::<VerifierKey>().unwrap_err();
        assert!(
            matches!(refused, KeyError::SignatureType { .. }),
            "{refused:?}"
        );
    }
}

#[test]
fn a_key_of_the_wrong_length_and_a_long_name_are_refused() {
    let [ed25519, ml_dsa] = cosigners().map(|key| key.to_string());
    for (vkey, bytes) in [(ed25519, 33), (ml_dsa, 1313)] {
        let refused = vkey[..vkey.len() - 4].parse::<CosignerKey>().unwrap_err();
        let expected = format!("is not the base64 of {bytes} bytes");
        assert!(refused.to_string().ends_with(&expected), "{refused}");
    }
    let name = KeyName::new(&"n".repeat(256)).unwrap();
    let refused = CosigningKey::from_seed(name, Algorithm::MlDsa44, &[3; 32]);
    assert!(
        matches!(refused, Err(KeyError::LongName { .. })),
        "{refused:?}"
    );
}

#[test]
fn only_checkpoints_are_cosigned() {
    let note = Note::sign("a text\n", &log()).unwrap();
    let refused = cosign(&note, TIME, &witness(Algorithm::MlDsa44));
    assert!(
        matches!(refused, Err(CosignError::Checkpoint(_))),
        "{refused:?}"
    );
    let known = cosigners();
    let refused = verify(&note, &known);
    assert!(
        matches!(refused, Err(CosignatureError::Checkpoint(_))),
        "{refused:?}"
    );
}
