//! What the status and the headers of one answer mean.

use jiff::Timestamp;
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::base::Query;
use super::error::{ForgeError, shown};
use super::rate;
use crate::http::Answer;

/// The longest part of a message that an error repeats, in characters.
const MAX_SAID: usize = 300;
/// What is wrong with a request that is repeated.
const MAX_DETAILS: usize = 5;
/// The name of the permissions of a GitHub App or a fine-grained token.
const PERMISSIONS: &str = "x-accepted-github-permissions";
/// The name of the scopes of a classic token.
const SCOPES: &str = "x-accepted-oauth-scopes";

pub(super) enum Verdict {
    /// The page, or that it is the one of before.
    Good(Answer),
    /// It lies at this address.
    Moved(String),
}

/// Returns what becomes of an answer.
pub(super) fn judge(
    answer: Answer,
    address: &Url,
    query: &Query,
    now: Timestamp,
) -> Result<Verdict, ForgeError> {
    let place = || shown(address);
    match answer.status {
        200 | 304 => Ok(Verdict::Good(answer)),
        301 | 302 | 307 | 308 => match answer.header("location") {
            Some(location) => Ok(Verdict::Moved(location.to_owned())),
            None => Err(ForgeError::malformed(address, "it redirects to nowhere")),
        },
        401 => Err(ForgeError::Unauthorised {
            said: said(&answer),
        }),
        403 | 429 if let Some(until) = rate::open_again(&answer, now) => {
            Err(ForgeError::RateLimited { until })
        }
        403 => Err(ForgeError::Forbidden {
            address: place(),
            needs: needs(&answer, query),
            said: said(&answer),
        }),
        404 => Err(ForgeError::NotFound {
            address: place(),
            needs: needs(&answer, query),
            said: said(&answer),
        }),
        status @ (408 | 500..) => Err(ForgeError::Failing {
            address: place(),
            status,
        }),
        status => Err(ForgeError::Refused {
            address: place(),
            status,
            said: said(&answer),
        }),
    }
}

/// "Troubleshooting the REST API", Insufficient permissions: the headers name what a token needs.
fn needs(answer: &Answer, query: &Query) -> String {
    let mut headers = [PERMISSIONS, SCOPES].into_iter();
    let named = headers.find_map(|header| answer.header(header).filter(|it| !it.is_empty()));
    cut(named.unwrap_or(query.needs))
}

/// Returns the message of an answer, which is for people and decides nothing but how a refusal is shown.
///
/// GitLab writes it as `message`, or as RFC 6749 section 5.2 does.
pub(super) fn said(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Message {
        message: Option<String>,
        #[serde(default)]
        errors: Value,
        error_description: Option<String>,
        error: Option<String>,
    }
    let said = serde_json::from_slice::<Message>(&answer.body).ok();
    let details = said.as_ref().map(|it| details(&it.errors));
    let said = said.and_then(|it| it.message.or(it.error_description).or(it.error));
    let said = said.unwrap_or_else(|| "it gives no reason".to_owned());
    cut(&match details.filter(|details| !details.is_empty()) {
        Some(details) => format!("{said}: {details}"),
        None => said,
    })
}

/// Returns what GitHub finds wrong with a field: a list of texts, or of objects with a `message`, or a `field` and a `code`.
fn details(errors: &Value) -> String {
    let each = errors.as_array().into_iter().flatten().take(MAX_DETAILS);
    let text = |error: &Value| -> Option<String> {
        let part = |name| error.get(name).and_then(Value::as_str);
        let whole = error.as_str().or_else(|| part("message"));
        let of_field = || Some(format!("{} {}", part("field")?, part("code")?));
        whole.map(str::to_owned).or_else(of_field)
    };
    each.filter_map(text).collect::<Vec<_>>().join("; ")
}

fn cut(text: &str) -> String {
    let lines = text.split(char::is_control).filter(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_SAID).collect()
}
