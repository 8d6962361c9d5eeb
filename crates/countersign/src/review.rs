//! `review`: an AI reviewer of the program reads the difference of a request or of commits, and what it said is recorded, whatever it was.

pub(crate) mod asking;
mod beside;
pub(crate) mod plan;
pub(crate) mod questions;
mod said;

pub use self::plan::{plan, plan_range};

use self::asking::{Heard, Server};
use self::questions::Questions;
use crate::calibration::recorded as calibrations;
use crate::gate::GateError;
use crate::gate::opened::NotOpened;
use crate::log::{Log, LogError};
use crate::reviews;
use gates::review::calibration::{Bar, Standing, standing};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::check::Severity;
use model::program::{PrincipalId, RepositoryForge};
use model::review::{Finding, ReviewOutcome, ReviewRecord, Reviewed};
use model::reviewer::Reviewer;
use sources::git::{PatchError, RevisionError};
use sources::http::HttpError;
use sources::llm::endpoint::NoEndpoint;
use std::time::Duration;

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
    log: Log,
    /// Where the requests of the repository are, where the program says so.
    forge: Option<RepositoryForge>,
    asked: Asked,
}

/// Who is asked what.
struct Asked {
    /// The questions to each reviewer, who is asked where the one before gave no review.
    questions: Vec<Questions>,
    /// Who may stand in where none of them does; nobody where the program does not say so.
    outsiders: Vec<PrincipalId>,
    /// The least severity of a finding that must be answered.
    severity: Severity,
    /// What calibrations must show of the reviewer, where the program asks.
    bar: Option<Bar>,
}

/// A review that is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Where the requests of the repository are, where the program says so.
    pub forge: Option<RepositoryForge>,
    /// What was asked.
    pub record: ReviewRecord,
    /// What it came to, with what those before found.
    pub reviewed: Reviewed,
    /// The reviews of those who were asked before, and were unavailable.
    pub before: Vec<Reviewed>,
    /// Whose approval stands in, where nobody gave a review and the program says so.
    pub outsiders: Vec<PrincipalId>,
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
    /// Why nobody can tell whether the program relies on the reviewer; none where that is known or not asked.
    pub uncounted: Option<String>,
}

/// A review that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// The request cannot be read.
    #[error(transparent)]
    Request(#[from] NotOpened),
    /// Repository, program or ledger cannot be used.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// This is no range of commits.
    #[error("`{range}` is no range of commits")]
    NoRange {
        /// What was said.
        range: String,
    },
    /// The range names what the repository lacks.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// Its commits have no history in common, or more than one.
    #[error("{from} and {to} have no one commit from which they parted")]
    NoBase {
        /// The first.
        from: String,
        /// The last.
        to: String,
    },
    /// Nothing differs.
    #[error("{range} changes nothing")]
    Empty {
        /// The range.
        range: String,
    },
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
    /// A cost is bounded that nobody can count.
    #[error("the program does not say what a token of {id} costs")]
    NoPrices {
        /// Who is asked.
        id: PrincipalId,
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

impl Planned {
    /// Returns what is about to be sent where, and what it may use.
    pub fn intent(&self) -> String {
        let mut intents = self.asked.questions.iter().map(Questions::intent);
        let first = intents.next().unwrap_or_default();
        let more = intents.map(|intent| format!("; where that is unavailable, {intent}"));
        more.fold(first, |told, more| told + &more)
    }

    /// Returns where the request is; none where the program names no forge.
    pub fn forge(&self) -> Option<&RepositoryForge> {
        self.forge.as_ref()
    }

    /// Asks, and records what was answered: of one after the other, until a review ran. Each is a record of its own.
    pub fn ask(mut self, mut means: Means<'_>) -> Result<Recorded, ReviewError> {
        let all = std::mem::take(&mut self.asked.questions);
        // Whoever cannot be asked at all is told before anybody is.
        let servers = all.iter().map(|it| Server::of(&it.how, &means));
        let servers = servers.collect::<Result<Vec<_>, _>>()?;
        let mut before: Vec<Reviewed> = Vec::new();
        let mut last = None;
        for (questions, server) in all.into_iter().zip(&servers) {
            let (record, reviewed) = self.one(questions, server, &mut means)?;
            let is_unavailable = reviewed.outcome == ReviewOutcome::Unavailable;
            before.extend(
                last.replace((record, reviewed))
                    .map(|(_, reviewed)| reviewed),
            );
            if !is_unavailable {
                break;
            }
        }
        let (record, mut reviewed) = last.ok_or(ReviewError::NoReviewer)?;
        let uncounted = self.stand(&mut reviewed)?;
        unite(&before, &mut reviewed);
        let outsiders = match reviewed.outcome {
            ReviewOutcome::Unavailable => self.asked.outsiders,
            ReviewOutcome::Clean | ReviewOutcome::Findings | ReviewOutcome::Refused => Vec::new(),
        };
        Ok(Recorded {
            forge: self.forge,
            record,
            reviewed,
            before,
            outsiders,
            severity: self.asked.severity,
            uncounted,
        })
    }
}

impl Planned {
    /// Refuses a review by whom the program does not rely on; returns why nobody can tell, where that is so.
    fn stand(&self, reviewed: &mut Reviewed) -> Result<Option<String>, LogError> {
        let Asked { severity, bar, .. } = &self.asked;
        let ran = match reviewed.outcome {
            ReviewOutcome::Clean | ReviewOutcome::Findings => true,
            ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
        };
        let Some(bar) = bar.as_ref().filter(|_| ran) else {
            return Ok(None);
        };
        match relied(&self.log, (bar, *severity), reviewed)? {
            Standing::Relied(_) => Ok(None),
            Standing::Unknown(why) => Ok(Some(why)),
            Standing::Refused(why) => {
                reviewed.outcome = ReviewOutcome::Refused;
                reviewed.why.push(why);
                Ok(None)
            }
        }
    }

    fn one(
        &mut self,
        questions: Questions,
        server: &Server,
        means: &mut Means<'_>,
    ) -> Result<(ReviewRecord, Reviewed), ReviewError> {
        let Heard { record, answers } = questions.ask_at(server, means);
        let payload = reviews::payload(&record, &answers);
        let now = (means.now)();
        let leaf = NewLeaf::new(LeafKind::Review, payload);
        let appended = self.log.append(vec![leaf], now, means.entropy)?;
        let leaf = *appended.leaves.first().expect("one leaf was appended");
        let answers: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        let reviewed = reviews::reviewed((leaf, now), &record, &answers);
        Ok((record, reviewed))
    }
}

/// What any of them found stands.
fn unite(before: &[Reviewed], last: &mut Reviewed) {
    for finding in before.iter().flat_map(|review| &review.findings) {
        if !last.findings.contains(finding) {
            last.findings.push(finding.clone());
        }
    }
    if last.outcome == ReviewOutcome::Clean && !last.findings.is_empty() {
        last.outcome = ReviewOutcome::Findings;
    }
}

/// Returns what the program makes of those who gave a review: the worst of it.
fn relied(log: &Log, asked: (&Bar, Severity), reviewed: &Reviewed) -> Result<Standing, LogError> {
    let at = (reviewed.leaf, reviewed.at);
    let calibrations = calibrations::all(log)?;
    let of = |manner| standing(asked, &calibrations, manner, at);
    let others = reviewed.manners.iter().map(of);
    let is_bad = |it: &Standing| !matches!(it, Standing::Relied(_));
    let worst = others
        .filter(is_bad)
        .max_by_key(|it| matches!(it, Standing::Refused(_)));
    Ok(worst.unwrap_or(Standing::Relied(reviewed.leaf)))
}

impl Recorded {
    /// Returns the repository at its forge, else what the program calls it.
    pub fn repository(&self) -> &str {
        let forge = self.forge.as_ref();
        forge.map_or(&self.record.repository, |forge| &forge.repository)
    }

    /// Returns the findings that must be answered.
    pub fn grave(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.reviewed.findings.iter();
        findings.filter(|finding| finding.severity >= self.severity)
    }

    /// Returns whether the review ran, counts, and found nothing that must be answered.
    pub fn passes(&self) -> bool {
        let ran = match self.reviewed.outcome {
            ReviewOutcome::Clean | ReviewOutcome::Findings => true,
            ReviewOutcome::Unavailable | ReviewOutcome::Refused => false,
        };
        ran && self.uncounted.is_none() && self.grave().next().is_none()
    }
}
