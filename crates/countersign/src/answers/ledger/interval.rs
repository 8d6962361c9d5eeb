//! What `ledger interval` answers.

use documents::text::folded;
use gates::interval::{Absent, Side};
use gates::outside::KeySource;
use jiff::Timestamp;
use model::outcome::LogGrade;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers::outside::OutsideAnswer;
use crate::answers::{VERSION, schema, value};
use crate::custody::Between;

/// What `ledger interval` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IntervalAnswer {
    /// The version of this form.
    pub version: u32,
    /// The first record.
    pub from: u64,
    /// The second record.
    pub to: u64,
    /// When the first existed at the latest.
    pub existed_by: SideAnswer,
    /// When the second did not exist yet.
    pub not_before: SideAnswer,
    /// The shortest time between the two, in seconds; absent where a side is not known.
    pub at_least_seconds: Option<i64>,
    /// The lower grade of the two sides.
    pub grade: LogGrade,
    /// Signatures that do not count, and what of outsiders is not known.
    pub remarks: Vec<String>,
    /// What speaks against the log or its outsiders, and proves nothing.
    pub warnings: Vec<String>,
}

/// One side of an interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SideAnswer {
    /// It is known.
    Known {
        /// The time.
        time: Timestamp,
        /// Whose clock it is.
        outsider: String,
        /// What that outsider's signature gives.
        grade: LogGrade,
        /// Whether the verifier supplied its key.
        key_supplied_by_verifier: bool,
    },
    /// It is not known.
    Unknown {
        /// Why.
        why: String,
    },
}

impl IntervalAnswer {
    /// Returns the answer of an interval between two records.
    pub fn of(between: &Between, (from, to): (u64, u64)) -> IntervalAnswer {
        let interval = &between.interval;
        let outside = OutsideAnswer::of(&between.outside);
        IntervalAnswer {
            version: VERSION,
            from,
            to,
            existed_by: SideAnswer::of(&interval.existed_by),
            not_before: SideAnswer::of(&interval.not_before),
            at_least_seconds: interval.at_least().map(|span| span.as_secs()),
            grade: interval.grade(),
            warnings: outside.warnings().cloned().collect(),
            remarks: remarks(between, &outside),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let mut lines = vec![
            self.existed_by
                .line(&format!("leaf {} existed by", self.from)),
            self.not_before
                .line(&format!("leaf {} did not exist before", self.to)),
        ];
        lines.push(match self.at_least_seconds {
            Some(seconds) if seconds >= 0 => {
                let claimed = match self.existed_by.is_claimed() || self.not_before.is_claimed() {
                    true => ", claimed",
                    false => "",
                };
                format!(
                    "pass: at least {} between them, grade {}{claimed}",
                    span(seconds),
                    self.grade
                )
            }
            Some(_) => "unknown: the two sides overlap, so nothing lies between them".to_owned(),
            None => "unknown: a side of the interval is not known".to_owned(),
        });
        let warnings = self.warnings.iter().map(|it| format!("WARNING: {it}"));
        let long = self.remarks.iter().cloned().chain(warnings);
        lines.extend(long.map(|line| folded(&line)));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }

    /// Returns whether both sides are known and something lies between them.
    pub fn is_known(&self) -> bool {
        self.at_least_seconds.is_some_and(|seconds| seconds >= 0)
    }
}

fn remarks(between: &Between, outside: &OutsideAnswer) -> Vec<String> {
    let mut remarks = outside.all_remarks();
    remarks.extend(between.program_absent.map(|leaf| {
        format!(
            "The program in leaf {leaf}, which says who signed outside, is not here: name it with --program."
        )
    }));
    remarks
}

impl SideAnswer {
    fn of(side: &Result<Side, Absent>) -> SideAnswer {
        match side {
            Ok(side) => SideAnswer::Known {
                time: side.time,
                outsider: side.outsider.clone(),
                grade: side.grade,
                key_supplied_by_verifier: side.key == KeySource::Verifier,
            },
            Err(absent) => {
                let mut why = absent.to_string();
                if let Some(cause) = std::error::Error::source(absent) {
                    why = format!("{why}: {cause}");
                }
                SideAnswer::Unknown { why }
            }
        }
    }

    /// Returns whether it rests on a key of the audited company.
    fn is_claimed(&self) -> bool {
        matches!(
            self,
            SideAnswer::Known {
                key_supplied_by_verifier: false,
                ..
            }
        )
    }

    fn line(&self, what: &str) -> String {
        match self {
            SideAnswer::Known {
                time,
                outsider,
                grade,
                key_supplied_by_verifier,
            } => {
                let claimed = match key_supplied_by_verifier {
                    true => "",
                    false => ", claimed",
                };
                format!("{what} {time} ({outsider}, {grade}{claimed})")
            }
            SideAnswer::Unknown { why } => format!("{what} ?: {why}"),
        }
    }
}

/// Returns seconds in the largest units that people count with.
fn span(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// Returns the schema of what `ledger interval` answers.
pub fn schema_of_interval() -> Value {
    schema::<IntervalAnswer>()
}
