//! HTTP requests to servers that others run, with limits on time and size.

use std::error::Error;
use std::io::Read as _;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Method;
use reqwest::Url;
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::header::{HeaderValue, ToStrError};
use reqwest::redirect::Policy;

pub(crate) mod address;
pub(crate) mod secret;
pub mod stream;

/// The time in which a server must answer; outsiders are mostly off, and nobody waits long for one.
const TIMEOUT: Duration = Duration::from_secs(15);

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The content type, empty where the server states none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// Returns the values of a header that may be sent several times, joined by commas (RFC 9110 section 5.3), or an error
    /// where one of them is no text.
    pub fn list_header(&self, name: &str) -> Result<Option<String>, ToStrError> {
        let values = self.headers.get_all(name).iter();
        let texts: Vec<&str> = values.map(HeaderValue::to_str).collect::<Result<_, _>>()?;
        Ok((!texts.is_empty()).then(|| texts.join(", ")))
    }

    /// Returns the value of a header, where it was sent once and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let only = values.next().filter(|_| values.next().is_none());
        only.and_then(|value| value.to_str().ok())
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The request could not be made, or nobody answered in time.
    #[error("{url} cannot be reached")]
    Unreachable {
        /// The address.
        url: String,
        /// What happened.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The proxy lets nobody through without another login: asking again changes nothing.
    #[error(
        "{url} cannot be reached: the proxy of this environment wants another login; write that into the variable that names the proxy, as http://NAME:PASSWORD@HOST:PORT"
    )]
    ProxyLogin {
        /// The address that was asked for.
        url: String,
    },
    /// The answer is too long.
    #[error("{url} answered more than {limit} bytes")]
    TooLong {
        /// The address.
        url: String,
        /// The bytes that the answer may have.
        limit: u64,
    },
}

/// What makes requests; it follows no redirection, for the address is the one that the program names.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    /// What asks this machine itself, which no proxy is.
    direct: Client,
}

impl Http {
    /// Returns a client that trusts the certificate authorities of this machine.
    pub fn new() -> Result<Http, HttpError> {
        let build = |builder: ClientBuilder| {
            let client = builder
                .timeout(TIMEOUT)
                .redirect(Policy::none())
                .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
                .build();
            client.map_err(|error| unreachable("this machine's HTTP client", error))
        };
        Ok(Http {
            client: build(Client::builder())?,
            direct: build(Client::builder().no_proxy())?,
        })
    }

    /// Returns what asks an address: what is meant for this machine, perhaps in the clear, goes to no proxy.
    fn client(&self, url: &str) -> &Client {
        match Url::parse(url).is_ok_and(|url| is_loopback(&url)) {
            true => &self.direct,
            false => &self.client,
        }
    }

    /// Returns the answer to a POST.
    pub fn post(
        &self,
        url: &str,
        content_type: &str,
        body: Vec<u8>,
        limit: u64,
    ) -> Result<Answer, HttpError> {
        let request = self
            .client(url)
            .post(url)
            .header(CONTENT_TYPE, content_type);
        let response = request.body(body).send();
        answer(
            url,
            response.map_err(|error| unreachable(url, error.without_url()))?,
            limit,
        )
    }

    /// Returns the answer to a GET.
    pub fn get(&self, url: &str, limit: u64) -> Result<Answer, HttpError> {
        self.get_with(url, HeaderMap::new(), TIMEOUT, limit)
    }

    /// Returns the answer to a GET with these headers, which must have ended, its body included, within `patience`.
    pub(crate) fn get_with(
        &self,
        url: &str,
        headers: HeaderMap,
        patience: Duration,
        limit: u64,
    ) -> Result<Answer, HttpError> {
        let request = self.client(url).get(url).headers(headers).timeout(patience);
        let response = request.send();
        answer(
            url,
            response.map_err(|error| unreachable(url, error.without_url()))?,
            limit,
        )
    }

    /// Returns the answer to a request with a body, which must have ended within `patience`.
    pub(crate) fn send(
        &self,
        (method, url, body): (Method, &str, Vec<u8>),
        headers: HeaderMap,
        patience: Duration,
        limit: u64,
    ) -> Result<Answer, HttpError> {
        let request = self.client(url).request(method, url).headers(headers);
        let response = request.timeout(patience).body(body).send();
        answer(
            url,
            response.map_err(|error| unreachable(url, error.without_url()))?,
            limit,
        )
    }
}

fn answer(url: &str, response: Response, limit: u64) -> Result<Answer, HttpError> {
    let status = response.status().as_u16();
    // RFC 9110 section 15.5.8: a proxy says it, and never the server that was asked.
    if status == 407 {
        let url = without_login(url);
        return Err(HttpError::ProxyLogin { url });
    }
    let header = response.headers().get(CONTENT_TYPE);
    let content_type = header.and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    response
        .take(limit.saturating_add(1))
        .read_to_end(&mut body)
        .map_err(|error| unreachable(url, error))?;
    if body.len() as u64 > limit {
        let url = without_login(url);
        return Err(HttpError::TooLong { url, limit });
    }
    Ok(Answer {
        status,
        content_type,
        body,
        headers,
    })
}

/// Returns an address as it may be shown: what stands before an `@` in it, or behind a `?` or a `#`, may be a secret.
pub fn without_login(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    // Where it is no address, the `?` may stand in a password.
    let authority = match Url::parse(url) {
        Ok(_) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        Err(_) => rest,
    };
    let (start, rest) = match authority.rfind('@') {
        Some(at) => (format!("{scheme}://…"), &rest[at..]),
        None => (String::new(), url),
    };
    let shown = rest.split(['?', '#']).next().unwrap_or_default();
    let end = match rest[shown.len()..].chars().next() {
        Some(mark) => format!("{mark}…"),
        None => String::new(),
    };
    format!("{start}{shown}{end}")
}

/// Returns whether an address is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            let host = host.trim_matches(['[', ']']).parse();
            host.is_ok_and(|address: IpAddr| address.is_loopback())
        }
        None => false,
    }
}

fn unreachable(url: &str, error: impl Error) -> HttpError {
    let (url, cause) = (without_login(url), cause(&error));
    match cause.strip_prefix(BY_PROXY) {
        Some(TUNNEL_LOGIN) => HttpError::ProxyLogin { url },
        Some(_) | None => HttpError::Unreachable {
            url,
            source: cause.into(),
        },
    }
}

/// Returns what happened at the bottom: what lies above says only that a request was sent.
fn cause(error: &dyn Error) -> String {
    let mut chain = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        chain.push(cause.to_string());
        next = cause.source();
    }
    let is_by_proxy = chain.iter().any(|it| it.starts_with(TUNNEL));
    let bottom = chain.pop().unwrap_or_default();
    match is_by_proxy {
        true => {
            let bottom = bottom.strip_prefix(TUNNEL).unwrap_or(&bottom);
            format!("{BY_PROXY}{bottom}")
        }
        false => bottom,
    }
}

/// How the HTTP client begins what it says of a proxy.
const TUNNEL: &str = "tunnel error: ";
/// What it says where a proxy answered 407.
const TUNNEL_LOGIN: &str = "proxy authorization required";

const BY_PROXY: &str = "through the proxy of this environment: ";

/// The variables that name a proxy.
pub const PROXY_VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Returns whether a text names a proxy over HTTP. The HTTP client passes over one that does not, and asks without any.
pub fn is_proxy(text: &str) -> bool {
    // RFC 3986, section 2: the client's grammar has no other character, and is not mended as that of `Url` is.
    let is_of_uri = |it: char| it.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(it);
    if !text.chars().all(is_of_uri) {
        return false;
    }
    let schemes = ["http", "https"];
    let parsed = match text.contains("://") {
        true => Url::parse(text),
        false => Url::parse(&format!("http://{text}")),
    };
    parsed.is_ok_and(|url| {
        let is_bare = matches!(url.path(), "" | "/");
        schemes.contains(&url.scheme()) && url.has_host() && is_bare
    })
}

#[cfg(test)]
mod tests {
    use super::{is_proxy, without_login};

    #[test]
    fn what_names_no_proxy_is_told() {
        for text in [
            "http://proxy.example:3128",
            "proxy.example:3128",
            "https://ada:s3cret@proxy.example",
            "http://ada:p%5Ew@127.0.0.1:3128/",
            "[::1]:3128",
            "none",
        ] {
            assert!(is_proxy(text), "{text}");
        }
        for text in [
            "not a proxy",
            " proxy.example:3128",
            "http://proxy.example:3128\n",
            "http://ada:p^w@127.0.0.1:3128",
            "http://ada:p|w@127.0.0.1:3128",
            "socks5h://127.0.0.1:1080/",
            "http//proxy.example:3128",
            "htp://proxy.example",
            "http://proxy.example:port",
            "http://",
            "://",
        ] {
            assert!(!is_proxy(text), "{text}");
        }
    }

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        let check = |url: &str, expect: &str| assert_eq!(without_login(url), expect, "{url}");
        check("https://git.example/shop", "https://git.example/shop");
        check(
            "https://git.example/shop?key=1",
            "https://git.example/shop?…",
        );
        check(
            "https://git.example/shop#key=1",
            "https://git.example/shop#…",
        );
        check(
            "https://ada:s3cret@git.example/shop",
            "https://…@git.example/shop",
        );
        check(
            "https://ada:s3cr3t?x@git.example/shop",
            "https://…@git.example/shop",
        );
        check(
            "https://ada:s3cr3t#x@git.example/?a",
            "https://…@git.example/?…",
        );
    }
}
