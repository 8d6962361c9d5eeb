//! What is changed at GitLab, and which scope and role its documentation asks for: one line for each.

use model::digest::CommitId;
use serde_json::{Value, json};

use super::project::Project;
use crate::forge::base::Query;
use crate::forge::error::ForgeError;
use crate::forge::send::{Order, Verb, cut};

/// "Set the pipeline status of a commit": the most characters of a description.
const MAX_DESCRIPTION: usize = 255;
/// The most characters of an address that a status names; a longer one is left out, for half of it leads nowhere.
const MAX_TARGET: usize = 255;
/// The most characters of a note.
const MAX_NOTE: usize = 1_000_000;

/// The scope and the role that each of them needs.
const NEEDS: &str = "api and the role Developer";

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
        let post = |segments: &[&str], body: Value| {
            let project = ["projects", project.segment()];
            let segments = project.into_iter().chain(segments.iter().copied());
            Order::new(Verb::Post, Query::new(segments, NEEDS), &body)
        };
        match self {
            Change::Status(status) => post(&["statuses", &status.head.to_string()], status.body()),
            Change::Note { number, text } => post(
                &["merge_requests", &number.to_string(), "notes"],
                json!({"body": cut(text, MAX_NOTE)}),
            ),
        }
    }
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
