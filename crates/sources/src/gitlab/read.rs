//! GitLab's answers as facts. Only the fields that are used are read, and one that decides must be there.

use serde::de::DeserializeOwned;

use crate::forge::answer::{Dialect, Unreadable};

mod access;
mod audit;
mod checks;
mod issues;
mod protection;
mod request;
mod reviews;
mod standing;

pub use access::{deploy_keys, environments, members, merge_settings, settings};
pub use audit::audit_events;
pub use checks::{jobs, pipelines, statuses};
pub use issues::{closes_issues, issue};
pub use protection::{PushLevel, approval_rules, protected_branches, push_levels, push_rule};
pub use request::{
    LISTED_FIELDS, branch, merge_ref, project, request, request_commits, requests, versions,
};
pub use reviews::{account, approvals, comments, system_notes};
pub use standing::{Standing, opened, standing};

pub(super) use request::AccountWire;

pub(super) const GITLAB: Dialect = Dialect { forge: "GitLab" };

/// The form in which GitLab writes a fact.
trait Wire: DeserializeOwned {
    /// The fact.
    type Fact;

    /// Returns the fact, or what in it contradicts itself.
    fn fact(self) -> Result<Self::Fact, String>;
}

fn object<W: Wire>(what: &'static str, pages: &[&[u8]]) -> Result<W::Fact, Unreadable> {
    GITLAB.object(what, pages, W::fact)
}

fn list<W: Wire>(what: &'static str, pages: &[&[u8]]) -> Result<Vec<W::Fact>, Unreadable> {
    GITLAB.list(what, pages, W::fact)
}
