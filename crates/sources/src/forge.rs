//! Requests to the API of a git forge: what was asked or sent, what came back byte for byte, and whether that was all.
//!
//! Not here: what the bytes say (`github`, `gitlab`), waiting for its own sake, and any clock, environment or randomness: the caller
//! brings them.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};

use crate::http::{Answer, Http};

pub mod answer;
pub mod base;
mod budget;
pub mod cut;
pub mod delivery;
pub mod error;
mod judge;
pub mod link;
pub mod rate;
pub mod retrieval;
pub mod send;
pub mod token;

use base::{Base, Query};
use budget::Budget;
use error::ForgeError;
use judge::Verdict;
use retrieval::{Page, Retrieval};
use token::Token;

/// Redirections of one request: GitHub sends one for a repository that was renamed.
const MAX_REDIRECTIONS: usize = 3;

/// What the machine brings that a pure part may not take by itself.
#[derive(Clone, Copy)]
pub struct Edge<'a> {
    /// Returns the moment.
    pub now: &'a dyn Fn() -> Timestamp,
    /// Returns after so long.
    pub sleep: &'a dyn Fn(Duration),
    /// Returns a random number.
    pub random: &'a dyn Fn() -> u64,
}

/// What one retrieval may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pages of one list.
    pub pages: usize,
    /// Bytes of one page.
    pub page_bytes: u64,
    /// Bytes of all pages of one list.
    pub all_bytes: u64,
    /// In which one answer must have ended.
    pub answer: Duration,
    /// The pauses of one retrieval together: for a rate limit, and before a request is made again.
    pub pauses: Duration,
    /// How often a request is made that nobody answers, or that the forge answers with a failure of its own.
    pub attempts: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            pages: 1_000,
            page_bytes: 16 << 20,
            all_bytes: 256 << 20,
            answer: Duration::from_secs(60),
            pauses: Duration::from_secs(300),
            attempts: 4,
        }
    }
}

/// What asks one forge.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
    base: Base,
    token: Option<Token>,
    /// What the dialect of this forge wants with every request.
    headers: &'static [(&'static str, &'static str)],
    limits: Limits,
}

impl Client {
    /// Returns a client; without a token it sees what everybody sees.
    pub fn new(
        http: Http,
        base: Base,
        token: Option<Token>,
        headers: &'static [(&'static str, &'static str)],
        limits: Limits,
    ) -> Client {
        Client {
            http,
            base,
            token,
            headers,
            limits,
        }
    }

    /// Returns the address of a query, with its parameters.
    pub fn address(&self, query: &Query) -> String {
        let address = self.base.address(query);
        address.map(String::from).unwrap_or_default()
    }

    /// Returns what the forge answers to a query, with all pages that it names.
    ///
    /// `unless` is the entity tag of an earlier answer: where nothing changed since, there are no pages.
    /// Once a first page is there, later failures do not take it away: the retrieval says that and why it is not whole.
    pub fn get(
        &self,
        edge: &Edge<'_>,
        query: &Query,
        unless: Option<&str>,
    ) -> Result<Retrieval, ForgeError> {
        let at = (edge.now)();
        let address = self.base.address(query)?;
        let mut budget = Budget::new(self.limits);
        let (first, mut next) = self.page(edge, query, &mut budget, &address, unless)?;
        let mut retrieval = Retrieval::begin(query, &address, at, first);
        let mut asked = BTreeSet::from([address]);
        while let Some(address) = next {
            if !asked.insert(address.clone()) {
                return Err(ForgeError::cycle(&address));
            }
            match self.page(edge, query, &mut budget, &address, None) {
                Ok((page, after)) => {
                    retrieval.pages.push(page.into_page());
                    next = after;
                }
                // What names another server, or nothing that can be read, is not the forge that the program names.
                Err(error) if error.is_distrust() => return Err(error),
                Err(error) => {
                    retrieval.cut_short = Some(error);
                    break;
                }
            }
        }
        Ok(retrieval)
    }

    /// Returns one page, with the address of the next.
    fn page(
        &self,
        edge: &Edge<'_>,
        query: &Query,
        budget: &mut Budget,
        address: &Url,
        unless: Option<&str>,
    ) -> Result<(Got, Option<Url>), ForgeError> {
        let mut address = address.clone();
        budget.count_page()?;
        for _ in 0..=MAX_REDIRECTIONS {
            let answer = match self.answer(edge, query, budget, &address, unless)? {
                Verdict::Good(answer) => answer,
                Verdict::Moved(location) => {
                    address = self.base.stays(&address, &location)?;
                    continue;
                }
            };
            if answer.status == 304 && unless.is_none() {
                let why = "it says that nothing changed, and was not asked that";
                return Err(ForgeError::malformed(&address, why));
            }
            budget.count_bytes(answer.body.len())?;
            let links = answer.list_header("link");
            let links =
                links.map_err(|_| ForgeError::malformed(&address, "its `Link` is no text"))?;
            let next = links.map(|links| next_page(&links, &address));
            let next = next.transpose()?.flatten();
            let next = next.map(|next| self.base.stays(&address, &next));
            return Ok((Got { address, answer }, next.transpose()?));
        }
        Err(ForgeError::malformed(
            &address,
            "it redirects again and again",
        ))
    }

    /// Returns the first answer that is none of "later" and "again".
    fn answer(
        &self,
        edge: &Edge<'_>,
        query: &Query,
        budget: &mut Budget,
        address: &Url,
        unless: Option<&str>,
    ) -> Result<Verdict, ForgeError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let headers = self.headers(unless)?;
            let limit = budget.page_limit();
            let answered = self
                .http
                .get_with(address.as_str(), headers, self.limits.answer, limit);
            let judged = answered
                .map_err(|error| budget.explain(error))
                .and_then(|answer| judge::judge(answer, address, query, (edge.now)()));
            match judged {
                Ok(verdict) => return Ok(verdict),
                Err(ForgeError::RateLimited { until }) => budget.wait_until(edge, until)?,
                Err(error) if error.is_passing() && attempt < self.limits.attempts => {
                    budget.back_off(edge, attempt, error)?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn headers(&self, unless: Option<&str>) -> Result<HeaderMap, ForgeError> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        if let Some(token) = &self.token {
            let (name, value) = token.header();
            headers.insert(name, value);
        }
        if let Some(tag) = unless {
            let tag = HeaderValue::from_str(tag).map_err(|_| ForgeError::NoEntityTag)?;
            headers.insert(IF_NONE_MATCH, tag);
        }
        Ok(headers)
    }
}

fn next_page(header: &str, from: &Url) -> Result<Option<String>, ForgeError> {
    let next = link::next(header);
    next.map_err(|link::NoLinks| ForgeError::malformed(from, "its header Link is none"))
}

/// A page as it came.
struct Got {
    address: Url,
    answer: Answer,
}

impl Got {
    fn into_page(self) -> Page {
        Page {
            address: self.address.into(),
            body: self.answer.body,
        }
    }
}

impl std::fmt::Debug for Edge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edge").finish_non_exhaustive()
    }
}
