//! When each review is due, counted from the date of the document.

use jiff::Span;
use jiff::civil::Date;
use model::program::{Cadence, Program};
use serde_json::{Value, json};

/// Returns each cadence of the program with the day by which it is next due.
pub(super) fn schedule(program: &Program, date: Date) -> Vec<Value> {
    program
        .cadences
        .iter()
        .map(|(name, cadence)| {
            json!({
                "name": name.replace('_', " "),
                "cadence": cadence.to_string(),
                "next": next(*cadence, date),
            })
        })
        .collect()
}

fn next(cadence: Cadence, date: Date) -> String {
    let span = match cadence {
        Cadence::Continuous => return "runs all the time".to_owned(),
        Cadence::PerChange => return "with the next change".to_owned(),
        Cadence::PerDeployment => return "with the next deployment".to_owned(),
        Cadence::OnOccurrence => return "when the occasion arises".to_owned(),
        Cadence::Daily => Span::new().days(1),
        Cadence::Weekly => Span::new().weeks(1),
        Cadence::Monthly => Span::new().months(1),
        Cadence::Quarterly => Span::new().months(3),
        Cadence::Annual => Span::new().years(1),
    };
    date.checked_add(span)
        .map_or("beyond the calendar".to_owned(), |due| format!("by {due}"))
}
