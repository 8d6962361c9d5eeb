//! Where the facts of a change are: a line of a chunk of evidence.

use maud::{Markup, html};
use model::digest::Digest;
use model::report::ChangeReport;

/// Digits of a chunk's name that tell it from the others on paper.
const SHORT: usize = 12;

/// Returns for each change its line, from 1: a chunk holds its changes in their order, one a line.
pub(super) fn lines(changes: &[ChangeReport]) -> Vec<usize> {
    let (mut line, mut chunk) = (0, None);
    let next = |change: &ChangeReport| {
        line = match chunk == Some(change.evidence) {
            true => line + 1,
            false => 1,
        };
        chunk = Some(change.evidence);
        line
    };
    changes.iter().map(next).collect()
}

/// Returns `line 7 of` the chunk, linked.
pub(super) fn link(chunk: Digest, line: usize) -> Markup {
    html! {
        "line " (line) " of "
        a href={ "evidence/" (chunk) ".jsonl" } { code { "evidence/" (chunk) ".jsonl" } }
    }
}

/// Returns `line 7 of` the chunk in few characters.
pub(super) fn place(chunk: Digest, line: usize) -> String {
    let name = chunk.to_string();
    format!("line {line} of evidence/{}….jsonl", &name[..SHORT])
}
