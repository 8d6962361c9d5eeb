//! SPDX 2 JSON: what software is made of.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Measured};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "SPDX JSON";
const KNOWN: [&str; 4] = ["SPDX-2.0", "SPDX-2.1", "SPDX-2.2", "SPDX-2.3"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    spdx_version: String,
    creation_info: Option<CreationInfo>,
    packages: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct CreationInfo {
    creators: Option<Vec<String>>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let document: Document = json::read(FORMAT, text)?;
    let version = document.spdx_version.as_str();
    json::version(FORMAT, version, KNOWN.contains(&version), "SPDX-2.0 to 2.3")?;
    let mut found = Found::new(FORMAT);
    found.kinds(&[CheckKind::DependencyScan, CheckKind::ContainerScan]);
    let creators = document.creation_info.and_then(|info| info.creators);
    for creator in creators.iter().flatten() {
        if let Some(tool) = creator.strip_prefix("Tool:") {
            found.tool(tool, None);
        }
    }
    let packages = document.packages.unwrap_or_default().len();
    Ok(found.into_report(Measured::Components(packages as u64)))
}
