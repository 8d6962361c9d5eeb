//! What `review` answers.

pub mod comment;
pub mod sarif;

use documents::text::folded;
use documents::visible::visible;
use model::check::Severity;
use model::digest::{CommitId, Digest};
use model::program::PrincipalId;
use model::review::{Budget, Configured, Finding, Listed, ReviewOutcome, Reviewed, Spent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::answers::{VERSION, schema, value};
use crate::review::Recorded;

/// What `review` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewAnswer {
    /// The version of this form.
    pub version: u32,
    /// The leaf that holds the review.
    pub leaf: u64,
    /// The repository at its forge; what the program calls it, where that names none.
    pub repository: String,
    /// The number of the request; none where a range of commits was reviewed.
    pub request: Option<u64>,
    /// The last commit of the difference.
    pub head: CommitId,
    /// The digest of the difference.
    pub patch_digest: Digest,
    /// The agent that reviewed.
    pub reviewer: PrincipalId,
    /// The models that were asked.
    pub models: BTreeSet<String>,
    /// Who changed the program last that names it, as the protected branch shows it.
    pub configured: Option<Configured>,
    /// What it came to.
    pub outcome: ReviewOutcome,
    /// Why it is unavailable; empty where it ran.
    pub why: Vec<String>,
    /// Who was asked before, and gave no review.
    pub before: Vec<UnavailableReview>,
    /// Outsiders of whom one may approve the final head at the forge in the place of all who were asked; none where a
    /// review ran, or the program does not say so.
    pub outsiders: Vec<PrincipalId>,
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
    /// What was found.
    pub findings: Vec<NamedFinding>,
    /// Files that were named and not shown.
    pub listed: Vec<ListedFile>,
    /// How many secrets were struck out before anything was sent.
    pub struck: u32,
    /// What the review could use.
    pub budget: Budget,
    /// What it used.
    pub spent: Spent,
}

/// A reviewer that gave no review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnavailableReview {
    /// The agent.
    pub reviewer: PrincipalId,
    /// The leaf that holds what came of it.
    pub leaf: u64,
    /// Why.
    pub why: Vec<String>,
}

/// A finding with the name by which it is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NamedFinding {
    /// The name.
    pub name: String,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A file that was named and not shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedFile {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: Listed,
}

impl ReviewAnswer {
    /// Returns the answer of a review.
    pub fn of(recorded: &Recorded) -> ReviewAnswer {
        let (record, reviewed) = (&recorded.record, &recorded.reviewed);
        let named = |finding: &Finding| NamedFinding {
            name: finding.name(&record.patch_digest),
            finding: finding.clone(),
        };
        let listed = record.files.iter().filter_map(|file| {
            Some(ListedFile {
                path: file.path.clone(),
                why: file.listed?,
            })
        });
        ReviewAnswer {
            version: VERSION,
            leaf: reviewed.leaf,
            repository: recorded.repository().to_owned(),
            request: record.request,
            head: record.head.clone(),
            patch_digest: record.patch_digest,
            reviewer: record.reviewer.clone(),
            models: reviewed.models.clone(),
            configured: record.configured.clone(),
            outcome: reviewed.outcome,
            why: reviewed.why.clone(),
            before: recorded.before.iter().map(unavailable).collect(),
            outsiders: recorded.outsiders.clone(),
            severity: recorded.severity,
            findings: reviewed.findings.iter().map(named).collect(),
            listed: listed.collect(),
            struck: record.files.iter().map(|file| file.struck).sum(),
            budget: record.budget,
            spent: record.spent,
        }
    }

    /// Returns the answer for people: the gravest first, the outcome last.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut findings: Vec<&NamedFinding> = self.findings.iter().collect();
        findings.sort_by_key(|named| std::cmp::Reverse(named.finding.severity));
        for named in findings {
            let finding = &named.finding;
            let head = format!(
                "{} {} {}: {}",
                named.name,
                finding.severity,
                self.place(finding),
                visible(&finding.claim)
            );
            let _ = writeln!(text, "{}", folded(&head));
            let _ = writeln!(text, "{}", folded(&format!("  {}", visible(&finding.why))));
            if let Some(mend) = &finding.suggestion {
                let _ = writeln!(text, "{}", folded(&format!("  mend: {}", visible(mend))));
            }
        }
        for why in &self.why {
            let head = self.head_of_why();
            let _ = writeln!(text, "{}", folded(&format!("{head}: {}", visible(why))));
        }
        for line in self.fallen_back() {
            let _ = writeln!(text, "{}", folded(&visible(&line)));
        }
        text.push_str(&folded(&self.verdict()));
        text
    }

    /// Returns what stands before a reason.
    fn head_of_why(&self) -> &'static str {
        match self.outcome {
            ReviewOutcome::Refused => "reviewer",
            ReviewOutcome::Clean | ReviewOutcome::Findings | ReviewOutcome::Unavailable => {
                "not read"
            }
        }
    }

    pub(super) fn verdict(&self) -> String {
        let grave = self.findings.iter();
        let grave = grave.filter(|named| named.finding.severity >= self.severity);
        let grave = grave.count();
        let outcome = match self.outcome {
            ReviewOutcome::Clean => "clean: nothing was found".to_owned(),
            ReviewOutcome::Findings => format!(
                "findings: {}, {grave} of {} severity or graver",
                self.findings.len(),
                self.severity
            ),
            ReviewOutcome::Unavailable => {
                "unavailable: the difference was not reviewed whole".to_owned()
            }
            ReviewOutcome::Refused => {
                "refused: the program does not rely on this reviewer".to_owned()
            }
        };
        format!(
            "{outcome}; {} tokens, {} s, leaf {}",
            self.spent.tokens, self.spent.seconds, self.leaf
        )
    }

    /// Returns who was asked before in vain, and who is to be asked now.
    pub(super) fn fallen_back(&self) -> Vec<String> {
        let before = self.before.iter().map(|review| {
            let why = review.why.first().map_or("", String::as_str);
            format!(
                "{} was unavailable, leaf {}: {why}",
                review.reviewer, review.leaf
            )
        });
        let outsiders: Vec<&str> = self.outsiders.iter().map(PrincipalId::as_str).collect();
        let next = (!outsiders.is_empty()).then(|| {
            format!(
                "nobody gave a review: ask an outsider to approve the final head at the forge: {}",
                outsiders.join(" or ")
            )
        });
        before.chain(next).collect()
    }

    /// Returns where something was found.
    pub(super) fn place(&self, finding: &Finding) -> String {
        let unlocated = match finding.is_located {
            true => "",
            false => " (unlocated)",
        };
        match (&finding.file, finding.line) {
            (Some(file), Some(line)) => format!("{}:{line}{unlocated}", visible(file)),
            (Some(file), None) => visible(file).into_owned(),
            (None, _) if self.request.is_some() => "request".to_owned(),
            (None, _) => "commits".to_owned(),
        }
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

fn unavailable(review: &Reviewed) -> UnavailableReview {
    UnavailableReview {
        reviewer: review.reviewer.clone(),
        leaf: review.leaf,
        why: review.why.clone(),
    }
}

/// Returns the JSON Schema of the answer.
pub fn schema_of_review() -> Value {
    schema::<ReviewAnswer>()
}
