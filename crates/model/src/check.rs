//! Checks of a change's content: which kinds there are, and what a report of one says, whatever tool wrote it.

use crate::digest::CommitId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// A kind of check that a program may require of every change (CR-5), or coverage (CR-6).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Tests of one unit.
    UnitTests,
    /// Tests of several together.
    IntegrationTests,
    /// Style.
    Lint,
    /// Defects, found without running the code.
    StaticAnalysis,
    /// Weaknesses, found without running the code.
    Sast,
    /// Weaknesses, found in the running program.
    Dast,
    /// Known vulnerabilities of what the code is built on.
    DependencyScan,
    /// Credentials in the code or its history.
    SecretScan,
    /// Known vulnerabilities of a container image.
    ContainerScan,
    /// Faults of infrastructure code.
    IacScan,
    /// How much of the code the tests ran.
    Coverage,
}

impl CheckKind {
    /// Every kind, as programs and commands list them.
    pub const ALL: [CheckKind; 11] = [
        CheckKind::UnitTests,
        CheckKind::IntegrationTests,
        CheckKind::Lint,
        CheckKind::StaticAnalysis,
        CheckKind::Sast,
        CheckKind::Dast,
        CheckKind::DependencyScan,
        CheckKind::SecretScan,
        CheckKind::ContainerScan,
        CheckKind::IacScan,
        CheckKind::Coverage,
    ];

    /// Returns what programs and commands call it.
    pub fn name(self) -> &'static str {
        match self {
            CheckKind::UnitTests => "unit_tests",
            CheckKind::IntegrationTests => "integration_tests",
            CheckKind::Lint => "lint",
            CheckKind::StaticAnalysis => "static_analysis",
            CheckKind::Sast => "sast",
            CheckKind::Dast => "dast",
            CheckKind::DependencyScan => "dependency_scan",
            CheckKind::SecretScan => "secret_scan",
            CheckKind::ContainerScan => "container_scan",
            CheckKind::IacScan => "iac_scan",
            CheckKind::Coverage => "coverage",
        }
    }
}

impl fmt::Display for CheckKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no kind of check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no kind of check: it is one of {}", CheckKind::ALL.map(CheckKind::name).join(", "))]
pub struct NoCheckKind {
    /// The text, cut short.
    pub text: String,
}

impl FromStr for CheckKind {
    type Err = NoCheckKind;

    fn from_str(text: &str) -> Result<CheckKind, NoCheckKind> {
        let mut all = CheckKind::ALL.into_iter();
        all.find(|kind| kind.name() == text)
            .ok_or_else(|| NoCheckKind {
                text: text.chars().take(80).collect(),
            })
    }
}

/// What a report of a check says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckReport {
    /// The form of the file, as its makers call it: `JUnit XML`, `SARIF 2.1.0`.
    pub format: String,
    /// The tools that it names, each with its version where it says one.
    pub tools: Vec<String>,
    /// The kinds of check that the form or the tool can only be; none where it may be several.
    pub kinds: BTreeSet<CheckKind>,
    /// The commits that the report says it is of.
    pub commits: BTreeSet<CommitId>,
    /// What was measured.
    pub measured: Measured,
    /// Why the measurement is not whole, one fragment each: a run that failed, a file that the tool could not read.
    pub flaws: Vec<String>,
}

/// What a check measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measured {
    /// Tests that ran.
    Tests(Tests),
    /// Code that tests ran.
    Coverage(Coverage),
    /// What a scanner found.
    Findings(Findings),
    /// What software is made of, without a word on its vulnerabilities.
    Components(u64),
}

/// Tests by what became of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// Ran, and held.
    pub passed: u64,
    /// Ran, and did not hold.
    pub failed: u64,
    /// Could not run to their end.
    pub errors: u64,
    /// Did not run.
    pub skipped: u64,
}

/// Lines that tests ran, of those that they could have run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Lines that ran.
    pub covered: u64,
    /// Lines that there are.
    pub lines: u64,
}

/// What a scanner found, by severity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// How many of each severity.
    pub by_severity: BTreeMap<Severity, u64>,
    /// How many more the tool or a person set aside.
    pub suppressed: u64,
}

/// How grave a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// To be fixed in time.
    Medium,
    /// To be fixed before the change lands; also what a tool calls an error.
    High,
    /// To be fixed before anything else.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        })
    }
}

/// A text that names no severity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no severity: it is low, medium, high or critical")]
pub struct NoSeverity {
    /// The text, cut short.
    pub text: String,
}

impl FromStr for Severity {
    type Err = NoSeverity;

    fn from_str(text: &str) -> Result<Severity, NoSeverity> {
        match text {
            "low" => Ok(Severity::Low),
            "medium" => Ok(Severity::Medium),
            "high" => Ok(Severity::High),
            "critical" => Ok(Severity::Critical),
            _ => Err(NoSeverity {
                text: text.chars().take(80).collect(),
            }),
        }
    }
}

impl Findings {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        *self.by_severity.entry(severity).or_default() += 1;
    }

    /// Returns how many there are of this severity or a graver one.
    pub fn at_least(&self, severity: Severity) -> u64 {
        let graver = self.by_severity.range(severity..);
        graver.map(|(_, count)| count).sum()
    }
}

/// A report of a check, as our log received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRun {
    /// The leaf that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// What was checked; nothing where the file cannot be read and nobody said it: then it may be of any kind.
    pub kind: Option<CheckKind>,
    /// What the operator calls it: the name of its file, where nothing else was said.
    pub name: String,
    /// The commit whose content was checked.
    pub commit: CommitId,
    /// The tree of that commit.
    pub tree: CommitId,
    /// The leaf of an earlier report that it stands in for.
    pub supersedes: Option<u64>,
    /// What it says, or why it is no report.
    pub report: Result<CheckReport, String>,
}
