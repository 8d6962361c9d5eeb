//! `self-review`: the author reads the final difference of a request again, after the wait, and signs what was found.

use crate::collect::{self, Request};
use crate::gate::opened::{NotOpened, Opened, opened};
use crate::gate::scene::Scene;
use crate::log::{Log, LogError};
use crate::statements::signed::{self, Sign, StatementError};
use documents::visible::visible;
use gates::merge;
use gates::rules::{Forge, Rules, RulesError};
use jiff::Timestamp;
use model::change::Proposal;
use model::outcome::Risk;
use model::program::{ControlId, Parameter, PrincipalId, PrincipalKind, RepositoryForge};
use model::statement::{Answered, StatementKind, StatementRecord, VERSION};
use std::path::PathBuf;

/// The fewest words of what was found: "fine" says nothing.
pub const MIN_WORDS: usize = 3;

/// A request that its author is about to read again.
pub struct Reading {
    scene: Scene,
    log: Log,
    /// The number of the request.
    pub number: u64,
    /// What it would bring.
    pub proposal: Proposal,
    /// Its risk class.
    pub risk: Risk,
    /// What the program asks the author.
    pub checklist: Vec<String>,
}

/// What the author answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Whether each point of the checklist holds.
    pub holds: Vec<bool>,
    /// What was found, in words.
    pub text: String,
}

/// A self-review that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfReviewed {
    /// Its leaf.
    pub leaf: u64,
    /// Where the request is.
    pub forge: RepositoryForge,
    /// What was signed.
    pub record: StatementRecord,
}

impl SelfReviewed {
    /// Returns whether every point of the checklist holds.
    pub fn holds(&self) -> bool {
        self.record.answers.iter().all(|answer| answer.holds)
    }

    /// Returns what is written on the request, as Markdown: what was found is quoted, so that it can make nothing else, and
    /// reads as it is written.
    pub fn comment(&self) -> String {
        let record = &self.record;
        let mut text = format!(
            "Self-review by {}, leaf {} of the ledger, of the difference `{}`:\n\n",
            record.principal, self.leaf, record.patch_digest
        );
        for answer in &record.answers {
            let mark = if answer.holds { 'x' } else { ' ' };
            text.push_str(&format!("- [{mark}] {}\n", visible(&answer.asked)));
        }
        text.push('\n');
        for line in record.findings.lines() {
            text.push_str(&format!("> {}\n", visible(line)));
        }
        text
    }
}

/// A self-review that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SelfReviewError {
    /// The request cannot be read.
    #[error(transparent)]
    Request(#[from] NotOpened),
    /// It is not signed, or not recorded.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The program cannot be applied.
    #[error("the program cannot be applied")]
    Rules(#[from] RulesError),
    /// The wait is not over.
    #[error(
        "request {number} waits until {until}: {risk} risk asks for {hours} h after its last change"
    )]
    Waits {
        /// The request.
        number: u64,
        /// Until when.
        until: Timestamp,
        /// Its risk class.
        risk: Risk,
        /// The hours.
        hours: f64,
    },
    /// Whoever signs neither wrote it nor is of the organisation.
    #[error("{principal} neither wrote request {number} nor is a person of the organisation")]
    NotTheirs {
        /// Who.
        principal: PrincipalId,
        /// The request.
        number: u64,
    },
    /// Not every point was answered, or nothing was written.
    #[error("{why}")]
    Incomplete {
        /// What lacks.
        why: String,
    },
}

/// Records the request as it is now, and returns what is to be read, once the wait is over.
pub fn begin(mut request: Request<'_>, number: u64) -> Result<Reading, SelfReviewError> {
    let Opened {
        scene,
        log,
        facts,
        proposal,
        dossier: _,
    } = opened(&mut request, number)?;
    let rules = Rules::new(&scene.program, &scene.named, Forge::Asked)?;
    let case = merge::case(&facts, number, proposal.change.patch_digest.as_ref());
    let risk = merge::risk(&rules, &proposal.change, case.as_ref());
    let hours = rules.wait_hours.of(risk);
    let seen = case.and_then(|case| case.first_seen);
    let until = seen.map(|seen| merge::wait_ends(seen.at, hours));
    if let Some(until) = until.filter(|until| request.now.as_second() < until.as_second()) {
        return Err(SelfReviewError::Waits {
            number,
            until,
            risk,
            hours,
        });
    }
    let checklist = checklist(&scene);
    Ok(Reading {
        scene,
        log,
        number,
        proposal,
        risk,
        checklist,
    })
}

/// Returns the points that the program asks for (CR-9).
fn checklist(scene: &Scene) -> Vec<String> {
    let control = scene.program.controls.get(&ControlId("CR-9".into()));
    let text = match control.and_then(|control| control.parameters.get("checklist")) {
        Some(Parameter::Text(text)) => text.as_str(),
        Some(Parameter::Number(_) | Parameter::ByRisk(_)) | None => "",
    };
    let points = text
        .split(';')
        .map(str::trim)
        .filter(|point| !point.is_empty());
    points.map(str::to_owned).collect()
}

impl Reading {
    /// Returns where the request is.
    pub fn forge(&self) -> &RepositoryForge {
        &self.scene.forge
    }

    /// Returns the folder of the repository's files, that of git itself for a bare one.
    pub fn folder(&self) -> PathBuf {
        collect::root(self.scene.found.repository())
    }

    /// Returns whose a public key is.
    pub fn owner(&self, public_key: &str) -> Result<PrincipalId, SelfReviewError> {
        let owner = signed::owner(&self.scene, public_key)?;
        let principal = owner.id.clone();
        let change = &self.proposal.change;
        let mut authors = change.authors.iter().chain(&change.co_authors);
        let wrote = authors.any(|author| owner.owns(author));
        match owner.kind == PrincipalKind::Human || wrote {
            true => Ok(principal),
            false => Err(SelfReviewError::NotTheirs {
                principal,
                number: self.number,
            }),
        }
    }

    /// Signs and records what was found.
    pub fn finish(
        mut self,
        principal: PrincipalId,
        findings: Findings,
        (now, entropy): (Timestamp, &mut dyn FnMut() -> [u8; 32]),
        sign: &Sign<'_>,
    ) -> Result<SelfReviewed, SelfReviewError> {
        let record = self.record(principal, findings, now)?;
        let place = (&self.scene, &mut self.log);
        Ok(SelfReviewed {
            leaf: signed::record(place, &record, (now, entropy), sign)?,
            forge: self.scene.forge,
            record,
        })
    }

    fn record(
        &self,
        principal: PrincipalId,
        findings: Findings,
        now: Timestamp,
    ) -> Result<StatementRecord, SelfReviewError> {
        let incomplete = |why: String| SelfReviewError::Incomplete { why };
        if findings.holds.len() != self.checklist.len() {
            return Err(incomplete(format!(
                "{} of {} points answered, one --answer each: {}",
                findings.holds.len(),
                self.checklist.len(),
                self.checklist.join("; ")
            )));
        }
        if findings.text.split_whitespace().count() < MIN_WORDS {
            return Err(incomplete(format!(
                "write what you found, in {MIN_WORDS} words or more"
            )));
        }
        let Some(patch_digest) = self.proposal.change.patch_digest else {
            return Err(SelfReviewError::Request(NotOpened::NoDifference {
                number: self.number,
                why: "its trees are not all here".to_owned(),
            }));
        };
        let answers = self.checklist.iter().zip(&findings.holds);
        Ok(StatementRecord {
            version: VERSION,
            kind: StatementKind::SelfReview,
            repository: self.scene.named.clone(),
            request: self.number,
            patch_digest,
            principal,
            at: now,
            after: self.log.last_outside_signature()?,
            answers: answers
                .map(|(asked, holds)| Answered {
                    asked: asked.clone(),
                    holds: *holds,
                })
                .collect(),
            findings: findings.text,
            dispositions: Vec::new(),
        })
    }
}
