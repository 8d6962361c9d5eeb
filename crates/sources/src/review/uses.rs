//! Where names of a difference are used, beside each part of it.

use super::defined::{Defined, defined};
use super::search::{Search, Use};
use super::shown::Side;
use crate::git::{Repo, Within};
use model::digest::CommitId;
use model::patch::Patch;
use model::review::Covered;
use std::collections::BTreeSet;

/// How much of a commit is looked through.
const WITHIN: Within = Within {
    entries: 50_000,
    bytes: 64 << 20,
    file_bytes: 512 << 10,
};

/// What a difference defines, and where that is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Used {
    defined: Vec<Defined>,
    uses: Vec<Use>,
}

/// Returns where the names of a difference are used, as far as the repository holds its last commit.
pub fn used(repo: &Repo, head: &CommitId, patch: &Patch) -> Used {
    let defined = defined(patch);
    let Some(mut search) = Search::new(patch, &defined) else {
        return Used::default();
    };
    let near: Vec<&str> = patch.files.iter().map(|file| file.path.as_str()).collect();
    repo.each_text(head, &near, WITHIN, |path, text| search.file(path, text));
    Used::new(defined, search.found())
}

impl Used {
    pub(super) fn new(defined: Vec<Defined>, uses: Vec<Use>) -> Used {
        Used { defined, uses }
    }

    /// Returns whether nothing is used.
    pub fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// Returns the lines that use what these lines define, of no more than so many bytes together.
    pub fn beside(&self, covers: &[Covered], max_bytes: usize) -> Vec<String> {
        let is_in = |it: &Defined, of: &Covered| {
            let spans = match it.side {
                Side::Before => &of.removed,
                Side::After => &of.added,
            };
            let holds = |span: &(u32, u32)| (span.0..=span.1).contains(&it.line);
            of.file == it.file && spans.iter().any(holds)
        };
        let of_part = |it: &&Defined| covers.iter().any(|of| is_in(it, of));
        let names = self.defined.iter().filter(of_part);
        let names: BTreeSet<&str> = names.map(|it| it.name.as_str()).collect();
        let uses = self.uses.iter();
        let uses = uses.filter(|it| names.contains(it.name.as_str()));
        let mut left = max_bytes;
        let line = |it: &Use| {
            let path = it.path.escape_debug();
            format!("- {}: {path}:{}: {}", it.name, it.line, it.text)
        };
        let fits = |line: &String| {
            let is_room = line.len() < left;
            left = left.saturating_sub(line.len() + 1);
            is_room
        };
        uses.map(line).take_while(fits).collect()
    }
}
