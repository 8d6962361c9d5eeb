//! Signed requests to a bucket, repeated where that is safe, and answers read up to a limit.

use std::time::Duration;

use futures_util::StreamExt;
use jiff::Timestamp;
use object_store::HeaderMap;
use object_store::aws::AwsAuthorizer;
use object_store::client::{HttpClient, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse};

use crate::store::object::failure::{self, BucketError};
use crate::store::object::place::{Credentials, Place};
use model::digest::Digest;

/// The longest refusal that is read.
const MAX_REFUSAL_BYTES: u64 = 64 << 10;

/// What a request may take, and what its body adds to that.
const SECONDS: u64 = 60;
const BYTES_A_SECOND: u64 = 64 << 10;

/// How often a request is made, and how long it is waited before it is repeated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    pub(super) attempts: u32,
    /// Twice as long each time.
    pub(super) pause: Duration,
}

/// Where requests go.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) client: HttpClient,
    pub(super) place: Place,
    pub(super) credentials: Credentials,
    pub(super) patience: Patience,
}

/// One request.
#[derive(Debug, Default)]
pub(super) struct Request<'r> {
    pub(super) method: &'static str,
    /// The name below the prefix, or the bucket itself.
    pub(super) name: Option<&'r str>,
    /// Already escaped.
    pub(super) query: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// The bytes that the answer may have.
    pub(super) limit: u64,
    /// Bytes behind the limit are left where they are, and are no error.
    pub(super) is_cut: bool,
    /// What S3 calls the permission that it needs.
    pub(super) permission: &'static str,
}

/// What the bucket answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Patience {
    /// What people wait for a service that stumbles.
    pub(super) const USUAL: Patience = Patience {
        attempts: 6,
        pause: Duration::from_millis(100),
    };
}

impl Answer {
    /// Returns the value of a header.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }
}

impl Service {
    /// Returns the first answer of one of these statuses; every other is an error.
    ///
    /// A request that failed may have been carried out, also one that is repeated here: whoever writes on a condition
    /// reads back what is there.
    pub(super) async fn send(
        &self,
        request: Request<'_>,
        statuses: &[u16],
    ) -> Result<Answer, BucketError> {
        let digest = Digest::of(&request.body);
        let body = HttpRequestBody::from(request.body.clone());
        let mut pause = self.patience.pause;
        let mut attempt = 1;
        loop {
            let signed = self.signed(&request, body.clone(), &digest)?;
            let answer = self.attempt(signed, &request, statuses).await;
            if attempt >= self.patience.attempts || !is_passing(&answer) {
                return self.accepted(answer?, &request, statuses);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            attempt += 1;
        }
    }

    /// Returns how errors call what is asked for.
    pub(super) fn called(&self, name: Option<&str>) -> String {
        match name {
            Some(name) => self.place.called(name),
            None => format!("s3://{}", self.place.bucket),
        }
    }

    fn accepted(
        &self,
        answer: Answer,
        request: &Request<'_>,
        statuses: &[u16],
    ) -> Result<Answer, BucketError> {
        match statuses.contains(&answer.status) {
            true => Ok(answer),
            false => {
                let place = self.called(request.name);
                Err(failure::refusal(
                    place,
                    answer.status,
                    &answer.body,
                    request.permission,
                ))
            }
        }
    }

    async fn attempt(
        &self,
        signed: HttpRequest,
        request: &Request<'_>,
        statuses: &[u16],
    ) -> Result<Answer, BucketError> {
        let limit = request.limit.min(1 << 40);
        let seconds = SECONDS + (request.body.len() as u64 + limit.min(1 << 30)) / BYTES_A_SECOND;
        let answered = async {
            let unreachable = |source| BucketError::Unreachable {
                place: self.called(request.name),
                source,
            };
            let response = self.client.execute(signed).await.map_err(unreachable)?;
            let status = response.status().as_u16();
            let (limit, is_cut) = match statuses.contains(&status) {
                true => (limit, request.is_cut),
                false => (MAX_REFUSAL_BYTES, true),
            };
            self.read(response, limit, is_cut, request.name).await
        };
        let in_time = tokio::time::timeout(Duration::from_secs(seconds), answered).await;
        in_time.unwrap_or_else(|_| {
            Err(BucketError::TimedOut {
                place: self.called(request.name),
                seconds,
            })
        })
    }

    async fn read(
        &self,
        response: HttpResponse,
        limit: u64,
        is_cut: bool,
        name: Option<&str>,
    ) -> Result<Answer, BucketError> {
        let (parts, body) = response.into_parts();
        let (mut stream, mut bytes) = (body.bytes_stream(), Vec::new());
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(|source| BucketError::Unreachable {
                place: self.called(name),
                source,
            })?;
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > limit {
                if !is_cut {
                    let place = self.called(name);
                    return Err(BucketError::TooLong { place, limit });
                }
                bytes.truncate(limit as usize);
                break;
            }
        }
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: bytes,
        })
    }

    /// Signed anew for each attempt: a signature grows old.
    fn signed(
        &self,
        request: &Request<'_>,
        body: HttpRequestBody,
        digest: &Digest,
    ) -> Result<HttpRequest, BucketError> {
        let Place {
            endpoint,
            region,
            bucket,
            prefix,
        } = &self.place;
        let path = request
            .name
            .map(|name| format!("/{prefix}{name}"))
            .unwrap_or_default();
        let query = match request.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        };
        let malformed = || BucketError::Malformed {
            place: self.called(request.name),
            what: "name",
        };
        let mut http = HttpRequest::new(body);
        *http.method_mut() = request.method.parse().map_err(|_| malformed())?;
        *http.uri_mut() = format!("{endpoint}/{bucket}{path}{query}")
            .parse()
            .map_err(|_| malformed())?;
        for (name, value) in &request.headers {
            http.headers_mut()
                .insert(*name, value.parse().map_err(|_| malformed())?);
        }
        AwsAuthorizer::new(&self.credentials.0, "s3", region)
            .try_authorize(&mut http, Some(digest.as_bytes()))
            .map_err(|source| BucketError::Request {
                place: self.called(request.name),
                source: Box::new(source),
            })?;
        Ok(http)
    }
}

/// Whether the same request may be answered otherwise in a moment.
fn is_passing(answer: &Result<Answer, BucketError>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.status, 408 | 409 | 429 | 500..),
        Err(BucketError::TimedOut { .. }) => true,
        Err(BucketError::Unreachable { source, .. }) => source.kind() != HttpErrorKind::Decode,
        Err(_) => false,
    }
}

/// Returns a text as it may stand in a query.
pub(super) fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Returns a moment as S3 writes it.
pub(super) fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
