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
    /// Returns a ticket with this title and text in Markdown: each part is what stands under its heading.
    pub fn read(title: &str, text: &str) -> Ticket {
        let mut ticket = Ticket {
            title: title.to_owned(),
            is_none: None,
            parts: BTreeSet::new(),
            risk: None,
            standing: Standing::Open,
        };
        let mut part = None;
        let mut is_fenced = false;
        let text = without_comments(text);
        for line in text.lines() {
            let line = line.trim();
            is_fenced ^= line.starts_with("```");
            match heading(line).filter(|_| !is_fenced) {
                Some(heading) => part = TicketPart::of_heading(heading),
                None => ticket.line(part, line),
            }
        }
        ticket
    }

    /// Returns what bears the name of a ticket and is none.
    pub fn none(why: impl Into<String>) -> Ticket {
        Ticket {
            is_none: Some(why.into()),
            ..Ticket::read("", "")
        }
    }

    /// Returns the ticket as its tracker has it.
    pub fn standing(self, standing: Standing) -> Ticket {
        Ticket { standing, ..self }
    }

    fn line(&mut self, part: Option<TicketPart>, line: &str) {
        let (Some(part), true) = (part, says_something(line)) else {
            return;
        };
        if part == TicketPart::RiskClass {
            let word = line
                .split(|it: char| !it.is_alphabetic())
                .find(|it| !it.is_empty());
            self.risk = self.risk.max(word.and_then(risk));
            if self.risk.is_none() {
                return;
            }
        }
        self.parts.insert(part);
    }

    /// Returns the parts that are not there.
    pub fn missing(&self) -> Vec<TicketPart> {
        let parts = TicketPart::ALL.into_iter();
        parts.filter(|part| !self.parts.contains(part)).collect()
    }
}

/// Returns what a heading of Markdown says: `## Rollback plan` or `**Rollback plan**`.
fn heading(line: &str) -> Option<&str> {
    // CommonMark, 4.2: behind the signs stands a space; `#12` is an issue.
    let marked = line
        .strip_prefix('#')
        .map(|rest| rest.trim_start_matches('#'));
    let marked = marked.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let bold = || line.strip_prefix("**")?.strip_suffix("**");
    marked.or_else(bold)
}

/// Returns whether a line says more than that something is still to be said.
fn says_something(line: &str) -> bool {
    let bare = line.trim_matches(|it: char| !it.is_alphanumeric());
    let is_left_open = LEFT_OPEN.iter().any(|word| bare.eq_ignore_ascii_case(word));
    !bare.is_empty() && !is_left_open
}

/// What people write where they say nothing yet, and GitHub under the heading of a field of a form that was left empty.
const LEFT_OPEN: [&str; 12] = [
    "tbd",
    "tba",
    "tbc",
    "todo",
    "to do",
    "n/a",
    "n.a",
    "n. a",
    "na",
    "xxx",
    "pending",
    "no response",
];

/// Returns a text without its comments, in which templates say what is to be written; one that does not end hides all
/// behind it.
pub fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, hidden)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = hidden.split_once("-->").map_or("", |(_, behind)| behind);
    }
    shown + rest
}

/// Returns a text without the lines between fences, which are code.
pub fn without_code(text: &str) -> String {
    let mut is_fenced = false;
    let shown = |line: &&str| {
        let is_fence = ["```", "~~~"]
            .iter()
            .any(|it| line.trim_start().starts_with(it));
        is_fenced ^= is_fence;
        !is_fenced && !is_fence
    };
    text.split_inclusive('\n').filter(shown).collect()
}

fn risk(word: &str) -> Option<Risk> {
    match word.to_ascii_lowercase().as_str() {
        "low" => Some(Risk::Low),
        "medium" => Some(Risk::Medium),
        "high" => Some(Risk::High),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ticket, TicketPart};
    use crate::outcome::Risk;

    #[test]
    fn code_is_left_out() {
        let check = |text: &str, expect: &str| assert_eq!(super::without_code(text), expect);
        check("a\n```\nb\n```\nc\n", "a\nc\n");
        check("a\n~~~ text\nb\n", "a\n");
        check("a `b`\r\nc", "a `b`\r\nc");
    }

    const WHOLE: &str = "## Description\nThe shop sends receipts.\r\n\n## Business justification\nThe law asks for them.\n\n\
        ### Risk class:\n- Medium, for it touches orders\n\n**Rollback plan**\nRevert.\n\n# TESTING EVIDENCE\nci run 12\n";

    #[test]
    fn every_part_stands_under_its_heading() {
        let ticket = Ticket::read("Receipts", WHOLE);
        assert_eq!(ticket.missing(), []);
        assert_eq!(ticket.risk, Some(Risk::Medium));
    }

    #[test]
    fn a_heading_without_text_is_no_part() {
        let check = |from: &str, to: &str, expect: &[TicketPart]| {
            let text = WHOLE.replace(from, to);
            assert_ne!(text, WHOLE);
            assert_eq!(Ticket::read("", &text).missing(), expect, "{to}");
        };
        check("Revert.", "", &[TicketPart::RollbackPlan]);
        check(
            "Revert.",
            "<!-- how is it taken back? -->",
            &[TicketPart::RollbackPlan],
        );
        check(
            "Revert.",
            "<!--\nhow is it taken back?\n-->",
            &[TicketPart::RollbackPlan],
        );
        check("Revert.", "_No response_", &[TicketPart::RollbackPlan]);
        check("Revert.", "#12 says how", &[]);
        for empty in [
            "...",
            "-",
            "?",
            "TBD",
            "- tbd.",
            "**TODO**",
            "todo:",
            "n/a",
            "N/A.",
            "- [ ] n/a",
            "N.A.",
        ] {
            check("Revert.", empty, &[TicketPart::RollbackPlan]);
        }
        for said in ["TBD\nRevert.", "TODO: revert it", "5", "Nabu does it"] {
            check("Revert.", said, &[]);
        }
        check("Medium", "Not", &[TicketPart::RiskClass]);
        check(
            "# TESTING",
            "```\n# TESTING",
            &[TicketPart::TestingEvidence],
        );
        assert_eq!(Ticket::read("", "all of it").missing(), TicketPart::ALL);
    }
}
