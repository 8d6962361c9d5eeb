//! What `review` writes on a request: one comment, which the next review replaces.

use super::{NamedFinding, ReviewAnswer};
use crate::answers::gate::escaped;
use model::review::{FoundBy, ReviewOutcome};
use std::fmt::Write as _;

/// What every such comment begins with, so that the next review finds it; no reader sees it.
pub const MARK: &str = "<!-- countersign review -->";
/// The most findings that are shown, and the most characters of what each says; the ledger holds them whole.
const MAX_SHOWN: usize = 40;
const MAX_CHARACTERS: usize = 400;

/// Returns the comment, as Markdown.
pub fn comment(answer: &ReviewAnswer) -> String {
    let mut text = format!("{MARK}\n");
    let (reviewer, verdict) = (quiet(answer.reviewer.as_str()), quiet(&answer.verdict()));
    let _ = writeln!(text, "### AI review by {reviewer}\n\n{verdict}\n");
    let models: Vec<String> = answer.models.iter().map(|model| quiet(model)).collect();
    let _ = writeln!(
        text,
        "Asked: {}. Last commit `{}`, difference `{}`. It is an automated control, and no second person.",
        models.join(", "),
        answer.head.short(),
        answer.patch_digest
    );
    for line in answer.fallen_back() {
        let _ = writeln!(text, "\n- {}", quiet(&line));
    }
    for why in answer.why.iter().take(MAX_SHOWN) {
        let _ = writeln!(text, "\n- {}: {}", answer.head_of_why(), quiet(why));
    }
    let mut findings: Vec<&NamedFinding> = answer.findings.iter().collect();
    findings.sort_by_key(|named| std::cmp::Reverse(named.finding.severity));
    if !findings.is_empty() {
        text.push_str("\n| finding | severity | where | what |\n| --- | --- | --- | --- |\n");
    }
    for named in findings.iter().take(MAX_SHOWN) {
        row(&mut text, answer, named);
    }
    if let Some(more) = findings.len().checked_sub(MAX_SHOWN).filter(|it| *it > 0) {
        let _ = writeln!(text, "\n{more} more: `countersign review` shows them.");
    }
    if answer.outcome == ReviewOutcome::Findings {
        let _ = writeln!(
            text,
            "\nMend what is grave, or answer it: `countersign record disposition FINDING --request {}`.",
            answer.request.unwrap_or_default()
        );
    }
    text
}

fn row(text: &mut String, answer: &ReviewAnswer, named: &NamedFinding) {
    let finding = &named.finding;
    let by = match finding.by {
        FoundBy::Rule => ", by rule",
        FoundBy::Model => "",
    };
    let mend = finding.suggestion.as_deref();
    let mend = mend.map_or_else(String::new, |mend| format!(" Mend: {}", quiet(mend)));
    let _ = writeln!(
        text,
        "| `{}` | {}{by} | {} | {} {}{mend} |",
        named.name,
        finding.severity,
        quiet(&answer.place(finding)),
        quiet(&finding.claim),
        quiet(&finding.why)
    );
}

/// Returns what a model or a stranger wrote as text that calls nobody, links to nothing and orders nothing.
///
/// A forge looks for `@name` and `#12` in what it shows, where a backslash is gone: a space without width stands between.
fn quiet(text: &str) -> String {
    let cut: String = text.chars().take(MAX_CHARACTERS).collect();
    let mut quiet = String::with_capacity(cut.len());
    for character in escaped(&cut).chars() {
        quiet.push(character);
        if matches!(character, '@' | '#' | '!' | '~' | '%' | '$' | '&') {
            quiet.push('\u{200b}');
        }
    }
    quiet
}

#[cfg(test)]
mod tests {
    use super::quiet;

    #[test]
    fn nobody_is_called() {
        let check = |text: &str, expected: &str| assert_eq!(quiet(text), expected);
        check("fine", "fine");
        check("@ada see #1", "\\@\u{200b}ada see \\#\u{200b}1");
        check("a\n/approve | <b>", "a \\/approve \\| \\<b\\>");
    }
}
