//! Changes at a forge: what is sent, and what it answers to that.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;

use super::base::Query;
use super::budget::Budget;
use super::error::ForgeError;
use super::judge::{self, Verdict};
use super::{Client, Edge};

/// How something is changed, by what happens when it is sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Something new, which would be there twice.
    Post,
    /// The same as once.
    Put,
    /// What would be judged anew, such as that something lands.
    PutOnce,
    /// The same as once.
    Patch,
    /// What would be refused the second time, for it is done.
    PatchOnce,
    /// The same as once, but for the answer.
    Delete,
}

/// What is to be changed at a forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// How.
    pub verb: Verb,
    /// Where, with the permission that it needs.
    pub query: Query,
    /// JSON; empty where there is nothing to say.
    pub body: Vec<u8>,
}

/// What a forge answered to an order that it carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The address.
    pub address: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The HTTP status: 200, 201, 202 or 204.
    pub status: u16,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Order {
    /// Returns an order; null is nothing to say.
    pub(crate) fn new(verb: Verb, query: Query, body: &Value) -> Order {
        let body = match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        Order { verb, query, body }
    }
}

impl Verb {
    fn method(self) -> Method {
        match self {
            Verb::Post => Method::POST,
            Verb::Put | Verb::PutOnce => Method::PUT,
            Verb::Patch | Verb::PatchOnce => Method::PATCH,
            Verb::Delete => Method::DELETE,
        }
    }

    /// Returns whether it may be sent again where nobody knows whether it was carried out.
    fn may_repeat(self) -> bool {
        match self {
            Verb::Post | Verb::PutOnce | Verb::PatchOnce => false,
            Verb::Put | Verb::Patch | Verb::Delete => true,
        }
    }
}

impl Client {
    /// Sends an order once, and returns what the forge answered.
    ///
    /// It is sent again where the forge says that it takes no requests for a while. Where nobody answers, or the forge fails,
    /// what may not be done twice may have been carried out, and is not sent again. A redirection is not followed: what was
    /// meant for one repository changes no other.
    pub fn send(&self, edge: &Edge<'_>, order: &Order) -> Result<Sent, ForgeError> {
        let at = (edge.now)();
        let address = self.base.address(&order.query)?;
        let mut budget = Budget::new(self.limits);
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.sent(edge, order, &address, &budget) {
                Ok((status, body)) => {
                    return Ok(Sent {
                        address: address.into(),
                        at,
                        status,
                        body,
                    });
                }
                Err(ForgeError::RateLimited { until }) => budget.wait_until(edge, until)?,
                Err(error)
                    if error.is_passing()
                        && order.verb.may_repeat()
                        && attempt < self.limits.attempts =>
                {
                    budget.back_off(edge, attempt, error)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn sent(
        &self,
        edge: &Edge<'_>,
        order: &Order,
        address: &Url,
        budget: &Budget,
    ) -> Result<(u16, Vec<u8>), ForgeError> {
        let mut headers = self.headers(None)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let limit = budget.page_limit();
        let body = order.body.clone();
        let call = (order.verb.method(), address.as_str(), body);
        let answered = self.http.send(call, headers, self.limits.answer, limit);
        let answer = answered.map_err(|error| budget.explain(error))?;
        match answer.status {
            201 | 202 | 204 => Ok((answer.status, answer.body)),
            304 => Err(ForgeError::malformed(
                address,
                "it says that nothing changed",
            )),
            _ => match judge::judge(answer, address, &order.query, (edge.now)())? {
                Verdict::Good(answer) => Ok((answer.status, answer.body)),
                Verdict::Moved(_) => Err(ForgeError::malformed(
                    address,
                    "it redirects, and a change is sent nowhere else",
                )),
            },
        }
    }
}

/// Returns the parts of a path, of which each may hold any character.
pub(crate) fn named(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|it| (*it).to_owned()).collect()
}

/// What is cut off is told; what the ledger holds is whole.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    const CUT: &str = "…";
    match text.chars().count() > limit {
        true => text.chars().take(limit - 1).chain(CUT.chars()).collect(),
        false => text.to_owned(),
    }
}
