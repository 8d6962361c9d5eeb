//! `record disposition`: a person says what became of what an AI reviewer found, and signs it.

use crate::collect::Request;
use crate::gate::opened::{NotOpened, Opened, opened};
use crate::log::LogError;
use crate::statements::signed::{self, Sign, StatementError};
use gates::merge::dispositions;
use jiff::Timestamp;
use model::digest::Digest;
use model::program::{PrincipalId, PrincipalKind};
use model::review::{Finding, Reviewed};
use model::statement::{Disposition, StatementKind, StatementRecord, VERSION, Verdict};
use sources::git::RevisionError;

/// A request whose findings are about to be answered.
pub struct Answering {
    opened: Opened,
    number: u64,
    patch: Digest,
}

/// What a person says of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'a> {
    /// The names of the findings.
    pub findings: &'a [String],
    /// What became of them.
    pub verdict: Verdict,
    /// Why.
    pub because: &'a str,
}

/// Answers that are recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposed {
    /// Their leaf.
    pub leaf: u64,
    /// Who signed them.
    pub principal: PrincipalId,
    /// What was answered.
    pub findings: Vec<(String, Finding)>,
}

/// An answer that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum DispositionError {
    /// The request cannot be read.
    #[error(transparent)]
    Request(#[from] NotOpened),
    /// It is not signed, or not recorded.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The commit is not in the repository.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// No review found this.
    #[error("no review of request {number} that the log holds found {name}")]
    NoFinding {
        /// The name.
        name: String,
        /// The request.
        number: u64,
    },
    /// Whoever signs is no person.
    #[error("{principal} is no person, and a finding is answered by one")]
    NoPerson {
        /// Who.
        principal: PrincipalId,
    },
    /// The merge gate would not count it.
    #[error("{name} is not answered so: {why}")]
    NoAnswer {
        /// The finding.
        name: String,
        /// Why.
        why: String,
    },
    /// It says too little.
    #[error("say why, in {} words or more", dispositions::MIN_WORDS)]
    NoReason,
}

/// Records the request as it is now, so that a commit that came since the review is seen.
pub fn begin(mut request: Request<'_>, number: u64) -> Result<Answering, DispositionError> {
    let opened = opened(&mut request, number)?;
    let patch = opened.proposal.change.patch_digest;
    let patch = patch.ok_or_else(|| NotOpened::NoDifference {
        number,
        why: "its trees are not all here".to_owned(),
    })?;
    Ok(Answering {
        opened,
        number,
        patch,
    })
}

impl Answering {
    /// Returns the person whose public key this is.
    pub fn owner(&self, public_key: &str) -> Result<PrincipalId, DispositionError> {
        let owner = signed::owner(&self.opened.scene, public_key)?;
        match owner.kind {
            PrincipalKind::Human | PrincipalKind::Outsider => Ok(owner.id),
            PrincipalKind::Agent | PrincipalKind::Automation => Err(DispositionError::NoPerson {
                principal: owner.id,
            }),
        }
    }

    /// Returns that a commit, as git names it, mended something.
    pub fn fixed(&self, revision: &str) -> Result<Verdict, DispositionError> {
        let repository = self.opened.scene.found.repository();
        let commit = repository.revision(revision)?.commit;
        Ok(Verdict::Fixed { commit })
    }

    /// Signs and records what a person says.
    pub fn finish(
        mut self,
        principal: PrincipalId,
        said: &Said<'_>,
        (now, entropy): (Timestamp, &mut dyn FnMut() -> [u8; 32]),
        sign: &Sign<'_>,
    ) -> Result<Disposed, DispositionError> {
        let has_reason = said.because.split_whitespace().count() >= dispositions::MIN_WORDS;
        if !has_reason && !matches!(said.verdict, Verdict::Fixed { .. }) {
            return Err(DispositionError::NoReason);
        }
        let mut findings: Vec<(String, Finding)> = Vec::new();
        let mut answers = Vec::new();
        for name in said.findings {
            let (review, finding) = self.found(name)?;
            let disposition = Disposition {
                finding: name.clone(),
                verdict: said.verdict.clone(),
                because: said.because.to_owned(),
            };
            self.counts(review, &disposition)?;
            findings.push((name.clone(), finding.clone()));
            answers.push(disposition);
        }
        let record = StatementRecord {
            version: VERSION,
            kind: StatementKind::Disposition,
            repository: self.opened.scene.named.clone(),
            request: self.number,
            patch_digest: self.patch,
            principal: principal.clone(),
            at: now,
            after: self.opened.log.last_outside_signature()?,
            answers: Vec::new(),
            findings: String::new(),
            dispositions: answers,
        };
        let place = (&self.opened.scene, &mut self.opened.log);
        let leaf = signed::record(place, &record, (now, entropy), sign)?;
        Ok(Disposed {
            leaf,
            principal,
            findings,
        })
    }

    /// Returns what is called so, and the first review that found it.
    fn found(&self, name: &str) -> Result<(&Reviewed, &Finding), DispositionError> {
        let reviews = &self.opened.facts.reviews;
        let of_both = reviews.of_request(self.number);
        let mut of_both = of_both.chain(reviews.of_patch(&self.patch));
        let found = of_both.find_map(|review| {
            let mut findings = review.findings.iter();
            let finding = findings.find(|it| it.name(&review.patch_digest) == name)?;
            Some((review, finding))
        });
        found.ok_or_else(|| DispositionError::NoFinding {
            name: name.to_owned(),
            number: self.number,
        })
    }

    /// What the merge gate would not count is not recorded.
    fn counts(&self, review: &Reviewed, said: &Disposition) -> Result<(), DispositionError> {
        let sights = self.opened.facts.requests.get(&self.number);
        let sights = sights.map_or(&[][..], Vec::as_slice);
        let is_final = review.patch_digest == self.patch;
        let counts = dispositions::answers(sights, (review, is_final), said);
        counts.map_err(|why| DispositionError::NoAnswer {
            name: said.finding.clone(),
            why,
        })
    }
}
