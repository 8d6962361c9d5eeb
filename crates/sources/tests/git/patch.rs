//! The lines of a difference, beside what git shows of it.

use model::digest::CommitId;
use model::patch::{Body, FileKind, Patch};
use sources::git::{self, MAX_TEXT_BYTES, NoKeys, Patched, Proposed, Wanted};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;
use testkit::Repo;

fn id(text: &str) -> CommitId {
    text.parse().unwrap()
}

fn patch(repo: &Repo, from: &str, to: &str) -> Patch {
    match git::patch(&git::open(&repo.path()).unwrap(), &id(from), &id(to)).unwrap() {
        Patched::Known(patch) => patch,
        Patched::Unknown(why) => panic!("{why}"),
    }
}

/// Returns the lines that went and came, as git writes them without any around them.
fn shown(patch: &Patch) -> String {
    let mut text = String::new();
    for file in &patch.files {
        let _ = writeln!(text, "{}", file.path);
        let body = match &file.body {
            Body::Text(_) => {
                for (number, line) in file.removed() {
                    let _ = writeln!(text, "-{number} {line}");
                }
                for (number, line) in file.added() {
                    let _ = writeln!(text, "+{number} {line}");
                }
                continue;
            }
            other => format!("{other:?}"),
        };
        let _ = writeln!(text, "{body}");
    }
    text
}

/// Returns the same from git itself.
fn by_git(repo: &Repo, from: &str, to: &str) -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(repo.path()).args(["diff", "--no-color"]);
    let output = git.args([
        "--histogram",
        "--no-renames",
        "--no-prefix",
        "-U0",
        from,
        to,
    ]);
    let output = output.output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut text = String::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let (mut old, mut new) = (0, 0);
    let end = |text: &mut String, removed: &mut String, added: &mut String| {
        text.push_str(&std::mem::take(removed));
        text.push_str(&std::mem::take(added));
    };
    for line in shown.lines() {
        if let Some(names) = line.strip_prefix("diff --git ") {
            end(&mut text, &mut removed, &mut added);
            let (path, _) = names.split_at(names.len() / 2);
            let _ = writeln!(text, "{path}");
            (old, new) = (0, 0);
        } else if let Some(places) = line.strip_prefix("@@ -") {
            let mut numbers = places.split([' ', '+']).filter(|it| !it.is_empty());
            let mut first = || -> u32 {
                let part = numbers.next().unwrap();
                part.split(',').next().unwrap().parse().unwrap()
            };
            (old, new) = (first(), first());
        } else if let Some(line) = line.strip_prefix('-').filter(|_| old + new > 0) {
            let _ = writeln!(removed, "-{old} {line}");
            old += 1;
        } else if let Some(line) = line.strip_prefix('+').filter(|_| old + new > 0) {
            let _ = writeln!(added, "+{new} {line}");
            new += 1;
        }
    }
    end(&mut text, &mut removed, &mut added);
    text
}

#[test]
fn lines_are_those_that_git_shows() {
    let lines = |numbers: &[u32]| -> String {
        let lines = numbers.iter().map(|it| format!("line {it}\n"));
        lines.collect()
    };
    let repo = Repo::new();
    let base = repo
        .commit()
        .file(
            "code",
            "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n}\n",
        )
        .file("moved", lines(&[1, 2, 3, 4, 5, 6]))
        .file("gone", "1\n2\n")
        .file("mode", "same\n")
        .file("latin", b"caf\xe9\nrest\n")
        .file("end", "no newline")
        .file("same", "same\n")
        .write();
    let code = "fn a() {\n    one();\n    more();\n}\n\nfn b() {\n    three();\n}\n";
    let head = repo
        .commit()
        .file("code", code)
        .file("moved", lines(&[4, 5, 6, 1, 2, 3, 7]))
        .remove("gone")
        .executable("mode", "same\n")
        .file("latin", b"caf\xe8\nrest\n")
        .file("end", "no newline\n")
        .file("new/file", "1\n2\n")
        .file("new/empty", "")
        .write();
    let patch = patch(&repo, &base, &head);
    assert_eq!(shown(&patch), by_git(&repo, &base, &head));
    let changed: Vec<&str> = patch.files.iter().map(|it| it.path.as_str()).collect();
    let expected = [
        "code",
        "end",
        "gone",
        "latin",
        "mode",
        "moved",
        "new/empty",
        "new/file",
    ];
    assert_eq!(changed, expected);
    // Two bytes that are no UTF-8 read the same, and differ.
    let latin = patch.files.iter().find(|it| it.path == "latin").unwrap();
    assert_eq!(latin.added().collect::<Vec<_>>(), [(1, "caf\u{fffd}")]);
    let mode = patch.files.iter().find(|it| it.path == "mode").unwrap();
    let modes = [&mode.before, &mode.after].map(|side| side.as_ref().unwrap().kind);
    assert_eq!(modes, [FileKind::File, FileKind::Executable]);
}

#[test]
fn the_digest_is_that_of_the_request() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1").write();
    repo.branch("topic", &base);
    let head = repo.commit().on("topic").file("b/c", "2").write();
    let (of_base, of_head) = (id(&base), id(&head));
    let wanted = Wanted {
        base: &of_base,
        head: &of_head,
        trial: None,
        request: 7,
        checker: &NoKeys,
        forge_addresses: &BTreeSet::new(),
    };
    let opened = git::open(&repo.path()).unwrap();
    let Proposed::Known(proposal) = git::proposed(&opened, &wanted).unwrap() else {
        panic!("the request cannot be told");
    };
    let digest = patch(&repo, &base, &head).digest;
    assert_eq!(Some(digest), proposal.change.patch_digest);
    let parted = git::merge_base(&opened, &of_head, &of_base).unwrap();
    assert_eq!(parted, Some(of_base));
}

#[test]
fn what_is_no_text_says_what_it_is() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1\n").file("b", "1\n").write();
    let long = vec![b'x'; MAX_TEXT_BYTES as usize + 1];
    let head = repo
        .commit()
        .file("a", b"1\0")
        .file("b", long)
        .submodule("c", &base)
        .write();
    insta::assert_snapshot!(shown(&patch(&repo, &base, &head)), @r"
    a
    Binary
    b
    TooLarge { bytes: 8388609 }
    c
    Submodule
    ");
}

#[test]
fn what_is_not_here_is_unknown() {
    let repo = Repo::new();
    let base = repo.commit().file("a", "1\n").write();
    let head = repo.commit().file("a", "2\n").write();
    let opened = git::open(&repo.path()).unwrap();
    let elsewhere = git::patch(&opened, &id(&base), &id(&"7".repeat(40))).unwrap();
    let Patched::Unknown(why) = elsewhere else {
        panic!("{elsewhere:?}");
    };
    assert!(why.contains("lacks"), "{why}");
    drop(opened);
    let mut git = Command::new("git");
    let blob = git
        .arg("-C")
        .arg(repo.path())
        .args(["rev-parse", &format!("{head}:a")]);
    let blob = String::from_utf8(blob.output().unwrap().stdout).unwrap();
    repo.remove_object(blob.trim());
    let patch = patch(&repo, &base, &head);
    assert_eq!(patch.files[0].body, Body::Absent);
}
