//! GitLab's answers as facts. Only the fields that are used are read, and one that decides must be there.

use std::fmt;

use model::request::words::MAX_WORD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

mod access;
mod audit;
mod checks;
mod issues;
mod protection;
mod request;
mod reviews;

pub use access::{deploy_keys, environments, members, merge_settings, settings};
pub use audit::audit_events;
pub use checks::{jobs, pipelines, statuses};
pub use issues::{closes_issues, issue};
pub use protection::{
    approval_rules, protected_branch, protected_branches, protected_environments, push_rule,
};
pub use request::{request, request_commits, requests};
pub use reviews::{approvals, comments, system_notes};

pub(super) use request::AccountWire;

/// The most items of one list, over all pages.
const MAX_ITEMS: usize = 200_000;

/// The longest part of an error that is shown, in characters.
const MAX_WHY: usize = 300;

/// An answer that is not what its endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, page {page}, is not what GitLab answers: {why}")]
pub struct Unreadable {
    /// What was to be read.
    pub what: &'static str,
    /// The page, from 1.
    pub page: usize,
    /// What is wrong, with line and column.
    pub why: String,
}

/// The form in which GitLab writes a fact.
trait Wire: DeserializeOwned {
    /// The fact.
    type Fact;

    /// Returns the fact, or what in it contradicts itself.
    fn fact(self) -> Result<Self::Fact, String>;
}

/// Returns the one object of an answer with one page.
fn object<W: Wire>(what: &'static str, pages: &[&[u8]]) -> Result<W::Fact, Unreadable> {
    match pages {
        [page] => read::<W>(what, 1, page)?
            .fact()
            .map_err(|why| unreadable(what, 1, why)),
        pages => Err(unreadable(what, pages.len(), "it is one page")),
    }
}

/// Returns the items of all pages, each a list.
fn list<W: Wire>(what: &'static str, pages: &[&[u8]]) -> Result<Vec<W::Fact>, Unreadable> {
    let mut items = Vec::new();
    for (page, body) in (1..).zip(pages) {
        let wires: Vec<W> = read(what, page, body)?;
        if items.len() + wires.len() > MAX_ITEMS {
            return Err(unreadable(what, page, "it has too many items"));
        }
        for wire in wires {
            items.push(wire.fact().map_err(|why| unreadable(what, page, why))?);
        }
    }
    Ok(items)
}

pub(super) fn read<T: DeserializeOwned>(
    what: &'static str,
    page: usize,
    body: &[u8],
) -> Result<T, Unreadable> {
    serde_json::from_slice(body).map_err(|error| unreadable(what, page, error))
}

pub(super) fn unreadable(what: &'static str, page: usize, why: impl fmt::Display) -> Unreadable {
    Unreadable {
        what,
        page,
        // What serde says may repeat a whole string of the answer.
        why: why.to_string().chars().take(MAX_WHY).collect(),
    }
}

/// For a field that may be null and must be there: serde takes an `Option` that is absent for one that is null.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

/// Returns a word that is kept as it was written, cut short.
fn word(text: String) -> String {
    text.chars().take(MAX_WORD).collect()
}
