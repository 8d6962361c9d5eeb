//! Two real repositories, audited by the binary: its totals are those of a simpler count, its signatures ssh-keygen's.

use crate::runner;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use testkit::{Hash, Layout, Repo};

/// The text of each commit object by its name.
type Commits = BTreeMap<String, String>;

/// Returns the test data that others made, which not every machine has.
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/git");
    if !folder.exists() {
        println!("skipped: no test data");
        return None;
    }
    Some(folder)
}

/// Writes the commit objects of a file in the form of `git cat-file --batch` into a bare repository.
fn repository(folder: &Path) -> (Repo, Commits, String) {
    let mut bytes = Vec::new();
    let file = fs::File::open(folder.join("commits.batch.gz")).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_end(&mut bytes)
        .unwrap();
    let repo = Repo::with(Layout::Bare, Hash::Sha1);
    let mut commits = Commits::new();
    let mut rest = bytes.as_slice();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let line = std::str::from_utf8(&rest[..end]).unwrap();
        let size: usize = line.rsplit(' ').next().unwrap().parse().unwrap();
        let object = &rest[end + 1..][..size];
        let text = String::from_utf8_lossy(object).into_owned();
        commits.insert(repo.raw_commit(object), text);
        rest = &rest[end + 1 + size + 1..];
    }
    let refs = fs::read_to_string(folder.join("refs.txt")).unwrap();
    let head = refs.lines().find_map(|line| line.strip_prefix("HEAD "));
    let head = head.unwrap().to_owned();
    repo.branch("main", &head);
    (repo, commits, head)
}

fn headers(text: &str) -> &str {
    text.split_once("\n\n").map_or(text, |(headers, _)| headers)
}

fn parents(text: &str) -> Vec<&str> {
    let lines = headers(text).lines();
    lines
        .filter_map(|line| line.strip_prefix("parent "))
        .collect()
}

/// Counts changes, merges, and signatures by SSH, by OpenPGP and absent, by searching the text of commits.
fn count<'c>(texts: impl IntoIterator<Item = &'c str>) -> [u64; 5] {
    let mut count = [0; 5];
    for text in texts {
        count[0] += 1;
        count[1] += u64::from(parents(text).len() > 1);
        let kinds = ["\ngpgsig -----BEGIN SSH", "\ngpgsig -----BEGIN PGP"];
        let kind = kinds.iter().position(|kind| headers(text).contains(kind));
        count[2 + kind.unwrap_or(2)] += 1;
    }
    count
}

fn first_parents<'c>(commits: &'c Commits, head: &'c str) -> Vec<&'c str> {
    let next = |id: &&str| parents(&commits[*id]).first().copied();
    std::iter::successors(Some(head), next).collect()
}

fn reachable<'c>(commits: &'c Commits, head: &'c str) -> BTreeSet<&'c str> {
    let mut seen = BTreeSet::new();
    let mut pending = vec![head];
    while let Some(id) = pending.pop() {
        if seen.insert(id) {
            pending.extend(parents(&commits[id]));
        }
    }
    seen
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// Returns the key of each signature that ssh-keygen found good, by commit.
fn truth(data: &Path, repository: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(data.join("ssh_signature_truth.jsonl")).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own = lines.filter(|line| line["repo"] == repository && line["valid"] == true);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    own.map(|line| (word(&line["sha"]), word(&line["fpr"])))
        .collect()
}

/// Returns the second that the committer typed.
fn committed_at(text: &str) -> i64 {
    let mut lines = headers(text).lines();
    let committer = lines.find_map(|line| line.strip_prefix("committer "));
    let mut words = committer.unwrap().rsplit(' ');
    words.nth(1).unwrap().parse().unwrap()
}

/// Returns the key of each change that is signed by SSH, all of which are good.
fn keys_of_ssh(audit: &Value) -> BTreeMap<String, String> {
    let changes = audit["changes"].as_array().unwrap().iter();
    let by_ssh = changes.filter(|change| change["signature"]["kind"] == "ssh");
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    by_ssh
        .map(|change| {
            let signature = &change["signature"];
            assert_eq!(signature["verdict"], "valid_unknown_key", "{change}");
            (word(&change["commit"]), word(&signature["key"]))
        })
        .collect()
}

/// Audits the changes from the second `from` on, which is the day `since`.
fn check(name: &str, since: &str, from: i64) {
    let Some(data) = data() else { return };
    let (repo, commits, head) = repository(&data.join(name.replace('/', "+")));
    let runner = runner().in_dir(repo.beside("audit"));
    let clone = repo.path().display().to_string();
    let period = format!("{since}..2100-01-01");
    let arguments = ["audit", "--period", &period, "--format", "json", &clone];
    let run = runner
        .run(arguments.into_iter().chain(["--ledger", "log"]))
        .expect_code(0);
    let audit: Value = serde_json::from_str(&run.stdout).unwrap();

    let mut chain = first_parents(&commits, &head);
    chain.retain(|id| committed_at(&commits[*id]) >= from);
    let totals = &audit["totals"];
    let landed = &totals["landed"];
    let merges = number(&landed["request_merge"]) + number(&landed["branch_merge"]);
    let signed = |of: &Value| ["ssh", "openpgp", "none"].map(|kind| number(&of[kind]));
    let [ssh, openpgp, none] = signed(&totals["signature"]);
    let found = [number(&totals["changes"]), merges, ssh, openpgp, none];
    assert_eq!(found, count(chain.iter().map(|id| commits[*id].as_str())));

    let all = reachable(&commits, &head);
    let counted = count(all.iter().map(|id| commits[*id].as_str()));
    assert_eq!(number(&totals["all_commits"]["commits"]), counted[0]);
    assert_eq!(signed(&totals["all_commits"]["signature"]), counted[2..]);

    let mut truth = truth(&data, name);
    truth.retain(|commit, _| chain.contains(&commit.as_str()));
    assert_eq!(keys_of_ssh(&audit), truth);
    let _holds = runner.run(["verify", "report"]).expect_code(0);
}

#[test]
fn straight_to_main() {
    check("simonw/llm", "2000-01-01", 946_684_800);
}

#[test]
fn squashes_with_bots() {
    check("typst/typst", "2000-01-01", 946_684_800);
}
