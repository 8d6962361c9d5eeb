//! Reports of checks, one of each form.

use countersign::checks;
use model::digest::Digest;
use sources::scanners;

/// What stands between a report and what its tool printed.
const LOG: &[u8] = b"\n--\n";

/// A report of whatever tool.
pub fn report(bytes: &[u8]) {
    // What the tool printed, where there is a line of dashes.
    let at = bytes.windows(LOG.len()).position(|it| it == LOG);
    let (bytes, log) = match at {
        Some(at) => (&bytes[..at], Some(&bytes[at + LOG.len()..])),
        None => (bytes, None),
    };
    let Ok(report) = scanners::read(bytes, log) else {
        return;
    };
    // What is kept of a report is bounded, whatever the file holds.
    assert!(report.flaws.len() <= 41 && report.tools.len() <= 20);
    assert!(!report.kinds.is_empty() || !report.flaws.is_empty());
}

/// A record of a report, as the log holds one.
pub fn check_record(bytes: &[u8]) {
    if let Some(parsed) = checks::parse(bytes) {
        assert_eq!(parsed.record.report_sha256, Digest::of(parsed.report));
        let said = parsed.record.tool_log.map(|said| said.sha256);
        assert_eq!(said, parsed.tool_log.map(Digest::of));
    }
}

pub(super) fn records() -> Vec<Vec<u8>> {
    let record = |report: &str| {
        let sha256 = Digest::of(report.as_bytes());
        let id = "7".repeat(40);
        let head = format!(
            r#"{{"version":1,"kind":"lint","name":"a.sarif","commit":"{id}","tree":"{id}","supersedes":3,"report_sha256":"{sha256}"}}"#
        );
        format!("{head}\n{report}").into_bytes()
    };
    ["", "{}", FORMS[0]].map(record).into()
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let logged = LOGGED.map(|(tool, log)| {
        let report = format!(r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"{tool}"}}}},"results":[]}}]}}"#);
        [report.as_bytes(), LOG, log.as_bytes()].concat()
    });
    let forms = FORMS.iter().map(|form| form.as_bytes().to_vec());
    forms.chain(logged).collect()
}

/// What tools print whose reports do not show what they read.
const LOGGED: [(&str, &str); 2] = [
    (
        "gitleaks",
        "\u{1b}[90m9:41AM\u{1b}[0m \u{1b}[32mINF\u{1b}[0m \u{1b}[1mscanned ~12 bytes (12 bytes) in 2ms\u{1b}[0m\n9:41AM WRN skipping file\n",
    ),
    (
        "zizmor",
        " WARN collect_inputs: failed\n INFO audit: zizmor: 🌈 completed ./ci.yml\n",
    ),
];

#[rustfmt::skip]
const FORMS: [&str; 36] = [
    // JUnit, LCOV, Cobertura, JaCoCo.
    r#"<?xml version="1.0"?><testsuites tests="2"><testsuite name="a" tests="2" failures="1"><testcase name="b"/><testcase><failure message="&lt;"/></testcase></testsuite></testsuites>"#,
    "TN:\nSF:a.c\nFN:1,main\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n",
    r#"<!DOCTYPE coverage SYSTEM "coverage-04.dtd"><coverage line-rate="0.5" lines-covered="1" lines-valid="2"><packages><package><classes><class filename="a"><methods><method><lines><line number="1" hits="1"/></lines></method></methods><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class></classes></package></packages></coverage>"#,
    r#"<report name="a"><package name="p"><sourcefile name="a"><line nr="1" mi="0" ci="2"/></sourcefile></package><counter type="LINE" missed="0" covered="1"/></report>"#,
    // SARIF.
    r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"CodeQL","semanticVersion":"2","rules":[{"id":"a","properties":{"security-severity":"9.1"}}]},"extensions":[{"name":"b","rules":[{"id":"c","defaultConfiguration":{"level":"note"}}]}]},"versionControlProvenance":[{"revisionId":"0123456789012345678901234567890123456789"}],"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":"t"}}]}],"results":[{"ruleId":"a/1","level":"error"},{"rule":{"index":0,"toolComponent":{"index":0}},"kind":"open"},{"ruleIndex":0,"suppressions":[{"status":"accepted"}],"baselineState":"absent"}]}]}"#,
    r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Bandit"}},"results":[],"properties":{"metrics":{"_totals":{"loc":0}}}}]}"#,
    // Gitleaks, TruffleHog, Trivy, Pylint, SonarQube.
    r#"[{"RuleID":"aws","Match":"m","File":"f"}]"#,
    "{\"SourceMetadata\":{},\"DetectorName\":\"AWS\",\"Verified\":true}\n{\"SourceMetadata\":{},\"DetectorName\":\"AWS\",\"Verified\":false}\n",
    r#"{"SchemaVersion":2,"ArtifactName":"a","ArtifactType":"container_image","Trivy":{"Version":"0.60"},"Results":[{"Class":"os-pkgs","Vulnerabilities":[{"Severity":"HIGH"}]},{"Class":"config","Misconfigurations":[{"Severity":"LOW","Status":"FAIL"}]},{"Class":"secret","Secrets":[{"Severity":"CRITICAL"}]}]}"#,
    r#"[{"type":"convention","symbol":"a","path":"b","message-id":"C1"}]"#,
    r#"{"messages":[{"type":"fatal","symbol":"a","path":"b"}],"statistics":{"modulesLinted":1}}"#,
    r#"{"paging":{"total":1},"issues":[{"severity":"MAJOR","status":"OPEN"}]}"#,
    // Of dependencies: cargo-audit, pip-audit, npm audit.
    r#"{"database":{"advisory-count":700},"lockfile":{"dependency-count":9},"vulnerabilities":{"found":true,"count":1,"list":[{}]},"warnings":{"yanked":[{}]}}"#,
    r#"{"dependencies":[{"name":"a","version":"1","vulns":[{"id":"PYSEC-1"}]},{"name":"b","skip_reason":"c"}],"fixes":[]}"#,
    r#"[{"name":"a","version":"1","vulns":[]}]"#,
    r#"{"auditReportVersion":2,"vulnerabilities":{"a":{"severity":"moderate"}},"metadata":{"vulnerabilities":{"total":1},"dependencies":{"total":3}}}"#,
    r#"{"advisories":{"1":{"severity":"low"}},"metadata":{"vulnerabilities":{"low":1},"dependencies":3,"totalDependencies":4}}"#,
    r#"{"message":"405 Method Not Allowed","error":{"summary":"","code":"E405"}}"#,
    // Of code: Bandit, Semgrep, Checkov, Hadolint, ESLint.
    r#"{"errors":[{"filename":"a","reason":"b"}],"generated_at":"c","metrics":{"_totals":{"loc":4,"nosec":1}},"results":[{"issue_severity":"LOW"}]}"#,
    r#"{"version":"1.1","results":[{"extra":{"severity":"ERROR"}}],"errors":[{"message":"a","path":"b"}],"paths":{"scanned":["c"]}}"#,
    r#"{"check_type":"terraform","results":{"failed_checks":[{"severity":null}],"skipped_checks":[{}],"parsing_errors":["a"]},"summary":{"passed":1,"failed":1,"parsing_errors":1,"checkov_version":"3"}}"#,
    r#"[{"check_type":"secrets","results":{"failed_checks":[]},"summary":{"passed":1,"failed":0}}]"#,
    r#"{"passed":0,"failed":0,"skipped":0,"parsing_errors":0,"resource_count":0,"checkov_version":"3"}"#,
    r#"[{"code":"DL1000","column":1,"file":"Dockerfile","level":"error","line":1,"message":"a"}]"#,
    r#"[{"filePath":"a","messages":[{"severity":2,"fatal":true}],"suppressedMessages":[{}]}]"#,
    // Of forges: GitHub's alerts, GitLab's reports.
    r#"[{"number":1,"state":"open","rule":{"severity":"warning","security_severity_level":"high"},"tool":{"name":"CodeQL","version":"2"}}]"#,
    r#"[{"number":1,"state":"resolved","secret_type":"a"}]"#,
    r#"[{"number":1,"state":"auto_dismissed","dependency":{},"security_advisory":{"severity":"low"},"security_vulnerability":{"severity":"high"}}]"#,
    r#"{"version":"15.1.4","vulnerabilities":[{"severity":"Info"}],"scan":{"type":"dast","status":"success","scanner":{"name":"ZAP","version":"2"},"start_time":"2026-01-01T00:00:00","end_time":"2026-01-01T00:00:01","messages":[{"level":"fatal","value":"a"}]}}"#,
    // Of parts: CycloneDX, SPDX.
    r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"tools":{"components":[{"name":"a","version":"1"}]}},"components":[{"components":[{}]}]}"#,
    r#"{"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"tools":[{"name":"a"}]},"vulnerabilities":[{"ratings":[{"severity":"high"},{"score":9.8}],"analysis":{"state":"not_affected"}}]}"#,
    r#"{"spdxVersion":"SPDX-2.3","creationInfo":{"creators":["Tool: a-1"]},"packages":[{}]}"#,
    // Checkmarx, twistcli, Black Duck, ZAP.
    r#"{"scanID":"a","totalCount":1,"results":[{"type":"sast","severity":"HIGH","state":"TO_VERIFY"}]}"#,
    r#"{"consoleURL":"a","results":[{"name":"i","vulnerabilities":[{"severity":"high"}],"vulnerabilityDistribution":{"total":1}}]}"#,
    r#"{"aggregateBomViewEntries":[{}],"detailedVulnerabilities":[{"severity":"HIGH","remediationStatus":"NEW"}]}"#,
    r#"{"@programName":"ZAP","@version":"2","site":[{"alerts":[{"riskcode":"2","confidence":"3"}]}]}"#,
];
