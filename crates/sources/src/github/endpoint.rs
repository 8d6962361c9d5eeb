//! What is asked of GitHub, and which permission its documentation asks for: one line for each endpoint.

use super::Repository;
use crate::forge::base::Query;
use jiff::civil::Date;

/// The most items of a page that GitHub gives.
pub const PER_PAGE: &str = "100";

/// What is shown only to those who may change it: who may go around a ruleset.
pub const BYPASS_ACTORS_NEED: &str = "Administration: write";
/// What is shown only to those who may push: how change requests may land.
pub const MERGE_METHODS_NEED: &str = "Contents: write";

/// What an owner of an organisation of GitHub Enterprise may see.
const AUDIT_LOG_NEEDS: &str = "Administration: read of the organisation, on GitHub Enterprise";

/// One question about a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// Change requests in any state, the oldest first: one that changes while pages are read keeps its place.
    Requests,
    /// A change request by its number.
    Request(u64),
    /// Its commits; GitHub lists at most 250.
    RequestCommits(u64),
    /// Its reviews, the oldest first.
    Reviews(u64),
    /// Its comments, those beside its lines not included.
    Comments(u64),
    /// The comments beside its lines.
    LineComments(u64),
    /// An issue by its number, which may be a change request.
    Issue(u64),
    /// All runs of checks on a commit: those that were run again too, which the default leaves out.
    CheckRuns(&'a str),
    /// All statuses of a commit, the newest first.
    Statuses(&'a str),
    /// The account whose token is shown; a token that is no account's is refused.
    Account,
    /// Settings of the repository.
    Settings,
    /// Its rulesets, with those of its owner that cover it.
    Rulesets,
    /// A ruleset by its number.
    Ruleset(u64),
    /// The versions of a ruleset.
    RulesetVersions(u64),
    /// One version of a ruleset: what it said then.
    RulesetVersion {
        /// The ruleset.
        ruleset: u64,
        /// The version.
        version: u64,
    },
    /// A branch with its tip.
    Branch(&'a str),
    /// The rules in force on a branch.
    BranchRules(&'a str),
    /// The classic protection of a branch.
    Protection(&'a str),
    /// How the rules judged the pushes of the last month, which is as far as they go back.
    RuleSuites,
    /// Keys of machines.
    DeployKeys,
    /// Everybody who may reach it, whatever the way.
    Collaborators,
    /// Where it is deployed to.
    Environments,
    /// What was done to the classic protection of its branches since a day, as the audit log of its organisation says, which
    /// GitHub Enterprise keeps. An event names no branch.
    AuditLog {
        /// The day, in UTC.
        since: Date,
    },
}

impl Endpoint<'_> {
    /// Returns the query for a repository.
    pub fn of(self, repository: &Repository) -> Query {
        let number = match self {
            Endpoint::Request(number)
            | Endpoint::RequestCommits(number)
            | Endpoint::Reviews(number)
            | Endpoint::Comments(number)
            | Endpoint::LineComments(number)
            | Endpoint::Issue(number)
            | Endpoint::Ruleset(number)
            | Endpoint::RulesetVersions(number)
            | Endpoint::RulesetVersion {
                ruleset: number, ..
            } => number.to_string(),
            _ => String::new(),
        };
        let number = number.as_str();
        let ask = |segments: &[&str], needs| {
            let repository = ["repos", &repository.owner, &repository.name];
            Query::new(
                repository.into_iter().chain(segments.iter().copied()),
                needs,
            )
        };
        let list = |segments: &[&str], needs| ask(segments, needs).with("per_page", PER_PAGE);
        match self {
            Endpoint::Requests => list(&["pulls"], "Pull requests: read")
                .with("state", "all")
                .with("sort", "created")
                .with("direction", "asc"),
            Endpoint::Request(_) => ask(&["pulls", number], "Pull requests: read"),
            Endpoint::RequestCommits(_) => {
                list(&["pulls", number, "commits"], "Pull requests: read")
            }
            Endpoint::Reviews(_) => list(&["pulls", number, "reviews"], "Pull requests: read"),
            Endpoint::Comments(_) => list(&["issues", number, "comments"], "Pull requests: read"),
            Endpoint::LineComments(_) => {
                list(&["pulls", number, "comments"], "Pull requests: read")
            }
            Endpoint::Issue(_) => ask(&["issues", number], "Issues: read"),
            Endpoint::CheckRuns(commit) => {
                list(&["commits", commit, "check-runs"], "Checks: read").with("filter", "all")
            }
            Endpoint::Statuses(commit) => {
                list(&["commits", commit, "statuses"], "Commit statuses: read")
            }
            Endpoint::Account => Query::new(["user"], "the token of an account"),
            Endpoint::Settings => ask(&[], "Metadata: read"),
            Endpoint::Rulesets => list(&["rulesets"], "Metadata: read"),
            Endpoint::Ruleset(_) => ask(&["rulesets", number], "Metadata: read"),
            Endpoint::RulesetVersions(_) => {
                list(&["rulesets", number, "history"], "Administration: write")
            }
            Endpoint::RulesetVersion { version, .. } => ask(
                &["rulesets", number, "history", &version.to_string()],
                "Administration: write",
            ),
            Endpoint::Branch(branch) => ask(&["branches", branch], "Contents: read"),
            Endpoint::BranchRules(branch) => list(&["rules", "branches", branch], "Metadata: read"),
            Endpoint::Protection(branch) => {
                ask(&["branches", branch, "protection"], "Administration: read")
            }
            Endpoint::RuleSuites => list(&["rulesets", "rule-suites"], "Administration: write")
                .with("time_period", "month"),
            Endpoint::DeployKeys => list(&["keys"], "Administration: read"),
            Endpoint::Collaborators => list(&["collaborators"], "Metadata: read"),
            Endpoint::Environments => list(&["environments"], "Actions: read"),
            Endpoint::AuditLog { since } => {
                let (owner, name) = (&repository.owner, &repository.name);
                let phrase =
                    format!("repo:{owner}/{name} action:protected_branch created:>={since}");
                Query::new(["orgs", owner, "audit-log"], AUDIT_LOG_NEEDS)
                    .with("per_page", PER_PAGE)
                    .with("include", "web")
                    .with("order", "asc")
                    .with("phrase", phrase)
            }
        }
    }
}
