//! The headers of a commit object, read without copying and without trusting them.

/// A commit object in its parts; what is absent or malformed is empty. Every slice points into the object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Commit<'a> {
    /// The tree's id in hexadecimal.
    pub tree: &'a [u8],
    /// What follows the word `author`.
    pub author: &'a [u8],
    /// What follows the word `committer`.
    pub committer: &'a [u8],
    /// The encoding of names and message, where it is not UTF-8.
    pub encoding: Option<&'a [u8]>,
    /// Whether there is a `gpgsig` header of either object format.
    pub signed: bool,
    /// Whether a signed tag is embedded (`mergetag`).
    pub embedded_tag: bool,
    /// The message.
    pub message: &'a [u8],
    parent_lines: &'a [u8],
}

impl<'a> Commit<'a> {
    /// Returns the parts of a commit object.
    ///
    /// As in git's `parse_commit_buffer`, parents count only directly below the tree.
    pub fn parse(object: &'a [u8]) -> Commit<'a> {
        let mut commit = Commit::default();
        let mut rest = object;
        if let Some(tree) = line(rest).strip_prefix(b"tree ") {
            commit.tree = tree;
            rest = below(rest);
        }
        let parents = rest;
        while rest.starts_with(b"parent ") {
            rest = below(rest);
        }
        commit.parent_lines = &parents[..parents.len() - rest.len()];
        commit.take_headers(rest);
        commit
    }

    /// Returns the parents' ids in hexadecimal, the first parent first.
    pub fn parents(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let lines = self.parent_lines.split(|&byte| byte == b'\n');
        lines.filter_map(|line| line.strip_prefix(b"parent "))
    }

    fn take_headers(&mut self, mut rest: &'a [u8]) {
        while !rest.is_empty() {
            let header = line(rest);
            rest = below(rest);
            if header.is_empty() {
                self.message = rest;
                return;
            }
            self.take(header);
        }
    }

    /// Further lines of a header begin with a space, so what an embedded tag says is never taken for a header.
    fn take(&mut self, header: &'a [u8]) {
        let Some(space) = header.iter().position(|&byte| byte == b' ') else {
            return;
        };
        let value = &header[space + 1..];
        match &header[..space] {
            b"author" => self.author = value,
            b"committer" => self.committer = value,
            b"encoding" => self.encoding = Some(value),
            b"gpgsig" | b"gpgsig-sha256" => self.signed = true,
            b"mergetag" => self.embedded_tag = true,
            _ => {}
        }
    }
}

/// Returns the first line, without its line feed.
pub(super) fn line(bytes: &[u8]) -> &[u8] {
    &bytes[..line_length(bytes)]
}

/// Returns what follows the first line.
pub(super) fn below(bytes: &[u8]) -> &[u8] {
    bytes.get(line_length(bytes) + 1..).unwrap_or_default()
}

fn line_length(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    end.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(object: &str, tree: &str, parents: &[&str], message: &str) {
        let commit = Commit::parse(object.as_bytes());
        assert_eq!(commit.tree, tree.as_bytes(), "{object}");
        let found: Vec<&[u8]> = commit.parents().collect();
        let expect: Vec<&[u8]> = parents.iter().map(|parent| parent.as_bytes()).collect();
        assert_eq!(found, expect, "{object}");
        assert_eq!(commit.message, message.as_bytes(), "{object}");
    }

    #[test]
    fn a_commit_is_parted() {
        check(
            "tree t\nparent a\nparent b\nauthor x\ncommitter y\n\nhello\n",
            "t",
            &["a", "b"],
            "hello\n",
        );
        check("tree t\nauthor x\ncommitter y\n\n", "t", &[], "");
        check("tree t\nauthor x\ncommitter y\n", "t", &[], "");
        check("tree t\nauthor x\nparent a\n\nm", "t", &[], "m");
        check("", "", &[], "");
        check("\n", "", &[], "");
        check("tree t", "t", &[], "");
        check("parent a", "", &["a"], "");
    }

    #[test]
    fn an_embedded_tag_is_no_header() {
        let object =
            b"tree t\nauthor x\ncommitter y\nmergetag object o\n author z\n gpgsig s\n \n hi\n\nm";
        let commit = Commit::parse(object);
        assert!(commit.embedded_tag && !commit.signed);
        assert_eq!((commit.author, commit.message), (&b"x"[..], &b"m"[..]));
    }

    #[test]
    fn signature_and_encoding_are_seen() {
        let object = b"tree t\nauthor x\ncommitter y\nencoding latin1\ngpgsig a\n b\n\nm";
        let commit = Commit::parse(object);
        assert!(commit.signed && !commit.embedded_tag);
        assert_eq!(commit.encoding, Some(&b"latin1"[..]));
    }
}
