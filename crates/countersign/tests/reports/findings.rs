//! Reports of scanners.

use super::sarif::sarif;
use super::{FAIL, PASS, UNKNOWN, check, check_logged};
use model::check::CheckKind::{
    self, ContainerScan, Dast, DependencyScan, IacScan, Lint, Sast, SecretScan, StaticAnalysis,
    UnitTests,
};
use sources::scanners::MAX_TOOL_LOG_BYTES;

/// Checks a report without a grave finding, one with, and one of a run that was not whole.
#[track_caller]
fn each(kind: CheckKind, [pass, fail, unknown]: [&str; 3]) {
    check(kind, pass, PASS);
    check(kind, fail, FAIL);
    check(kind, unknown, UNKNOWN);
    check(UnitTests, pass, UNKNOWN);
}

#[test]
fn secrets() {
    // A clean report of either names no tool, or is empty.
    check(SecretScan, "[]", UNKNOWN);
    check(
        SecretScan,
        r#"[{"RuleID":"aws","Match":"m","File":"f"}]"#,
        FAIL,
    );
    let scanned = "9:41AM INF scanned ~12 bytes (12 bytes) in 2ms\n";
    let without_rules = sarif("gitleaks", r#","results":[]"#);
    check_logged(SecretScan, &without_rules, scanned, UNKNOWN);
    let clean = without_rules.replace(r#""gitleaks""#, r#""gitleaks","rules":[{"id":"aws"}]"#);
    check(SecretScan, &clean, UNKNOWN);
    let said = |log: &str, expected| check_logged(SecretScan, &clean, log, expected);
    said(scanned, PASS);
    said(&scanned.repeat(2), UNKNOWN);
    said("9:41AM INF scanned ~0 bytes (0) in 2ms\n", UNKNOWN);
    said("9:41AM INF no leaks found\n", UNKNOWN);
    said(
        "9:41AM INF scanned ~12 bytes\n9:41AM ERR no access\n",
        UNKNOWN,
    );
    said("", UNKNOWN);
    let leaks = "9:41AM WRN leaks found: 3\n";
    said(&format!("{scanned}{leaks}"), UNKNOWN);
    let found = clean.replace("[]}", r#"[{"ruleId":"aws","level":"note"}]}"#);
    check_logged(SecretScan, &found, &format!("{scanned}{leaks}"), FAIL);
    // Neither what another run found nor what was set aside is what it printed of.
    let one = "9:41AM WRN leaks found: 1\n";
    let aside = r#"[{"ruleId":"aws","baselineState":"absent"}]}"#;
    let aside = clean.replace("[]}", aside);
    check_logged(SecretScan, &aside, &format!("{scanned}{one}"), UNKNOWN);
    let both = clean.replacen(
        r#""runs":["#,
        r#""runs":[{"tool":{"driver":{"name":"x"}},"results":[]},"#,
        1,
    );
    check_logged(SecretScan, &both, scanned, UNKNOWN);
    for other in [
        "panic: runtime error",
        "Error: unknown flag: --dir",
        "9:41AM ERROR no access",
        "  9:41 could not read",
    ] {
        said(&format!("{scanned}{other}\n"), UNKNOWN);
    }
    said(&format!("\n    ○\n    ░    gitleaks\n\n{scanned}"), PASS);
    said(&"a".repeat(MAX_TOOL_LOG_BYTES + 1), UNKNOWN);
    check(
        SecretScan,
        &sarif("gitleaks", r#","results":[{"level":"note"}]"#),
        FAIL,
    );
    check(SecretScan, "", UNKNOWN);
    let secret = r#"{"SourceMetadata":{},"DetectorName":"AWS","Verified":false}"#;
    check(SecretScan, secret, FAIL);
    check(SecretScan, &format!("{secret}\n{secret}\n{{"), UNKNOWN);
}

#[test]
fn workflows() {
    let clean = sarif("zizmor", r#","results":[]"#);
    let found = sarif("zizmor", r#","results":[{"level":"error"}]"#);
    let completed = " INFO audit: zizmor: 🌈 completed ./ci.yml\n";
    let warned = format!(" WARN collect_inputs: failed to parse input\n{completed}");
    check(Sast, &clean, UNKNOWN);
    check_logged(Sast, &clean, completed, PASS);
    check_logged(Sast, &found, completed, FAIL);
    check_logged(Sast, &clean, &warned, UNKNOWN);
    check_logged(Sast, &clean, " INFO zizmor: 🌈 zizmor v1.32.0\n", UNKNOWN);
}

#[test]
fn dependencies() {
    let cargo = |dependencies: u32, list: &str, count: u32| {
        format!(
            r#"{{"database":{{"advisory-count":9}},"lockfile":{{"dependency-count":{dependencies}}},
            "vulnerabilities":{{"count":{count},"list":[{list}]}},"warnings":{{"unmaintained":[{{}}]}}}}"#
        )
    };
    each(
        DependencyScan,
        [&cargo(5, "", 0), &cargo(5, "{}", 1), &cargo(0, "", 0)],
    );
    check(DependencyScan, &cargo(5, "", 3), UNKNOWN);
    let pip = |dependency: &str| format!(r#"{{"dependencies":[{dependency}],"fixes":[]}}"#);
    each(
        DependencyScan,
        [
            &pip(r#"{"name":"a","version":"1","vulns":[]}"#),
            &pip(r#"{"name":"a","version":"1","vulns":[{"id":"PYSEC-1"}]}"#),
            &pip(r#"{"name":"a","skip_reason":"not found on PyPI"}"#),
        ],
    );
    check(DependencyScan, &pip(""), UNKNOWN);
    let npm = |packages: &str, total: u32, dependencies: u32| {
        format!(
            r#"{{"auditReportVersion":2,"vulnerabilities":{{{packages}}},"metadata":
            {{"vulnerabilities":{{"total":{total}}},"dependencies":{{"total":{dependencies}}}}}}}"#
        )
    };
    each(
        DependencyScan,
        [
            &npm(r#""a":{"severity":"moderate"}"#, 1, 4),
            &npm(r#""a":{"severity":"critical"}"#, 1, 4),
            &npm("", 0, 0),
        ],
    );
    check(DependencyScan, &npm("", 2, 4), UNKNOWN);
    check(
        DependencyScan,
        r#"{"message":"405","error":{"summary":"no registry"}}"#,
        UNKNOWN,
    );
    let duck = |vulnerability: &str| {
        format!(
            r#"{{"aggregateBomViewEntries":[{{}}],"detailedVulnerabilities":[{vulnerability}]}}"#
        )
    };
    each(
        DependencyScan,
        [
            &duck(r#"{"severity":"HIGH","remediationStatus":"IGNORED"}"#),
            &duck(r#"{"severity":"HIGH","remediationStatus":"NEW"}"#),
            r#"{"aggregateBomViewEntries":[],"detailedVulnerabilities":[]}"#,
        ],
    );
}

#[test]
fn trivy() {
    let of = |class: &str, list: &str, severity: &str| {
        format!(
            r#"{{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"container_image",
            "Results":[{{"Class":"{class}","{list}":[{{"Severity":"{severity}"}}]}}]}}"#
        )
    };
    let none = r#"{"SchemaVersion":2,"ArtifactName":"a"}"#;
    for (kind, class, list) in [
        (ContainerScan, "os-pkgs", "Vulnerabilities"),
        (DependencyScan, "lang-pkgs", "Vulnerabilities"),
    ] {
        each(
            kind,
            [
                &of(class, list, "MEDIUM"),
                &of(class, list, "UNKNOWN"),
                none,
            ],
        );
        check(SecretScan, &of(class, list, "LOW"), UNKNOWN);
    }
    check(SecretScan, &of("secret", "Secrets", "LOW"), FAIL);
    // The same is written where a file could not be parsed.
    let config = |severity| of("config", "Misconfigurations", severity);
    check(IacScan, &config("MEDIUM"), UNKNOWN);
    check(IacScan, &config("HIGH"), FAIL);
    check(IacScan, &of("license", "Licenses", "LOW"), UNKNOWN);
}

#[test]
fn code() {
    let bandit = |errors: &str, severity: &str| {
        format!(
            r#"{{"errors":[{errors}],"generated_at":"a","metrics":{{"_totals":{{"loc":4}}}},
            "results":[{{"issue_severity":"{severity}"}}]}}"#
        )
    };
    let error = r#"{"filename":"a.py","reason":"syntax error while parsing AST from file"}"#;
    each(
        Sast,
        [
            &bandit("", "LOW"),
            &bandit("", "HIGH"),
            &bandit(error, "LOW"),
        ],
    );
    check(Sast, &bandit(error, "UNDEFINED"), FAIL);
    let semgrep = |errors: &str, severity: &str, scanned: &str| {
        format!(
            r#"{{"results":[{{"extra":{{"severity":"{severity}"}}}}],"errors":[{errors}],
            "paths":{{"scanned":[{scanned}]}}}}"#
        )
    };
    each(
        StaticAnalysis,
        [
            &semgrep("", "WARNING", r#""a""#),
            &semgrep("", "ERROR", r#""a""#),
            &semgrep(r#"{"message":"a"}"#, "INFO", r#""a""#),
        ],
    );
    check(Sast, &semgrep("", "INFO", ""), UNKNOWN);
    let checkov = |failed: &str, passed: u32, unread: &str| {
        format!(
            r#"{{"check_type":"terraform","results":{{"failed_checks":[{failed}],"parsing_errors":[{unread}]}},
            "summary":{{"passed":{passed},"failed":{}}}}}"#,
            u32::from(!failed.is_empty())
        )
    };
    each(
        IacScan,
        [
            &checkov("", 3, ""),
            &checkov(r#"{"severity":null}"#, 3, ""),
            &checkov("", 3, r#""main.tf""#),
        ],
    );
    check(IacScan, &checkov("", 0, ""), UNKNOWN);
    check(
        IacScan,
        &format!("[{},{}]", checkov("", 3, ""), checkov("{}", 3, "")),
        FAIL,
    );
    let nothing = r#"{"passed":0,"failed":0,"parsing_errors":0,"resource_count":0}"#;
    check(IacScan, nothing, UNKNOWN);
    let checkmarx = |result: &str, total: u32| {
        format!(r#"{{"scanID":"a","totalCount":{total},"results":[{result}]}}"#)
    };
    each(
        Sast,
        [
            &checkmarx(r#"{"type":"sast","severity":"LOW"}"#, 1),
            &checkmarx(r#"{"type":"sast","severity":"HIGH"}"#, 1),
            &checkmarx("", 0),
        ],
    );
    check(
        DependencyScan,
        &checkmarx(r#"{"type":"sast","severity":"LOW"}"#, 1),
        UNKNOWN,
    );
}

#[test]
fn style() {
    let linted = |messages: &str, modules: u32| {
        format!(r#"{{"messages":[{messages}],"statistics":{{"modulesLinted":{modules}}}}}"#)
    };
    let pylint = |category: &str, symbol: &str| {
        let message = format!(r#"{{"type":"{category}","symbol":"{symbol}","path":"a.py"}}"#);
        linted(&message, 3)
    };
    each(
        Lint,
        [
            &pylint("convention", "missing-docstring"),
            &pylint("error", "undefined-variable"),
            &linted("", 3),
        ],
    );
    check(Lint, &linted("", 4), PASS);
    // What is said of its own command line is said of no module.
    let own = r#"{"type":"warning","symbol":"unknown-option-value","path":"Command line or configuration file"}"#;
    check(Lint, &linted(own, 3), UNKNOWN);
    check(Lint, &format!("[{own}]"), UNKNOWN);
    check(Lint, &pylint("fatal", "parse-error"), UNKNOWN);
    check(Lint, &pylint("error", "syntax-error"), UNKNOWN);
    let hadolint = |code: &str, level: &str| {
        format!(r#"[{{"code":"{code}","column":1,"file":"a","level":"{level}","line":1}}]"#)
    };
    each(
        Lint,
        [
            &hadolint("DL3006", "warning"),
            &hadolint("DL3006", "error"),
            &hadolint("DL1000", "error"),
        ],
    );
    let eslint = |messages: &str| format!(r#"[{{"filePath":"a.js","messages":[{messages}]}}]"#);
    each(
        Lint,
        [
            &eslint(r#"{"severity":1}"#),
            &eslint(r#"{"severity":2}"#),
            &eslint(r#"{"severity":2,"fatal":true}"#),
        ],
    );
    // It was left out.
    check(Lint, &eslint(r#"{"severity":1,"fatal":false}"#), UNKNOWN);
    check(Lint, &eslint(""), PASS);
    let sonarqube = |severity: &str, total: u32| {
        format!(
            r#"{{"paging":{{"total":{total}}},"issues":[{{"severity":"{severity}","status":"OPEN"}}]}}"#
        )
    };
    // A listing does not say which content was looked at: it may fail a check, and never passes it.
    check(StaticAnalysis, &sonarqube("MAJOR", 1), UNKNOWN);
    check(StaticAnalysis, &sonarqube("CRITICAL", 1), FAIL);
    check(StaticAnalysis, &sonarqube("MAJOR", 600), UNKNOWN);
}

#[test]
fn forges() {
    let code = |state: &str, level: &str| {
        format!(
            r#"[{{"number":1{state},"rule":{{"severity":"error","security_severity_level":{level}}},
            "tool":{{"name":"CodeQL"}}}}]"#
        )
    };
    let open = r#","state":"open""#;
    check(Sast, &code(open, r#""low""#), UNKNOWN);
    check(Sast, &code(open, "null"), FAIL);
    check(Sast, &code("", "null"), UNKNOWN);
    check(Sast, &code(r#","state":"fixed""#, "null"), UNKNOWN);
    check(Sast, &code(r#","state":"dismissed""#, "null"), UNKNOWN);
    check(Sast, &code(r#","state":null"#, "null"), UNKNOWN);
    check(SecretScan, &code(open, r#""low""#), UNKNOWN);
    let secret = |state: &str| format!(r#"[{{"number":1,"state":"{state}","secret_type":"a"}}]"#);
    check(SecretScan, &secret("resolved"), UNKNOWN);
    check(SecretScan, &secret("open"), FAIL);
    check(SecretScan, &secret("unsure"), UNKNOWN);
    let dependency = |state: &str, severity: &str| {
        format!(
            r#"[{{"number":1,"state":"{state}","security_advisory":{{"severity":"{severity}"}}}}]"#
        )
    };
    check(DependencyScan, &dependency("open", "medium"), UNKNOWN);
    check(DependencyScan, &dependency("open", "critical"), FAIL);
    check(DependencyScan, &dependency("", "low"), UNKNOWN);
    let gitlab = |scan_type: &str, status: &str, severity: &str, messages: &str| {
        format!(
            r#"{{"version":"15.0.0","vulnerabilities":[{{"severity":"{severity}"}}],"scan":{{
            "type":"{scan_type}","status":"{status}","start_time":"2026-01-01T00:00:00",
            "end_time":"2026-01-01T00:00:09","messages":[{messages}]}}}}"#
        )
    };
    for (kind, scan_type) in [
        (Sast, "sast"),
        (ContainerScan, "container_scanning"),
        (DependencyScan, "dependency_scanning"),
        (Dast, "dast"),
    ] {
        each(
            kind,
            [
                &gitlab(scan_type, "success", "Medium", ""),
                &gitlab(scan_type, "success", "Unknown", ""),
                &gitlab(scan_type, "failure", "Low", ""),
            ],
        );
    }
    let with = |scanner: &str| {
        let scan = format!(r#""scan":{{"scanner":{{"name":"{scanner}"}},"#);
        gitlab("sast", "success", "Low", "").replacen(r#""scan":{"#, &scan, 1)
    };
    check(IacScan, &with("Semgrep"), UNKNOWN);
    check(IacScan, &with("kics"), PASS);
    check(Sast, &with("KICS"), UNKNOWN);
    let fatal = r#"{"level":"fatal","value":"no rules"}"#;
    check(Sast, &gitlab("sast", "success", "Low", fatal), UNKNOWN);
    check(
        SecretScan,
        &gitlab("secret_detection", "success", "Low", ""),
        FAIL,
    );
    check(SecretScan, &gitlab("sast", "success", "Low", ""), UNKNOWN);
    let backwards = gitlab("sast", "success", "Low", "").replace("00:00:09", "00:00:00");
    check(Sast, &backwards, PASS);
    check(
        Sast,
        &backwards.replace("2026-01-01T00:00:00\",\n", "2026-01-02T00:00:00\",\n"),
        UNKNOWN,
    );
}

#[test]
fn parts() {
    let bom = |severity: &str, state: &str| {
        format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":
            [{{"ratings":[{{"severity":"{severity}"}}],"analysis":{{"state":"{state}"}}}}]}}"#
        )
    };
    each(
        DependencyScan,
        [
            &bom("critical", "not_affected"),
            &bom("critical", "in_triage"),
            &bom("critical", "forgotten"),
        ],
    );
    check(ContainerScan, &bom("medium", "exploitable"), PASS);
    check(ContainerScan, &bom("unknown", "exploitable"), FAIL);
    let listed =
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}],"vulnerabilities":[]}"#;
    check(DependencyScan, listed, UNKNOWN);
    check(
        DependencyScan,
        r#"{"spdxVersion":"SPDX-2.3","packages":[{}]}"#,
        UNKNOWN,
    );
    let image = |list: &str, total: u32| {
        format!(
            r#"{{"consoleURL":"a","results":[{{"vulnerabilities":[{list}],
            "vulnerabilityDistribution":{{"total":{total}}}}}]}}"#
        )
    };
    each(
        ContainerScan,
        [
            &image("", 0),
            &image(r#"{"severity":"high"}"#, 1),
            &image("", 1),
        ],
    );
    let zap = |site: &str| format!(r#"{{"@programName":"ZAP","site":[{site}]}}"#);
    each(
        Dast,
        [
            &zap(r#"{"alerts":[{"riskcode":"2"}]}"#),
            &zap(r#"{"alerts":[{"riskcode":"3"}]}"#),
            &zap(""),
        ],
    );
}
