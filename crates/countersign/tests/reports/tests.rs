//! Reports of tests.

use super::{FAIL, PASS, UNKNOWN, check};
use model::check::CheckKind::{DependencyScan, IntegrationTests, UnitTests};

#[test]
fn junit() {
    let suite = |cases: &str| format!("<testsuite>{cases}</testsuite>");
    for kind in [UnitTests, IntegrationTests] {
        check(
            kind,
            &suite("<testcase/><testcase><skipped/></testcase>"),
            PASS,
        );
        check(
            kind,
            &suite("<testcase/><testcase><failure/></testcase>"),
            FAIL,
        );
        check(
            kind,
            &suite("<testcase/><testcase><error/></testcase>"),
            FAIL,
        );
        check(kind, &suite("<testcase><skipped/></testcase>"), UNKNOWN);
        check(kind, &suite(""), UNKNOWN);
        check(
            kind,
            "<testsuite tests='2'><testcase/></testsuite>",
            UNKNOWN,
        );
        check(kind, "<testsuite><testcase/>", UNKNOWN);
        let said = |word: &str| suite(&format!("<testcase status='{word}'/>"));
        for word in ["run", "Passed", "completed"] {
            check(kind, &said(word), PASS);
        }
        for odd in ["<ignored/>", "<Failure/>", "<x:failure/>", "<timeout/>"] {
            check(
                kind,
                &suite(&format!("<testcase>{odd}</testcase>")),
                UNKNOWN,
            );
        }
        check(
            kind,
            &suite("<testcase><system-err/><rerunFailure/></testcase>"),
            PASS,
        );
        check(
            kind,
            "<testsuite tests='1' skipped='1'><testcase/></testsuite>",
            UNKNOWN,
        );
        for word in ["timeout", "aborted", "cancelled", "inconclusive"] {
            check(kind, &said(word), UNKNOWN);
        }
    }
    check(DependencyScan, &suite("<testcase/>"), UNKNOWN);
}
