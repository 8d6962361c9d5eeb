//! Who appears in a population, and who of them is nobody in the program.

use crate::directory::{Directory, UNKNOWN};
use model::change::Change;
use model::identity::Identity;
use model::program::{Principal, PrincipalId, Program};
use model::report::{ChangeReport, PrincipalReport};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn principals(
    program: &Program,
    facts: &[Change],
    changes: &[ChangeReport],
    directory: &Directory<'_>,
) -> Vec<PrincipalReport> {
    let mut counts: BTreeMap<&PrincipalId, [u64; 3]> = BTreeMap::new();
    for (change, row) in facts.iter().zip(changes) {
        let mut authors: Vec<&PrincipalId> = change
            .authors
            .iter()
            .filter_map(|author| Some(&directory.principal_of(author)?.id))
            .collect();
        authors.sort_unstable();
        authors.dedup();
        for author in authors {
            counts.entry(author).or_default()[0] += 1;
        }
        // A label that is no id is of nobody in the program.
        let mut principals = program.principals.iter();
        let merger = principals.find(|it| row.merger.as_deref() == Some(it.id.as_str()));
        if let Some(merger) = merger {
            let entry = counts.entry(&merger.id).or_default();
            entry[1] += 1;
            entry[2] += u64::from(row.self_merged == Some(true));
        }
    }
    let report = |principal: &Principal| {
        let [authored, merged, self_merged] =
            counts.get(&principal.id).copied().unwrap_or_default();
        PrincipalReport {
            id: principal.id.clone(),
            name: principal.name.clone(),
            kind: principal.kind,
            title: principal.title.clone(),
            authored,
            merged,
            self_merged,
        }
    };
    program.principals.iter().map(report).collect()
}

pub(super) fn unknown_identities(
    facts: &[Change],
    changes: &[ChangeReport],
    directory: &Directory<'_>,
) -> BTreeMap<String, u64> {
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    for row in changes {
        let said = row.at_forge.as_ref();
        let accounts = said.map(|said| BTreeSet::from([&said.opened_by, &said.merged_by]));
        let accounts = accounts.into_iter().flatten().flatten();
        for account in accounts.filter_map(|it| it.strip_prefix(UNKNOWN)) {
            *unknown.entry(account.to_owned()).or_default() += 1;
        }
    }
    for change in facts {
        let forge =
            |identity: &&Identity| !(change.forge_committed && **identity == change.committer);
        let mut seen: Vec<&Identity> = change
            .authors
            .iter()
            .chain([&change.author, &change.committer])
            .filter(forge)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        for identity in seen
            .into_iter()
            .filter(|identity| directory.principal_of(identity).is_none())
        {
            *unknown.entry(identity.to_string()).or_default() += 1;
        }
    }
    unknown
}
