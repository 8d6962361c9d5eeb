//! Where a ledger and a report may lie: neither in the other, nor in another of its kind.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// What every report has.
pub(crate) const MARKS: [&str; 3] = ["audit.json", VERIFIER_KEY, "ledger/ledger/checkpoint"];
/// The key of the log that a report carries.
pub(crate) const VERIFIER_KEY: &str = "ledger/log.vkey";
const LEDGER_MARKS: [&str; 2] = [LEDGER_KEY, "log.vkey"];
/// What a ledger has, and the copy of one in a report has not.
pub(crate) const LEDGER_KEY: &str = "log.key";

/// What the folder of a machine has whose ledger lies elsewhere.
const PLACES: &str = "places";
/// The file that says of which place it is.
const PLACE: &str = "place";

/// Returns whether a whole report lies in a folder.
pub(crate) fn is_report(folder: &Path) -> bool {
    MARKS.iter().all(|mark| folder.join(mark).is_file())
}

fn is_ledger(folder: &Path) -> bool {
    LEDGER_MARKS.iter().all(|mark| folder.join(mark).is_file()) || is_machine(folder)
}

/// Returns whether a machine keeps there what it saw of ledgers that lie elsewhere.
fn is_machine(folder: &Path) -> bool {
    let places = fs::read_dir(folder.join(PLACES)).into_iter().flatten();
    let mut places = places.flatten().map(|place| place.path());
    places.any(|place| place.join(PLACE).is_file())
}

/// Returns the report or the ledger that a path leads into, whether or not anything is there yet.
pub(crate) fn around(path: &Path) -> io::Result<Option<PathBuf>> {
    let taken = |folder: &&Path| is_report(folder) || is_ledger(folder);
    let path = real(path)?;
    Ok(path.ancestors().skip(1).find(taken).map(Path::to_path_buf))
}

/// Returns whether two folders are one, or one of them lies in the other.
pub(crate) fn overlap(a: &Path, b: &Path) -> io::Result<bool> {
    let (a, b) = (real(a)?, real(b)?);
    Ok(a.starts_with(&b) || b.starts_with(&a))
}

/// Returns the path without links, as far as it exists; what is still to be made has none.
fn real(path: &Path) -> io::Result<PathBuf> {
    let mut real = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
        match real.canonicalize() {
            Ok(there) => real = there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::{LEDGER_MARKS, MARKS, around, overlap};
    use std::fs;

    #[test]
    fn what_leads_into_a_report_or_a_ledger_is_told_through_links() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for mark in MARKS {
            let path = root.join("report").join(mark);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        fs::create_dir(root.join("log")).unwrap();
        for mark in LEDGER_MARKS {
            fs::write(root.join("log").join(mark), "").unwrap();
        }
        fs::create_dir_all(root.join("machine/places/1")).unwrap();
        fs::write(root.join("machine/places/1/place"), "").unwrap();
        fs::create_dir_all(root.join("shop/places/1")).unwrap();
        std::os::unix::fs::symlink("report/ledger", root.join("link")).unwrap();
        let check = |path: &str, expect: Option<&str>| {
            let expect = expect.map(|name| root.join(name));
            assert_eq!(around(&root.join(path)).unwrap(), expect, "{path}");
        };
        check("report", None);
        check("report/ledger", Some("report"));
        check("report/a/b", Some("report"));
        check("link/x", Some("report"));
        check("nothing/../report/mine", Some("report"));
        check("log/report", Some("log"));
        check("machine/report", Some("machine"));
        check("shop/report", None);
        check("other/report", None);
        assert!(overlap(&root.join("x"), &root.join("x/y")).unwrap());
        assert!(overlap(&root.join("x"), &root.join("x")).unwrap());
        assert!(!overlap(&root.join("x"), &root.join("xy")).unwrap());
    }
}
