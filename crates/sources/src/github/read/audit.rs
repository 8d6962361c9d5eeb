//! The audit log of an organisation.

use jiff::Timestamp;
use model::request::audit::LoggedEvent;
use serde::Deserialize;

use super::{Fact, list};
use crate::forge::answer::{Unreadable, nullable, word};

/// Returns the events of an audit log.
pub fn audit_log(pages: &[&[u8]]) -> Result<Vec<LoggedEvent>, Unreadable> {
    list("the audit log of an organisation", pages)
}

#[derive(Deserialize)]
pub(super) struct EventWire {
    #[serde(rename = "_document_id")]
    id: String,
    /// In milliseconds.
    #[serde(rename = "@timestamp")]
    at: i64,
    action: String,
    #[serde(default, deserialize_with = "nullable")]
    actor: Option<String>,
}

impl Fact for LoggedEvent {
    type Wire = EventWire;

    fn of(wire: EventWire) -> Result<LoggedEvent, String> {
        let at = Timestamp::from_millisecond(wire.at);
        Ok(LoggedEvent {
            id: wire.id,
            at: at.map_err(|_| format!("{} is no moment", wire.at))?,
            action: word(wire.action),
            actor: wire.actor,
        })
    }
}
