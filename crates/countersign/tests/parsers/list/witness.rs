//! What logs and witnesses say to each other, and the proof that a log contradicted itself.

use super::log::{key, signed};
use super::text;
use tlog::checkpoint::Checkpoint;
use tlog::conflict::Conflict;
use tlog::cosignature::key::{Algorithm, CosignerKey, CosigningKey};
use tlog::cosignature::{self, cosign};
use tlog::key::KeyName;
use tlog::merkle;
use tlog::note::Note;
use tlog::witness::answer::{self, Answer, Cosignatures};
use tlog::witness::decision;
use tlog::witness::request::Request;

const TIME: u64 = 1_767_225_600;

thread_local! {
    /// Made once: an ML-DSA-44 key takes longer than most parsers.
    static WITNESSES: Vec<CosigningKey> = witnesses();
    static KNOWN: Vec<CosignerKey> = witnesses().iter().map(CosigningKey::cosigner).collect();
}

fn witnesses() -> Vec<CosigningKey> {
    let key = |algorithm| {
        let name = KeyName::new("witness.example/bo").expect("a name");
        CosigningKey::from_seed(name, algorithm, &[3; 32]).expect("a key")
    };
    [Algorithm::Ed25519, Algorithm::MlDsa44].map(key).into()
}

fn lines() -> Cosignatures {
    let sign = |key: &CosigningKey| cosign(&signed(), TIME, key).expect("a checkpoint");
    let lines = WITNESSES.with(|keys| keys.iter().map(sign).collect());
    Cosignatures::new(lines).expect("two lines")
}

/// A cosigned checkpoint; and the keys of cosigners, public and private.
pub fn cosignature(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(note) = Note::parse(bytes) {
        KNOWN.with(|known| {
            for found in cosignature::verify(&note, known).unwrap_or_default() {
                assert_ne!(found.time, 0);
            }
        });
    }
    if let Ok(key) = text.parse::<CosignerKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(key) = text.parse::<CosigningKey>() {
        assert_eq!(key.to_secret_text(), text);
    }
}

pub(super) fn cosigned() -> Vec<Vec<u8>> {
    let mut seeds = vec![format!("{}{}", signed(), lines())];
    for key in witnesses() {
        seeds.extend([key.cosigner().to_string(), key.to_secret_text()]);
    }
    seeds.into_iter().map(String::into_bytes).collect()
}

/// The body of `add-checkpoint`, and what a witness decides on it.
pub fn witness_request(bytes: &[u8]) {
    let Ok(request) = Request::parse(bytes) else {
        return;
    };
    assert_eq!(request.to_string().as_bytes(), bytes);
    let latest = Checkpoint::new("log.example/ada", 4, merkle::empty_root());
    let latest = latest.expect("a checkpoint");
    for latest in [None, Some(&latest)] {
        let decided = decision::decide(&request, &[key().verifier()], latest);
        if let (Ok(accepted), Some(latest)) = (decided, latest) {
            assert!(accepted.checkpoint.size() >= latest.size());
        }
    }
}

pub(super) fn requests() -> Vec<Vec<u8>> {
    let request = |old_size, hashes| {
        let proof = vec![merkle::empty_root(); hashes];
        Request::new(old_size, proof, signed()).expect("a request")
    };
    let seeds = [request(0, 0), request(4, 0), request(3, 2)];
    seeds.map(|request| request.to_string().into_bytes()).into()
}

/// What a witness answers, by its status, and what a client believes of it.
pub fn witness_answer(bytes: &[u8]) {
    let _size = Answer::read(409, decision::SIZE_CONTENT_TYPE, bytes);
    let _refused = Answer::read(404, "text/plain", bytes);
    if let Ok(Answer::Cosigned(lines)) = Answer::read(200, "text/plain", bytes) {
        assert_eq!(lines.to_string().as_bytes(), bytes);
        let note = signed();
        let accepted = KNOWN.with(|known| answer::accept(&note, &lines, known));
        if let Ok(accepted) = accepted {
            assert!(accepted.signatures().len() > note.signatures().len());
        }
    }
}

pub(super) fn answers() -> Vec<Vec<u8>> {
    [lines().to_string(), "20852163\n".to_owned()]
        .map(String::into_bytes)
        .into()
}

/// Two checkpoints that cannot both be true.
pub fn conflict(bytes: &[u8]) {
    if let Ok(conflict) = text(bytes).parse::<Conflict>() {
        assert_eq!(conflict.to_string(), text(bytes));
        let _verified = conflict.verify(&[key().verifier()]);
    }
}

pub(super) fn conflicts() -> Vec<Vec<u8>> {
    let other = Checkpoint::new("log.example/ada", 4, merkle::leaf_hash(b""));
    let other = Note::sign(&other.expect("a checkpoint").to_string(), &key());
    let conflict = Conflict::new([signed(), other.expect("a note")]);
    let [one, two] = [[5; 32], [6; 32]].map(tlog::merkle::Hash);
    let larger = Checkpoint::new("log.example/ada", 2, merkle::node_hash(&one, &two));
    let smaller = Checkpoint::new("log.example/ada", 1, two);
    let notes = [smaller, larger]
        .map(|it| Note::sign(&it.expect("a checkpoint").to_string(), &key()).expect("a note"));
    let joined = Conflict::joined(notes, one, vec![two]);
    [conflict, joined]
        .map(|it| it.expect("a conflict").to_string().into_bytes())
        .into()
}
