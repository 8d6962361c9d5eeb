//! The pages of an answer as facts: the steps that the readers of every forge share.

use std::fmt;

use model::request::words::MAX_WORD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// The most items of one list, over all pages.
const MAX_ITEMS: usize = 200_000;

/// The longest part of an error that is shown, in characters.
const MAX_WHY: usize = 300;

/// An answer that is not what its endpoint answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}, page {page}, is not what {forge} answers: {why}")]
pub struct Unreadable {
    /// The product that answers so.
    pub forge: &'static str,
    /// What was to be read.
    pub what: &'static str,
    /// The page, from 1.
    pub page: usize,
    /// What is wrong, with line and column.
    pub why: String,
}

/// The form of one product's answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// What the product is called.
    pub(crate) forge: &'static str,
}

impl Dialect {
    /// Returns the one object of an answer with one page.
    pub(crate) fn object<W: DeserializeOwned, T>(
        self,
        what: &'static str,
        pages: &[&[u8]],
        fact: impl Fn(W) -> Result<T, String>,
    ) -> Result<T, Unreadable> {
        match pages {
            [page] => fact(self.read(what, 1, page)?).map_err(|why| self.unreadable(what, 1, why)),
            pages => Err(self.unreadable(what, pages.len(), "it is one page")),
        }
    }

    /// Returns the items of all pages, each a list.
    pub(crate) fn list<W: DeserializeOwned, T>(
        self,
        what: &'static str,
        pages: &[&[u8]],
        fact: impl Fn(W) -> Result<T, String>,
    ) -> Result<Vec<T>, Unreadable> {
        let mut items = Vec::new();
        for (page, body) in (1..).zip(pages) {
            let wires = self.read(what, page, body)?;
            self.extend(&mut items, (what, page), wires, &fact)?;
        }
        Ok(items)
    }

    /// Adds the items of one page.
    pub(crate) fn extend<W, T>(
        self,
        items: &mut Vec<T>,
        (what, page): (&'static str, usize),
        wires: Vec<W>,
        fact: impl Fn(W) -> Result<T, String>,
    ) -> Result<(), Unreadable> {
        if items.len() + wires.len() > MAX_ITEMS {
            return Err(self.unreadable(what, page, "it has too many items"));
        }
        for wire in wires {
            items.push(fact(wire).map_err(|why| self.unreadable(what, page, why))?);
        }
        Ok(())
    }

    /// Returns what one page holds.
    pub(crate) fn read<W: DeserializeOwned>(
        self,
        what: &'static str,
        page: usize,
        body: &[u8],
    ) -> Result<W, Unreadable> {
        serde_json::from_slice(body).map_err(|error| self.unreadable(what, page, error))
    }

    pub(crate) fn unreadable(
        self,
        what: &'static str,
        page: usize,
        why: impl fmt::Display,
    ) -> Unreadable {
        Unreadable {
            forge: self.forge,
            what,
            page,
            // What serde says may repeat a whole string of the answer.
            why: why.to_string().chars().take(MAX_WHY).collect(),
        }
    }
}

/// For a field that may be null and must be there: serde takes an `Option` that is absent for one that is null.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

/// Returns a word that is kept as it was written, cut short.
pub(crate) fn word(text: String) -> String {
    text.chars().take(MAX_WORD).collect()
}
