//! Signed notes and keys, against the example of C2SP signed-note and its rules.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use tlog::key::{KeyError, KeyName, SignerKey, VerifierKey};
use tlog::note::{MAX_NOTE_BYTES, Note, NoteError, Signature, VerifyError};

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn signer(name: &str, seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(name).unwrap(), &[seed; 32])
}

fn parse(note: &str) -> Result<Note, NoteError> {
    Note::parse(note.as_bytes())
}

#[test]
fn the_key_of_the_specification_verifies_its_note() {
    let key: VerifierKey = VKEY.parse().unwrap();
    assert_eq!(key.to_string(), VKEY);
    let note = parse(NOTE).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(note.verify(std::slice::from_ref(&key)), Ok(vec![&key]));
}

#[test]
fn changing_any_byte_of_the_note_leaves_it_unsigned() {
    let key: VerifierKey = VKEY.parse().unwrap();
    for offset in 0..NOTE.len() {
        for bit in 0..8 {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[offset] ^= 1 << bit;
            let accepted = Note::parse(&bytes)
                .is_ok_and(|note| note.verify(std::slice::from_ref(&key)).is_ok());
            assert!(!accepted, "bit {bit} of byte {offset}");
        }
    }
}

#[test]
fn a_vkey_has_one_spelling_and_a_matching_id() {
    let refused = |text: &str| text.parse::<VerifierKey>().unwrap_err();
    assert!(matches!(refused("example.com/foo"), KeyError::Form { .. }));
    assert!(matches!(
        refused(&VKEY.replace("example.com", "example.org")),
        KeyError::Id { .. }
    ));
    assert!(matches!(
        refused(&VKEY.replace("530d903a", "530D903A")),
        KeyError::Id { .. }
    ));
    assert!(matches!(
        refused(&VKEY.replace("example.com", "exa mple")),
        KeyError::Name { .. }
    ));
    assert!(matches!(
        refused(&VKEY[..VKEY.len() - 4]),
        KeyError::Material { .. }
    ));
    let cosigner = VKEY.replace("+Aeky", "+BOky");
    assert!(matches!(
        refused(&cosigner),
        KeyError::SignatureType { found: 4, .. }
    ));
    let identity = format!("a+00000000+AQEA{}", "A".repeat(40));
    assert!(matches!(refused(&identity), KeyError::Point { .. }));
}

#[test]
fn a_private_key_returns_from_its_text_and_signs_alike() {
    let key = signer("example.com/log", 3);
    let text = key.to_secret_text();
    assert!(text.starts_with("PRIVATE+KEY+example.com/log+"), "{text}");
    let again: SignerKey = text.parse().unwrap();
    assert_eq!(again.verifier(), key.verifier());
    assert_eq!(again.sign("text\n"), key.sign("text\n"));
    assert!(
        text.trim_start_matches("PRIVATE")
            .parse::<SignerKey>()
            .is_err()
    );
    assert!(
        !format!("{key:?}").contains("3, 3, 3"),
        "the seed is never shown"
    );
}

#[test]
fn unknown_signatures_are_ignored_and_forged_ones_refuse_the_note() {
    let (log, witness) = (signer("log", 1), signer("witness", 2));
    let note = Note::sign("text\n", &log).unwrap();
    let witnessed = Note::sign("text\n", &witness).unwrap();
    let both = note
        .clone()
        .with_signature(witnessed.signatures()[0].clone())
        .unwrap();
    let (log, witness) = (log.verifier(), witness.verifier());
    let known = [log.clone(), witness.clone()];
    assert_eq!(both.verify(&known), Ok(vec![&log, &witness]));
    assert_eq!(both.verify(&known[..1]), Ok(vec![&log]));
    assert_eq!(note.verify(&known[1..]), Err(VerifyError::NoKnownKey));

    let false_line = Signature {
        bytes: vec![0; 64],
        ..witnessed.signatures()[0].clone()
    };
    let forged = note.with_signature(false_line).unwrap();
    assert!(matches!(
        forged.verify(&known),
        Err(VerifyError::Forged { .. })
    ));
    assert_eq!(forged.verify(&known[..1]), Ok(vec![&log]));
}

#[test]
fn a_repeated_signature_counts_once_and_hides_no_forged_one() {
    let key = signer("log", 1);
    let note = Note::sign("text\n", &key).unwrap();
    let line = note.signatures()[0].clone();
    let twice = note.clone().with_signature(line.clone()).unwrap();
    let known = [key.verifier(), key.verifier()];
    assert_eq!(twice.verify(&known), Ok(vec![&known[0]]));
    let forged = twice
        .with_signature(Signature {
            bytes: vec![1; 64],
            ..line
        })
        .unwrap();
    assert!(matches!(
        forged.verify(&known),
        Err(VerifyError::Forged { .. })
    ));
}

#[test]
fn a_name_or_an_id_alone_makes_no_known_key() {
    let (first, second) = (signer("log", 1), signer("log", 2));
    let note = Note::sign("text\n", &first).unwrap();
    assert_eq!(
        note.verify(&[second.verifier()]),
        Err(VerifyError::NoKnownKey)
    );
}

#[test]
fn the_last_empty_line_divides_text_and_signatures() {
    let key = signer("log", 1);
    let note = Note::sign("\n\nfirst\n\n\u{2014} not a signature\n", &key).unwrap();
    assert_eq!(parse(&note.to_string()), Ok(note));
}

#[test]
fn malformed_notes_are_refused_with_their_reason() {
    let key = signer("log", 1);
    assert_eq!(Note::sign("no newline", &key), Err(NoteError::TextEnd));
    assert_eq!(parse("text\n"), Err(NoteError::NoSignatures));
    assert_eq!(parse("text\n\n"), Err(NoteError::NoSignatures));
    assert_eq!(parse(NOTE.trim_end()), Err(NoteError::NoSignatures));
    assert_eq!(
        parse("text\n\nlog AAAAAAA=\n"),
        Err(NoteError::SignatureLine { line: 1 })
    );
    assert_eq!(
        parse("text\n\n\u{2014} log AAAAAA==\n"),
        Err(NoteError::SignatureLine { line: 1 })
    );
    assert_eq!(
        parse("a\tb\n\n\u{2014} log AAAAAAA=\n"),
        Err(NoteError::Control { offset: 1 })
    );
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::Utf8 { offset: 0 }));
    let unnamed = parse("text\n\n\u{2014} l+g AAAAAAA=\n");
    assert!(
        matches!(unnamed, Err(NoteError::SignatureName { line: 1, .. })),
        "{unnamed:?}"
    );
}

#[test]
fn limits_stand_well_above_what_the_specification_demands() {
    let line = "\u{2014} log AAAAAAA=\n";
    assert_eq!(
        parse(&format!("text\n\n{}", line.repeat(64)))
            .unwrap()
            .signatures()
            .len(),
        64
    );
    let crowded = parse(&format!("text\n\n{}", line.repeat(65)));
    assert_eq!(crowded, Err(NoteError::TooManySignatures));
    let long = parse(&"a".repeat(MAX_NOTE_BYTES + 1));
    assert_eq!(
        long,
        Err(NoteError::TooLong {
            bytes: MAX_NOTE_BYTES + 1
        })
    );
}

#[test]
fn signatures_made_elsewhere_make_a_note() {
    let key = SignerKey::from_seed(KeyName::new("log.example").unwrap(), &[7; 32]);
    let verifier = key.verifier();
    let again = VerifierKey::from_public_bytes(verifier.name().clone(), verifier.public_bytes());
    assert_eq!(again.as_ref(), Ok(&verifier));
    let text = "text\n";
    let line = Signature::by(&verifier, key.sign(text).to_vec());
    let note = Note::of(text, vec![line.clone()]).unwrap();
    assert_eq!(note, Note::sign(text, &key).unwrap());
    let refused = |text, lines| Note::of(text, lines).unwrap_err();
    assert_eq!(refused("text", vec![line.clone()]), NoteError::TextEnd);
    assert_eq!(refused(text, vec![]), NoteError::NoSignatures);
    let many = vec![line; tlog::note::MAX_SIGNATURES + 1];
    assert_eq!(refused(text, many), NoteError::TooManySignatures);
}
