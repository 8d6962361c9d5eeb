//! No parser of outside data panics, whatever it is given: thousands of spoilt inputs each, the same at each run.
//!
//! The parsers of the log's formats are held to the same in `crates/tlog/tests/spoilt.rs`.

use countersign::evidence;
use countersign::record::{DecisionsRecord, ReportRecord};
use ledger::leaf::Leaf;
use model::change::Change;
use model::digest::{CommitId, Digest};
use model::period::Period;
use model::population::Observation;
use model::program_file;
use signatures::{
    GITHUB_WEB_FLOW_KEYS, KeySources, Keyring, ObjectFormat, openpgp_fingerprints, split_commit,
    ssh_fingerprint,
};
use sources::git::{self, Commit, Person, message};
use std::panic;
use testkit::Mutations;

/// Inputs to a parser that takes microseconds.
const MANY: usize = 20_000;
/// Inputs to a parser that takes longer, so that a test without optimisation ends in seconds.
const SOME: usize = 1_000;

const PROGRAM: &[u8] = include_bytes!("../../../../examples/solo-saas/countersign.yaml");
const SMALL_PROGRAM: &[u8] = b"version: 1\norganisation: {name: Larkspur Metrics}\nprincipals:\n  - &ada {id: ada, name: Ada Marsh}\n  - *ada\nassignments: {ada: all}\n";
const SSH_KEY: &[u8] = include_bytes!("../../../signatures/tests/fixtures/ssh/ed25519.pub");
const SSH_SIGNATURE: &[u8] = include_bytes!("../../../signatures/tests/fixtures/ssh/ed25519.sig");
const P256_KEY: &[u8] = include_bytes!("../../../signatures/tests/fixtures/ssh/p256.pub");
const P256_SIGNATURE: &[u8] = include_bytes!("../../../signatures/tests/fixtures/ssh/p256.sig");
const PGP_KEY: &[u8] = include_bytes!("../../../signatures/tests/fixtures/openpgp/ada.pub.asc");
const PGP_SIGNATURE: &[u8] = include_bytes!("../../../signatures/tests/fixtures/openpgp/good.asc");
const PAYLOAD: &[u8] = include_bytes!("../../../signatures/tests/fixtures/payload.txt");

const COMMIT: &[u8] = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Ada Marsh <ada@larkspur.example> 1767603600 +0000\ncommitter GitHub <noreply@github.com> 1767603600 -0730\nencoding ISO-8859-1\ngpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----\n\nMerge pull request #7 from larkspur/import\n\nRead it in parts (LARK-12)\n\nRisk: high\nCo-authored-by: Claude <noreply@anthropic.com>\n";

#[test]
fn programs() {
    check(&[PROGRAM, SMALL_PROGRAM], SOME, |bytes| {
        if let Err(faults) = program_file::parse("it", &text(bytes)) {
            // What is said about faults points into the text, wherever it is cut.
            let _said = format!("{faults} {faults:?}");
        }
    });
}

#[test]
fn periods() {
    let seeds: [&[u8]; 6] = [
        b"all",
        b"2026",
        b"2026-H1",
        b"2026-Q2",
        b"2026-05",
        b"2026-01-01..2026-07-01",
    ];
    check(&seeds, MANY, |bytes| {
        if let Ok(period) = Period::parse(&text(bytes)) {
            assert!(
                period
                    .from
                    .is_none_or(|from| period.to.is_none_or(|to| from < to))
            );
        }
    });
}

#[test]
fn commits() {
    check(&[COMMIT, PAYLOAD], MANY, |bytes| {
        let commit = Commit::parse(bytes);
        let _parents = commit.parents().count();
        let _person = Person::parse(bytes);
    });
}

#[test]
fn messages() {
    let squash = b"feat: read in parts (#12)\r\n\r\n* one\r\n\r\n---------\r\n\r\nCo-authored-by: Copilot <copilot@github.com>\r\nTicket: LARK-9\r\n";
    let encodings: [Option<&[u8]>; 3] = [None, Some(b"ISO-8859-1"), Some(b"Shift_JIS")];
    let mut round = 0;
    check(&[COMMIT, squash], MANY / 4, |bytes| {
        let encoding = encodings[round % encodings.len()];
        let _message = message::parse(bytes, encoding, round % 4);
        let _assistants = message::named_assistants(bytes, encoding);
        let _text = git::decode(bytes, Some(bytes));
        round += 1;
    });
}

#[test]
fn evidence_and_records() {
    let change = br#"{"commit":"4b825dc642cb6eb9a060e54bf8d69288fbee4904","position":0,"parents":[],"committed_at":"2026-01-05T09:00:00Z"}"#;
    check(&[change, b"{}\n\n[]\n", b"[[[[[[[["], MANY / 4, |bytes| {
        let _changes = evidence::parse(bytes);
        let _change = serde_json::from_slice::<Change>(bytes);
        let _observation = serde_json::from_slice::<Observation>(bytes);
        let _decisions = serde_json::from_slice::<DecisionsRecord>(bytes);
        let _report = serde_json::from_slice::<ReportRecord>(bytes);
    });
}

#[test]
fn leaves_and_digests() {
    let leaf = br#"{"at":"2026-06-01T12:00:00Z","kind":"report","payload":{"bytes":12,"salted_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"version":1}"#;
    check(&[leaf, &leaf[77..]], MANY, |bytes| {
        if let Ok(leaf) = Leaf::parse(bytes) {
            // Canonical JSON: two leaves of one meaning would be two hashes.
            assert_eq!(leaf.encode(), bytes);
        }
        let _digest = text(bytes).parse::<Digest>();
        let _commit = text(bytes).parse::<CommitId>();
    });
}

#[test]
fn signed_commits_and_kinds() {
    check(&[COMMIT, SSH_SIGNATURE, PGP_SIGNATURE], MANY, |bytes| {
        let _sha1 = split_commit(bytes, ObjectFormat::Sha1);
        let _sha256 = split_commit(bytes, ObjectFormat::Sha256);
        let _kind = signatures::kind(bytes);
    });
}

#[test]
fn keys() {
    check(&[SSH_KEY, P256_KEY], MANY / 4, |bytes| {
        let _fingerprint = ssh_fingerprint(&text(bytes));
    });
    check(&[PGP_KEY], SOME, |bytes| {
        let _fingerprints = openpgp_fingerprints(&text(bytes));
    });
}

#[test]
fn signature_checks() {
    let (ssh, pgp) = (text(SSH_KEY), text(PGP_KEY));
    let keyring = Keyring::new(KeySources {
        ssh: &[&ssh],
        openpgp: &[&pgp],
        forge: &GITHUB_WEB_FLOW_KEYS,
    });
    let keyring = keyring.expect("good keys");
    check(
        &[SSH_SIGNATURE, P256_SIGNATURE, PGP_SIGNATURE],
        SOME,
        |bytes| {
            let _checked = keyring.check(bytes, PAYLOAD);
        },
    );
}

/// Calls a parser with spoilt inputs, and shows the one that it panics on.
fn check(seeds: &[&[u8]], count: usize, mut parse: impl FnMut(&[u8])) {
    for (number, input) in Mutations::of(seeds).take(count).enumerate() {
        let run = panic::catch_unwind(panic::AssertUnwindSafe(|| parse(&input)));
        assert!(run.is_ok(), "input {number}: b\"{}\"", input.escape_ascii());
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
