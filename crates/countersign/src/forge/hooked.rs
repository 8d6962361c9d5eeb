//! What the recorded deliveries of a webhook tell, parsed again from the bytes each time.

use super::record::{Kept, Question};
use jiff::Timestamp;
use model::request::hook::{Happened, Hooked};
use sources::github;

/// Returns what a delivery tells; nothing where it cannot be read.
pub(super) fn hooked((leaf, at): (u64, Timestamp), event: &str, kept: &Kept) -> Option<Hooked> {
    let (_, bodies) = kept.answer(Question::Payload)?;
    let body = bodies.first()?;
    if kept.record.forge != "github" {
        return Some(Hooked {
            leaf,
            at,
            by: None,
            happened: Happened::Other,
        });
    }
    let happened = github::webhook::happened(event, body).ok()?;
    let payload = github::webhook::payload(body).ok()?;
    Some(Hooked {
        leaf,
        at,
        by: payload.sender.map(|account| account.login),
        happened,
    })
}
