//! A ticket, from its text in Markdown: each part is what stands under its heading.

use super::class;
use super::markdown::{Kind, lines, plain};
use super::words::says_something;
use model::request::ticket::{Standing, Ticket, TicketPart};
use std::collections::BTreeSet;

/// The characters of a text that are kept.
const MAX_TEXT: usize = 2_000;

/// Returns a ticket with this title and text.
pub fn ticket(title: &str, text: &str) -> Ticket {
    let lines = lines(text);
    let mut parts = BTreeSet::new();
    let mut part = None;
    for line in &lines {
        match line.kind {
            Kind::Heading | Kind::Bold => part = TicketPart::of_heading(&line.text),
            Kind::Text | Kind::Code if says_something(&line.text) => parts.extend(part),
            Kind::Text | Kind::Code | Kind::TableHead => {}
        }
    }
    let risk = class::declared(&lines);
    parts.remove(&TicketPart::RiskClass);
    parts.extend(risk.map(|_| TicketPart::RiskClass));
    Ticket {
        title: title.to_owned(),
        text: beginning(plain(&lines, &Kind::ALL)),
        is_none: None,
        parts,
        risk,
        standing: Standing::Open,
    }
}

/// No word is cut: half of a secret looks like none.
fn beginning(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        let end = text[..end].rfind(char::is_whitespace);
        text.truncate(end.unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::ticket;
    use model::outcome::Risk;
    use model::request::ticket::TicketPart;

    const WHOLE: &str = "## Description\nThe shop sends receipts.\r\n\n## Business justification\nThe law asks for them.\n\n\
        ### Risk class:\n- Medium, for it touches orders\n\n**Rollback plan**\nRevert.\n\n# TESTING EVIDENCE\nci run 12\n";

    #[test]
    fn every_part_stands_under_its_heading() {
        let ticket = ticket("Receipts", WHOLE);
        assert_eq!(ticket.missing(), []);
        assert_eq!(ticket.risk, Some(Risk::Medium));
        assert!(
            ticket
                .text
                .starts_with("Description\n\nThe shop sends receipts.\n")
        );
    }

    #[test]
    fn no_word_of_its_beginning_is_cut() {
        let text = |words: &str| ticket("", words).text;
        assert_eq!(
            text(&format!("{} bcd", "a".repeat(1_998))),
            "a".repeat(1_998)
        );
        assert_eq!(text(&"a".repeat(2_001)), "");
        assert_eq!(text("a b"), "a b\n");
    }

    #[test]
    fn a_heading_without_text_is_no_part() {
        let check = |from: &str, to: &str, expect: &[TicketPart]| {
            let text = WHOLE.replace(from, to);
            assert_ne!(text, WHOLE);
            assert_eq!(ticket("", &text).missing(), expect, "{to}");
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
            "\n[//]: # (it is taken back)",
            "TBD TBD",
            "<? revert ?>",
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
        check(
            "- Medium, for it touches orders",
            "- [ ] Medium",
            &[TicketPart::RiskClass],
        );
        check(
            "# TESTING",
            "```\n# TESTING",
            &[TicketPart::TestingEvidence],
        );
        assert_eq!(ticket("", "all of it").missing(), TicketPart::ALL);
        let quoted = format!("~~~\n{WHOLE}\n~~~\n");
        assert_eq!(ticket("", &quoted).missing(), TicketPart::ALL);
    }

    #[test]
    fn the_class_is_the_one_that_is_chosen() {
        let check = |said: &str, expect: Option<Risk>| {
            let text = WHOLE.replace("- Medium, for it touches orders", said);
            assert_eq!(ticket("", &text).risk, expect, "{said}");
        };
        check("- [ ] Low\n- [ ] Medium\n- [x] High", Some(Risk::High));
        check("- [ ] Low\n- [X] Medium\n- [ ] High", Some(Risk::Medium));
        check("* [ ] Low\n* [ ] High", None);
        check("Low / Medium / High", None);
        check("low, medium or high", None);
        check("- **High**", Some(Risk::High));
        check("High, not low", Some(Risk::High));
        check("Low\nHigh", Some(Risk::High));
        check("It touches orders", Some(Risk::High));
    }
}
