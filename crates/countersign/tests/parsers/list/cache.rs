//! Facts of an earlier reading of a repository, as files whose digests are right.

use super::history::{census, history};
use model::digest::Digest;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testkit::Repo;

const HEAD: &str = "head";
const DIGEST_BYTES: usize = 32;

/// A repository that got a commit after its facts were kept, and what was kept.
struct Kept {
    repo: Repo,
    cache: TempDir,
    /// Where the files of the branch lie.
    folder: PathBuf,
    /// The file that names the others, without the digest at its end.
    head: Vec<u8>,
    /// The changes and the commits, in the order in which the head names them.
    named: [Vec<u8>; 2],
}

thread_local! {
    static KEPT: Kept = keep();
}

/// One of the three files of the cache, which the first byte chooses; the others are whole.
pub fn cache(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    KEPT.with(|kept| kept.read_with(usize::from(*which), bytes));
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    KEPT.with(|kept| {
        let boast = boast(kept);
        let files = kept.named.iter().chain([&kept.head]).zip(0_u8..);
        let files = files.chain([(&boast, 2)]);
        files
            .map(|(file, which)| [&[which], file.as_slice()].concat())
            .collect()
    })
}

/// Returns a head that claims more changes than any memory holds, as a varint behind the digest of their file.
fn boast(kept: &Kept) -> Vec<u8> {
    let at = place(&kept.head, &kept.named[0]).expect("the head names it") + DIGEST_BYTES;
    let most = [&[0xff; 9][..], &[1]].concat();
    [&kept.head[..at], &most, &kept.head[at + 1..]].concat()
}

fn keep() -> Kept {
    let repo = history();
    let cache = tempfile::tempdir().expect("a temporary folder");
    let _census = census(&repo, Some(cache.path()));
    let mut folders = fs::read_dir(cache.path()).expect("the cache");
    let folder = folders.next().expect("a branch").expect("a folder").path();
    let mut head = fs::read(folder.join(HEAD)).expect("the head");
    head.truncate(head.len() - DIGEST_BYTES);
    let named = named(&folder, &head);
    repo.commit().message("After that\n").write();
    Kept {
        repo,
        cache,
        folder,
        head,
        named,
    }
}

/// Returns the files that the head names by their digests, in its order.
fn named(folder: &Path, head: &[u8]) -> [Vec<u8>; 2] {
    let files = fs::read_dir(folder).expect("the folder of a branch");
    let files = files.map(|file| fs::read(file.expect("a file").path()).expect("a file"));
    let mut placed: Vec<(usize, Vec<u8>)> = files
        .filter_map(|file| Some((place(head, &file)?, file)))
        .collect();
    placed.sort();
    let files: Vec<Vec<u8>> = placed.into_iter().map(|(_, file)| file).collect();
    files.try_into().expect("changes and commits")
}

/// Returns where the head names this file.
fn place(head: &[u8], file: &[u8]) -> Option<usize> {
    let digest = Digest::of(file);
    let mut windows = head.windows(DIGEST_BYTES);
    windows.position(|window| window == digest.as_bytes())
}

impl Kept {
    fn read_with(&self, which: usize, bytes: &[u8]) {
        let mut head = self.head.clone();
        let mut named = self.named.clone();
        match which % 3 {
            2 => head = bytes.to_vec(),
            spoilt => {
                let at = place(&head, &named[spoilt]).expect("the head names it");
                named[spoilt] = bytes.to_vec();
                head[at..at + DIGEST_BYTES].copy_from_slice(Digest::of(bytes).as_bytes());
            }
        }
        for file in &named {
            self.write(&Digest::of(file).to_string(), file);
        }
        head.extend_from_slice(Digest::of(&head).as_bytes());
        self.write(HEAD, &head);
        let _census = census(&self.repo, Some(self.cache.path()));
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).expect("the cache can be written");
    }
}
