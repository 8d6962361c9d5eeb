//! Groups authors and their addresses into likely principals. A guess, and the draft says so.

use model::change::{Change, Landed};
use model::identity::Identity;
use model::program::PrincipalKind;
use sources::git::{Survey, message};
use std::collections::{BTreeMap, BTreeSet};

/// A likely principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// The short name, unique in the draft.
    pub(super) id: String,
    /// The name that most commits carry.
    pub(super) name: String,
    /// What it seems to be.
    pub(super) kind: PrincipalKind,
    /// Its addresses, sorted.
    pub(super) addresses: BTreeSet<String>,
    /// Its accounts at the forge, sorted.
    pub(super) accounts: BTreeSet<String>,
    /// Changes in which it is an author.
    pub(super) authored: u64,
    /// Changes that it put on the protected branch.
    pub(super) landed: u64,
}

/// One in so many changes makes their author somebody who works there.
const ONE_IN: u64 = 100;
/// Whoever wrote fewer does not seem to work there, however few there are in all.
const FEW: u64 = 3;

impl Person {
    /// Returns whether a human seems to work there: it landed a change, or wrote a fair share of them.
    pub(super) fn is_staff(&self, changes: usize) -> bool {
        let share = self.authored.saturating_mul(ONE_IN) >= changes as u64;
        let wrote = self.authored >= FEW && share;
        self.kind == PrincipalKind::Human && (self.landed > 0 || wrote)
    }
}

/// What an identity did in the changes of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Author {
    identity: Identity,
    authored: u64,
    landed: u64,
}

/// Returns the likely principals of some changes, the busiest first.
pub(super) fn group(changes: &[Change], survey: &Survey) -> Vec<Person> {
    let authors = authors(changes);
    let mut groups = Groups::new(authors.len());
    for tie in ties(&authors, survey) {
        groups.join(&tie);
    }
    let mut members: BTreeMap<usize, Vec<&Author>> = BTreeMap::new();
    for (index, author) in authors.iter().enumerate() {
        members.entry(groups.root(index)).or_default().push(author);
    }
    let mut people: Vec<Person> = members
        .into_values()
        .map(|authors| person(&authors))
        .collect();
    people.sort_by(|a, b| {
        (b.landed, b.authored)
            .cmp(&(a.landed, a.authored))
            .then_with(|| a.name.cmp(&b.name))
    });
    name_uniquely(&mut people);
    people
}

fn authors(changes: &[Change]) -> Vec<Author> {
    let mut counts: BTreeMap<&Identity, [u64; 2]> = BTreeMap::new();
    for change in changes {
        for author in &change.authors {
            counts.entry(author).or_default()[0] += 1;
        }
        if let Some(lander) = lander(change) {
            counts.entry(lander).or_default()[1] += 1;
        }
    }
    let author = |(identity, [authored, landed]): (&Identity, [u64; 2])| Author {
        identity: identity.clone(),
        authored,
        landed,
    };
    counts.into_iter().map(author).collect()
}

/// Returns who put a change on the protected branch, as far as git shows it.
fn lander(change: &Change) -> Option<&Identity> {
    match change.landed {
        Landed::RequestMerge | Landed::BranchMerge | Landed::Squash => change.merger.as_ref(),
        Landed::NotEvidenced | Landed::Root => {
            (!change.forge_committed).then_some(&change.committer)
        }
    }
}

/// Returns sets of authors that share an address, an account, an entry of `.mailmap` or a full name.
fn ties(authors: &[Author], survey: &Survey) -> Vec<Vec<usize>> {
    let mut by_trait: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, author) in authors.iter().enumerate() {
        for shared in traits(&author.identity, survey) {
            by_trait.entry(shared).or_default().push(index);
        }
    }
    by_trait
        .into_values()
        .filter(|indices| indices.len() > 1)
        .collect()
}

fn traits(identity: &Identity, survey: &Survey) -> Vec<String> {
    let mut traits = vec![format!("address {}", identity.address.to_lowercase())];
    traits.extend(
        identity
            .noreply_account()
            .map(|account| format!("account {}", account.to_lowercase())),
    );
    traits.extend(full_name(&identity.name).map(|name| format!("name {name}")));
    let mapped = survey
        .mailmap
        .iter()
        .filter(|entry| entry.commit_address.eq_ignore_ascii_case(&identity.address));
    traits.extend(mapped.map(|entry| format!("address {}", entry.address.to_lowercase())));
    traits
}

/// One word alone is too common to tell people apart.
fn full_name(name: &str) -> Option<String> {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    (words.len() > 1).then(|| words.join(" "))
}

fn person(authors: &[&Author]) -> Person {
    let busiest = authors
        .iter()
        .max_by_key(|author| (author.authored, std::cmp::Reverse(&author.identity)));
    let identity = busiest.map_or_else(|| Identity::new("", ""), |author| author.identity.clone());
    let kind = kind(authors);
    Person {
        id: slug(&identity.name),
        name: if identity.name.trim().is_empty() {
            "somebody".into()
        } else {
            identity.name.to_string()
        },
        kind,
        addresses: authors
            .iter()
            .filter_map(|author| address(&author.identity))
            .collect(),
        accounts: authors
            .iter()
            .filter_map(|author| author.identity.noreply_account())
            .map(str::to_lowercase)
            .collect(),
        authored: authors.iter().map(|author| author.authored).sum(),
        landed: authors.iter().map(|author| author.landed).sum(),
    }
}

/// Git lets a committer type anything; only what could be an address identifies somebody.
fn address(identity: &Identity) -> Option<String> {
    let (local, host) = identity.address.split_once('@')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
    };
    (plain(local) && plain(host)).then(|| identity.address.to_lowercase())
}

/// An assistant that commits under its own address is an agent; a `[bot]` suffix hints at an automation.
fn kind(authors: &[&Author]) -> PrincipalKind {
    let trailer = |author: &&Author| format!("Co-authored-by: {}", author.identity);
    let named =
        |author: &&Author| !message::named_assistants(trailer(author).as_bytes(), None).is_empty();
    if authors
        .iter()
        .any(|author| author.identity.has_bot_suffix())
    {
        PrincipalKind::Automation
    } else if authors.iter().any(named) {
        PrincipalKind::Agent
    } else {
        PrincipalKind::Human
    }
}

/// Returns a name in the form of a principal's id.
pub(super) fn slug(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let dashed: String = name.chars().map(plain).collect();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(48).collect();
    if slug.is_empty() {
        "somebody".into()
    } else {
        slug
    }
}

fn name_uniquely(people: &mut [Person]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for person in people {
        let base = person.id.clone();
        let mut number = 1;
        while !taken.insert(person.id.clone()) {
            number += 1;
            person.id = format!("{base}-{number}");
        }
    }
}

/// Disjoint sets of indices.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Groups {
        Groups((0..count).collect())
    }

    fn root(&mut self, index: usize) -> usize {
        let mut root = index;
        while self.0[root] != root {
            self.0[root] = self.0[self.0[root]];
            root = self.0[root];
        }
        root
    }

    fn join(&mut self, indices: &[usize]) {
        for pair in indices.windows(2) {
            let (a, b) = (self.root(pair[0]), self.root(pair[1]));
            self.0[a.max(b)] = a.min(b);
        }
    }
}
