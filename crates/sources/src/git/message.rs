//! What a commit message tells: its subject, the request it names, assistants, tickets, risk.

mod assistants;
mod request;
mod tickets;
mod trailers;

pub use self::assistants::{AssistantSet, assistants};
use self::trailers::{Trailer, trailers};

use super::encoding;
use crate::said::{self, markdown, says_something};
use model::change::Landed;
use model::identity::Identity;
use model::outcome::Risk;
use std::collections::BTreeSet;

/// As much of a message as is read.
pub const MAX_MESSAGE_BYTES: usize = 1 << 20;
/// Characters of a subject that are kept.
pub const MAX_SUBJECT_CHARS: usize = 300;

/// What one commit message tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The first paragraph on one line, at most [`MAX_SUBJECT_CHARS`].
    pub subject: String,
    /// How the commit landed.
    pub landed: Landed,
    /// The request that it was merged or squashed from.
    pub request: Option<u64>,
    /// People named in `Co-authored-by` trailers, sorted, each once.
    pub co_authors: Vec<Identity>,
    /// AI assistants that the message names.
    pub assistants: AssistantSet,
    /// Different words of the body without trailers.
    pub body_words: u32,
    /// The highest class that it declares.
    pub declared_risk: Option<Risk>,
    /// Whether a `Risk-Assessment:` trailer has text.
    pub risk_assessment: bool,
    /// Tickets, sorted, each once.
    pub tickets: Vec<String>,
    /// Those of them that `Ticket:` trailers name.
    pub ticket_lines: Vec<String>,
}

/// Returns what the message of a commit with that many parents tells; any bytes are a message.
pub fn parse(message: &[u8], encoding: Option<&[u8]>, parents: usize) -> Message {
    let text = encoding::decode(considered(message), encoding);
    let (subject, body) = parted(&text);
    let (landed, request) = request::landed(&subject, body, parents);
    let trailers: Vec<Trailer<'_>> = trailers(&text).collect();
    Message {
        landed,
        request,
        co_authors: co_authors(&trailers),
        assistants: assistants(&text),
        body_words: trailers::words(body),
        declared_risk: declared_risk(&text),
        risk_assessment: trailers.iter().any(assesses_risk),
        tickets: tickets::tickets(&text, &trailers),
        ticket_lines: tickets::lines(&trailers),
        subject: shortened(subject),
    }
}

/// Returns the AI assistants that a message names.
pub fn named_assistants(message: &[u8], encoding: Option<&[u8]>) -> AssistantSet {
    assistants(&encoding::decode(considered(message), encoding))
}

fn considered(message: &[u8]) -> &[u8] {
    &message[..message.len().min(MAX_MESSAGE_BYTES)]
}

/// Returns the subject as git's `%s` (`format_subject`: lines up to the first blank one, joined by a space)
/// and what is below it.
fn parted(text: &str) -> (String, &str) {
    let mut subject = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim_end();
        if line.is_empty() && !subject.is_empty() {
            break;
        }
        if !subject.is_empty() {
            subject.push(' ');
        }
        subject.push_str(line);
        rest = below;
    }
    let trimmed = subject.trim();
    if trimmed.len() != subject.len() {
        subject = trimmed.to_owned();
    }
    (subject, rest)
}

fn shortened(mut subject: String) -> String {
    if let Some((end, _)) = subject.char_indices().nth(MAX_SUBJECT_CHARS) {
        subject.truncate(end);
    }
    subject
}

fn co_authors(trailers: &[Trailer<'_>]) -> Vec<Identity> {
    let people: BTreeSet<Identity> = trailers
        .iter()
        .filter(|trailer| trailer.is("co-authored-by"))
        .filter(|trailer| !trailer.value.is_empty())
        .filter(|trailer| assistants::of_value(trailer.value).is_empty())
        .map(|trailer| trailer.person())
        .collect();
    people.into_iter().collect()
}

/// Returns the class that a message declares, which is read as its request's description was.
fn declared_risk(text: &str) -> Option<Risk> {
    let names_it = |word: &[u8]| word.eq_ignore_ascii_case(b"risk");
    let may_declare = text.as_bytes().windows(4).any(names_it);
    may_declare.then(|| said::declared(&markdown::lines(text)))?
}

fn assesses_risk(trailer: &Trailer<'_>) -> bool {
    trailer.is("risk-assessment") && says_something(trailer.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, subject: &str, body: &str) {
        assert_eq!(parted(text), (subject.to_owned(), body), "{text:?}");
    }

    #[test]
    fn a_subject_is_the_first_paragraph() {
        check("One\n\nTwo\n", "One", "\nTwo\n");
        check("One\nmore\n\nTwo", "One more", "\nTwo");
        check("\n\n  One  \n \t\nTwo\n", "One", " \t\nTwo\n");
        check("One\r\n\r\nTwo\r\n", "One", "\r\nTwo\r\n");
        check("One", "One", "");
        check("", "", "");
        check("\n \n", "", "");
    }

    #[test]
    fn a_subject_has_an_end() {
        let long = "ä".repeat(MAX_SUBJECT_CHARS + 9);
        let message = parse(long.as_bytes(), None, 1);
        assert_eq!(message.subject.chars().count(), MAX_SUBJECT_CHARS);
    }

    #[test]
    fn the_request_is_read_before_the_subject_is_shortened() {
        let long = format!("{} (#7)", "x".repeat(MAX_SUBJECT_CHARS));
        assert_eq!(parse(long.as_bytes(), None, 1).request, Some(7));
    }

    #[test]
    fn people_are_parted_from_assistants() {
        let text = b"Subject\n\nCo-authored-by: Bea Holt <bea@larkspur.example>\nCO-AUTHORED-BY: Claude <noreply@anthropic.com>\nCo-authored-by: Bea Holt <bea@larkspur.example>\nCo-authored-by:\n";
        let message = parse(text, None, 1);
        let bea = Identity::new("Bea Holt", "bea@larkspur.example");
        assert_eq!(message.co_authors, [bea]);
        assert_eq!(message.assistants.names(), ["Claude"]);
    }

    fn check_risk(text: &str, expect: Option<Risk>, assessed: bool) {
        let message = parse(text.as_bytes(), None, 1);
        let found = (message.declared_risk, message.risk_assessment);
        assert_eq!(found, (expect, assessed), "{text:?}");
    }

    #[test]
    fn risk_is_declared_in_trailers() {
        check_risk("s\n\nRisk: low", Some(Risk::Low), false);
        check_risk("s\n\nrisk: High\n\nmore", Some(Risk::High), false);
        check_risk("s\n\nRisk: low\nRisk: medium", Some(Risk::Medium), false);
        check_risk(
            "s\n\nRisk: High (touches payments)",
            Some(Risk::High),
            false,
        );
        check_risk("s\n\nRisk: **medium**.", Some(Risk::Medium), false);
        check_risk("s\n\nRisk: critical", Some(Risk::High), false);
        check_risk("s\n\nRisk class: high", Some(Risk::High), false);
        check_risk("s\n\n**Risk:** high", Some(Risk::High), false);
        check_risk("s\n\n- Risk: medium", Some(Risk::Medium), false);
        check_risk("s\n\nRisk: none", None, false);
        check_risk("s\n\nRisk: n/a", None, false);
        check_risk("s\n\nRisk-Assessment: TBD", None, false);
        check_risk("s\n\nRisk-Assessment: touches no data", None, true);
        check_risk("s\n\nRisk-Assessment:", None, false);
        check_risk("s\n\nRisk: low / medium / high", None, false);
        check_risk("s\n\nRisk: <!-- choose --> low", Some(Risk::Low), false);
        check_risk("s\n\n## Risk\n\nHigh", Some(Risk::High), false);
        check_risk("The risk: high", None, false);
    }

    #[test]
    fn bytes_that_are_no_text_are_a_message() {
        let message = parse(b"Gr\xfc\xdfe (#3)\n\n\xff\xfe", None, 1);
        assert_eq!(message.subject, "Gr\u{fffd}\u{fffd}e (#3)");
        assert_eq!(message.request, Some(3));
        let latin = parse(b"Gr\xfc\xdfe", Some(b"ISO-8859-1"), 1);
        assert_eq!(latin.subject, "Grüße");
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, parents in 0_usize..4) {
            parse(&bytes, None, parents);
        }

        #[test]
        fn no_text_panics(text in "(?s)[-A-Za-z0-9 :#!<>()\\[\\]\n.é🤖]{0,200}", parents in 0_usize..4) {
            parse(text.as_bytes(), None, parents);
        }
    }
}
