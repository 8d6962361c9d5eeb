//! Every report of the test data that others made: one row for each file, checked against the file by hand.

use super::line;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io::Read as _};

/// What is read of each file; of a file that is no report, the beginning of why.
#[rustfmt::skip]
const FILES: [(&str, &str); 134] = [
    ("accesschk-default.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("accesschk-verbose.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("ai-agent-config-claude.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("ai-agent-config-cursor.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("ai-coding-session-minimal.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("ai-coding-session-with-attribution.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("ai-coding-session.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("asyncapi-2.6.json", "no report: the file is of no known form: it is a JSON object with asyncapi, channels, info, servers"),
    ("asyncapi-3.0.yaml", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("asyncapi-invalid.json", "no report: the file is of no known form: it is a JSON object with asyncapi, info"),
    ("attestation-bundle.json", "no report: the file is of no known form: it is a JSON object with dsseEnvelope, mediaType, verificationMaterial"),
    ("attestation-dsse-invalidtype.json", "no report: the file is of no known form: it is a JSON object with payload, payloadType, signatures"),
    ("attestation-dsse.json", "no report: the file is of no known form: it is a JSON object with payload, payloadType, signatures"),
    ("attestation-invalid-intoto.json", "no report: the file is of no known form: it is a JSON object with payload, payloadType, signatures"),
    ("attestation-invalid-payload.json", "no report: the file is of no known form: it is a JSON object with payload, payloadType, signatures"),
    ("blackduck_sca.json", "Black Duck JSON: 0 critical, 1 high, 0 medium, 0 low, 0 aside; it lists no component that was looked at"),
    ("blackduck_sca_missing_fields.json", "no report: the file is not Black Duck JSON as it is documented: missing field `aggregateBomViewEntries` at line 42 column 1"),
    ("chainloop_attestation.sigstore.json", "no report: the file is of no known form: it is a JSON object with dsseEnvelope, mediaType, verificationMaterial"),
    ("checkmarx-clean.json", "Checkmarx One JSON: 0 critical, 0 high, 0 medium, 0 low, 0 aside; it does not say which of its engines ran"),
    ("checkmarx-extra-engines.json", "Checkmarx One JSON: 0 critical, 3 high, 0 medium, 0 low, 0 aside; its engine `sscs` is not known; its engine `future-engine` is not known"),
    ("checkmarx-extra-engines.sarif", "SARIF 2.1.0: 1 critical, 0 high, 2 medium, 0 low, 0 aside"),
    ("checkmarx-multi-run.sarif", "SARIF 2.1.0: 0 critical, 2 high, 0 medium, 0 low, 0 aside"),
    ("checkmarx-null-results.json", "Checkmarx One JSON: 0 critical, 0 high, 0 medium, 0 low, 0 aside; it has no list of results; it does not say which of its engines ran"),
    ("checkmarx-rules-without-findings.sarif", "SARIF 2.1.0: 0 critical, 1 high, 0 medium, 0 low, 0 aside"),
    ("checkmarx.json", "Checkmarx One JSON: 0 critical, 4 high, 0 medium, 0 low, 0 aside"),
    ("checkmarx.sarif", "SARIF 2.1.0: 1 critical, 2 high, 0 medium, 0 low, 0 aside"),
    ("cobertura-empty.xml", "Cobertura XML: 0 of 0 lines"),
    ("cobertura.xml", "Cobertura XML: 4 of 6 lines"),
    ("csaf_informational_advisory.json", "no report: the file is of no known form: it is a JSON object with document, product_tree"),
    ("csaf_security_advisory.json", "no report: the file is of no known form: it is a JSON object with document, product_tree, vulnerabilities"),
    ("csaf_security_incident_response.json", "no report: the file is of no known form: it is a JSON object with document, product_tree"),
    ("csaf_security_incident_response_wrong_category.json", "no report: the file is of no known form: it is a JSON object with document, product_tree"),
    ("csaf_vex_v0.2.0.json", "no report: the file is of no known form: it is a JSON object with document, product_tree, vulnerabilities"),
    ("detect-secrets-baseline-clean.json", "no report: the file is of no known form: it is a JSON object with filters_used, generated_at, plugins_used, results, version"),
    ("detect-secrets-baseline-violations.json", "no report: the file is of no known form: it is a JSON object with filters_used, generated_at, plugins_used, results, version"),
    ("dranzer-bundle/checkResult_Dranzer.csv", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("dranzer-bundle/example-app_1.0.0_b_Result.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("dranzer-bundle/example-app_1.0.0_p_Result.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("dranzer-bundle/example-app_1.0.0_s_Result.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("dranzer-bundle/example-app_1.0.0_t_Result.txt", "no report: the byte at offset 706 is not UTF-8"),
    ("dranzer-report.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("empty-values.tgz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("empty.txt", "no report: the file is empty; expected a report"),
    ("empty_array.json", "no report: the file is an empty list, which names no tool and is also what a tool that read nothing writes; record its SARIF instead"),
    ("evidence-invalid-structure.json", "no report: the file is of no known form: it is a JSON object with approver, no_id_or_data, status"),
    ("evidence-with-id-data-no-schema.json", "no report: the file is of no known form: it is a JSON object with data, id"),
    ("evidence-with-id-data-schema.json", "no report: the file is of no known form: it is a JSON object with data, id, schema"),
    ("evidence-with-new-id-data-schema.json", "no report: the file is of no known form: it is a JSON object with chainloop.material.evidence.id, data, schema"),
    ("ghas-code-scan-wrong.json", "no report: the file is not GitHub code-scanning alerts as it is documented: missing field `tool` at line 37 column 3"),
    ("ghas-code-scan.json", "GitHub code-scanning alerts: 0 critical, 0 high, 2 medium, 0 low, 0 aside; a listing does not say which content was looked at: record the report of the run itself"),
    ("ghas-dependency-scan-wrong.json", "no report: the file is of no known form: it is a list of JSON objects with created_at, html_url, number, state, updated_at, url"),
    ("ghas-dependency-scan.json", "GitHub Dependabot alerts: 0 critical, 0 high, 1 medium, 1 low, 0 aside; a listing does not say which content was looked at: record the report of the run itself"),
    ("ghas-secret-scan-wrong.json", "no report: the file is not GitHub secret-scanning alerts as it is documented: missing field `secret_type` at line 11 column 3"),
    ("ghas-secret-scan.json", "GitHub secret-scanning alerts: 0 critical, 2 high, 0 medium, 0 low, 0 aside; a listing does not say which content was looked at: record the report of the run itself"),
    ("gitleaks-report-clean.json", "no report: the file is an empty list, which names no tool and is also what a tool that read nothing writes; record its SARIF instead"),
    ("gitleaks-report-violations.json", "Gitleaks JSON: 0 critical, 2 high, 0 medium, 0 low, 0 aside"),
    ("gl-container-scanning-report.json", "GitLab security report: 25 critical, 25 high, 25 medium, 1 low, 0 aside"),
    ("gl-sast-report.json", "GitLab security report: 0 critical, 0 high, 2 medium, 0 low, 0 aside"),
    ("gl-secret-detection-report.json", "GitLab security report: 1 critical, 0 high, 0 medium, 0 low, 0 aside"),
    ("gl-sonarqube-report.json", "GitLab security report: 0 critical, 0 high, 0 medium, 0 low, 0 aside"),
    ("invalid.graphql", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("jacoco.xml", "JaCoCo XML: 3 of 13 lines"),
    ("junit-invalid.xml", "no report: the file is of no known form: it is XML with the outermost element `testsuites2`"),
    ("junit.xml", "JUnit XML: 8 passed, 1 failed, 0 errors, 0 skipped"),
    ("missing-chartyaml.tgz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("missing-empty.tgz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("missing-valuesyaml.tgz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("oci-layouts/containerd/index.json", "no report: the file is of no known form: it is a JSON object with manifests, mediaType, schemaVersion"),
    ("oci-layouts/containerd/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("oci-layouts/crane/index.json", "no report: the file is of no known form: it is a JSON object with manifests, mediaType, schemaVersion"),
    ("oci-layouts/crane/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("oci-layouts/oras/index.json", "no report: the file is of no known form: it is a JSON object with manifests, mediaType, schemaVersion"),
    ("oci-layouts/oras/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("oci-layouts/skopeo-alt/index.json", "no report: the file is of no known form: it is a JSON object with manifests, schemaVersion"),
    ("oci-layouts/skopeo-alt/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("oci-layouts/skopeo/index.json", "no report: the file is of no known form: it is a JSON object with manifests, schemaVersion"),
    ("oci-layouts/skopeo/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("oci-layouts/zarf/index.json", "no report: the file is of no known form: it is a JSON object with manifests, mediaType, schemaVersion"),
    ("oci-layouts/zarf/oci-layout", "no report: the file is of no known form: it is a JSON object with imageLayoutVersion"),
    ("openapi-2.0.yaml", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("openapi-3.0.json", "no report: the file is of no known form: it is a JSON object with components, info, openapi, paths"),
    ("openapi-3.1.yaml", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("openapi-3.2.yaml", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("openapi-invalid.json", "no report: the file is of no known form: it is a JSON object with info, openapi"),
    ("openvex_v0.2.0.json", "no report: the file is of no known form: it is a JSON object with @context, @id, author, role, statements, timestamp, version"),
    ("pr_info_missing_required.json", "no report: the file is of no known form: it is a JSON object with title"),
    ("pr_info_valid.json", "no report: the file is of no known form: it is a JSON object with author, number, platform, reviewers, source_branch, target_branch, title, type"),
    ("radamsa-meta-invalid.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("radamsa-meta.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("random.json", "no report: the file is of no known form: it is a JSON object with foo"),
    ("report-control-chars.sarif", "no report: the file is not JSON: control character (\\u0000-\\u001F) found while parsing a string at line 35 column 10"),
    ("report.sarif", "SARIF 2.1.0: 0 critical, 7 high, 2 medium, 0 low, 0 aside"),
    ("runner-context-branches-v0.1.json", "no report: the file is of no known form: it is a JSON object with data, meta"),
    ("runner-context-tags-v0.1.json", "no report: the file is of no known form: it is a JSON object with data, meta"),
    ("runner_context_branches-v0.1.json", "no report: the file is of no known form: it is a JSON object with data, meta"),
    ("runner_context_gitlab_no_protection-v0.1.json", "no report: the file is of no known form: it is a JSON object with data, meta"),
    ("runner_context_missing-data-v0.1.json", "no report: the file is of no known form: it is a JSON object with meta"),
    ("runner_context_missing-meta-v0.1.json", "no report: the file is of no known form: it is a JSON object with data"),
    ("runner_context_rulesets-v0.1.json", "no report: the file is of no known form: it is a JSON object with data, meta"),
    ("sbom-spdx-container.json", "SPDX JSON: 2 components"),
    ("sbom-spdx-empty-tool-name.json", "SPDX JSON: 1 components"),
    ("sbom-spdx-multiple-tools.json", "SPDX JSON: 1 components"),
    ("sbom-spdx-no-purpose.json", "SPDX JSON: 1 components"),
    ("sbom-spdx-no-tool-version.json", "SPDX JSON: 1 components"),
    ("sbom-spdx-with-described-package.json", "SPDX JSON: 2 components"),
    ("sbom.cyclonedx-1.4-empty-tool-version.json", "CycloneDX JSON: 1 components"),
    ("sbom.cyclonedx-1.5-empty-tool-version.json", "CycloneDX JSON: 1 components"),
    ("sbom.cyclonedx-1.5-legacy-tools.json", "CycloneDX JSON: 250 components"),
    ("sbom.cyclonedx-1.5-multiple-tools.json", "CycloneDX JSON: 1 components"),
    ("sbom.cyclonedx-1.5-null-cwes.json", "CycloneDX JSON: 1 critical, 0 high, 0 medium, 0 low, 0 aside"),
    ("sbom.cyclonedx-1.5-vulnerabilities.json", "CycloneDX JSON: 1 critical, 0 high, 0 medium, 0 low, 0 aside"),
    ("sbom.cyclonedx-1.5.json", "CycloneDX JSON: 250 components"),
    ("sbom.cyclonedx-invalid-schema.json", "no report: the file is not CycloneDX JSON as it is documented: invalid type: string \"should be an array but is a string\", expected a sequence at line 6 column 52"),
    ("schema.graphql", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("scorecard-chainloop.json", "no report: the file is of no known form: it is a JSON object with checks, date, metadata, repo, score, scorecard"),
    ("scorecard-invalid.json", "no report: the file is of no known form: it is a JSON object with not, this"),
    ("scorecard-low.json", "no report: the file is of no known form: it is a JSON object with checks, date, metadata, repo, score, scorecard"),
    ("scorecard-no-score.json", "no report: the file is of no known form: it is a JSON object with checks, date, metadata, repo, scorecard"),
    ("sigcheck-report-empty.csv", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("sigcheck-report-tab.csv", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("sigcheck-report.csv", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("simple.txt", "no report: the file is of no known form: it is neither JSON nor XML nor LCOV"),
    ("slsa_provenance.sigstore.json", "no report: the file is of no known form: it is a JSON object with dsseEnvelope, mediaType, verificationMaterial"),
    ("swagger-2.0-invalid.json", "no report: the file is of no known form: it is a JSON object with info, swagger"),
    ("tests.tar.gz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("tests.zip", "no report: the file is of no known form: it is a ZIP archive; expected a report that is in it"),
    ("trufflehog-clean-scan.jsonl", "no report: the file is empty; expected a report"),
    ("trufflehog-empty.json", "no report: the file is empty; expected a report"),
    ("trufflehog-missing-detector.json", "no report: the file is not TruffleHog JSON lines as it is documented: missing field `DetectorName` at line 1 column 78"),
    ("trufflehog-report.json", "TruffleHog JSON lines: 1 critical, 1 high, 0 medium, 0 low, 0 aside"),
    ("twistcli_scan.json", "twistcli JSON: 0 critical, 0 high, 0 medium, 0 low, 0 aside; `docker.io/library/nginx:1.27.1` says 1 vulnerabilities, and 0 are there"),
    ("valid-chart.tgz", "no report: the file is of no known form: it is compressed with gzip; expected a report that is in it"),
    ("zap_scan.zip", "no report: the file is of no known form: it is a ZIP archive; expected a report that is in it"),
    ("zap_scan_wrong.zip", "no report: the file is of no known form: it is a ZIP archive; expected a report that is in it"),
];

/// The tests of one project, in `tests.tar.gz`.
#[rustfmt::skip]
const SUITES: [(&str, &str); 13] = [
    ("MySqlIntegrationTests", "JUnit XML: 2 passed, 0 failed, 0 errors, 0 skipped"),
    ("PetClinicIntegrationTests", "JUnit XML: 2 passed, 0 failed, 0 errors, 0 skipped"),
    ("PostgresIntegrationTests", "JUnit XML: 0 passed, 2 failed, 0 errors, 0 skipped"),
    ("model.ValidatorTests", "JUnit XML: 1 passed, 0 failed, 0 errors, 0 skipped"),
    ("owner.OwnerControllerTests", "JUnit XML: 12 passed, 0 failed, 0 errors, 0 skipped"),
    ("owner.PetControllerTests", "JUnit XML: 6 passed, 0 failed, 0 errors, 0 skipped"),
    ("owner.PetTypeFormatterTests", "JUnit XML: 3 passed, 0 failed, 0 errors, 0 skipped"),
    ("owner.VisitControllerTests", "JUnit XML: 3 passed, 0 failed, 0 errors, 0 skipped"),
    ("service.ClinicServiceTests", "JUnit XML: 10 passed, 0 failed, 0 errors, 0 skipped"),
    ("system.CrashControllerIntegrationTests", "JUnit XML: 2 passed, 0 failed, 0 errors, 0 skipped"),
    ("system.CrashControllerTests", "JUnit XML: 1 passed, 0 failed, 0 errors, 0 skipped"),
    ("vet.VetControllerTests", "JUnit XML: 2 passed, 0 failed, 0 errors, 0 skipped"),
    ("vet.VetTests", "JUnit XML: 1 passed, 0 failed, 0 errors, 0 skipped"),
];

#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn data() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../../../shared/data/ci_reports/chainloop");
    if !folder.exists() {
        println!("skipped: no test data");
        return None;
    }
    Some(folder)
}

#[test]
fn every_file_is_read_as_it_is() {
    let Some(folder) = data() else { return };
    let mut expected = BTreeMap::from(FILES);
    for path in files(&folder) {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap();
        let row = expected.remove(name);
        assert_eq!(
            row,
            Some(line(&fs::read(&path).unwrap()).as_str()),
            "{name}"
        );
    }
    assert!(expected.is_empty(), "rows without a file: {expected:?}");
}

#[test]
fn every_suite_of_a_project_is_counted() {
    let Some(folder) = data() else { return };
    let mut tar = Vec::new();
    let packed = fs::File::open(folder.join("tests.tar.gz")).unwrap();
    let mut unpacked = flate2::read::GzDecoder::new(packed);
    unpacked.read_to_end(&mut tar).unwrap();
    let mut found = BTreeMap::new();
    for (name, bytes) in entries(&tar) {
        let suite = name.strip_prefix("TEST-org.springframework.samples.petclinic.");
        if let Some(suite) = suite.and_then(|it| it.strip_suffix(".xml")) {
            found.insert(suite.to_owned(), line(bytes));
        }
    }
    let expected = SUITES.map(|(name, it)| (name.to_owned(), it.to_owned()));
    assert_eq!(found, BTreeMap::from(expected));
}

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

/// Returns the names and bytes of the plain files of a tape archive (POSIX.1, `ustar`).
fn entries(tar: &[u8]) -> Vec<(String, &[u8])> {
    let mut all = Vec::new();
    let mut rest = tar;
    while rest.len() >= 512 && rest[0] != 0 {
        let text = |range: std::ops::Range<usize>| {
            let field = &rest[range];
            let end = field.iter().position(|&it| it == 0).unwrap_or(field.len());
            String::from_utf8_lossy(&field[..end]).trim().to_owned()
        };
        let size = usize::from_str_radix(&text(124..136), 8).expect("a size");
        if rest[156] == b'0' {
            all.push((text(0..100), &rest[512..][..size]));
        }
        rest = &rest[512 + size.div_ceil(512) * 512..];
    }
    all
}

#[test]
fn sessions_tell_whose_model_wrote_which_commits() {
    let Some(folder) = data() else { return };
    let read = |name: &str| {
        let session = sources::scanners::session::read(&fs::read(folder.join(name)).unwrap());
        session.map_err(|error| error.to_string())
    };
    let whole = read("ai-coding-session.json").unwrap();
    assert_eq!(
        (&*whole.agent, whole.provider.as_deref()),
        ("claude-code", Some("anthropic"))
    );
    assert_eq!(whole.models, ["claude-opus-4-6".to_owned()].into());
    let end = "5869b91e80fea5ac3d4502c728b118e85d65d825";
    assert_eq!(whole.commits, ["ae79df1", "5869b91", end]);
    let attributed = read("ai-coding-session-with-attribution.json").unwrap();
    assert_eq!(attributed.commits.len(), 2);
    let bare = read("ai-coding-session-minimal.json").unwrap();
    assert_eq!(
        (&*bare.agent, bare.models.len(), bare.commits.len()),
        ("cursor", 0, 0)
    );
    let other = read("ai-agent-config-claude.json").unwrap_err();
    assert_eq!(
        other,
        "the file is not the record of an AI coding session as it is documented"
    );
}
