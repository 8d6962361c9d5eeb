//! The census of repositories that the testkit writes byte by byte.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cache;
mod forms;
mod history;
mod incomplete;
mod last;
mod patch;
mod proposal;
mod pushed;
mod real;
mod signatures;
mod survey;
mod texts;

use model::change::Change;
use model::digest::Digest;
use model::period::Period;
use sources::git::{self, Census, CensusError, NoKeys, Options, Silent};
use std::collections::BTreeSet;
use std::path::Path;
use testkit::Repo;

/// Returns the census of the branch of `HEAD`, over the whole history, in two threads and without a cache.
fn census(repo: &Repo) -> Census {
    try_census(&repo.path(), &|_| {}).unwrap()
}

/// Returns the census of a folder, with options that differ from the usual.
fn try_census(path: &Path, differ: &dyn Fn(&mut Options<'_>)) -> Result<Census, CensusError> {
    let (period, addresses) = (Period::all(), BTreeSet::new());
    let mut options = options(&period, &addresses);
    differ(&mut options);
    git::fetch(&git::open(path).unwrap(), &options)
}

fn options<'a>(period: &'a Period, forge_addresses: &'a BTreeSet<String>) -> Options<'a> {
    Options {
        branch: None,
        period,
        repository_name: "larkspur/shop",
        checker: &NoKeys,
        keys_sha256: Digest::of(b"no keys"),
        forge_addresses,
        cache: None,
        threads: 2,
        progress: &Silent,
    }
}

fn only(census: &Census) -> &Change {
    match census.changes.as_slice() {
        [change] => change,
        changes => panic!("{} changes", changes.len()),
    }
}

fn names(identities: &[model::identity::Identity]) -> Vec<&str> {
    identities.iter().map(|identity| &*identity.name).collect()
}
