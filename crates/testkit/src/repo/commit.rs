//! One commit, field by field, in the order in which git writes them.

use super::Repo;
use super::object::{Hash, ObjectKind};
use super::tree::{self, Entry, Files};

/// A commit that is written by [`CommitBuilder::write`].
#[derive(Debug)]
#[must_use = "nothing is stored before `write`"]
pub struct CommitBuilder<'repo> {
    repo: &'repo Repo,
    branch: Option<String>,
    parents: Option<Vec<String>>,
    author: Vec<u8>,
    committer: Option<Vec<u8>>,
    headers: Vec<(String, Vec<u8>)>,
    message: Vec<u8>,
    start: Option<Files>,
    changes: Vec<(Vec<u8>, Option<Entry>)>,
}

impl<'repo> CommitBuilder<'repo> {
    pub(super) fn new(repo: &'repo Repo, seconds: i64) -> Self {
        CommitBuilder {
            repo,
            branch: Some("main".to_owned()),
            parents: None,
            author: person("Ada Marsh", "ada@larkspur.example", seconds),
            committer: None,
            headers: Vec::new(),
            message: b"Change something\n".to_vec(),
            start: None,
            changes: Vec::new(),
        }
    }

    /// Puts the commit on this branch, which is created where it does not exist.
    pub fn on(mut self, branch: &str) -> Self {
        self.branch = Some(branch.to_owned());
        self
    }

    /// Writes the commit on no branch. It has no parents unless they are given.
    pub fn on_no_branch(mut self) -> Self {
        self.branch = None;
        self
    }

    /// Gives exactly these parents, in the place of the tip of the branch.
    pub fn parents<I: Into<String>>(mut self, parents: impl IntoIterator<Item = I>) -> Self {
        self.parents = Some(parents.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the author, at that many seconds since 1970 in UTC, and the committer too unless one is given.
    pub fn author(mut self, name: &str, email: &str, seconds: i64) -> Self {
        self.author = person(name, email, seconds);
        self
    }

    /// Sets the committer, at that many seconds since 1970 in UTC.
    pub fn committer(mut self, name: &str, email: &str, seconds: i64) -> Self {
        self.committer = Some(person(name, email, seconds));
        self
    }

    /// Sets what follows the word `author` as bytes: another time zone, another encoding, a line that git would refuse.
    pub fn author_line(mut self, line: impl AsRef<[u8]>) -> Self {
        self.author = line.as_ref().to_vec();
        self
    }

    /// Sets what follows the word `committer` as bytes.
    pub fn committer_line(mut self, line: impl AsRef<[u8]>) -> Self {
        self.committer = Some(line.as_ref().to_vec());
        self
    }

    /// Sets the message, byte by byte: nothing is appended, not even the line feed at the end.
    pub fn message(mut self, message: impl AsRef<[u8]>) -> Self {
        self.message = message.as_ref().to_vec();
        self
    }

    /// Adds the header that names the encoding of message and persons. It converts nothing.
    pub fn encoding(self, name: &str) -> Self {
        self.header("encoding", name)
    }

    /// Adds a header after the committer, in the order of the calls. Further lines of the value are folded.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Adds the signature that `sign` makes of the commit as it stands, under the header of the object format.
    pub fn signed(self, sign: impl FnOnce(&[u8]) -> String) -> Self {
        let header = match self.repo.hash() {
            Hash::Sha1 => "gpgsig",
            Hash::Sha256 => "gpgsig-sha256",
        };
        let signature = sign(&self.bytes());
        self.header(header, signature)
    }

    /// Sets a file.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.blob(path, "100644", content.as_ref())
    }

    /// Sets a file that may be run.
    pub fn executable(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.blob(path, "100755", content.as_ref())
    }

    /// Sets a symbolic link.
    pub fn symlink(self, path: &str, target: &str) -> Self {
        self.blob(path, "120000", target.as_bytes())
    }

    /// Sets a submodule at a commit that this repository need not have.
    pub fn submodule(mut self, path: &str, id: &str) -> Self {
        let entry = Entry {
            mode: "160000",
            id: id.to_owned(),
        };
        self.changes.push((path.into(), Some(entry)));
        self
    }

    /// Removes a file.
    pub fn remove(mut self, path: &str) -> Self {
        self.changes.push((path.into(), None));
        self
    }

    /// Stores the commit and its trees, moves its branch, and returns the commit's name.
    pub fn write(self) -> String {
        let repo = self.repo;
        let id = repo.raw_object(ObjectKind::Commit, self.bytes());
        // Parents and files follow from the tip, so they are remembered before it moves.
        let (parents, files) = (self.parent_ids(), self.files());
        repo.history.borrow_mut().remember(&id, parents, files);
        if let Some(branch) = &self.branch {
            repo.branch(branch, &id);
        }
        id
    }

    /// Returns the bytes of the commit as it stands: what a signature covers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let tree = tree::write(&self.repo.git_dir(), self.repo.hash(), &self.files());
        let mut bytes = format!("tree {tree}\n").into_bytes();
        for parent in self.parent_ids() {
            push_header(&mut bytes, "parent", parent.as_bytes());
        }
        push_header(&mut bytes, "author", &self.author);
        let committer = self.committer.as_ref().unwrap_or(&self.author);
        push_header(&mut bytes, "committer", committer);
        for (name, value) in &self.headers {
            push_header(&mut bytes, name, value);
        }
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.message);
        bytes
    }

    pub(super) fn starting_from(mut self, files: Files) -> Self {
        self.start = Some(files);
        self
    }

    fn blob(mut self, path: &str, mode: &'static str, content: &[u8]) -> Self {
        let id = self.repo.raw_object(ObjectKind::Blob, content);
        self.changes.push((path.into(), Some(Entry { mode, id })));
        self
    }

    fn parent_ids(&self) -> Vec<String> {
        if let Some(parents) = &self.parents {
            return parents.clone();
        }
        let tip = self.branch.as_ref().and_then(|it| self.repo.find_tip(it));
        tip.into_iter().collect()
    }

    fn files(&self) -> Files {
        let mut files = self.start.clone().unwrap_or_else(|| {
            let history = self.repo.history.borrow();
            let first = self.parent_ids().into_iter().next();
            first.map_or_else(Files::new, |parent| history.files(&parent))
        });
        for (path, change) in &self.changes {
            match change {
                Some(entry) => files.insert(path.clone(), entry.clone()),
                None => files.remove(path),
            };
        }
        files
    }
}

fn person(name: &str, email: &str, seconds: i64) -> Vec<u8> {
    format!("{name} <{email}> {seconds} +0000").into_bytes()
}

/// A header's further lines begin with one space, and the line feed that ends its value is the header's own
/// (git's `commit.c`, `add_extra_header`).
fn push_header(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    bytes.extend_from_slice(name.as_bytes());
    let lines = value.strip_suffix(b"\n").unwrap_or(value);
    for line in lines.split(|&byte| byte == b'\n') {
        bytes.push(b' ');
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
}
