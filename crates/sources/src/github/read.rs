//! GitHub's answers as facts. Only the fields that are used are read, and one that decides must be there.

use serde::de::DeserializeOwned;

use crate::forge::answer::{Dialect, Unreadable};

mod access;
mod audit;
mod checks;
mod protection;
mod request;
mod rules;

pub use access::{collaborators, deploy_keys, environments, settings};
pub use audit::audit_log;
pub use checks::{check_runs, combined_statuses, statuses};
pub use protection::branch_protection;
pub(super) use request::AccountWire;
pub use request::{
    LISTED_FIELDS, account, branch, comments, issue, line_comment_count, merge_state, request,
    request_commits, requests, reviews,
};
pub use rules::{branch_rules, rule_suites, ruleset, ruleset_version, ruleset_versions, rulesets};

pub(super) const GITHUB: Dialect = Dialect { forge: "GitHub" };

/// A fact that an answer holds.
trait Fact: Sized {
    /// The form in which GitHub writes it.
    type Wire: DeserializeOwned;

    /// Returns the fact, or what in it contradicts itself.
    fn of(wire: Self::Wire) -> Result<Self, String>;
}

fn object<T: Fact>(what: &'static str, pages: &[&[u8]]) -> Result<T, Unreadable> {
    GITHUB.object(what, pages, T::of)
}

fn list<T: Fact>(what: &'static str, pages: &[&[u8]]) -> Result<Vec<T>, Unreadable> {
    GITHUB.list(what, pages, T::of)
}

fn extend<T: Fact>(
    items: &mut Vec<T>,
    what: &'static str,
    page: usize,
    wires: Vec<T::Wire>,
) -> Result<(), Unreadable> {
    GITHUB.extend(items, (what, page), wires, T::of)
}
