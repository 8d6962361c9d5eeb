//! One bit of one byte at a time, in every file of a report.

use crate::company::{Company, chain, files, now, refused};
use countersign::verify::{self, VerifyError};
use model::period::Period;
use std::fs;
use std::path::Path;
use std::thread;

/// Files that are shorter are flipped at every byte.
const WHOLE_BYTES: usize = 4096;
/// Bytes of longer files that are flipped.
const SPREAD: usize = 200;
const THREADS: usize = 2;

#[test]
fn every_byte_of_every_file_counts() {
    let company = Company::audited(&Period::all());
    let mut names = files(&company.folder());
    // It takes a second to set; it has a test of its own.
    names.retain(|name| name != "report.pdf");
    assert!(names.len() > 12, "{names:?}");
    thread::scope(|scope| {
        for first in 0..THREADS {
            let (copy, names) = (company.copy(), &names);
            scope.spawn(move || {
                for name in names.iter().skip(first).step_by(THREADS) {
                    flip_all(copy.path(), name);
                }
                verify::verify(copy.path(), &[], now()).expect("everything was put back");
            });
        }
    });
}

fn flip_all(folder: &Path, name: &str) {
    let path = folder.join(name);
    let bytes = fs::read(&path).expect("a file of the report");
    for offset in offsets(bytes.len()) {
        let mut flipped = bytes.clone();
        flipped[offset] ^= 1 << (offset % 8);
        fs::write(&path, flipped).expect("the flipped file");
        let what = format!("{name}, byte {offset}");
        check(&refused(folder, &what), name, offset);
    }
    fs::write(&path, bytes).expect("the file as it was");
}

fn offsets(length: usize) -> impl Iterator<Item = usize> {
    let step = match length {
        0..WHOLE_BYTES => 1,
        _ => length / SPREAD,
    };
    (0..length).step_by(step)
}

/// A file that is made again is compared byte by byte; of the others only digests are known.
fn check(error: &VerifyError, name: &str, flipped: usize) {
    let text = chain(error);
    assert!(
        text.contains(name),
        "{name}, byte {flipped}, is not named:\n{text}"
    );
    let is_git = name == ".gitignore";
    assert_eq!(
        is_git,
        matches!(error, VerifyError::Unlisted { .. }),
        "{text}"
    );
    let made_again = !name.contains('/') && !is_git;
    if made_again {
        let VerifyError::Byte { offset, .. } = error else {
            panic!("{name}, byte {flipped}: {text}");
        };
        assert_eq!(*offset, flipped as u64, "{text}");
    }
}
