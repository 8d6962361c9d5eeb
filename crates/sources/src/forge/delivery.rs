//! A delivery of a webhook in a file: the body alone, or an HTTP request with its headers before the body.

use std::collections::BTreeMap;

/// The most bytes before the body.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// The longest name of a header.
const MAX_NAME_BYTES: usize = 100;

/// A delivery as it was kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    headers: BTreeMap<String, &'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// A file that is no delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDelivery {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Something before the body is no header.
    #[error("line {line} is no header of the form `Name: value`")]
    Head {
        /// The line, from 1.
        line: usize,
    },
    /// The headers do not end.
    #[error("no empty line within {MAX_HEAD_BYTES} bytes ends the headers")]
    NoBody,
    /// A header stands there with two values.
    #[error("the header {name} stands there twice, with two values")]
    Twice {
        /// The header.
        name: String,
    },
    /// The body is in pieces.
    #[error("the body is kept in the pieces in which it was sent: keep it put together")]
    Chunked,
    /// The body is a form.
    #[error(
        "the body is a form: give the webhook the content type application/json, and send it again"
    )]
    Form,
    /// The body is shorter or longer than the head says.
    #[error("the head says that the body has {said} bytes, and it has {found}")]
    Length {
        /// What the head says.
        said: String,
        /// What is there.
        found: usize,
    },
}

impl<'a> Delivery<'a> {
    /// Returns what a file holds. One that begins with `{` is a body alone.
    pub fn parse(bytes: &'a [u8]) -> Result<Delivery<'a>, BadDelivery> {
        if bytes.trim_ascii_start().first() == Some(&b'{') {
            return Ok(Delivery {
                headers: BTreeMap::new(),
                body: bytes,
            });
        }
        if bytes.trim_ascii().is_empty() {
            return Err(BadDelivery::Empty);
        }
        let (headers, body) = head(bytes)?;
        let delivery = Delivery { headers, body };
        delivery.is_whole()?;
        Ok(delivery)
    }

    /// Returns the value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).copied()
    }

    /// Returns the delivery with a header, where there is one to add; its name is in lower case.
    pub fn with(mut self, name: &str, value: Option<&'a str>) -> Delivery<'a> {
        if let Some(value) = value {
            self.headers.insert(name.to_owned(), value);
        }
        self
    }

    /// Returns whether it came without headers.
    pub fn is_bare(&self) -> bool {
        self.headers.is_empty()
    }

    /// RFC 9112 section 6: what the head says of the body.
    fn is_whole(&self) -> Result<(), BadDelivery> {
        if self.header("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked"))
            // A proxy or a server may have put the pieces together and left the header.
            && self.body.trim_ascii_start().first() != Some(&b'{')
        {
            return Err(BadDelivery::Chunked);
        }
        let kind = self.header("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            return Err(BadDelivery::Form);
        }
        let Some(said) = self.header("content-length") else {
            return Ok(());
        };
        let found = self.body.len();
        // An editor ends a file with a line feed that was not sent.
        let is_it = |length: usize| length == found || length == without_end(self.body).len();
        match said.parse::<usize>() {
            Ok(length) if is_it(length) => Ok(()),
            Ok(_) | Err(_) => Err(BadDelivery::Length {
                said: said.chars().take(20).collect(),
                found,
            }),
        }
    }
}

/// Returns a body without the line feed that an editor put at its end.
pub fn without_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

type Head<'a> = (BTreeMap<String, &'a str>, &'a [u8]);

fn head(bytes: &[u8]) -> Result<Head<'_>, BadDelivery> {
    let mut headers = BTreeMap::new();
    let mut rest = bytes;
    for line_number in 1.. {
        let read = bytes.len() - rest.len();
        let end = rest.iter().position(|byte| *byte == b'\n');
        let end = end.filter(|end| read + end < MAX_HEAD_BYTES);
        let Some(end) = end else {
            return Err(BadDelivery::NoBody);
        };
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            return Ok((headers, rest));
        }
        let line = std::str::from_utf8(line).ok();
        // The first line of a request as it went over the wire.
        if line_number == 1 && line.is_some_and(|it| it.contains(" HTTP/1.")) {
            continue;
        }
        let header = line.and_then(|line| line.split_once(':'));
        let (name, value) = header
            .filter(|(name, _)| is_name(name))
            .ok_or(BadDelivery::Head { line: line_number })?;
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        if let Some(other) = headers.insert(name.clone(), value)
            && other != value
        {
            return Err(BadDelivery::Twice { name });
        }
    }
    Err(BadDelivery::NoBody)
}

/// GitHub's page of recent deliveries writes `Request URL:` above the headers.
fn is_name(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' ');
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(is_token)
}

#[cfg(test)]
mod tests {
    use super::{BadDelivery, Delivery};

    #[test]
    fn a_request_has_headers_and_a_body() {
        let text = b"POST /hook HTTP/1.1\r\nX-GitHub-Event: push\r\nContent-Length: 2\r\n\r\n{}";
        let delivery = Delivery::parse(text).unwrap();
        assert_eq!(delivery.header("x-github-event"), Some("push"));
        assert_eq!(delivery.body, b"{}");
        let page = b"Request URL: https://larkspur.example/a?b:c\nRequest method: POST\nX-GitHub-Event: push\n\n{\"a\": 1}\n";
        let delivery = Delivery::parse(page).unwrap();
        assert_eq!(delivery.header("x-github-event"), Some("push"));
        assert_eq!(delivery.body, b"{\"a\": 1}\n");
    }

    #[test]
    fn a_body_alone_has_no_headers() {
        let delivery = Delivery::parse(b" {\"a\": 1}\n").unwrap();
        assert!(delivery.is_bare());
        assert_eq!(delivery.body, b" {\"a\": 1}\n");
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let check = |text: &str, error| {
            assert_eq!(Delivery::parse(text.as_bytes()), Err(error), "{text}");
        };
        check("", BadDelivery::Empty);
        check(" \n", BadDelivery::Empty);
        check("a: b\n", BadDelivery::NoBody);
        check(&"a: b\n".repeat(20_000), BadDelivery::NoBody);
        check("a: b\nno header\n\n{}", BadDelivery::Head { line: 2 });
        check("[1]\n\n{}", BadDelivery::Head { line: 1 });
        let name = || "a".to_owned();
        check("a: b\nA: c\n\n{}", BadDelivery::Twice { name: name() });
        let form = "content-type: application/x-www-form-urlencoded; charset=utf-8\n\npayload=%7B";
        check(form, BadDelivery::Form);
        check(
            "transfer-encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n",
            BadDelivery::Chunked,
        );
        let length = |said: &str, found| BadDelivery::Length {
            said: said.to_owned(),
            found,
        };
        check("content-length: 3\n\n{}", length("3", 2));
        check("content-length: x\n\n{}", length("x", 2));
        assert!(Delivery::parse(b"content-length: 2\n\n{}\n").is_ok());
    }
}
