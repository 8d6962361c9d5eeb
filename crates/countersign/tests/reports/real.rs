//! Every report of the test data that others made, with what it shows: checked by hand against each file.

use gates::check::{Thresholds, judge};
use model::check::{CheckKind, Severity};
use model::digest::CommitId;
use model::outcome::Outcome;
use sources::scanners;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a tool that is not known found is a fault of whatever kind it is recorded as.
const OF_ANY: &str = "lint: fail, static_analysis: fail, sast: fail, dast: fail, dependency_scan: fail, secret_scan: fail, \
     container_scan: fail, iac_scan: fail";

/// What each file shows; whatever is not named here shows nothing, of any kind.
#[rustfmt::skip]
const FILES: [(&str, &str); 20] = [
    ("blackduck_sca.json", "dependency_scan: fail"),
    ("checkmarx-extra-engines.json", "container_scan: fail"),
    ("checkmarx-extra-engines.sarif", OF_ANY),
    ("checkmarx-multi-run.sarif", OF_ANY),
    ("checkmarx-rules-without-findings.sarif", OF_ANY),
    ("checkmarx.json", "sast: fail, dependency_scan: fail, iac_scan: fail"),
    ("checkmarx.sarif", OF_ANY),
    ("cobertura.xml", "coverage: fail"),
    ("ghas-secret-scan.json", "secret_scan: fail"),
    ("gitleaks-report-violations.json", "secret_scan: fail"),
    ("gl-container-scanning-report.json", "container_scan: fail"),
    ("gl-sast-report.json", "static_analysis: pass, sast: pass"),
    ("gl-secret-detection-report.json", "secret_scan: fail"),
    ("gl-sonarqube-report.json", "static_analysis: pass, sast: pass"),
    ("jacoco.xml", "coverage: fail"),
    ("junit.xml", "unit_tests: fail, integration_tests: fail, lint: fail, static_analysis: fail, sast: fail, dast: fail, iac_scan: fail"),
    ("report.sarif", "iac_scan: fail"),
    ("sbom.cyclonedx-1.5-null-cwes.json", "dependency_scan: fail, container_scan: fail"),
    ("sbom.cyclonedx-1.5-vulnerabilities.json", "dependency_scan: fail, container_scan: fail"),
    ("trufflehog-report.json", "secret_scan: fail"),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => all.push(path),
        }
    }
    all
}

/// Returns the kinds of which a report shows something, findings of high severity and 80 percent of lines being asked for.
fn shown(bytes: &[u8]) -> String {
    let thresholds = Thresholds {
        severity: Severity::High,
        coverage_percent: 80.0,
    };
    let report = scanners::read(bytes, None).map_err(|error| error.to_string());
    let commit = CommitId::from_bytes(&[7; 20]).expect("a name of 20 bytes");
    let word = |kind: CheckKind| match judge(kind, &commit, &report, &thresholds).outcome {
        Outcome::Pass => Some(format!("{kind}: pass")),
        Outcome::Fail => Some(format!("{kind}: fail")),
        Outcome::Unknown => None,
    };
    let words: Vec<String> = CheckKind::ALL.into_iter().filter_map(word).collect();
    words.join(", ")
}

#[test]
fn every_file_has_its_verdict() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../../../shared/data/ci_reports/chainloop");
    if !folder.exists() {
        println!("skipped: no test data");
        return;
    }
    let found: BTreeMap<String, String> = files(&folder)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).expect("a file in it");
            let name = name.to_str().expect("a plain name").to_owned();
            (name, shown(&fs::read(path).expect("a file")))
        })
        .collect();
    assert_eq!(found.len(), 134);
    let says: BTreeMap<&str, &str> = found
        .iter()
        .filter(|(_, shown)| !shown.is_empty())
        .map(|(name, shown)| (name.as_str(), shown.as_str()))
        .collect();
    assert_eq!(says, BTreeMap::from(FILES));
}
