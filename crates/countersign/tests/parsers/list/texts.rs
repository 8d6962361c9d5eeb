//! What people type: the program and the period.

use super::{owned, text};
use model::period::Period;
use model::program_file;

const SMALL_PROGRAM: &[u8] = b"version: 1\norganisation: {name: Larkspur Metrics}\nprincipals:\n  - &ada {id: ada, name: Ada Marsh}\n  - *ada\nassignments: {ada: all}\n";

/// `countersign.yaml`.
pub fn program(bytes: &[u8]) {
    if let Err(faults) = program_file::parse("it", &text(bytes)) {
        // What is said about faults points into the text, wherever it is cut.
        let _said = format!("{faults} {faults:?}");
    }
}

pub(super) fn programs() -> Vec<Vec<u8>> {
    owned(&[
        include_bytes!("../../../../../examples/solo-saas/countersign.yaml"),
        include_bytes!("../../../../../examples/three-founders/countersign.yaml"),
        SMALL_PROGRAM,
    ])
}

/// `--period`, and `period:` of the program.
pub fn period(bytes: &[u8]) {
    if let Ok(Period {
        from: Some(from),
        to: Some(to),
        ..
    }) = Period::parse(&text(bytes))
    {
        assert!(from < to);
    }
}

pub(super) fn periods() -> Vec<Vec<u8>> {
    owned(&[
        b"all",
        b"2026",
        b"2026-H1",
        b"2026-Q2",
        b"2026-05",
        b"2026-01-01..2026-07-01",
    ])
}
