//! What is being read from a report: its findings and flaws, bounded whatever the file holds.

use model::check::{CheckKind, CheckReport, Findings, Measured, Severity};
use model::digest::CommitId;
use std::collections::BTreeSet;

/// Why a listing may fail a check, and never passes it.
pub(super) const UNBOUND: &str =
    "a listing does not say which content was looked at: record the report of the run itself";

/// The flaws and the tools that are told one by one.
const MAX_TOLD: usize = 20;
/// The characters of a text from outside that are kept.
const MAX_SHOWN: usize = 200;

/// A report that is being read.
pub(super) struct Found {
    format: &'static str,
    tools: BTreeSet<String>,
    kinds: BTreeSet<CheckKind>,
    commits: BTreeSet<CommitId>,
    flaws: Vec<String>,
    untold: u64,
    pub(super) findings: Findings,
}

impl Found {
    pub(super) fn new(format: &'static str) -> Found {
        Found {
            format,
            tools: BTreeSet::new(),
            kinds: BTreeSet::new(),
            commits: BTreeSet::new(),
            flaws: Vec::new(),
            untold: 0,
            findings: Findings::default(),
        }
    }

    /// Returns what is read of a tool whose every run is of these kinds.
    pub(super) fn of_tool(format: &'static str, tool: &str, kinds: &[CheckKind]) -> Found {
        let mut found = Found::new(format);
        found.tool(tool, None);
        found.kinds(kinds);
        found
    }

    pub(super) fn tool(&mut self, name: &str, version: Option<&str>) {
        let name = shown(name.trim());
        let version = version.map(str::trim).filter(|it| !it.is_empty());
        if name.is_empty() {
            return;
        }
        let tool = match version {
            Some(version) => format!("{name} {}", shown(version)),
            None => name,
        };
        if self.tools.len() < MAX_TOLD {
            self.tools.insert(tool);
        } else if !self.tools.contains(&tool) {
            // What is known of a tool that is not told would not be held against it.
            self.flaw(format!("it is of more than {MAX_TOLD} tools, `{tool}` too"));
        }
    }

    pub(super) fn kinds(&mut self, kinds: &[CheckKind]) {
        self.kinds.extend(kinds);
    }

    /// Notes the commit that the report says it is of.
    pub(super) fn commit(&mut self, name: &str) {
        match name.to_ascii_lowercase().parse() {
            Ok(commit) => _ = self.commits.insert(commit),
            Err(_) => self.flaw(format!(
                "it is of revision `{}`, which is no full name of a commit",
                shown(name)
            )),
        }
    }

    pub(super) fn flaw(&mut self, why: impl AsRef<str>) {
        match self.flaws.len() {
            MAX_TOLD => self.untold += 1,
            _ => self.flaws.push(shown(why.as_ref())),
        }
    }

    pub(super) fn add(&mut self, severity: Severity) {
        self.findings.add(severity);
    }

    pub(super) fn set_aside(&mut self, count: u64) {
        self.findings.suppressed = self.findings.suppressed.saturating_add(count);
    }

    /// Returns the report of what was found.
    pub(super) fn into_findings(mut self) -> CheckReport {
        let findings = std::mem::take(&mut self.findings);
        self.into_report(Measured::Findings(findings))
    }

    pub(super) fn into_report(mut self, measured: Measured) -> CheckReport {
        if self.kinds.is_empty() {
            self.flaw("it does not say what was looked for");
        }
        if self.untold > 0 {
            self.flaws.push(format!("and {} more", self.untold));
        }
        CheckReport {
            format: self.format.to_owned(),
            tools: self.tools.into_iter().collect(),
            kinds: self.kinds,
            commits: self.commits,
            measured,
            flaws: self.flaws,
        }
    }
}

/// Returns a text from outside, cut short, on one line.
pub(super) fn shown(text: &str) -> String {
    let mut characters = text.chars();
    let kept = characters.by_ref().take(MAX_SHOWN);
    let mut shown: String = kept.map(|c| if c.is_control() { ' ' } else { c }).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}
