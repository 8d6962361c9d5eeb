//! GitHub's list of all requests of a repository.

use crate::bodies::{Said, kept};
use crate::facts::id;
use crate::world::{Recorded, at};
use countersign::forge::record::{About, Question};
use ledger::leaf::LeafKind;
use serde_json::{Value, json};

/// The requests of a repository.
#[derive(Clone)]
pub(crate) struct List {
    requests: Vec<Value>,
    said: Option<Said>,
}

impl List {
    /// A list with an older request that landed as another commit.
    pub(crate) fn new() -> List {
        List {
            requests: Vec::new(),
            said: None,
        }
        .merged(3, 'f', "main")
    }

    /// With a request that landed on a branch as this commit.
    pub(crate) fn merged(mut self, number: u64, commit: char, branch: &str) -> List {
        let tip = |branch: &str, commit| json!({"ref": branch, "sha": id(commit).to_string(), "repo": null});
        self.requests.push(json!({
            "number": number, "state": "closed", "head": tip("topic", 'b'), "base": tip(branch, 'a'),
            "updated_at": at(31.0), "merged_at": at(30.0), "merge_commit_sha": id(commit).to_string(),
        }));
        self
    }

    /// With another answer.
    pub(crate) fn says(mut self, said: Said) -> List {
        self.said = Some(said);
        self
    }
}

impl Recorded for List {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let said = Said::Body(json!(self.requests));
        let said = self.said.clone().unwrap_or(said);
        let answers = [(Question::Requests, said)].into();
        let mut kept = kept(About::Requests, &answers);
        // No record was there before itself, whatever it says.
        kept.record.log_size = u64::MAX;
        (LeafKind::Forge, kept.payload())
    }
}
