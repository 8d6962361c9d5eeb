//! Rule by rule: who signed the log, and in time.

use crate::company::{claimed, cosigned, hour, program, stamped};
use gates::log_grade::{Cover, LogAssurance, Standing, log_grade};
use gates::outside::{Discounted, LogFacts, OutsideSignature, OutsiderKind, Statement};
use jiff::{SignedDuration, Timestamp};
use model::outcome::LogGrade;
use model::outsiders::Relation;
use std::collections::BTreeSet;

/// Returns the assurance at an hour, of leaves at these hours.
fn assurance(leaves: &[i64], signatures: &[OutsideSignature], now: i64) -> LogAssurance {
    let leaves: Vec<Timestamp> = leaves.iter().map(|at| hour(*at)).collect();
    log_grade(&LogFacts {
        leaves: &leaves,
        signatures,
        statements: &[],
        unread: &BTreeSet::new(),
        program: &program(),
        now: hour(now),
    })
}

/// Returns the spans in words.
fn spans(assurance: &LogAssurance) -> Vec<String> {
    let told = assurance.spans.iter().map(|span| {
        let Standing { claimed, verified } = span.standing;
        format!(
            "{}-{} {claimed}/{verified} {:?}",
            span.first, span.last, span.cover
        )
    });
    told.collect()
}

fn check(leaves: &[i64], signatures: &[OutsideSignature], now: i64, expect: &[&str]) {
    assert_eq!(spans(&assurance(leaves, signatures, now)), expect);
}

fn reasons(signatures: &[OutsideSignature]) -> Vec<Discounted> {
    let assurance = assurance(&[0, 1, 2], signatures, 24);
    assert_eq!(assurance.last_contact, None);
    assert_eq!(spans(&assurance), ["0-2 self/self Pending"]);
    let discounted = assurance.discounted.iter();
    discounted.map(|(_, reason)| *reason).collect()
}

#[test]
fn a_log_without_records_or_signatures_is_the_operators_own() {
    let empty = assurance(&[], &[], 0);
    assert_eq!(empty.standing.claimed, LogGrade::SelfSigned);
    assert_eq!(empty.spans, []);
    check(&[0], &[], 24, &["0-0 self/self Pending"]);
    check(&[0], &[], 25, &["0-0 self/self Missing"]);
    assert_eq!(assurance(&[0], &[], 25).gaps().count(), 1);
    assert_eq!(assurance(&[0], &[], 24).gaps().count(), 0);
}

#[test]
fn each_grade_has_its_signers() {
    let check = |signatures: &[OutsideSignature], expect| {
        let assurance = assurance(&[0], signatures, 2);
        assert_eq!(assurance.standing.claimed, expect);
        assert!(assurance.standing.is_verified());
    };
    check(&[stamped(1, 1)], LogGrade::Timestamped);
    check(&[cosigned("noor", 1, 1)], LogGrade::Witnessed);
    check(
        &[cosigned("noor", 1, 1), stamped(1, 1)],
        LogGrade::Witnessed,
    );
    let related = [cosigned("noor", 1, 1), cosigned("noor-2", 1, 1)];
    check(&related, LogGrade::Witnessed);
    let unrelated = [cosigned("noor", 1, 1), cosigned("kit", 1, 1)];
    check(&unrelated, LogGrade::CrossWitnessed);
}

#[test]
fn a_key_that_only_the_program_supplies_is_claimed() {
    let signatures = [
        claimed(cosigned("noor", 2, 2)),
        cosigned("kit", 1, 1),
        stamped(2, 1),
    ];
    check(
        &[0, 0],
        &signatures,
        3,
        &[
            "0-0 cross-witnessed/witnessed InTime",
            "1-1 witnessed/timestamped InTime",
        ],
    );
    let assurance = assurance(&[0, 0], &signatures, 3);
    assert!(!assurance.standing.is_verified());
    assert_eq!(assurance.last_contact.unwrap().outsider, "noor");
    assert_eq!(assurance.last_verified_contact.unwrap().time, hour(1));
}

#[test]
fn reciprocal_witnessing_counts_and_is_disclosed() {
    let both = assurance(&[0], &[cosigned("kit", 1, 1), cosigned("noor", 1, 1)], 2);
    assert_eq!(both.reciprocal.iter().collect::<Vec<_>>(), ["kit"]);
    assert_eq!(
        assurance(&[0], &[cosigned("noor", 1, 1)], 2)
            .reciprocal
            .len(),
        0
    );
}

#[test]
fn a_record_is_signed_in_time_to_the_last_second() {
    check(
        &[0],
        &[cosigned("noor", 1, 24)],
        24,
        &["0-0 witnessed/witnessed InTime"],
    );
    let late = OutsideSignature {
        time: hour(24) + SignedDuration::from_secs(1),
        ..cosigned("noor", 1, 24)
    };
    check(&[0], &[late], 25, &["0-0 self/self BeforeFirst"]);
    let vague = OutsideSignature {
        accuracy: SignedDuration::from_secs(1),
        ..cosigned("noor", 1, 24)
    };
    check(&[0], &[vague], 25, &["0-0 self/self BeforeFirst"]);
}

#[test]
fn what_precedes_the_first_signature_and_what_falls_in_a_gap_has_grade_self() {
    let signatures = [
        cosigned("noor", 3, 50),
        cosigned("noor", 5, 100),
        stamped(6, 110),
    ];
    check(
        &[0, 25, 26, 60, 80, 105, 130, 200],
        &signatures,
        205,
        &[
            "0-1 self/self BeforeFirst",
            "2-2 witnessed/witnessed InTime",
            "3-3 self/self Late",
            "4-4 witnessed/witnessed InTime",
            "5-5 timestamped/timestamped InTime",
            "6-6 self/self Missing",
            "7-7 self/self Pending",
        ],
    );
    let assurance = assurance(&[0, 25, 26, 60, 80], &signatures[..2], 100);
    let gaps: Vec<_> = assurance
        .gaps()
        .map(|gap| (gap.from, gap.to, gap.cover))
        .collect();
    assert_eq!(gaps[0], (hour(0), hour(25), Cover::BeforeFirst));
    assert_eq!(gaps[1], (hour(60), hour(60), Cover::Late));
    assert_eq!(assurance.last_contact.unwrap().time, hour(100));
}

#[test]
fn the_newest_record_that_is_due_gives_the_log_its_grade() {
    let signatures = [cosigned("noor", 1, 1)];
    let at = |now| assurance(&[0, 2], &signatures, now).standing.claimed;
    assert_eq!(at(26), LogGrade::Witnessed);
    assert_eq!(at(27), LogGrade::SelfSigned);
}

#[test]
fn a_record_that_claims_a_later_time_than_a_signature_on_it_lies() {
    // Signed by hour 2, and said to be of hour 9: its clock went ahead.
    let signatures = [cosigned("noor", 2, 2)];
    check(
        &[0, 9],
        &signatures,
        10,
        &["0-0 witnessed/witnessed InTime", "1-1 self/self Ahead"],
    );
    let assurance = assurance(&[0, 9], &signatures, 10);
    assert!(assurance.is_ahead(1) && !assurance.is_ahead(0));
}

#[test]
fn a_record_that_claims_the_future_is_not_waited_for() {
    let signatures = [cosigned("noor", 1, 1)];
    let assurance = assurance(&[0, 900], &signatures, 2);
    assert_eq!(assurance.standing.claimed, LogGrade::SelfSigned);
    assert_eq!(assurance.spans[1].cover, Cover::Missing);
}

#[test]
fn nobody_counts_who_is_of_the_organisation_or_not_named() {
    assert_eq!(reasons(&[cosigned("ours", 3, 3)]), [Discounted::Own]);
    assert_eq!(reasons(&[cosigned("declared", 3, 3)]), [Discounted::Own]);
    assert_eq!(
        reasons(&[cosigned("stranger", 3, 3)]),
        [Discounted::UnknownKey]
    );
    let nameless = OutsideSignature {
        outsider: None,
        ..cosigned("noor", 3, 3)
    };
    assert_eq!(reasons(&[nameless]), [Discounted::UnknownKey]);
    // The name of an authority is not that of a witness.
    assert_eq!(
        reasons(&[cosigned("clock", 3, 3)]),
        [Discounted::UnknownKey]
    );
}

#[test]
fn a_checkpoint_with_more_records_than_the_log_is_told() {
    assert_eq!(reasons(&[cosigned("noor", 4, 3)]), [Discounted::BeyondLog]);
}

#[test]
fn a_time_in_the_future_is_told_and_not_counted() {
    assert_eq!(reasons(&[cosigned("noor", 3, 25)]), [Discounted::Future]);
    assert_eq!(reasons(&[stamped(3, 25)]), [Discounted::Future]);
    check(
        &[0],
        &[cosigned("noor", 1, 24)],
        24,
        &["0-0 witnessed/witnessed InTime"],
    );
    // An authority that may be an hour off has not said that it is later than now.
    let vague = OutsideSignature {
        accuracy: SignedDuration::from_hours(1),
        ..stamped(1, 21)
    };
    check(&[0], &[vague], 20, &["0-0 timestamped/timestamped InTime"]);
}

#[test]
fn a_witness_whose_clock_went_back_is_told_and_not_counted() {
    let signatures = [
        cosigned("noor", 1, 5),
        cosigned("noor", 2, 4),
        cosigned("noor", 3, 6),
    ];
    let assurance = assurance(&[0, 1, 6], &signatures, 7);
    assert_eq!(
        assurance.discounted,
        [(signatures[1].clone(), Discounted::Backwards)]
    );
    assert_eq!(assurance.standing.claimed, LogGrade::Witnessed);
    // Another witness may sign an older checkpoint later, and so may an authority.
    let others = [
        cosigned("noor", 2, 4),
        cosigned("kit", 1, 5),
        stamped(2, 5),
        stamped(1, 6),
    ];
    assert_eq!(self::assurance(&[0, 0], &others, 7).discounted, []);
    // The same checkpoint at a later time is no step back.
    let again = [cosigned("noor", 1, 5), cosigned("noor", 1, 4)];
    assert_eq!(self::assurance(&[0], &again, 7).discounted, []);
}

#[test]
fn an_authority_with_a_clock_far_ahead_vouches_for_nothing() {
    check(&[0], &[stamped(1, 9000)], 30, &["0-0 self/self Missing"]);
}

#[test]
fn a_checkpoint_of_no_records_covers_none() {
    let assurance = assurance(&[0], &[cosigned("noor", 0, 0)], 1);
    assert_eq!(spans(&assurance), ["0-0 self/self Pending"]);
    assert_eq!(assurance.last_contact.unwrap().time, hour(0));
}

fn said(leaf: u64, relation: Relation) -> Statement {
    Statement {
        leaf,
        kind: OutsiderKind::Witness,
        outsider: "noor".into(),
        run_by: "Haddad Advisory".into(),
        relation,
    }
}

/// Returns which of the signatures on one to four leaves do not count, where these records of the program were read and
/// those were not.
fn discounted(statements: &[Statement], unread: &[u64]) -> Vec<(u64, Discounted)> {
    let leaves: Vec<Timestamp> = (0..6).map(hour).collect();
    let signatures = [1, 2, 3, 4].map(|size| cosigned("noor", size, 6));
    let assurance = log_grade(&LogFacts {
        leaves: &leaves,
        signatures: &signatures,
        statements,
        unread: &unread.iter().copied().collect(),
        program: &program(),
        now: hour(7),
    });
    let discounted = assurance.discounted.iter();
    discounted
        .map(|(signature, reason)| (signature.size, *reason))
        .collect()
}

#[test]
fn who_runs_a_witness_counts_from_the_record_that_first_says_so() {
    let check = |statements: &[Statement], expect: &[u64]| {
        let own = expect.iter().map(|size| (*size, Discounted::Own));
        assert_eq!(discounted(statements, &[]), own.collect::<Vec<_>>());
    };
    let (own, outside) = (Relation::Own, Relation::Outside);
    check(&[], &[]);
    check(&[said(0, outside)], &[]);
    check(&[said(0, own)], &[1, 2, 3, 4]);
    check(&[said(0, own), said(2, outside)], &[1, 2]);
    check(&[said(0, outside), said(2, own)], &[3, 4]);
    // What no record precedes is judged by the first.
    check(&[said(2, own), said(3, outside)], &[1, 2, 3]);
}

#[test]
fn a_signature_does_not_count_where_the_record_that_decides_may_be_one_that_is_not_here() {
    let check = |statements: &[Statement], unread: &[u64], expect: &[u64]| {
        let unknown = expect.iter().map(|size| (*size, Discounted::Unread));
        assert_eq!(discounted(statements, unread), unknown.collect::<Vec<_>>());
    };
    let outside = |leaf| said(leaf, Relation::Outside);
    check(&[outside(0)], &[2], &[3, 4]);
    check(&[outside(0)], &[4], &[]);
    check(&[outside(1)], &[0], &[1]);
    check(&[outside(0), outside(3)], &[1], &[2, 3]);
    check(&[outside(4)], &[2], &[1, 2, 3, 4]);
    check(&[outside(4)], &[5], &[]);
    check(&[], &[5], &[1, 2, 3, 4]);
    // Whoever was the organisation's own by a record that is here needs none that is not.
    let own = discounted(&[said(0, Relation::Own)], &[2]);
    assert!(own.iter().all(|(_, reason)| *reason == Discounted::Own));
    assert_eq!(own.len(), 4);
}
