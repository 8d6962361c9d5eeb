//! The properties of SARIF 2.1.0 that decide something; each has the name of its section 3.

use super::super::severity::Score;
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: String,
}

#[derive(Deserialize)]
pub(super) struct Log {
    pub(super) runs: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub(super) tool: Tool,
    pub(super) results: Option<Vec<Outcome>>,
    pub(super) invocations: Option<Vec<Invocation>>,
    pub(super) version_control_provenance: Option<Vec<VersionControlDetails>>,
    pub(super) external_property_file_references: Option<ExternalPropertyFileReferences>,
    /// The files that were looked at, among others.
    pub(super) artifacts: Option<Vec<serde::de::IgnoredAny>>,
    properties: Option<RunProperties>,
}

impl Run {
    /// Returns how many lines of code were read, where the tool says so.
    pub(super) fn lines_of_code(&self) -> Option<u64> {
        match self.properties.as_ref()?.metrics.as_ref()? {
            Metrics::Bandit { totals } => Some(totals.loc),
            Metrics::Other(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct RunProperties {
    metrics: Option<Metrics>,
}

/// Bandit's, or whatever another tool calls so.
#[derive(Deserialize)]
#[serde(untagged)]
enum Metrics {
    Bandit {
        #[serde(rename = "_totals")]
        totals: Totals,
    },
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Totals {
    loc: u64,
}

#[derive(Deserialize)]
pub(super) struct Tool {
    pub(super) driver: ToolComponent,
    pub(super) extensions: Option<Vec<ToolComponent>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolComponent {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) semantic_version: Option<String>,
    pub(super) rules: Option<Vec<Rule>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) default_configuration: Option<Configuration>,
    pub(super) properties: Option<Properties>,
}

#[derive(Deserialize)]
pub(super) struct Configuration {
    pub(super) level: Option<Level>,
}

#[derive(Deserialize)]
pub(super) struct Properties {
    /// GitHub's, a CVSS score; most security scanners write it.
    #[serde(rename = "security-severity")]
    pub(super) security_severity: Option<Score>,
}

/// A result.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    pub(super) rule_id: Option<String>,
    pub(super) rule_index: Option<i64>,
    pub(super) rule: Option<RuleReference>,
    #[serde(default)]
    pub(super) kind: Kind,
    pub(super) level: Option<Level>,
    pub(super) suppressions: Option<Vec<Suppression>>,
    pub(super) baseline_state: Option<BaselineState>,
    pub(super) properties: Option<Properties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleReference {
    pub(super) id: Option<String>,
    pub(super) index: Option<i64>,
    pub(super) tool_component: Option<ToolComponentReference>,
}

#[derive(Deserialize)]
pub(super) struct ToolComponentReference {
    pub(super) index: Option<i64>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Pass,
    Open,
    Informational,
    NotApplicable,
    Review,
    #[default]
    Fail,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    None,
    Note,
    Warning,
    Error,
}

#[derive(Deserialize)]
pub(super) struct Suppression {
    pub(super) status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Status {
    Accepted,
    UnderReview,
    Rejected,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BaselineState {
    New,
    Unchanged,
    Updated,
    Absent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: Option<bool>,
    pub(super) tool_execution_notifications: Option<Vec<Notification>>,
    pub(super) tool_configuration_notifications: Option<Vec<Notification>>,
}

#[derive(Deserialize)]
pub(super) struct Notification {
    pub(super) level: Option<Level>,
    pub(super) message: Option<Message>,
    pub(super) descriptor: Option<Descriptor>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) text: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Descriptor {
    pub(super) id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionControlDetails {
    pub(super) revision_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ExternalPropertyFileReferences {
    pub(super) results: Option<serde::de::IgnoredAny>,
}
