//! Who appears in a population, and who of them is nobody in the program.

use crate::directory::Directory;
use crate::merge::Requests;
use crate::merge::at_forge::{self, Actors, Whose};
use model::change::Change;
use model::identity::Identity;
use model::program::{Principal, PrincipalId, Program};
use model::report::{ChangeReport, PrincipalReport};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn principals(
    program: &Program,
    facts: &[Change],
    changes: &[ChangeReport],
    requests: &Requests<'_>,
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
        let said = at_forge::actors(change, requests, directory).merger;
        let merger = match &said {
            // The forge knows who let it land; git shows at most who committed.
            Some(Whose::Principal(principal)) => Some(&principal.id),
            Some(Whose::Nobody(_)) => None,
            None => {
                let committer = change.merger.as_ref();
                committer.and_then(|it| Some(&directory.principal_of(it)?.id))
            }
        };
        if let Some(merger) = merger {
            let entry = counts.entry(merger).or_default();
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

/// Returns the accounts of nobody in the program that let requests land, with the numbers of these.
pub(super) fn strange_mergers(
    facts: &[Change],
    requests: &Requests<'_>,
    directory: &Directory<'_>,
) -> BTreeMap<String, BTreeSet<u64>> {
    let mut strangers: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for change in facts {
        let actors = at_forge::actors(change, requests, directory);
        let merger = actors.merger.and_then(nobodys);
        if let Some((account, number)) = merger.zip(actors.request) {
            strangers.entry(account).or_default().insert(number);
        }
    }
    strangers
}

fn nobodys(whose: Whose<'_>) -> Option<String> {
    match whose {
        Whose::Principal(_) => None,
        Whose::Nobody(account) => Some(account),
    }
}

pub(super) fn unknown_identities(
    facts: &[Change],
    requests: &Requests<'_>,
    directory: &Directory<'_>,
) -> BTreeMap<String, u64> {
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    for change in facts {
        let Actors { opener, merger, .. } = at_forge::actors(change, requests, directory);
        let accounts = [opener, merger].into_iter().flatten();
        let nobodys: BTreeSet<String> = accounts.filter_map(nobodys).collect();
        for account in nobodys {
            *unknown.entry(account).or_default() += 1;
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
