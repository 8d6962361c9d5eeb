//! Words of a forge's API: those that are known by name, and every other as it was written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest word that is kept, in characters.
pub const MAX_WORD: usize = 100;

/// Defines an enumeration of words. What is none of them is `Other`, which no rule may take for a good one.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(from = "String", into = "String")]
        #[schemars(with = "String")]
        pub enum $name {
            $($(#[$word_doc])* $word,)+
            /// A word that is not known here.
            Other(String),
        }

        impl From<String> for $name {
            /// Returns what a word says, in capitals or not: the same state is written both ways.
            fn from(word: String) -> $name {
                match word.to_ascii_lowercase().as_str() {
                    $($text => $name::$word,)+
                    _ => $name::Other(word.chars().take(MAX_WORD).collect()),
                }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> String {
                match word {
                    $($name::$word => $text.to_owned(),)+
                    $name::Other(word) => word,
                }
            }
        }
    };
}

words! {
    /// What an account is, as the forge says; a person may run a `User` as a robot.
    AccountKind {
        /// It signs in.
        User = "user",
        /// It belongs to an app.
        Bot = "bot",
        /// It owns repositories.
        Organization = "organization",
        /// The forge does not say.
        Unstated = "unstated",
    }
}
words! {
    /// Whether a change request is open.
    RequestState {
        /// It is.
        Open = "open",
        /// It was closed, merged or not.
        Closed = "closed",
    }
}
words! {
    /// What a review says.
    ReviewState {
        /// Its author approves.
        Approved = "approved",
        /// Its author wants changes.
        ChangesRequested = "changes_requested",
        /// Its author says something.
        Commented = "commented",
        /// It was taken back, by its author or somebody else.
        Dismissed = "dismissed",
        /// It is not submitted.
        Pending = "pending",
    }
}
words! {
    /// How far a check is.
    CheckStatus {
        /// It waits for a runner.
        Queued = "queued",
        /// It runs.
        InProgress = "in_progress",
        /// It ended, which says nothing of how.
        Completed = "completed",
        /// A workflow waits for a rule.
        Waiting = "waiting",
        /// A workflow was asked for.
        Requested = "requested",
        /// A workflow waits for others.
        Pending = "pending",
    }
}
words! {
    /// How a check ended.
    CheckConclusion {
        /// It passed.
        Success = "success",
        /// It failed.
        Failure = "failure",
        /// It neither passed nor failed; a forge lets it through all the same.
        Neutral = "neutral",
        /// Somebody or something stopped it.
        Cancelled = "cancelled",
        /// It did not run; a forge lets it through all the same.
        Skipped = "skipped",
        /// It took too long.
        TimedOut = "timed_out",
        /// It wants somebody to do something.
        ActionRequired = "action_required",
        /// The forge gave it up.
        Stale = "stale",
        /// It could not start.
        StartupFailure = "startup_failure",
    }
}
words! {
    /// How far a pipeline is, or how it ended.
    PipelineStatus {
        /// It was made, and nothing of it runs.
        Created = "created",
        /// Its first job waits for a runner.
        Pending = "pending",
        /// It runs.
        Running = "running",
        /// No job failed but those that may.
        Success = "success",
        /// A job failed that may not.
        Failed = "failed",
        /// Somebody or something stopped it.
        Canceled = "canceled",
        /// None of its jobs ran.
        Skipped = "skipped",
        /// It waits for somebody to start a job.
        Manual = "manual",
        /// It waits for its time.
        Scheduled = "scheduled",
    }
}
words! {
    /// What a commit status says.
    StatusState {
        /// Something could not be done.
        Error = "error",
        /// It failed.
        Failure = "failure",
        /// Nobody knows yet.
        Pending = "pending",
        /// It passed.
        Success = "success",
    }
}
words! {
    /// Who may see a repository.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Those who were let in.
        Private = "private",
        /// The enterprise.
        Internal = "internal",
    }
}
words! {
    /// How a change request may land.
    MergeMethod {
        /// With a merge commit.
        Merge = "merge",
        /// As one new commit.
        Squash = "squash",
        /// Commit by commit.
        Rebase = "rebase",
    }
}
words! {
    /// Who an approval rule counts.
    ApprovalRuleKind {
        /// Those whom it names.
        Regular = "regular",
        /// Everybody who may approve.
        AnyApprover = "any_approver",
        /// Those whom it names, where a report asks for it.
        ReportApprover = "report_approver",
        /// Owners of the code.
        CodeOwner = "code_owner",
    }
}
words! {
    /// Whether a ruleset is in force.
    Enforcement {
        /// It is.
        Active = "active",
        /// It is not.
        Disabled = "disabled",
        /// It is tried, and blocks nothing.
        Evaluate = "evaluate",
    }
}
words! {
    /// What a ruleset is about.
    RulesetTarget {
        /// Branches.
        Branch = "branch",
        /// Tags.
        Tag = "tag",
        /// Pushes.
        Push = "push",
        /// The repository itself.
        Repository = "repository",
    }
}
words! {
    /// Who may go around a ruleset.
    BypassActorKind {
        /// An app.
        Integration = "integration",
        /// Owners of the organisation.
        OrganizationAdmin = "organizationadmin",
        /// Those with a role in the repository.
        RepositoryRole = "repositoryrole",
        /// A team.
        Team = "team",
        /// Keys of machines.
        DeployKey = "deploykey",
        /// An account.
        User = "user",
        /// A team of the enterprise.
        EnterpriseTeam = "enterpriseteam",
        /// Owners of the enterprise.
        EnterpriseOwner = "enterpriseowner",
    }
}
words! {
    /// When somebody may go around a ruleset.
    BypassMode {
        /// At any time.
        Always = "always",
        /// By a change request.
        PullRequest = "pull_request",
        /// At any time, and nobody is told.
        Exempt = "exempt",
    }
}
words! {
    /// What became of a push, or of one rule on it.
    RuleResult {
        /// It kept the rules.
        Pass = "pass",
        /// It broke them, and was refused.
        Fail = "fail",
        /// It broke them, and went around.
        Bypass = "bypass",
    }
}
words! {
    /// What somebody may do in a repository.
    Role {
        /// Read.
        Read = "read",
        /// Read, and sort issues.
        Triage = "triage",
        /// Push.
        Write = "write",
        /// Push, and change some settings.
        Maintain = "maintain",
        /// Everything.
        Admin = "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::{CheckConclusion, ReviewState};

    #[test]
    fn a_word_that_is_not_known_is_kept_and_is_no_good_one() {
        let word = |text: &str| ReviewState::from(text.to_owned());
        assert_eq!(word("APPROVED"), ReviewState::Approved);
        assert_eq!(
            word("approved "),
            ReviewState::Other("approved ".to_owned())
        );
        assert_eq!(word("LGTM"), ReviewState::Other("LGTM".to_owned()));
        assert_eq!(String::from(word("LGTM")), "LGTM");
        let long = CheckConclusion::from("x".repeat(500));
        assert_eq!(long, CheckConclusion::Other("x".repeat(100)));
    }

    #[test]
    fn a_word_is_written_as_the_forge_writes_it() {
        let text = serde_json::to_string(&CheckConclusion::TimedOut).unwrap();
        assert_eq!(text, "\"timed_out\"");
        let read: CheckConclusion = serde_json::from_str(&text).unwrap();
        assert_eq!(read, CheckConclusion::TimedOut);
    }
}
