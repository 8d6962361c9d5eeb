//! Generated years: changes of a branch, what a forge said of their requests, and looks at the branch.

use crate::numbers::Numbers;
use jiff::Timestamp;
use model::change::{Brought, Change, Landed, Proposal, Signature};
use model::check::{CheckReport, CheckRun};
use model::digest::{CommitId, Digest};
use model::identity::Identity;
use model::outcome::Outcome;
use model::population::Sighting;
use model::request::dossier::{Dossier, ForgeFacts, Gated, RequestList, Said};
use model::request::words::RequestState;
use model::request::{ChangeRequest, ListedRequest, Merge, Readable, Tip};
use std::collections::{BTreeMap, BTreeSet};

/// Leaves of the log.
const LEAVES: u64 = 60;

pub(crate) struct Year {
    pub(crate) changes: Vec<Change>,
    pub(crate) facts: ForgeFacts,
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) unbroken_from: u64,
    pub(crate) runs: Vec<CheckRun>,
}

impl Year {
    pub(crate) fn generated(seed: u64) -> Year {
        let mut numbers = Numbers(seed);
        // Now and then more than a rebased request can hold.
        let count = match numbers.percent(2) {
            true => 250 + numbers.below(20),
            false => 1 + numbers.below(14),
        };
        let first = numbers.below(3);
        let changes: Vec<Change> = (0..count)
            .map(|at| change(first + at, &mut numbers))
            .collect();
        let sightings = sightings(&changes, &mut numbers);
        let named = match count < 250 {
            true => 1 + numbers.below(count),
            false => 1,
        };
        let mut facts = ForgeFacts {
            forge: Some("github".to_owned()),
            branch: "main".to_owned(),
            ..ForgeFacts::default()
        };
        for number in 1..=named {
            request(&mut facts, number, &changes, &mut numbers);
        }
        for _ in 0..numbers.below(3) {
            let list = list(&facts, &mut numbers);
            facts.lists.push(list);
        }
        facts.lists.sort_by_key(|list| list.leaf);
        let runs = (0..numbers.below(4)).map(|_| run(&mut numbers));
        let mut runs: Vec<CheckRun> = runs.collect();
        runs.sort_by_key(|run| run.leaf);
        let unbroken_from = match numbers.percent(30) {
            true => numbers.below(LEAVES),
            false => 0,
        };
        Year {
            changes,
            facts,
            sightings,
            unbroken_from,
            runs,
        }
    }
}

/// Returns the commit of a place on the branch, or of a head beside it.
fn id(kind: u8, number: u64) -> CommitId {
    let mut bytes = [kind; 20];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    CommitId::from_bytes(&bytes).unwrap()
}

fn patch(number: u64) -> Digest {
    Digest::of(&number.to_be_bytes())
}

fn at(hours: u64) -> Timestamp {
    Timestamp::from_second(1_767_603_600 + 3600 * hours as i64).unwrap()
}

fn change(position: u64, numbers: &mut Numbers) -> Change {
    let before = position.checked_sub(1).map(|before| id(b'm', before));
    let head = numbers.percent(40).then(|| id(b'h', numbers.below(8)));
    let ada = Identity::new("ada", "ada@larkspur.example");
    Change {
        commit: id(b'm', position),
        position: position as u32,
        parents: before.into_iter().chain(head).collect(),
        tree: numbers.percent(80).then(|| id(b't', numbers.below(4))),
        patch_digest: numbers.percent(90).then(|| patch(numbers.below(6))),
        merged_paths: numbers.percent(90).then(|| numbers.below(2) as u32),
        committed_at: at(numbers.below(LEAVES)),
        authored_at: at(0),
        subject: "Send receipts".to_owned(),
        landed: numbers.one_of(&[Landed::NotEvidenced, Landed::RequestMerge, Landed::Squash]),
        request: None,
        author: ada.clone(),
        committer: ada.clone(),
        forge_committed: false,
        authors: vec![ada],
        co_authors: vec![],
        merger: None,
        brought: Brought::default(),
        signature: Signature::absent(),
        embedded_tag: false,
        assistants: vec![],
        brought_assistants: vec![],
        bot_suffix: false,
        body_words: 0,
        declared_risk: None,
        risk_assessment: false,
        tickets: vec![],
        paths_read: true,
        paths: vec![],
    }
}

/// Clones that were not fetched see fewer commits than others before, and some see another history.
fn sightings(changes: &[Change], numbers: &mut Numbers) -> Vec<Sighting> {
    let first = u64::from(changes[0].position);
    let leaves: BTreeSet<u64> = (0..numbers.below(9))
        .map(|_| numbers.below(LEAVES))
        .collect();
    let one = |leaf: u64| {
        let count = first + numbers.below(changes.len() as u64 + 2);
        let tip = match numbers.percent(85) {
            true => id(b'm', count.saturating_sub(1)),
            false => id(b'x', count),
        };
        let refs = (0..numbers.below(4)).map(|name| (name.to_string(), id(b'h', numbers.below(8))));
        let refs = refs.collect();
        Sighting {
            leaf,
            looked_behind: leaf.saturating_sub(numbers.below(6)),
            at: at(numbers.below(LEAVES)),
            head: tip,
            first_parent_commits: count,
            refs,
        }
    };
    leaves.into_iter().map(one).collect()
}

fn request(facts: &mut ForgeFacts, number: u64, changes: &[Change], numbers: &mut Numbers) {
    let as_what = match changes.len() < 250 {
        true => numbers.one_of(changes).commit,
        false => changes[changes.len() - 1].commit.clone(),
    };
    let leaves: BTreeSet<u64> = (0..numbers.below(4))
        .map(|_| numbers.below(LEAVES))
        .collect();
    let last = leaves.last().copied();
    let branch = numbers.one_of(&["main", "main", "main", "next"]);
    let commits = numbers.one_of(&[None, Some(1), Some(2), Some(4), Some(300)]);
    let is_merged = numbers.percent(80);
    for leaf in leaves {
        let merge = (is_merged && Some(leaf) == last).then(|| Merge {
            at: at(leaf),
            by: None,
            commit: as_what.clone(),
        });
        let mut dossier = dossier(number, leaf, merge, numbers);
        dossier.request.base.branch = branch.to_owned();
        dossier.request.commit_count = commits;
        facts.requests.entry(number).or_default().push(dossier);
    }
    for _ in 0..numbers.below(4) {
        let gated = Gated {
            own_check: String::new(),
            passed: BTreeSet::new(),
            merged_tree: None,
            at: at(0),
            received_at: at(0),
            program_sha256: patch(0),
            by_file: false,
            doubt: None,
            leaf: numbers.below(LEAVES),
            request: number,
            head: id(b'h', number),
            patch_digest: numbers.percent(90).then(|| patch(numbers.below(6))),
            outcome: numbers.one_of(&[Outcome::Pass, Outcome::Fail]),
        };
        let of_request = facts.gates.entry(number).or_default();
        if of_request.iter().all(|it| it.leaf != gated.leaf) {
            of_request.push(gated);
        }
        of_request.sort_by_key(|it| it.leaf);
    }
}

fn dossier(number: u64, leaf: u64, merge: Option<Merge>, numbers: &mut Numbers) -> Dossier {
    let unread = || "nobody asked".to_owned();
    let tip = |commit| Tip {
        branch: "topic".to_owned(),
        commit,
        repository: None,
    };
    let proposed = merge.is_none().then(|| Change {
        patch_digest: Some(patch(numbers.below(6))),
        ..change(9, numbers)
    });
    let proposal = proposed.map(|change| {
        Box::new(Proposal {
            base: id(b'm', 0),
            merge_base: id(b'm', 0),
            change,
        })
    });
    Dossier {
        leaf,
        at: at(leaf),
        after: None,
        request: ChangeRequest {
            number,
            title: String::new(),
            body: String::new(),
            author: None,
            state: RequestState::Closed,
            is_draft: None,
            base: tip(id(b'm', 0)),
            head: tip(id(b'h', number)),
            labels: BTreeSet::new(),
            created_at: at(0),
            closed_at: None,
            merge,
            trial: None,
            commit_count: None,
        },
        said: Said::default(),
        commits: Readable::Unread { why: unread() },
        reviews: Readable::Unread { why: unread() },
        comments: Readable::Unread { why: unread() },
        pipelines: None,
        checks: Readable::Unread { why: unread() },
        statuses: Readable::Unread { why: unread() },
        linked: Readable::Unread { why: unread() },
        tickets: BTreeMap::new(),
        proposal: proposal.ok_or_else(unread),
    }
}

/// A list shows other things of a request than its own record, as where it changed in between.
fn list(facts: &ForgeFacts, numbers: &mut Numbers) -> RequestList {
    let leaf = numbers.below(LEAVES);
    let last = facts.requests.values().filter_map(|them| them.last());
    let mut listed = Vec::new();
    for dossier in last {
        let request = &dossier.request;
        let merge = request.merge.as_ref().filter(|_| numbers.percent(80));
        listed.push(ListedRequest {
            number: request.number + numbers.one_of(&[0, 0, 0, 100]),
            state: RequestState::Closed,
            head: request.head.commit.clone(),
            base_branch: numbers.one_of(&["main", "main", "next"]).to_owned(),
            updated_at: at(0),
            merged_at: merge.map(|merge| merge.at),
            merge_commit: merge.map(|merge| merge.commit.clone()),
        });
    }
    RequestList {
        leaf,
        at: at(leaf),
        looked_behind: leaf.saturating_sub(numbers.below(5)),
        requests: match numbers.percent(85) {
            true => Readable::Known(listed),
            false => Readable::Unread {
                why: "not all of it came".to_owned(),
            },
        },
    }
}

fn run(numbers: &mut Numbers) -> CheckRun {
    let report: Result<CheckReport, String> = Err("it is empty".to_owned());
    CheckRun {
        leaf: numbers.below(LEAVES),
        at: at(numbers.below(LEAVES)),
        kind: None,
        name: "report".to_owned(),
        commit: id(b'h', 0),
        tree: id(b't', numbers.below(4)),
        supersedes: None,
        report,
    }
}
