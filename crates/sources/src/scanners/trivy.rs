//! Trivy's JSON: what it found in each target, by the class of the target.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "Trivy JSON";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Report {
    schema_version: u64,
    artifact_type: Option<String>,
    trivy: Option<Tool>,
    metadata: Option<Metadata>,
    results: Option<Vec<Target>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tool {
    version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    commit: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    class: Option<String>,
    vulnerabilities: Option<Vec<Finding>>,
    misconfigurations: Option<Vec<Finding>>,
    secrets: Option<Vec<Finding>>,
    licenses: Option<Vec<Finding>>,
    experimental_modified_findings: Option<Vec<Modified>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Finding {
    severity: Option<String>,
    /// Of misconfigurations: whether the check passed.
    status: Option<String>,
}

/// A finding that an ignore file or a VEX document took away.
#[derive(Deserialize)]
struct Modified {}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let version = report.schema_version;
    json::version(FORMAT, &version.to_string(), version == 2, "2")?;
    let mut found = Found::new(FORMAT);
    let tool = report.trivy.and_then(|tool| tool.version);
    found.tool("Trivy", tool.as_deref());
    if let Some(commit) = report.metadata.and_then(|metadata| metadata.commit) {
        found.commit(&commit);
    }
    let is_image = report.artifact_type.as_deref() == Some("container_image");
    let targets = report.results.unwrap_or_default();
    if targets.is_empty() {
        // The same is written where nothing of the artifact was understood.
        found.flaw("it lists no target that was scanned");
        found.kinds(&ALL);
    }
    for target in targets {
        found.kinds(kinds(target.class.as_deref(), is_image));
        if target.class.as_deref() == Some("config") {
            found.flaw(UNPARSED);
        }
        read_target(target, &mut found);
    }
    Ok(found.into_findings())
}

/// It logs them and goes on; of Terraform it names only the folder, also where it could parse no file there.
const UNPARSED: &str =
    "Trivy leaves out the configuration that it cannot parse, and does not say so";

const ALL: [CheckKind; 4] = [
    CheckKind::DependencyScan,
    CheckKind::ContainerScan,
    CheckKind::IacScan,
    CheckKind::SecretScan,
];

/// Returns what was looked for: a target of one class says nothing of what another scanner would have seen.
fn kinds(class: Option<&str>, is_image: bool) -> &'static [CheckKind] {
    match (class, is_image) {
        (Some("os-pkgs" | "lang-pkgs"), true) => {
            &[CheckKind::DependencyScan, CheckKind::ContainerScan]
        }
        (Some("os-pkgs" | "lang-pkgs"), false) => &[CheckKind::DependencyScan],
        (Some("config"), _) => &[CheckKind::IacScan],
        (Some("secret"), _) => &[CheckKind::SecretScan],
        (_, _) => &[],
    }
}

fn read_target(target: Target, found: &mut Found) {
    let lists = [
        target.vulnerabilities,
        target.misconfigurations,
        target.secrets,
        target.licenses,
    ];
    for finding in lists.into_iter().flatten().flatten() {
        match finding.status.as_deref() {
            Some("PASS") => {}
            Some("EXCEPTION") => found.set_aside(1),
            _ => found.add(severity::of_word(finding.severity.as_deref())),
        }
    }
    let modified = target.experimental_modified_findings.unwrap_or_default();
    found.set_aside(modified.len() as u64);
}
