//! CM-1: a ticket says what changes and why, its risk class, how it is taken back and how it was tested.

use super::{Case, Moment, RequestCase, fail, pass, unknown};
use jiff::Timestamp;
use model::outcome::{AssuranceGrade, Outcome};
use model::report::Decision;
use model::request::Readable;
use model::request::dossier::Dossier;
use model::request::ticket::{Standing, Ticket};
use std::collections::BTreeMap;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return match case.change.tickets.first() {
            Some(ticket) => unknown(format!("it names {ticket}, which nobody recorded")),
            None => unknown("no record of its request shows which ticket it names"),
        };
    };
    let now = of_dossier(request.dossier, &case.change.tickets);
    match now {
        Some(decision) => before_it_landed(case, &request, decision),
        None => fail(match case.moment {
            Moment::Open { .. } => {
                "the request names no ticket: write `Ticket: #N` or `Ticket: PATH.md` in its description, or link an issue \
                 (`Closes #N`)"
            }
            Moment::Landed => "its request names no ticket",
        }),
    }
}

/// Returns what the tickets of a request hold, as it was at one moment; nothing where it has none. What the message of the
/// change names is a ticket too, and nobody reads it.
fn of_dossier(dossier: &Dossier, in_message: &[String]) -> Option<Decision> {
    let named = match dossier.own_tickets() {
        Ok(named) => named,
        Err(why) => return Some(unknown(format!("the issues that it closes: {why}"))),
    };
    let known = |name: &String| Some((name.clone(), dossier.tickets.get(name)?));
    let tickets: BTreeMap<String, &Readable<Ticket>> = named.iter().filter_map(known).collect();
    let unread = named.iter().chain(in_message);
    let mut unread = unread.filter(|name| !dossier.tickets.contains_key(*name));
    match (tickets.is_empty(), unread.next()) {
        (true, None) => None,
        (_, unread) => Some(best(&tickets, unread, dossier.request.created_at)),
    }
}

/// A ticket can be edited, and another be named, once the change has landed.
fn before_it_landed(case: &Case<'_>, request: &RequestCase<'_>, now: Decision) -> Decision {
    if now.outcome != Outcome::Pass || case.moment != Moment::Landed {
        return now;
    }
    let while_open = request.while_open().and_then(|it| of_dossier(it, &[]));
    match while_open.filter(|decision| decision.outcome == Outcome::Pass) {
        Some(decision) => decision,
        None => unknown(format!(
            "{}, and no record shows that it did before the change landed",
            now.reason
        )),
    }
}

/// One whole ticket is enough, unless it was closed before the request was opened.
fn best(
    tickets: &BTreeMap<String, &Readable<Ticket>>,
    unread: Option<&String>,
    opened: Timestamp,
) -> Decision {
    let in_none = |ticket| format!("it names {ticket}, which is in no tracker that was read");
    let (mut lacking, mut open) = (Vec::new(), Vec::from_iter(unread.map(in_none)));
    for (name, ticket) in tickets {
        match ticket.known() {
            Ok(Ticket {
                is_none: Some(why), ..
            }) => lacking.push(format!("{name} {why}")),
            Ok(ticket) if ticket.missing().is_empty() => match ticket.standing {
                Standing::Closed { at: Some(at) } if at < opened => lacking.push(format!(
                    "ticket {name} was closed {at}, before the request was opened {opened}: name one that is open"
                )),
                Standing::Closed { at: None } => {
                    open.push(format!("ticket {name} is closed, and nobody says since when"));
                }
                Standing::Open | Standing::Closed { at: Some(_) } => {
                    let reason = format!("ticket {name} holds every part");
                    return pass(reason, AssuranceGrade::Collected);
                }
            },
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
