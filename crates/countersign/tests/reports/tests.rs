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
        for odd in [
            "<ignored/>",
            "<Failure/>",
            "<x:failure/>",
            "<timeout/>",
            "<warning>No tests found in class</warning>",
            "<incomplete/>",
            "<notrun/>",
            "<crashed/>",
            "<rerunFailure/>",
        ] {
            check(
                kind,
                &suite(&format!("<testcase>{odd}</testcase>")),
                UNKNOWN,
            );
        }
        check(
            kind,
            &suite("<testcase><system-err/><flakyFailure><stackTrace/></flakyFailure></testcase>"),
            PASS,
        );
        check(
            kind,
            &suite("<testcase><failure/><rerunFailure/></testcase>"),
            FAIL,
        );
        check(kind, &suite("<testcase/><aborted/>"), UNKNOWN);
        check(
            kind,
            "<testsuite tests='1' skipped='1'><testcase/></testsuite>",
            UNKNOWN,
        );
        for word in ["timeout", "aborted", "cancelled", "inconclusive"] {
            check(kind, &said(word), UNKNOWN);
        }
        let one = |attribute: &str| suite(&format!("<testcase {attribute}/>"));
        for (attribute, expected) in [
            ("success='True'", PASS),
            ("success='false'", FAIL),
            ("passed='False'", FAIL),
            ("success='perhaps'", UNKNOWN),
            ("executed='false'", UNKNOWN),
            ("outcome='failed'", FAIL),
            ("outcome='odd'", UNKNOWN),
        ] {
            check(kind, &one(attribute), expected);
        }
        let declared = |said: &str| {
            format!("<testsuite {said}><testcase/><testcase status='notrun'/></testsuite>")
        };
        for (said, expected) in [
            ("skipped='1'", PASS),
            ("skipped='0' disabled='1'", PASS),
            ("skipped='1' disabled='1'", PASS),
            ("disabled='1'", PASS),
            ("disabled='2'", UNKNOWN),
            ("warnings='0'", PASS),
            ("warnings='1'", UNKNOWN),
        ] {
            check(kind, &declared(said), expected);
        }
    }
    check(DependencyScan, &suite("<testcase/>"), UNKNOWN);
}
