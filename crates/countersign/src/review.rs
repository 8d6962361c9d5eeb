//! `review`: an AI reviewer of the program reads the difference of a request, and what it said is recorded, whatever it was.

mod asking;
mod questions;

use self::asking::Heard;
use self::questions::{Questions, Subject};
use crate::collect::Request;
use crate::gate::opened::{NotOpened, Opened, opened};
use crate::log::LogError;
use crate::reviews;
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::check::Severity;
use model::digest::Digest;
use model::patch::Patch;
use model::program::{Principal, PrincipalId, RepositoryForge};
use model::review::{Finding, ReviewOutcome, ReviewRecord, Reviewed};
use model::reviewer::Reviewer;
use sources::git::{self, PatchError, Patched};
use sources::http::HttpError;
use sources::llm::endpoint::NoEndpoint;
use sources::review::redact::redact;
use std::time::Duration;

/// The longest text that stands beside the difference in a question.
const MAX_SAID: usize = 8_000;

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
    questions: Questions,
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
    let subject = Subject {
        repository: &opened.scene.named,
        request: Some(number),
        merge_base: &opened.proposal.merge_base,
        head: &opened.dossier.request.head.commit,
        program_sha256: Digest::of(opened.scene.text.as_bytes()),
        patch: &patch,
        said: &said,
        rules: "",
    };
    let questions = Questions::of(&subject, (&reviewer.id, &how), now);
    let severity = severity(&opened);
    Ok(Planned {
        opened,
        number,
        questions,
        severity,
    })
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

impl Planned {
    /// Returns what is about to be sent where, and what it may use.
    pub fn intent(&self) -> String {
        self.questions.intent()
    }

    /// Asks, and records what was answered.
    pub fn ask(mut self, means: Means<'_>) -> Result<Recorded, ReviewError> {
        let Heard { record, answers } = self.questions.ask(&means)?;
        let payload = reviews::payload(&record, &answers);
        let now = (means.now)();
        let leaf = NewLeaf::new(LeafKind::Review, payload);
        let appended = self.opened.log.append(vec![leaf], now, means.entropy)?;
        let leaf = *appended.leaves.first().expect("one leaf was appended");
        let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        Ok(Recorded {
            reviewed: reviews::reviewed((leaf, now), &record, &answers),
            forge: self.opened.scene.forge,
            record,
            severity: self.severity,
        })
    }

    /// Returns the number of the request.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Recorded {
    /// Returns the findings that must be answered.
    pub fn grave(&self) -> impl Iterator<Item = &Finding> {
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
