//! Fixtures, and the commits of real repositories.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Returns the bytes of a fixture.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a fixture that is text.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

/// Returns the folder of real commits, or says that there is none.
pub(crate) fn git_data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/git");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no test data");
    None
}

/// Returns the name and the bytes of every commit of a repository, from the output of `git cat-file --batch`.
pub(crate) fn commits(folder: &Path, repository: &str) -> Vec<(String, Vec<u8>)> {
    let path = folder
        .join(repository.replace('/', "+"))
        .join("commits.batch.gz");
    let mut batch = Vec::new();
    flate2::read::GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_end(&mut batch)
        .unwrap();
    let mut rest = &batch[..];
    let mut commits = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let header = str::from_utf8(&rest[..end]).unwrap();
        let [name, "commit", len] = header.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{header}")
        };
        let (commit, after) = rest[end + 1..].split_at(len.parse().unwrap());
        commits.push((name.to_owned(), commit.to_vec()));
        rest = &after[1..];
    }
    commits
}
