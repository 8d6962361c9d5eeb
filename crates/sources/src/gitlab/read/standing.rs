//! Where a merge request stands: whether it landed, and whether GitLab would let it.

use model::digest::CommitId;
use model::request::words::RequestState;
use serde::Deserialize;

use super::request::{is_merged, state};
use super::{Wire, object};
use crate::forge::answer::{Unreadable, nullable, word};

/// Where a merge request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub number: u64,
    /// Open, closed or neither.
    pub state: RequestState,
    /// The branch where it is to land.
    pub branch: String,
    /// Its head.
    pub head: CommitId,
    /// Whether it landed.
    pub is_merged: bool,
    /// Whether it may land, and if not, why; none where GitLab does not say, as before version 15.6.
    pub merge_status: Option<String>,
}

/// Returns where a merge request stands. It may be too new for the rest of it.
pub fn standing(pages: &[&[u8]]) -> Result<Standing, Unreadable> {
    object::<StandingWire>("a merge request", pages)
}

/// Returns the number of a merge request that was just opened, of which little more is said yet.
pub fn opened(pages: &[&[u8]]) -> Result<u64, Unreadable> {
    object::<OpenedWire>("a new merge request", pages)
}

#[derive(Deserialize)]
struct StandingWire {
    iid: u64,
    state: String,
    target_branch: String,
    sha: CommitId,
    #[serde(deserialize_with = "nullable")]
    merged_at: Option<jiff::Timestamp>,
    detailed_merge_status: Option<String>,
}

impl Wire for StandingWire {
    type Fact = Standing;

    fn fact(self) -> Result<Standing, String> {
        Ok(Standing {
            number: self.iid,
            is_merged: is_merged(&self.state, self.merged_at)?.is_some(),
            state: state(self.state),
            branch: self.target_branch,
            head: self.sha,
            merge_status: self.detailed_merge_status.map(word),
        })
    }
}

#[derive(Deserialize)]
struct OpenedWire {
    iid: u64,
}

impl Wire for OpenedWire {
    type Fact = u64;

    fn fact(self) -> Result<u64, String> {
        Ok(self.iid)
    }
}
