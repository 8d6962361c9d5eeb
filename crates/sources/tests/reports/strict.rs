//! What is no report: nothing of it may pass for one in which nothing was found.

use super::line;
use sources::scanners::{self, MAX_REPORT_BYTES};

#[track_caller]
fn check(file: &str, expected: &str) {
    let line = line(file.as_bytes());
    assert!(line.starts_with(expected), "{line}");
}

const CLEAN: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x","rules":[{"id":"r"}]}},"results":[]}]}"#;

#[test]
fn a_clean_report_is_read() {
    let clean = "SARIF 2.1.0: 0 critical, 0 high, 0 medium, 0 low, 0 aside";
    assert_eq!(line(CLEAN.as_bytes()), clean);
    assert_eq!(line(format!("\u{feff}{CLEAN}\r\n").as_bytes()), clean);
    // Whoever types one that names nothing has shown nothing.
    let bare = CLEAN.replace(r#","rules":[{"id":"r"}]"#, "");
    assert!(line(bare.as_bytes()).contains("does not say in SARIF what it looked at"));
    // An empty list names no more than none.
    let empty = bare.replace(
        r#""results":[]"#,
        r#""results":[],"artifacts":[],"invocations":[]"#,
    );
    assert!(line(empty.as_bytes()).contains("does not say in SARIF what it looked at"));
    let eslint = empty.replace(r#""x""#, r#""ESLint","rules":[{"id":"r"}]"#);
    assert!(line(eslint.as_bytes()).contains("does not say in SARIF what it looked at"));
}

#[test]
fn nothing_is_no_report() {
    for empty in ["", " \r\n\t", "\u{feff}"] {
        check(empty, "no report: the file is empty");
    }
    check("[]", "no report: the file is an empty list");
    check("{}", "no report: the file is of no known form");
    check("null", "no report: the file is of no known form");
    check("[[]]", "no report: the file is of no known form");
    check(
        "No known vulnerabilities found",
        "no report: the file is of no known form",
    );
}

#[test]
fn a_report_cut_anywhere_is_no_report() {
    for cut in 1..CLEAN.len() {
        let line = line(&CLEAN.as_bytes()[..cut]);
        assert!(
            line.starts_with("no report: the file ends too early"),
            "{line}"
        );
    }
    check(
        "<testsuite><testcase/>",
        "no report: the file ends too early, 1 elements deep",
    );
    check(
        "SF:a\nDA:1,1\n",
        "no report: the file ends too early, in the record of `a`",
    );
}

#[test]
fn what_follows_a_report_is_refused() {
    check(&format!("{CLEAN}{CLEAN}"), "no report: something follows");
    check(&format!("{CLEAN}\0"), "no report: something follows");
    check(
        "<testsuite><testcase/></testsuite><testsuite/>",
        "no report: something follows",
    );
    check(
        "<testsuite><testcase/></testsuite>x",
        "no report: something follows",
    );
}

#[test]
fn a_name_stands_once() {
    let twice = r#"{"version":"2.1.0","runs":[],"runs":[]}"#;
    check(
        twice,
        "no report: a name stands twice in one object: `runs` at line 1",
    );
    let inside = CLEAN.replace(r#""results":[]"#, r#""results":[],"r\u0065sults":[{}]"#);
    check(
        &inside,
        "no report: a name stands twice in one object: `results`",
    );
    check(
        r#"<testsuite tests="1" tests="2"><testcase/></testsuite>"#,
        "no report: the file is not well-formed XML",
    );
}

#[test]
fn other_versions_are_named() {
    check(
        &CLEAN.replace("2.1.0", "2.0.0"),
        "no report: the file is SARIF of version `2.0.0`; expected 2.1.0",
    );
    check(
        r#"{"spdxVersion":"SPDX-3.0","packages":[]}"#,
        "no report: the file is SPDX JSON of version `SPDX-3.0`",
    );
    check(
        r#"{"bomFormat":"CycloneDX","specVersion":"9"}"#,
        "no report: the file is CycloneDX JSON of version `9`",
    );
}

#[test]
fn limits_hold() {
    let long = " ".repeat(MAX_REPORT_BYTES + 1);
    check(&long, "no report: the file has 16777217 bytes");
    check(
        &"[".repeat(200),
        "no report: the file is not JSON: recursion limit",
    );
    let deep = "<testsuite>".repeat(200);
    check(
        &deep,
        "no report: the element at offset 1408 is nested deeper than 128",
    );
    let many = format!("[{}{{}}]", "{},".repeat(500_000));
    check(&many, "no report: the file has more than 500000 objects");
}

#[test]
fn entities_do_not_expand() {
    let declared = r#"<!DOCTYPE testsuite [<!ENTITY a "b">]><testsuite><testcase/></testsuite>"#;
    check(
        declared,
        "no report: the document type at offset 0 has declarations",
    );
    let used = r#"<testsuite name="&a;"><testcase/></testsuite>"#;
    check(used, "no report: the file is not well-formed XML");
    let fetched =
        r#"<!DOCTYPE testsuite SYSTEM "file:///etc/passwd"><testsuite><testcase/></testsuite>"#;
    check(fetched, "JUnit XML: 1 passed");
}

#[test]
fn tests_must_be_there_and_as_many_as_are_said() {
    check(
        "<testsuites/>",
        "no report: the file is JUnit XML without a single test",
    );
    check(
        "<testsuite tests='0'/>",
        "no report: the file is JUnit XML without a single test",
    );
    assert_eq!(
        line(b"<testsuite name='a' tests='3' failures='1'><testcase/></testsuite>"),
        "JUnit XML: 1 passed, 0 failed, 0 errors, 0 skipped; suite `a` says tests: 3, and 1 are there; suite `a` says failures: 1, and 0 are there"
    );
    check(
        "<testsuite tests='many'><testcase/></testsuite>",
        "no report: JUnit XML, `tests` of the element `testsuite` at offset 0: found `many`, expected a whole number",
    );
    let nested = "<testsuites tests='3'><testsuite tests='3'><testcase/><testsuite tests='2'><testcase><error/></testcase><testcase><skipped/></testcase></testsuite></testsuite></testsuites>";
    assert_eq!(
        line(nested.as_bytes()),
        "JUnit XML: 1 passed, 0 failed, 1 errors, 1 skipped"
    );
    let outside = "<testsuite><error/><testcase/></testsuite>";
    check(
        outside,
        "JUnit XML: 1 passed, 0 failed, 0 errors, 0 skipped; suite `` has <error> outside",
    );
}

#[test]
fn a_page_of_alerts_may_not_be_all_of_them() {
    let alert = r#"{"number":1,"state":"fixed","secret_type":"a"}"#;
    let page = |count: usize| format!("[{}]", vec![alert; count].join(","));
    check(
        &page(29),
        "GitHub secret-scanning alerts: 0 critical, 0 high, 0 medium, 0 low, 0 aside",
    );
    assert!(
        line(page(30).as_bytes()).ends_with("; 30 alerts fill one page, and there may be more")
    );
    let stateless = page(1).replace(r#""state":"fixed","#, "");
    check(
        &stateless,
        "no report: the file is not GitHub secret-scanning alerts as it is documented: missing field `state` at line 1",
    );
    let other = page(1).replace("fixed", "gone");
    check(
        &other,
        "no report: the file is not GitHub secret-scanning alerts as it is documented: unknown variant `gone`",
    );
}

#[test]
fn a_report_names_the_commit_that_it_is_of() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let of = |revision: &str| {
        let provenance = format!(r#""versionControlProvenance":[{{"revisionId":"{revision}"}}]"#);
        CLEAN.replace(r#""results":[]"#, &format!(r#""results":[],{provenance}"#))
    };
    let report = scanners::read(of(commit).as_bytes(), None).unwrap();
    assert!(report.commits.contains(&commit.parse().unwrap()) && report.flaws.is_empty());
    let short = line(of("0123456").as_bytes());
    assert!(short.ends_with("; it is of revision `0123456`, which is no full name of a commit"));
}

#[test]
fn flaws_from_outside_are_bounded() {
    let error = format!(r#"{{"filename":"{}","reason":"b"}}"#, "a".repeat(9_000));
    let errors = vec![error; 100].join(",");
    let report = format!(
        r#"{{"errors":[{errors}],"generated_at":"","metrics":{{"_totals":{{"loc":1}}}},"results":[]}}"#
    );
    let line = line(report.as_bytes());
    assert!(
        line.len() < 6_000 && line.ends_with("; and 80 more"),
        "{line}"
    );
}

#[test]
fn a_tool_that_is_not_told_is_a_flaw() {
    let of = |count: u32| {
        let run = |n| {
            format!(
                r#"{{"tool":{{"driver":{{"name":"t{n}","rules":[{{"id":"r"}}]}}}},"results":[]}}"#
            )
        };
        let runs = (1..=count).map(run).collect::<Vec<_>>().join(",");
        line(format!(r#"{{"version":"2.1.0","runs":[{runs}]}}"#).as_bytes())
    };
    assert!(!of(20).contains("tools"), "{}", of(20));
    assert!(
        of(21).contains("it is of more than 20 tools, `t21` too"),
        "{}",
        of(21)
    );
}
