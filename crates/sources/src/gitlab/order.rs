//! What is changed at GitLab, and which scope and role its documentation asks for: one line for each.

use model::digest::CommitId;
use model::request::level::{AccessLevel, Grantee};
use serde_json::{Value, json};

use super::project::Project;
use super::read::PushLevel;
use crate::forge::base::Query;
use crate::forge::error::ForgeError;
use crate::forge::send::{Order, Verb, cut};

/// "Set the pipeline status of a commit": the most characters of a description.
const MAX_DESCRIPTION: usize = 255;
/// The most characters of an address that a status names; a longer one is left out, for half of it leads nowhere.
const MAX_TARGET: usize = 255;
/// The most characters of a note.
const MAX_NOTE: usize = 1_000_000;

const DEVELOPER: &str = "api and the role Developer";
const MAINTAINER: &str = "api and the role Maintainer";
/// "Protected branches API": who else may push is told apart on these plans alone.
const MAINTAINER_PREMIUM: &str = "api, the role Maintainer and the plan Premium";
/// "Merge a merge request": 401 where the account may not merge into the branch.
const MERGER: &str = "api and whoever may merge into the branch";

/// "Valid access levels": nobody, and those whose role is Maintainer.
const NOBODY: u64 = 0;
const MAINTAINERS: u64 = 40;

/// One change of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// The status of a commit.
    Status(&'a Status<'a>),
    /// A note on a merge request.
    Note {
        /// The merge request.
        number: u64,
        /// Markdown.
        text: &'a str,
    },
    /// That a branch of which nothing of its name is protected is, and nobody may force it.
    NewProtection {
        /// Its name.
        branch: &'a str,
        /// Whether nobody may push, else maintainers may.
        nobody_pushes: bool,
    },
    /// That nobody may push to a protected branch, changed where it is, so that it is protected all the while.
    NobodyPushes {
        /// Its name.
        branch: &'a str,
        /// Who may push now.
        levels: &'a [PushLevel],
    },
    /// That nobody may force a protected branch, by its name.
    NobodyForces(&'a str),
    /// That a request lands only behind a pipeline that passed, and a skipped one did not.
    PipelinesMustSucceed,
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
    /// A new merge request.
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
    /// That a merge request lands now, if this is still its head.
    Merge {
        /// The merge request.
        number: u64,
        /// Its head.
        head: &'a CommitId,
    },
    /// That a merge request is closed.
    Close(u64),
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
    /// Where more of it stands.
    pub target: Option<&'a str>,
}

/// What came of a check, as a status says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It passed.
    Success,
    /// It failed.
    Failed,
    /// Nobody can tell yet: GitLab has no state for an error, and lets nothing land that waits.
    Pending,
}

impl Change<'_> {
    /// Returns what is sent for a project.
    pub fn of(self, project: &Project) -> Order {
        let order = |verb, segments: &[&str], needs, body: Value| {
            let project = ["projects", project.segment()];
            let segments = project.into_iter().chain(segments.iter().copied());
            Order::new(verb, Query::new(segments, needs), &body)
        };
        let protected = |branch| ["protected_branches", branch];
        match self {
            Change::Status(status) => {
                let segments = ["statuses", &status.head.to_string()];
                order(Verb::Post, &segments, DEVELOPER, status.body())
            }
            Change::Note { number, text } => {
                let segments = ["merge_requests", &number.to_string(), "notes"];
                let body = json!({"body": cut(text, MAX_NOTE)});
                order(Verb::Post, &segments, DEVELOPER, body)
            }
            Change::NewProtection {
                branch,
                nobody_pushes,
            } => {
                let body = json!({
                    "name": branch,
                    "push_access_level": if nobody_pushes { NOBODY } else { MAINTAINERS },
                    "merge_access_level": MAINTAINERS,
                    "allow_force_push": false,
                });
                order(Verb::Post, &["protected_branches"], MAINTAINER, body)
            }
            Change::NobodyPushes { branch, levels } => {
                let body = json!({"allowed_to_push": nobody(levels)});
                let segments = protected(branch);
                order(Verb::PatchOnce, &segments, MAINTAINER_PREMIUM, body)
            }
            Change::NobodyForces(branch) => {
                let body = json!({"allow_force_push": false});
                order(Verb::Patch, &protected(branch), MAINTAINER, body)
            }
            Change::PipelinesMustSucceed => {
                let body = json!({
                    "only_allow_merge_if_pipeline_succeeds": true,
                    "allow_merge_on_skipped_pipeline": false,
                });
                order(Verb::Put, &[], MAINTAINER, body)
            }
            Change::NewBranch { name, commit } => {
                let body = json!({"branch": name, "ref": commit.to_string()});
                order(Verb::Post, &["repository", "branches"], DEVELOPER, body)
            }
            Change::NoBranch(name) => {
                let segments = ["repository", "branches", name];
                order(Verb::Delete, &segments, DEVELOPER, Value::Null)
            }
            Change::NewFile { branch, path, text } => {
                let body = json!({"branch": branch, "content": text, "commit_message": text});
                let segments = ["repository", "files", path];
                order(Verb::Post, &segments, DEVELOPER, body)
            }
            Change::NewRequest {
                title,
                text,
                head,
                base,
            } => {
                let body = json!({
                    "title": title, "description": text, "source_branch": head, "target_branch": base,
                });
                order(Verb::Post, &["merge_requests"], DEVELOPER, body)
            }
            Change::Merge { number, head } => {
                let segments = ["merge_requests", &number.to_string(), "merge"];
                let body = json!({"sha": head.to_string()});
                order(Verb::PutOnce, &segments, MERGER, body)
            }
            Change::Close(number) => {
                let segments = ["merge_requests", &number.to_string()];
                let body = json!({"state_event": "close"});
                order(Verb::Put, &segments, DEVELOPER, body)
            }
        }
    }
}

/// Returns what makes nobody of these: one level becomes that of nobody, as on GitLab's own page, and the others are ended
/// ("Update a protected branch").
fn nobody(levels: &[PushLevel]) -> Value {
    let is_nobody = |it: &PushLevel| it.grantee == Grantee::Level(AccessLevel::Nobody);
    let is_level = |it: &&PushLevel| matches!(it.grantee, Grantee::Level(_));
    let kept = levels.iter().find(|it| is_nobody(it));
    let kept = kept.or_else(|| levels.iter().find(is_level));
    let rest = levels
        .iter()
        .filter(|it| Some(it.id) != kept.map(|kept| kept.id));
    let mut changed = match kept {
        Some(kept) if is_nobody(kept) => Vec::new(),
        Some(kept) => vec![json!({"id": kept.id, "access_level": NOBODY})],
        None => vec![json!({"access_level": NOBODY})],
    };
    changed.extend(rest.map(|it| json!({"id": it.id, "_destroy": true})));
    Value::Array(changed)
}

impl Status<'_> {
    fn body(&self) -> Value {
        let state = match self.state {
            State::Success => "success",
            State::Failed => "failed",
            State::Pending => "pending",
        };
        let mut body = json!({
            "state": state,
            "name": self.name,
            "description": cut(self.title, MAX_DESCRIPTION),
        });
        let target = self.target;
        if let Some(target) = target.filter(|it| it.chars().count() <= MAX_TARGET) {
            body["target_url"] = target.into();
        }
        body
    }

    /// Returns whether GitLab refused it only because it waits already: a status that waits cannot be made to wait again.
    pub fn waits_already(&self, error: &ForgeError) -> bool {
        let is_so =
            |said: &str| said.starts_with("Cannot transition status via :enqueue from :pending");
        self.state == State::Pending
            && matches!(error, ForgeError::Refused { status: 400, said, .. } if is_so(said))
    }
}
