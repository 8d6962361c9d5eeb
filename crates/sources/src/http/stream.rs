//! An answer that comes piece by piece: what came, and how it ended.

use std::io::{self, Read as _};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use reqwest::blocking::{RequestBuilder, Response};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

pub use model::review::Ended;

use super::secret::Secret;
use super::{Http, HttpError, unreachable, without_login};

/// What is read at once.
const PIECE_BYTES: usize = 16 << 10;

/// How much of an answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of its body.
    pub bytes: usize,
    /// From the question to the last byte.
    pub patience_total: Duration,
    /// From the question to the first byte, and from each byte to the next.
    pub patience_between_bytes: Duration,
}

/// What came.
#[derive(Debug)]
pub(crate) struct Streamed {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) ended: Ended,
    headers: HeaderMap,
}

/// What the reading thread tells.
enum Told {
    Head(u16, HeaderMap),
    Piece(Vec<u8>),
    End(Ended),
    Unreached(HttpError),
}

impl Streamed {
    /// Returns the value of a header that is text, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(HeaderValue::to_str);
        value.and_then(Result::ok).unwrap_or_default()
    }
}

impl Http {
    /// Returns the answer to one POST of JSON, as far as it came within the limits; an error where it did not begin.
    pub(crate) fn stream(
        &self,
        (url, body): (&str, Vec<u8>),
        mut headers: HeaderMap,
        secret: Option<&Secret>,
        limits: Limits,
    ) -> Result<Streamed, HttpError> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(secret.map(Secret::header));
        let request = self.client(url).post(url).headers(headers).body(body);
        let request = request.timeout(limits.patience_total);
        // A read of this client knows the whole of the time alone; so it happens elsewhere, and the pieces are waited for here.
        let (tell, told) = mpsc::sync_channel(1);
        let address = url.to_owned();
        thread::spawn(move || read(request, &address, &tell));
        let mut streamed = gather(&told, url, limits)?;
        if let Some(secret) = secret {
            withhold(&mut streamed, secret);
        }
        Ok(streamed)
    }
}

/// Whoever no longer waits for the pieces has dropped the other end; nothing is left to do then.
fn read(request: RequestBuilder, url: &str, tell: &SyncSender<Told>) {
    let told = match request.send() {
        Ok(response) if response.status() == 407 => {
            let url = without_login(url);
            Told::Unreached(HttpError::ProxyLogin { url })
        }
        Ok(response) => {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            match tell.send(Told::Head(status, headers)) {
                Ok(()) => Told::End(pieces(response, tell)),
                Err(_) => return,
            }
        }
        Err(error) => Told::Unreached(unreachable(url, error.without_url())),
    };
    let _ = tell.send(told);
}

fn pieces(mut response: Response, tell: &SyncSender<Told>) -> Ended {
    loop {
        let mut piece = vec![0; PIECE_BYTES];
        match response.read(&mut piece) {
            Ok(0) => return Ended::Whole,
            Ok(length) => {
                piece.truncate(length);
                if tell.send(Told::Piece(piece)).is_err() {
                    return Ended::TooLong;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if is_timeout(&error) => return Ended::TooSlow,
            Err(_) => return Ended::Broken,
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|it| it.downcast_ref());
    inner.is_some_and(reqwest::Error::is_timeout)
}

fn gather(told: &Receiver<Told>, url: &str, limits: Limits) -> Result<Streamed, HttpError> {
    let mut streamed: Option<Streamed> = None;
    loop {
        let next = told.recv_timeout(limits.patience_between_bytes);
        let ended = match (next, &mut streamed) {
            (Ok(Told::Head(status, headers)), _) => {
                streamed = Some(Streamed {
                    status,
                    body: Vec::new(),
                    ended: Ended::Broken,
                    headers,
                });
                continue;
            }
            (Ok(Told::Piece(piece)), Some(streamed)) => {
                let left = limits.bytes - streamed.body.len();
                streamed.body.extend(piece.iter().take(left));
                match piece.len() > left {
                    true => Ended::TooLong,
                    false => continue,
                }
            }
            (Ok(Told::Unreached(error)), _) => return Err(error),
            (Ok(Told::End(ended)), _) => ended,
            (Err(RecvTimeoutError::Timeout), _) => Ended::Silent,
            (Err(RecvTimeoutError::Disconnected) | Ok(Told::Piece(_)), _) => Ended::Broken,
        };
        return match streamed {
            Some(streamed) => Ok(Streamed { ended, ..streamed }),
            None => Err(HttpError::Unreachable {
                url: without_login(url),
                source: "nothing was answered in time".into(),
            }),
        };
    }
}

/// What a server repeats of the question is read by whoever reads the record.
fn withhold(streamed: &mut Streamed, secret: &Secret) {
    let kept = |value: &HeaderValue| !secret.is_in(value.as_bytes());
    let headers = std::mem::take(&mut streamed.headers);
    let headers = headers.iter().filter(|(_, value)| kept(value));
    streamed.headers = headers
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if secret.is_in(&streamed.body) {
        streamed.body.clear();
        streamed.ended = Ended::Withheld;
    }
}
