//! A ticket: why a change is made, how it is taken back and how it was tested (CM-1).

use crate::outcome::Risk;
use crate::text::is_unseen;
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
        let mut fence = Fence::default();
        let text = without_comments(text);
        for line in text.lines() {
            let line = line.trim();
            match fence.meets(line) {
                Met::Fence => {}
                Met::Code => ticket.line(part, line),
                Met::Text => match heading(line) {
                    Some(heading) => part = TicketPart::of_heading(heading),
                    None => ticket.line(part, line),
                },
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
        let said = chosen(line).filter(|line| says_something(line));
        let (Some(part), Some(line)) = (part, said) else {
            return;
        };
        if part == TicketPart::RiskClass {
            let class = Risk::named(line).filter(|_| !is_choice(line));
            self.risk = self.risk.max(class);
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

/// Returns what a line of a list says; none where its box is there to be ticked, and is not.
fn chosen(line: &str) -> Option<&str> {
    let item = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark));
    let Some(item) = item.map(str::trim_start) else {
        return Some(line);
    };
    let behind = |boxed: &str| {
        let behind = item.strip_prefix(boxed)?;
        (behind.is_empty() || behind.starts_with(' ')).then(|| behind.trim_start())
    };
    match behind("[ ]").or_else(|| behind("[]")) {
        Some(_) => None,
        None => Some(behind("[x]").or_else(|| behind("[X]")).unwrap_or(item)),
    }
}

/// Returns whether a line offers classes and chooses none: `Low / Medium / High`.
fn is_choice(line: &str) -> bool {
    let words = line.split(|it: char| !it.is_alphabetic());
    let mut classes = 0;
    let are_classes = words.filter(|it| !it.is_empty()).all(|word| {
        classes += 1;
        word.eq_ignore_ascii_case("or") || Risk::named(word).is_some()
    });
    are_classes && classes > 1
}

/// Where a line stands among fences of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    /// It is a fence.
    Fence,
    /// It lies between fences.
    Code,
    /// It does not.
    Text,
}

/// The fence that is open: CommonMark, 4.5.
#[derive(Debug, Default)]
struct Fence(Option<(char, usize)>);

impl Fence {
    fn meets(&mut self, line: &str) -> Met {
        let line = line.trim();
        let sign = line.chars().next().filter(|it| matches!(it, '`' | '~'));
        let rest = sign.map(|sign| line.trim_start_matches(sign));
        let length = rest.map_or(0, |rest| line.len() - rest.len());
        match (self.0, sign.filter(|_| length >= 3)) {
            (None, Some('`')) if rest.is_some_and(|rest| rest.contains('`')) => Met::Text,
            (None, Some(sign)) => {
                self.0 = Some((sign, length));
                Met::Fence
            }
            (Some((open, least)), Some(sign))
                if sign == open && length >= least && rest == Some("") =>
            {
                self.0 = None;
                Met::Fence
            }
            (Some(_), _) => Met::Code,
            (None, None) => Met::Text,
        }
    }
}

/// Returns whether a line says more than that something is still to be said.
pub fn says_something(line: &str) -> bool {
    let line = shown_of(line);
    let bare = line.trim_matches(|it: char| !it.is_alphanumeric());
    let is_left_open = LEFT_OPEN.iter().any(|word| bare.eq_ignore_ascii_case(word));
    !bare.is_empty() && !is_left_open
}

/// What people write where they say nothing yet, and GitHub under the heading of a field of a form that was left empty.
const LEFT_OPEN: [&str; 16] = [
    "tbd",
    "tba",
    "tbc",
    "todo",
    "to do",
    "n/a",
    "n.a",
    "n. a",
    "na",
    "none",
    "not applicable",
    "not available",
    "wip",
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

/// Returns a text as a reader of its page sees it: without comments, tags, entities, characters that are not seen, and
/// definitions of links.
pub fn shown(text: &str) -> String {
    let text = without_comments(text);
    let lines = text.split_inclusive('\n').map(shown_of);
    lines.collect()
}

fn shown_of(line: &str) -> String {
    if is_definition(line) {
        return line.trim_start_matches(|it| it != '\n').to_owned();
    }
    let line = without_entities(&without_tags(line));
    line.chars().filter(|it| !is_unseen(*it)).collect()
}

/// CommonMark, 4.7: `[name]: destination` defines a link and shows nothing.
fn is_definition(line: &str) -> bool {
    let name = line.trim_start().strip_prefix('[');
    name.is_some_and(|rest| {
        rest.split_once("]:")
            .is_some_and(|(name, _)| !name.contains(']'))
    })
}

/// Entities are how a page writes what is not typed; what they show is no word.
fn without_entities(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, entity)) = rest.split_once('&') {
        shown.push_str(before);
        let is_of_one = |it: char| it.is_ascii_alphanumeric() || it == '#';
        let end = entity.find(|it: char| !is_of_one(it));
        match end.filter(|end| *end > 1 && entity[*end..].starts_with(';')) {
            Some(end) => {
                shown.push(' ');
                rest = &entity[end + 1..];
            }
            None => {
                shown.push('&');
                rest = entity;
            }
        }
    }
    shown + rest
}

/// Returns a line without tags of HTML, which show nothing of themselves.
fn without_tags(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, tag)) = rest.split_once('<') {
        let name = tag
            .trim_start_matches('/')
            .trim_start_matches(|it: char| it.is_ascii_alphanumeric() || it == '-');
        let begins = tag.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
        let is_tag =
            begins && name.starts_with(|it: char| it.is_whitespace() || matches!(it, '/' | '>'));
        let end = tag.find('>').filter(|_| is_tag);
        shown.push_str(before);
        match end {
            Some(end) => rest = &tag[end + 1..],
            None => {
                shown.push('<');
                rest = tag;
            }
        }
    }
    shown + rest
}

/// Returns a text without the lines between fences, which are code.
pub fn without_code(text: &str) -> String {
    let mut fence = Fence::default();
    let shown = |line: &&str| fence.meets(line) == Met::Text;
    text.split_inclusive('\n').filter(shown).collect()
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
            "TBC",
            "xxx",
            "pending",
            "None.",
            "- [ ] it was taken back once",
            "```shell\n```",
            "~~~\n~~~",
            "<details><summary></summary></details>",
            "&nbsp;",
            "&#8203; &#x200b;",
            "\u{3164}",
            "[//]: # (it is taken back)",
            "WIP",
            "not applicable",
        ] {
            check("Revert.", empty, &[TicketPart::RollbackPlan]);
        }
        for said in [
            "TBD\nRevert.",
            "TODO: revert it",
            "5",
            "Nabu does it",
            "- [x] revert",
            "```\ngit revert\n```",
            "a < b, then revert",
            "<b>Revert</b>",
        ] {
            check("Revert.", said, &[]);
        }
        check("Medium", "Not", &[TicketPart::RiskClass]);
        check(
            "# TESTING",
            "```\n# TESTING",
            &[TicketPart::TestingEvidence],
        );
        assert_eq!(Ticket::read("", "all of it").missing(), TicketPart::ALL);
        let quoted = format!("~~~\n{WHOLE}\n~~~\n");
        assert_eq!(Ticket::read("", &quoted).missing(), TicketPart::ALL);
    }

    #[test]
    fn the_class_is_the_one_that_is_chosen() {
        let check = |said: &str, expect: Option<Risk>| {
            let text = WHOLE.replace("- Medium, for it touches orders", said);
            assert_eq!(Ticket::read("", &text).risk, expect, "{said}");
        };
        check("- [ ] Low\n- [ ] Medium\n- [x] High", Some(Risk::High));
        check("- [ ] Low\n- [X] Medium\n- [ ] High", Some(Risk::Medium));
        check("* [ ] Low\n* [ ] High", None);
        check("Low / Medium / High", None);
        check("low, medium or high", None);
        check("- **High**", Some(Risk::High));
        check("High, not low", Some(Risk::High));
        check("Low\nHigh", Some(Risk::High));
    }
}
