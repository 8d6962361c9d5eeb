//! The JSON of Prisma Cloud's `twistcli`: the vulnerabilities of each image, and how many of each severity.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "twistcli JSON";

#[derive(Deserialize)]
struct Report {
    results: Vec<Image>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    name: Option<String>,
    vulnerabilities: Option<Vec<Vulnerability>>,
    vulnerability_distribution: Distribution,
}

#[derive(Deserialize)]
struct Vulnerability {
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Distribution {
    total: u64,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let kinds = [CheckKind::ContainerScan, CheckKind::DependencyScan];
    let mut found = Found::of_tool(FORMAT, "twistcli", &kinds);
    if report.results.is_empty() {
        found.flaw("no image was scanned");
    }
    for image in report.results {
        let vulnerabilities = image.vulnerabilities.unwrap_or_default();
        let there = vulnerabilities.len() as u64;
        let total = image.vulnerability_distribution.total;
        if total != there {
            let name = image.name.unwrap_or_default();
            found.flaw(format!(
                "`{name}` says {total} vulnerabilities, and {there} are there"
            ));
        }
        for vulnerability in vulnerabilities {
            found.add(severity::of_word(vulnerability.severity.as_deref()));
        }
    }
    Ok(found.into_findings())
}
