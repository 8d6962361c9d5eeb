//! What one answer in a record says, as typed facts, and what the description of a request says.

use super::record::{Answer, Kept, Question};
use model::request::dossier::Said;
use model::request::ticket::{Ticket, shown, without_code, without_comments};
use model::request::{ChangeRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::git::message;

/// Returns what the description of a request says; it is read as a commit message is, and its comments are not shown.
pub(super) fn said(request: &ChangeRequest) -> Said {
    let parsed = |body: &str| {
        let text = format!("{}\n\n{}", request.title, body.replace('\r', ""));
        message::parse(text.as_bytes(), None, 1)
    };
    let message = parsed(&shown(&without_code(&without_comments(&request.body))));
    Said {
        words: message.body_words,
        // What looks like a comment and is none hides no class.
        declared_risk: parsed(&request.body)
            .declared_risk
            .max(message.declared_risk)
            .max(Ticket::read(&request.title, &request.body).risk),
        risk_assessment: message.risk_assessment,
        ticket_lines: message.ticket_lines,
        mentioned: message.tickets,
    }
}

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
