//! How a log stands with those outside: who signed it, and what that is worth.

use std::collections::BTreeSet;

use documents::text::count;
use gates::log_grade::{self, Cover, LogAssurance, Span};
use gates::outside::LogFacts;
use jiff::Timestamp;
use ledger::keys::history::KeyHistory;
use ledger::read::{Entry, ReadError, Reader};
use model::program::Program;
use model::report::{Gap, LastContact, OutsideReport};

use super::gather::{self, Gathered};
use super::kind_name;
use super::said::Said;
use crate::answers::ledger::keys::KeyEvent;

/// Who outside has signed a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStanding {
    /// The grade of the log and of its parts.
    pub assurance: LogAssurance,
    /// Records of outside signatures that are not here.
    pub absent: u64,
    /// Checkpoints that a revoked key signed.
    pub disbelieved: Vec<String>,
    /// Outsiders to whom the program gave another key or certificate than before.
    pub swapped: Vec<String>,
    /// The earlier records of the program that all this rests on.
    pub programs: BTreeSet<u64>,
    /// What witnesses answered that contradicts the log; nobody signed it.
    pub accusations: Vec<String>,
    /// What contradicts the log.
    pub faults: Vec<String>,
    /// What became of the log's own keys.
    pub key_history: Vec<KeyEvent>,
    /// Whether the verifier supplied any key.
    pub has_trust: bool,
    gathered: Gathered,
    said: Said,
}

/// Returns how these leaves, the first of a log, stand at a moment, with the keys of the program and of the verifier.
/// They come with the log's own keys that they lead through.
pub fn standing(
    reader: &Reader,
    leaves: (&[Entry], &KeyHistory),
    program: &Program,
    trust: &[String],
    now: Timestamp,
) -> Result<LogStanding, ReadError> {
    let gathered = gather::of_entries(reader, leaves, program, trust)?;
    let said = Said::read(reader, leaves.0, program)?;
    Ok(LogStanding {
        key_history: KeyEvent::all(leaves.1),
        has_trust: !trust.is_empty(),
        ..LogStanding::of(gathered, said, program, now)
    })
}

impl LogStanding {
    /// Returns what was gathered, judged.
    pub fn of(gathered: Gathered, said: Said, program: &Program, now: Timestamp) -> LogStanding {
        LogStanding {
            assurance: log_grade::log_grade(&facts(&gathered, &said, program, now)),
            absent: gathered.absent,
            disbelieved: disbelieved(&gathered, said.unread.len() as u64),
            swapped: said.swapped.clone(),
            programs: said.read.clone(),
            accusations: gathered.accusations.clone(),
            faults: gathered.faults.clone(),
            key_history: Vec::new(),
            has_trust: false,
            gathered,
            said,
        }
    }

    /// Returns what the log is judged by.
    pub fn log<'a>(&'a self, program: &'a Program, now: Timestamp) -> LogFacts<'a> {
        facts(&self.gathered, &self.said, program, now)
    }

    /// Returns what a report says of it.
    pub fn report(&self) -> OutsideReport {
        let assurance = &self.assurance;
        let discounted = assurance.discounted.iter().map(|(signature, why)| {
            let whose = signature.outsider.as_deref();
            let whose = whose.unwrap_or("a key without a name");
            let kind = kind_name(signature.kind);
            format!(
                "the signature of {kind} {whose} at {} does not count: {why}",
                signature.time
            )
        });
        let contact = match self.has_trust {
            true => &assurance.last_verified_contact,
            false => &assurance.last_contact,
        };
        let contact = contact.as_ref();
        OutsideReport {
            last_contact: contact.map(|contact| LastContact {
                time: contact.time,
                outsider: contact.outsider.clone(),
                leaves: contact.size,
            }),
            reciprocal: assurance.reciprocal.iter().cloned().collect(),
            gaps: assurance.gaps().map(gap).collect(),
            remarks: discounted.chain(self.disbelieved.iter().cloned()).collect(),
            absent_signatures: self.absent,
        }
    }
}

/// Returns what a log is judged by.
pub fn facts<'a>(
    gathered: &'a Gathered,
    said: &'a Said,
    program: &'a Program,
    now: Timestamp,
) -> LogFacts<'a> {
    LogFacts {
        leaves: gathered.records(),
        signatures: &gathered.signatures,
        statements: &said.statements,
        unread: &said.unread,
        program,
        now,
    }
}

/// Adds to the remarks that there are signatures of which nobody can say whose they are,
/// and that nobody can say how those who signed stood to the organisation then.
fn disbelieved(gathered: &Gathered, unread: u64) -> Vec<String> {
    let mut remarks = gathered.disbelieved.clone();
    if gathered.unnamed > 0 {
        let records = count(gathered.unnamed, "record", "records");
        remarks.push(format!(
            "{records} of outside signatures by keys that neither the program nor --trust names"
        ));
    }
    if unread > 0 && !gathered.signatures.is_empty() {
        let records = count(unread, "earlier record", "earlier records");
        remarks.push(format!(
            "{records} of the program cannot be read here: whether one of them calls an outsider of today the organisation's own is unknown"
        ));
    }
    remarks
}

fn gap(span: &Span) -> Gap {
    let why = match span.cover {
        Cover::BeforeFirst => "recorded before anybody outside signed the log",
        Cover::Late => "signed outside later than the program allows",
        Cover::Ahead => "claims a later time than that of an outside signature on it",
        Cover::Missing => "not signed outside in the time that the program allows",
        Cover::InTime | Cover::Pending => "signed in time",
    };
    Gap {
        first: span.first,
        last: span.last,
        why: why.to_owned(),
    }
}
