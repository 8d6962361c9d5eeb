//! Every status of C2SP tlog-witness, "add-checkpoint".

use proptest::prelude::*;
use tlog::checkpoint::Checkpoint;
use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle::{empty_root, leaf_hash};
use tlog::note::{Note, Signature};
use tlog::witness::decision::{Accepted, Refusal, decide};
use tlog::witness::request::Request;

use crate::{ORIGIN, checkpoint, forked, log, proof, request, signed};

fn trusted() -> [VerifierKey; 1] {
    [log(1).verifier()]
}

fn decided(request: &Request, latest: Option<&Checkpoint>) -> Result<Accepted, Refusal> {
    decide(request, &trusted(), latest)
}

/// Checks status, content type and body of a refusal.
fn check(request: &Request, latest: Option<&Checkpoint>, status: u16, body: &str) {
    let refused = decided(request, latest).unwrap_err();
    assert_eq!(refused.status(), status, "{refused:?}");
    assert_eq!(refused.body(), body);
    let content_type = match status {
        409 => "text/x.tlog.size",
        _ => "text/plain; charset=utf-8",
    };
    assert_eq!(refused.content_type(), content_type);
}

#[test]
fn the_first_checkpoint_needs_no_proof_and_every_later_one_does() {
    for size in [0, 1, 5] {
        let first = decided(&request(0, size), None).unwrap();
        assert_eq!(first.checkpoint, checkpoint(size));
    }
    let grown = decided(&request(5, 9), Some(&checkpoint(5))).unwrap();
    assert_eq!(grown.note, signed(&checkpoint(9), &log(1)));
}

#[test]
fn the_same_checkpoint_is_accepted_again() {
    for size in [0, 1, 5] {
        let latest = checkpoint(size);
        assert!(
            decided(&request(size, size), Some(&latest)).is_ok(),
            "{size}"
        );
    }
}

#[test]
fn an_unknown_origin_is_404() {
    let refused = decide(&request(0, 3), &[], None).unwrap_err();
    assert_eq!(refused.status(), 404);
    assert_eq!(
        refused.body(),
        "no log with the origin \"log.example/ada\" is known here\n"
    );
}

#[test]
fn an_unsigned_or_falsely_signed_checkpoint_is_403() {
    let by_stranger = signed(&checkpoint(3), &log(9));
    let request = Request::new(0, vec![], by_stranger.clone()).unwrap();
    check(
        &request,
        None,
        403,
        "the checkpoint is not signed by the log\n",
    );
    let mut line = signed(&checkpoint(4), &log(1)).signatures()[0].clone();
    let forged = signed(&checkpoint(3), &log(1))
        .with_signature(line.clone())
        .unwrap();
    let request = Request::new(0, vec![], forged).unwrap();
    check(
        &request,
        None,
        403,
        "the checkpoint is not signed by the log\n",
    );
    // Under another ID it is of a key that nobody knows.
    line.key_id ^= 1;
    let note = signed(&checkpoint(3), &log(1))
        .with_signature(line)
        .unwrap();
    let accepted = decided(&Request::new(0, vec![], note).unwrap(), None).unwrap();
    assert_eq!(
        accepted.note,
        signed(&checkpoint(3), &log(1)),
        "the line of the unknown key is dropped"
    );
}

#[test]
fn either_key_of_a_log_will_do_and_both_stay_on_the_note() {
    let keys = [log(1), log(2)].map(|key| key.verifier());
    let line = |seed| signed(&checkpoint(3), &log(seed)).signatures()[0].clone();
    let twice = signed(&checkpoint(3), &log(2))
        .with_signature(line(2))
        .unwrap();
    let both = twice.with_signature(line(1)).unwrap();
    let request = Request::new(0, vec![], both).unwrap();
    let accepted = decide(&request, &keys, None).unwrap();
    assert_eq!(accepted.note.signatures(), [line(2), line(1)]);
}

#[test]
fn a_proof_from_beyond_the_checkpoint_is_400() {
    let backwards = Request::new(5, vec![], request(0, 3).note().clone()).unwrap();
    let body = "the proof starts from 5 leaves, and the checkpoint has only 3\n";
    check(&backwards, Some(&checkpoint(5)), 400, body);
    check(&backwards, None, 400, body);
}

#[test]
fn a_proof_from_another_size_is_409_with_the_size() {
    check(&request(3, 9), Some(&checkpoint(5)), 409, "5\n");
    check(&request(0, 9), Some(&checkpoint(5)), 409, "5\n");
    check(&request(3, 9), None, 409, "0\n");
    check(&request(3, 3), Some(&checkpoint(5)), 409, "5\n");
}

#[test]
fn what_does_not_extend_the_latest_is_422() {
    let unshown = "the checkpoint is not shown to extend the one cosigned last\n";
    let latest = checkpoint(5);
    let fork = Request::new(5, vec![], signed(&forked(5), &log(1))).unwrap();
    check(&fork, Some(&latest), 422, unshown);
    let fork = Request::new(5, proof(5, 9), signed(&forked(9), &log(1))).unwrap();
    check(&fork, Some(&latest), 422, unshown);
    let unproved = Request::new(5, vec![], request(0, 9).note().clone()).unwrap();
    check(&unproved, Some(&latest), 422, unshown);
    check(&request(5, 9), Some(&forked(5)), 422, unshown);
    let needless = Request::new(5, vec![leaf_hash(b"")], request(0, 5).note().clone()).unwrap();
    check(&needless, Some(&latest), 422, unshown);
}

#[test]
fn a_proof_from_nothing_and_a_false_empty_tree_are_422() {
    let body = "a proof from no leaves is empty, and this one has 1 hashes\n";
    for latest in [None, Some(&checkpoint(0))] {
        let needless = Request::new(0, vec![leaf_hash(b"")], request(0, 5).note().clone());
        check(&needless.unwrap(), latest, 422, body);
        let false_root = Checkpoint::new(ORIGIN, 0, leaf_hash(b"")).unwrap();
        let request = Request::new(0, vec![], signed(&false_root, &log(1))).unwrap();
        let body = format!(
            "the tree without leaves has another root than {}\n",
            leaf_hash(b"")
        );
        check(&request, latest, 422, &body);
    }
    let empty = Checkpoint::new(ORIGIN, 0, empty_root()).unwrap();
    assert_eq!(checkpoint(0), empty);
}

#[test]
fn a_crowd_of_unknown_lines_leaves_room_for_the_cosignatures() {
    let mut note = signed(&checkpoint(3), &log(1));
    while let Ok(fuller) = note.clone().with_signature(Signature {
        name: KeyName::new("stranger").unwrap(),
        key_id: 7,
        bytes: vec![1],
    }) {
        note = fuller;
    }
    let accepted = decided(&Request::new(0, vec![], note).unwrap(), None).unwrap();
    assert_eq!(accepted.note.signatures().len(), 1);
}

#[test]
fn the_name_of_a_key_alone_makes_it_no_key_of_the_log() {
    let other = SignerKey::from_seed(KeyName::new("log.example/eve").unwrap(), &[1; 32]);
    let note = Note::sign(&checkpoint(3).to_string(), &other).unwrap();
    let refused = decided(&Request::new(0, vec![], note).unwrap(), None).unwrap_err();
    assert_eq!(refused.status(), 403);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_witness_goes_only_where_the_log_went(old in 0_u64..90, more in 0_u64..90, flip in 0_usize..256) {
        let size = old + more;
        let latest = checkpoint(old);
        let honest = request(old, size);
        prop_assert!(decided(&honest, Some(&latest)).is_ok());
        let fork = Request::new(old, proof(old, size), signed(&forked(size), &log(1))).unwrap();
        // From nothing a log may go anywhere, but the tree without leaves has one root.
        let may = old == 0 && size != 0;
        prop_assert_eq!(decided(&fork, Some(&latest)).is_ok(), may);
        let mut changed = proof(old, size);
        if let Some(hash) = changed.first_mut() {
            hash.0[flip / 8] ^= 1 << (flip % 8);
            let changed = Request::new(old, changed, honest.note().clone()).unwrap();
            prop_assert_eq!(decided(&changed, Some(&latest)).unwrap_err().status(), 422);
        }
        let other = decided(&honest, Some(&checkpoint(old + 1))).unwrap_err();
        prop_assert_eq!(other.status(), 409);
    }
}
