//! What one answer in a record says, as typed facts, and what the description of a request says.

use super::record::{Answer, Kept, Question};
use model::request::dossier::Said;
use model::request::{ChangeRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::git::message;
use sources::said::markdown::Kind;
use sources::said::{self, markdown};

/// Returns what the description of a request says to a reader of its page; its words are counted and its trailers read as
/// those of a commit message.
pub(super) fn said(request: &ChangeRequest) -> Said {
    let lines = markdown::lines(&request.body);
    let parsed = |kinds: &[Kind]| {
        let text = format!("{}\n\n{}", request.title, markdown::plain(&lines, kinds));
        message::parse(text.as_bytes(), None, 1)
    };
    let message = parsed(SHOWN);
    Said {
        // A template brings headings, and no justification.
        words: parsed(&[Kind::Text]).body_words,
        declared_risk: said::declared(&lines).max(said::of_line(&request.title)),
        risk_assessment: message.risk_assessment,
        ticket_lines: message.ticket_lines,
        mentioned: message.tickets,
    }
}

/// What is no code.
pub(super) const SHOWN: &[Kind] = &[Kind::Heading, Kind::Bold, Kind::Text, Kind::TableHead];

pub(super) fn unread<T>(why: impl Into<String>) -> Readable<T> {
    Readable::Unread { why: why.into() }
}

/// Returns what an answer says; one that is not whole says nothing.
pub(super) fn readable<T>(
    kept: &Kept,
    question: Question,
    reader: impl Fn(&[&[u8]]) -> Result<T, Unreadable>,
) -> Readable<T> {
    let Some((record, bodies)) = kept.answer(question) else {
        return unread("it was not asked");
    };
    match &record.answer {
        Answer::Pages {
            cut_short: Some(why),
            ..
        } => unread(format!("not all of it came: {why}")),
        Answer::Pages {
            cut_short: None, ..
        } => match reader(&bodies) {
            Ok(value) => Readable::Known(value),
            Err(error) => unread(error.to_string()),
        },
        Answer::Absent => unread("there is none"),
        Answer::Withheld { needs } => Readable::Withheld {
            needs: needs.clone(),
        },
        Answer::NotOffered { said } => Readable::NotOffered { said: said.clone() },
    }
}
