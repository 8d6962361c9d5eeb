//! The risk class that a text declares: in a line `Risk: high`, in a table, or under a heading.

use super::markdown::{Kind, Line};
use super::words::says_something;
use model::outcome::Risk;

/// How people call the class of a change.
const NAMES: [&str; 6] = [
    "risk",
    "risk category",
    "risk class",
    "risk-class",
    "risk level",
    "risk rating",
];

/// What stands where a class is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Nothing yet, or the classes from which one is to be chosen.
    Open,
    /// A class.
    Class(Risk),
    /// Words that name none.
    Other,
}

/// Returns the highest class that lines declare; words where a class is expected that name none, such as `critical`, are no
/// lower than the highest.
pub fn declared(lines: &[Line]) -> Option<Risk> {
    let mut declared = None;
    // What is read below a heading, until the next one.
    let mut below: Option<Value> = None;
    for line in lines {
        let class = of_line(&line.text);
        declared = declared.max(class);
        let is_heading = matches!(line.kind, Kind::Heading | Kind::Bold);
        let is_begun = class.is_none() && is_name(&line.text);
        match (is_heading || is_begun, below) {
            (true, _) => {
                declared = declared.max(of_section(below));
                below = is_begun.then_some(Value::Open);
            }
            (false, Some(found)) if class.is_none() => {
                below = Some(weigh(found, value(&line.text)));
            }
            (false, _) => {}
        }
    }
    declared.max(of_section(below))
}

/// Returns the class that one line declares, as `Risk: high` does.
pub fn of_line(line: &str) -> Option<Risk> {
    let (key, said) = line.split_once(':')?;
    match value(said) {
        _ if !is_name(key) => None,
        Value::Open => None,
        Value::Class(risk) => Some(risk),
        Value::Other => Some(Risk::High),
    }
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_suffix(':').unwrap_or(text);
    let text = text.trim_matches(|it: char| it.is_whitespace() || it == '`');
    NAMES.iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// Words beside a class explain it.
fn weigh(found: Value, next: Value) -> Value {
    match (found, next) {
        (Value::Class(found), Value::Class(next)) => Value::Class(found.max(next)),
        (Value::Class(risk), Value::Open | Value::Other)
        | (Value::Open | Value::Other, Value::Class(risk)) => Value::Class(risk),
        (Value::Other, Value::Open | Value::Other) | (Value::Open, Value::Other) => Value::Other,
        (Value::Open, Value::Open) => Value::Open,
    }
}

fn of_section(found: Option<Value>) -> Option<Risk> {
    match found? {
        Value::Open => None,
        Value::Class(risk) => Some(risk),
        Value::Other => Some(Risk::High),
    }
}

/// Returns what a text says of the class: the one that it begins with; of several that it offers the highest, unless it does
/// nothing but offer them.
fn value(text: &str) -> Value {
    if !says_something(text) {
        return Value::Open;
    }
    let words = text.split(|it: char| !it.is_alphabetic());
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    let mut offered = Vec::new();
    while let Some(word) = words.peek() {
        match Risk::named(word) {
            Some(risk) => offered.push(risk),
            None if !offered.is_empty() && word.eq_ignore_ascii_case("or") => {}
            None => break,
        }
        words.next();
    }
    match (offered[..].iter().max(), offered.len() > 1, words.peek()) {
        (None, _, _) => Value::Other,
        (Some(_), true, None) => Value::Open,
        (Some(highest), _, _) => Value::Class(*highest),
    }
}

#[cfg(test)]
mod tests {
    use super::super::markdown::lines;
    use super::declared;
    use model::outcome::Risk;

    const LOW: Option<Risk> = Some(Risk::Low);
    const MEDIUM: Option<Risk> = Some(Risk::Medium);
    const HIGH: Option<Risk> = Some(Risk::High);

    #[track_caller]
    fn check(text: &str, expect: Option<Risk>) {
        assert_eq!(declared(&lines(text)), expect, "{text}");
    }

    #[test]
    fn a_line_declares_it() {
        check("Risk: low", LOW);
        check("**Risk:** high", HIGH);
        check("- Risk level: Medium, for it touches orders", MEDIUM);
        check("- [x] Risk: high", HIGH);
        check("`Risk`: high", HIGH);
        check("- [ ] Risk: high", None);
        check("1. Risk: high", HIGH);
        check("> Risk: high", HIGH);
        check("## Risk: High", HIGH);
        check("Risk: critical", HIGH);
        check("Risk: low, there is no high load", LOW);
        check("Risk: <!-- choose --> low", LOW);
        check("Risk: low\nRisk: medium", MEDIUM);
        check("The risk: high", None);
        check("Risk: n/a", None);
    }

    #[test]
    fn a_choice_that_is_open_declares_nothing() {
        check("Risk: low / medium / high", None);
        check("Risk: low, medium or high", None);
        check("Risk: <!-- low -->", None);
        check(
            "Risk: Low | Medium | High (delete what does not apply)",
            HIGH,
        );
        check("## Risk\n\nLow / Medium / High", None);
        check("## Risk\n\n- [ ] Low\n- [ ] High", None);
    }

    #[test]
    fn a_heading_stands_above_it() {
        for heading in [
            "## Risk",
            "## Risk class:",
            "**Risk level**",
            "**Risk:**",
            "Risk:",
            "Risk\n---",
        ] {
            check(&format!("{heading}\nHigh\n\n## Other\nLow"), HIGH);
            check(&format!("{heading}\nLow, it is a typo\n"), LOW);
        }
        check("## Risk\n- [ ] Low\n- [x] High", HIGH);
        check("## Risk\n1. [ ] Low\n2. [x] High", HIGH);
        check("## Risk\ncritical", HIGH);
        check("## Risk\nIt touches orders.", HIGH);
        check("## Risk\nIt touches orders.\n\nMedium", MEDIUM);
        check("## Risk\n_No response_", None);
        check("## Risks\nIt may fail.", None);
    }

    #[test]
    fn a_table_holds_it() {
        check("| Risk | Impact |\n| --- | --- |\n| High | Low |", HIGH);
        check(
            "| Field | Value |\n| --- | --- |\n| Risk class | Medium |",
            MEDIUM,
        );
    }
}
