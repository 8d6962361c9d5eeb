//! The properties of SARIF 2.1.0 that decide something; each has the name of its section 3.

use super::super::severity::Score;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    pub(super) runs: Vec<Run>,
    /// What belongs to the runs, and stands beside them.
    pub(super) inline_external_properties: Option<Vec<IgnoredAny>>,
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
    pub(super) artifacts: Option<Vec<Artifact>>,
    properties: Option<RunProperties>,
}

impl Run {
    /// Returns whether the tool or an extension of it lists a rule.
    pub(super) fn names_a_rule(&self) -> bool {
        let extensions = self.tool.extensions.iter().flatten();
        let mut all = std::iter::once(&self.tool.driver).chain(extensions);
        all.any(|component| component.rules.as_ref().is_some_and(|it| !it.is_empty()))
    }

    /// Returns whether it lists a file by its name.
    pub(super) fn names_a_file(&self) -> bool {
        let uri = |it: &Artifact| it.location.as_ref()?.uri.clone();
        let mut files = self.artifacts.iter().flatten().filter_map(uri);
        files.any(|uri| !uri.trim().is_empty())
    }

    /// Returns whether the tool says of a run how it ended.
    pub(super) fn says_how_it_ended(&self) -> bool {
        let mut invocations = self.invocations.iter().flatten();
        invocations.any(|it| it.execution_successful.is_some())
    }

    /// Returns how many lines of code were read, where the tool says so.
    pub(super) fn lines_of_code(&self) -> Option<u64> {
        match self.properties.as_ref()?.metrics.as_ref()? {
            Metrics::Bandit { totals } => Some(totals.loc),
            Metrics::Other(_) => None,
        }
    }
}

/// A file.
#[derive(Deserialize)]
pub(super) struct Artifact {
    location: Option<Location>,
}

#[derive(Deserialize)]
struct Location {
    uri: Option<String>,
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
    Other(IgnoredAny),
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

/// From the least grave.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    exit_signal_name: Option<String>,
    exit_signal_number: Option<i64>,
    process_start_failure_message: Option<String>,
}

impl Invocation {
    /// Returns whether the process was ended by a signal, or never began, whatever it says of its success.
    pub(super) fn was_broken_off(&self) -> bool {
        self.exit_signal_name.is_some()
            || self.exit_signal_number.is_some()
            || self.process_start_failure_message.is_some()
    }
}

#[derive(Deserialize)]
pub(super) struct Notification {
    pub(super) level: Option<Level>,
    message: Option<Message>,
    descriptor: Option<Descriptor>,
}

impl Notification {
    /// Returns what it is of.
    pub(super) fn id(&self) -> Option<&str> {
        self.descriptor.as_ref()?.id.as_deref()
    }

    /// Returns what it says.
    pub(super) fn text(&self) -> &str {
        let message = self.message.as_ref();
        let text = message.and_then(|message| message.text.as_deref());
        text.or(self.id()).unwrap_or("without a word")
    }
}

#[derive(Deserialize)]
struct Message {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Descriptor {
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionControlDetails {
    pub(super) revision_id: Option<String>,
}

/// What of a run a tool wrote into other files.
#[derive(Deserialize)]
pub(super) struct ExternalPropertyFileReferences {
    results: Option<IgnoredAny>,
    driver: Option<IgnoredAny>,
    extensions: Option<IgnoredAny>,
    invocations: Option<IgnoredAny>,
}

impl ExternalPropertyFileReferences {
    /// Returns whether they hold something that decides what the run shows.
    pub(super) fn hold_what_counts(&self) -> bool {
        let of_run = [
            &self.results,
            &self.driver,
            &self.extensions,
            &self.invocations,
        ];
        of_run.iter().any(|it| it.is_some())
    }
}
