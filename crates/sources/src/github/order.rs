//! What is changed at GitHub, and which permission its documentation asks for: one line for each.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::digest::CommitId;
use model::request::rules::{PullRequestRule, RequiredCheck, Rule};
use model::request::wanted::WantedRuleset;
use serde_json::{Value, json};

use super::Repository;
use crate::forge::base::Query;
use crate::forge::send::{Order, Verb, cut, named};

/// "Create a check run": the most characters of a summary.
const MAX_SUMMARY: usize = 65_535;
/// "Create a commit status": the most characters of a description.
const MAX_DESCRIPTION: usize = 140;
/// "Create an issue comment": the most characters of a comment.
const MAX_COMMENT: usize = 65_536;

/// One change of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// The run of a check that has ended; GitHub takes it from apps only.
    CheckRun(&'a CheckRun<'a>),
    /// The status of a commit.
    Status(&'a Status<'a>),
    /// A comment on a request.
    Comment {
        /// The request.
        number: u64,
        /// Markdown.
        text: &'a str,
    },
    /// Another text of a comment, by its number.
    EditedComment {
        /// The comment.
        comment: u64,
        /// Markdown.
        text: &'a str,
    },
    /// A new ruleset.
    NewRuleset(&'a WantedRuleset),
    /// A ruleset as it is to be, by its number.
    Ruleset(u64, &'a WantedRuleset),
    /// A new branch.
    NewBranch {
        /// Its name.
        name: &'a str,
        /// Where it begins.
        commit: &'a CommitId,
    },
    /// No branch of this name any more.
    NoBranch(&'a str),
    /// A commit that adds one file to a branch.
    NewFile {
        /// The branch.
        branch: &'a str,
        /// The file.
        path: &'a str,
        /// What it says, and the message of the commit.
        text: &'a str,
    },
    /// A new request.
    NewRequest {
        /// Its title.
        title: &'a str,
        /// What it says.
        text: &'a str,
        /// The branch that it brings.
        head: &'a str,
        /// The branch where it is to land.
        base: &'a str,
    },
    /// That a request lands, if this is still its head.
    Merge {
        /// The request.
        number: u64,
        /// Its head.
        head: &'a CommitId,
    },
    /// That a request is closed.
    Close(u64),
}

/// The run of a check that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckRun<'a> {
    /// The name of the check.
    pub name: &'a str,
    /// The commit that was checked.
    pub head: &'a CommitId,
    /// Whether it passed.
    pub is_passed: bool,
    /// What came of it, in one line.
    pub title: &'a str,
    /// What came of it, as Markdown.
    pub summary: &'a str,
}

/// The status of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status<'a> {
    /// The name of the check.
    pub name: &'a str,
    /// The commit that was checked.
    pub head: &'a CommitId,
    /// What came of it.
    pub state: State,
    /// What came of it, in one line.
    pub title: &'a str,
}

/// What came of a check, as a status says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It passed.
    Success,
    /// It failed.
    Failure,
    /// Nobody can tell.
    Error,
}

impl Change<'_> {
    /// Returns what is sent for a repository.
    pub fn of(self, repository: &Repository) -> Order {
        let (verb, segments, needs) = self.place();
        let repository = ["repos", &repository.owner, &repository.name];
        let segments = repository
            .into_iter()
            .chain(segments.iter().map(String::as_str));
        Order::new(verb, Query::new(segments, needs), &self.body())
    }

    /// Returns how it is sent, below the repository, and what that needs.
    fn place(self) -> (Verb, Vec<String>, &'static str) {
        let (post, put) = (Verb::Post, Verb::Put);
        let number = self.number().to_string();
        let number = number.as_str();
        match self {
            Change::CheckRun(_) => (post, named(&["check-runs"]), "Checks: write"),
            Change::Status(status) => {
                let segments = named(&["statuses", &status.head.to_string()]);
                (post, segments, "Commit statuses: write")
            }
            Change::Comment { .. } => {
                let segments = named(&["issues", number, "comments"]);
                (post, segments, "Pull requests: write")
            }
            Change::EditedComment { .. } => {
                let segments = named(&["issues", "comments", number]);
                (Verb::Patch, segments, "Pull requests: write")
            }
            Change::NewRuleset(_) => (post, named(&["rulesets"]), "Administration: write"),
            Change::Ruleset(..) => (put, named(&["rulesets", number]), "Administration: write"),
            Change::NewBranch { .. } => (post, named(&["git", "refs"]), "Contents: write"),
            Change::NoBranch(name) => {
                // One segment, as the description has it.
                let segments = named(&["git", "refs", &format!("heads/{name}")]);
                (Verb::Delete, segments, "Contents: write")
            }
            Change::NewFile { path, .. } => {
                let segments: Vec<&str> = ["contents"].into_iter().chain(path.split('/')).collect();
                (put, named(&segments), "Contents: write")
            }
            Change::NewRequest { .. } => (post, named(&["pulls"]), "Pull requests: write"),
            Change::Merge { .. } => {
                let segments = named(&["pulls", number, "merge"]);
                (Verb::PutOnce, segments, "Contents: write")
            }
            Change::Close(_) => {
                let segments = named(&["pulls", number]);
                (Verb::Patch, segments, "Pull requests: write")
            }
        }
    }

    fn body(self) -> Value {
        match self {
            Change::CheckRun(run) => run.body(),
            Change::Status(status) => status.body(),
            Change::Comment { text, .. } | Change::EditedComment { text, .. } => {
                json!({"body": cut(text, MAX_COMMENT)})
            }
            Change::NewRuleset(wanted) | Change::Ruleset(_, wanted) => ruleset(wanted),
            Change::NewBranch { name, commit } => {
                json!({"ref": format!("refs/heads/{name}"), "sha": commit.to_string()})
            }
            Change::NoBranch(_) => Value::Null,
            Change::NewFile { branch, text, .. } => {
                json!({"message": text, "content": STANDARD.encode(text), "branch": branch})
            }
            Change::NewRequest {
                title,
                text,
                head,
                base,
            } => json!({"title": title, "body": text, "head": head, "base": base}),
            Change::Merge { head, .. } => {
                json!({"sha": head.to_string(), "merge_method": "merge"})
            }
            Change::Close(_) => json!({"state": "closed"}),
        }
    }

    /// Returns the number in its address; 0 where there is none, which GitHub gives to nothing.
    fn number(self) -> u64 {
        match self {
            Change::Comment { number, .. }
            | Change::EditedComment {
                comment: number, ..
            }
            | Change::Merge { number, .. }
            | Change::Close(number)
            | Change::Ruleset(number, _) => number,
            Change::CheckRun(_)
            | Change::Status(_)
            | Change::NewRuleset(_)
            | Change::NewBranch { .. }
            | Change::NoBranch(_)
            | Change::NewFile { .. }
            | Change::NewRequest { .. } => 0,
        }
    }
}

impl CheckRun<'_> {
    fn body(&self) -> Value {
        // "neutral" and "skipped" would satisfy a required check.
        let conclusion = if self.is_passed { "success" } else { "failure" };
        json!({
            "name": self.name,
            "head_sha": self.head.to_string(),
            "status": "completed",
            "conclusion": conclusion,
            "output": {"title": self.title, "summary": cut(self.summary, MAX_SUMMARY)},
        })
    }
}

impl Status<'_> {
    fn body(&self) -> Value {
        let state = match self.state {
            State::Success => "success",
            State::Failure => "failure",
            State::Error => "error",
        };
        json!({
            "state": state,
            "context": self.name,
            "description": cut(self.title, MAX_DESCRIPTION),
        })
    }
}

/// Returns a ruleset as "Create a repository ruleset" takes it; nobody may go around it.
fn ruleset(wanted: &WantedRuleset) -> Value {
    json!({
        "name": wanted.name,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {
            "include": [format!("refs/heads/{}", wanted.branch)],
            "exclude": [],
        }},
        "rules": wanted.rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(rule: &Rule) -> Value {
    let kind = rule.name();
    match rule {
        Rule::Creation
        | Rule::Update
        | Rule::Deletion
        | Rule::NonFastForward
        | Rule::RequiredLinearHistory
        | Rule::RequiredSignatures
        | Rule::Other(_) => json!({"type": kind}),
        Rule::PullRequest(wanted) => json!({"type": kind, "parameters": pull_request(wanted)}),
        Rule::RequiredStatusChecks { checks, is_strict } => {
            let check = |check: &RequiredCheck| match check.app {
                Some(app) => json!({"context": check.context, "integration_id": app}),
                None => json!({"context": check.context}),
            };
            json!({"type": kind, "parameters": {
                "strict_required_status_checks_policy": is_strict,
                "required_status_checks": checks.iter().map(check).collect::<Vec<_>>(),
            }})
        }
    }
}

fn pull_request(wanted: &PullRequestRule) -> Value {
    let mut parameters = json!({
        "required_approving_review_count": wanted.approvals,
        "dismiss_stale_reviews_on_push": wanted.dismisses_stale,
        "require_code_owner_review": wanted.needs_code_owner,
        "require_last_push_approval": wanted.needs_other_than_last_pusher,
        "required_review_thread_resolution": false,
    });
    if let Some(methods) = &wanted.merge_methods {
        let methods = methods.iter().map(|method| String::from(method.clone()));
        parameters["allowed_merge_methods"] = methods.collect();
    }
    parameters
}
