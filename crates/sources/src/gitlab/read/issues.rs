//! Issues, and which of them a merge request closes.

use jiff::Timestamp;
use model::request::Account;
use model::request::issue::{Issue, LinkedIssue};
use serde::Deserialize;
use serde_json::Value;

use super::request::state;
use super::{AccountWire, Wire, list, object};
use crate::forge::answer::{Unreadable, nullable, word};

/// Returns an issue.
pub fn issue(pages: &[&[u8]]) -> Result<Issue, Unreadable> {
    object::<IssueWire>("an issue", pages)
}

/// Returns the issues that a merge request closes when it lands.
pub fn closes_issues(pages: &[&[u8]]) -> Result<Vec<LinkedIssue>, Unreadable> {
    list::<LinkedWire>("the issues that a merge request closes", pages)
}

#[derive(Deserialize)]
struct IssueWire {
    iid: u64,
    title: String,
    #[serde(deserialize_with = "nullable")]
    description: Option<String>,
    state: String,
    #[serde(deserialize_with = "nullable")]
    author: Option<AccountWire>,
    labels: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(deserialize_with = "nullable")]
    closed_at: Option<Timestamp>,
}

impl Wire for IssueWire {
    type Fact = Issue;

    fn fact(self) -> Result<Issue, String> {
        Ok(Issue {
            number: self.iid,
            title: self.title,
            description: self.description.unwrap_or_default(),
            state: state(self.state),
            author: self.author.map(Account::from),
            labels: self.labels.into_iter().collect(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            closed_at: self.closed_at,
        })
    }
}

/// Of another tracker there are a name and a title alone.
#[derive(Deserialize)]
struct LinkedWire {
    id: Value,
    iid: Option<u64>,
    project_id: Option<u64>,
}

impl Wire for LinkedWire {
    type Fact = LinkedIssue;

    fn fact(self) -> Result<LinkedIssue, String> {
        match (self.id, self.project_id, self.iid) {
            (Value::Number(_), Some(project), Some(number)) => {
                Ok(LinkedIssue::Own { project, number })
            }
            (Value::String(name), None, None) => Ok(LinkedIssue::External(word(name))),
            _ => Err("it is neither an issue of GitLab nor one of another tracker".to_owned()),
        }
    }
}
