//! `review`: an AI reviewer of the program reads the difference of a request, and what it said is recorded, whatever it was.

use crate::collect::Request;
use crate::gate::opened::{NotOpened, Opened, opened};
use crate::log::LogError;
use crate::{program, reviews};
use gates::merge::CI_FILES;
use gates::review::{judge, rules};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::check::Severity;
use model::digest::Digest;
use model::patch::Patch;
use model::program::{Principal, PrincipalId, RepositoryForge};
use model::review::{
    Answered, AskedQuestion, Ended, Listed, ReadFile, ReviewOutcome, ReviewRecord, Reviewed, Spent,
    Unread, VERSION,
};
use model::reviewer::Reviewer;
use serde_json::Value;
use sources::git::{self, PatchError, Patched};
use sources::http::{Http, HttpError};
use sources::llm::Question;
use sources::llm::ask::{self, Asked};
use sources::llm::endpoint::{Endpoint, NoEndpoint};
use sources::llm::read as replies;
use sources::review::parts::{self, Part, Plan, Side};
use sources::review::prompt::{self, Around, Marks};
use sources::review::redact::redact;
use std::time::Duration;

/// The longest text that stands beside the difference in a question.
const MAX_SAID: usize = 8_000;
/// The longest pause before a question is put again.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// The credential for the server of a model, or why there is none.
pub type Credential<'a> = dyn Fn(&Reviewer) -> Result<Option<String>, String> + 'a;

/// What the edge brings.
pub struct Means<'a> {
    /// The credential.
    pub credential: &'a Credential<'a>,
    /// The clock.
    pub now: &'a dyn Fn() -> Timestamp,
    /// What waits.
    pub sleep: &'a dyn Fn(Duration),
    /// The random source.
    pub entropy: &'a mut dyn FnMut() -> [u8; 32],
}

/// A review that is about to be asked for.
pub struct Planned {
    opened: Opened,
    number: u64,
    reviewer: Principal,
    how: Reviewer,
    patch: Patch,
    plan: Plan,
    record: ReviewRecord,
    questions: Vec<String>,
    severity: Severity,
}

/// A review that is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Where the request is.
    pub forge: RepositoryForge,
    /// What was asked.
    pub record: ReviewRecord,
    /// What it came to.
    pub reviewed: Reviewed,
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
}

/// A review that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The request cannot be read.
    #[error(transparent)]
    Request(#[from] NotOpened),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The program names no reviewer.
    #[error("the program names no agent that is asked to review")]
    NoReviewer,
    /// It names several.
    #[error("the program names several reviewers: {}", names(.ids))]
    Several {
        /// Which.
        ids: Vec<PrincipalId>,
    },
    /// It does not name this one.
    #[error("{id} is no reviewer of the program")]
    Unknown {
        /// Which.
        id: String,
    },
    /// The difference cannot be read.
    #[error("the difference cannot be read")]
    Patch(#[from] PatchError),
    /// The repository tells another difference than the record of the request, or none.
    #[error("the difference cannot be told: {why}")]
    Otherwise {
        /// Why.
        why: String,
    },
    /// The server of the model cannot be named.
    #[error("the model cannot be asked")]
    Endpoint(#[from] NoEndpoint),
    /// There is no credential for it.
    #[error("{0}")]
    Credential(String),
    /// This machine cannot ask anybody.
    #[error(transparent)]
    Http(#[from] HttpError),
}

fn names(ids: &[PrincipalId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(", ")
}

/// Records the request as it is now, and returns what its reviewer is to be asked.
pub fn plan(
    mut request: Request<'_>,
    number: u64,
    by: Option<&str>,
) -> Result<Planned, ReviewError> {
    let now = request.now;
    let opened = opened(&mut request, number)?;
    let (reviewer, how) = reviewer(&opened, by)?;
    let patch = patch(&opened)?;
    let said = said(&opened);
    let by_rule = by_rule(&patch, &said);
    let around_bytes = prompt::SYSTEM.len() + said.len() + 200 * by_rule.len();
    let room = how.question_bytes().saturating_sub(around_bytes);
    let plan = parts::parts(&patch, room);
    let mut record = ReviewRecord {
        version: VERSION,
        repository: opened.scene.named.clone(),
        request: Some(number),
        merge_base: opened.proposal.merge_base.clone(),
        head: opened.dossier.request.head.commit.clone(),
        patch_digest: patch.digest,
        program_sha256: Digest::of(opened.scene.text.as_bytes()),
        reviewer: reviewer.id.clone(),
        prompt_sha256: Digest::of_parts([
            prompt::SYSTEM.as_bytes(),
            prompt::schema().to_string().as_bytes(),
        ]),
        at: now,
        files: files(&patch, &plan),
        by_rule,
        questions: Vec::new(),
        answers: Vec::new(),
        budget: how.budget,
        spent: Spent::default(),
    };
    let listed = listed(&patch, &plan);
    let around = Around {
        said: &said,
        rules: "",
        by_rule: &record.by_rule,
        listed: &listed,
    };
    let of = plan.parts.len();
    let numbered = (1..).zip(&plan.parts);
    let questions: Vec<String> = numbered
        .map(|(number, part)| prompt::question(&around, &part.text, (number, of)))
        // Paths may hold secrets too.
        .map(|question| redact(&question).text.into_owned())
        .collect();
    record.questions = plan.parts.iter().zip(&questions).map(asked).collect();
    let severity = severity(&opened);
    Ok(Planned {
        opened,
        number,
        reviewer,
        how,
        patch,
        plan,
        record,
        questions,
        severity,
    })
}

fn asked((part, question): (&Part, &String)) -> AskedQuestion {
    let marks = Marks::of(&part.text);
    AskedQuestion {
        sha256: Digest::of(question.as_bytes()),
        bytes: question.len(),
        first_mark: marks.first,
        last_mark: marks.last,
        covers: part.covers.clone(),
    }
}

fn severity(opened: &Opened) -> Severity {
    let rules = gates::rules::Rules::new(
        &opened.scene.program,
        &opened.scene.named,
        gates::rules::Forge::Asked,
    );
    rules.map_or(Severity::High, |rules| rules.review.severity)
}

/// Returns the agent that is asked: the one that is named, else the only one.
fn reviewer(opened: &Opened, by: Option<&str>) -> Result<(Principal, Reviewer), ReviewError> {
    let principals = opened.scene.program.principals.iter();
    let all: Vec<(&Principal, &Reviewer)> = principals
        .filter_map(|it| Some((it, it.reviewer.as_ref()?)))
        .collect();
    let found = match by {
        Some(id) => {
            let named = all.iter().find(|(it, _)| it.id.as_str() == id);
            named.ok_or_else(|| ReviewError::Unknown { id: id.to_owned() })?
        }
        None => match all.as_slice() {
            [] => return Err(ReviewError::NoReviewer),
            [one] => one,
            several => {
                let ids = several.iter().map(|(it, _)| it.id.clone()).collect();
                return Err(ReviewError::Several { ids });
            }
        },
    };
    Ok((found.0.clone(), found.1.clone()))
}

fn patch(opened: &Opened) -> Result<Patch, ReviewError> {
    let otherwise = |why: &str| ReviewError::Otherwise {
        why: why.to_owned(),
    };
    let head = &opened.dossier.request.head.commit;
    let repository = opened.scene.found.repository();
    let patch = match git::patch(repository, &opened.proposal.merge_base, head)? {
        Patched::Known(patch) => patch,
        Patched::Unknown(why) => return Err(ReviewError::Otherwise { why }),
    };
    match Some(patch.digest) == opened.proposal.change.patch_digest {
        true => Ok(patch),
        false => Err(otherwise(
            "the repository tells another one than the record of the request",
        )),
    }
}

/// Returns what its author says of the change, without secrets.
fn said(opened: &Opened) -> String {
    let request = &opened.dossier.request;
    let whole = format!("{}\n\n{}", request.title, request.body);
    let redacted = redact(&whole);
    redacted.text.chars().take(MAX_SAID).collect()
}

fn by_rule(patch: &Patch, said: &str) -> Vec<model::review::Finding> {
    let gate_files = [&[program::FILE_NAME][..], &CI_FILES].concat();
    // What is struck does not depend on the window.
    let struck = parts::parts(patch, usize::MAX / 2).struck;
    let secrets: Vec<rules::SecretAt<'_>> = struck
        .iter()
        .filter(|(file, side, it)| *side == Side::After && is_added(patch, *file, it.line))
        .map(|(file, _, it)| (*file, it.line, it.kind))
        .collect();
    let mut found = rules::find(patch, &gate_files, &secrets);
    found.extend(rules::find_in_words(
        "What the request says of itself",
        said,
    ));
    found
}

fn is_added(patch: &Patch, file: usize, line: u32) -> bool {
    let file = patch.files.get(file);
    file.is_some_and(|file| file.added().any(|(number, _)| number == line))
}

fn files(patch: &Patch, plan: &Plan) -> Vec<ReadFile> {
    let of = |(place, file): (usize, &model::patch::FilePatch)| {
        let listed = plan.listed.iter().find(|(at, _)| *at == place);
        let unread = plan.unread.iter().find(|(at, _)| *at == place);
        let struck = plan.struck.iter().filter(|(at, _, _)| *at == place);
        ReadFile {
            path: file.path.clone(),
            added: file.added().count() as u32,
            removed: file.removed().count() as u32,
            listed: listed.map(|(_, why)| *why),
            unread: unread.map(|(_, why)| why.clone()),
            struck: struck.count() as u32,
        }
    };
    patch.files.iter().enumerate().map(of).collect()
}

fn listed(patch: &Patch, plan: &Plan) -> Vec<String> {
    let of = |(place, why): &(usize, Listed)| {
        let path = patch
            .files
            .get(*place)
            .map_or("", |file| file.path.as_str());
        let why = match why {
            Listed::Binary => "no text",
            Listed::Generated => "written by a tool",
            Listed::Submodule => "another repository",
        };
        format!("- {}: {why}", redact(path).text.escape_debug())
    };
    plan.listed.iter().map(of).collect()
}

impl Planned {
    /// Returns what is about to be sent where, and what it may use.
    pub fn intent(&self) -> String {
        let bytes: usize = self.questions.iter().map(String::len).sum();
        let (parts, files) = (self.questions.len(), self.patch.files.len());
        let cost = self.how.budget.cost;
        let cost = cost.map_or_else(String::new, |cost| format!(", a cost of {cost}"));
        format!(
            "{} asks {} at {} about {files} files in {parts} parts of {bytes} bytes together, {} secrets struck; it may use {} tokens{cost} and {} s",
            self.reviewer.id,
            self.how.model,
            self.how.api,
            self.plan.struck.len(),
            self.how.budget.tokens,
            self.how.budget.seconds
        )
    }

    /// Asks, and records what was answered.
    pub fn ask(mut self, means: Means<'_>) -> Result<Recorded, ReviewError> {
        let key = (means.credential)(&self.how).map_err(ReviewError::Credential)?;
        let endpoint = Endpoint::new(self.how.wire, &self.how.api, key.as_deref())?;
        let http = Http::new()?;
        let began = (means.now)();
        let mut answers = Vec::new();
        for place in 0..self.questions.len() {
            if let Some(left) = self.left(place, began, &means) {
                self.put(
                    place,
                    (&http, &endpoint),
                    left,
                    &means,
                    (began, &mut answers),
                );
            }
        }
        self.record.spent.seconds = seconds(began, (means.now)());
        for place in 0..self.questions.len() {
            let is_asked = self.record.answers.iter().any(|it| it.question == place);
            if !is_asked {
                self.leave_out(place);
            }
        }
        let payload = reviews::payload(&self.record, &answers);
        let now = (means.now)();
        let leaf = NewLeaf::new(LeafKind::Review, payload);
        let appended = self.opened.log.append(vec![leaf], now, means.entropy)?;
        let leaf = *appended.leaves.first().expect("one leaf was appended");
        let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        Ok(Recorded {
            reviewed: reviews::reviewed((leaf, now), &self.record, &answers),
            forge: self.opened.scene.forge,
            record: self.record,
            severity: self.severity,
        })
    }

    /// Returns the seconds that are left for a question; none where the budget has no room for it.
    fn left(&self, place: usize, began: Timestamp, means: &Means<'_>) -> Option<u64> {
        let budget = &self.how.budget;
        let left = budget.seconds.saturating_sub(seconds(began, (means.now)()));
        let question = self.questions.get(place)?;
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
            user: self.questions.get(place).map_or("", String::as_str),
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
        let question = self.questions.get(place).map_or(0, String::len);
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

    /// Returns the number of the request.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Recorded {
    /// Returns the findings that must be answered.
    pub fn grave(&self) -> impl Iterator<Item = &model::review::Finding> {
        let findings = self.reviewed.findings.iter();
        findings.filter(|finding| finding.severity >= self.severity)
    }

    /// Returns whether the review ran and found nothing that must be answered.
    pub fn passes(&self) -> bool {
        let ran = match self.reviewed.outcome {
            ReviewOutcome::Clean | ReviewOutcome::Findings => true,
            ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
        };
        ran && self.grave().next().is_none()
    }
}

/// Returns how many tokens a text is counted as before anybody says: a token has three bytes or more of code.
fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(3) as u64
}

fn seconds(from: Timestamp, to: Timestamp) -> u64 {
    to.duration_since(from).as_secs().max(0) as u64
}
