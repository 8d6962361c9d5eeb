//! GitHub's answers as facts. Only the fields that are used are read, and one that decides must be there.

use std::fmt;

use model::request::words::MAX_WORD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

mod access;
mod checks;
mod protection;
mod request;
mod rules;

pub use access::{collaborators, deploy_keys, environments, settings};
pub use checks::{check_runs, combined_statuses, statuses};
pub use protection::branch_protection;
pub(super) use request::AccountWire;
pub use request::{
    branch, comments, issue, merge_state, request, request_commits, requests, reviews,
};
pub use rules::{branch_rules, rule_suites, ruleset, ruleset_version, ruleset_versions, rulesets};

/// The most items of one list, over all pages.
const MAX_ITEMS: usize = 200_000;

/// The longest part of an error that is shown, in characters.
const MAX_WHY: usize = 300;

/// An answer that is not what its endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, page {page}, is not what GitHub answers: {why}")]
pub struct Unreadable {
    /// What was to be read.
    pub what: &'static str,
    /// The page, from 1.
    pub page: usize,
    /// What is wrong, with line and column.
    pub why: String,
}

/// A fact that an answer holds.
trait Fact: Sized {
    /// The form in which GitHub writes it.
    type Wire: DeserializeOwned;

    /// Returns the fact, or what in it contradicts itself.
    fn of(wire: Self::Wire) -> Result<Self, String>;
}

/// Returns the one object of an answer with one page.
fn object<T: Fact>(what: &'static str, pages: &[&[u8]]) -> Result<T, Unreadable> {
    match pages {
        [page] => read(what, 1, page).and_then(|wire| fact(what, 1, wire)),
        pages => Err(unreadable(what, pages.len(), "it is one page")),
    }
}

/// Returns the items of all pages, each a list.
fn list<T: Fact>(what: &'static str, pages: &[&[u8]]) -> Result<Vec<T>, Unreadable> {
    let mut items = Vec::new();
    for (page, body) in (1..).zip(pages) {
        extend(&mut items, what, page, read(what, page, body)?)?;
    }
    Ok(items)
}

fn extend<T: Fact>(
    items: &mut Vec<T>,
    what: &'static str,
    page: usize,
    wires: Vec<T::Wire>,
) -> Result<(), Unreadable> {
    if items.len() + wires.len() > MAX_ITEMS {
        return Err(unreadable(what, page, "it has too many items"));
    }
    for wire in wires {
        items.push(fact(what, page, wire)?);
    }
    Ok(())
}

pub(super) fn read<W: DeserializeOwned>(
    what: &'static str,
    page: usize,
    body: &[u8],
) -> Result<W, Unreadable> {
    serde_json::from_slice(body).map_err(|error| unreadable(what, page, error))
}

fn fact<T: Fact>(what: &'static str, page: usize, wire: T::Wire) -> Result<T, Unreadable> {
    T::of(wire).map_err(|why| unreadable(what, page, why))
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
