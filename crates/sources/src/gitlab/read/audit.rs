//! The audit log of a project.

use jiff::Timestamp;
use model::request::audit::AuditEvent;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Wire, list};
use crate::forge::answer::{Unreadable, word};

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 1_000;

/// Returns the events of an audit log.
pub fn audit_events(pages: &[&[u8]]) -> Result<Vec<AuditEvent>, Unreadable> {
    list::<EventWire>("the audit events of a project", pages)
}

#[derive(Deserialize)]
struct EventWire {
    id: u64,
    author_id: i64,
    event_name: Option<String>,
    created_at: Timestamp,
    details: Map<String, Value>,
}

impl Wire for EventWire {
    type Fact = AuditEvent;

    fn fact(self) -> Result<AuditEvent, String> {
        let detail = |name: &str| self.details.get(name).and_then(text);
        let event_name = self.event_name.or_else(|| detail("event_name"));
        Ok(AuditEvent {
            id: self.id,
            // Less than 1 where nobody was signed in, or a deploy token did it.
            account: u64::try_from(self.author_id).ok().filter(|&id| id > 0),
            account_name: detail("author_name"),
            name: event_name.map(word),
            at: self.created_at,
            target: detail("target_details"),
            change: detail("change"),
            from: detail("from"),
            to: detail("to"),
            message: detail("custom_message"),
        })
    }
}

/// Details are texts, and now and then something else.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(text.chars().take(MAX_VALUE).collect())
}
