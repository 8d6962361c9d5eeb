//! What outsiders prove about the time between two records, and what they cannot.

use crate::company::{anchor, claimed, cosigned, hour, program, stamped};
use gates::interval::{Absent, Belief, Interval, Record, interval};
use gates::outside::{Discounted, KeySource, LogFacts, OutsideSignature};
use jiff::{SignedDuration, Timestamp};
use model::digest::Digest;
use model::outcome::LogGrade;
use std::collections::BTreeSet;

const OPENED: Record = Record {
    leaf: 0,
    after: None,
};

/// Returns the self-review, the third record.
fn reviewed(after: Digest) -> Record {
    Record {
        leaf: 2,
        after: Some(after),
    }
}

/// Returns what lies between the opening of a change and a record, in a log of three records.
fn between(signatures: &[OutsideSignature], second: Record, belief: Belief) -> Interval {
    let leaves: [Timestamp; 3] = [0, 1, 2].map(hour);
    let facts = LogFacts {
        leaves: &leaves,
        signatures,
        statements: &[],
        unread: &BTreeSet::new(),
        program: &program(),
        now: hour(100),
    };
    interval(&facts, OPENED, second, belief)
}

fn hours(interval: &Interval) -> Option<i64> {
    interval.at_least().map(|duration| duration.as_hours())
}

#[test]
fn two_outside_signatures_prove_a_wait() {
    let signatures = [
        cosigned("noor", 1, 1),
        stamped(2, 30),
        cosigned("noor", 3, 40),
    ];
    let proved = between(
        &signatures,
        reviewed(anchor("clock", 2, 30)),
        Belief::Verified,
    );
    assert_eq!(hours(&proved), Some(29));
    assert_eq!(proved.grade(), LogGrade::Timestamped);
    let existed_by = proved.existed_by.unwrap();
    assert_eq!(existed_by.time, hour(1));
    assert_eq!(existed_by.outsider, "noor");
    assert_eq!(existed_by.grade, LogGrade::Witnessed);
    let not_before = proved.not_before.unwrap();
    assert_eq!(not_before.time, hour(30));
    assert_eq!(not_before.grade, LogGrade::Timestamped);
}

#[test]
fn one_signature_may_stand_on_both_sides_and_proves_no_wait() {
    let signatures = [cosigned("noor", 2, 5)];
    let proved = between(
        &signatures,
        reviewed(anchor("noor", 2, 5)),
        Belief::Verified,
    );
    assert_eq!(proved.at_least(), Some(SignedDuration::ZERO));
}

#[test]
fn the_error_of_a_clock_is_taken_off_on_both_sides() {
    let vague = |signature| OutsideSignature {
        accuracy: SignedDuration::from_mins(30),
        ..signature
    };
    let signatures = [vague(stamped(1, 1)), vague(stamped(2, 30))];
    let proved = between(
        &signatures,
        reviewed(anchor("clock", 2, 30)),
        Belief::Verified,
    );
    assert_eq!(hours(&proved), Some(28));
}

#[test]
fn a_signature_later_than_the_anchor_proves_less_than_nothing() {
    let signatures = [cosigned("noor", 2, 5), cosigned("kit", 0, 1)];
    let proved = between(&signatures, reviewed(anchor("kit", 0, 1)), Belief::Verified);
    assert_eq!(hours(&proved), Some(-4));
}

/// He makes the change, the review and the checkpoints of the whole week on Monday, and lets outsiders sign on each day.
#[test]
fn an_operator_who_prepares_everything_on_monday_proves_nothing() {
    let signatures = [cosigned("noor", 1, 1), cosigned("noor", 3, 48)];
    let checkpoint = Digest::of(b"larkspur.example/log\n2\nroot\n");
    let prepared = between(&signatures, reviewed(checkpoint), Belief::Claimed);
    assert_eq!(prepared.not_before, Err(Absent::OtherAnchor { leaf: 2 }));
    assert_eq!(prepared.at_least(), None);
    assert_eq!(prepared.grade(), LogGrade::SelfSigned);
    let bare = Record {
        leaf: 2,
        after: None,
    };
    let nothing = between(&signatures, bare, Belief::Claimed);
    assert_eq!(nothing.not_before, Err(Absent::NoAnchor { leaf: 2 }));
}

#[test]
fn his_own_witness_proves_nothing_on_either_side() {
    let signatures = [cosigned("ours", 1, 1), cosigned("ours", 2, 30)];
    let own = between(
        &signatures,
        reviewed(anchor("ours", 2, 30)),
        Belief::Claimed,
    );
    assert_eq!(own.existed_by, Err(Absent::Unsigned { leaf: 0 }));
    let source = Discounted::Own;
    assert_eq!(own.not_before, Err(Absent::Discounted { leaf: 2, source }));
}

#[test]
fn keys_of_the_program_prove_what_is_claimed_only() {
    let signatures = [claimed(cosigned("noor", 1, 1)), claimed(stamped(2, 30))];
    let anchored = reviewed(anchor("clock", 2, 30));
    let told = between(&signatures, anchored, Belief::Claimed);
    assert_eq!(hours(&told), Some(29));
    assert_eq!(told.existed_by.unwrap().key, KeySource::Program);
    let believed = between(&signatures, anchored, Belief::Verified);
    assert_eq!(believed.existed_by, Err(Absent::Unsigned { leaf: 0 }));
    assert_eq!(believed.not_before, Err(Absent::Unverified { leaf: 2 }));
}

#[test]
fn a_later_signature_by_a_better_key_speaks_for_the_verifier() {
    let signatures = [
        claimed(stamped(1, 1)),
        cosigned("noor", 1, 3),
        cosigned("kit", 2, 30),
    ];
    let anchored = reviewed(anchor("kit", 2, 30));
    assert_eq!(
        hours(&between(&signatures, anchored, Belief::Claimed)),
        Some(29)
    );
    assert_eq!(
        hours(&between(&signatures, anchored, Belief::Verified)),
        Some(27)
    );
}

#[test]
fn at_one_time_the_better_signature_speaks() {
    let signatures = [
        stamped(1, 1),
        cosigned("noor", 1, 1),
        claimed(cosigned("kit", 1, 1)),
    ];
    let bare = Record {
        leaf: 1,
        after: None,
    };
    let side = between(&signatures, bare, Belief::Claimed)
        .existed_by
        .unwrap();
    assert_eq!(side.outsider, "noor");
}

#[test]
fn a_clock_in_the_future_anchors_nothing() {
    for (signature, outsider) in [
        (stamped(2, 101), "clock"),
        (cosigned("noor", 2, 101), "noor"),
    ] {
        let signatures = [cosigned("kit", 1, 1), signature];
        let wrong = between(
            &signatures,
            reviewed(anchor(outsider, 2, 101)),
            Belief::Verified,
        );
        let source = Discounted::Future;
        assert_eq!(
            wrong.not_before,
            Err(Absent::Discounted { leaf: 2, source })
        );
    }
}

#[test]
fn a_witness_whose_clock_went_back_anchors_nothing() {
    let signatures = [cosigned("noor", 1, 40), cosigned("noor", 2, 30)];
    let wrong = between(
        &signatures,
        reviewed(anchor("noor", 2, 30)),
        Belief::Verified,
    );
    let source = Discounted::Backwards;
    assert_eq!(
        wrong.not_before,
        Err(Absent::Discounted { leaf: 2, source })
    );
}

/// The authority says Tuesday; a witness had seen the review, which commits to that, on Monday.
#[test]
fn clocks_that_contradict_each_other_prove_nothing() {
    let signatures = [
        cosigned("noor", 1, 1),
        stamped(2, 30),
        cosigned("noor", 3, 20),
    ];
    let torn = between(
        &signatures,
        reviewed(anchor("clock", 2, 30)),
        Belief::Verified,
    );
    let fault = torn.not_before.unwrap_err();
    insta::assert_snapshot!(fault, @"record 2 existed by 2026-06-01T20:00:00Z according to `noor`, and not before 2026-06-02T06:00:00Z according to `clock`: one of their clocks is wrong");
    assert!(torn.existed_by.is_ok());
    let agreeing = [
        cosigned("noor", 1, 1),
        stamped(2, 30),
        cosigned("noor", 3, 30),
    ];
    let proved = between(
        &agreeing,
        reviewed(anchor("clock", 2, 30)),
        Belief::Verified,
    );
    assert_eq!(hours(&proved), Some(29));
}

#[test]
fn a_record_that_the_log_does_not_hold_is_told() {
    let absent = Record {
        leaf: 3,
        after: Some(anchor("noor", 1, 1)),
    };
    let interval = between(&[cosigned("noor", 1, 1)], absent, Belief::Claimed);
    assert_eq!(interval.not_before, Err(Absent::NoRecord { leaf: 3 }));
}
