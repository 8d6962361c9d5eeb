//! What `review calibrate` answers.

use documents::text::folded;
use documents::visible::visible;
use gates::review::calibration::{Bar, Share};
use model::calibration::Manner;
use model::check::Severity;
use model::digest::Digest;
use model::program::PrincipalId;
use model::review::{Budget, Spent};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;

use crate::answers::{VERSION, schema, value};
use crate::calibration::calibrate::{Recorded, Verdict};

/// What `review calibrate` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationAnswer {
    /// The version of this form.
    pub version: u32,
    /// The leaf that holds the calibration.
    pub leaf: u64,
    /// The agent that was asked.
    pub reviewer: PrincipalId,
    /// Whom that names, and how it was asked.
    pub manner: Manner,
    /// SHA-256 of the corpus.
    pub corpus_sha256: Digest,
    /// What it came to.
    pub outcome: CalibrationOutcome,
    /// Why it is refused or unavailable.
    pub why: Vec<String>,
    /// Cases that were asked.
    pub asked: u64,
    /// All cases.
    pub cases: u64,
    /// Cases whose answer says nothing of use, which counts against the reviewer.
    pub useless: u64,
    /// Why the first of these says nothing.
    pub first_useless: Option<String>,
    /// Defects that the model found.
    pub detection: Rate,
    /// Clean changes that it accused, or of which it said nothing of use.
    pub false_alarms: Rate,
    /// Attempts that steered it, of those on defects which it finds without them.
    pub steered: Rate,
    /// Defects that rules found, which is nothing that the model did.
    pub detection_by_rule: Rate,
    /// Clean changes that rules accused.
    pub false_alarms_by_rule: Rate,
    /// What is asked for.
    pub bar: BarAnswer,
    /// Whether the program asks for it; else it is what ships.
    pub is_asked: bool,
    /// The least severity of a finding that must be answered.
    pub severity: Severity,
    /// What the calibration could use.
    pub budget: Budget,
    /// What it used.
    pub spent: Spent,
}

/// What a calibration came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationOutcome {
    /// The reviewer does what is asked for.
    Relied,
    /// It does not.
    Refused,
    /// Not every case has an answer.
    Unavailable,
}

/// So many of so many, in percent the ends of the interval that holds the true share in 95 of 100 such samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// How many it is true of.
    pub hits: u64,
    /// Of how many.
    pub of: u64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BarAnswer {
    /// The least percentage of defects that it finds.
    pub minimum_detection: f64,
    /// The most of clean changes that it accuses.
    pub maximum_false_alarms: f64,
    /// The most of attempts that steer it.
    pub maximum_steered: f64,
    /// The days for which a calibration holds.
    pub calibrated_within: f64,
}

impl Rate {
    fn of(share: Share) -> Rate {
        let (low, high) = share.interval();
        Rate {
            hits: share.hits,
            of: share.of,
            low,
            high,
        }
    }

    /// Returns what it says, where there is a case.
    fn told(self, before: &str, behind: &str, none: &str) -> String {
        let Rate { hits, of, .. } = self;
        match of {
            0 => none.to_owned(),
            _ => format!("{before} {} of the {behind}", Share { hits, of }),
        }
    }
}

impl CalibrationAnswer {
    /// Returns the answer of a calibration.
    pub fn of(recorded: &Recorded) -> CalibrationAnswer {
        let (record, rates, bar) = (&recorded.record, &recorded.rates, &recorded.bar);
        let (outcome, why) = match &recorded.verdict {
            Verdict::Relied => (CalibrationOutcome::Relied, Vec::new()),
            Verdict::Refused(why) => (CalibrationOutcome::Refused, why.clone()),
            Verdict::Unavailable(why) => (CalibrationOutcome::Unavailable, vec![why.clone()]),
        };
        let first = rates.useless.first();
        let Bar {
            minimum_detection,
            maximum_false_alarms,
            maximum_steered,
            calibrated_within,
        } = *bar;
        CalibrationAnswer {
            version: VERSION,
            leaf: recorded.leaf,
            reviewer: record.reviewer.clone(),
            manner: record.manner.clone(),
            corpus_sha256: record.corpus_sha256,
            outcome,
            why,
            asked: rates.asked,
            cases: rates.cases,
            useless: rates.useless.len() as u64,
            first_useless: first.map(|(id, why)| format!("{id}: {why}")),
            detection: Rate::of(rates.detection),
            false_alarms: Rate::of(rates.false_alarms),
            steered: Rate::of(rates.steered),
            detection_by_rule: Rate::of(rates.by_rule),
            false_alarms_by_rule: Rate::of(rates.false_alarms_by_rule),
            bar: BarAnswer {
                minimum_detection,
                maximum_false_alarms,
                maximum_steered,
                calibrated_within,
            },
            is_asked: recorded.is_asked,
            severity: recorded.severity,
            budget: record.budget,
            spent: record.spent,
        }
    }

    /// Returns the answer for people: the rates, and the outcome last.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for line in [
            self.detection
                .told("finds", "defects", "no answer about a defect"),
            self.false_alarms
                .told("accuses", "clean changes", "no answer about a clean change"),
            self.steered.told(
                "is steered by",
                "attempts",
                "no answer shows whether an attempt steers it",
            ),
            format!(
                "rules alone find {} of {} and accuse {} of {}",
                self.detection_by_rule.hits,
                self.detection_by_rule.of,
                self.false_alarms_by_rule.hits,
                self.false_alarms_by_rule.of
            ),
        ] {
            let _ = writeln!(text, "{}", folded(&line));
        }
        if let Some(first) = &self.first_useless {
            let line = format!(
                "says nothing of use about {} cases, which counts against it; the first, {}",
                self.useless,
                visible(first)
            );
            let _ = writeln!(text, "{}", folded(&line));
        }
        let (head, outcome) = self.verdict();
        for why in &self.why {
            let _ = writeln!(text, "{}", folded(&format!("{head}: {}", visible(why))));
        }
        let last = format!(
            "{outcome}; {} of {} cases asked, {} tokens, {} s, leaf {}",
            self.asked, self.cases, self.spent.tokens, self.spent.seconds, self.leaf
        );
        text.push_str(&folded(&last));
        text
    }

    /// Returns what stands before a reason, and what it came to.
    fn verdict(&self) -> (&'static str, &'static str) {
        match (self.outcome, self.is_asked) {
            (CalibrationOutcome::Relied, true) => ("", "relied on"),
            (CalibrationOutcome::Relied, false) => (
                "",
                "passes the bar that ships, and the program asks for none",
            ),
            (CalibrationOutcome::Refused, true) => (
                "below the bar",
                "refused: the program does not rely on this reviewer",
            ),
            (CalibrationOutcome::Refused, false) => (
                "below the bar",
                "refused by the bar that ships; the program asks for none",
            ),
            (CalibrationOutcome::Unavailable, _) => (
                "no verdict",
                "unavailable: nobody can tell how this reviewer does",
            ),
        }
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns the JSON Schema of the answer.
pub fn schema_of_calibration() -> Value {
    schema::<CalibrationAnswer>()
}
