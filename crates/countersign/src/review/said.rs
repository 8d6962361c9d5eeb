//! What the author of a request says of it: its title, its tickets and its description.

use model::request::dossier::Dossier;
use model::request::ticket::{Ticket, TicketPart};

/// The most tickets that are told.
const MAX_TICKETS: usize = 5;
/// The longest title of one.
const MAX_TITLE: usize = 300;

/// Returns it, the tickets before the description, which may be long.
pub(super) fn said(dossier: &Dossier) -> String {
    let tickets = dossier.own_tickets().unwrap_or_default();
    let told = tickets.iter().take(MAX_TICKETS).filter_map(|name| {
        let ticket = dossier.tickets.get(name)?.known().ok()?;
        ticket.is_none.is_none().then(|| told(name, ticket))
    });
    let tickets: Vec<String> = told.collect();
    let request = &dossier.request;
    [&request.title, &tickets.join("\n"), &request.body]
        .map(|it| it.trim())
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

fn told(name: &str, ticket: &Ticket) -> String {
    let title: String = ticket.title.trim().chars().take(MAX_TITLE).collect();
    let risk = ticket.risk.map(|risk| format!("{risk} risk"));
    let parts = ticket.parts.iter().map(|part| TicketPart::heading(*part));
    let parts: Vec<&str> = parts.collect();
    let has = (!parts.is_empty()).then(|| format!("says something under: {}", parts.join(", ")));
    let more: Vec<String> = risk.into_iter().chain(has).collect();
    let head = match more.is_empty() {
        true => format!("Ticket {name}: {title}"),
        false => format!("Ticket {name}: {title} ({})", more.join("; ")),
    };
    let text = ticket.text.lines().filter(|line| !line.is_empty());
    let lines: Vec<String> = text.map(|line| format!("  {line}")).collect();
    [&[head][..], &lines].concat().join("\n")
}
