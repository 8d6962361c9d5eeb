//! What a model answered, as findings. An answer that is not wholly in the form that was asked for is none.

use super::prompt::Marks;
use model::check::Severity;
use model::review::{Covered, Finding, FoundBy};
use serde::Deserialize;

/// The longest answer to one question.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;
/// The most findings in one answer.
pub const MAX_FINDINGS: usize = 200;
/// The longest text of a finding, in characters; a longer one is no answer to the question.
const MAX_CHARACTERS: usize = 4_000;
/// The longest name of a kind.
const MAX_CATEGORY: usize = 40;

/// Why an answer is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// It is longer than is read.
    #[error("the answer has more than {MAX_ANSWER_BYTES} bytes")]
    TooLong,
    /// It is no JSON, or not of the form that was asked for.
    #[error("the answer is not in the form that was asked for: {0}")]
    Form(String),
    /// It does not show that the model read the question whole.
    #[error(
        "the answer does not show that the model read the {0} of the question: its window may be smaller than the program says"
    )]
    NotSeen(&'static str),
    /// It has more findings than are read.
    #[error("the answer has more than {MAX_FINDINGS} findings")]
    TooMany,
    /// It is in another language.
    #[error("the answer is not in English, which was asked for")]
    Language,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerWire {
    first_mark: String,
    last_mark: String,
    findings: Vec<FindingWire>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingWire {
    file: String,
    line: i64,
    severity: Severity,
    category: String,
    claim: String,
    why: String,
    suggestion: Option<String>,
}

/// What a question was about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its marks.
    pub marks: &'a Marks,
    /// The paths of the difference.
    pub paths: &'a [String],
    /// The lines that stood in it.
    pub covers: &'a [Covered],
}

/// Returns what a model found.
pub fn read(text: &str, asked: &Asked<'_>) -> Result<Vec<Finding>, AnswerError> {
    if text.len() > MAX_ANSWER_BYTES {
        return Err(AnswerError::TooLong);
    }
    let form = |error: serde_json::Error| AnswerError::Form(error.to_string());
    let answer: AnswerWire = serde_json::from_str(text).map_err(form)?;
    if answer.first_mark != asked.marks.first {
        return Err(AnswerError::NotSeen("beginning"));
    }
    if answer.last_mark != asked.marks.last {
        return Err(AnswerError::NotSeen("end"));
    }
    if answer.findings.len() > MAX_FINDINGS {
        return Err(AnswerError::TooMany);
    }
    let findings = answer.findings.into_iter().map(|wire| finding(wire, asked));
    findings.collect()
}

fn finding(wire: FindingWire, asked: &Asked<'_>) -> Result<Finding, AnswerError> {
    for (name, text) in [
        ("claim", &wire.claim),
        ("why", &wire.why),
        ("category", &wire.category),
    ] {
        if text.trim().is_empty() {
            return Err(AnswerError::Form(format!("a finding has no {name}")));
        }
    }
    let texts = [Some(&wire.claim), Some(&wire.why), wire.suggestion.as_ref()];
    let is_long = |text: &&String| text.chars().count() > MAX_CHARACTERS;
    if texts.into_iter().flatten().any(|text| is_long(&text)) {
        let why = format!("a text of a finding has more than {MAX_CHARACTERS} characters");
        return Err(AnswerError::Form(why));
    }
    if is_foreign(&wire.claim) || is_foreign(&wire.why) {
        return Err(AnswerError::Language);
    }
    let line = u32::try_from(wire.line).ok().filter(|line| *line > 0);
    let file = Some(wire.file).filter(|file| !file.is_empty());
    let is_located = file.as_ref().zip(line).is_some_and(|(file, line)| {
        let is_there = |covered: &&Covered| {
            let spans = covered.added.iter().chain(&covered.removed);
            let is_named = asked.paths.get(covered.file) == Some(file);
            is_named
                && spans
                    .into_iter()
                    .any(|(first, last)| (*first..=*last).contains(&line))
        };
        asked.covers.iter().any(|covered| is_there(&covered))
    });
    Ok(Finding {
        file,
        line,
        severity: wire.severity,
        category: wire.category.chars().take(MAX_CATEGORY).collect(),
        claim: wire.claim,
        why: wire.why,
        suggestion: wire.suggestion.filter(|text| !text.trim().is_empty()),
        by: FoundBy::Model,
        is_located,
    })
}

/// Most of an English sentence is written in Latin letters; a name or a quotation in it may not be.
fn is_foreign(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (latin, other): (Vec<char>, Vec<char>) = letters.partition(|c| *c < '\u{250}');
    other.len() > latin.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn found(differ: &[(&str, Value)]) -> Value {
        let mut finding = json!({
            "file": "src/a.rs", "line": 7, "severity": "high", "category": "race", "claim": "Two requests pay twice.",
            "why": "The lock is taken behind the look.", "suggestion": "",
        });
        for (name, value) in differ {
            finding[*name] = value.clone();
        }
        finding
    }

    fn answer(findings: &[Value]) -> Value {
        let marks = Marks::of("part");
        json!({"first_mark": marks.first, "last_mark": marks.last, "findings": findings})
    }

    fn said(text: &str) -> Result<Vec<Finding>, AnswerError> {
        let covers = [Covered {
            file: 0,
            added: vec![(5, 9)],
            removed: vec![(20, 20)],
        }];
        let asked = Asked {
            marks: &Marks::of("part"),
            paths: &["src/a.rs".to_owned()],
            covers: &covers,
        };
        read(text, &asked)
    }

    #[test]
    fn a_finding_points_at_a_line_that_changed_or_is_told_apart() {
        let located = |differ: &[(&str, Value)]| {
            let said = said(&answer(&[found(differ)]).to_string()).unwrap();
            said[0].is_located
        };
        assert!(located(&[]));
        assert!(located(&[("line", json!(20))]));
        assert!(!located(&[("line", json!(4))]));
        assert!(!located(&[("line", json!(-1))]));
        assert!(!located(&[("file", json!("src/b.rs"))]));
        assert_eq!(said(&answer(&[]).to_string()), Ok(vec![]));
    }

    #[test]
    fn what_is_not_in_the_form_is_no_answer() {
        let form = |value: Value| match said(&value.to_string()) {
            Err(AnswerError::Form(why)) => why,
            other => panic!("{other:?}"),
        };
        for text in [
            "",
            "Looks good to me!",
            "```json\n{}\n```",
            "{\"findings\": []",
            "[]",
            "null",
        ] {
            assert!(matches!(said(text), Err(AnswerError::Form(_))), "{text}");
        }
        assert!(form(json!({"findings": []})).contains("first_mark"));
        let mut more = answer(&[]);
        more["approved"] = json!(true);
        assert!(form(more).contains("approved"));
        assert!(form(answer(&[found(&[("severity", json!("grave"))])])).contains("grave"));
        assert!(form(answer(&[found(&[("claim", json!(" "))])])).contains("no claim"));
        assert!(form(answer(&[found(&[("why", json!("a ".repeat(4_000)))])])).contains("4000"));
        let many = vec![found(&[]); MAX_FINDINGS + 1];
        assert_eq!(said(&answer(&many).to_string()), Err(AnswerError::TooMany));
        let foreign = answer(&[found(&[("claim", json!("两个请求会重复付款"))])]);
        assert_eq!(said(&foreign.to_string()), Err(AnswerError::Language));
        let long = " ".repeat(MAX_ANSWER_BYTES + 1);
        assert_eq!(said(&long), Err(AnswerError::TooLong));
    }

    #[test]
    fn an_answer_shows_that_the_question_was_read_whole() {
        for (name, end) in [("first_mark", "beginning"), ("last_mark", "end")] {
            let mut answer = answer(&[]);
            answer[name] = json!("0123456789ab");
            assert_eq!(said(&answer.to_string()), Err(AnswerError::NotSeen(end)));
        }
    }
}
