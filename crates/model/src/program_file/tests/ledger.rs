//! Where the log is kept, as the program says it.

use super::*;
use crate::program::LedgerEntry;

fn ledger(rest: &str) -> LedgerEntry {
    good(&format!("{HEAD}{rest}")).ledger
}

#[test]
fn it_lies_beside_the_program_until_that_says_otherwise() {
    assert_eq!(ledger(""), LedgerEntry::default());
    for place in [
        "../log",
        "git+origin",
        "git+https://git.example/a/b",
        "git+ssh://git@git.example/a",
        "git+git@git.example:a/b",
        "s3://logs/shop",
    ] {
        let entry = ledger(&format!("ledger: {place}\nledger_retention_days: 0\n"));
        assert_eq!(entry.place.as_deref(), Some(place));
        assert_eq!(entry.retention_days, 0);
    }
}

#[test]
fn what_is_no_place_or_tells_a_login_is_a_fault() {
    for (place, said) in [
        ("' '", "the place of the ledger is empty"),
        ("https://log.example", "no ledger is kept at `https://`"),
        (
            "git+https://token@git.example/a",
            "a login stands in the address",
        ),
        (
            "git+ssh://a:b@git.example/a",
            "a login stands in the address",
        ),
    ] {
        let shown = bad(&format!("{HEAD}ledger: {place}\n"));
        assert!(shown.contains(said), "{shown}");
    }
    let shown = bad(&format!("{HEAD}ledger_retention_days: 100000\n"));
    assert!(shown.contains("write at most 36500"), "{shown}");
}
