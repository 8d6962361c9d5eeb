//! Questions are put to the server of a model, within the budget, and again where nothing usable came back.

use super::questions::Questions;
use super::{Means, ReviewError};
use crate::reviews;
use gates::review::judge;
use jiff::Timestamp;
use model::digest::Digest;
use model::review::{Answered, Ended, ReviewRecord, Unread};
use model::reviewer::Reviewer;
use serde_json::Value;
use sources::http::Http;
use sources::llm::Question;
use sources::llm::ask::{self, Asked};
use sources::llm::endpoint::Endpoint;
use sources::llm::read as replies;
use sources::review::prompt;
use std::time::Duration;

/// The longest pause before a question is put again.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// A review that was asked for, with the bytes of each answer.
pub(crate) struct Heard {
    pub(crate) record: ReviewRecord,
    pub(crate) answers: Vec<Vec<u8>>,
}

/// A server that is about to be asked.
pub(crate) struct Server {
    http: Http,
    pub(crate) endpoint: Endpoint,
}

impl Server {
    /// Returns the server of a reviewer.
    pub(crate) fn of(how: &Reviewer, means: &Means<'_>) -> Result<Server, ReviewError> {
        let key = (means.credential)(how).map_err(ReviewError::Credential)?;
        Ok(Server {
            endpoint: Endpoint::new(how.wire, &how.api, key.as_deref())?,
            http: Http::new()?,
        })
    }
}

impl Questions {
    /// Puts each question to a server.
    pub(crate) fn ask_at(mut self, server: &Server, means: &Means<'_>) -> Heard {
        let Server { http, endpoint } = server;
        let began = (means.now)();
        let mut answers = Vec::new();
        for place in 0..self.texts.len() {
            if let Some(left) = self.left(place, began, means) {
                self.put(place, (http, endpoint), left, means, (began, &mut answers));
            }
        }
        self.record.spent.seconds = seconds(began, (means.now)());
        for place in 0..self.texts.len() {
            let is_asked = self.record.answers.iter().any(|it| it.question == place);
            if !is_asked {
                self.leave_out(place);
            }
        }
        Heard {
            record: self.record,
            answers,
        }
    }

    /// Returns the seconds that are left for a question; none where the budget has no room for it.
    fn left(&self, place: usize, began: Timestamp, means: &Means<'_>) -> Option<u64> {
        let budget = &self.how.budget;
        let left = budget.seconds.saturating_sub(seconds(began, (means.now)()));
        let question = self.texts.get(place)?;
        let output = u64::from(self.how.parameters.max_output_tokens);
        let input = tokens(question.len() + prompt::SYSTEM.len());
        let has_tokens = self.record.spent.tokens + input + output <= budget.tokens;
        let cost = self.cost(input, output);
        let spent = self.record.spent.cost.unwrap_or_default();
        let has_money = budget
            .cost
            .zip(cost)
            .is_none_or(|(budget, cost)| spent + cost <= budget);
        (left > 0 && has_tokens && has_money).then_some(left)
    }

    fn cost(&self, input: u64, output: u64) -> Option<f64> {
        let prices = self.how.prices?;
        Some((input as f64 * prices.input + output as f64 * prices.output) / 1e6)
    }

    /// Puts a question, and again where nothing usable came back.
    fn put(
        &mut self,
        place: usize,
        (http, endpoint): (&Http, &Endpoint),
        mut left: u64,
        means: &Means<'_>,
        (began, answers): (Timestamp, &mut Vec<Vec<u8>>),
    ) {
        let schema = prompt::schema();
        for attempt in 0..=self.how.retries {
            let asked = self.once(place, (http, endpoint), (&schema, left), means);
            let (answered, raw, pause) = self.answered(place, endpoint, asked, (means.now)());
            self.spend(place, &answered, &raw);
            self.record.answers.push(answered);
            answers.push(raw);
            let last = self.record.answers.len() - 1;
            if self.is_usable(last, answers) {
                return;
            }
            if attempt == self.how.retries {
                return;
            }
            let pause = pause.unwrap_or_else(|| Duration::from_secs(1 << attempt.min(5)));
            (means.sleep)(pause.min(MAX_PAUSE));
            match self.left(place, began, means) {
                Some(more) => left = more,
                None => return,
            }
        }
    }

    fn once(
        &self,
        place: usize,
        (http, endpoint): (&Http, &Endpoint),
        (schema, left): (&Value, u64),
        means: &Means<'_>,
    ) -> Result<Asked, ask::Unreached> {
        let mut limits = ask::limits();
        limits.patience_total = limits.patience_total.min(Duration::from_secs(left));
        let parameters = self.how.parameters;
        let question = Question {
            system: prompt::SYSTEM,
            user: self.texts.get(place).map_or("", String::as_str),
            schema,
            model: &self.how.model,
            max_output_tokens: parameters.max_output_tokens,
            temperature: parameters.temperature,
            seed: parameters.seed,
        };
        ask::ask(http, endpoint, &question, limits, means.now)
    }

    fn answered(
        &self,
        place: usize,
        endpoint: &Endpoint,
        asked: Result<Asked, ask::Unreached>,
        now: Timestamp,
    ) -> (Answered, Vec<u8>, Option<Duration>) {
        let answered = |heard: Option<&replies::Heard>, unreached: Option<String>| Answered {
            question: place,
            address: endpoint.address().to_owned(),
            wire: self.how.wire,
            model: self.how.model.clone(),
            parameters: self.how.parameters,
            at: now,
            took_ms: 0,
            status: heard.map(|heard| heard.status),
            unreached,
            content_type: heard.map_or_else(String::new, |heard| heard.content_type.clone()),
            ended: heard.map_or(Ended::Broken, |heard| heard.ended),
            sha256: Digest::of(heard.map_or(&[][..], |heard| &heard.raw)),
            bytes: heard.map_or(0, |heard| heard.raw.len()),
        };
        match asked {
            Ok(asked) => {
                let told = Answered {
                    at: asked.at,
                    took_ms: asked.took.as_millis() as u64,
                    ..answered(Some(&asked.heard), None)
                };
                (told, asked.heard.raw, asked.retry_after)
            }
            Err(error) => (answered(None, Some(error.to_string())), Vec::new(), None),
        }
    }

    fn spend(&mut self, place: usize, answered: &Answered, raw: &[u8]) {
        let heard = replies::Heard {
            status: answered.status.unwrap_or_default(),
            content_type: answered.content_type.clone(),
            ended: answered.ended,
            raw: raw.to_vec(),
        };
        let usage = replies::read(self.how.wire, &heard).map(|reply| reply.usage);
        let usage = usage.unwrap_or_default();
        let question = self.texts.get(place).map_or(0, String::len);
        let input = usage
            .input
            .unwrap_or_else(|| tokens(question + prompt::SYSTEM.len()));
        let output = usage.output.unwrap_or_else(|| tokens(raw.len()));
        let cost = self.cost(input, output);
        let spent = &mut self.record.spent;
        spent.tokens = spent.tokens.saturating_add(input).saturating_add(output);
        if let Some(cost) = cost {
            spent.cost = Some(spent.cost.unwrap_or_default() + cost);
        }
    }

    fn is_usable(&self, last: usize, answers: &[Vec<u8>]) -> bool {
        let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        let heard: Vec<judge::Heard> = reviews::heard(&self.record, &answers);
        heard.get(last).is_some_and(|heard| heard.said.is_ok())
    }

    fn leave_out(&mut self, place: usize) {
        let Some(question) = self.record.questions.get(place) else {
            return;
        };
        for covered in &question.covers {
            if let Some(file) = self.record.files.get_mut(covered.file) {
                file.unread.get_or_insert(Unread::Budget);
            }
        }
    }
}

/// Returns how many tokens a text is counted as before anybody says: a token has three bytes or more of code.
fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(3) as u64
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    to.duration_since(from).as_secs().max(0) as u64
}
