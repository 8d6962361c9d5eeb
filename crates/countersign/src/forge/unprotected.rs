//! A repository whose plan offers no protection: that is told once, with what stands in for it.

use super::answered::readable;
use super::record::{Kept, Question};
use model::request::Readable;
use model::request::dossier::Guards;
use sources::github::read;

/// Returns what stands in for the protection of a branch that the plan does not offer; nothing where it may be offered.
pub fn stands_in(guards: &Guards) -> Option<String> {
    guards.not_offered().map(sentence)
}

/// The same of a record that no leaf holds yet.
pub(super) fn stands_in_of(kept: &Kept) -> Option<String> {
    match readable(kept, Question::Rules, read::branch_rules) {
        Readable::NotOffered { said } => Some(sentence(&said)),
        Readable::Known(_) | Readable::Withheld { .. } | Readable::Unread { .. } => None,
    }
}

fn sentence(said: &str) -> String {
    let said = said.trim_end_matches('.');
    format!(
        "The forge offers no protection of branches for this repository: {said}. What stands in for it: the gate records each \
         answer, and `audit` finds what went around it; nothing stops a push."
    )
}
