//! Chooses the branch whose changes are counted.

use super::open::{RefsError, Repo};
use gix::ObjectId;
use gix::head::Kind;

/// Names of branches that an error lists.
const MAX_NAMES: usize = 20;

/// A branch with a commit on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name, as people write it: `main`.
    pub name: String,
    /// Its full name: `refs/heads/main`.
    pub full_name: String,
    pub(super) tip: ObjectId,
}

/// A branch that cannot be chosen.
#[derive(Debug, thiserror::Error)]
pub enum BranchError {
    /// The repository has no commits.
    #[error("the repository is empty: no branch has a commit")]
    Empty,
    /// `HEAD` names a branch that does not exist, as after a rename of the default branch.
    #[error(
        "HEAD names the branch `{name}`, which does not exist; there are: {}",
        list(others)
    )]
    Unborn {
        /// The branch that `HEAD` names.
        name: String,
        /// The branches that there are.
        others: Vec<String>,
    },
    /// No branch was asked for and `HEAD` is on a commit.
    #[error("HEAD is on a commit, not on a branch; there are: {}", list(others))]
    Detached {
        /// The branches that there are.
        others: Vec<String>,
    },
    /// There is no such branch.
    #[error("there is no branch `{name}`; there are: {}", list(others))]
    Unknown {
        /// The branch that was asked for.
        name: String,
        /// The branches that there are.
        others: Vec<String>,
    },
    /// The branch points at something else than a commit.
    #[error("the branch `{name}` leads to no commit")]
    NoCommit {
        /// The branch.
        name: String,
    },
    /// The references cannot be read.
    #[error(transparent)]
    Refs(#[from] RefsError),
}

impl Branch {
    /// Returns what the branch is called where it comes from: a checkout that CI made may have it of `origin` alone.
    pub fn name_at_origin(&self) -> &str {
        let of_origin = self.full_name.strip_prefix("refs/remotes/origin/");
        of_origin.unwrap_or(&self.name)
    }
}

impl Repo {
    /// Returns the branch of that name, else the branch of `HEAD`.
    ///
    /// `main` may also be a branch of the remote `origin`, as in a checkout that CI made; `origin/main` and
    /// `refs/heads/main` name it too.
    pub fn branch(&self, name: Option<&str>) -> Result<Branch, BranchError> {
        match name {
            Some(name) => self.named_branch(name),
            None => self.head_branch(),
        }
    }

    /// Returns the default branch of the remote `origin`, as it was when the repository was cloned; none where git knows none.
    pub fn default_branch_at_origin(&self) -> Result<Option<Branch>, BranchError> {
        let repo = self.local();
        let head = repo.try_find_reference("refs/remotes/origin/HEAD");
        let Some(head) = head.map_err(RefsError::new)? else {
            return Ok(None);
        };
        match head.target().try_name() {
            Some(name) => self.full_named_branch(&name.to_string()),
            None => Ok(None),
        }
    }

    fn named_branch(&self, name: &str) -> Result<Branch, BranchError> {
        let places = ["", "refs/heads/", "refs/remotes/origin/", "refs/remotes/"];
        let full_names = places.iter().map(|place| format!("{place}{name}"));
        for full_name in full_names.filter(|full_name| full_name.starts_with("refs/")) {
            if let Some(branch) = self.full_named_branch(&full_name)? {
                return Ok(branch);
            }
        }
        let name = name.to_owned();
        match self.branch_names()? {
            others if others.is_empty() => Err(BranchError::Empty),
            others => Err(BranchError::Unknown { name, others }),
        }
    }

    fn head_branch(&self) -> Result<Branch, BranchError> {
        let repo = self.local();
        let head = repo.head().map_err(RefsError::new)?;
        let full_name = match head.kind {
            Kind::Symbolic(reference) => reference.name,
            Kind::Unborn(name) => name,
            Kind::Detached { .. } => {
                let others = self.branch_names()?;
                return Err(BranchError::Detached { others });
            }
        };
        match self.full_named_branch(&full_name.to_string())? {
            Some(branch) => Ok(branch),
            None => Err(self.unborn(&full_name.to_string())?),
        }
    }

    fn unborn(&self, full_name: &str) -> Result<BranchError, RefsError> {
        let name = short(full_name).to_owned();
        Ok(match self.branch_names()? {
            others if others.is_empty() => BranchError::Empty,
            others => BranchError::Unborn { name, others },
        })
    }

    fn full_named_branch(&self, full_name: &str) -> Result<Option<Branch>, BranchError> {
        let repo = self.local();
        // A name that git does not allow names no branch.
        let Ok(Some(mut reference)) = repo.try_find_reference(full_name) else {
            return Ok(None);
        };
        let name = short(full_name).to_owned();
        let Ok(tip) = reference.peel_to_id() else {
            return Err(BranchError::NoCommit { name });
        };
        Ok(Some(Branch {
            name,
            full_name: full_name.to_owned(),
            tip: tip.detach(),
        }))
    }

    fn branch_names(&self) -> Result<Vec<String>, RefsError> {
        let branches = self.branches()?;
        let names = branches.keys().map(|name| short(name).to_owned());
        Ok(names.collect())
    }
}

fn short(full_name: &str) -> &str {
    ["refs/heads/", "refs/remotes/", "refs/"]
        .iter()
        .find_map(|place| full_name.strip_prefix(place))
        .unwrap_or(full_name)
}

fn list(names: &[String]) -> String {
    match names.get(..MAX_NAMES) {
        Some(first) if names.len() > MAX_NAMES => {
            format!("{} and {} more", first.join(", "), names.len() - MAX_NAMES)
        }
        Some(_) | None => names.join(", "),
    }
}
