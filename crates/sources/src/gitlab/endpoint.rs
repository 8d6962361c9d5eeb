//! What is asked of GitLab, and which scope, role and plan its documentation asks for: one line for each endpoint.

use super::project::Project;
use crate::forge::base::Query;

/// The most items of a page that GitLab gives.
pub const PER_PAGE: &str = "100";

const GUEST: &str = "read_api and the role Guest";
const REPORTER: &str = "read_api and the role Reporter";
const MAINTAINER: &str = "read_api and the role Maintainer";
/// What the free plan lacks is not there, and GitLab says no more.
const REPORTER_PREMIUM: &str = "read_api, the role Reporter and the plan Premium";
const MAINTAINER_PREMIUM: &str = "read_api, the role Maintainer and the plan Premium";
const OWNER_PREMIUM: &str = "read_api, the role Owner of the group and the plan Premium";

/// One question about a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint<'a> {
    /// Merge requests in any state, the oldest first, so that one that is opened meanwhile stands behind the last page.
    Requests,
    /// A merge request by its number in the project.
    Request(u64),
    /// Its commits, the newest first.
    RequestCommits(u64),
    /// Its comments, with the notes that GitLab writes of what was done to it, the oldest first.
    Notes(u64),
    /// Who approved it.
    Approvals(u64),
    /// Its pipelines, the newest first. GitLab describes no size of page for this list, so it chooses one.
    RequestPipelines(u64),
    /// What it brought since each push, the newest first.
    Versions(u64),
    /// The merge of it that GitLab tried last, which asking may make anew.
    MergeRef(u64),
    /// A branch with its tip.
    Branch(&'a str),
    /// The issues that it closes when it lands.
    ClosesIssues(u64),
    /// The jobs of a pipeline, those that were run again too, which the default leaves out.
    Jobs(u64),
    /// All statuses of a commit, those that were replaced too, the oldest first.
    Statuses(&'a str),
    /// The account whose token is shown.
    Account,
    /// The project itself.
    Settings,
    /// The branches that are protected.
    ProtectedBranches,
    /// The protection of this very name, which may be a pattern.
    ProtectedBranch(&'a str),
    /// Keys of machines.
    DeployKeys,
    /// Everybody who may reach it, by whatever group.
    Members,
    /// Where it is deployed to.
    Environments,
    /// Who must approve.
    ApprovalRules,
    /// What a push must keep.
    PushRule,
    /// An issue by its number in the project.
    Issue(u64),
    /// The audit log; whoever is no maintainer is shown their own events alone, and not told so.
    AuditEvents,
    /// The audit log of a group, by its full path.
    GroupAuditEvents(&'a str),
}

impl Endpoint<'_> {
    /// Returns the query for a project.
    pub fn of(self, project: &Project) -> Query {
        let ask = |segments: &[&str], needs| {
            let project = ["projects", project.segment()];
            Query::new(project.into_iter().chain(segments.iter().copied()), needs)
        };
        let list = |segments: &[&str], needs| ask(segments, needs).with("per_page", PER_PAGE);
        let number = self.number().to_string();
        let request = ["merge_requests", number.as_str()];
        let of_request = |rest| [request[0], request[1], rest];
        match self {
            Endpoint::Requests => list(&["merge_requests"], REPORTER)
                .with("state", "all")
                .with("order_by", "created_at")
                .with("sort", "asc"),
            Endpoint::Request(_) => ask(&request, REPORTER),
            Endpoint::RequestCommits(_) => list(&of_request("commits"), REPORTER),
            Endpoint::Notes(_) => list(&of_request("notes"), REPORTER)
                .with("order_by", "created_at")
                .with("sort", "asc"),
            Endpoint::Approvals(_) => ask(&of_request("approvals"), REPORTER),
            Endpoint::RequestPipelines(_) => ask(&of_request("pipelines"), REPORTER),
            Endpoint::Versions(_) => list(&of_request("versions"), REPORTER),
            Endpoint::MergeRef(_) => ask(&of_request("merge_ref"), REPORTER),
            Endpoint::Branch(name) => ask(&["repository", "branches", name], REPORTER),
            Endpoint::ClosesIssues(_) => list(&of_request("closes_issues"), REPORTER),
            Endpoint::Jobs(_) => {
                list(&["pipelines", &number, "jobs"], REPORTER).with("include_retried", "true")
            }
            Endpoint::Statuses(commit) => {
                list(&["repository", "commits", commit, "statuses"], REPORTER).with("all", "true")
            }
            Endpoint::Account => Query::new(["user"], "read_user or api"),
            Endpoint::Settings => ask(&[], GUEST),
            Endpoint::ProtectedBranches => list(&["protected_branches"], MAINTAINER),
            Endpoint::ProtectedBranch(name) => ask(&["protected_branches", name], MAINTAINER),
            Endpoint::DeployKeys => list(&["deploy_keys"], MAINTAINER),
            Endpoint::Members => list(&["members", "all"], GUEST),
            Endpoint::Environments => list(&["environments"], REPORTER),
            Endpoint::ApprovalRules => list(&["approval_rules"], REPORTER_PREMIUM),
            Endpoint::PushRule => ask(&["push_rule"], MAINTAINER_PREMIUM),
            Endpoint::Issue(_) => ask(&["issues", &number], GUEST),
            Endpoint::AuditEvents => list(&["audit_events"], MAINTAINER_PREMIUM),
            Endpoint::GroupAuditEvents(group) => {
                Query::new(["groups", group, "audit_events"], OWNER_PREMIUM)
                    .with("per_page", PER_PAGE)
            }
        }
    }

    /// Returns whether GitLab's documentation lists it among what a job token may read ("CI/CD job token permissions").
    pub fn takes_job_token(self) -> bool {
        matches!(self, Endpoint::Jobs(_) | Endpoint::Environments)
    }

    /// Returns the number in its address; 0 where there is none, which GitLab gives to nothing.
    fn number(self) -> u64 {
        match self {
            Endpoint::Request(number)
            | Endpoint::RequestCommits(number)
            | Endpoint::Notes(number)
            | Endpoint::Approvals(number)
            | Endpoint::RequestPipelines(number)
            | Endpoint::Versions(number)
            | Endpoint::MergeRef(number)
            | Endpoint::ClosesIssues(number)
            | Endpoint::Jobs(number)
            | Endpoint::Issue(number) => number,
            _ => 0,
        }
    }
}
