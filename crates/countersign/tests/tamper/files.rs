//! Files that are cut, longer, absent, too many, swapped, or no files.

use crate::company::{Company, chain, files, now, refused, write};
use countersign::evidence::CHUNK_CHANGES;
use countersign::verify::{self, VerifyError};
use model::period::Period;
use rustix::fs::{CWD, FileType, Mode};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use testkit::Repo;

/// More than the memory that a test may take.
const HUGE_BYTES: u64 = 40 << 30;

#[test]
fn a_file_of_another_length_is_named() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    for name in files(copy.path()) {
        let path = copy.path().join(&name);
        let bytes = fs::read(&path).expect("a file of the report");
        let longer = [&bytes[..], b"\n"].concat();
        let others: [&[u8]; 4] = [
            &bytes[..bytes.len() - 1],
            &bytes[..bytes.len() / 2],
            &longer,
            b"",
        ];
        for other in others {
            fs::write(&path, other).expect("the other file");
            let what = format!("{name} with {} of {} bytes", other.len(), bytes.len());
            let text = chain(&refused(copy.path(), &what));
            assert!(text.contains(&name), "{what}: {text}");
        }
        fs::write(&path, bytes).expect("the file as it was");
    }
    verify::verify(copy.path(), &[], now()).expect("everything was put back");
}

#[test]
fn a_missing_file_is_named() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    let mut unnamed = vec![];
    let mut names = files(copy.path());
    // Nothing rests on it, and copies may lack what begins with a dot.
    names.retain(|name| name != ".gitignore");
    fs::remove_file(copy.path().join(".gitignore")).expect("the file goes");
    verify::verify(copy.path(), &[], now()).expect("it is no part of the report");
    for name in names {
        let path = copy.path().join(&name);
        let bytes = fs::read(&path).expect("a file of the report");
        fs::remove_file(&path).expect("the file goes");
        let text = chain(&refused(copy.path(), &name));
        if !text.contains(&name) {
            unnamed.push(text);
        }
        write(&path, &bytes);
    }
    // Nothing calls for an earlier observation but the decisions that rest on it.
    assert_eq!(unnamed.len(), 1, "the earlier observation: {unnamed:#?}");
    assert!(unnamed[0].starts_with("ledger/payloads/"), "{unnamed:#?}");
}

#[test]
fn a_file_too_many_is_named() {
    let company = Company::audited(&Period::all());
    let added = [
        "notes.txt",
        ".hidden",
        "report.pdf",
        "evidence/0.jsonl",
        "evidence/.partial-x",
        "evidence/more/deep/down.txt",
        "ledger/notes.txt",
        "ledger/log.key",
        "ledger/payloads/00/.hidden",
        "ledger/ledger/.hidden",
        "ledger/ledger/tile/0/.hidden",
        "ledger/ledger/tile/0/000",
        "ledger/ledger/tile/0/x001/000",
        "ledger/ledger/tile/0/000.p/255",
        "more/index.html",
    ];
    for name in added.into_iter().filter(|name| !shown(&company, name)) {
        let copy = company.copy();
        write(&copy.path().join(name), b"x");
        let error = refused(copy.path(), name);
        assert!(chain(&error).contains(name), "{name}: {}", chain(&error));
    }
}

#[test]
fn a_folder_that_nothing_lies_in_is_named() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    fs::create_dir_all(copy.path().join("evidence/empty")).expect("a folder");
    let error = refused(copy.path(), "an empty folder");
    assert!(matches!(error, VerifyError::Unlisted { file } if file == Path::new("evidence/empty")));
}

#[test]
fn folders_without_end_are_refused() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    fs::create_dir_all(copy.path().join("a/".repeat(40))).expect("deep folders");
    let error = refused(copy.path(), "deep folders");
    assert!(matches!(error, VerifyError::TooMany { .. }), "{error}");
}

#[test]
fn links_are_refused_whatever_they_show() {
    let company = Company::audited(&Period::all());
    let inside = ["audit.json", "evidence", "ledger/ledger/checkpoint"];
    for name in inside {
        let copy = company.copy();
        let (link, target) = (copy.path().join(name), company.folder().join(name));
        fs::rename(&link, copy.path().with_extension("aside")).expect("it moves aside");
        symlink(&target, &link).expect("a link to the same bytes");
        is_special(copy.path(), name);
        let aside = copy.path().with_extension("aside");
        let _file_or_folder = fs::remove_file(&aside).or_else(|_| fs::remove_dir_all(&aside));
    }
    let copy = company.copy();
    symlink("nowhere", copy.path().join("dangling")).expect("a link to nothing");
    is_special(copy.path(), "dangling");
}

#[test]
fn a_pipe_does_not_make_it_wait() {
    let company = Company::audited(&Period::all());
    let copy = company.copy();
    let path = copy.path().join("changes.csv");
    fs::remove_file(&path).expect("the file goes");
    let mode = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(CWD, &path, FileType::Fifo, mode, 0).expect("a pipe");
    is_special(copy.path(), "changes.csv");
}

#[test]
fn a_huge_file_is_not_read_whole() {
    let company = Company::audited(&Period::all());
    for name in files(&company.folder()) {
        let copy = company.copy();
        let path = copy.path().join(&name);
        let file = File::options().write(true).open(&path).expect("the file");
        file.set_len(HUGE_BYTES).expect("a file full of holes");
        let text = chain(&refused(copy.path(), &name));
        assert!(text.contains(&name), "{name}: {text}");
    }
}

#[test]
fn swapped_chunks_are_named() {
    let repo = Repo::new();
    for number in 0..CHUNK_CHANGES + 2 {
        repo.commit().message(format!("Change {number}\n")).write();
    }
    let company = Company::of(repo, &Period::all());
    let copy = company.copy();
    let evidence = copy.path().join("evidence");
    let names = files(&evidence);
    let [one, other] = names.as_slice() else {
        panic!("two chunks: {names:?}");
    };
    fs::rename(evidence.join(one), evidence.join("aside")).expect("one moves aside");
    fs::rename(evidence.join(other), evidence.join(one)).expect("the other takes its place");
    fs::rename(evidence.join("aside"), evidence.join(other)).expect("and it the other's");
    let text = chain(&refused(copy.path(), "swapped chunks"));
    assert!(text.contains(one) || text.contains(other), "{text}");
}

fn is_special(folder: &Path, name: &str) {
    let error = refused(folder, name);
    let named = matches!(&error, VerifyError::Special { file } if file == Path::new(name));
    assert!(named, "{name}: {}", chain(&error));
}

fn shown(company: &Company, name: &str) -> bool {
    company.folder().join(name).exists()
}
