//! Tickets that are files of the repository: read in the content that is judged, and kept with what the forge says.

use super::answered::said;
use super::record::{FileAt, FileRecord, FileSeen, Kept, ProposalRecord};
use model::request::dossier::Said;
use model::request::ticket::Ticket;
use model::request::{ChangeRequest, Readable};
use sources::git::{self, AtPath, Content};
use std::collections::BTreeMap;

/// The longest file that is read as a ticket.
const MAX_TICKET_BYTES: u64 = 64 << 10;
/// The files of one request that are read.
const MAX_FILES: usize = 10;

/// Returns whether a ticket is named by a path: a file of Markdown, and no address.
fn is_path(ticket: &str) -> bool {
    let end = ticket.len().saturating_sub(3);
    let ends = ticket
        .get(end..)
        .is_some_and(|it| it.eq_ignore_ascii_case(".md"));
    ends && end > 0 && !ticket.contains("://")
}

/// Returns the paths that a description names as its tickets.
fn paths(said: &Said) -> impl Iterator<Item = &String> {
    said.ticket_lines.iter().filter(|ticket| is_path(ticket))
}

/// Returns where the files of a request are read: in what landed, else in what would, as far as it is known.
fn place(kept: &Kept, request: &ChangeRequest) -> FileAt {
    if let Some(merge) = &request.merge {
        return FileAt::Commit(merge.commit.clone());
    }
    let tree = match &kept.record.proposal {
        Some(ProposalRecord::Known(proposal)) => proposal.change.tree.clone(),
        Some(ProposalRecord::Unknown(_)) | None => None,
    };
    tree.map_or_else(|| FileAt::Commit(request.head.commit.clone()), FileAt::Tree)
}

/// Returns the files that a request names as its tickets.
pub(super) fn read(
    kept: &Kept,
    request: &ChangeRequest,
    repository: &git::Repo,
) -> Vec<FileRecord> {
    let said = said(request);
    let named = paths(&said).take(MAX_FILES);
    let one = |path: &String| {
        let at = place(kept, request);
        let seen = seen(repository, &at, path);
        let path = path.clone();
        FileRecord { path, at, seen }
    };
    named.map(one).collect()
}

fn seen(repository: &git::Repo, at: &FileAt, path: &str) -> FileSeen {
    let outside = |part: &str| matches!(part, "" | "." | "..");
    if path.split('/').any(outside) {
        return FileSeen::None("is no path of a file in the repository".to_owned());
    }
    let content = match at {
        FileAt::Tree(tree) => Content::Tree(tree),
        FileAt::Commit(commit) => Content::Commit(commit),
    };
    let none = |what: &str| FileSeen::None(what.to_owned());
    match repository.at_path(content, path, MAX_TICKET_BYTES) {
        Ok(AtPath::File(bytes)) => String::from_utf8(bytes).map_or_else(
            |error| {
                let offset = error.utf8_error().valid_up_to();
                FileSeen::Unknown(format!("its byte at offset {offset} is not UTF-8"))
            },
            FileSeen::Text,
        ),
        Ok(AtPath::Nothing) => none("is not there, in the content that is judged"),
        Ok(AtPath::Folder) => none("is a folder, and no file"),
        Ok(AtPath::Link) => none("is a symbolic link, and no file"),
        Ok(AtPath::Submodule) => none("is a submodule, and no file"),
        Ok(AtPath::TooLong { bytes }) => FileSeen::Unknown(format!(
            "it has {bytes} bytes, more than the {MAX_TICKET_BYTES} that are read"
        )),
        Err(error) => FileSeen::Unknown(format!("{error}; fetch it")),
    }
}

/// Returns whether a file could not be read, which may be there by now.
pub(super) fn are_unknown(kept: &Kept) -> bool {
    let mut files = kept.record.files.iter();
    files.any(|file| matches!(file.seen, FileSeen::Unknown(_)))
}

/// Returns the tickets that are files, by the names that the request gives them.
pub(super) fn tickets(
    kept: &Kept,
    request: &ChangeRequest,
    said: &Said,
) -> BTreeMap<String, Readable<Ticket>> {
    let at = place(kept, request);
    let named = paths(said).map(|path| {
        let mut files = kept.record.files.iter();
        let read = files.find(|file| file.path == *path && file.at == at);
        let ticket = match read.map(|file| &file.seen) {
            Some(FileSeen::Text(text)) => Readable::Known(sources::said::ticket(path, text)),
            Some(FileSeen::None(why)) => Readable::Known(Ticket::none(why.as_str())),
            Some(FileSeen::Unknown(why)) => Readable::Unread { why: why.clone() },
            // A record that was read in other content says nothing of this one.
            None => Readable::Unread {
                why: "it was not read in the content that is judged".to_owned(),
            },
        };
        (path.clone(), ticket)
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::digest::CommitId;
    use testkit::Repo;

    #[test]
    fn a_path_is_told_from_what_a_tracker_calls_its_tickets() {
        for path in ["docs/tickets/0042.md", "TICKET.MD", "../a.md", "/etc/a.md"] {
            assert!(is_path(path), "{path}");
        }
        for other in ["#12", "larkspur/shop#12", "SHOP-12", ".md", "é", "a.txt"] {
            assert!(!is_path(other), "{other}");
        }
        assert!(!is_path("https://a.example/b.md"));
    }

    fn commit(name: &str) -> CommitId {
        name.parse().unwrap()
    }

    #[test]
    fn what_lies_at_a_path_is_told() {
        let made = Repo::new();
        let long = "a".repeat(MAX_TICKET_BYTES as usize + 1);
        let first = made
            .commit()
            .file("docs/tickets/1.md", "## Description\n")
            .file("docs/tickets/long.md", long)
            .file("docs/tickets/bytes.md", b"abc\xff")
            .symlink("docs/tickets/link.md", "1.md")
            .symlink("elsewhere", "docs/tickets")
            .file("docs/folder.md/a", "")
            .submodule("other.md", "0123456789012345678901234567890123456789")
            .write();
        made.commit().file("docs/tickets/1.md", "later").write();
        let repository = git::open(&made.path()).unwrap();
        let at = FileAt::Commit(commit(&first));
        let check = |path: &str, words: &str| {
            let seen = format!("{:?}", seen(&repository, &at, path));
            assert!(seen.starts_with(words), "{path}: {seen}");
        };
        check("docs/tickets/1.md", "Text(\"## Description\\n\")");
        check("docs/tickets/2.md", "None(\"is not there");
        check("docs/tickets/link.md", "None(\"is a symbolic link");
        check("elsewhere/1.md", "None(\"is not there");
        check("docs/folder.md", "None(\"is a folder");
        check("other.md", "None(\"is a submodule");
        check("docs/tickets/long.md", "Unknown(\"it has 65537 bytes");
        check(
            "docs/tickets/bytes.md",
            "Unknown(\"its byte at offset 3 is not UTF-8",
        );
        for outside in ["../1.md", "/docs/1.md", "docs//1.md", "docs/./1.md"] {
            check(outside, "None(\"is no path");
        }
        let absent = FileAt::Commit(commit("0123456789012345678901234567890123456789"));
        let unfetched = seen(&repository, &absent, "docs/tickets/1.md");
        assert!(matches!(unfetched, FileSeen::Unknown(_)), "{unfetched:?}");
        let tree = repository.revision(&first).unwrap().tree;
        let same = seen(&repository, &FileAt::Tree(tree), "docs/tickets/1.md");
        assert_eq!(same, seen(&repository, &at, "docs/tickets/1.md"));
    }
}
