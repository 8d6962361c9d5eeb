//! The questions to a forge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One question to a forge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// All requests.
    Requests,
    /// One request.
    Request,
    /// Its commits.
    Commits,
    /// Its reviews.
    Reviews,
    /// Its comments.
    Comments,
    /// The comments beside its lines, where they are asked for apart.
    LineComments,
    /// The runs of checks on its head.
    CheckRuns,
    /// The statuses of its head.
    Statuses,
    /// The issues that it closes when it lands.
    ClosesIssues,
    /// A ticket.
    Issue {
        /// Its number.
        number: u64,
    },
    /// The branch that it is to land on.
    Branch,
    /// The repository's settings.
    Settings,
    /// The rules in force on the branch.
    Rules,
    /// One ruleset.
    Ruleset {
        /// Its number.
        id: u64,
    },
    /// The versions of one ruleset.
    RulesetVersions {
        /// Its number.
        id: u64,
    },
    /// What one ruleset said since one of its versions.
    RulesetVersion {
        /// Its number.
        id: u64,
        /// The number of the version.
        version: u64,
    },
    /// The classic protection of the branch.
    Protection,
    /// How the rules judged the pushes of the last month.
    RuleSuites,
    /// Keys of machines.
    DeployKeys,
    /// Who may reach the repository.
    Collaborators,
    /// Where it is deployed to.
    Environments,
    /// What a request brought since each push.
    Versions,
    /// The merge of a request that was tried last.
    Trial,
    /// The pipelines of a request.
    Pipelines,
    /// The jobs of one pipeline.
    Jobs {
        /// Its number.
        pipeline: u64,
    },
    /// The branches that are protected.
    ProtectedBranches,
    /// Who must approve.
    ApprovalRules,
    /// What a push must keep.
    PushRule,
    /// What was changed in the project.
    AuditEvents,
    /// What was changed in a group that the project lies below.
    GroupAuditEvents {
        /// The parts of its full path: the first parts of the project's.
        parts: u64,
    },
    /// What was done to the classic protection of branches, as the audit log of the organisation says.
    AuditLog,
    /// What it sent by itself.
    Payload,
}

impl Question {
    /// Returns what is asked for, in words.
    pub fn name(self) -> String {
        match self {
            Question::Requests => "the list of requests".to_owned(),
            Question::Request => "itself".to_owned(),
            Question::Commits => "its commits".to_owned(),
            Question::Reviews => "its reviews".to_owned(),
            Question::Comments => "its comments".to_owned(),
            Question::LineComments => "its comments beside lines".to_owned(),
            Question::CheckRuns => "the runs of checks on its head".to_owned(),
            Question::Statuses => "the statuses of its head".to_owned(),
            Question::ClosesIssues => "the issues that it closes".to_owned(),
            Question::Issue { number } => format!("ticket #{number}"),
            Question::Branch => "its branch".to_owned(),
            Question::Settings => "the settings".to_owned(),
            Question::Rules => "the rules".to_owned(),
            Question::Ruleset { id } => format!("ruleset {id}"),
            Question::RulesetVersions { id } => format!("the versions of ruleset {id}"),
            Question::RulesetVersion { id, version } => {
                format!("version {version} of ruleset {id}")
            }
            Question::Payload => "what it sent".to_owned(),
            Question::Protection => "classic protection".to_owned(),
            Question::RuleSuites => "the judged pushes".to_owned(),
            Question::DeployKeys => "the deploy keys".to_owned(),
            Question::Collaborators => "the collaborators".to_owned(),
            Question::Environments => "the environments".to_owned(),
            Question::Versions => "its versions".to_owned(),
            Question::Trial => "its trial merge".to_owned(),
            Question::Pipelines => "its pipelines".to_owned(),
            Question::Jobs { pipeline } => format!("the jobs of pipeline {pipeline}"),
            Question::ProtectedBranches => "the protected branches".to_owned(),
            Question::ApprovalRules => "the approval rules".to_owned(),
            Question::PushRule => "the push rules".to_owned(),
            Question::AuditEvents => "the audit events".to_owned(),
            Question::GroupAuditEvents { .. } => "the audit events of a group".to_owned(),
            Question::AuditLog => "the audit log".to_owned(),
        }
    }
}
