//! The commit objects of real repositories, where this machine has them.

use crate::try_census;
use model::change::{Landed, SignatureKind};
use model::population::Incomplete;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use testkit::{Hash, Layout, Repo};

/// Commit objects by id, in the order of the file.
type Objects = Vec<(String, Vec<u8>)>;

/// Returns every object of a file in the form of `git cat-file --batch`.
fn objects(path: &Path) -> Objects {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    let mut objects = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let words: Vec<&str> = std::str::from_utf8(&rest[..end])
            .unwrap()
            .split(' ')
            .collect();
        let size: usize = words[2].parse().unwrap();
        objects.push((words[0].to_owned(), rest[end + 1..][..size].to_vec()));
        rest = &rest[end + 1 + size + 1..];
    }
    objects
}

/// What a second, simpler reading of the same bytes counts: text and string searches, no parser of ours.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    changes: usize,
    landed: BTreeMap<String, usize>,
    commits: usize,
    openpgp: usize,
    ssh: usize,
    unsigned: usize,
    tags: usize,
    brought: usize,
}

fn count(objects: &Objects, head: &str) -> Count {
    let texts: HashMap<&str, String> = objects
        .iter()
        .map(|(id, bytes)| (id.as_str(), String::from_utf8_lossy(bytes).into_owned()))
        .collect();
    let mut count = Count::default();
    let mut seen = HashSet::new();
    let mut pending = vec![head];
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            count.signature(headers(&texts[id]));
            pending.extend(parents(&texts[id]));
        }
    }
    count.commits = seen.len();
    let mut next = Some(head);
    while let Some(id) = next {
        let landed = landed(&texts[id]);
        *count.landed.entry(landed.to_owned()).or_default() += 1;
        count.changes += 1;
        next = parents(&texts[id]).first().copied();
    }
    // Every commit that is not on the chain was brought in by exactly one change.
    count.brought = count.commits - count.changes;
    count
}

impl Count {
    fn signature(&mut self, headers: &str) {
        self.tags += usize::from(headers.contains("\nmergetag "));
        if headers.contains("\ngpgsig -----BEGIN PGP") {
            self.openpgp += 1;
        } else if headers.contains("\ngpgsig -----BEGIN SSH") {
            self.ssh += 1;
        } else {
            self.unsigned += 1;
        }
    }
}

fn headers(text: &str) -> &str {
    text.split_once("\n\n").map_or(text, |(headers, _)| headers)
}

fn parents(text: &str) -> Vec<&str> {
    headers(text)
        .lines()
        .filter_map(|line| line.strip_prefix("parent "))
        .collect()
}

fn landed(text: &str) -> &'static str {
    let message = text
        .split_once("\n\n")
        .map_or("", |(_, message)| message)
        .trim_start();
    let subject = message
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ");
    let subject = subject.trim();
    let github = subject.starts_with("Merge pull request #");
    let number = subject
        .strip_suffix(')')
        .and_then(|it| it.rsplit_once("(#"))
        .is_some_and(|(_, digits)| {
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        });
    match parents(text).len() {
        0 => "root",
        1 if number => "squash",
        1 => "not_evidenced",
        _ if github || number => "request_merge",
        _ => "branch_merge",
    }
}

fn word(landed: Landed) -> String {
    let json = serde_json::to_value(landed).unwrap();
    json.as_str().unwrap().to_owned()
}

fn of_census(repo: &Repo) -> Count {
    let census = try_census(&repo.path(), &|_| {}).unwrap();
    assert_eq!(census.observation.incomplete, [Incomplete::MissingObjects]);
    let all = census.observation.all_commits;
    let mut count = Count {
        changes: census.changes.len(),
        commits: all.commits as usize,
        openpgp: all.signature.openpgp as usize,
        ssh: all.signature.ssh as usize,
        unsigned: all.signature.none as usize,
        tags: all.embedded_tags as usize,
        ..Count::default()
    };
    for change in &census.changes {
        *count.landed.entry(word(change.landed)).or_default() += 1;
        count.brought += change.brought.commits as usize;
        let signed = change.signature.kind != SignatureKind::None;
        assert_eq!(
            signed,
            change.signature.check != model::change::SignatureCheck::Absent
        );
    }
    count
}

fn repository(folder: &Path) -> (Repo, Objects, String) {
    let objects = objects(&folder.join("commits.batch.gz"));
    let refs = std::fs::read_to_string(folder.join("refs.txt")).unwrap();
    let head = refs
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("HEAD "))
        .unwrap()
        .to_owned();
    let repo = Repo::with(Layout::Bare, Hash::Sha1);
    for (id, bytes) in &objects {
        assert_eq!(*id, repo.raw_commit(bytes));
    }
    repo.branch("main", &head);
    (repo, objects, head)
}

#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn check(name: &str) {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../../../shared/data/git").join(name);
    if !folder.exists() {
        println!("skipped: no test data");
        return;
    }
    let (repo, objects, head) = repository(&folder);
    let counted = count(&objects, &head);
    assert_eq!(of_census(&repo), counted);
}

#[test]
fn straight_to_main() {
    check("simonw+llm");
}

#[test]
fn requests_that_their_author_merges() {
    check("dtolnay+syn");
}

#[test]
fn squashes_with_bots() {
    check("typst+typst");
}
