//! A ticket: why a change is made, how it is taken back and how it was tested (CM-1).

use crate::outcome::Risk;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// What a tracker holds of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ticket {
    /// The title.
    pub title: String,
    /// The beginning of its text, as a reader sees it.
    pub text: String,
    /// Why it is no ticket, where it is none: what stands behind its name.
    pub is_none: Option<String>,
    /// The parts under whose headings something is written.
    pub parts: BTreeSet<TicketPart>,
    /// The risk class that it declares.
    pub risk: Option<Risk>,
    /// Whether it is still worked on.
    pub standing: Standing,
}

/// Whether a ticket is still worked on, when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is open, or a file, which nobody closes.
    Open,
    /// It is closed.
    Closed {
        /// Since when, where its tracker says that.
        at: Option<Timestamp>,
    },
}

/// What a ticket has to hold.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TicketPart {
    /// What changes.
    Description,
    /// Why the business needs it.
    BusinessJustification,
    /// Its risk class.
    RiskClass,
    /// How it is taken back.
    RollbackPlan,
    /// How it was tested.
    TestingEvidence,
}

impl TicketPart {
    /// Every part, in the order in which people read them.
    pub const ALL: [TicketPart; 5] = [
        TicketPart::Description,
        TicketPart::BusinessJustification,
        TicketPart::RiskClass,
        TicketPart::RollbackPlan,
        TicketPart::TestingEvidence,
    ];

    /// Returns the heading above the part.
    pub fn heading(self) -> &'static str {
        match self {
            TicketPart::Description => "Description",
            TicketPart::BusinessJustification => "Business justification",
            TicketPart::RiskClass => "Risk class",
            TicketPart::RollbackPlan => "Rollback plan",
            TicketPart::TestingEvidence => "Testing evidence",
        }
    }

    /// Returns the part under a heading, however it is capitalised.
    pub fn of_heading(heading: &str) -> Option<TicketPart> {
        let heading = heading.trim().trim_end_matches(':').trim();
        let is_it = |part: &TicketPart| part.heading().eq_ignore_ascii_case(heading);
        TicketPart::ALL.into_iter().find(is_it)
    }
}

impl fmt::Display for TicketPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.heading())
    }
}

impl Ticket {
    /// Returns what bears the name of a ticket and is none.
    pub fn none(why: impl Into<String>) -> Ticket {
        Ticket {
            title: String::new(),
            text: String::new(),
            is_none: Some(why.into()),
            parts: BTreeSet::new(),
            risk: None,
            standing: Standing::Open,
        }
    }

    /// Returns the ticket as its tracker has it.
    pub fn standing(self, standing: Standing) -> Ticket {
        Ticket { standing, ..self }
    }

    /// Returns the parts that are not there.
    pub fn missing(&self) -> Vec<TicketPart> {
        let parts = TicketPart::ALL.into_iter();
        parts.filter(|part| !self.parts.contains(part)).collect()
    }
}
