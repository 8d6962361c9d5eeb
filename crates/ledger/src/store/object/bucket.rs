//! What the ledger asks of a bucket: objects put on a condition, locked or not, and read with all their versions.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::Deserialize;

use crate::store::object::failure::BucketError;
use crate::store::object::place::Lock;
use crate::store::object::request::{Answer, Request, Service, date, escaped};
use model::digest::Digest;

/// A bucket, seen from the prefix of one ledger.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) service: Service,
    pub(super) lock: Lock,
}

/// What a put asks of what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing is there, or it was deleted.
    Absent,
    /// It has this entity tag.
    Matches(String),
}

/// Whether an object can be deleted before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Nobody can.
    Locked,
    /// Whoever may write can.
    Free,
}

/// An object that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) e_tag: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LockConfiguration {
    object_lock_enabled: Option<String>,
    rule: Option<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    default_retention: Option<serde::de::IgnoredAny>,
}

impl Bucket {
    /// Returns an object as it is now, cut off behind a limit; nothing where there is none or it was deleted.
    pub(super) async fn start(
        &self,
        name: &str,
        limit: u64,
    ) -> Result<Option<Object>, BucketError> {
        self.get(name, None, limit).await
    }

    /// Returns one version of an object, cut off behind a limit.
    pub(super) async fn version(
        &self,
        name: &str,
        id: &str,
        limit: u64,
    ) -> Result<Option<Object>, BucketError> {
        self.get(name, Some(id), limit).await
    }

    async fn get(
        &self,
        name: &str,
        version: Option<&str>,
        limit: u64,
    ) -> Result<Option<Object>, BucketError> {
        let range = format!("bytes=0-{}", limit.saturating_sub(1).min(1 << 40));
        let mut answer = self.ask(name, version, limit, Some(range)).await?;
        if answer.status == 416 {
            // RFC 9110 section 15.5.17: no range lies in an empty object, and no entity tag in this answer.
            answer = self.ask(name, version, limit, None).await?;
        }
        match answer.status {
            404 if is_about_the_bucket(&answer.body) => Err(BucketError::NoBucket {
                place: self.service.called(Some(name)),
            }),
            // S3 answers 405 for a version that is a delete marker.
            404 | 405 | 416 => Ok(None),
            _ => Ok(Some(Object {
                e_tag: answer.header("etag").unwrap_or_default(),
                bytes: answer.body,
            })),
        }
    }

    async fn ask(
        &self,
        name: &str,
        version: Option<&str>,
        limit: u64,
        range: Option<String>,
    ) -> Result<Answer, BucketError> {
        let query = version.map(|id| format!("versionId={}", escaped(id)));
        let request = Request {
            method: "GET",
            name: Some(name),
            query: query.unwrap_or_default(),
            headers: range.map(|range| ("range", range)).into_iter().collect(),
            limit,
            is_cut: true,
            permission: match version {
                Some(_) => "s3:GetObjectVersion",
                None => "s3:GetObject",
            },
            ..Request::default()
        };
        self.service.send(request, &[200, 206, 404, 405, 416]).await
    }

    /// Puts an object if the condition holds, and returns what it is now; nothing if it does not.
    ///
    /// Nothing also where an earlier attempt of the same call was carried out and its answer was lost.
    pub(super) async fn put(
        &self,
        name: &str,
        bytes: &[u8],
        condition: &Condition,
        kept: Kept,
    ) -> Result<Option<Object>, BucketError> {
        // S3 wants a checksum beside a lock, and compares it.
        let checksum = BASE64_STANDARD.encode(Digest::of(bytes).as_bytes());
        let mut headers = vec![("x-amz-checksum-sha256", checksum)];
        headers.push(match condition {
            Condition::Absent => ("if-none-match", "*".to_owned()),
            Condition::Matches(e_tag) => ("if-match", e_tag.clone()),
        });
        let mut permission = "s3:PutObject";
        if let (Kept::Locked, Lock::Until(until)) = (kept, self.lock) {
            headers.push(("x-amz-object-lock-mode", "COMPLIANCE".to_owned()));
            headers.push(("x-amz-object-lock-retain-until-date", date(until)));
            permission = "s3:PutObject` and `s3:PutObjectRetention";
        }
        let request = Request {
            method: "PUT",
            name: Some(name),
            headers,
            body: bytes.to_vec(),
            limit: 1 << 16,
            permission,
            ..Request::default()
        };
        let answer = self.service.send(request, &[200, 404, 409, 412]).await?;
        match answer.status {
            200 => Ok(Some(Object {
                e_tag: answer.header("etag").unwrap_or_default(),
                bytes: Vec::new(),
            })),
            404 if is_about_the_bucket(&answer.body) => Err(BucketError::NoBucket {
                place: self.service.called(Some(name)),
            }),
            // 404 answers a condition on what is not there, 409 one on what changes this moment.
            _ => Ok(None),
        }
    }

    /// Deletes one version of an object for good; one that is gone is no error.
    pub(super) async fn destroy_version(&self, name: &str, id: &str) -> Result<(), BucketError> {
        self.delete(
            name,
            format!("versionId={}", escaped(id)),
            "s3:DeleteObjectVersion",
        )
        .await
    }

    /// Deletes an object; where the bucket keeps versions they stay.
    pub(super) async fn remove(&self, name: &str) -> Result<(), BucketError> {
        self.delete(name, String::new(), "s3:DeleteObject").await
    }

    async fn delete(
        &self,
        name: &str,
        query: String,
        permission: &'static str,
    ) -> Result<(), BucketError> {
        let request = Request {
            method: "DELETE",
            name: Some(name),
            query,
            limit: 1 << 16,
            permission,
            ..Request::default()
        };
        self.service.send(request, &[200, 204, 404]).await?;
        Ok(())
    }

    /// Checks that the bucket locks what it is told to lock, and nothing else.
    pub(super) async fn check_lock(&self) -> Result<(), BucketError> {
        let Lock::Until(_) = self.lock else {
            return Ok(());
        };
        let place = self.service.called(None);
        let request = Request {
            method: "GET",
            query: "object-lock".to_owned(),
            limit: 1 << 16,
            permission: "s3:GetBucketObjectLockConfiguration",
            ..Request::default()
        };
        let answer = self.service.send(request, &[200, 404]).await?;
        if is_about_the_bucket(&answer.body) {
            return Err(BucketError::NoBucket { place });
        }
        let text = String::from_utf8_lossy(&answer.body);
        let found: Option<LockConfiguration> = quick_xml::de::from_str(&text).ok();
        let found = found.filter(|found| {
            answer.status == 200 && found.object_lock_enabled.as_deref() == Some("Enabled")
        });
        match found.map(|found| found.rule) {
            None => Err(BucketError::NotLocked { place }),
            Some(Some(rule)) if rule.default_retention.is_some() => {
                Err(BucketError::LocksKeys { place })
            }
            Some(_) => Ok(()),
        }
    }

    /// Returns until when the object that is there now is locked, as the bucket says.
    pub(super) async fn locked_until(&self, name: &str) -> Result<Option<Timestamp>, BucketError> {
        let request = Request {
            method: "HEAD",
            name: Some(name),
            permission: "s3:GetObject` and `s3:GetObjectRetention",
            is_cut: true,
            ..Request::default()
        };
        let answer = self.service.send(request, &[200, 404]).await?;
        let mode = answer.header("x-amz-object-lock-mode");
        let until = answer.header("x-amz-object-lock-retain-until-date");
        Ok(until
            .filter(|_| mode.as_deref() == Some("COMPLIANCE"))
            .and_then(|until| until.parse().ok()))
    }
}

fn is_about_the_bucket(body: &[u8]) -> bool {
    let mark = b"<Code>NoSuchBucket</Code>";
    body.len() < 1 << 16 && body.windows(mark.len()).any(|window| window == mark)
}
