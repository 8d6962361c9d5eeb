//! What `ledger status` and `ledger verify` answer.

use std::collections::BTreeMap;

use documents::text::{count, folded, labelled};
use jiff::Timestamp;
use ledger::audit::Erased;
use ledger::read::Entry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::keys::KeyEvent;
use super::outside::OutsideAnswer;
use super::{VERSION, extends_lines, schema, value};
use crate::custody::{Held, Status};
use crate::verify::KeyOrigin;

pub mod interval;
pub mod keys;

/// What `ledger status` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusAnswer {
    /// The version of this form.
    pub version: u32,
    /// The log's name.
    pub origin: String,
    /// The log's key.
    pub key: String,
    /// What became of the log's keys.
    pub key_history: Vec<KeyEvent>,
    /// Its leaves.
    pub leaves: u64,
    /// The root hash over them, base64.
    pub root: String,
    /// Leaves of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// The first and the last time that a leaf claims.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Leaves whose payloads cannot be read.
    pub without_payload: u64,
    /// Leaves that were recorded behind the signed tree, and that nobody signed for yet.
    pub unsigned: u64,
    /// Who outside has signed it.
    pub outside: OutsideAnswer,
}

/// What `ledger verify` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldAnswer {
    /// The version of this form.
    pub version: u32,
    /// Whether everything fits.
    pub holds: bool,
    /// The log's name.
    pub origin: String,
    /// The log's key.
    pub key: String,
    /// Whether the verifier supplied that key.
    pub key_supplied_by_verifier: bool,
    /// Whether it is a key that the verifier supplied, or one to which such a key handed the log over.
    pub key_vouched_for: bool,
    /// What became of the log's keys.
    pub key_history: Vec<KeyEvent>,
    /// Leaves that were hashed again.
    pub leaves: u64,
    /// The leaves of each checkpoint that the verifier had seen before, which the log extends.
    pub extends: Vec<u64>,
    /// Payloads that were hashed again.
    pub payloads: u64,
    /// Payloads that are not here, and that no record says were erased; a copy holds only those that were chosen.
    pub absent: u64,
    /// Payloads that were erased, by leaf.
    pub erased: BTreeMap<u64, ErasedAnswer>,
    /// Leaves that were recorded behind the signed tree, and that nobody signed for.
    pub unsigned: u64,
    /// What somebody did to the log that it withstood.
    pub disturbances: Vec<String>,
    /// The leaf of the program that says who outsiders are, where its payload is not here, though outsiders signed.
    pub program_absent: Option<u64>,
    /// Records of erasures that are not here: what they erased is unknown.
    pub absent_erasures: u64,
    /// Who outside has signed it.
    pub outside: OutsideAnswer,
}

/// What the log says of an erased payload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErasedAnswer {
    /// The leaf that records the erasure.
    pub record: u64,
    /// When, by the clock of the machine that recorded it.
    pub at: Timestamp,
    /// Who erased it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Whether its period of retention had not ended.
    pub retained: bool,
}

impl ErasedAnswer {
    /// Returns what became of the payloads of these leaves.
    pub(super) fn all(erased: &BTreeMap<u64, Erased>) -> BTreeMap<u64, ErasedAnswer> {
        let answer = |erased: &Erased| ErasedAnswer {
            record: erased.record,
            at: erased.at,
            by: erased.by.clone(),
            reason: erased.reason.clone(),
            retained: erased.retained,
        };
        let erased = erased.iter();
        erased.map(|(leaf, one)| (*leaf, answer(one))).collect()
    }

    /// Returns the line of a leaf for people.
    pub(super) fn line((leaf, erased): (&u64, &ErasedAnswer)) -> String {
        let retained = match erased.retained {
            true => ", before its retention ended",
            false => "",
        };
        folded(&format!(
            "erased: leaf {leaf}, by {} at {}{retained}: {} (leaf {})",
            erased.by.escape_debug(),
            erased.at,
            erased.reason.escape_debug(),
            erased.record
        ))
    }
}

impl StatusAnswer {
    /// Returns the answer of a status.
    pub fn of(status: &Status) -> StatusAnswer {
        let kinds = status.kinds.iter();
        StatusAnswer {
            version: VERSION,
            origin: status.origin.clone(),
            key: status.key.clone(),
            key_history: KeyEvent::all(&status.keys),
            leaves: status.size,
            root: status.root.clone(),
            kinds: kinds
                .map(|(kind, count)| (kind.to_string(), *count))
                .collect(),
            span: status.span,
            without_payload: status.without_payload,
            unsigned: status.unsigned,
            outside: OutsideAnswer::of(&status.outside),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        let mut lines = vec![
            format!("log     {}", self.origin),
            format!("key     {}", self.key),
            labelled(
                "leaves  ",
                &format!("{}: {}", self.leaves, kinds.join(", ")),
            ),
            format!("root    {}", self.root),
        ];
        lines.extend(self.key_history.iter().map(|event| folded(&event.line())));
        if let Some((first, last)) = self.span {
            let span = format!("{first} to {last}, by the clocks of its own machines");
            lines.push(labelled("from    ", &span));
        }
        if self.without_payload > 0 {
            let payloads = count(self.without_payload, "payload is", "payloads are");
            let absent = format!("{payloads} erased or not here: see countersign ledger verify");
            lines.push(labelled("absent  ", &absent));
        }
        if let Some(line) = unsigned_line(self.unsigned) {
            lines.push(labelled("behind  ", &line));
        }
        lines.extend(self.outside.lines("grade   "));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

impl HeldAnswer {
    /// Returns the answer of a ledger whose bytes fit; signatures that contradict it make it fail.
    pub fn of(held: &Held) -> HeldAnswer {
        HeldAnswer {
            version: VERSION,
            holds: held.outside.faults.is_empty(),
            origin: held.audited.signed.checkpoint.origin().to_owned(),
            key: held.key.clone(),
            key_supplied_by_verifier: held.key_origin == KeyOrigin::Verifier,
            key_vouched_for: held.key_origin != KeyOrigin::AuditedCompany,
            key_history: KeyEvent::all(&held.audited.keys),
            leaves: held.audited.signed.checkpoint.size(),
            extends: Vec::new(),
            program_absent: held.program_absent,
            unsigned: held.audited.unsigned,
            disturbances: held.disturbances.clone(),
            payloads: held.audited.payloads.len() as u64,
            absent: absent(held),
            absent_erasures: held.audited.absent_erasures(),
            erased: ErasedAnswer::all(&held.audited.erased),
            outside: OutsideAnswer::of(&held.outside),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let key = match (self.key_supplied_by_verifier, self.key_vouched_for) {
            (true, _) => "a key that you supplied",
            (false, true) => "a key to which one that you supplied handed the log over",
            (false, false) => "a key that the audited company supplied",
        };
        let mut lines = vec![
            folded(&format!(
                "The log {}: {} and {} hashed again.",
                self.origin,
                count(self.leaves, "leaf", "leaves"),
                count(self.payloads, "payload", "payloads")
            )),
            format!("It is signed with {key}:"),
            format!("  {}", self.key),
        ];
        lines.extend(self.key_history.iter().map(|event| folded(&event.line())));
        if self.absent > 0 {
            let payloads = count(self.absent, "payload is", "payloads are");
            lines.push(format!(
                "{payloads} not in this copy, and nothing is said of them."
            ));
        }
        lines.extend(self.erased.iter().map(ErasedAnswer::line));
        lines.extend(extends_lines(&self.extends));
        lines.extend(unsigned_line(self.unsigned).map(|line| folded(&line)));
        let disturbances = self.disturbances.iter();
        lines.extend(disturbances.map(|it| folded(&format!("WARNING: {it}."))));
        lines.extend(self.outside.lines("Log grade: "));
        lines.push(folded(match self.holds {
            true if self.unsigned > 0 => {
                "unknown: every byte fits the signed tree, but not all that was recorded is in it"
            }
            true if self.outside.signed.absent_signatures > 0 => {
                "unknown: every byte fits the signed tree, but not all that outsiders signed is here"
            }
            true if self.program_absent.is_some() => {
                "unknown: every byte fits the signed tree, but the program that says who signed outside is not here: name it with --program"
            }
            true if self.absent_erasures > 0 => {
                "unknown: every byte fits the signed tree, but not every record of an erasure is here"
            }
            true => "pass: every byte fits the signed tree",
            false => "fail: the log contradicts what outsiders signed",
        }));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns what is said of leaves that nobody signed for.
fn unsigned_line(unsigned: u64) -> Option<String> {
    let leaves = match unsigned {
        0 => return None,
        1 => "1 more leaf is".to_owned(),
        leaves => format!("{leaves} more leaves are"),
    };
    Some(format!(
        "{leaves} recorded, and nobody signed for that: who appended died, and the next countersign collect signs, or an older checkpoint was put back."
    ))
}

/// Returns how many payloads are neither here nor erased; two leaves may share one.
fn absent(held: &Held) -> u64 {
    let entries = held.audited.entries.iter();
    let is_absent = |entry: &&Entry| {
        let here = held
            .audited
            .payloads
            .contains(&entry.leaf.payload.salted_sha256);
        !here && !held.audited.erased.contains_key(&entry.index)
    };
    entries.filter(is_absent).count() as u64
}

/// Returns the schema of what `ledger status` answers.
pub fn schema_of_status() -> Value {
    schema::<StatusAnswer>()
}

/// Returns the schema of what `ledger verify` answers.
pub fn schema_of_held() -> Value {
    schema::<HeldAnswer>()
}
