//! The listings of a bucket: which names there are, and which versions of one.

use serde::Deserialize;

use crate::store::object::bucket::Bucket;
use crate::store::object::failure::BucketError;
use crate::store::object::request::{Request, escaped};

/// The longest page that is read; one has a thousand names at most.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// The pages that are read: a hundred million names.
const MAX_PAGES: usize = 100_000;

/// The versions of one name that are looked at.
const MAX_VERSIONS: usize = 10_000;

/// One version of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) id: String,
    /// It stands for a deletion, and has no bytes.
    pub(super) is_marker: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Names {
    #[serde(default)]
    contents: Vec<Content>,
    #[serde(default)]
    is_truncated: bool,
    next_continuation_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Versions {
    #[serde(rename = "$value", default)]
    all: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
enum Listed {
    Version(ListedVersion),
    DeleteMarker(ListedVersion),
    IsTruncated(bool),
    NextKeyMarker(String),
    NextVersionIdMarker(String),
    #[serde(other)]
    Else,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedVersion {
    key: String,
    version_id: String,
}

/// One page of versions.
#[derive(Debug, Default)]
struct Page {
    versions: Vec<(String, Version)>,
    next: Option<(String, String)>,
}

impl Bucket {
    /// Returns the sorted names that begin with `folder` and come behind `after`, relative to the prefix of the ledger.
    pub(super) async fn names(
        &self,
        folder: &str,
        after: &str,
    ) -> Result<Vec<String>, BucketError> {
        let prefix = &self.service.place.prefix;
        let query = format!(
            "list-type=2&prefix={}",
            escaped(&format!("{prefix}{folder}"))
        );
        let mut next = format!("&start-after={}", escaped(&format!("{prefix}{after}")));
        let mut names = Vec::new();
        for _ in 0..MAX_PAGES {
            let query = format!("{query}{next}");
            let page: Names = self.page(query, "s3:ListBucket", "list").await?;
            let keys = page.contents.into_iter().map(|content| content.key);
            names
                .extend(keys.filter_map(|key| Some(key.strip_prefix(prefix.as_str())?.to_owned())));
            match page.next_continuation_token.filter(|_| page.is_truncated) {
                Some(token) => next = format!("&continuation-token={}", escaped(&token)),
                None => break,
            }
        }
        names.sort();
        Ok(names)
    }

    /// Returns the versions of one name, the newest first; none where the bucket keeps no versions.
    pub(super) async fn versions(&self, name: &str) -> Result<Vec<Version>, BucketError> {
        let key = format!("{}{name}", self.service.place.prefix);
        let (mut versions, mut next) = (Vec::new(), String::new());
        while versions.len() < MAX_VERSIONS {
            let query = format!("versions&prefix={}{next}", escaped(&key));
            let page = self
                .page(query, "s3:ListBucketVersions", "list of versions")
                .await?;
            let page = Page::of(page);
            // Names that only begin like this one come behind it.
            let is_last = page.versions.iter().any(|(other, _)| *other != key);
            let mine = page.versions.into_iter().filter(|(other, _)| *other == key);
            versions.extend(mine.map(|(_, version)| version));
            match page.next.filter(|_| !is_last) {
                Some((key, id)) => {
                    next = format!(
                        "&key-marker={}&version-id-marker={}",
                        escaped(&key),
                        escaped(&id)
                    )
                }
                None => break,
            }
        }
        Ok(versions)
    }

    async fn page<P: for<'d> Deserialize<'d>>(
        &self,
        query: String,
        permission: &'static str,
        what: &'static str,
    ) -> Result<P, BucketError> {
        let request = Request {
            method: "GET",
            query,
            limit: MAX_PAGE_BYTES,
            permission,
            ..Request::default()
        };
        let answer = self.service.send(request, &[200]).await?;
        let page = std::str::from_utf8(&answer.body).ok();
        page.and_then(|page| quick_xml::de::from_str(page).ok())
            .ok_or_else(|| BucketError::Malformed {
                place: self.service.called(None),
                what,
            })
    }
}

impl Page {
    fn of(listed: Versions) -> Page {
        let (mut page, mut is_truncated) = (Page::default(), false);
        let (mut key_marker, mut id_marker) = (None, None);
        for listed in listed.all {
            match listed {
                Listed::Version(version) => page.push(version, false),
                Listed::DeleteMarker(version) => page.push(version, true),
                Listed::IsTruncated(whether) => is_truncated = whether,
                Listed::NextKeyMarker(key) => key_marker = Some(key),
                Listed::NextVersionIdMarker(id) => id_marker = Some(id),
                Listed::Else => {}
            }
        }
        page.next = key_marker.zip(id_marker).filter(|_| is_truncated);
        page
    }

    fn push(&mut self, ListedVersion { key, version_id }: ListedVersion, is_marker: bool) {
        let id = version_id;
        self.versions.push((key, Version { id, is_marker }));
    }
}
