//! Two checkpoints that cannot both be true.

use tlog::checkpoint::{Checkpoint, OpenError};
use tlog::conflict::{Conflict, ConflictError};
use tlog::cosignature::cosign;
use tlog::cosignature::key::{Algorithm, CosigningKey};
use tlog::key::KeyName;
use tlog::note::Note;

use crate::{ORIGIN, checkpoint, forked, log, proof, signed};

/// Five leaves of a fork, and eight of the log that does not hold them.
fn joined() -> Conflict {
    let notes = [forked(5), checkpoint(8)].map(|it| signed(&it, &log(1)));
    Conflict::joined(notes, *checkpoint(5).root(), proof(5, 8)).unwrap()
}

fn notes() -> [Note; 2] {
    [checkpoint(5), forked(5)].map(|it| signed(&it, &log(1)))
}

#[test]
fn a_conflict_reads_and_writes_back_and_convinces_whoever_has_the_key() {
    let conflict = Conflict::new(notes()).unwrap();
    let text = conflict.to_string();
    assert!(
        text.starts_with("tlog-conflict/v1\n\nlog.example/ada\n5\n"),
        "{text}"
    );
    let again: Conflict = text.parse().unwrap();
    assert_eq!(again, conflict);
    assert_eq!(again.size(), 5);
    assert_eq!(again.roots(), &[*checkpoint(5).root(), *forked(5).root()]);
    assert_eq!(again.verify(&[log(1).verifier()]), Ok(()));
}

#[test]
fn a_conflict_of_two_sizes_convinces_whoever_has_the_key() {
    let conflict = joined();
    let again: Conflict = conflict.to_string().parse().unwrap();
    assert_eq!(again, conflict);
    assert_eq!(again.size(), 5);
    assert_eq!(again.roots(), &[*forked(5).root(), *checkpoint(5).root()]);
    assert_eq!(again.verify(&[log(1).verifier()]), Ok(()));
}

#[test]
fn what_joins_two_sizes_must_lead_from_one_to_the_other() {
    let true_notes = || [checkpoint(5), checkpoint(8)].map(|it| signed(&it, &log(1)));
    let root = *checkpoint(5).root();
    let both_true = Conflict::joined(true_notes(), root, proof(5, 8));
    assert_eq!(both_true, Err(ConflictError::NoConflict));
    let invented = Conflict::joined(true_notes(), *forked(5).root(), proof(5, 8));
    assert!(matches!(invented, Err(ConflictError::Elsewhere(_))));
    let swapped = [checkpoint(8), forked(5)].map(|it| signed(&it, &log(1)));
    let swapped = Conflict::joined(swapped, root, proof(5, 8));
    assert_eq!(swapped, Err(ConflictError::NoConflict));
    let empty = [forked(0), checkpoint(8)].map(|it| signed(&it, &log(1)));
    let empty = Conflict::joined(empty, root, vec![]);
    assert_eq!(empty, Err(ConflictError::NoConflict));
}

#[test]
fn a_cosignature_stays_on_what_it_cosigned() {
    let [first, second] = notes();
    let name = KeyName::new("witness.example/bo").unwrap();
    let witness = CosigningKey::from_seed(name, Algorithm::MlDsa44, &[2; 32]).unwrap();
    let line = cosign(&first, 7, &witness).unwrap();
    let conflict = Conflict::new([first.with_signature(line).unwrap(), second]).unwrap();
    let again: Conflict = conflict.to_string().parse().unwrap();
    assert_eq!(again.notes()[0].signatures().len(), 2);
}

#[test]
fn either_key_of_a_log_counts() {
    let conflict = Conflict::new([signed(&checkpoint(5), &log(1)), signed(&forked(5), &log(2))]);
    let conflict = conflict.unwrap();
    let keys = [log(1), log(2)].map(|key| key.verifier());
    assert_eq!(conflict.verify(&keys), Ok(()));
    let refused = conflict.verify(&keys[..1]);
    assert!(
        matches!(refused, Err(OpenError::Signature(_))),
        "{refused:?}"
    );
}

#[test]
fn two_checkpoints_that_can_both_be_true_are_no_conflict() {
    let other_log = Checkpoint::new("log.example/eve", 5, *forked(5).root()).unwrap();
    let extended: Checkpoint = format!("{}extension\n", checkpoint(5)).parse().unwrap();
    for second in [checkpoint(5), checkpoint(6), other_log, extended] {
        let refused = Conflict::new([checkpoint(5), second].map(|it| signed(&it, &log(1))));
        assert_eq!(refused, Err(ConflictError::NoConflict));
    }
}

#[test]
fn a_changed_conflict_convinces_nobody() {
    let keys = [log(1).verifier()];
    for text in [Conflict::new(notes()).unwrap(), joined()].map(|it| it.to_string()) {
        for offset in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[offset] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let convinces = changed
                .parse::<Conflict>()
                .is_ok_and(|conflict| conflict.verify(&keys).is_ok());
            assert!(!convinces, "byte {offset} of {text}");
        }
    }
}

#[test]
fn malformed_conflicts_are_refused_with_their_reason() {
    let text = Conflict::new(notes()).unwrap().to_string();
    let refused = |text: &str| text.parse::<Conflict>().unwrap_err();
    assert_eq!(refused(&text.replace("/v1", "/v2")), ConflictError::Header);
    assert_eq!(refused("tlog-conflict/v1\n"), ConflictError::Header);
    let alone = format!("tlog-conflict/v1\n\n{}", notes()[0]);
    assert_eq!(refused(&alone), ConflictError::Notes);
    assert_eq!(
        refused(&format!("{text}\n{}", notes()[0])),
        ConflictError::Notes
    );
    let unsigned = text.replace('\u{2014}', "-");
    assert!(matches!(refused(&unsigned), ConflictError::Note(_)));
    let no_checkpoint = text.replace("\n5\n", "\nfive\n");
    assert!(matches!(
        refused(&no_checkpoint),
        ConflictError::Checkpoint(_)
    ));
    assert!(text.contains(ORIGIN));
}
