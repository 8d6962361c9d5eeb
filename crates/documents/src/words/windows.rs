//! Exception windows in words: when each was, and whether there may be others.

use super::minute;
use jiff::Timestamp;
use model::report::{EdgeReport, InsideReport, WindowReport, WindowsReport};

/// What stands where there is none.
pub(crate) fn none(report: &WindowsReport) -> Option<String> {
    if !report.windows.is_empty() {
        return None;
    }
    let known = match report.known_from.is_empty() {
        true => String::new(),
        false => format!("None found, known from {}.", report.known_from.join(", ")),
    };
    Some(match (known.is_empty(), report.missing.is_empty()) {
        (false, _) => known,
        (true, false) => "Not evidenced: nothing was recorded that would show one.".to_owned(),
        (true, true) => "Not evidenced: no forge was asked what protects the branch, or no rule of the program is about it.".to_owned(),
    })
}

/// Returns what windows are known from, where there are any.
pub(crate) fn known_from(report: &WindowsReport) -> Option<String> {
    let are_some = !report.windows.is_empty() && !report.known_from.is_empty();
    are_some.then(|| format!("Known from {}.", report.known_from.join(", ")))
}

/// Returns when a window began and ended.
pub(crate) fn span(window: &WindowReport) -> String {
    let began = edge(&window.began);
    match &window.ended {
        Some(ended) if *ended == window.began => began,
        Some(ended) => format!("{began} to {}", edge(ended)),
        None => format!("{began}, without a known end"),
    }
}

fn edge(edge: &EdgeReport) -> String {
    let both = |first: Timestamp, second: Timestamp| match first == second {
        true => second_of(first),
        // Within one minute the minutes would say nothing.
        false if minute(first) == minute(second) => {
            format!("between {} and {}", second_of(first), second_of(second))
        }
        false => format!("between {} and {}", minute(first), minute(second)),
    };
    match (edge.not_before, edge.not_after) {
        (Some(first), Some(second)) => both(first, second),
        (None, Some(second)) => format!("before {}", minute(second)),
        (Some(first), None) => format!("after {}", minute(first)),
        (None, None) => "an unknown moment".to_owned(),
    }
}

/// A window may be shorter than a minute.
fn second_of(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Returns the controls that a window took away.
pub(crate) fn controls(window: &WindowReport) -> String {
    let ids: Vec<&str> = window.controls.iter().map(|id| id.0.as_str()).collect();
    ids.join(", ")
}

/// Returns one merge or push inside a window.
pub(crate) fn inside(one: &InsideReport) -> String {
    let what = match one.request {
        Some(number) => format!("request {number}"),
        None => "a push".to_owned(),
    };
    let by = one.by.as_ref().map(|by| format!(" by {by}"));
    let perhaps = match one.is_certain {
        true => "",
        false => ", perhaps outside of it",
    };
    format!(
        "{} {what}{} at {}{perhaps}",
        one.commit.short(),
        by.unwrap_or_default(),
        second_of(one.at)
    )
}

#[cfg(test)]
mod tests {
    use super::{EdgeReport, WindowReport, span};

    fn edge(first: &str, second: &str) -> EdgeReport {
        EdgeReport {
            not_before: Some(first.parse().unwrap()),
            not_after: Some(second.parse().unwrap()),
        }
    }

    #[test]
    fn a_window_within_a_minute_is_told_to_the_second() {
        let check = |began, ended, expected: &str| {
            let window = WindowReport {
                controls: Vec::new(),
                began,
                ended: Some(ended),
                what: Vec::new(),
                inside: Vec::new(),
            };
            assert_eq!(span(&window), expected);
        };
        let within = edge("2026-01-05T10:00:07Z", "2026-01-05T10:00:41Z");
        let across = edge("2026-01-05T10:00:41Z", "2026-01-05T10:02:07Z");
        check(
            within,
            across,
            "between 2026-01-05 10:00:07 and 2026-01-05 10:00:41 to between 2026-01-05 10:00 and 2026-01-05 10:02",
        );
    }
}
