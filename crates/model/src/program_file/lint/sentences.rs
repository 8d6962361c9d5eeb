//! Remarks on the operator's own sentences: vague words, placeholders, peers that do not exist.

use super::{Remark, warning};
use crate::program::{OwnText, Program};

/// Words that cannot be measured.
const VAGUE: [&str; 22] = [
    "as appropriate",
    "as needed",
    "as required",
    "best effort",
    "from time to time",
    "frequently",
    "if possible",
    "in a timely manner",
    "intend to",
    "intends to",
    "may be reviewed",
    "normally",
    "occasionally",
    "on a regular basis",
    "periodically",
    "plan to",
    "plans to",
    "regularly",
    "should be",
    "try to",
    "usually",
    "where feasible",
];

/// What stands where a fact belongs.
const PLACEHOLDERS: [&str; 6] = ["fixme", "lorem ipsum", "tba", "tbd", "todo", "xxx"];

/// What a company of one does not have.
const PEERS: [&str; 6] = [
    "another engineer",
    "change advisory board",
    "colleague",
    "peer review",
    "second engineer",
    "team member",
];

pub(super) fn remark(program: &Program, remarks: &mut Vec<Remark>) {
    for own in &program.own_texts {
        remarks.extend(vague(own));
        remarks.extend(placeholder(own));
        if program.organisation.head_count == 1 {
            remarks.extend(peer(own));
        }
    }
}

fn vague(own: &OwnText) -> Option<Remark> {
    let word = first(&own.text, &VAGUE)?;
    let text = format!(
        "line {}: \"{word}\" cannot be measured ({})",
        own.line, own.path
    );
    let mend = "say in the present tense what happens, when and how often".to_owned();
    Some(warning(text, mend))
}

fn placeholder(own: &OwnText) -> Option<Remark> {
    let word = first(&own.text, &PLACEHOLDERS).map(str::to_owned);
    let word = word.or_else(|| bracketed(&own.text))?;
    let text = format!(
        "line {}: `{word}` stands where a fact belongs ({})",
        own.line, own.path
    );
    Some(warning(text, "write the fact".to_owned()))
}

/// Returns a placeholder such as `[DATE]`.
fn bracketed(text: &str) -> Option<String> {
    text.split('[').skip(1).find_map(|rest| {
        let (inner, _) = rest.split_once(']')?;
        let shouted = !inner.is_empty()
            && inner
                .chars()
                .all(|c| c.is_ascii_uppercase() || matches!(c, ' ' | '_' | '/'));
        shouted.then(|| format!("[{inner}]"))
    })
}

fn peer(own: &OwnText) -> Option<Remark> {
    let word = first(&own.text, &PEERS)?;
    let text = format!(
        "line {}: \"{word}\" in a company of one is broken on its first day ({})",
        own.line, own.path
    );
    Some(warning(text, "describe what is done instead".to_owned()))
}

/// Returns the first of the phrases that stands in the text as whole words.
fn first<'a>(text: &str, phrases: &[&'a str]) -> Option<&'a str> {
    let text = text.to_lowercase();
    phrases.iter().copied().find(|phrase| {
        text.match_indices(phrase).any(|(at, found)| {
            let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !joined(text[..at].chars().next_back())
                && !joined(text[at + found.len()..].chars().next())
        })
    })
}
