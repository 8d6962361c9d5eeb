//! CM-1: a ticket says what changes and why, its risk class, how it is taken back and how it was tested.

use super::{Case, Moment, RequestCase, fail, pass, unknown};
use model::outcome::{AssuranceGrade, Outcome};
use model::report::Decision;
use model::request::Readable;
use model::request::ticket::Ticket;
use std::collections::BTreeMap;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return match case.change.tickets.first() {
            Some(ticket) => unknown(format!("it names {ticket}, which nobody recorded")),
            None => unknown("no record of its request shows which ticket it names"),
        };
    };
    let tickets = &request.dossier.tickets;
    let named = request
        .dossier
        .said
        .tickets
        .iter()
        .chain(&case.change.tickets);
    let unread: Vec<&String> = named
        .filter(|ticket| !tickets.contains_key(*ticket))
        .collect();
    match (tickets.is_empty(), unread.first()) {
        (true, None) => fail(match case.moment {
            Moment::Open { .. } => {
                "the request names no ticket: write `Ticket: #N` or `Ticket: PATH.md` in its description"
            }
            Moment::Landed => "its request names no ticket",
        }),
        (true, Some(ticket)) => unknown(format!(
            "it names {ticket}, which is in no tracker that was read"
        )),
        (false, unread) => before_it_landed(case, &request, best(tickets, unread.copied())),
    }
}

/// A ticket can be edited, and another be named, once the change has landed.
fn before_it_landed(case: &Case<'_>, request: &RequestCase<'_>, now: Decision) -> Decision {
    if now.outcome != Outcome::Pass || case.moment != Moment::Landed {
        return now;
    }
    let while_open = request.while_open().map(|it| best(&it.tickets, None));
    match while_open.filter(|decision| decision.outcome == Outcome::Pass) {
        Some(decision) => decision,
        None => unknown(format!(
            "{}, and no record shows that it did before the change landed",
            now.reason
        )),
    }
}

/// One whole ticket is enough.
fn best(tickets: &BTreeMap<String, Readable<Ticket>>, unread: Option<&String>) -> Decision {
    let in_none = |ticket| format!("it names {ticket}, which is in no tracker that was read");
    let (mut lacking, mut open) = (Vec::new(), Vec::from_iter(unread.map(in_none)));
    for (name, ticket) in tickets {
        match ticket.known() {
            Ok(Ticket {
                is_none: Some(why), ..
            }) => lacking.push(format!("{name} {why}")),
            Ok(ticket) if ticket.missing().is_empty() => {
                return pass(
                    format!("ticket {name} holds every part"),
                    AssuranceGrade::Collected,
                );
            }
            Ok(ticket) => {
                let missing: Vec<&str> =
                    ticket.missing().iter().map(|part| part.heading()).collect();
                lacking.push(format!("ticket {name} lacks {}", missing.join(", ")));
            }
            Err(why) => open.push(format!("ticket {name}: {why}")),
        }
    }
    match open.is_empty() {
        true => fail(lacking.join("; ")),
        false => unknown(open.join("; ")),
    }
}
