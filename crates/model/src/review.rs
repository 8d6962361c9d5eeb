//! What an AI reviewer read of a difference and said of it.

use crate::calibration::Manner;
use crate::check::Severity;
use crate::digest::{CommitId, Digest};
use crate::identity::Identity;
use crate::program::{Principal, PrincipalId};
use crate::reviewer::Wire;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one file that changed and stood in one question: numbers from 1, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// The place of the file among those of the difference.
    pub file: usize,
    /// Lines that came.
    pub added: Vec<(u32, u32)>,
    /// Lines that went.
    pub removed: Vec<(u32, u32)>,
}

impl Covered {
    /// Returns none of the lines of a file.
    pub fn of(file: usize) -> Covered {
        Covered {
            file,
            added: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// Adds a line that came.
    pub fn added(&mut self, line: u32) {
        extend(&mut self.added, line);
    }

    /// Adds a line that went.
    pub fn removed(&mut self, line: u32) {
        extend(&mut self.removed, line);
    }
}

fn extend(spans: &mut Vec<(u32, u32)>, line: u32) {
    match spans.last_mut() {
        Some((_, last)) if *last + 1 == line => *last = line,
        Some(_) | None => spans.push((line, line)),
    }
}

/// Why a file is named to the reviewer and not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// It is no text.
    Binary,
    /// A tool wrote it, before this change too.
    Generated,
    /// It is another repository at a commit of its own.
    Submodule,
}

/// Why a file, or a part of it, was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// It has more bytes than are read.
    TooLarge {
        /// How many.
        bytes: u64,
    },
    /// The repository does not hold it.
    Absent,
    /// A line of it is longer than is sent.
    LongLine {
        /// The first of them, from 1.
        line: u32,
    },
    /// The window of the model has no room for it.
    NoRoom,
    /// The budget was spent before it was asked about.
    Budget,
}

/// Something that a reviewer found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The path of the file, as the difference names it; none where it is of no file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// What kind it is, in one word.
    pub category: String,
    /// What is wrong.
    pub claim: String,
    /// Why it matters.
    pub why: String,
    /// What would mend it.
    pub suggestion: Option<String>,
    /// Who found it.
    pub by: FoundBy,
    /// Whether it points at a line that the difference changes.
    pub is_located: bool,
}

impl Finding {
    /// Returns the name by which a disposition calls a finding of a difference.
    pub fn name(&self, patch: &Digest) -> String {
        let said = (patch, &self.file, self.line, &self.category, &self.claim);
        let said = serde_json::to_vec(&said).expect("a finding has text keys only");
        Digest::of(&said).to_string()[..12].to_owned()
    }
}

/// Who found something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A rule, which stands also where no model answers.
    Rule,
    /// The model.
    Model,
}

/// The version of a record.
pub const VERSION: u32 = 1;

/// What was read of a difference, what was asked, and what it cost; the answers stand behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRecord {
    /// The version of this form.
    pub version: u32,
    /// The repository, as the program calls it.
    pub repository: String,
    /// The change request; none where a range of commits was reviewed.
    pub request: Option<u64>,
    /// The commit from which the difference was taken.
    pub merge_base: CommitId,
    /// The last commit of it.
    pub head: CommitId,
    /// The digest of the difference.
    pub patch_digest: Digest,
    /// SHA-256 of the program that names the reviewer.
    pub program_sha256: Digest,
    /// Who changed that program last, as the protected branch shows it; null where it was a file, or nobody can tell.
    #[serde(default)]
    pub configured: Option<Configured>,
    /// The agent of the program that reviewed.
    pub reviewer: PrincipalId,
    /// SHA-256 of the words and the form in which every question is put.
    pub prompt_sha256: Digest,
    /// When it began, by the clock of the machine that asked.
    pub at: Timestamp,
    /// The files of the difference.
    pub files: Vec<ReadFile>,
    /// What rules found.
    pub by_rule: Vec<Finding>,
    /// The questions.
    pub questions: Vec<AskedQuestion>,
    /// The answers, in the order in which they came; their bytes follow this record in the same order.
    pub answers: Vec<Answered>,
    /// What the review may use.
    pub budget: Budget,
    /// What it used.
    pub spent: Spent,
}

/// Who configured a reviewer last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Configured {
    /// The commit.
    pub commit: CommitId,
    /// Its author, as typed.
    pub by: Identity,
    /// When it was committed, by the committer's clock.
    pub at: Timestamp,
}

/// A file of a difference that was reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadFile {
    /// Its path.
    pub path: String,
    /// Lines that came.
    pub added: u32,
    /// Lines that went.
    pub removed: u32,
    /// Why it is named and not shown; null where it is shown.
    pub listed: Option<Listed>,
    /// Why not all of it could be shown.
    pub unread: Option<Unread>,
    /// How many secrets were struck out of it.
    pub struck: u32,
}

/// A question about a part of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedQuestion {
    /// SHA-256 of its text.
    pub sha256: Digest,
    /// Its bytes.
    pub bytes: usize,
    /// The mark before the part.
    pub first_mark: String,
    /// The mark behind it.
    pub last_mark: String,
    /// The lines that stood in it.
    pub covers: Vec<Covered>,
}

/// What came back of one attempt at a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The place of the question.
    pub question: usize,
    /// The address that was asked.
    pub address: String,
    /// The form on the wire.
    pub wire: Wire,
    /// The model that was asked for.
    pub model: String,
    /// Temperature, seed and the most tokens of an answer.
    pub parameters: Parameters,
    /// When it was asked.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The status of HTTP; null where nothing came back.
    pub status: Option<u16>,
    /// Why nothing came back.
    pub unreached: Option<String>,
    /// The content type of what came back.
    pub content_type: String,
    /// How it ended.
    pub ended: Ended,
    /// SHA-256 of the bytes that came back.
    pub sha256: Digest,
    /// How many they are.
    pub bytes: usize,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// With its last byte, as HTTP tells it.
    Whole,
    /// The connection broke before.
    Broken,
    /// Nothing came for longer than was waited.
    Silent,
    /// It came, and had not ended when the whole of the time was over.
    TooSlow,
    /// It had more bytes than are read; the first of them are kept.
    TooLong,
    /// It repeats the credential of the question, and none of it is kept.
    Withheld,
}

/// How a model is asked to answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The most tokens of an answer.
    pub max_output_tokens: u32,
    /// The temperature.
    pub temperature: Option<f64>,
    /// The seed.
    pub seed: Option<u64>,
}

/// What a review may use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Tokens of questions and answers together.
    pub tokens: u64,
    /// Money, in the currency of the prices.
    pub cost: Option<f64>,
    /// Seconds.
    pub seconds: u64,
}

/// What a review used.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// Tokens of questions and answers together: as the provider counts them, else as they were estimated.
    pub tokens: u64,
    /// Money.
    pub cost: Option<f64>,
    /// Seconds.
    pub seconds: u64,
}

/// What a review came to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// It ran, and found nothing.
    Clean,
    /// It ran, and found something.
    Findings,
    /// It did not run, or not over the whole difference.
    Unavailable,
    /// The reviewer is not one on whose word the program relies.
    Refused,
}

/// A review that the log holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewed {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// The change request; none where a range of commits was reviewed.
    pub request: Option<u64>,
    /// The agent of the program that reviewed.
    pub reviewer: PrincipalId,
    /// The digest of the difference.
    pub patch_digest: Digest,
    /// The models that were asked.
    pub models: BTreeSet<String>,
    /// The reviewer as the program had it that was read then; none where the log does not hold it, or no branch showed it.
    pub then: Option<Box<Principal>>,
    /// Who gave the answers that say something, and how each was asked.
    pub manners: Vec<Manner>,
    /// What it came to.
    pub outcome: ReviewOutcome,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Who configured the reviewer last.
    pub configured: Option<Configured>,
    /// Why it is unavailable; empty where it ran.
    pub why: Vec<String>,
}

/// What AI reviewers said of the changes of a repository.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reviews {
    by_patch: BTreeMap<Digest, Vec<Reviewed>>,
    /// The differences of each request that were reviewed under its number.
    of_request: BTreeMap<u64, BTreeSet<Digest>>,
}

impl Reviews {
    /// Adds a review, the next in the order of the leaves.
    pub fn enter(&mut self, review: Reviewed) {
        let patch = review.patch_digest;
        if let Some(number) = review.request {
            self.of_request.entry(number).or_default().insert(patch);
        }
        self.by_patch.entry(patch).or_default().push(review);
    }

    /// Returns the reviews of a difference, whichever request showed it, in the order of the leaves.
    pub fn of_patch(&self, patch: &Digest) -> &[Reviewed] {
        self.by_patch.get(patch).map_or(&[], Vec::as_slice)
    }

    /// Returns the reviews of the differences that a request has had, by their digests.
    pub fn of_request(&self, number: u64) -> impl Iterator<Item = &Reviewed> {
        let patches = self.of_request.get(&number).into_iter().flatten();
        let reviews = patches.flat_map(|patch| self.of_patch(patch));
        reviews.filter(move |review| review.request == Some(number))
    }
}
