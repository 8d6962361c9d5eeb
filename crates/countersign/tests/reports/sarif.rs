//! SARIF, whatever tool wrote it.

use super::{FAIL, PASS, UNKNOWN, check};
use model::check::CheckKind::{IacScan, Lint, Sast, SecretScan};

/// Returns a log of one run, with what stands in it beside the driver's name.
pub(super) fn sarif(driver: &str, run: &str) -> String {
    format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{driver}"}}}}{run}}}]}}"#)
}

#[test]
fn results() {
    let result = |fields: &str| {
        sarif(
            "CodeQL",
            &format!(r#","results":[{{"ruleId":"a"{fields}}}]"#),
        )
    };
    for tool in [
        "CodeQL",
        "tfsec",
        "Snyk Code",
        "Pylint",
        "Bandit",
        "none such",
    ] {
        check(Sast, &sarif(tool, r#","results":[]"#), UNKNOWN);
    }
    check(Sast, &result(""), PASS);
    check(Sast, &result(r#","level":"error""#), FAIL);
    check(
        Sast,
        &result(r#","level":"note","properties":{"security-severity":"7.0"}"#),
        FAIL,
    );
    check(
        Sast,
        &result(r#","properties":{"security-severity":"serious"}"#),
        FAIL,
    );
    check(
        Sast,
        &result(r#","level":"error","baselineState":"absent""#),
        PASS,
    );
    check(
        Sast,
        &result(r#","level":"error","baselineState":"unchanged""#),
        FAIL,
    );
    check(
        Sast,
        &result(r#","level":"error","suppressions":[{"kind":"inSource"}]"#),
        PASS,
    );
    check(Sast, &result(r#","level":"error","suppressions":[]"#), FAIL);
    check(
        Sast,
        &result(r#","level":"error","suppressions":[{"status":"underReview"}]"#),
        FAIL,
    );
    check(Sast, &result(r#","kind":"pass""#), PASS);
    check(Sast, &result(r#","kind":"pass","level":"error""#), FAIL);
    check(Sast, &result(r#","kind":"review""#), UNKNOWN);
    check(Sast, &result(r#","kind":"none such""#), UNKNOWN);
    check(SecretScan, &result(""), UNKNOWN);
}

#[test]
fn runs() {
    check(Sast, r#"{"version":"2.1.0","runs":[]}"#, UNKNOWN);
    check(Sast, &sarif("CodeQL", ""), UNKNOWN);
    check(Sast, &sarif("CodeQL", r#","results":null"#), UNKNOWN);
    let invoked = |it: &str| sarif("CodeQL", &format!(r#","results":[],"invocations":[{it}]"#));
    check(Sast, &invoked(r#"{"executionSuccessful":true}"#), PASS);
    check(Sast, &invoked(r#"{"executionSuccessful":false}"#), UNKNOWN);
    check(Sast, &invoked("{}"), UNKNOWN);
    for list in [
        "toolExecutionNotifications",
        "toolConfigurationNotifications",
    ] {
        let notified = |level: &str| {
            invoked(&format!(
                r#"{{"executionSuccessful":true,"{list}":[{{"message":{{"text":"a"}}{level}}}]}}"#
            ))
        };
        check(Sast, &notified(r#","level":"error""#), UNKNOWN);
        check(Sast, &notified(""), PASS);
        let partial = notified("").replace("CodeQL", "Semgrep OSS");
        check(Sast, &partial, UNKNOWN);
    }
    check(IacScan, &sarif("checkov", r#","results":[]"#), UNKNOWN);
    check(IacScan, &sarif("Trivy", r#","results":[]"#), UNKNOWN);
    check(IacScan, &sarif("tfsec", r#","results":[]"#), UNKNOWN);
    check(Sast, &sarif("Semgrep OSS", r#","results":[]"#), UNKNOWN);
    let minor = r#","results":[{"ruleId":"a","level":"note"}]"#;
    check(Sast, &sarif("Semgrep OSS", minor), PASS);
    check(Lint, &sarif("ESLint", r#","results":[]"#), UNKNOWN);
    let files = r#","results":[],"artifacts":[{}]"#;
    check(Lint, &sarif("ESLint", files), PASS);
    let left_out = r#","invocations":[{"executionSuccessful":true,"toolConfigurationNotifications":
        [{"level":"warning","message":{"text":"File ignored because of a matching ignore pattern."}}]}]"#;
    check(
        Lint,
        &sarif("ESLint", &format!("{files}{left_out}")),
        UNKNOWN,
    );
    let nothing = r#","results":[],"properties":{"metrics":{"_totals":{"loc":0}}}"#;
    check(Sast, &sarif("Bandit", nothing), UNKNOWN);
    check(
        Sast,
        &sarif("Bandit", &nothing.replace('0', "\"0\"")),
        UNKNOWN,
    );
    check(Sast, &sarif("Bandit", &nothing.replace('0', "7")), UNKNOWN);
    let invoked = r#","invocations":[{"executionSuccessful":true}]"#;
    let lines = format!("{}{invoked}", nothing.replace('0', "7"));
    check(Sast, &sarif("Bandit", &lines), PASS);
    let unread = r#","results":[{"ruleId":"DL1000","level":"error"}]"#;
    check(Lint, &sarif("Hadolint", unread), UNKNOWN);
}

#[test]
fn rules() {
    let of = |rule: &str, result: &str| {
        format!(
            r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"x","rules":[{{"id":"A"}}]}},
            "extensions":[{{"name":"y","rules":[{{"id":"B"{rule}}}]}}]}},"results":[{{{result}}}]}}]}}"#
        )
    };
    let error = r#","defaultConfiguration":{"level":"error"}"#;
    let grave = r#","properties":{"security-severity":9.5}"#;
    for rule in [error, grave] {
        check(Sast, &of(rule, r#""ruleId":"B""#), FAIL);
        check(Sast, &of(rule, r#""ruleId":"B/1/2""#), FAIL);
        check(
            Sast,
            &of(rule, r#""rule":{"index":0,"toolComponent":{"index":0}}"#),
            FAIL,
        );
        check(Sast, &of(rule, r#""ruleId":"A","ruleIndex":0"#), PASS);
        check(Sast, &of(rule, r#""ruleId":"C","ruleIndex":-1"#), PASS);
    }
    // The result's own level counts before its rule's.
    check(Sast, &of(error, r#""ruleId":"B","level":"note""#), PASS);
    check(Sast, &of(grave, r#""ruleId":"B","level":"note""#), FAIL);
}

/// What a model found counts against the content; that it found nothing is no scan.
#[test]
fn an_ai_review_is_no_scan() {
    let run = |results: &str| {
        let invocation = r#"{"executionSuccessful":true}"#;
        let run = format!(r#","invocations":[{invocation}],"results":[{results}]"#);
        sarif("Countersign review", &run)
    };
    check(Sast, &run(""), UNKNOWN);
    check(
        Sast,
        &run(r#"{"ruleId":"model/race","level":"note"}"#),
        UNKNOWN,
    );
    check(
        Sast,
        &run(r#"{"ruleId":"model/race","level":"error"}"#),
        FAIL,
    );
}
