//! The listings of a bucket: which names there are, and which versions of one.

use serde::Deserialize;

use crate::store::object::bucket::Bucket;
use crate::store::object::failure::BucketError;
use crate::store::object::request::{Request, escaped};

/// The longest page that is read; one has a thousand names at most.
const MAX_PAGE_BYTES: u64 = 8 << 20;

/// The pages of names that are read: a hundred million of them.
const MAX_PAGES_OF_NAMES: usize = 100_000;

/// The pages of versions of one name that are read: ten million of them.
const MAX_PAGES_OF_VERSIONS: usize = 10_000;

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
struct ListOfVersions {
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
    is_truncated: bool,
    next: Option<(String, String)>,
}

/// The versions of one name, the newest first, of which one page at a time is in memory: whoever may write may make any
/// number of them. None where the bucket keeps no versions.
#[derive(Debug)]
pub(super) struct Versions<'b> {
    bucket: &'b Bucket,
    name: &'b str,
    page: std::vec::IntoIter<Version>,
    pages: usize,
    /// What asks for the next page; nothing behind the last.
    next: Option<String>,
}

impl Bucket {
    /// Returns the sorted names that begin with `folder` and come behind `after`, relative to the prefix of the ledger.
    pub(super) async fn names(
        &self,
        folder: &str,
        after: &str,
    ) -> Result<Vec<String>, BucketError> {
        let mut names = Vec::new();
        self.each_name(folder, after, |name| names.push(name.to_owned()))
            .await?;
        names.sort();
        Ok(names)
    }

    /// Shows the names that begin with `folder` and come behind `after`, relative to the prefix of the ledger.
    pub(super) async fn each_name(
        &self,
        folder: &str,
        after: &str,
        mut show: impl FnMut(&str),
    ) -> Result<(), BucketError> {
        let prefix = &self.service.place.prefix;
        let query = format!(
            "list-type=2&prefix={}",
            escaped(&format!("{prefix}{folder}"))
        );
        let mut next = format!("&start-after={}", escaped(&format!("{prefix}{after}")));
        for _ in 0..MAX_PAGES_OF_NAMES {
            let query = format!("{query}{next}");
            let page: Names = self.page(query, "s3:ListBucket", "list").await?;
            let keys = page.contents.iter().map(|content| content.key.as_str());
            keys.filter_map(|key| key.strip_prefix(prefix.as_str()))
                .for_each(&mut show);
            if !page.is_truncated {
                return Ok(());
            }
            let token = page.next_continuation_token;
            let token = token.ok_or_else(|| self.malformed("list"))?;
            next = format!("&continuation-token={}", escaped(&token));
        }
        Err(BucketError::TooMany {
            place: self.service.called(Some(folder)),
            pages: MAX_PAGES_OF_NAMES,
            what: "names",
        })
    }

    /// Returns the versions of one name.
    pub(super) fn versions<'b>(&'b self, name: &'b str) -> Versions<'b> {
        Versions {
            bucket: self,
            name,
            page: Vec::new().into_iter(),
            pages: 0,
            next: Some(String::new()),
        }
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
            .ok_or_else(|| self.malformed(what))
    }

    fn malformed(&self, what: &'static str) -> BucketError {
        let place = self.service.called(None);
        BucketError::Malformed { place, what }
    }
}

impl Versions<'_> {
    pub(super) fn name(&self) -> &str {
        self.name
    }

    /// Returns the next older version, or the marker of a deletion.
    pub(super) async fn next(&mut self) -> Result<Option<Version>, BucketError> {
        loop {
            if let Some(version) = self.page.next() {
                return Ok(Some(version));
            }
            match self.next.take() {
                Some(next) => self.turn(&next).await?,
                None => return Ok(None),
            }
        }
    }

    /// Returns the id of the next older version that has bytes.
    pub(super) async fn next_with_bytes(&mut self) -> Result<Option<String>, BucketError> {
        while let Some(version) = self.next().await? {
            if !version.is_marker {
                return Ok(Some(version.id));
            }
        }
        Ok(None)
    }

    async fn turn(&mut self, next: &str) -> Result<(), BucketError> {
        // Pages and not versions are counted: there may be pages without any.
        if self.pages >= MAX_PAGES_OF_VERSIONS {
            return Err(BucketError::TooMany {
                place: self.bucket.service.called(Some(self.name)),
                pages: self.pages,
                what: "versions",
            });
        }
        self.pages += 1;
        let (permission, what) = ("s3:ListBucketVersions", "list of versions");
        let key = format!("{}{}", self.bucket.service.place.prefix, self.name);
        let query = format!("versions&prefix={}{next}", escaped(&key));
        let page = Page::of(self.bucket.page(query, permission, what).await?);
        // Names that only begin like this one come behind it.
        let is_last = page.versions.iter().any(|(other, _)| *other != key);
        if page.is_truncated && !is_last {
            let (key, id) = page.next.ok_or_else(|| self.bucket.malformed(what))?;
            let (key, id) = (escaped(&key), escaped(&id));
            self.next = Some(format!("&key-marker={key}&version-id-marker={id}"));
        }
        let mine = page.versions.into_iter().filter(|(other, _)| *other == key);
        let mine: Vec<Version> = mine.map(|(_, version)| version).collect();
        self.page = mine.into_iter();
        Ok(())
    }
}

impl Page {
    fn of(listed: ListOfVersions) -> Page {
        let mut page = Page::default();
        let (mut key_marker, mut id_marker) = (None, None);
        for listed in listed.all {
            match listed {
                Listed::Version(version) => page.push(version, false),
                Listed::DeleteMarker(version) => page.push(version, true),
                Listed::IsTruncated(whether) => page.is_truncated = whether,
                Listed::NextKeyMarker(key) => key_marker = Some(key),
                Listed::NextVersionIdMarker(id) => id_marker = Some(id),
                Listed::Else => {}
            }
        }
        page.next = key_marker.zip(id_marker);
        page
    }

    fn push(&mut self, ListedVersion { key, version_id }: ListedVersion, is_marker: bool) {
        let id = version_id;
        self.versions.push((key, Version { id, is_marker }));
    }
}
