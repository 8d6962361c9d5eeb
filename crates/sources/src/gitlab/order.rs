//! What is changed at GitLab, and which scope and role its documentation asks for: one line for each.

use model::digest::CommitId;
use model::request::level::{AccessLevel, Grantee};
use serde_json::{Value, json};

use super::project::Project;
use super::read::PushLevel;
use crate::forge::base::Query;
use crate::forge::error::ForgeError;
use crate::forge::send::{Order, Verb, cut, named};

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
    /// Another text of a note, by its number.
    EditedNote {
        /// The merge request.
        number: u64,
        /// The note.
        note: u64,
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
        let (verb, segments, needs) = self.place();
        let project = ["projects", project.segment()];
        let segments = project
            .into_iter()
            .chain(segments.iter().map(String::as_str));
        Order::new(verb, Query::new(segments, needs), &self.body())
    }

    /// Returns how it is sent, below the project, and what that needs.
    fn place(self) -> (Verb, Vec<String>, &'static str) {
        let (post, developer) = (Verb::Post, DEVELOPER);
        let of_request = |number: u64| ["merge_requests".to_owned(), number.to_string()];
        match self {
            Change::Status(status) => {
                let head = status.head.to_string();
                (post, named(&["statuses", &head]), developer)
            }
            Change::Note { number, .. } => {
                let segments = [&of_request(number)[..], &named(&["notes"])].concat();
                (post, segments, developer)
            }
            Change::EditedNote { number, note, .. } => {
                let rest = named(&["notes", &note.to_string()]);
                let segments = [&of_request(number)[..], &rest].concat();
                (Verb::Put, segments, developer)
            }
            Change::NewProtection { .. } => (post, named(&[PROTECTED]), MAINTAINER),
            Change::NobodyPushes { branch, .. } => {
                let segments = named(&[PROTECTED, branch]);
                (Verb::PatchOnce, segments, MAINTAINER_PREMIUM)
            }
            Change::NobodyForces(branch) => (Verb::Patch, named(&[PROTECTED, branch]), MAINTAINER),
            Change::PipelinesMustSucceed => (Verb::Put, Vec::new(), MAINTAINER),
            Change::NewBranch { .. } => (post, named(&["repository", "branches"]), developer),
            Change::NoBranch(name) => {
                let segments = named(&["repository", "branches", name]);
                (Verb::Delete, segments, developer)
            }
            Change::NewFile { path, .. } => {
                (post, named(&["repository", "files", path]), developer)
            }
            Change::NewRequest { .. } => (post, named(&["merge_requests"]), developer),
            Change::Merge { number, .. } => {
                let segments = [&of_request(number)[..], &named(&["merge"])].concat();
                (Verb::PutOnce, segments, MERGER)
            }
            Change::Close(number) => (Verb::Put, of_request(number).to_vec(), developer),
        }
    }

    fn body(self) -> Value {
        match self {
            Change::Status(status) => status.body(),
            Change::Note { text, .. } | Change::EditedNote { text, .. } => {
                json!({"body": cut(text, MAX_NOTE)})
            }
            Change::NewProtection {
                branch,
                nobody_pushes,
            } => json!({
                "name": branch,
                "push_access_level": if nobody_pushes { NOBODY } else { MAINTAINERS },
                "merge_access_level": MAINTAINERS,
                "allow_force_push": false,
            }),
            Change::NobodyPushes { levels, .. } => json!({"allowed_to_push": nobody(levels)}),
            Change::NobodyForces(_) => json!({"allow_force_push": false}),
            Change::PipelinesMustSucceed => json!({
                "only_allow_merge_if_pipeline_succeeds": true,
                "allow_merge_on_skipped_pipeline": false,
            }),
            Change::NewBranch { name, commit } => {
                json!({"branch": name, "ref": commit.to_string()})
            }
            Change::NoBranch(_) => Value::Null,
            Change::NewFile { branch, text, .. } => {
                json!({"branch": branch, "content": text, "commit_message": text})
            }
            Change::NewRequest {
                title,
                text,
                head,
                base,
            } => json!({
                "title": title, "description": text, "source_branch": head, "target_branch": base,
            }),
            Change::Merge { head, .. } => json!({"sha": head.to_string()}),
            Change::Close(_) => json!({"state_event": "close"}),
        }
    }
}

/// The segment below which protected branches lie.
const PROTECTED: &str = "protected_branches";

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
