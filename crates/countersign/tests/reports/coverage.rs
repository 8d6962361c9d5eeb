//! Reports of coverage.

use super::{FAIL, PASS, UNKNOWN, check};
use model::check::CheckKind::{Coverage, UnitTests};

#[test]
fn lcov() {
    let file = |rest: &str| format!("TN:\nSF:a.c\n{rest}end_of_record\n");
    check(Coverage, &file("DA:1,4\nDA:2,1\nLF:2\nLH:2\n"), PASS);
    check(Coverage, &file("DA:1,4\nDA:2,0\n"), FAIL);
    check(Coverage, &file("DA:1,4\nDA:2,1\nLF:9\nLH:2\n"), UNKNOWN);
    check(Coverage, &file(""), UNKNOWN);
    check(Coverage, "TN:\nSF:a.c\nDA:1,1\n", UNKNOWN);
    check(UnitTests, &file("DA:1,1\n"), UNKNOWN);
    // Two tests of one file: what either ran.
    let merged = format!("{}{}", file("DA:1,1\nDA:2,0\n"), file("DA:1,0\nDA:2,1\n"));
    check(Coverage, &merged, PASS);
}

#[test]
fn cobertura() {
    let file = |valid: u32, hits: u32| {
        format!(
            "<coverage line-rate='1' lines-valid='{valid}'><class filename='a'><lines>\
             <line number='1' hits='{hits}'/></lines></class></coverage>"
        )
    };
    check(Coverage, &file(1, 3), PASS);
    check(Coverage, &file(1, 0), FAIL);
    check(Coverage, &file(7, 3), UNKNOWN);
    check(Coverage, "<coverage line-rate='1'/>", UNKNOWN);
    check(UnitTests, &file(1, 3), UNKNOWN);
}

#[test]
fn jacoco() {
    let file = |covered: u32, declared: u32| {
        format!(
            "<report name='a'><sourcefile><line nr='1' ci='{covered}'/></sourcefile>\
             <counter type='LINE' missed='0' covered='{declared}'/></report>"
        )
    };
    check(Coverage, &file(2, 1), PASS);
    let missed = file(0, 0).replace("missed='0'", "missed='1'");
    check(Coverage, &missed, FAIL);
    check(Coverage, &file(2, 5), UNKNOWN);
    check(Coverage, "<report name='a'/>", UNKNOWN);
}
