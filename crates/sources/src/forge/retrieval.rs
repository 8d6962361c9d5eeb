//! What came back, byte for byte, with what was asked.

use jiff::Timestamp;
use reqwest::Url;

use super::Got;
use super::base::Query;
use super::error::ForgeError;

/// The answer to one query.
#[derive(Debug)]
pub struct Retrieval {
    /// The method.
    pub method: &'static str,
    /// The address with its parameters; it holds no secret.
    pub address: String,
    /// The permission that the documentation asks for.
    pub needs: &'static str,
    /// When it was asked.
    pub at: Timestamp,
    /// The HTTP status: 200, or 304 where nothing changed since the entity tag.
    pub status: u16,
    /// The pages in their order; none with status 304.
    pub pages: Vec<Page>,
    /// Why these are not all pages, where they are not.
    pub cut_short: Option<ForgeError>,
    etag: Option<String>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address at last, behind redirections.
    pub address: String,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Retrieval {
    pub(super) fn begin(query: &Query, address: &Url, at: Timestamp, first: Got) -> Retrieval {
        let status = first.answer.status;
        let etag = first.answer.header("etag").map(str::to_owned);
        Retrieval {
            method: "GET",
            address: address.to_string(),
            needs: query.needs,
            at,
            status,
            pages: match status {
                304 => Vec::new(),
                _ => vec![first.into_page()],
            },
            cut_short: None,
            etag,
        }
    }

    /// Returns whether nothing changed since the entity tag that was sent.
    pub fn is_unchanged(&self) -> bool {
        self.status == 304
    }

    /// Returns whether all pages are there, or nothing changed.
    pub fn is_whole(&self) -> bool {
        self.cut_short.is_none()
    }

    /// Returns the entity tag by which a later query learns that nothing changed.
    ///
    /// None where there were several pages: the tag is of the first alone.
    pub fn etag(&self) -> Option<&str> {
        match self.pages.len() {
            0 | 1 => self.etag.as_deref(),
            _ => None,
        }
    }

    /// Returns the bytes of each page.
    pub fn bodies(&self) -> Vec<&[u8]> {
        self.pages.iter().map(|page| page.body.as_slice()).collect()
    }
}
