//! What the bucket in memory answers, by the reference of S3.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use object_store::HeaderMap;
use object_store::client::{HttpRequest, HttpResponse};

use super::{Stored, World, respond, respond_with};
use model::digest::Digest;

/// As short as a page can be, so that every list has several, and as long as S3 makes one.
const SHORT_PAGE: usize = 2;
const LONG_PAGE: usize = 1000;

pub(super) fn of(world: &mut World, request: &HttpRequest) -> HttpResponse {
    check_signed(request);
    let path = request.uri().path();
    let query = query(request);
    let Some(key) = path.strip_prefix("/logs/") else {
        assert_eq!(path, "/logs");
        return match () {
            () if query.contains_key("object-lock") => lock_configuration(world),
            () if query.contains_key("versions") => versions(world, &query),
            () => names(world, &query),
        };
    };
    match request.method().as_str() {
        "GET" | "HEAD" => get(world, key, query.get("versionId"), request),
        "PUT" => put(world, key, request),
        "DELETE" => delete(world, key, query.get("versionId")),
        method => panic!("{method}"),
    }
}

/// Every header that means something must be signed, and the body must be the one that was.
fn check_signed(request: &HttpRequest) {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    let authorization = header("authorization").expect("a signature");
    let signed = authorization.split("SignedHeaders=").nth(1).unwrap();
    let signed: Vec<&str> = signed.split(',').next().unwrap().split(';').collect();
    let meant = request.headers().keys().map(|name| name.as_str());
    for name in meant.filter(|name| name.starts_with("x-amz-") || name.starts_with("if-")) {
        assert!(signed.contains(&name), "{name} is not signed");
    }
    let body = request
        .body()
        .as_bytes()
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default();
    assert_eq!(
        header("x-amz-content-sha256"),
        Some(Digest::of(&body).to_string().as_str())
    );
}

fn query(request: &HttpRequest) -> BTreeMap<String, String> {
    let pairs = request.uri().query().unwrap_or_default().split('&');
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (name.to_owned(), unescaped(value)))
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |mut out, part| {
        out.push(char::from(u8::from_str_radix(&part[..2], 16).unwrap()));
        out + &part[2..]
    })
}

fn refuse(status: u16, code: &str) -> HttpResponse {
    respond(
        status,
        &format!("<Error><Code>{code}</Code><Message>m</Message></Error>"),
    )
}

fn get(world: &World, key: &str, version: Option<&String>, request: &HttpRequest) -> HttpResponse {
    let stored = match version {
        None => world.newest(key),
        Some(id) => world
            .objects
            .get(key)
            .and_then(|all| all.iter().find(|stored| stored.id == *id)),
    };
    let Some(stored) = stored else {
        return refuse(404, "NoSuchKey");
    };
    let Some(bytes) = stored.bytes.clone() else {
        return refuse(405, "MethodNotAllowed");
    };
    let range = request
        .headers()
        .get("range")
        .map(|range| range.to_str().unwrap());
    let (status, bytes) = match range.map(|range| range.strip_prefix("bytes=0-").unwrap()) {
        _ if request.method() == "HEAD" => (200, Vec::new()),
        None => (200, bytes),
        Some(_) if bytes.is_empty() => return refuse(416, "InvalidRange"),
        Some(last) => {
            let length = bytes.len().min(last.parse::<usize>().unwrap() + 1);
            (206, bytes[..length].to_vec())
        }
    };
    respond_with(status, bytes, headers(stored))
}

fn headers(stored: &Stored) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("etag", stored.e_tag().parse().unwrap());
    headers.insert("x-amz-version-id", stored.id.parse().unwrap());
    if let Some(until) = &stored.until {
        headers.insert("x-amz-object-lock-mode", "COMPLIANCE".parse().unwrap());
        headers.insert(
            "x-amz-object-lock-retain-until-date",
            until.parse().unwrap(),
        );
    }
    headers
}

fn put(world: &mut World, key: &str, request: &HttpRequest) -> HttpResponse {
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    let newest = world.newest(key).map(Stored::e_tag);
    match (header("if-none-match"), header("if-match"), newest) {
        (Some("*"), None, Some(_)) => return refuse(412, "PreconditionFailed"),
        (None, Some(_), None) => return refuse(404, "NoSuchKey"),
        (None, Some(asked), Some(found)) if asked != found => {
            return refuse(412, "PreconditionFailed");
        }
        (Some("*"), None, None) | (None, Some(_), Some(_)) => {}
        other => panic!("a put without a condition, or with a strange one: {other:?}"),
    }
    let bytes = request
        .body()
        .as_bytes()
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default();
    let checksum = BASE64_STANDARD.encode(Digest::of(&bytes).as_bytes());
    assert_eq!(header("x-amz-checksum-sha256"), Some(checksum.as_str()));
    let until = header("x-amz-object-lock-retain-until-date").map(str::to_owned);
    let mode = until.as_ref().map(|_| "COMPLIANCE");
    assert_eq!(header("x-amz-object-lock-mode"), mode);
    let until = until.filter(|_| !world.has_no_lock);
    world.store(key, Some(bytes), until);
    let stored = world.newest(key).expect("it was just put");
    respond_with(200, Vec::new(), headers(stored))
}

fn delete(world: &mut World, key: &str, version: Option<&String>) -> HttpResponse {
    let Some(id) = version else {
        world.store(key, None, None);
        return respond(204, "");
    };
    let versions = world.objects.entry(key.to_owned()).or_default();
    let found = versions.iter().position(|stored| stored.id == *id);
    if found.is_some_and(|found| versions[found].until.is_some()) {
        return refuse(403, "AccessDenied");
    }
    if let Some(found) = found {
        versions.remove(found);
    }
    world.objects.retain(|_, versions| !versions.is_empty());
    respond(204, "")
}

fn lock_configuration(world: &World) -> HttpResponse {
    if world.has_no_lock {
        return refuse(404, "ObjectLockConfigurationNotFoundError");
    }
    let rule = match world.default_retention {
        true => {
            "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule>"
        }
        false => "",
    };
    let enabled = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>";
    respond(
        200,
        &format!("<ObjectLockConfiguration>{enabled}{rule}</ObjectLockConfiguration>"),
    )
}

fn page_of(world: &World) -> usize {
    match world.has_long_pages {
        true => LONG_PAGE,
        false => SHORT_PAGE,
    }
}

fn names(world: &World, query: &BTreeMap<String, String>) -> HttpResponse {
    let (prefix, length) = (&query["prefix"], page_of(world));
    let after = query.get("continuation-token").or(query.get("start-after"));
    let mut keys = world
        .objects
        .keys()
        .filter(|key| key.starts_with(prefix.as_str()));
    let mut keys: Vec<_> = keys
        .by_ref()
        .filter(|key| after.is_none_or(|after| *key > after) && world.newest(key).is_some())
        .take(length + 1)
        .collect();
    let is_truncated = keys.len() > length;
    keys.truncate(length);
    let mut page = format!("<ListBucketResult><IsTruncated>{is_truncated}</IsTruncated>");
    for key in &keys {
        let _ = write!(page, "<Contents><Key>{key}</Key><Size>1</Size></Contents>");
    }
    if is_truncated {
        let _ = write!(
            page,
            "<NextContinuationToken>{}</NextContinuationToken>",
            keys[length - 1]
        );
    }
    respond(200, &(page + "</ListBucketResult>"))
}

fn versions(world: &World, query: &BTreeMap<String, String>) -> HttpResponse {
    let (prefix, length) = (&query["prefix"], page_of(world));
    if world.lists_for_ever {
        let next = "<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>";
        let page = format!("<IsTruncated>true</IsTruncated>{next}");
        return respond(
            200,
            &format!("<ListVersionsResult>{page}</ListVersionsResult>"),
        );
    }
    let keys = world
        .objects
        .iter()
        .filter(|(key, _)| key.starts_with(prefix.as_str()));
    let all: Vec<(&String, &Stored)> = keys
        .flat_map(|(key, versions)| versions.iter().rev().map(move |stored| (key, stored)))
        .collect();
    let marker = query.get("key-marker").zip(query.get("version-id-marker"));
    let start = marker.map_or(0, |(key, id)| {
        let place = all
            .iter()
            .position(|(other, stored)| *other == key && stored.id == *id);
        place.unwrap() + 1
    });
    let page = &all[start..all.len().min(start + length)];
    let is_truncated = start + page.len() < all.len();
    let mut out = format!(
        "<ListVersionsResult><Prefix>{prefix}</Prefix><IsTruncated>{is_truncated}</IsTruncated>"
    );
    if let Some((key, stored)) = page.last().filter(|_| is_truncated) {
        let id = &stored.id;
        let _ = write!(
            out,
            "<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{id}</NextVersionIdMarker>"
        );
    }
    for (key, stored) in page {
        let what = match stored.bytes {
            Some(_) => "Version",
            None => "DeleteMarker",
        };
        let id = &stored.id;
        let _ = write!(
            out,
            "<{what}><Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>false</IsLatest></{what}>"
        );
    }
    respond(200, &(out + "</ListVersionsResult>"))
}
