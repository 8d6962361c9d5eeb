//! A company with outsiders of every kind, and signatures in a line each.

use gates::outside::{KeySource, OutsideSignature, OutsiderKind};
use jiff::{SignedDuration, Timestamp};
use model::digest::Digest;
use model::outsiders::{Outsiders, Relation, TimestampAuthority, Witness};
use model::program::Program;

const PROGRAM: &str = "version: 1
organisation: {name: Larkspur Metrics}
principals:
- {id: ada, name: Ada Marsh}
";

/// Returns a program with witnesses `noor` and `noor-2` (Haddad), `kit` (Quayside, in return), `ours` (Ada), and the authority `clock`.
pub(crate) fn program() -> Program {
    let mut program = model::program_file::parse("countersign.yaml", PROGRAM).unwrap();
    program.outsiders = Outsiders {
        witnesses: vec![
            witness("noor", "Haddad Advisory", Relation::Outside),
            witness("noor-2", "haddad  advisory", Relation::Outside),
            witness("kit", "Quayside", Relation::Reciprocal),
            witness("ours", "Ada Marsh", Relation::Outside),
            witness("declared", "Marsh Holding", Relation::Own),
        ],
        timestamp_authorities: vec![TimestampAuthority {
            name: "clock".into(),
            url: "https://time.example".into(),
            certificate: String::new(),
            run_by: "Example Time".into(),
            relation: Relation::Outside,
        }],
        silence_hours: 24,
    };
    program
}

fn witness(name: &str, run_by: &str, relation: Relation) -> Witness {
    Witness {
        url: None,
        name: name.into(),
        key: String::new(),
        run_by: run_by.into(),
        relation,
    }
}

/// Returns an hour of the first week of June 2026, which begins on a Monday.
pub(crate) fn hour(hour: i64) -> Timestamp {
    let monday: Timestamp = "2026-06-01T00:00:00Z".parse().unwrap();
    monday + SignedDuration::from_hours(hour)
}

/// Returns the signature of a witness by a key that the verifier supplied.
pub(crate) fn cosigned(outsider: &str, size: u64, at: i64) -> OutsideSignature {
    OutsideSignature {
        kind: OutsiderKind::Witness,
        outsider: Some(outsider.into()),
        time: hour(at),
        accuracy: SignedDuration::ZERO,
        size,
        key: KeySource::Verifier,
        sha256: anchor(outsider, size, at),
    }
}

/// Returns a timestamp by a certificate that the verifier supplied.
pub(crate) fn stamped(size: u64, at: i64) -> OutsideSignature {
    OutsideSignature {
        kind: OutsiderKind::TimestampAuthority,
        ..cosigned("clock", size, at)
    }
}

/// Returns the signature by a key that only the program supplied.
pub(crate) fn claimed(signature: OutsideSignature) -> OutsideSignature {
    OutsideSignature {
        key: KeySource::Program,
        ..signature
    }
}

/// Returns the digest of the bytes of a signature.
pub(crate) fn anchor(outsider: &str, size: u64, at: i64) -> Digest {
    Digest::of(format!("{outsider} signed {size} at {at}").as_bytes())
}
