//! Versions of rulesets: which of them are asked for, and what was recorded of them.

use super::answered::readable;
use super::facts::each;
use super::record::{About, Kept, Question};
use ledger::read::{Entry, ReadError, Reader};
use model::program::RepositoryForge;
use model::request::dossier::StateSeen;
use model::request::rules::RulesetVersion;
use sources::github::read;
use std::collections::{BTreeMap, BTreeSet};

/// Versions of one ruleset that are asked for in one run, the oldest first; the next run goes on from there.
pub const MAX_VERSIONS: usize = 100;

/// What the log holds of the versions of rulesets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownVersions {
    /// Whether what protects a branch was ever recorded.
    has_look: bool,
    /// The newest version of each ruleset that the first look listed.
    first: BTreeMap<u64, u64>,
    /// Versions whose content is recorded.
    contents: BTreeSet<(u64, u64)>,
    /// The rulesets that could be read when they were asked for last.
    rulesets: BTreeSet<u64>,
}

/// Returns what these leaves, the first of a log, hold of the versions of the rulesets of a repository.
pub fn known(
    reader: &Reader,
    entries: &[Entry],
    (named, forge): (&str, &RepositoryForge),
) -> Result<KnownVersions, ReadError> {
    let mut known = KnownVersions::default();
    let is_look =
        |kept: &Kept| kept.is_of(named, forge) && matches!(kept.record.about, About::Branch { .. });
    let look = |_: &Entry, _, payload: &[u8]| Kept::parse(payload).filter(is_look);
    each(reader, entries, look, |found| {
        if let Some(kept) = found.held {
            known.enter(&kept);
        }
    })?;
    Ok(known)
}

impl KnownVersions {
    fn enter(&mut self, kept: &Kept) {
        let is_first = !std::mem::replace(&mut self.has_look, true);
        for question in kept.record.answers.iter().map(|answer| answer.question) {
            if let Question::Ruleset { id } = question {
                match readable(kept, question, read::ruleset).known() {
                    Ok(_) => self.rulesets.insert(id),
                    Err(_) => self.rulesets.remove(&id),
                };
            }
            if let Question::RulesetVersions { id } = question
                && let Ok(versions) = readable(kept, question, read::ruleset_versions).known()
                && let Some(newest) = versions.iter().map(|it| it.version).max()
            {
                // A ruleset that came since had no version at the first look.
                let first = if is_first { newest } else { 0 };
                self.first.entry(id).or_insert(first);
            }
            if let Question::RulesetVersion { id, version } = question
                && readable(kept, question, read::ruleset_version)
                    .known()
                    .is_ok()
            {
                self.contents.insert((id, version));
            }
        }
    }

    /// Returns the rulesets that were there when they were asked for last: one that is off is not among the rules in force.
    pub(super) fn rulesets(&self) -> impl Iterator<Item = u64> {
        self.rulesets.iter().copied()
    }

    /// Returns the versions of a ruleset that are to be asked for. What it said before the first look shows nothing of what
    /// came between two.
    pub(super) fn wanted(&self, id: u64, listed: &[RulesetVersion]) -> Vec<u64> {
        let first = self.first.get(&id).copied();
        let is_wanted = |version: &u64| {
            self.has_look
                && first.is_none_or(|first| *version > first)
                && !self.contents.contains(&(id, *version))
        };
        let versions: BTreeSet<u64> = listed.iter().map(|it| it.version).collect();
        let wanted = versions.into_iter().filter(is_wanted);
        wanted.take(MAX_VERSIONS).collect()
    }
}

/// Adds what a record holds of the versions of rulesets; what cannot be read is missing.
pub(super) fn enter(states: &mut BTreeMap<(u64, u64), StateSeen>, leaf: u64, kept: &Kept) {
    for question in kept.record.answers.iter().map(|answer| answer.question) {
        let Question::RulesetVersion { id, version } = question else {
            continue;
        };
        let state = readable(kept, question, read::ruleset_version);
        if let Ok(state) = state.known()
            && state.version.version == version
            && state.ruleset.id == id
        {
            let state = state.clone();
            states.insert((id, version), StateSeen { leaf, state });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{About, Kept, KnownVersions, MAX_VERSIONS, Question};
    use model::request::rules::RulesetVersion;

    fn listed(versions: impl IntoIterator<Item = u64>) -> Vec<RulesetVersion> {
        let version = |version| RulesetVersion {
            version,
            actor: None,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        };
        versions.into_iter().map(version).collect()
    }

    #[test]
    fn a_ruleset_that_came_since_the_first_look_is_asked_for_to_its_end() {
        let branch = || About::Branch {
            name: "main".to_owned(),
        };
        let look = || Kept::new("github", "https://api.github.com", "a/b", "b", branch());
        let mut known = KnownVersions::default();
        known.enter(&look());
        let mut second = look();
        let listed = listed(1..=250);
        let wire = |it: &RulesetVersion| {
            format!(
                r#"{{"version_id":{},"updated_at":"1970-01-01T00:00:00Z","actor":null}}"#,
                it.version
            )
        };
        let body: Vec<String> = listed.iter().map(wire).collect();
        let question = Question::RulesetVersions { id: 1 };
        let body = format!("[{}]", body.join(","));
        second.add_body(question, jiff::Timestamp::UNIX_EPOCH, body.into_bytes());
        known.enter(&second);
        assert_eq!(known.first.get(&1), Some(&0));
        known.contents.extend((1..=100).map(|version| (1, version)));
        assert_eq!(known.wanted(1, &listed).first(), Some(&101));
    }

    #[test]
    fn what_lies_behind_the_first_look_is_asked_once() {
        let mut known = KnownVersions::default();
        assert!(known.wanted(1, &listed([3, 2, 1])).is_empty());
        known.has_look = true;
        // A ruleset that came since has no version that was there before.
        assert_eq!(known.wanted(1, &listed([3, 2, 1])), [1, 2, 3]);
        known.first.insert(1, 2);
        assert_eq!(known.wanted(1, &listed([5, 4, 3, 2, 1])), [3, 4, 5]);
        known.contents.insert((1, 4));
        assert_eq!(known.wanted(1, &listed([5, 4, 3, 2, 1])), [3, 5]);
        assert_eq!(known.wanted(1, &listed(0..1_000)).len(), MAX_VERSIONS);
    }
}
