//! SonarQube's answer to `api/issues/search`: one page of issues, and how many there are.

use super::error::ReportError;
use super::found::{Found, UNBOUND};
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "SonarQube issues";

#[derive(Deserialize)]
struct Page {
    paging: Paging,
    issues: Vec<Issue>,
}

#[derive(Deserialize)]
struct Paging {
    total: u64,
}

#[derive(Deserialize)]
struct Issue {
    severity: Option<String>,
    status: Status,
    resolution: Option<String>,
}

/// Whether somebody has to do something about it.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Open,
    Confirmed,
    Reopened,
    Resolved,
    Closed,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let page: Page = json::read(FORMAT, text)?;
    let kinds = [CheckKind::Lint, CheckKind::StaticAnalysis, CheckKind::Sast];
    let mut found = Found::of_tool(FORMAT, "SonarQube", &kinds);
    found.flaw(UNBOUND);
    let (total, there) = (page.paging.total, page.issues.len() as u64);
    if total != there {
        found.flaw(format!(
            "it says that there are {total} issues, and lists {there}"
        ));
    }
    for issue in page.issues {
        match (issue.status, issue.resolution.as_deref()) {
            (Status::Resolved | Status::Closed, Some("FIXED" | "REMOVED")) => {}
            (Status::Resolved | Status::Closed, _) => found.set_aside(1),
            (Status::Open | Status::Confirmed | Status::Reopened, _) => {
                found.add(of_issue(issue.severity.as_deref()));
            }
        }
    }
    Ok(found.into_findings())
}

/// SonarQube's five words stand one step lower than the common ones: its `CRITICAL` lies below `BLOCKER`.
fn of_issue(word: Option<&str>) -> model::check::Severity {
    severity::of_word(match word {
        Some("CRITICAL") => Some("high"),
        other => other,
    })
}
