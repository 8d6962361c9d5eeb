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
        let ran = r#","invocations":[{"executionSuccessful":true}]"#;
        sarif(
            "CodeQL",
            &format!(r#"{ran},"results":[{{"ruleId":"a"{fields}}}]"#),
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
    // What was set aside, or is gone, or is no failure, does not show that something was read.
    for nothing in [
        r#""baselineState":"absent""#,
        r#""kind":"pass""#,
        r#""suppressions":[{"kind":"inSource"}]"#,
    ] {
        let run = format!(r#","results":[{{"ruleId":"a","level":"none",{nothing}}}]"#);
        check(Sast, &sarif("Semgrep OSS", &run), UNKNOWN);
        check(Sast, &sarif("CodeQL", &run), UNKNOWN);
    }
    // The gravest of what is said counts.
    let scored = |own: &str, level: &str| {
        result(&format!(
            r#","level":"{level}","properties":{{"security-severity":"{own}"}}"#
        ))
    };
    check(Sast, &scored("1.0", "error"), FAIL);
    check(Sast, &scored("9.0", "note"), FAIL);
    check(Sast, &scored("1.0", "note"), PASS);
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
        check(Sast, &notified(r#","level":"warning""#), UNKNOWN);
        check(Sast, &notified(""), UNKNOWN);
        check(Sast, &notified(r#","level":"note""#), PASS);
        let diagnostic = |id: &str| {
            notified(&format!(
                r#","level":"none","descriptor":{{"id":"py/diagnostics/{id}"}}"#
            ))
        };
        check(Sast, &diagnostic("successfully-extracted-files"), PASS);
        check(Sast, &diagnostic("extraction-errors"), UNKNOWN);
        check(Sast, &diagnostic("extraction-warnings"), UNKNOWN);
    }
    check(IacScan, &sarif("checkov", r#","results":[]"#), UNKNOWN);
    check(IacScan, &sarif("Trivy", r#","results":[]"#), UNKNOWN);
    check(IacScan, &sarif("tfsec", r#","results":[]"#), UNKNOWN);
    check(Sast, &sarif("Semgrep OSS", r#","results":[]"#), UNKNOWN);
    let minor = r#","results":[{"ruleId":"a","level":"note"}]"#;
    check(Sast, &sarif("Semgrep OSS", minor), PASS);
    check(Lint, &sarif("ESLint", r#","results":[]"#), UNKNOWN);
    let unnamed = r#","results":[],"artifacts":[{}],"invocations":[{}]"#;
    check(Lint, &sarif("ESLint", unnamed), UNKNOWN);
    let files = r#","results":[],"artifacts":[{"location":{"uri":"a.js"}}]"#;
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
fn what_was_broken_off_or_lies_elsewhere_shows_nothing() {
    let ran = |said: &str| {
        let invocation = format!(r#"{{"executionSuccessful":true{said}}}"#);
        sarif(
            "CodeQL",
            &format!(r#","results":[],"invocations":[{invocation}]"#),
        )
    };
    check(Sast, &ran(r#","exitCode":1"#), PASS);
    check(Sast, &ran(r#","exitSignalName":"SIGKILL""#), UNKNOWN);
    check(Sast, &ran(r#","exitSignalNumber":9"#), UNKNOWN);
    check(
        Sast,
        &ran(r#","processStartFailureMessage":"no such file""#),
        UNKNOWN,
    );
    let clean = ran("");
    for part in ["results", "driver", "extensions", "invocations"] {
        let files = format!(r#""externalPropertyFileReferences":{{"{part}":[{{}}]}},"tool""#);
        check(Sast, &clean.replacen(r#""tool""#, &files, 1), UNKNOWN);
    }
    let beside = r#""inlineExternalProperties":[{"results":[{"level":"error"}]}],"runs""#;
    check(Sast, &clean.replacen(r#""runs""#, beside, 1), UNKNOWN);
}

#[test]
fn each_run_is_of_the_commit() {
    let run = |commit: u8| {
        let commit = format!("{commit:02x}").repeat(20);
        format!(
            r#"{{"tool":{{"driver":{{"name":"CodeQL"}}}},"results":[],"invocations":[{{"executionSuccessful":true}}],
            "versionControlProvenance":[{{"repositoryUri":"r","revisionId":"{commit}"}}]}}"#
        )
    };
    let runs = |first: u8, second: u8| {
        let (first, second) = (run(first), run(second));
        format!(r#"{{"version":"2.1.0","runs":[{first},{second}]}}"#)
    };
    check(Sast, &runs(7, 7), PASS);
    check(Sast, &runs(7, 8), UNKNOWN);
    check(Sast, &runs(8, 8), UNKNOWN);
}

#[test]
fn the_name_of_a_tool_is_seen() {
    let clean = r#","results":[],"invocations":[{"executionSuccessful":true}]"#;
    check(SecretScan, &sarif("leakfinder", clean), PASS);
    check(SecretScan, &sarif("\u{200b}gitleaks", clean), UNKNOWN);
    check(SecretScan, &sarif("gitleaks", clean), UNKNOWN);
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
    // Of two rules that a result names the graver counts.
    check(Sast, &of(grave, r#""ruleId":"B","ruleIndex":0"#), FAIL);
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
